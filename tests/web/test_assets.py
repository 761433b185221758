"""Style, scripts and icon: compressed, kept for long, and new when they change."""

import gzip

import pytest

from bot.settings import BadSettings, load
from bot.web.app import HERE
from bot.web.assets import Assets
from tests.web.page import Page

FILES = sorted(path.name for path in (HERE / "static").iterdir())
PACKED = {"Accept-Encoding": "gzip"}


@pytest.fixture
async def raw(aiohttp_client, app):
    """A client that leaves compressed bodies as they are."""
    return await aiohttp_client(app, auto_decompress=False)


async def test_what_a_page_names_is_kept_for_a_year(client):
    page = await Page.of(await client.get("/"))
    addresses = [page.one("link", rel="stylesheet")["href"], page.all("script")[0]["src"]]
    for address in addresses:
        async with client.get(address) as response:
            assert response.status == 200
            assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("name", FILES)
async def test_a_file_is_compressed_for_those_who_can_read_it(raw, app, name):
    async with raw.get(f"/static/{name}", headers=PACKED) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(await response.read()) == (HERE / "static" / name).read_bytes()
    async with raw.get(f"/static/{name}", headers={"Accept-Encoding": "identity"}) as response:
        assert "Content-Encoding" not in response.headers
        assert await response.read() == (HERE / "static" / name).read_bytes()
        assert response.headers["Vary"] == "Accept-Encoding"


def test_a_changed_file_has_another_address(tmp_path):
    file = tmp_path / "site.css"
    file.write_text("a {}")
    before = Assets.of(tmp_path).address("site.css")
    file.write_text("b {}")
    assert Assets.of(tmp_path).address("site.css") != before


async def test_an_address_of_an_older_file_is_not_answered_with_a_new_one(client):
    async with client.get("/static/site.0123456789ab.css") as response:
        assert response.status == 404


async def test_a_file_without_its_hash_is_asked_for_anew(client):
    async with client.get("/static/site.css") as response:
        assert response.headers["Cache-Control"] == "no-cache"
        assert response.content_type == "text/css"
        tag = response.headers["ETag"]
    async with client.get("/static/site.css", headers={"If-None-Match": tag}) as response:
        assert response.status == 304
        assert await response.read() == b""


async def test_a_page_is_compressed(raw):
    async with raw.get("/", headers=PACKED) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert b"<!DOCTYPE html>" in gzip.decompress(await response.read())
        assert "Accept-Encoding" in response.headers["Vary"]
    async with raw.get("/", headers={"Accept-Encoding": "identity"}) as response:
        assert "Content-Encoding" not in response.headers


# The widget


async def test_the_widget_may_be_loaded_by_other_sites(client):
    async with client.get("/embed.js") as response:
        assert response.status == 200
        assert response.content_type == "text/javascript"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert response.headers["Cache-Control"] == "public, max-age=3600"


async def test_the_frame_is_shown_on_the_allowed_hosts_only(aiohttp_client, make, settings):
    hosts = "www.example.gov, https://*.example.org:8443"
    client = await aiohttp_client(make(settings.model_copy(update={"embed_hosts": hosts})))
    async with client.get("/embed") as response:
        policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' www.example.gov https://*.example.org:8443" in policy
    async with client.get("/") as response:
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


async def test_cookies_of_the_frame_are_kept_apart_for_each_site(client):
    async with client.get("/embed") as response:
        (cookie,) = response.headers.getall("Set-Cookie")
    name, *attributes = cookie.split("; ")
    assert name.startswith("frame_visitor=")
    assert {"Secure", "SameSite=None", "Partitioned", "HttpOnly", "Path=/"} <= set(attributes)


async def test_a_conversation_in_the_frame_is_not_the_one_on_the_site(client):
    headers = {"Cookie": "conversation=x.y; language=es; visitor=" + "v" * 16}
    async with client.get("/embed?lang=en", headers=headers) as response:
        assert (await Page.of(response)).one("html")["lang"] == "en"
        assert "frame_visitor" in str(response.headers.getall("Set-Cookie"))


async def test_on_the_public_site_only_https_is_used_again(aiohttp_client, make, settings):
    public = settings.model_copy(update={"public_url": "https://plan.example.gov"})
    client = await aiohttp_client(make(public))
    async with client.get("/") as response:
        assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("value", ["'none'", "https://", "a;b", "*", "www.example.gov/path"])
def test_what_is_no_host_stops_the_start(monkeypatch, value):
    monkeypatch.setenv("BOT_EMBED_HOSTS", value)
    with pytest.raises(BadSettings, match="BOT_EMBED_HOSTS has a bad value"):
        load()
