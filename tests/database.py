"""An empty comment store with all its tables, migrated once for all tests."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.comments.migrate import upgrade
from bot.comments.store import Store


def empty_database(folder: Path) -> str:
    """Put an empty store into a folder; its address."""
    (folder / "bot.db").write_bytes(_migrated())
    return f"sqlite+aiosqlite:///{folder}/bot.db"


def migrate_apart(url: str) -> None:
    """Make all tables of a store, apart from the loop of the test."""

    async def make() -> None:
        store = Store(url)
        await upgrade(store)
        await store.close()

    with ThreadPoolExecutor() as pool:
        pool.submit(asyncio.run, make()).result()


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "bot.db"
        migrate_apart(f"sqlite+aiosqlite:///{file}")
        return file.read_bytes()
