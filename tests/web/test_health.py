"""/live and /ready: whether the front runs, and whether a resident can be answered."""

import pytest
from aiohttp import web

from bot.web.keys import STORE


async def get(client, path):
    async with client.get(path) as response:
        return response.status, await response.json()


async def test_the_front_is_alive(client):
    assert await get(client, "/live") == (200, {"live": True})


async def test_the_front_is_alive_while_all_else_is_down(client, fake, lose_store):
    await fake.server.close()
    await lose_store()
    assert await get(client, "/live") == (200, {"live": True})


async def test_it_is_ready_when_everything_is(client):
    assert await get(client, "/ready") == (
        200, {"ready": True, "dependencies": {"assistant": "ok", "actions": "ok", "store": "ok"}},
    )  # fmt: skip


async def test_it_is_not_ready_while_the_assistant_is_down(client, fake):
    await fake.server.close()
    assert await get(client, "/ready") == (
        503, {"ready": False, "dependencies": {"assistant": "down", "actions": "down", "store": "ok"}},
    )  # fmt: skip


async def test_it_is_not_ready_while_the_assistant_loads_its_model(client, fake):
    fake.is_ready = False
    status, body = await get(client, "/ready")
    assert (status, body["dependencies"]["assistant"]) == (503, "down")


async def test_it_is_not_ready_while_the_assistants_actions_are_down(client, fake):
    fake.has_actions = False
    status, body = await get(client, "/ready")
    assert (status, body["dependencies"]) == (
        503, {"assistant": "ok", "actions": "down", "store": "ok"},
    )  # fmt: skip


async def test_it_is_not_ready_while_the_store_is_gone(client, lose_store):
    await lose_store()
    assert await get(client, "/ready") == (
        503, {"ready": False, "dependencies": {"assistant": "ok", "actions": "ok", "store": "down"}},
    )  # fmt: skip


async def test_it_is_not_ready_on_tables_of_another_version(client, app):
    async with app[STORE].engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    status, body = await get(client, "/ready")
    assert (status, body["dependencies"]["store"]) == (503, "down")


async def test_it_is_ready_again_when_the_assistant_is_back(client, fake):
    fake.is_ready = False
    assert (await get(client, "/ready"))[0] == 503
    fake.is_ready = True
    assert (await get(client, "/ready"))[0] == 200


@pytest.fixture
async def stranger(aiohttp_client, app):
    """A client at another address than loopback."""

    @web.middleware
    async def from_afar(request, handler):
        return await handler(request.clone(remote="203.0.113.9"))

    app.middlewares.insert(0, from_afar)
    return await aiohttp_client(app)


async def test_a_stranger_is_not_told_what_the_front_depends_on(stranger, fake):
    assert await get(stranger, "/ready") == (200, {"ready": True})
    await fake.server.close()
    assert await get(stranger, "/ready") == (503, {"ready": False})


async def test_the_tables_are_made_at_the_start(aiohttp_client, make, settings, tmp_path):
    fresh = settings.model_copy(update={"database_url": f"sqlite+aiosqlite:///{tmp_path}/fresh.db"})
    app = make(fresh)
    client = await aiohttp_client(app)
    assert (await get(client, "/ready"))[0] == 200
    assert [comment async for comment in app[STORE].comments()] == []
