"""Questions without an answer are read back for staff, newest first."""

import pytest

from bot.comments.questions import unanswered
from tests.comments.conftest import MARCH


@pytest.fixture
async def asked(store, conversation, turn):
    near = ["gap-neighborhoods", "take-part"]
    for made in (
        turn(1, status="absent", question="Is there a map?", facts=[], near=near),
        turn(2, status="answered", question="What are the pillars?"),
        turn(
            3,
            status="clarify",
            question="¿Cuándo salió?",
            language="es",
            channel="sms",
            near=["draft-released"],
        ),
        turn(4, status="out_of_scope", question="Who won?"),
        turn(5, status="absent", question="Ask city staff", button="intent:give_comment"),
    ):
        await store.record(conversation(), made)
    return store


async def test_questions_without_an_answer_come_newest_first(asked):
    found = await unanswered(asked)
    assert [q.question for q in found] == ["Who won?", "¿Cuándo salió?", "Is there a map?"]


async def test_each_has_its_status_language_channel_and_nearest_facts(asked):
    question = (await unanswered(asked, statuses=("clarify",)))[0]
    assert (question.status, question.language, question.channel) == ("clarify", "es", "sms")
    assert question.near == ("draft-released",)
    assert question.asked_at == MARCH.replace(minute=3)


async def test_a_gap_stands_first_among_what_is_near(asked):
    (question,) = await unanswered(asked, statuses=("absent",))
    assert question.near == ("gap-neighborhoods", "take-part")


async def test_a_pressed_button_is_no_question(asked):
    assert "Ask city staff" not in [q.question for q in await unanswered(asked)]


async def test_only_what_was_asked_since_a_moment_is_read(asked):
    found = await unanswered(asked, since=MARCH.replace(minute=3))
    assert [q.turn for q in found] == ["talk-1-4", "talk-1-3"]


async def test_no_more_than_the_limit_is_read(asked):
    assert len(await unanswered(asked, limit=2)) == 2


async def test_a_status_that_answers_is_refused(asked):
    with pytest.raises(ValueError, match="not a status of an unanswered question: answered"):
        await unanswered(asked, statuses=("absent", "answered"))
