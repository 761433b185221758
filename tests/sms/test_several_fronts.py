"""Two fronts on one PostgreSQL: a text is answered once, and in order, whoever takes it."""

import asyncio

import pytest
from sqlalchemy import select

from bot.comments.sms_tables import InboundText, PhoneConsent
from bot.comments.store import Store
from bot.comments.tables import Outgoing, Turn
from tests.sms.conftest import until
from tests.sms.phone import Phone, payload


@pytest.fixture
async def fronts(serve, tables_url, with_credentials):
    store = Store(tables_url)
    yield [await serve(database_url=tables_url, **with_credentials) for _ in range(2)], store
    await store.close()


async def rows(store, table):
    async with store.session() as session:
        return list((await session.execute(select(table))).scalars())


async def test_the_same_text_at_two_fronts_is_one(fronts, fake, twilio):
    clients, store = fronts
    fake.delay = 0.3
    fields = payload("pillars?", "+14105550123")
    answers = await asyncio.gather(*(Phone(c).post(fields) for c in clients * 3))
    assert len(set(answers)) == 1 and "five pillars" in answers[0]
    assert len(fake.heard) == 1
    assert len(await rows(store, Turn)) == len(await rows(store, InboundText)) == 1


async def test_consent_and_late_answers_are_shared(fronts, fake, twilio):
    clients, store = fronts
    first, second = (Phone(c) for c in clients)
    fake.status = 500
    await first.text("first?")
    fake.status = 200
    assert "five pillars" in await second.text("another?")
    await until(lambda: len(twilio.sent) == 1)
    await asyncio.sleep(0.3)
    assert len(twilio.sent) == len(await rows(store, Outgoing)) == 1
    await first.text("STOP")
    assert await second.text("pillars?") == ""
    assert [row.opted_out for row in await rows(store, PhoneConsent)] == [True]
