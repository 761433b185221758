"""Fronts that take texts, with a fake assistant behind them and a fake Twilio beside them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.channels.assistant import Assistant
from bot.comments.store import Store
from bot.plan.load import Knowledge, load
from bot.settings import Settings
from bot.web.app import make_app
from bot.web.keys import STORE
from bot.web.sms import TEXTS
from tests.channels.fake_assistant import SECRET, FakeAssistant
from tests.database import empty_database
from tests.sms.fake_twilio import ACCOUNT, NUMBER, FakeTwilio
from tests.sms.phone import TOKEN, Phone


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The plan's own knowledge base."""
    return load()


@pytest.fixture
async def fake() -> AsyncIterator[FakeAssistant]:
    """A fake assistant that is up."""
    fake = FakeAssistant()
    async with fake.server:
        yield fake


@pytest.fixture
async def twilio() -> AsyncIterator[FakeTwilio]:
    """A fake Twilio that is up."""
    twilio = FakeTwilio(TOKEN)
    async with twilio.server:
        yield twilio


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a token, and nothing to send with."""
    folder = tmp_path / "var"
    folder.mkdir()
    empty_database(folder)
    return Settings(
        data_dir=folder, secret_key="k", contact="311", rate_limit="off", twilio_auth_token=TOKEN
    )


@pytest.fixture
def with_credentials() -> dict[str, Any]:
    """Settings with which texts can be sent."""
    return {"twilio_account_sid": ACCOUNT, "twilio_number": NUMBER}


@pytest.fixture
def serve(
    fake: FakeAssistant,
    twilio: FakeTwilio,
    settings: Settings,
    knowledge: Knowledge,
    aiohttp_client: Any,
) -> Callable[..., Awaitable[Any]]:
    """Serves a front; its background work goes round quickly, and only when asked to with 0."""

    async def start(patience: float = 3.0, period: float = 0.05, **more: Any) -> Any:
        changed = settings.model_copy(update=more)
        app = make_app(changed, knowledge, Assistant(fake.url, SECRET, patience))
        connector = app[TEXTS].connector
        connector.patience = patience + 0.5
        for provider in connector.providers.values():
            if hasattr(provider, "api"):
                provider.api = twilio.url
        return await aiohttp_client(app)

    return start


@pytest.fixture
async def client(serve: Callable[..., Awaitable[Any]]) -> Any:
    """A front that can't send."""
    return await serve()


@pytest.fixture
def phone(client: Any) -> Phone:
    """A resident's phone, on that front."""
    return Phone(client)


@pytest.fixture
def store_of() -> Callable[[Any], Store]:
    """The store of a served front."""

    def look(client: Any) -> Store:
        app: web.Application = client.server.app
        return app[STORE]

    return look


async def until(true: Callable[[], Any], seconds: float = 8.0) -> None:
    """Wait until something is so."""
    for _ in range(int(seconds / 0.02)):
        found = true()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come")
