"""Behind a proxy: forwarded address, host and scheme count only from those we trust."""

from ipaddress import ip_network

import pytest
from aiohttp import web

from bot.settings import BadSettings, Settings, load
from bot.web.keys import SETTINGS
from bot.web.proxies import behind_proxies, forwarded_for

TRUSTED = (ip_network("10.0.0.0/8"), ip_network("127.0.0.1"))


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        (["203.0.113.9"], "203.0.113.9"),
        (["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
        (["198.51.100.1, 203.0.113.9, 10.1.1.1"], "203.0.113.9"),
        (["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
        (["10.1.1.1, 10.1.1.2"], "10.1.1.1"),
        (["203.0.113.9:5123"], "203.0.113.9"),
        (["[2001:db8::1]:5123"], "2001:db8::1"),
        (["2001:db8::1"], "2001:db8::1"),
        (["<script>"], None),
        (["203.0.113.9, nonsense"], None),
        ([], None),
    ],
)
def test_the_nearest_address_that_is_no_proxy_counts(headers, address):
    assert forwarded_for(headers, TRUSTED) == address


@pytest.mark.parametrize(
    ("trusted", "seen"),
    [
        ("127.0.0.1", ["203.0.113.9", "https", "plan.example.gov"]),
        (None, ["127.0.0.1", "http", None]),
        ("192.0.2.1", ["127.0.0.1", "http", None]),
    ],
)
async def test_only_a_trusted_proxy_is_believed(aiohttp_client, trusted, seen):
    async def tell(request):
        return web.json_response([request.remote, request.scheme, request.host])

    app = web.Application(middlewares=[behind_proxies])
    app[SETTINGS] = Settings(trusted_proxies=trusted)
    app.router.add_get("/", tell)
    client = await aiohttp_client(app)
    headers = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "plan.example.gov",
    }
    async with client.get("/", headers=headers) as response:
        remote, scheme, host = await response.json()
    assert [remote, scheme] == seen[:2]
    assert host == (seen[2] or f"127.0.0.1:{client.port}")


async def test_the_details_of_ready_are_for_the_machine_itself_also_behind_a_proxy(
    make, settings, aiohttp_client
):
    client = await aiohttp_client(
        make(settings.model_copy(update={"trusted_proxies": "127.0.0.1"}))
    )
    async with client.get("/ready") as response:
        assert "dependencies" in await response.json()
    async with client.get("/ready", headers={"X-Forwarded-For": "203.0.113.9"}) as response:
        assert "dependencies" not in await response.json()


@pytest.mark.parametrize("value", ["proxy.example.gov", "10.0.0.0/99", "10.0.0.1;10.0.0.2"])
def test_what_is_no_address_stops_the_start(monkeypatch, value):
    monkeypatch.setenv("BOT_TRUSTED_PROXIES", value)
    with pytest.raises(BadSettings, match="BOT_TRUSTED_PROXIES"):
        load()
