"""The fake assistant, and turns that are handled with it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.channels.assistant import Assistant
from bot.channels.tokens import Signer
from bot.channels.turns import Incoming, Result, Turns
from bot.comments.store import Store
from bot.comments.tables import Turn
from bot.settings import Settings
from tests.channels.fake_assistant import SECRET, FakeAssistant
from tests.database import empty_database


@pytest.fixture
async def fake() -> AsyncIterator[FakeAssistant]:
    """A fake assistant that is up."""
    fake = FakeAssistant()
    async with fake.server:
        yield fake


@pytest.fixture
async def turns(fake: FakeAssistant, tmp_path: Path) -> AsyncIterator[Turns]:
    """The stages of a turn, on a database of the test's own."""
    settings = Settings(data_dir=tmp_path / "var", secret_key="k", rate_limit="on")
    settings.data_dir.mkdir()
    empty_database(settings.data_dir)
    store, assistant = Store(settings.database), Assistant(fake.url, SECRET)
    yield Turns(settings, store, assistant, Signer(settings.key))
    await assistant.close()
    await store.close()


@pytest.fixture
def say(turns: Turns) -> Callable[..., Awaitable[Result]]:
    """Handles one message of a channel."""

    async def handle(text: str = "", conversation: str | None = None, **more: Any) -> Result:
        return await turns.handle(
            Incoming(**{"channel": "web", "text": text, "conversation": conversation} | more)
        )

    return handle


@pytest.fixture
async def lose_store(turns: Turns, tmp_path: Path) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Takes the database away."""

    async def lose() -> None:
        await turns.store.close()
        turns.settings.data_dir.rename(tmp_path / "gone")

    yield lose
    await asyncio.sleep(0.05)  # the threads of connections that failed end after them


@pytest.fixture
def recorded(turns: Turns) -> Callable[[Result], Awaitable[Turn]]:
    """The turn that was recorded for a result."""

    async def look(result: Result) -> Turn:
        turn = await turns.store.turn(result.turn)
        assert turn is not None
        return turn

    return look
