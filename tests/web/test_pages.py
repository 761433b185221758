"""Facts, comments by their receipt, privacy, and errors as pages."""

from datetime import date

import pytest

from bot.comments.receipt import new_receipt
from bot.language.messages import say as sentence
from bot.web.keys import STORE
from tests.web.page import Page

# A fact


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_fact_is_shown_with_its_sources_and_in_the_other_language(
    visitor, knowledge, language
):
    fact = knowledge.facts["five-pillars"]
    other = {"en": "es", "es": "en"}[language]
    page = await visitor.open(f"/f/five-pillars?lang={language}")
    assert visitor.status == 200
    assert page.one("h1").words == fact.title.in_(language)
    assert fact.answer.in_(language) in page.one("p", class_="lead").words
    assert fact.answer.in_(other) in page.one("section", lang=other).words
    shown = [(a.words, a["href"]) for a in page.one("ul", class_="list sources-list").all("a")]
    sources = [knowledge.sources[citation.id] for citation in fact.sources]
    assert shown == [(f"{s.title} ({s.publisher})", s.url) for s in sources]


async def test_every_fact_has_its_page_in_both_languages(client, knowledge):
    for identity in knowledge.facts:
        for language in ("en", "es"):
            async with client.get(f"/f/{identity}?lang={language}") as response:
                assert response.status == 200, identity


async def test_the_page_of_a_fact_knows_what_day_it_is(aiohttp_client, make, settings):
    texts = {}
    for today in ("2018-03-01", "2026-11-23"):
        client = await aiohttp_client(
            make(settings.model_copy(update={"today": date.fromisoformat(today)}))
        )
        async with client.get("/f/comments-closed") as response:
            texts[today] = (await Page.of(response)).one("p", class_="lead").words
    assert "still to come" in texts["2018-03-01"]
    assert "As of November 23, 2026, this is in the past." in texts["2026-11-23"]


async def test_where_the_sources_disagree_the_page_says_so(visitor, knowledge):
    fact = next(f for f in knowledge.facts.values() if f.standing == "conflict")
    page = await visitor.open(f"/f/{fact.id}")
    assert "The sources disagree here" in page.words


@pytest.mark.parametrize(
    "path", ["/f/nothing", "/f/", "/f/%00", "/f/..%2F..%2Fetc", "/f/%FF", "/f/<b>"]
)
async def test_a_fact_that_is_not_there_is_no_page(visitor, path):
    page = await visitor.open(path)
    assert visitor.status == 404
    assert page.one("p", class_="lead").words == "There is no such page."


# Privacy and errors


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_page_on_privacy_says_what_the_assistant_says(visitor, language):
    page = await visitor.open(f"/privacy?lang={language}")
    assert sentence("privacy", language) in page.words
    assert "30" in page.words


@pytest.mark.parametrize("path", ["/nowhere", "/f", "/c/", "/%00", "/%FF", "/<b>"])
async def test_a_page_that_is_not_there_is_told_as_a_page(visitor, path):
    page = await visitor.open(path)
    assert visitor.status == 404
    assert page.one("p", class_="lead").words == "There is no such page."
    assert page.all("a", href="/")


async def test_a_page_that_is_not_there_is_told_in_spanish(visitor):
    page = await visitor.open("/nada?lang=es")
    assert page.one("p", class_="lead").words == "Esa página no existe."


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/privacy", "GET,HEAD"),
        ("DELETE", "/", "GET,HEAD,POST"),
        ("PUT", "/f/five-pillars", "GET,HEAD"),
    ],
)
async def test_another_method_is_told_as_a_page(client, method, path, allowed):
    async with client.request(method, path) as response:
        assert response.status == 405
        assert response.headers["Allow"] == allowed
        page = await Page.of(response)
    assert page.one("p", class_="lead").words == "This address can't be used that way."


async def test_what_nobody_foresaw_is_a_page_without_a_stack_trace(visitor, app, caplog):
    app[STORE]._sessions = None
    page = await visitor.open(f"/c/{new_receipt()}")
    assert visitor.status == 503
    assert "410-396-0000" in page.one("p", class_="lead").words
    assert "Traceback" not in page.html
    assert "Unexpected error" in caplog.text
