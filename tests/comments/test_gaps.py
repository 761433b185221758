"""The gap board's groups, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from bot.comments import gaps, grouping
from bot.comments.gap_tables import GapGroup, GapState
from bot.comments.gaps import BadGap, GapView
from bot.comments.grouping import groups_of
from bot.comments.grouping_apart import group_apart
from bot.comments.ratings import rate
from bot.comments.tables import Conversation, Turn
from bot.language.encoder import SentenceEncoder

MONDAY = datetime(2026, 11, 23, 15, tzinfo=UTC)
WIFI = ("is there free wi-fi in parks?", "free wifi at parks", "hay wifi gratis en los parques?")


@pytest.fixture
def ask(store):
    """Records a question that got this status, by somebody new if nobody is named."""
    numbers = iter(range(1, 10_000))

    async def ask_(
        question, status="absent", who=None, channel="web", language="en", days=0, **more
    ):
        number = next(numbers)
        talk, at = who or f"talk-{number}", MONDAY + timedelta(days=days, minutes=number)
        async with store.session() as session:
            if await session.get(Conversation, talk) is None:
                session.add(
                    Conversation(
                        id=talk, channel=channel, language=language, created_at=at, updated_at=at
                    )
                )
                await session.flush()
            values = {"facts": [], "near": ["wifi"], "replies": [], "masked": [], "took_ms": 1}
            session.add(
                Turn(
                    id=f"turn-{number}", conversation_id=talk, created_at=at, channel=channel,
                    language=language, question=question, status=status, **(values | more),
                )
            )  # fmt: skip
        return f"turn-{number}"

    return ask_


@pytest.fixture(autouse=True)
def grouped_here(request, monkeypatch, encoder):
    """Groups in this process, which is quicker for a few questions; one test does it apart."""

    async def here(questions):
        return groups_of(questions, encoder)

    if "apart" not in request.function.__name__:
        monkeypatch.setattr(gaps, "group_apart", here)


@pytest.fixture(scope="session")
def encoder():
    return SentenceEncoder()


async def shown(store, **view):
    found, _ = await gaps.board(store, GapView(**view), "America/New_York")
    return [(g.people, g.questions, g.channels, g.languages) for g in found]


async def the_first(store, **view):
    return (await gaps.board(store, GapView(**view), "UTC"))[0][0]


async def test_questions_that_ask_for_the_same_are_one_group_in_both_languages(store, ask):
    await ask(WIFI[0], who="ana")
    await ask(WIFI[1].upper(), who="ana")
    await ask(WIFI[1], channel="sms")
    await ask(WIFI[2], language="es")
    await ask("how do i pay my water bill", "out_of_scope")
    assert await gaps.regroup(store) == 5
    assert await shown(store) == [
        (3, 4, ("sms", "web"), ("en", "es")),
        (1, 1, ("web",), ("en",)),
    ]
    first = await the_first(store)
    assert [turn.question for turn in first.samples] == [WIFI[2], WIFI[1], WIFI[0]]
    assert first.near == ("wifi",)


async def test_an_answer_rated_as_not_useful_is_on_the_board_and_a_useful_one_is_not(store, ask):
    low = await ask("when were comments due", "answered", who="ana", facts=["comments-close"])
    good = await ask("who wrote it", "answered", who="ben")
    await ask("five pillars", "answered")
    await ask("pressed", button="fact")
    await rate(store, "ana", low, False)
    await rate(store, "ben", good, True)
    await gaps.regroup(store)
    assert await shown(store) == [(1, 1, ("web",), ("en",))]
    assert await shown(store, status="not_useful") == await shown(store)
    assert await shown(store, status="absent") == []
    assert (await the_first(store)).near == ("comments-close",)


async def test_the_filters_count_only_what_they_let_through(store, ask):
    await ask(WIFI[0])
    await ask(WIFI[1], channel="sms", days=1)
    await ask(WIFI[2], language="es", status="clarify", days=2)
    await gaps.regroup(store)
    assert [people for people, *_ in await shown(store, channel="sms")] == [1]
    assert [people for people, *_ in await shown(store, language="en")] == [2]
    assert [people for people, *_ in await shown(store, status="clarify")] == [1]
    assert [people for people, *_ in await shown(store, since="2026-11-24")] == [2]
    assert [people for people, *_ in await shown(store, until="2026-11-23")] == [1]
    assert [
        people for people, *_ in await shown(store, since="2026-11-24", until="2026-11-24")
    ] == [1]


async def test_a_group_keeps_its_name_and_state_when_questions_are_added(store, ask):
    await ask(WIFI[0])
    await ask("how do i pay my water bill", "out_of_scope")
    await gaps.regroup(store)
    for gap in (await gaps.board(store, GapView(), "UTC"))[0]:
        if gap.samples[0].question == WIFI[0]:
            wifi = gap.group
    await gaps.set_aside(store, wifi.id, wifi.updated_at.isoformat(), "staff:ana", "asked of 311")
    await ask(WIFI[1])
    await ask(WIFI[2], language="es")
    await gaps.regroup(store)
    assert [people for people, *_ in await shown(store)] == [1]
    aside = await the_first(store, state="set_aside")
    assert (aside.group.id, aside.people, aside.group.reason) == (wifi.id, 3, "asked of 311")
    await gaps.reopen(store, wifi.id, aside.group.updated_at.isoformat(), "staff:ben")
    assert [people for people, *_ in await shown(store)] == [3, 1]
    acts = [(e.action, e.actor, e.reason) for e in await gaps.history(store, wifi.id)]
    assert acts == [("reopened", "staff:ben", None), ("set_aside", "staff:ana", "asked of 311")]


async def test_a_deleted_conversation_is_off_the_board_at_once(store, ask):
    await ask(WIFI[0], who="ana")
    await ask(WIFI[1], who="ben")
    await gaps.regroup(store)
    async with store.session() as session:
        await session.execute(delete(Turn).where(Turn.conversation_id == "ana"))
    assert [people for people, *_ in await shown(store)] == [1]
    async with store.session() as session:
        await session.execute(delete(Turn))
    assert await shown(store) == []
    await gaps.regroup(store)
    async with store.session() as session:
        assert (await session.scalars(select(GapGroup))).all() == []


async def test_a_change_that_was_not_seen_is_not_written_over(store, ask):
    await ask(WIFI[0])
    await gaps.regroup(store)
    group = (await the_first(store)).group
    seen = group.updated_at.isoformat()
    with pytest.raises(BadGap, match="Say why"):
        await gaps.set_aside(store, group.id, seen, "staff:ana", "  ")
    await gaps.set_aside(store, group.id, seen, "staff:ana", "not ours")
    with pytest.raises(BadGap, match="Somebody changed this"):
        await gaps.set_aside(store, group.id, seen, "staff:ben", "nor mine")
    with pytest.raises(BadGap, match="no such group"):
        await gaps.reopen(store, 999, seen, "staff:ben")
    assert (await gaps.one(store, group.id)).group.state == GapState.SET_ASIDE


def test_what_hangs_together_is_split_when_it_is_too_much_to_compare(monkeypatch, encoder):
    monkeypatch.setattr(grouping, "LARGEST", 4)
    monkeypatch.setattr(grouping, "BLOCK", 3)
    questions = [f"is there free wifi in park number {n}" for n in range(20)]
    labels = groups_of([*questions, "who pays for it"], SentenceEncoder())
    assert len(labels) == 21
    assert labels[-1] not in labels[:-1]


async def test_the_grouping_runs_apart_and_says_the_same(encoder):
    questions = [*WIFI, "how do i pay my water bill"]
    assert await group_apart(questions) == groups_of(questions, encoder) == [0, 0, 0, 1]


def test_no_question_and_one_question_can_be_grouped():
    assert groups_of([]) == []
    assert groups_of(["?"]) == [0]
