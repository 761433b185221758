"""Each request has an id and a line in the log, which holds no address."""

import logging
import re

import pytest
from aiohttp import web


async def id_of(client, path="/live", **headers):
    async with client.get(path, headers=headers, allow_redirects=False) as response:
        return response.headers["X-Request-ID"]


@pytest.fixture
async def behind_a_proxy(aiohttp_client, make, settings):
    """A front that believes what its caller forwards."""
    return await aiohttp_client(make(settings.model_copy(update={"trusted_proxies": "127.0.0.1"})))


@pytest.fixture
def lines(caplog):
    """The fields of the lines about requests."""
    caplog.set_level(logging.INFO, "bot.requests")
    return lambda what: [r.fields for r in caplog.records if r.message == what]


async def test_each_request_gets_an_id_of_its_own(client):
    first, second = await id_of(client), await id_of(client)
    assert re.fullmatch(r"[0-9a-f]{32}", first)
    assert first != second


@pytest.mark.parametrize("path", ["/", "/nowhere", "/staff/", "/staff/nowhere", "/static/nothing"])
async def test_pages_that_are_not_there_or_lead_elsewhere_have_one_too(client, path):
    assert await id_of(client, path)


async def test_a_strangers_id_is_not_taken(client):
    assert await id_of(client, **{"X-Request-ID": "chosen-by-a-stranger"}) != "chosen-by-a-stranger"


async def test_a_trusted_proxys_id_is_taken(behind_a_proxy):
    headers = {"X-Request-ID": "given-by-the-proxy", "X-Forwarded-For": "203.0.113.9"}
    assert await id_of(behind_a_proxy, **headers) == "given-by-the-proxy"


@pytest.mark.parametrize("given", ["short", "x" * 65, "two words", "é" * 10, "a" * 20 + '"}'])
async def test_what_can_not_be_an_id_is_replaced(behind_a_proxy, given):
    assert re.fullmatch(r"[0-9a-f]{32}", await id_of(behind_a_proxy, **{"X-Request-ID": given}))


async def test_the_assistant_is_given_the_id(client, fake):
    async with client.post("/api/messages", json={"text": "pillars?"}) as response:
        assert fake.requests == [response.headers["X-Request-ID"]]


async def test_a_request_has_a_line_with_its_route_status_and_time(client, lines):
    await id_of(client, "/c/K7M4-QX9T")
    (line,) = lines("request")
    assert isinstance(line.pop("ms"), int)
    assert line == {"method": "GET", "route": "/c/{receipt}", "status": 404}


async def test_an_address_that_is_not_there_is_not_written_down(client, lines):
    await id_of(client, "/my-name-is-quokka")
    assert [line["route"] for line in lines("request")] == ["unknown"]


async def test_a_turn_has_a_line_with_channel_language_status_and_time(say, lines):
    await say("pillars?")
    (line,) = lines("turn")
    assert isinstance(line.pop("ms"), int)
    assert line == {"channel": "web", "language": "en", "status": "answered"}


@pytest.mark.parametrize(
    ("text", "assistant", "status"), [("", 200, "refused"), ("pillars?", 500, "error")]
)
async def test_a_turn_without_an_answer_has_one_too(say, fake, lines, text, assistant, status):
    fake.status = assistant
    await say(text)
    assert [line["status"] for line in lines("turn")] == [status]


async def test_what_machines_ask_each_second_is_left_out(client, lines):
    for path in ("/live", "/ready"):
        await id_of(client, path)
    assert lines("request") == []


async def test_an_unexpected_error_has_a_line_and_an_answer_with_the_id(aiohttp_client, app, lines):
    async def fail(_):
        raise RuntimeError("it broke")

    app.router.add_get("/broken", fail)
    client = await aiohttp_client(app)
    assert await id_of(client, "/broken")
    assert [(line["route"], line["status"]) for line in lines("request")] == [("/broken", 503)]


async def test_a_redirect_has_its_own_status(aiohttp_client, app, lines):
    async def lead(_):
        raise web.HTTPSeeOther("/")

    app.router.add_get("/led", lead)
    client = await aiohttp_client(app)
    assert await id_of(client, "/led")
    assert [line["status"] for line in lines("request")] == [303]
