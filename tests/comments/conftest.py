"""A comment store of the test's own, in SQLite and in PostgreSQL, and what to put into it.

A test that asks for the database's file is about SQLite; every other runs on both.
"""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.comments.store import NewComment, Store
from bot.comments.tables import Comment, Conversation, Turn
from tests.database import empty_database

MARCH = datetime(2018, 3, 1, 15, 30, tzinfo=UTC)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test of the store on both databases."""
    if "database" in metafunc.fixturenames:
        both = ["sqlite"] if "file" in metafunc.fixturenames else ["sqlite", "postgresql"]
        metafunc.parametrize("database", both, indirect=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The database file."""
    return tmp_path / "bot.db"


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with nothing in it; where a `store` is used, with all its tables."""
    with_tables = "store" in request.fixturenames
    if request.param == "postgresql":
        return str(request.getfixturevalue("tables_url" if with_tables else "postgres_url"))
    return empty_database(tmp_path) if with_tables else f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"


@pytest.fixture
async def open_store(database: str) -> AsyncIterator[Callable[[str], Store]]:
    """Opens stores, on the test's database or another address, and closes them at the end."""
    opened: list[Store] = []

    def open_(url: str = database) -> Store:
        opened.append(Store(url))
        return opened[-1]

    yield open_
    for store in opened:
        await store.close()


@pytest.fixture
def store(open_store: Callable[..., Store]) -> Store:
    """A store with all its tables."""
    return open_store()


@pytest.fixture
def new() -> Callable[..., NewComment]:
    """Makes a confirmed comment; say what is special about it."""

    def make(draft: str = "draft-1", text: str = "More Wi-Fi, please.", **more: Any) -> NewComment:
        values: dict[str, Any] = {
            "channel": "web",
            "language": "en",
            "topic": "education",
            "window": "late",
            "masked": (),
            "plan_version": "2018-final",
            "notice_version": "2026-11",
        }
        return NewComment(draft=draft, text=text, **values | more)

    return make


@pytest.fixture
def comment() -> Callable[..., Comment]:
    """Makes a comment as the store gives it; say what is special about it."""

    def make(text: str = "More Wi-Fi, please.", **more: Any) -> Comment:
        values: dict[str, Any] = {
            "receipt": "K7M4-QX9T",
            "draft": "draft-1",
            "created_at": MARCH,
            "updated_at": MARCH,
            "channel": "web",
            "language": "en",
            "topic": "education",
            "window": "open",
            "state": "received",
            "visibility": "pending",
            "masked": [],
            "plan_version": "2018-final",
            "notice_version": "2026-11",
            "themes": [],
        }
        return Comment(text=text, **values | more)

    return make


@pytest.fixture
def conversation() -> Callable[..., Conversation]:
    """Makes a conversation."""

    def make(identity: str = "talk-1", **more: Any) -> Conversation:
        values = {"channel": "web", "language": "en", "created_at": MARCH, "updated_at": MARCH}
        return Conversation(id=identity, **values | more)

    return make


@pytest.fixture
def turn() -> Callable[..., Turn]:
    """Makes a turn of a conversation, some minutes after its beginning."""

    def make(minute: int = 0, conversation: str = "talk-1", **more: Any) -> Turn:
        values: dict[str, Any] = {
            "channel": "web",
            "language": "en",
            "question": f"question {minute}",
            "status": "answered",
            "facts": ["plan-money"],
            "near": [],
            "replies": [{"text": "$65 million"}],
            "masked": [],
            "took_ms": 7,
        }
        return Turn(
            id=f"{conversation}-{minute}",
            conversation_id=conversation,
            created_at=MARCH.replace(minute=minute),
            **values | more,
        )

    return make
