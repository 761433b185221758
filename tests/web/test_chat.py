"""The chat page without JavaScript: questions, answers, buttons, and nothing typed is ever lost."""

import asyncio

import aiohttp
import pytest

from bot.channels.limits import RateLimit
from bot.web.keys import STORE, TURNS
from bot.web.words import WORDS
from tests.channels.fake_assistant import COMMENT_FORM, reply
from tests.web.forms import fields_of, send_form
from tests.web.page import Page

LONG = "my question about the plan is long ".ljust(1200, "x")


def said(page):
    return [p.text for block in page.all("div", class_="said") for p in block.all("p")]


def answers(page):
    return page.all("div", class_="answer")


def problem(page):
    return page.one("div", id="problem").words


def box(page):
    return page.one("textarea", name="text").text


async def asked(visitor, text="what are the five pillars?"):
    await visitor.open("/")
    return await visitor.ask(text)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_page_welcomes_in_both_languages(visitor, language):
    page = await visitor.open(f"/?lang={language}")
    assert visitor.status == 200
    assert page.one("html")["lang"] == language
    assert page.one("h1").words == WORDS[language]["lead"]
    assert WORDS[language]["not_a_person"] in page.words
    assert WORDS[language]["recorded"] in page.words
    assert "410-396-0000" in page.words


async def test_a_question_leads_to_its_answer_on_the_page(visitor):
    page = await asked(visitor)
    assert visitor.address.startswith("/#turn-")
    assert page.one("article")["id"] == visitor.address.removeprefix("/#")
    assert said(page) == ["what are the five pillars?"]
    assert "The plan rests on five pillars." in answers(page)[0].words
    assert box(page) == ""


async def test_an_answer_shows_its_sources_as_links(visitor):
    page = await asked(visitor)
    links = answers(page)[0].one("div", class_="sources").all("a")
    assert [(a.words, a["href"]) for a in links] == [
        ("Call to Action (City of Baltimore)", "https://example.gov/plan"),
    ]
    own = answers(page)[0].one("a", class_="page-link")
    assert (own.words, own["href"]) == ("This answer on its own page", "/f/five-pillars")
    assert "noopener" in links[0]["rel"]


async def test_an_answer_is_marked_with_its_language(visitor):
    page = await asked(visitor, "¿cuáles son los cinco pilares?")
    turn = page.one("article")
    assert turn["lang"] == "es"
    assert "Fuentes" in turn.words


async def test_an_answer_of_two_paragraphs_is_two_paragraphs(visitor, fake):
    fake.replies = [reply(text="First.\n\nSecond.")]
    page = await asked(visitor)
    assert [p.words for p in answers(page)[0].all("p")][:2] == ["First.", "Second."]


async def test_a_button_is_pressed_like_any_button(visitor, fake):
    await asked(visitor)
    page = await visitor.press("The timeline")
    assert fake.last["metadata"]["act"] == {"kind": "fact", "value": "plan-timeline"}
    assert said(page) == ["what are the five pillars?", "The timeline"]


async def test_an_example_is_asked_by_its_button(visitor, fake):
    await visitor.open("/")
    await visitor.press("When were comments due?")
    assert fake.last["text"] == "When were comments due?"


async def test_the_examples_go_when_the_conversation_has_begun(visitor):
    page = await asked(visitor)
    assert "Questions to begin with" not in page.words


async def test_the_conversation_goes_on_and_a_reload_shows_it(visitor):
    await asked(visitor, "first question")
    await visitor.ask("second question")
    page = await visitor.open("/")
    assert said(page) == ["first question", "second question"]


async def test_two_browsers_do_not_see_each_other(visitor, without_cookies):
    await asked(visitor, "my own question")
    page = await without_cookies.open("/")
    assert said(page) == []


async def test_html_in_a_question_is_shown_as_text(visitor):
    page = await asked(visitor, "<script>alert('x')</script> <b>bold</b> & \"more\"")
    assert said(page) == ["<script>alert('x')</script> <b>bold</b> & \"more\""]
    assert "<script>alert" not in page.html
    assert page.all("b") == []


async def test_html_in_a_reply_a_button_and_a_source_is_shown_as_text(visitor, fake):
    evil = "<img src=x onerror=alert(1)>"
    source = {
        "fact": "five-pillars",
        "title": evil,
        "url": 'https://example.gov/"><script>',
        "page": None,
    }
    button = {"title": evil, "act": {"kind": "form", "value": "yes"}}
    fake.replies = [reply(text=evil, sources=[source], buttons=[button])]
    page = await asked(visitor)
    assert page.html.count("<img") == 0
    assert answers(page)[0].words.count(evil) == 3
    assert all("inline" not in str(s.attributes) and s["src"] for s in page.all("script"))


async def test_a_receipt_is_a_link_to_its_comment(visitor, fake):
    fake.replies = [
        reply(status="comment", text="Recorded.", receipt="K7M4-QX9T", sources=[], buttons=[])
    ]
    page = await asked(visitor, "yes")
    link = answers(page)[0].one("p", class_="receipt").one("a")
    assert link["href"].startswith("/c/K7M4-QX9T?lang=en&key=")
    assert "K7M4-QX9T" in link.words


async def test_the_hint_tells_how_long_a_comment_may_be(visitor, fake):
    page = await visitor.open("/")
    assert page.one("span", id="limit").words == "Up to 1,000 characters."
    fake.replies = [COMMENT_FORM]
    page = await visitor.ask("I want to leave a comment")
    assert page.one("span", id="limit").words == "Up to 5,000 characters."


# Nothing typed is lost


async def test_what_is_too_long_stays_in_the_box(visitor):
    page = await asked(visitor, LONG)
    assert visitor.status == 400
    assert "1,000" in problem(page)
    assert box(page) == LONG


async def test_what_was_said_before_stays_when_something_is_too_long(visitor):
    await asked(visitor, "first question")
    page = await visitor.ask(LONG)
    assert said(page) == ["first question"]
    assert box(page) == LONG


async def test_an_empty_question_is_told_so(visitor):
    page = await asked(visitor, "   ")
    assert visitor.status == 400
    assert problem(page) == "Please type a question or a comment first."
    assert page.one("textarea", name="text")["aria-invalid"] == "true"


async def test_what_was_typed_stays_when_the_assistant_is_down(visitor, fake):
    await asked(visitor, "first question")
    fake.status = 500
    page = await visitor.ask("second <question>")
    assert visitor.status == 503
    assert "Nothing you wrote is lost" in problem(page)
    assert "410-396-0000" in problem(page)
    assert box(page) == "second <question>"
    assert said(page) == ["first question"]


async def test_what_was_typed_can_be_sent_again_when_the_assistant_is_back(visitor, fake):
    fake.status = 500
    page = await asked(visitor, "my question")
    fake.status = 200
    page = await visitor.press("Send")
    assert said(page) == ["my question"]
    assert problem(page) == ""


async def test_what_was_typed_stays_while_another_message_is_pending(visitor, fake):
    await asked(visitor, "first question")
    may_answer = asyncio.Event()
    fake.then = may_answer.wait
    form, fields = visitor.page.form_of("Send")
    pending = asyncio.create_task(
        visitor.client.post("/", data=fields | {"text": "second question"})
    )
    while len(fake.heard) < 2:
        await asyncio.sleep(0.01)
    page = await visitor.ask("third question")
    assert visitor.status == 429
    assert "still working" in problem(page)
    assert box(page) == "third question"
    may_answer.set()
    (await pending).close()


async def test_what_was_typed_stays_when_it_came_too_fast(visitor, app):
    await visitor.open("/")
    app[TURNS].by_conversation = RateLimit(0, 60)
    page = await visitor.ask("my question")
    assert visitor.status == 429
    assert "wait a minute" in problem(page)
    assert box(page) == "my question"


async def test_what_was_typed_into_an_unknown_conversation_stays(visitor):
    await visitor.open("/")
    page = await visitor.press("Send", conversation="forged.token", text="my question")
    assert visitor.status == 404
    assert box(page) == "my question"
    assert page.one("form", id="ask").one("input", name="conversation")["value"] == ""


async def test_a_forged_button_is_told_and_the_conversation_stays(visitor):
    await asked(visitor, "first question")
    page = await visitor.press("The timeline", button="forged.token")
    assert visitor.status == 400
    assert "does not belong" in problem(page)
    assert said(page) == ["first question"]


async def test_problems_are_told_in_spanish(visitor, fake):
    await visitor.open("/?lang=es")
    fake.status = 500
    page = await visitor.ask("¿cuáles son los pilares?", "Enviar")
    assert "No se perdió nada" in problem(page)


async def test_the_page_is_shown_when_the_store_is_gone(visitor, lose_store):
    await asked(visitor, "first question")
    await lose_store()
    page = await visitor.open("/")
    assert visitor.status == 200
    assert problem(page) != ""
    assert page.one("textarea", name="text")


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"--x", "multipart/form-data"),
        (b"text=hello", "application/x-www-form-urlencoded; charset=klingon"),
        (b'{"text": "hello"}', "application/json"),
        (b"text=%ff%fe", "application/x-www-form-urlencoded"),
    ],
)
async def test_what_is_no_form_of_ours_is_refused_with_a_page(client, data, content_type):
    async with client.post("/", data=data, headers={"Content-Type": content_type}) as response:
        assert response.status in {400, 403}
        await Page.of(response)


async def test_a_file_instead_of_a_text_is_no_text(client, fake):
    form = aiohttp.FormData(await fields_of(client))
    form.add_field("text", b"hello", filename="question.txt")
    async with client.post("/", data=form) as response:
        assert response.status == 400
    assert fake.heard == []


async def test_a_pasted_100_kb_stays_in_the_box(visitor):
    page = await asked(visitor, "x" * 100_000)
    assert visitor.status == 400
    assert "1,000 characters" in problem(page)
    assert box(page) == "x" * 100_000


async def test_a_form_over_512_kb_is_too_large(client):
    async with await send_form(client, data={"text": "x" * 600_000}) as response:
        assert response.status == 413
        page = await Page.of(response)
    assert page.one("p", class_="lead").words == "That is too much at once. Please send less."


# Without cookies


async def test_without_cookies_the_answer_is_on_the_page(without_cookies):
    page = await asked(without_cookies, "first question")
    assert without_cookies.status == 200
    assert said(page) == ["first question"]


async def test_without_cookies_the_conversation_goes_on_by_the_hidden_field(without_cookies, fake):
    await asked(without_cookies, "first question")
    page = await without_cookies.ask("second question")
    assert said(page) == ["first question", "second question"]
    assert fake.heard[0]["conversation"] == fake.heard[1]["conversation"]


async def test_without_cookies_a_button_works(without_cookies, fake):
    await asked(without_cookies)
    page = await without_cookies.press("The timeline")
    assert said(page)[-1] == "The timeline"
    assert fake.last["metadata"]["act"]["kind"] == "fact"


async def test_without_cookies_what_was_typed_stays_too(without_cookies, fake):
    await asked(without_cookies, "first question")
    fake.status = 500
    page = await without_cookies.ask("second question")
    assert box(page) == "second question"
    assert said(page) == ["first question"]


# Clearing


async def test_clearing_asks_first_and_then_forgets(visitor, app):
    await asked(visitor, "a question to forget")
    page = await visitor.press("Clear this conversation")
    assert page.one("h1").words == "Clear this conversation?"
    page = await visitor.press("Yes, clear it")
    assert said(page) == []
    assert "a question to forget" not in page.html
    assert "The conversation was deleted." in page.words


async def test_opening_the_page_that_asks_clears_nothing(visitor):
    await asked(visitor, "a question to keep")
    await visitor.open("/clear")
    assert said(await visitor.open("/")) == ["a question to keep"]


async def test_a_cleared_conversation_is_gone_from_the_store(visitor, app):
    await asked(visitor, "a question to forget")
    token = visitor.page.one("form", id="ask").one("input", name="conversation")["value"]
    await visitor.open("/clear")
    await visitor.press("Yes, clear it")
    identity = app[TURNS].signer.conversation(token, "web")
    assert await app[STORE].turns(identity) == []
    assert await app[STORE].conversation(identity) is None


@pytest.mark.parametrize("conversation", ["", "forged.token"])
async def test_clearing_an_unknown_conversation_forgets_nothing(visitor, conversation):
    await asked(visitor, "a question to keep")
    cookie = visitor.client.session.cookie_jar.filter_cookies(visitor.client.make_url("/"))
    await visitor.open("/clear")
    await visitor.press("Yes, clear it", conversation=conversation)
    visitor.client.session.cookie_jar.update_cookies(cookie)
    assert said(await visitor.open("/")) == ["a question to keep"]


async def test_only_a_form_clears_and_no_link_does(client):
    async with client.get("/clear?conversation=x", allow_redirects=False) as response:
        assert response.status == 200
