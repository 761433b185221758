"""Another provider in one module: a city's own gateway, which signs JSON."""

import json
import time

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.channels.sms.provider import NotSent
from bot.channels.sms.signed_json import SignedJson, sign

SECRET = "shared-with-the-gateway"


@pytest.fixture
async def gateway(serve):
    return await serve(sms_gateway_secret=SecretStr(SECRET))


async def post(client, content, secret=SECRET, at=None, address="/sms/gateway"):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    stamp = str(int(time.time() if at is None else at))
    headers = {"X-Bot-Timestamp": stamp, "X-Bot-Signature": sign(secret, stamp, body)}
    async with client.post(address, data=body, headers=headers) as response:
        text = await response.text()
        return response.status, json.loads(text) if text.startswith("{") else text


TEXT = {"id": "m-1", "from": "+14105550123", "to": "311", "text": "what are the pillars?"}


async def test_a_signed_text_is_answered_once(gateway, fake):
    status, first = await post(gateway, TEXT)
    assert status == 200
    assert "five pillars" in first["messages"][0]
    assert (await post(gateway, TEXT))[1] == first
    assert len(fake.heard) == 1


@pytest.mark.parametrize(
    ("secret", "at"),
    [("wrong", None), (SECRET, time.time() - 3600), (SECRET, time.time() + 3600)],
    ids=["wrong secret", "old", "from the future"],
)
async def test_a_forged_or_old_request_is_refused(gateway, fake, secret, at):
    assert (await post(gateway, TEXT, secret, at))[0] == 403
    assert not fake.heard


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b"\xff", {}, {"id": "1"}, {"from": "+1"}, TEXT | {"text": 5},
     TEXT | {"media": "x"}, TEXT | {"id": "x" * 99}, TEXT | {"from": "?!"}],
)  # fmt: skip
async def test_what_can_not_be_read_is_told(gateway, fake, content):
    assert (await post(gateway, content))[0] == 400
    assert not fake.heard


async def test_the_same_rules_hold_there(gateway):
    assert (
        "opted out" in (await post(gateway, TEXT | {"id": "a", "text": "STOP"}))[1]["messages"][0]
    )
    assert (await post(gateway, TEXT | {"id": "b"}))[1]["messages"] == []


async def test_a_report_needs_its_fields(gateway):
    for content, expected in (({"id": "x"}, 400), ({"id": "x", "status": "sent"}, 204)):
        assert (await post(gateway, content, address="/sms/gateway/status"))[0] == expected


async def test_without_a_secret_it_is_off(client):
    assert (await post(client, TEXT))[0] == 404


async def test_texts_go_out_signed():
    heard = []

    async def take(request):
        body = await request.read()
        assert request.headers["X-Bot-Signature"] == sign(
            SECRET, request.headers["X-Bot-Timestamp"], body
        )
        heard.append(json.loads(body))
        if len(heard) == 2:
            return web.json_response({"error": "busy"}, status=429)
        return web.json_response({"id": "out-1"})

    app = web.Application()
    app.router.add_post("/out", take)
    async with TestServer(app) as server:
        gateway = SignedJson(SECRET, str(server.make_url("/out")))
        assert await gateway.send("our-id", "+1410", "¡Hola!") == "out-1"
        with pytest.raises(NotSent) as error:
            await gateway.send("our-id", "+1410", "¡Hola!")
        await gateway.close()
    assert error.value.again and error.value.code == "busy"
    assert heard[0] == {"id": "our-id", "to": "+1410", "text": "¡Hola!"}
