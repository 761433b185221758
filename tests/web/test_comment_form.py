"""The comment form at /comment: written, read once more, filed once; nothing typed is lost."""

import asyncio
import time
from datetime import date

import pytest
from sqlalchemy import select

from bot.comments.code_word import fits
from bot.comments.tables import Comment, Contact
from bot.language.messages import say as sentence
from bot.web.comment_draft import Draft, opened
from bot.web.comment_words import TEXTS
from bot.web.csrf import FIELD, LIFETIME
from bot.web.keys import SEALER, SIGNER, STORE
from bot.web.tickets import SeenAnswer, comment_path
from tests.web.conftest import Visitor
from tests.web.page import Page, problem

EN, ES = TEXTS["en"], TEXTS["es"]
TYPED = {"topic": "education", "text": "Teach coding in every school."}


def typed(page):
    return page.one("textarea", name="text").text.removeprefix("\n")


async def comments(app):
    async with app[STORE].session() as session:
        return list((await session.execute(select(Comment))).scalars().all())


async def read_back(visitor, path="/comment", **fields):
    await visitor.open(path)
    return await visitor.press(EN["read_it"], **TYPED | fields)


async def filed(visitor, **fields):
    await read_back(visitor, **fields)
    return await visitor.press(EN["file_it"])


# The way through


async def test_the_notice_and_the_window_come_before_the_text(visitor):
    page = await visitor.open("/comment")
    assert sentence("comment_notice", "en") in page.one("div", class_="notice").words
    assert "closed on March 16, 2018" in page.one("div", class_="notice").words
    assert page.html.index("comments are public record") < page.html.index("<textarea")


@pytest.mark.parametrize(
    ("today", "words"),
    [("2018-03-01", "open until March 16, 2018"), ("2018-01-05", "has not begun"),
     ("2026-11-24", "closed on March 16, 2018")],
)  # fmt: skip
async def test_the_form_knows_whether_comments_are_due(
    aiohttp_client, make, settings, today, words
):
    app = make(settings.model_copy(update={"today": date.fromisoformat(today)}))
    visitor = Visitor(await aiohttp_client(app))
    page = await visitor.open("/comment")
    assert words in page.one("div", class_="notice").words
    await filed(visitor)
    (comment,) = await comments(app)
    assert comment.window == {"2018-03-01": "open", "2018-01-05": "early"}.get(today, "late")


async def test_nothing_is_stored_before_it_is_read_back_and_confirmed(visitor, app):
    page = await read_back(visitor)
    assert page.one("blockquote").text == TYPED["text"]
    assert await comments(app) == []
    page = await visitor.press(EN["file_it"])
    (comment,) = await comments(app)
    assert page.one("strong", class_="code").words == comment.receipt
    assert (comment.topic, comment.text, comment.channel) == ("education", TYPED["text"], "web")
    assert (comment.language, comment.notice_version) == ("en", "2026-11")


async def test_the_receipt_page_after_filing_shows_the_text_and_lets_details_be_added(visitor):
    page = await filed(visitor)
    assert page.one("blockquote").text == TYPED["text"]
    assert page.form_of(EN["add_it"])


async def test_personal_data_is_shown_masked_and_stored_masked(visitor, app, settings):
    text = "I am at jane.roe@example.com or 410-555-0134. Fix the buses."
    page = await read_back(visitor, text=text)
    assert "[email removed]" in page.one("blockquote").text
    assert "an email address, a phone number" in page.words
    await visitor.press(EN["file_it"])
    (comment,) = await comments(app)
    assert comment.masked == ["email", "phone"]
    for file in settings.data_dir.glob("bot.db*"):
        assert b"jane.roe" not in file.read_bytes()
        assert b"555-0134" not in file.read_bytes()


async def test_what_is_optional_is_kept_apart_sealed_or_hashed(visitor, app, settings):
    page = await read_back(
        visitor, zip_code="21202-1234", contact="(410) 396-3100", code_word="Blue Heron"
    )
    shown = {d.one("dt").words: d.one("dd").words for d in page.one("dl").all("div")}
    assert shown[EN["zip_code"]] == "21202"
    assert shown[EN["read_contact"]] == "+14103963100"
    assert shown[EN["code_word"]].startswith("Blue Heron")
    await visitor.press(EN["file_it"])
    (comment,) = await comments(app)
    assert comment.zip_code == "21202"
    assert await fits("blue heron", comment.code_word)
    async with app[STORE].session() as session:
        contact = await session.get(Contact, 1)
    assert app[SEALER].open(contact.sealed) == "+14103963100"
    for file in settings.data_dir.glob("bot.db*"):
        content = file.read_bytes()
        assert not [word for word in (b"4103963100", b"396-3100", b"eron") if word in content]


async def test_nothing_personal_is_asked_of_anybody(visitor, app):
    await filed(visitor)
    (comment,) = await comments(app)
    assert (comment.zip_code, comment.code_word) == (None, None)
    async with app[STORE].session() as session:
        assert await session.get(Contact, 1) is None


async def test_the_form_works_in_spanish(visitor, app):
    await visitor.open("/comment?lang=es")
    await visitor.press(ES["read_it"], topic="economy", text="Más empleos para jóvenes, por favor.")
    page = await visitor.press(ES["file_it"])
    assert page.one("h1").words == ES["filed_title"]
    (comment,) = await comments(app)
    assert (comment.language, comment.topic) == ("es", "economy")


async def test_the_form_works_when_the_assistant_is_down(visitor, fake, app):
    fake.status = 500
    await filed(visitor)
    assert visitor.status == 200
    assert len(await comments(app)) == 1
    assert fake.heard == []


async def test_the_form_works_without_cookies(without_cookies, app):
    await without_cookies.open("/comment?lang=es")
    await without_cookies.press(ES["read_it"], **TYPED)
    page = await without_cookies.press(ES["file_it"])
    assert without_cookies.status == 200
    assert page.one("h1").words == ES["filed_title"]
    assert len(await comments(app)) == 1


async def test_a_read_back_comment_can_be_changed_with_all_that_was_typed(visitor, app):
    await read_back(visitor, zip_code="21202", contact="a@b.org", code_word="blue heron")
    page = await visitor.press(EN["change_it"])
    assert typed(page) == TYPED["text"]
    for name, value in (("zip_code", "21202"), ("contact", "a@b.org"), ("code_word", "blue heron")):
        assert page.one("input", name=name)["value"] == value
    await visitor.press(EN["read_it"], text="Teach it in libraries.")
    await visitor.press(EN["file_it"])
    (comment,) = await comments(app)
    assert (comment.text, comment.topic) == ("Teach it in libraries.", "education")


async def test_the_other_language_keeps_what_was_typed(visitor, app):
    await read_back(visitor)
    page = await visitor.switch()
    assert page.one("h1").words == ES["read_title"]
    assert page.one("blockquote").text == TYPED["text"]
    await visitor.press(ES["change_it"])
    page = await visitor.switch()
    assert page.one("h1").words == EN["form_title"]
    assert typed(page) == TYPED["text"]


async def test_danger_in_a_comment_is_answered_on_the_read_back(visitor):
    page = await read_back(visitor, text="Nobody helps me and I want to kill myself.")
    assert "988" in problem(page)
    await visitor.press(EN["file_it"])
    assert visitor.status == 200


# What it is about


async def test_a_comment_on_a_fact_knows_its_topic(visitor, app):
    await visitor.open("/f/pillar-education?lang=en")
    page = await visitor.follow(EN["comment_on_this"])
    option = next(o for o in page.one("select").all("option") if "selected" in o.attributes)
    assert option["value"] == "education"
    assert page.one("p", class_="card").one("a")["href"] == "/f/pillar-education"
    await visitor.press(EN["read_it"], text="More of it.")
    await visitor.press(EN["file_it"])
    (comment,) = await comments(app)
    (event,) = await app[STORE].history(comment.id)
    assert event.after["about"] == "pillar-education"


async def test_a_comment_on_an_answer_keeps_the_turn(visitor, app):
    seen = SeenAnswer("talk-1", "turn-1", "answered")
    await read_back(visitor, comment_path(app[SIGNER], seen, "five-pillars"))
    await visitor.press(EN["file_it"])
    (comment,) = await comments(app)
    assert (comment.conversation_id, comment.turn_id, comment.turn_status) == (
        "talk-1", "turn-1", "answered",
    )  # fmt: skip


@pytest.mark.parametrize("ticket", ["x", "x.y", "%00", "WzEsInQiXQ.AAAAAAAAAAAAAAAA"])
async def test_an_answer_that_was_not_seen_is_not_kept(visitor, app, ticket):
    await read_back(visitor, f"/comment?turn={ticket}&about=nothing")
    await visitor.press(EN["file_it"])
    (comment,) = await comments(app)
    assert (comment.conversation_id, comment.turn_id) == (None, None)


# Bad input


@pytest.mark.parametrize(
    ("field", "value", "key"),
    [
        ("topic", "", "topic_missing"),
        ("topic", "nonsense", "topic_missing"),
        ("text", "", "text_empty"),
        ("text", " \u200b\n ", "text_empty"),
        ("text", "🎉🎉", "text_words"),
        ("zip_code", "2120", "zip_code_bad"),
        ("zip_code", "00000", "zip_code_bad"),
        ("contact", "jane@", "contact_bad"),
        ("contact", "+52 55 1234 5678", "contact_bad"),
        ("code_word", "short", "code_word_bad"),
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
async def test_what_is_wrong_is_said_and_all_of_it_kept(visitor, app, field, value, key, language):
    texts = TEXTS[language]
    given = TYPED | {"zip_code": "21202", "contact": "a@b.org", "code_word": "blue heron"}
    await visitor.open(f"/comment?lang={language}")
    page = await visitor.press(texts["read_it"], **given | {field: value})
    assert visitor.status == 400
    assert problem(page) == f"{texts['errors_title']} {texts[key]}"
    assert page.one("div", class_="problem").one("a")["href"] == f"#{field}"
    kept = page.form_of(texts["read_it"])[1]
    for name in given.keys() - {field}:
        assert kept[name].removeprefix("\n") == given[name]
    assert await comments(app) == []


@pytest.mark.parametrize("length", [5001, 100_000])
async def test_a_text_that_is_too_long_is_counted_and_kept(visitor, length):
    page = await read_back(visitor, text="x" * length)
    assert visitor.status == 400
    assert EN["text_long"].format(length=f"{length:,}") in problem(page)
    assert typed(page) == "x" * length


async def test_five_thousand_letters_of_any_script_fit(visitor, app):
    await read_back(visitor, text="a" + "🎉" * 4999)
    await visitor.press(EN["file_it"])
    (comment,) = await comments(app)
    assert len(comment.text) == 5000


async def test_far_too_much_is_told_with_what_to_do(visitor):
    page = await read_back(visitor, text="x" * 600_000)
    assert visitor.status == 413
    assert problem(page) == EN["too_large"]


async def test_a_double_submit_stores_one_and_shows_one_receipt(visitor, app):
    await read_back(visitor)
    form, fields = visitor.page.form_of(EN["file_it"])

    async def press():
        async with visitor.client.post(
            form["action"], data=fields, allow_redirects=False
        ) as response:
            return response.headers["Location"].partition("?")[0]

    paths = await asyncio.gather(*(press() for _ in range(5)))
    assert len(set(paths)) == 1
    assert len(await comments(app)) == 1


async def test_the_back_button_after_filing_and_filing_again_shows_the_same_receipt(visitor, app):
    page = await read_back(visitor)
    receipt = (await visitor.press(EN["file_it"])).one("strong", class_="code").words
    visitor.page = page
    again = await visitor.press(EN["file_it"])
    assert again.one("strong", class_="code").words == receipt
    assert len(await comments(app)) == 1


async def test_two_forms_in_two_tabs_are_two_comments(visitor, app):
    first = await read_back(visitor, text="One comment.")
    await filed(visitor, text="Another comment.")
    visitor.page = first
    await visitor.press(EN["file_it"])
    assert sorted(c.text for c in await comments(app)) == ["Another comment.", "One comment."]


async def test_a_form_that_is_too_old_keeps_what_was_typed_and_can_be_sent_again(visitor, app):
    await visitor.open("/comment")
    name = visitor.page.form_of(EN["read_it"])[1][FIELD].partition(".")[0]
    old = app[SIGNER].form("comment", name, int(time.time()) - LIFETIME - 5)
    page = await visitor.press(EN["read_it"], **TYPED | {FIELD: old})
    assert visitor.status == 403
    assert problem(page) == sentence("error_form_expired", "en")
    assert typed(page) == TYPED["text"]
    page = await visitor.press(EN["read_it"])
    assert page.one("blockquote").text == TYPED["text"]
    page = await visitor.press(EN["file_it"], **{FIELD: old})
    assert visitor.status == 403
    assert page.one("blockquote").text == TYPED["text"]
    await visitor.press(EN["file_it"])
    assert len(await comments(app)) == 1


async def test_a_draft_that_was_changed_is_not_filed(visitor, app):
    await read_back(visitor)
    fields = visitor.page.form_of(EN["file_it"])[1]
    page = await visitor.press(EN["file_it"], draft=fields["draft"][:-4] + "AAAA")
    assert visitor.status == 400
    assert problem(page) == EN["draft_lost"]
    assert await comments(app) == []


async def test_a_form_without_its_draft_keeps_what_was_typed(visitor, app):
    page = await read_back(visitor, draft="nonsense")
    assert visitor.status == 403
    assert typed(page) == TYPED["text"]
    await visitor.press(EN["read_it"])
    await visitor.press(EN["file_it"])
    assert len(await comments(app)) == 1


async def test_the_draft_can_not_be_read_in_the_page(visitor, app):
    page = await read_back(visitor, text="A secret word.", contact="a@b.org")
    sealed = page.form_of(EN["file_it"])[1]["draft"]
    assert "secret" not in sealed
    draft = opened(sealed, app[SEALER])
    assert (draft.text, draft.contact) == ("A secret word.", "a@b.org")


def test_another_sealed_text_is_no_draft(app):
    assert opened(app[SEALER].seal("a@b.org"), app[SEALER]) is None
    assert opened(app[SEALER].seal('["other", {}]'), app[SEALER]) is None
    assert opened(Draft("d", "n").seal(app[SEALER]), app[SEALER]) == Draft("d", "n")


async def test_when_the_store_is_gone_the_comment_stays_on_the_page(visitor, lose_store):
    await read_back(visitor)
    await lose_store()
    page = await visitor.press(EN["file_it"])
    assert visitor.status == 503
    assert problem(page) == EN["not_stored"].format(contact="410-396-0000")
    assert page.one("blockquote").text == TYPED["text"]
    await visitor.press(EN["change_it"])
    assert typed(visitor.page) == TYPED["text"]


async def test_markup_in_a_comment_is_shown_as_text(visitor):
    page = await read_back(visitor, text="<script>alert(1)</script> & more")
    assert page.one("blockquote").text == "<script>alert(1)</script> & more"
    assert "<script>alert" not in page.html


async def test_another_sites_page_can_not_send_the_form(client):
    headers = {"Sec-Fetch-Site": "cross-site"}
    async with client.post("/comment", data=TYPED, headers=headers) as response:
        assert response.status == 403
        page = await Page.of(response)
    assert page.one("p", class_="lead").words == sentence("error_form_foreign", "en")


# Words


def test_both_languages_have_the_same_texts():
    assert EN.keys() == ES.keys()
    for key in EN:
        assert EN[key].strip()
        assert ES[key].strip()
        assert EN[key] != ES[key] or key in {"rate_no"}, key
