"""Once and only once: repeats, races, crashes, late answers, what waits and what expires."""

import asyncio
import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from bot.channels.sms import inbound
from bot.channels.sms.provider import Text
from bot.comments.outbox import Outbox
from bot.comments.sealing import Sealer
from bot.comments.sms_tables import InboundState, InboundText
from bot.comments.sms_tables import Phone as PhoneRow
from bot.comments.store import NewComment
from bot.comments.tables import Contact, Turn
from bot.web.sms import TEXTS
from tests.channels.fake_assistant import reply
from tests.sms.conftest import until
from tests.sms.phone import Phone, payload, sid


async def turns_of(client, store_of):
    async with store_of(client).session() as session:
        return list((await session.execute(select(Turn))).scalars())


async def inbound_of(client, store_of):
    async with store_of(client).session() as session:
        return list((await session.execute(select(InboundText))).scalars())


async def age(client, store_of, by):
    """Make what came in older, and free what was held."""
    async with store_of(client).session() as session:
        for row in (await session.execute(select(InboundText))).scalars():
            row.received_at -= by
        await session.execute(update(PhoneRow).values(held_by=None, held_until=None))


async def test_the_same_message_again_gets_the_same_reply_and_no_second_turn(phone, fake, store_of):
    first = await phone.text("pillars?")
    fake.replies = [reply() | {"text": "Something else."}]
    assert await phone.again() == first
    assert len(fake.heard) == 1
    assert len(await turns_of(phone.client, store_of)) == 1


async def test_both_at_the_same_moment_are_one(phone, fake, store_of):
    fake.delay = 0.3
    fields = payload("pillars?", phone.number)
    twins = [Phone(phone.client) for _ in range(5)]
    answers = await asyncio.gather(*(twin.post(fields) for twin in twins))
    assert len(set(answers)) == 1 and "five pillars" in answers[0]
    assert len(fake.heard) == 1
    assert len(await turns_of(phone.client, store_of)) == 1


async def test_a_message_id_of_another_number_gives_nothing_away(phone):
    same = sid()
    await phone.text("pillars?", MessageSid=same)
    other = Phone(phone.client, "+14105550199")
    await other.text("pillars?", MessageSid=same)
    assert other.status == 400


async def test_texts_of_one_number_are_answered_in_order(phone, fake, store_of):
    fake.delay = 0.2
    texts = [f"question number {n}?" for n in range(5)]
    tasks = []
    for count, text in enumerate(texts, 1):
        tasks.append(asyncio.create_task(Phone(phone.client).text(text)))
        await until(lambda count=count: _stored(phone.client, store_of, count))
    await asyncio.gather(*tasks)
    assert [one["text"] for one in fake.heard] == texts


async def _stored(client, store_of, count):
    return len(await inbound_of(client, store_of)) == count


async def test_what_was_stored_is_sealed_and_dropped_once_answered(phone, fake, store_of):
    fake.status = 500
    await phone.text("a secret bench")
    (row,) = await inbound_of(phone.client, store_of)
    assert row.sealed and "bench" not in row.sealed and "0123" not in row.sealed
    assert row.phone and "0123" not in row.phone
    fake.status = 200
    await phone.text("another")
    assert all(row.sealed is None for row in await inbound_of(phone.client, store_of))


async def test_a_process_that_died_after_the_turn_answers_again_without_a_second_one(
    phone, fake, store_of
):
    await phone.text("pillars?")
    connector = phone.client.server.app[TEXTS].connector
    # As it was between the turn's record and the end of the text.
    text = Text(phone.sent["MessageSid"], phone.number, phone.sent["To"], "pillars?")
    sealed = connector.sealer.seal(json.dumps(asdict(text)))
    async with store_of(phone.client).session() as session:
        await session.execute(
            update(InboundText).values(state="waiting", sealed=sealed, reply=None)
        )
    assert "five pillars" in await phone.again()
    assert len(fake.heard) == 1
    assert len(await turns_of(phone.client, store_of)) == 1


async def test_a_late_answer_is_apologised_for_once_and_then_sent_by_the_api(
    serve, fake, twilio, store_of, with_credentials
):
    phone = Phone(await serve(patience=0.3, **with_credentials))
    fake.delay = 1.0
    sorry = await phone.text("pillars?")
    assert "takes longer than usual" in sorry
    assert await phone.again() == sorry
    fake.delay = 0
    await age(phone.client, store_of, timedelta(seconds=30))
    await until(lambda: twilio.sent)
    await asyncio.sleep(0.3)
    (sent,) = twilio.sent
    assert "five pillars" in sent["Body"]
    assert sent["To"] == phone.number
    assert await phone.again() == sorry
    assert len(await turns_of(phone.client, store_of)) == 1


async def test_what_came_while_the_assistant_was_down_is_answered_in_order_when_it_is_back(
    serve, fake, twilio, store_of, with_credentials
):
    phone = Phone(await serve(patience=1, **with_credentials))
    fake.status, fake.is_ready = 500, False
    for n in range(3):
        assert "longer than usual" in await phone.text(f"question {n}?")
    await age(phone.client, store_of, timedelta(seconds=30))
    await asyncio.sleep(0.2)
    assert not twilio.sent
    fake.heard.clear()
    fake.status, fake.is_ready = 200, True
    await until(lambda: len(twilio.sent) == 3)
    assert [one["text"] for one in fake.heard] == [f"question {n}?" for n in range(3)]


async def test_the_next_text_comes_after_what_still_waits(
    serve, fake, twilio, store_of, with_credentials
):
    phone = Phone(await serve(patience=1, **with_credentials))
    fake.status, fake.is_ready = 500, False
    await phone.text("first?")
    fake.heard.clear()
    fake.status = 200
    assert "five pillars" in await phone.text("second?")
    assert [one["text"] for one in fake.heard] == ["first?", "second?"]
    await until(lambda: len(twilio.sent) == 1)


async def test_without_credentials_the_answer_comes_with_the_next_text(phone, fake):
    fake.status = 500
    assert "text me again later" in await phone.text("first?")
    fake.status, fake.replies = 200, [reply() | {"text": "An answer."}]
    answer = await phone.text("second?")
    assert len(fake.heard) == 3
    assert answer.count("An answer.") == 2


async def test_without_credentials_the_same_words_again_are_answered_once(phone, fake):
    fake.status = 500
    await phone.text("More benches.")
    fake.status, fake.replies = 200, [reply() | {"text": "An answer."}]
    assert (await phone.text("More benches.")).count("An answer.") == 1


async def test_what_nobody_answers_expires_with_a_note_to_staff(phone, fake, store_of):
    fake.status = 500
    await phone.text("Why is my number 410-555-0177 public?")
    await age(phone.client, store_of, inbound.ANSWER_WITHIN + timedelta(minutes=1))
    await until(lambda: _expired(phone.client, store_of))
    store = store_of(phone.client)
    (note,) = await inbound.undelivered(store, datetime.now(UTC) - timedelta(days=3))
    assert note.question == "Why is my number [phone number removed] public?"
    (turn,) = await turns_of(phone.client, store_of)
    assert turn.status == "error" and turn.id == note.turn_id
    (row,) = await inbound_of(phone.client, store_of)
    assert row.sealed is None


async def _expired(client, store_of):
    rows = await inbound_of(client, store_of)
    return all(row.state == InboundState.EXPIRED for row in rows)


async def test_an_old_request_sent_again_after_a_month_does_nothing(phone, fake, store_of):
    await phone.text("pillars?")
    await age(phone.client, store_of, timedelta(days=40))
    await inbound.tidy(store_of(phone.client))
    (row,) = await inbound_of(phone.client, store_of)
    assert (row.reply, row.phone) == (None, None)
    assert await phone.again() == ""
    assert len(fake.heard) == 1


async def test_the_store_being_away_is_told_and_nothing_is_half_done(phone, fake, settings):
    await phone.text("hello")
    await phone.client.server.app[TEXTS].connector.store.close()
    database = settings.data_dir / "bot.db"
    database.rename(database.with_suffix(".gone"))
    database.mkdir()
    assert "text me again later" in await phone.text("hello again")
    await asyncio.sleep(0.1)


async def test_conversations_do_not_lead_to_numbers(phone, fake, store_of, settings):
    await phone.text("pillars?")
    conversation = fake.last["conversation"]
    key = phone.client.server.app[TEXTS].connector.sealer.fingerprint(phone.number, "phone")
    assert key[:12] not in conversation and "0123" not in conversation
    raw = b"".join(f.read_bytes() for f in settings.data_dir.glob("bot.db*"))
    assert b"4105550123" not in raw


async def test_a_long_silence_begins_a_new_conversation(phone, fake, store_of):
    await phone.text("pillars?")
    before = fake.last["conversation"]
    async with store_of(phone.client).session() as session:
        await session.execute(
            update(PhoneRow).values(last_at=datetime.now(UTC) - timedelta(days=8))
        )
    await phone.text("pillars?")
    assert fake.last["conversation"] != before


@pytest.mark.parametrize("can_send", [True, False])
async def test_the_number_is_kept_for_a_comment_only_if_a_reply_can_be_sent(
    serve, fake, store_of, with_credentials, can_send
):
    phone = Phone(await serve(**(with_credentials if can_send else {})))
    store = store_of(phone.client)
    comment = await store.add_comment(
        NewComment("d", "sms", "en", "education", "Laptops.", "late", (), "1", "1")
    )
    fake.replies = [reply() | {"text": "Recorded.", "receipt": comment.receipt}]
    await phone.text("1")
    async with store.session() as session:
        kept = (await session.execute(select(func.count()).select_from(Contact))).scalar_one()
    assert kept == can_send


async def test_a_comment_that_waits_in_the_outbox_is_filed_before_its_number_is_kept_for_it(
    serve, fake, store_of, settings, with_credentials
):
    phone = Phone(await serve(**with_credentials))
    store = store_of(phone.client)
    outbox = Outbox(settings.outbox, Sealer(settings.key))
    new = NewComment("d", "sms", "en", "education", "Laptops.", "late", (), "1", "1")
    kept = outbox.keep(new, datetime.now(UTC))
    fake.replies = [reply() | {"text": "Kept.", "receipt": kept.receipt}]
    await phone.text("1")
    comment = await store.comment_by_receipt(kept.receipt)
    assert comment is not None and comment.text == "Laptops."
    async with store.session() as session:
        assert (await session.execute(select(Contact.comment_id))).scalars().all() == [comment.id]
    assert outbox.count() == 0


async def test_texts_that_came_while_the_store_was_away_are_answered_in_order_when_it_is_back(
    serve, fake, twilio, store_of, settings, with_credentials
):
    phone = Phone(await serve(**with_credentials))
    await phone.text("hello")
    fake.heard.clear()
    database = settings.data_dir / "bot.db"
    await store_of(phone.client).close()
    database.rename(database.with_suffix(".gone"))
    database.symlink_to(database.parent / "away" / "bot.db")
    for n in range(3):
        assert "longer than usual" in await phone.text(f"question {n}?")
        assert "longer than usual" in await phone.again()
    assert "988" in await phone.text("I want to kill myself")
    kept = list((settings.data_dir / "texts").iterdir())
    assert len(kept) == 3 and not any(b"question" in file.read_bytes() for file in kept)
    await store_of(phone.client).close()
    database.with_suffix(".gone").replace(database)
    await until(lambda: _stored(phone.client, store_of, 4))
    await age(phone.client, store_of, timedelta(seconds=30))
    await until(lambda: len(twilio.sent) == 3)
    await asyncio.sleep(0.2)
    assert [one["text"] for one in fake.heard] == [f"question {n}?" for n in range(3)]
    assert len(twilio.sent) == 3 and not list((settings.data_dir / "texts").iterdir())
