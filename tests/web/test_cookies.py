"""The three cookies, and which language a page is in."""

from http.cookies import SimpleCookie

import pytest

from bot.web.words import WORDS
from tests.web.forms import send_form
from tests.web.page import Page


def cookies_of(response):
    cookies = SimpleCookie()
    for header in response.headers.getall("Set-Cookie", []):
        cookies.load(header)
    return cookies


async def asked(client, **more):
    return await send_form(client, data={"text": "hello"}, allow_redirects=False, **more)


async def test_a_visit_begins_no_conversation(client):
    async with client.get("/") as response:
        assert set(cookies_of(response)) == {"visitor"}
        assert cookies_of(response)["visitor"]["max-age"] == ""


@pytest.mark.parametrize("path", ["/privacy", "/find", "/f/five-pillars", "/live"])
async def test_other_pages_set_no_cookie(client, path):
    async with client.get(path) as response:
        assert "Set-Cookie" not in response.headers


async def test_a_question_sets_both_cookies(client):
    async with await asked(client) as response:
        assert set(cookies_of(response)) >= {"conversation", "language"}


async def test_no_script_and_no_foreign_page_gets_at_the_cookies(client):
    async with await asked(client) as response:
        for cookie in cookies_of(response).values():
            assert cookie["httponly"] is True
            assert cookie["samesite"] == "Lax"
            assert cookie["path"] == "/"


async def test_the_conversation_is_kept_for_30_days(client):
    async with await asked(client) as response:
        assert cookies_of(response)["conversation"]["max-age"] == str(30 * 24 * 3600)


async def test_the_api_sets_the_same_cookies(client):
    async with client.post("/api/messages", json={"text": "hello"}) as response:
        cookies = cookies_of(response)
        assert cookies["conversation"].value == (await response.json())["conversation"]
        assert cookies["conversation"]["httponly"] is True


async def test_a_text_message_sets_no_cookie(client):
    async with client.post("/api/messages", json={"text": "hello", "channel": "sms"}) as response:
        assert "Set-Cookie" not in response.headers


async def test_a_page_of_the_public_site_is_kept_off_plain_http(aiohttp_client, make, settings):
    public = settings.model_copy(update={"public_url": "https://plan.example.gov"})
    client = await aiohttp_client(make(public))
    async with await asked(client) as response:
        assert cookies_of(response)["conversation"]["secure"] is True


async def test_on_a_laptop_cookies_work_over_plain_http(client):
    async with await asked(client) as response:
        assert not cookies_of(response)["conversation"]["secure"]


async def test_clearing_takes_the_conversations_cookie_away(client):
    async with await send_form(
        client, "/clear", "Yes, clear it", allow_redirects=False
    ) as response:
        assert cookies_of(response)["conversation"]["max-age"] == "0"


@pytest.mark.parametrize("value", ["forged", "a.b", "", "%00", "\xff", "x" * 3000])
async def test_a_broken_cookie_does_no_harm(client, value):
    headers = {"Cookie": f"conversation={value}; language={value}"}
    async with client.get("/", headers=headers) as response:
        assert response.status == 200
        assert (await Page.of(response)).all("article") == []


# Language


async def language_of(client, path="/", **headers):
    async with client.get(path, headers=headers) as response:
        page = await Page.of(response)
    assert WORDS[page.one("html")["lang"]]["privacy_title"] in page.words
    return page.one("html")["lang"]


async def test_the_browsers_language_decides_at_first(client):
    assert await language_of(client, **{"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}) == "es"
    assert await language_of(client, **{"Accept-Language": "fr,en;q=0.5"}) == "en"
    assert await language_of(client, **{"Accept-Language": "zh"}) == "en"
    assert await language_of(client) == "en"


async def test_the_address_is_stronger_than_the_browser(client):
    assert await language_of(client, "/?lang=es", **{"Accept-Language": "en"}) == "es"


async def test_a_language_chosen_once_is_kept_for_a_year(client):
    async with client.get("/privacy?lang=es") as response:
        cookie = cookies_of(response)["language"]
    assert cookie.value == "es"
    assert int(cookie["max-age"]) > 300 * 24 * 3600


async def test_a_kept_language_is_stronger_than_the_browser(client):
    assert await language_of(client, Cookie="language=es", **{"Accept-Language": "en"}) == "es"


async def test_a_language_we_do_not_have_changes_nothing(client):
    assert await language_of(client, "/?lang=fr", Cookie="language=es") == "es"
    assert await language_of(client, "/?lang=<script>") == "en"
    async with client.get("/?lang=fr") as response:
        assert "language" not in cookies_of(response)


async def test_every_page_leads_to_itself_in_the_other_language(visitor):
    for path in ("/", "/f/five-pillars", "/privacy", "/find", "/nowhere"):
        await visitor.open(path)
        link = visitor.page.one("a", class_="language")
        other = {"en": "es", "es": "en"}[visitor.page.one("html")["lang"]]
        assert link["href"] == f"?lang={other}"
        assert link["hreflang"] == link["lang"] == other


async def test_after_a_spanish_question_the_pages_are_spanish(visitor):
    await visitor.open("/")
    page = await visitor.ask("¿cuáles son los cinco pilares del plan?")
    assert page.one("html")["lang"] == "es"
