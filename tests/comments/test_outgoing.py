"""Messages to residents are queued once, taken by one sender, and move only forward."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.comments.outgoing import Letter, advance, claim, enqueue, postpone
from bot.comments.tables import ContactKind, Outgoing, OutgoingState

LETTER = Letter("reply:1", ContactKind.SMS, "sealed", "The city answered.", "en")


async def queue(store, letter=LETTER):
    async with store.session() as session:
        return (await enqueue(session, letter)).id


async def state_of(store, identity):
    async with store.session() as session:
        row = await session.get(Outgoing, identity)
        return row.state, row.sealed


async def test_the_same_message_is_queued_once(store):
    assert await queue(store) == await queue(store)


async def test_a_message_is_claimed_by_one_sender_only(store):
    identity = await queue(store)
    claims = await asyncio.gather(*(claim(store, ContactKind.SMS) for _ in range(5)))
    assert [row.id for rows in claims for row in rows] == [identity]
    assert await claim(store, ContactKind.SMS) == []


async def test_another_kind_is_not_claimed(store):
    await queue(store)
    assert await claim(store, ContactKind.EMAIL) == []


async def test_a_message_for_later_is_not_due_yet(store):
    later = datetime.now(UTC) + timedelta(hours=8)
    await queue(store, Letter("r", ContactKind.SMS, "sealed", "x", "en", not_before=later))
    assert await claim(store, ContactKind.SMS) == []


async def test_a_postponed_message_is_due_again_at_its_time(store):
    identity = await queue(store)
    await claim(store, ContactKind.SMS)
    await postpone(store, identity, datetime.now(UTC) - timedelta(seconds=1), "429")
    (row,) = await claim(store, ContactKind.SMS)
    assert (row.id, row.tries, row.error) == (identity, 2, "429")


@pytest.mark.parametrize("over", [OutgoingState.DELIVERED, OutgoingState.FAILED])
async def test_the_address_goes_when_nothing_more_is_sent(store, over):
    identity = await queue(store)
    assert await advance(store, identity, OutgoingState.SENT, "SM1")
    assert await state_of(store, identity) == ("sent", "sealed")
    assert await advance(store, identity, over)
    assert await state_of(store, identity) == (over.value, None)


async def test_a_late_report_does_not_move_a_message_back(store):
    identity = await queue(store)
    await advance(store, identity, OutgoingState.DELIVERED, "SM1")
    assert not await advance(store, identity, OutgoingState.SENT, "SM1")
    assert (await state_of(store, identity))[0] == "delivered"
