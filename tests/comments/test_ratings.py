"""One rating per turn, by the conversation that had it."""

import asyncio

import pytest

from bot.comments.ratings import RatingReason, UnknownTurn, rate, ratings_of


@pytest.fixture
async def asked(store, conversation, turn):
    """A conversation with one answer."""
    await store.record(conversation(), turn(0))


async def test_a_rating_is_kept_with_its_reason(store, asked):
    await rate(store, "talk-1", "talk-1-0", False, RatingReason.HARD)
    kept = (await ratings_of(store, ["talk-1-0"]))["talk-1-0"]
    assert (kept.useful, kept.reason) == (False, "hard")


async def test_the_last_word_counts_and_a_useful_answer_has_no_reason(store, asked):
    await rate(store, "talk-1", "talk-1-0", False, RatingReason.WRONG)
    await rate(store, "talk-1", "talk-1-0", True, RatingReason.WRONG)
    kept = (await ratings_of(store, ["talk-1-0"]))["talk-1-0"]
    assert (kept.useful, kept.reason) == (True, None)
    assert kept.updated_at > kept.created_at


async def test_the_same_rating_again_changes_nothing(store, asked):
    first = await rate(store, "talk-1", "talk-1-0", True)
    again = await rate(store, "talk-1", "talk-1-0", True)
    assert again.updated_at == first.updated_at


async def test_twenty_ratings_at_once_are_one(store, open_store, asked):
    stores = [store, open_store()]
    calls = [rate(stores[n % 2], "talk-1", "talk-1-0", bool(n % 2)) for n in range(20)]
    await asyncio.gather(*calls)
    assert len(await ratings_of(store, ["talk-1-0"])) == 1


async def test_only_turns_of_the_conversation_are_rated(store, asked):
    for conversation, turn in (("talk-2", "talk-1-0"), ("talk-1", "nothing")):
        with pytest.raises(UnknownTurn):
            await rate(store, conversation, turn, True)


@pytest.mark.parametrize("status", ["comment", "smalltalk", "safety", "refused"])
async def test_what_is_no_answer_is_not_rated(store, conversation, turn, status):
    await store.record(conversation(), turn(0, status=status))
    with pytest.raises(UnknownTurn):
        await rate(store, "talk-1", "talk-1-0", True)


async def test_ratings_go_with_their_conversation(store, asked):
    await rate(store, "talk-1", "talk-1-0", True)
    await store.forget_conversation("talk-1")
    assert await ratings_of(store, ["talk-1-0"]) == {}
