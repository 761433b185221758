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


@cache
def _migrated() -> bytes:
    async def make(file: Path) -> None:
        store = Store(f"sqlite+aiosqlite:///{file}")
        await upgrade(store)
        await store.close()

    with TemporaryDirectory() as folder, ThreadPoolExecutor() as pool:
        file = Path(folder) / "bot.db"
        pool.submit(asyncio.run, make(file)).result()  # apart from the loop of the test
        return file.read_bytes()
