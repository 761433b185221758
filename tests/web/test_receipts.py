"""A comment's page for whoever has its code: state, reply and history; what the author does is in
`test_authors.py`."""

import asyncio
from collections import Counter

import pytest

from bot.comments.receipt import ALPHABET, new_receipt
from bot.comments.tables import CommentEvent
from bot.language.messages import say as sentence
from bot.web.comment_words import TEXTS
from bot.web.keys import STORE
from tests.web.page import problem

WORD = "blue heron"


# By its code


async def test_a_comment_is_found_by_its_receipt(visitor, file):
    comment = await file()
    page = await visitor.open(f"/c/{comment.receipt}")
    assert visitor.status == 200
    assert page.one("h1").words == f"Comment {comment.receipt}"
    shown = {d.one("dt").words: d.one("dd").words for d in page.one("dl").all("div")}
    assert shown["State"] == "Received, not yet reviewed"
    assert shown["About"] == "Education"
    assert "late: the comment period had closed" in shown["Filed on"]
    assert shown["The city's reply"] == "No reply yet."


async def test_a_comment_is_found_in_spanish(visitor, file):
    comment = await file()
    page = await visitor.open(f"/c/{comment.receipt}?lang=es")
    shown = {d.one("dt").words: d.one("dd").words for d in page.one("dl").all("div")}
    assert shown["Estado"] == "Recibido, aún sin revisar"
    assert shown["Tema"] == "Educación"
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
    assert "Answered" in page.words


@pytest.mark.parametrize("visibility", ["hidden", "withdrawn", "erased"])
async def test_a_comment_out_of_sight_tells_only_that(visitor, file, visibility):
    comment = await file({"visibility": visibility, "state": "answered"})
    page = await visitor.open(f"/c/{comment.receipt}")
    assert page.one("dl").all("dd")[0].words.lower() == sentence(f"visibility_{visibility}", "en")


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
    location = location.removesuffix("?lang=en")
    assert not set(location.removeprefix("/c/")) & set("/?#\r\n ")
    assert "Set-Cookie" not in response.headers


async def test_when_the_store_is_gone_a_comment_is_unavailable(visitor, file, lose_store):
    receipt = (await file()).receipt
    await lose_store()
    page = await visitor.open(f"/c/{receipt}")
    assert visitor.status == 503
    assert "410-396-0000" in page.one("p", class_="lead").words


async def test_a_hidden_comment_tells_its_author_why(visitor, file):
    comment = await file({"visibility": "hidden", "hidden_reason": "obscene"})
    page = await visitor.open(f"/c/{comment.receipt}")
    assert "No. The reason: it is obscene" in page.words
    page = await visitor.open(f"/c/{comment.receipt}?lang=es")
    assert "El motivo: es obsceno" in page.words


async def test_the_public_text_is_shown_and_what_was_left_out_is_not(visitor, file):
    comment = await file({"visibility": "redacted", "public_text": "Lend [...]"})
    page = await visitor.open(f"/c/{comment.receipt}")
    assert page.one("blockquote").text == "Lend [...]"
    assert "laptops" not in page.html


async def test_the_history_is_told_in_plain_words_without_what_is_staffs_own(visitor, file, app):
    comment = await file()
    async with app[STORE].session() as session:
        for action, after in (
            ("assigned", {"assignee": "Kim", "state": "in_review"}),
            ("noted", None),
            ("replied", {"public_reply": "Yes.", "state": "answered"}),
            ("released", {"visibility": "released"}),
        ):
            session.add(
                CommentEvent(
                    comment_id=comment.id,
                    at=comment.created_at,
                    actor="kim",
                    action=action,
                    after=after,
                )
            )
    page = await visitor.open(f"/c/{comment.receipt}")
    lines = [line.words.partition(": ")[2] for line in page.one("ol").all("li")]
    keys = ("history_filed", "history_in_review", "history_replied", "history_released")
    assert lines == [TEXTS["en"][key] for key in keys]
    assert "kim" not in page.html.lower()


# Wrong codes


async def test_five_wrong_codes_in_a_minute_are_slowed_down_even_before_a_right_one(
    visitor, file, settings
):
    receipt = (await file()).receipt
    for _ in range(5):
        await visitor.open(f"/c/{new_receipt()}")
        assert visitor.status == 404
    page = await visitor.open(f"/c/{receipt}?lang=es")
    assert visitor.status == 429
    assert problem(page) == TEXTS["es"]["too_many_tries"]


async def test_right_codes_are_never_counted(visitor, file):
    receipt = (await file()).receipt
    for _ in range(12):
        await visitor.open(f"/c/{receipt}")
    assert visitor.status == 200


async def test_a_hundred_wrong_codes_at_once_are_no_way_around_the_limit(client):
    codes = [new_receipt() for _ in range(100)]
    answers = await asyncio.gather(*(client.get(f"/c/{code}") for code in codes))
    statuses = Counter(answer.status for answer in answers)
    assert statuses == {404: 5, 429: 95}


async def test_the_answer_to_too_many_says_how_long_to_wait(client):
    for _ in range(6):
        response = await client.get("/c/x")
    assert (response.status, response.headers["Retry-After"]) == (429, "60")
