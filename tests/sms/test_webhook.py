"""The webhook: who may call it, what it answers, and bad input of every kind."""

from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from bot.comments.sms_tables import InboundText
from bot.comments.sms_tables import Phone as PhoneRow
from bot.comments.tables import Turn
from tests.sms.phone import TOKEN, Phone, payload


async def count(store: Any, table: Any) -> int:
    async with store.session() as session:
        return (await session.execute(select(func.count()).select_from(table))).scalar_one()


async def test_a_signed_text_is_answered_in_the_reply(phone):
    answer = await phone.text("what are the five pillars?")
    assert phone.status == 200
    assert "The plan rests on five pillars." in answer


async def test_the_answer_is_twiml(phone):
    fields = payload("hello", phone.number)
    signature = RequestValidator(TOKEN).compute_signature(
        str(phone.client.make_url("/sms/twilio")), fields
    )
    async with phone.client.post(
        "/sms/twilio", data=fields, headers={"X-Twilio-Signature": signature}
    ) as response:
        assert response.content_type == "text/xml"
        assert (await response.text()).startswith(
            '<?xml version="1.0" encoding="UTF-8"?><Response>'
        )


@pytest.mark.parametrize("signature", ["", "wrong", "ñ", "A" * 5000], ids=str.__len__)
async def test_a_bad_signature_is_refused_and_nothing_stored(phone, fake, store_of, signature):
    await phone.post(payload("hello", phone.number), signature)
    assert phone.status == 403
    assert not fake.heard
    for table in (InboundText, PhoneRow, Turn):
        assert await count(store_of(phone.client), table) == 0


async def test_a_changed_field_breaks_the_signature(phone):
    fields = payload("hello", phone.number)
    url = str(phone.client.make_url("/sms/twilio"))
    signature = RequestValidator(TOKEN).compute_signature(url, fields)
    await phone.post(fields | {"From": "+14105550199"}, signature)
    assert phone.status == 403


async def test_the_signature_is_made_over_the_public_address(serve):
    client = await serve(public_url="https://plan.example.gov")
    phone = Phone(client, public="https://plan.example.gov/sms/twilio")
    assert await phone.text("hello")
    assert phone.status == 200
    await Phone(client).text("hello")
    phone.public = "https://other.example.gov/sms/twilio"
    await phone.text("hello")
    assert phone.status == 403


@pytest.mark.parametrize(("proxies", "status"), [("127.0.0.0/8", 200), (None, 403)])
async def test_a_forwarded_address_is_believed_only_from_a_trusted_proxy(serve, proxies, status):
    client = await serve(trusted_proxies=proxies)
    phone = Phone(client, public="https://plan.example.gov/sms/twilio")
    forwarded = {"X-Forwarded-Host": "plan.example.gov", "X-Forwarded-Proto": "https"}
    await phone.post(payload("hello", phone.number), headers=forwarded)
    assert phone.status == status


async def test_without_a_token_the_webhook_is_off(serve, caplog):
    with caplog.at_level("INFO"):
        phone = Phone(await serve(twilio_auth_token=None))
    await phone.text("hello")
    assert phone.status == 404
    assert "BOT_TWILIO_AUTH_TOKEN is not set" in caplog.text


@pytest.mark.parametrize("missing", [("From",), ("MessageSid", "SmsSid", "SmsMessageSid")])
async def test_a_missing_field_is_told_clearly(phone, store_of, missing):
    fields = {k: v for k, v in payload("hello", phone.number).items() if k not in missing}
    answer = await phone.post(fields)
    assert phone.status == 400
    assert f"{missing[0]} is missing" in answer
    assert await count(store_of(phone.client), InboundText) == 0


async def test_unknown_fields_do_not_matter(phone):
    assert "five pillars" in await phone.text("pillars?", BrandNewField="x", ChannelMetadata="{}")


@pytest.mark.parametrize("body", ["", "   ", "\n\t ", "\u200b\u200b"], ids=repr)
async def test_an_empty_text_gets_a_polite_reply(phone, fake, body):
    assert "empty" in await phone.text(body)
    assert not fake.heard


async def test_a_missing_body_is_an_empty_text(phone):
    fields = {k: v for k, v in payload("", phone.number).items() if k != "Body"}
    assert "empty" in await phone.post(fields)


async def test_a_picture_alone_gets_a_polite_reply_and_is_not_fetched(phone, fake):
    url = str(phone.client.make_url("/static/site.css"))
    answer = await phone.text("", NumMedia=1, MediaUrl0=url, MediaContentType0="image/jpeg")
    assert "only read words" in answer
    assert not fake.heard


async def test_a_picture_with_words_is_answered_by_its_words(phone):
    assert "five pillars" in await phone.text("pillars?", NumMedia=1, MediaUrl0="http://x/1")


async def test_emoji_alone_get_a_polite_reply(phone, fake):
    assert "only read words" in await phone.text("👍🏽🎉")
    assert not fake.heard


async def test_accents_and_spanish_marks_survive(phone, fake):
    await phone.text("¿Cuáles son los pilares del año 2018? ¡Gracias, señor!")
    assert fake.last["text"] == "¿Cuáles son los pilares del año 2018? ¡Gracias, señor!"


@pytest.mark.parametrize("length", [1600, 1601, 4000])
async def test_a_long_text_is_taken_whole(phone, fake, length):
    body = ("word " * length)[:length].strip()
    assert await phone.text(body)
    assert phone.status == 200
    assert fake.last["text"] == body


async def test_a_text_that_is_too_long_is_told_so(phone, fake):
    assert "5,000" in await phone.text("a " * 4000)
    assert not fake.heard


async def test_a_charset_that_does_not_fit_is_refused(phone):
    fields = payload("¿Qué?", phone.number)
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=klingon"}
    await phone.post(fields, headers=headers)
    assert phone.status == 403


async def test_latin_1_is_read_as_it_says(phone, fake):
    fields = payload("¿Cuáles son los pilares?", phone.number)
    url = str(phone.client.make_url("/sms/twilio"))
    headers = {
        "X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(url, fields),
        "Content-Type": "application/x-www-form-urlencoded; charset=iso-8859-1",
    }
    body = urlencode(fields, encoding="iso-8859-1")
    async with phone.client.post("/sms/twilio", data=body, headers=headers) as response:
        assert response.status == 200
    assert fake.last["text"] == "¿Cuáles son los pilares?"


@pytest.mark.parametrize("number", ["not a number at all", "+", "+1410555012345678901", "<script>"])
async def test_a_number_that_is_none_is_refused(client, store_of, number):
    phone = Phone(client, number)
    await phone.text("hello")
    assert phone.status == 400
    assert await count(store_of(client), InboundText) == 0


@pytest.mark.parametrize("number", ["rcs:+14105550123", "whatsapp:+14105550123"])
async def test_rcs_and_whatsapp_are_answered_as_the_same_person(client, store_of, number):
    assert "five pillars" in await Phone(client).text("pillars?")
    assert "five pillars" in await Phone(client, number).text("pillars?")
    assert await count(store_of(client), PhoneRow) == 1


async def test_a_short_code_hears_once_what_this_is_so_that_machines_never_chat(client, fake):
    machine = Phone(client, "72345")
    assert "Automatic, not a person" in await machine.text("Your code is 1234")
    assert await machine.text("Your code is 5678") == ""
    assert not fake.heard


async def test_a_senders_name_is_not_answered(client, fake):
    shop = Phone(client, "MyShop")
    assert await shop.text("Sale!") == ""
    assert shop.status == 200
    assert not fake.heard


async def test_what_is_not_a_form_is_refused(client):
    async with client.post("/sms/twilio", json={"From": "+14105550123"}) as response:
        assert response.status == 403
    async with client.get("/sms/twilio") as response:
        assert response.status == 405


async def test_no_number_and_no_words_of_a_resident_are_in_the_logs(phone, caplog):
    with caplog.at_level("INFO"):
        await phone.text("my secret wish is a bench")
        await phone.post(payload("my secret wish", phone.number), "forged")
    assert "4105550123" not in caplog.text
    assert "secret wish" not in caplog.text
