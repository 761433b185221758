"""Forms: only our own pages can send them, not for ever, and what was typed is kept."""

import time

import pytest

from bot.language.messages import say as sentence
from bot.web.csrf import COOKIE, FIELD, LIFETIME
from bot.web.keys import SIGNER
from tests.web.forms import fields_of, send_form
from tests.web.page import Page, problem


def box(page):
    return page.one("textarea", name="text").text


async def test_a_form_without_its_token_is_refused_and_the_text_stays(visitor, fake):
    await visitor.open("/")
    page = await visitor.press("Send", **{FIELD: ""}, text="my <question>")
    assert visitor.status == 403
    assert problem(page) == sentence("error_form_forged", "en")
    assert box(page) == "my <question>"
    assert fake.heard == []


async def test_a_refused_text_can_be_sent_again_from_the_page_that_says_so(visitor, fake):
    await visitor.open("/")
    await visitor.press("Send", **{FIELD: ""}, text="my question")
    await visitor.press("Send")
    assert visitor.status == 200
    assert fake.last["text"] == "my question"


@pytest.mark.parametrize("spoil", [lambda t: t[:-1], lambda t: "x" + t, lambda t: t.upper()])
async def test_a_changed_token_is_refused(visitor, spoil):
    await visitor.open("/")
    token = visitor.page.form_of("Send")[1][FIELD]
    await visitor.press("Send", **{FIELD: spoil(token)}, text="my question")
    assert visitor.status == 403


async def test_a_token_of_another_visit_is_refused(visitor, client):
    await visitor.open("/")
    theirs = (await fields_of(client))[FIELD]
    await visitor.press("Send", **{FIELD: theirs}, text="my question")
    assert visitor.status == 403


async def test_a_token_for_another_purpose_is_refused(visitor):
    await visitor.open("/clear")
    token = visitor.page.form_of("Yes, clear it")[1][FIELD]
    await visitor.open("/")
    await visitor.press("Send", **{FIELD: token}, text="my question")
    assert visitor.status == 403


async def test_an_old_form_is_told_so_and_the_text_stays(visitor, app):
    await visitor.open("/?lang=es")
    visitor_name = visitor.page.form_of("Enviar")[1][FIELD].partition(".")[0]
    old = app[SIGNER].form("chat", visitor_name, int(time.time()) - LIFETIME - 5)
    page = await visitor.press("Enviar", **{FIELD: old}, text="mi pregunta")
    assert visitor.status == 403
    assert problem(page) == sentence("error_form_expired", "es")
    assert box(page) == "mi pregunta"


async def test_danger_is_answered_even_from_an_old_form(visitor):
    await visitor.open("/")
    page = await visitor.press("Send", **{FIELD: ""}, text="my house is on fire")
    assert visitor.status == 200
    assert "911" in page.one("div", id="log").words


async def test_the_form_that_clears_is_guarded_too(visitor):
    await visitor.open("/")
    await visitor.ask("a question to keep")
    await visitor.open("/clear")
    page = await visitor.press("Yes, clear it", **{FIELD: ""})
    assert visitor.status == 403
    assert problem(page) == sentence("error_form_forged", "en")
    assert "a question to keep" in (await visitor.open("/")).words


async def test_with_cookies_off_the_form_works(client, fake):
    async with await send_form(client, data={"text": "my question"}) as response:
        assert response.status == 200
    assert fake.last["text"] == "my question"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/clear", "/api/messages", "/nowhere"])
async def test_what_another_sites_page_sends_is_refused(client, fake, headers, path):
    async with client.post(path, data={"text": "hello"}, headers=headers) as response:
        assert response.status == 403
        assert sentence("error_form_foreign", "en") in (await response.text()).replace("&#39;", "'")
        assert "Set-Cookie" not in response.headers
    assert fake.heard == []


async def test_what_our_own_page_sends_is_taken(client):
    host = client.make_url("/").authority
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": f"http://{host}"}):
        async with await send_form(client, data={"text": "hi"}, headers=headers) as response:
            assert response.status == 200


async def test_behind_a_proxy_the_public_address_is_ours(aiohttp_client, make, settings):
    public = settings.model_copy(update={"public_url": "https://plan.example.gov"})
    client = await aiohttp_client(make(public))
    headers = {"Origin": "https://plan.example.gov"}
    async with await send_form(client, data={"text": "hello"}, headers=headers) as response:
        assert response.status == 200


@pytest.mark.parametrize("value", ["", "x", "a.b", "x" * 3000, "<script>"])
async def test_a_broken_cookie_is_replaced(client, value):
    async with client.get("/", headers={"Cookie": f"{COOKIE}={value}"}) as response:
        assert len(response.cookies[COOKIE].value) == 16
        await Page.of(response)
