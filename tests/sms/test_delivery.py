"""Sending by Twilio's API, and what becomes of it; nothing but loopback is spoken to."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from twilio.request_validator import RequestValidator

from bot.channels.sms import phones
from bot.channels.sms.delivery import Delivery, failures
from bot.channels.sms.errors import explain, known
from bot.channels.sms.quiet import next_allowed
from bot.channels.sms.twilio import Twilio
from bot.comments.outgoing import Letter, enqueue
from bot.comments.sealing import Sealer
from bot.comments.sms_tables import InboundText
from bot.comments.sms_tables import Phone as PhoneRow
from bot.comments.store import NewComment, NewContact, Store
from bot.comments.tables import Contact, ContactKind, Outgoing
from tests.sms.conftest import until
from tests.sms.fake_twilio import ACCOUNT, NUMBER
from tests.sms.phone import TOKEN, Phone

RESIDENT = "+14105550123"


@pytest.fixture
def sealer():
    return Sealer(b"k")


@pytest.fixture
async def store(settings):
    store = Store(settings.database)
    yield store
    await store.close()


@pytest.fixture
async def delivery(store, sealer, twilio):
    provider = Twilio(
        TOKEN, ACCOUNT, NUMBER, "https://plan.example.gov/sms/twilio/status", twilio.url
    )
    yield Delivery(store, sealer, provider, zone_of_day())
    await provider.close()


def zone_of_day():
    """A time zone where it is the middle of the day now."""
    hour = datetime.now(UTC).hour
    shift = 12 - hour
    return f"Etc/GMT{'-' if shift > 0 else '+'}{abs(shift)}" if shift else "Etc/GMT"


def zone_of_night():
    """A time zone where it is the middle of the night now."""
    hour = datetime.now(UTC).hour
    shift = 2 - hour if hour <= 14 else 26 - hour
    return f"Etc/GMT{'-' if shift > 0 else '+'}{abs(shift)}" if shift else "Etc/GMT"


async def queue(store, sealer, text="The city has replied.", comment=None, number=RESIDENT):
    async with store.session() as session:
        letter = Letter(f"k:{text}", ContactKind.SMS, sealer.seal(number), text, "en",
                        comment_id=comment)  # fmt: skip
        return (await enqueue(session, letter)).id


async def comment_of(store, sealer):
    contact = NewContact(ContactKind.SMS, sealer.seal(RESIDENT))
    new = NewComment("d", "sms", "en", "education", "x", "late", (), "1", "1", contact=contact)
    return await store.add_comment(new)


async def row_of(store, identity):
    async with store.session() as session:
        return await session.get(Outgoing, identity)


async def make_due(store):
    async with store.session() as session:
        await session.execute(update(Outgoing).values(not_before=datetime.now(UTC)))


async def test_a_reply_is_sent_with_number_and_callback(delivery, store, sealer, twilio):
    identity = await queue(store, sealer)
    assert await delivery.send_due() == 1
    (sent,) = twilio.sent
    assert sent["To"] == RESIDENT and sent["From"] == NUMBER
    assert sent["Body"] == "The city has replied."
    assert sent["StatusCallback"].endswith("/sms/twilio/status")
    row = await row_of(store, identity)
    assert (row.state, row.provider_id) == ("sent", sent["sid"])
    assert await delivery.send_due() == 0


async def test_a_messaging_service_takes_the_place_of_the_number(delivery, store, sealer, twilio):
    delivery.provider.number = "MG" + "2" * 32
    await queue(store, sealer)
    await delivery.send_due()
    assert twilio.sent[0]["MessagingServiceSid"].startswith("MG") and "From" not in twilio.sent[0]


@pytest.mark.parametrize("failure", [(429, 20429), (500, 20500), (503, 0)], ids=str)
async def test_what_may_pass_is_tried_again_later(delivery, store, sealer, twilio, failure):
    twilio.failures = [failure, failure]
    identity = await queue(store, sealer)
    await delivery.send_due()
    row = await row_of(store, identity)
    assert row.state == "queued" and row.not_before > datetime.now(UTC) + timedelta(seconds=2)
    for _ in range(2):
        await make_due(store)
        await delivery.send_due()
    assert len(twilio.sent) == 1
    assert (await row_of(store, identity)).state == "sent"


async def test_an_outage_is_waited_out(delivery, store, sealer, twilio):
    api = delivery.provider.api
    delivery.provider.api = "http://127.0.0.1:9"
    identity = await queue(store, sealer)
    await delivery.send_due()
    assert (await row_of(store, identity)).error == "unreachable"
    delivery.provider.api = api
    await make_due(store)
    await delivery.send_due()
    assert (await row_of(store, identity)).state == "sent"


async def test_after_many_tries_it_is_given_up(delivery, store, sealer, twilio):
    twilio.failures = [(503, 0)] * 20
    identity = await queue(store, sealer)
    for _ in range(12):
        await make_due(store)
        await delivery.send_due()
    row = await row_of(store, identity)
    assert (row.state, row.error, row.sealed) == ("failed", "gave_up", None)


@pytest.mark.parametrize("code", [21211, 21614])
async def test_what_can_not_pass_fails_at_once_and_is_explained(
    delivery, store, sealer, twilio, code
):
    twilio.failures = [(400, code)]
    await queue(store, sealer)
    await delivery.send_due()
    (failure,) = await failures(store, datetime.now(UTC) - timedelta(hours=1))
    assert failure.code == str(code)
    assert failure.reason == explain(str(code))
    assert not twilio.sent


async def test_21610_marks_the_number_as_opted_out(delivery, store, sealer, twilio):
    twilio.failures = [(400, 21610)]
    await queue(store, sealer)
    await delivery.send_due()
    identity = await queue(store, sealer, "Another one.")
    await delivery.send_due()
    assert not twilio.sent
    assert (await row_of(store, identity)).state == "dropped"
    async with store.session() as session:
        phone = await session.get(PhoneRow, phones.sender_of(RESIDENT, sealer).hash)
    assert phone.opted_out_at


async def test_nothing_is_sent_in_quiet_hours(delivery, store, sealer, twilio):
    delivery.timezone = zone_of_night()
    comment = await comment_of(store, sealer)
    identity = await queue(store, sealer, comment=comment.id)
    await delivery.send_due()
    row = await row_of(store, identity)
    assert row.state == "queued" and not twilio.sent
    assert row.not_before - datetime.now(UTC) < timedelta(hours=11)
    assert next_allowed(row.not_before, delivery.timezone) == row.not_before


async def test_an_answer_that_somebody_waits_for_is_sent_at_any_hour(
    delivery, store, sealer, twilio
):
    delivery.timezone = zone_of_night()
    await queue(store, sealer)
    await delivery.send_due()
    assert twilio.sent


@pytest.mark.parametrize(
    ("at", "until_"),
    [("07:59", "08:00"), ("08:00", "08:00"), ("20:59", "20:59"), ("21:00", "+08:00")],
)
def test_quiet_hours_are_from_nine_to_eight_local_time(at, until_):
    moment = datetime.fromisoformat(f"2026-11-24T{at}-05:00")
    allowed = next_allowed(moment, "America/New_York")
    day = "2026-11-25" if until_.startswith("+") else "2026-11-24"
    assert allowed == datetime.fromisoformat(f"{day}T{until_.strip('+')}-05:00")


async def test_a_crash_after_handing_over_sends_nothing_twice(delivery, store, sealer, twilio):
    identity = await queue(store, sealer)
    twilio.deaf = True
    delivery.provider.api = twilio.url
    await delivery.send_due()
    assert len(twilio.sent) == 1
    # As a crash leaves it: claimed, without a word of what came of it.
    async with store.session() as session:
        await session.execute(
            update(Outgoing).values(state="queued", error=None, not_before=datetime.now(UTC))
        )
    await delivery.send_due()
    assert len(twilio.sent) == 1
    assert (await row_of(store, identity)).state == "sent"


async def test_a_long_reply_takes_two_segments_and_more_gives_the_rest(
    serve, twilio, sealer, with_credentials, store_of
):
    client = await serve(timezone=zone_of_day(), **with_credentials)
    phone = Phone(client)
    await phone.text("HELP")
    text = " ".join(f"This is sentence number {n} of the reply." for n in range(12))
    await queue(store_of(client), sealer, text)
    await until(lambda: twilio.sent)
    await asyncio.sleep(0.1)
    heard = [twilio.sent[0]["Body"], await phone.text("MORE")]
    assert "number 0" in heard[0] and "number 11" not in heard[0]
    assert "number 11" in heard[1]


async def report(client, message, status, **more):
    phone = Phone(client, address="/sms/twilio/status")
    fields = {
        "SmsSid": message, "SmsStatus": status, "MessageStatus": status, "To": RESIDENT,
        "MessageSid": message, "AccountSid": ACCOUNT, "From": NUMBER, "ApiVersion": "2010-04-01",
    } | more  # fmt: skip
    url = str(client.make_url("/sms/twilio/status"))
    signature = RequestValidator(TOKEN).compute_signature(url, fields)
    async with client.post(
        phone.address, data=fields, headers={"X-Twilio-Signature": signature}
    ) as response:
        return response.status


async def test_delivery_reports_move_forward_only_and_drop_the_number(
    serve, twilio, sealer, with_credentials, store_of
):
    client = await serve(timezone=zone_of_day(), **with_credentials)
    store = store_of(client)
    comment = await comment_of(store, sealer)
    identity = await queue(store, sealer, comment=comment.id)
    await until(lambda: twilio.sent)
    await until(lambda: _is(store, identity, "sent"))
    message = twilio.sent[0]["sid"]
    for status, state in [
        ("sent", "sent"), ("delivered", "delivered"), ("sent", "delivered"),
        ("queued", "delivered"), ("undelivered", "delivered"),
    ]:  # fmt: skip
        assert await report(client, message, status) == 204
        assert (await row_of(store, identity)).state == state
    async with store.session() as session:
        assert (await session.execute(select(func.count()).select_from(Contact))).scalar_one() == 0


async def _is(store, identity, state):
    return (await row_of(store, identity)).state == state


async def test_a_report_tells_of_an_opt_out_and_of_texts_that_we_do_not_know(
    serve, sealer, with_credentials, store_of
):
    client = await serve(**with_credentials)
    assert await report(client, "SM" + "9" * 32, "failed", ErrorCode="21610") == 204
    assert await report(client, "SM" + "8" * 32, "a-new-status") == 204
    assert await Phone(client).text("hello") == ""


async def test_a_forged_or_empty_report_is_refused(client):
    async with client.post("/sms/twilio/status", data={"MessageSid": "SM1"}) as response:
        assert response.status == 403
    assert await report(client, "", "sent") == 400


async def test_bodies_are_blanked_at_twilio_once_answered(
    serve, fake, twilio, with_credentials, store_of
):
    phone = Phone(await serve(**with_credentials))
    await phone.text("pillars?")
    await until(lambda: twilio.redacted == [phone.sent["MessageSid"]])


async def test_blanking_can_be_switched_off(serve, twilio, with_credentials, store_of):
    phone = Phone(await serve(twilio_redact="off", **with_credentials))
    await phone.text("pillars?")
    await asyncio.sleep(0.2)
    assert not twilio.redacted
    async with store_of(phone.client).session() as session:
        assert (await session.execute(select(InboundText.redaction))).scalar_one() is None


@pytest.mark.parametrize("code", sorted(known()))
def test_every_code_is_explained_in_both_languages(code):
    for language in ("en", "es"):
        sentence = explain(code, language)
        assert sentence.endswith(".") and len(sentence) > 15
    assert explain(code, "en") != explain(code, "es")


def test_an_unknown_code_is_told_as_it_is():
    assert "99999" in explain("99999")


async def test_only_letters_by_text_are_taken(delivery, store, sealer, twilio):
    async with store.session() as session:
        letter = Letter("mail", ContactKind.EMAIL, sealer.seal("a@b.example"), "x", "en")
        await enqueue(session, letter)
    assert await delivery.send_due() == 0
