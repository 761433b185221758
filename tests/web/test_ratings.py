"""Was this useful? Under each answer, without JavaScript too; and the way to comment on it."""

import pytest
from sqlalchemy import select

from bot.comments.tables import Comment, Rating, Turn
from bot.web.comment_words import TEXTS
from bot.web.keys import SIGNER, STORE
from tests.channels.fake_assistant import COMMENT_FORM, reply
from tests.web.page import Page

EN, ES = TEXTS["en"], TEXTS["es"]


async def rows(app, table):
    async with app[STORE].session() as session:
        return list((await session.execute(select(table))).scalars().all())


async def rated(app):
    return [(row.useful, row.reason) for row in await rows(app, Rating)]


def pressed(page):
    return [b.words for b in page.all("button", **{"aria-pressed": "true"})]


@pytest.fixture
async def asked(visitor):
    """A resident who has asked something."""
    await visitor.open("/?lang=en")
    await visitor.ask("what are the pillars?")
    return visitor


async def test_an_answer_is_rated_and_the_page_shows_it(asked, app):
    page = await asked.press(EN["rate_yes"])
    assert await rated(app) == [(True, None)]
    assert pressed(page) == [EN["rate_yes"]]
    assert EN["rate_thanks"] in page.words
    (turn,) = await rows(app, Turn)
    assert asked.address == f"/#rate-{turn.id}"


async def test_who_says_no_is_asked_why_and_may_change_it(asked, app):
    page = await asked.press(EN["rate_no"])
    assert EN["rate_why"] in page.words
    page = await asked.press(EN["rate_hard"])
    assert await rated(app) == [(False, "hard")]
    assert pressed(page) == [EN["rate_no"], EN["rate_hard"]]
    await asked.press(EN["rate_wrong"])
    assert await rated(app) == [(False, "wrong")]
    await asked.press(EN["rate_yes"])
    assert await rated(app) == [(True, None)]


async def test_pressing_twice_is_one_rating(asked, app):
    page = asked.page
    await asked.press(EN["rate_yes"])
    asked.page = page
    await asked.press(EN["rate_yes"])
    assert await rated(app) == [(True, None)]


async def test_a_rating_works_without_cookies(without_cookies, app):
    await without_cookies.open("/?lang=en")
    await without_cookies.ask("what are the pillars?")
    page = await without_cookies.press(EN["rate_no"])
    assert without_cookies.status == 200
    assert pressed(page) == [EN["rate_no"]]
    assert await rated(app) == [(False, None)]


async def test_a_spanish_answer_is_rated_in_spanish(visitor):
    await visitor.open("/?lang=es")
    await visitor.ask("¿cuáles son los pilares?", "Enviar")
    page = await visitor.press(ES["rate_no"])
    assert ES["rate_why"] in page.words


async def test_the_script_gets_the_block_as_it_is_now(asked, app):
    form, fields = asked.page.form_of(EN["rate_no"])
    headers = {"Accept": "application/json"}
    async with asked.client.post(form["action"], data=fields, headers=headers) as response:
        body = await response.json()
    block = Page(body["html"])
    assert block.one("form")["id"] == form["id"]
    assert pressed(block) == [EN["rate_no"]]
    assert body["spoken"] == EN["rate_thanks"]


async def test_only_who_is_in_the_conversation_rates_its_answers(asked, app):
    form, fields = asked.page.form_of(EN["rate_yes"])
    for other in (app[SIGNER].new_conversation("web"), "", "x.y"):
        async with asked.client.post(
            form["action"], data=fields | {"conversation": other}
        ) as response:
            assert response.status == 404
            page = await Page.of(response)
        assert EN["rate_unknown"] in page.words
    assert await rated(app) == []


@pytest.mark.parametrize(
    "wrong", [{"useful": "perhaps"}, {"reason": "nonsense"}, {"useful": "no", "reason": "x" * 99}]
)
async def test_what_is_no_rating_is_refused(asked, app, wrong):
    await asked.press(EN["rate_no"], **wrong)
    assert asked.status == 400
    assert await rated(app) == []


async def test_an_old_form_is_told_so(asked, app):
    page = await asked.press(EN["rate_yes"], form_token="")
    assert asked.status == 403
    assert page.one("div", id="problem").words
    assert await rated(app) == []


async def test_when_the_store_is_gone_a_rating_is_told_so(asked, lose_store):
    await lose_store()
    page = await asked.press(EN["rate_yes"])
    assert asked.status == 503
    assert EN["rate_failed"] in page.words


async def test_what_is_no_answer_has_no_rating(visitor, fake):
    fake.replies = [COMMENT_FORM]
    await visitor.open("/?lang=en")
    page = await visitor.ask("I want to comment")
    assert EN["rate_question"] not in page.words


# The way to a comment


async def test_a_comment_on_an_answer_is_anchored_to_it(asked, app):
    await asked.follow(EN["comment_on_this"])
    page = await asked.press(EN["read_it"], topic="economy", text="I agree.")
    page = await asked.press(EN["file_it"])
    assert page.one("h1").words == EN["filed_title"]
    (comment,) = await rows(app, Comment)
    (turn,) = await rows(app, Turn)
    assert (comment.turn_id, comment.conversation_id) == (turn.id, turn.conversation_id)
    assert comment.turn_status == "answered"
    (event,) = await app[STORE].history(comment.id)
    assert event.after["about"] == "five-pillars"


async def test_a_comment_filed_in_the_conversation_is_opened_by_its_link(visitor, fake, file, app):
    comment = await file(text="Lend laptops now.")
    fake.replies = [reply(receipt=comment.receipt, status="comment", buttons=[])]
    await visitor.open("/?lang=en")
    page = await visitor.ask("yes, file it")
    link = page.one("p", class_="receipt").one("a")["href"]
    page = await visitor.open(link)
    assert page.one("h1").words == EN["filed_title"]
    assert page.one("blockquote").text == "Lend laptops now."
    await visitor.press(EN["add_it"], zip_code="21202")
    (comment,) = await rows(app, Comment)
    assert comment.zip_code == "21202"
