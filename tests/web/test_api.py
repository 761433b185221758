"""POST /api/messages is what the contract says, whatever is sent to it."""

import asyncio
import json

import pytest

from bot.channels.limits import PER_CONVERSATION
from bot.language.messages import say as sentence
from bot.web.keys import STORE
from bot.web.middlewares import MAX_BODY
from tests.channels.fake_assistant import COMMENT_FORM, reply
from tests.web.api import MESSAGES, assert_is_a_sentence, error_of


async def post(client, data, content_type="application/json", **headers):
    return await client.post(MESSAGES, data=data, headers={"Content-Type": content_type, **headers})


# The answer


async def test_an_answer_is_exactly_what_the_contract_says(say):
    status, answer = await say("what are the five pillars?")
    assert status == 200
    assert {**answer, "conversation": "c", "turn": "t", "replies": []} == {
        "conversation": "c", "turn": "t", "language": "en", "status": "answered", "replies": [],
        "expects": "question",
    }  # fmt: skip
    (one,) = answer["replies"]
    assert set(one) == {"text", "buttons", "sources"}
    assert one["text"] == "The plan rests on five pillars."
    assert one["sources"] == [
        {
            "fact": "five-pillars", "title": "Call to Action (City of Baltimore)",
            "url": "https://example.gov/plan", "page": None,
        }
    ]  # fmt: skip
    assert [set(button) for button in one["buttons"]] == [{"title", "token"}, {"title", "token"}]


async def test_without_a_conversation_a_new_one_begins(say):
    _, one = await say("hello")
    _, two = await say("hello")
    assert one["conversation"] != two["conversation"]


async def test_with_a_conversation_it_goes_on(say):
    _, one = await say("hello")
    _, two = await say("hello", conversation=one["conversation"])
    assert two["conversation"] == one["conversation"]
    assert two["turn"] != one["turn"]


async def test_a_null_conversation_and_button_are_none(say):
    status, _ = await say("hello", conversation=None, button=None)
    assert status == 200


async def test_a_button_is_pressed_without_a_text(client, say, fake):
    _, first = await say("what are the five pillars?")
    body = {
        "conversation": first["conversation"],
        "button": first["replies"][0]["buttons"][0]["token"],
    }
    async with client.post(MESSAGES, json=body) as response:
        assert response.status == 200
    assert fake.last["metadata"]["act"] == {"kind": "fact", "value": "plan-timeline"}


async def test_a_receipt_stays_in_the_text_and_adds_no_key(say, fake):
    fake.replies = [reply(status="comment", receipt="K7M4-QX9T", facts=[], sources=[])]
    _, answer = await say("yes")
    assert set(answer["replies"][0]) == {"text", "buttons", "sources"}


async def test_html_in_a_message_comes_back_as_text(say, fake):
    fake.replies = [reply(text="You wrote: <b onclick='x'>hello</b>")]
    _, answer = await say("<b onclick='x'>hello</b>")
    assert answer["replies"][0]["text"] == "You wrote: <b onclick='x'>hello</b>"


async def test_a_text_that_looks_like_an_intent_is_only_text(say, fake):
    status, _ = await say('/give_comment{"comment_text": "forged"}')
    assert status == 200
    assert fake.last["intent"] is None
    assert fake.last["text"].startswith("/give_comment")


async def test_a_client_cannot_name_an_intent_or_act(say, fake):
    await say(
        "hello",
        intent="give_comment",
        act={"kind": "form", "value": "yes"},
        metadata={"language": "xx"},
    )
    assert fake.last["intent"] is None
    assert fake.last["metadata"]["act"] is None
    assert fake.last["metadata"]["language"] == "en"


# Messages that can't be taken


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "\u200b", "\x00\x01"])
async def test_an_empty_message_is_refused(client, text):
    async with client.post(MESSAGES, json={"text": text}) as response:
        assert response.status == 400
        assert await error_of(response) == "empty"


async def test_no_text_at_all_is_empty(client):
    async with client.post(MESSAGES, json={}) as response:
        assert (response.status, await error_of(response)) == (400, "empty")


async def test_only_emoji_is_refused_with_a_sentence(say):
    status, answer = await say("🙂🙂")
    assert (status, answer["status"]) == (200, "refused")
    assert_is_a_sentence(answer["replies"][0]["text"])


@pytest.mark.parametrize(("length", "expected"), [(1000, 200), (1001, 400), (10_000, 400)])
async def test_a_question_has_up_to_1000_characters(client, length, expected):
    text = "what is the plan about and who made it ".ljust(length, "x")
    async with client.post(MESSAGES, json={"text": text}) as response:
        assert response.status == expected
        if expected == 400:
            assert await error_of(response) == "too_long"


async def test_a_comment_has_up_to_5000_characters(client, say, fake):
    fake.replies = [COMMENT_FORM]
    _, first = await say("I want to leave a comment")
    assert first["expects"] == "comment"
    for length, expected in ((5000, 200), (5001, 400)):
        text = "more wifi in the parks ".ljust(length, "x")
        body = {"text": text, "conversation": first["conversation"]}
        async with client.post(MESSAGES, json=body) as response:
            assert response.status == expected


async def test_a_comment_of_5000_wide_characters_fits_into_the_body(say, fake):
    fake.replies = [COMMENT_FORM]
    _, first = await say("I want to leave a comment")
    status, _ = await say("无" * 5000, conversation=first["conversation"])
    assert status == 200


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/json",
        "image/png",
    ],
)
async def test_another_content_type_is_refused(client, content_type):
    async with await post(client, '{"text": "hello"}', content_type) as response:
        assert (response.status, await error_of(response)) == (415, "unsupported_media_type")


async def test_json_with_a_charset_is_taken(client):
    async with await post(
        client, '{"text": "hello"}', "application/json; charset=utf-8"
    ) as response:
        assert response.status == 200


BROKEN = {
    "nothing": b"",
    "half of it": b'{"text": "hel',
    "a list": b'["hello"]',
    "a text": b'"hello"',
    "a number": b"7",
    "null": b"null",
    "two objects": b"{}{}",
    "no UTF-8": b'{"text": "\xff\xfe"}',
    "nested too deep": b"[" * 60_000,
    "a number too long to read": b'{"text": ' + b"9" * 5000 + b"}",
    "a number for the text": b'{"text": 7}',
    "a list for the text": b'{"text": ["hello"]}',
    "null for the text": b'{"text": null}',
    "true for the text": b'{"text": true}',
    "a number for the conversation": b'{"text": "hello", "conversation": 7}',
    "an object for the conversation": b'{"text": "hello", "conversation": {}}',
    "a number for the button": b'{"text": "hello", "button": 7}',
    "an unknown channel": b'{"text": "hello", "channel": "fax"}',
    "a list for the channel": b'{"text": "hello", "channel": ["web"]}',
    "an object for the channel": b'{"text": "hello", "channel": {}}',
}


@pytest.mark.parametrize("case", BROKEN)
async def test_a_broken_body_is_a_bad_request(client, case, fake):
    async with await post(client, BROKEN[case]) as response:
        assert (response.status, await error_of(response)) == (400, "bad_request")
    assert fake.heard == []


async def test_a_charset_that_nobody_knows_is_a_bad_request(client):
    async with await post(
        client, '{"text": "hello"}', "application/json; charset=klingon"
    ) as response:
        assert (response.status, await error_of(response)) == (400, "bad_request")


@pytest.mark.parametrize(
    "token", ["made-up", "a.b", "x" * 5000, "../../etc", "\ud800.\udfff", "' OR 1=1 --"]
)
async def test_an_unknown_or_forged_conversation_is_not_found(client, token, fake):
    body = json.dumps({"text": "hello", "conversation": token})
    async with await post(client, body) as response:
        assert (response.status, await error_of(response)) == (404, "unknown_conversation")
    assert fake.heard == []


async def test_a_conversation_of_another_channel_is_not_found(say):
    _, first = await say("hello", channel="sms")
    status, answer = await say("hello", conversation=first["conversation"])
    assert (status, answer["error"]["code"]) == (404, "unknown_conversation")


async def test_a_forged_button_is_a_bad_request(client, say, fake):
    _, first = await say("what are the five pillars?")
    token = first["replies"][0]["buttons"][0]["token"]
    for forged in ("made-up", token[:-2] + "AA", "AAAA." + token.partition(".")[2]):
        body = {"conversation": first["conversation"], "button": forged}
        async with client.post(MESSAGES, json=body) as response:
            assert (response.status, await error_of(response)) == (400, "bad_request")
    assert len(fake.heard) == 1


async def test_a_button_of_another_conversation_is_a_bad_request(client, say):
    _, one = await say("what are the five pillars?")
    _, two = await say("what are the five pillars?")
    body = {"conversation": two["conversation"], "button": one["replies"][0]["buttons"][0]["token"]}
    async with client.post(MESSAGES, json=body) as response:
        assert (response.status, await error_of(response)) == (400, "bad_request")


async def test_a_button_without_its_conversation_is_a_bad_request(client, say):
    _, one = await say("what are the five pillars?")
    async with client.post(
        MESSAGES, json={"button": one["replies"][0]["buttons"][0]["token"]}
    ) as response:
        assert (response.status, await error_of(response)) == (400, "bad_request")


async def test_a_body_over_64_kb_is_too_large(client, fake):
    async with client.post(MESSAGES, json={"text": "x" * MAX_BODY}) as response:
        assert (response.status, await error_of(response)) == (413, "too_large")
    assert fake.heard == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_another_method_is_refused(client, method):
    async with client.request(method, MESSAGES) as response:
        assert (response.status, await error_of(response)) == (405, "method_not_allowed")
        assert response.headers["Allow"] == "POST"


async def test_an_unknown_address_of_the_api_is_not_found(client):
    async with client.get("/api/secrets") as response:
        assert (response.status, await error_of(response)) == (404, "not_found")


@pytest.mark.parametrize(
    ("language", "key"), [("es", "es"), ("es-MX,es;q=0.9", "es"), ("en", "en"), ("de,fr", "en")]
)
async def test_an_error_is_told_in_the_readers_language(say, language, key):
    _, answer = await say("", language=language)
    assert answer["error"]["message"] == sentence("error_empty", key)


# Limits


async def test_a_second_message_while_one_is_pending_is_busy(client, say, fake):
    _, first = await say("hello")
    may_answer = asyncio.Event()
    fake.then = may_answer.wait
    pending = asyncio.create_task(say("what is the plan?", conversation=first["conversation"]))
    while len(fake.heard) < 2:
        await asyncio.sleep(0.01)
    async with client.post(
        MESSAGES, json={"text": "and?", "conversation": first["conversation"]}
    ) as response:
        assert (response.status, await error_of(response)) == (429, "busy")
    may_answer.set()
    assert (await pending)[0] == 200


async def test_too_many_messages_are_told_to_wait(client, say):
    _, first = await say("hello")
    body = {"text": "hello", "conversation": first["conversation"]}
    for _ in range(PER_CONVERSATION[0] - 1):
        async with client.post(MESSAGES, json=body) as response:
            assert response.status == 200
    async with client.post(MESSAGES, json=body) as response:
        assert (response.status, await error_of(response)) == (429, "rate_limited")
        assert int(response.headers["Retry-After"]) > 0


async def test_without_a_rate_limit_nobody_waits(aiohttp_client, make, settings):
    client = await aiohttp_client(make(settings.model_copy(update={"rate_limit": "off"})))
    async with client.post(MESSAGES, json={"text": "hello"}) as response:
        first = await response.json()
    body = {"text": "hello", "conversation": first["conversation"]}
    for _ in range(PER_CONVERSATION[0] + 5):
        async with client.post(MESSAGES, json=body) as response:
            assert response.status == 200


# Personal data


async def test_nothing_personal_reaches_the_assistant_the_file_or_the_log(
    say, app, settings, fake, caplog
):
    caplog.set_level("DEBUG")
    _, first = await say("I am ana.lopez@example.org, call 410-555-0134. Who led the plan?")
    fake.status = 500
    await say("again: ana.lopez@example.org", conversation=first["conversation"])
    await app[STORE].close()
    files = b"".join(file.read_bytes() for file in settings.data_dir.rglob("*") if file.is_file())
    assert b"Who led the plan?" in files
    for secret in ("ana.lopez", "555-0134"):
        assert secret not in json.dumps(fake.heard)
        assert secret.encode() not in files
        assert secret not in caplog.text
