"""Facts, comments by their receipt, privacy, and errors as pages."""

from datetime import date

import pytest

from bot.comments.receipt import ALPHABET, new_receipt
from bot.comments.store import NewComment
from bot.comments.tables import Comment
from bot.language.messages import say as sentence
from bot.web.keys import STORE
from tests.web.page import Page


@pytest.fixture
def file(app):
    """Files a comment and returns it; say what is special about it."""

    async def file_one(changed=None, **more):
        values = {
            "draft": "draft-1", "channel": "web", "language": "en", "topic": "education",
            "text": "Lend laptops <b>now</b>.", "window": "late", "masked": (),
            "plan_version": "2018-final", "notice_version": "2026-11",
        }  # fmt: skip
        comment = await app[STORE].add_comment(NewComment(**values | more))
        async with app[STORE].session() as session:
            row = await session.get(Comment, comment.id)
            for name, value in (changed or {}).items():
                setattr(row, name, value)
        return comment

    return file_one


def problem(page):
    return page.one("div", class_="problem").words


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


# A comment


async def test_a_comment_is_found_by_its_receipt(visitor, file):
    comment = await file()
    page = await visitor.open(f"/c/{comment.receipt}")
    assert visitor.status == 200
    assert page.one("h1").words == f"Comment {comment.receipt}"
    shown = {d.one("dt").words: d.one("dd").words for d in page.one("dl").all("div")}
    assert shown["State"] == "received, not yet reviewed"
    assert shown["About"] == "education"
    assert "Late" in shown["Filed on"]
    assert shown["The city's reply"] == "No reply yet."


async def test_a_comment_is_found_in_spanish(visitor, file):
    comment = await file()
    page = await visitor.open(f"/c/{comment.receipt}?lang=es")
    shown = {d.one("dt").words: d.one("dd").words for d in page.one("dl").all("div")}
    assert shown["Estado"] == "recibido, aún sin revisar"
    assert shown["Tema"] == "educación"
    assert " de " in shown["Enviado el"]


@pytest.mark.parametrize(
    "written", [str.lower, lambda c: c.replace("-", ""), lambda c: c.replace("-", "%20")]
)
async def test_a_receipt_may_be_written_in_other_ways(visitor, file, written):
    comment = await file()
    await visitor.open(f"/c/{written(comment.receipt)}")
    assert visitor.status == 200


async def test_the_text_of_a_comment_is_not_shown_to_whoever_has_the_code(visitor, file):
    comment = await file()
    page = await visitor.open(f"/c/{comment.receipt}")
    assert "Lend laptops" not in page.html


async def test_the_citys_reply_is_shown_as_text(visitor, file):
    comment = await file({"state": "answered", "public_reply": "Yes: <script>alert(1)</script>"})
    page = await visitor.open(f"/c/{comment.receipt}")
    assert "Yes: <script>alert(1)</script>" in page.words
    assert "<script>alert" not in page.html
    assert "answered" in page.words


@pytest.mark.parametrize("visibility", ["hidden", "withdrawn", "erased"])
async def test_a_comment_out_of_sight_tells_only_that(visitor, file, visibility):
    comment = await file({"visibility": visibility, "state": "answered"})
    page = await visitor.open(f"/c/{comment.receipt}")
    assert page.one("dl").all("dd")[0].words == sentence(f"visibility_{visibility}", "en")


async def test_one_wrong_character_in_a_code_is_noticed(visitor, file):
    receipt = (await file()).receipt
    for place in (0, 3, 5, 8):
        other = next(c for c in ALPHABET if c != receipt[place])
        page = await visitor.open(f"/c/{receipt[:place]}{other}{receipt[place + 1 :]}")
        assert visitor.status == 404
        assert problem(page) == sentence("status_bad_code", "en")


@pytest.mark.parametrize(
    "code", ["x", "%00", "a%2Fb", "%F0%9F%99%82", "%FF", "K7M4-QX9", "x" * 3000, "<script>"]
)
async def test_what_is_no_code_is_told_so(visitor, code):
    page = await visitor.open(f"/c/{code}")
    assert visitor.status == 404
    assert problem(page) == sentence("status_bad_code", "en")


async def test_an_unknown_code_is_told_so(visitor):
    receipt = new_receipt()
    page = await visitor.open(f"/c/{receipt}")
    assert visitor.status == 404
    assert problem(page) == sentence("status_unknown", "en", receipt=receipt)


async def test_the_code_can_be_typed_into_a_form(visitor, file):
    comment = await file()
    await visitor.open("/")
    await visitor.follow("Check a comment")
    page = await visitor.press("Look up", receipt=f" {comment.receipt.lower()} ")
    assert page.one("h1").words == f"Comment {comment.receipt}"


async def test_the_code_may_be_typed_with_a_blank(visitor, file):
    comment = await file()
    await visitor.open("/find")
    page = await visitor.press("Look up", receipt=comment.receipt.replace("-", " "))
    assert visitor.status == 200
    assert comment.receipt in page.one("h1").words


async def test_an_empty_form_asks_again(visitor):
    await visitor.open("/find")
    page = await visitor.press("Look up", receipt="  ")
    assert visitor.status == 200
    assert page.one("label", for_="receipt")


@pytest.mark.parametrize(
    "typed",
    ["//evil.example", "https://evil.example", "a/b?c#d", "a\r\nSet-Cookie: x=1", "..", "é🙂"],
)
async def test_nothing_typed_into_the_form_leads_elsewhere(client, typed):
    async with client.get("/find", params={"receipt": typed}, allow_redirects=False) as response:
        assert response.status == 303
        location = response.headers["Location"]
    assert location.startswith("/c/")
    assert not set(location.removeprefix("/c/")) & set("/?#\r\n ")
    assert "Set-Cookie" not in response.headers


async def test_when_the_store_is_gone_a_comment_is_unavailable(visitor, file, lose_store):
    receipt = (await file()).receipt
    await lose_store()
    page = await visitor.open(f"/c/{receipt}")
    assert visitor.status == 503
    assert "410-396-0000" in page.one("p", class_="lead").words


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
