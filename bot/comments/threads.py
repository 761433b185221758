"""Transactions in SQLite by threads of our own, each in one step.

The asynchronous driver goes to its thread and back for every cursor, statement, commit and end,
some fifteen times for a message. What every message does goes this way instead; see
docs/decisions/0042.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

T = TypeVar("T")
AT_ONCE = 15
"""As many connections as the asynchronous engine has at most. Threads are made when needed."""


class Threads:
    """Runs work on sessions of a synchronous engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._threads = _threads()

    async def run(self, work: Callable[[Session], T]) -> T:
        """Do `work` in a transaction: committed at its end, rolled back on any error."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._transaction, work)

    def _transaction(self, work: Callable[[Session], T]) -> T:
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            return work(session)

    async def close(self) -> None:
        """Finish what runs, and give the connections back; work after that opens new ones."""
        finished, self._threads = self._threads, _threads()
        await asyncio.to_thread(finished.shutdown)
        self._engine.dispose()


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="store")
