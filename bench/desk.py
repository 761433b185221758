"""The front with its staff desk over the demonstration, in a thread; for pictures and tests."""

import asyncio
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from aiohttp import web

from bench.running import free_port
from bot import demo
from bot.comments import gaps, staff
from bot.comments.gaps import GapView
from bot.comments.migrate import upgrade
from bot.comments.staff_tables import Role
from bot.front import make_app
from bot.plan.load import load
from bot.settings import Settings
from bot.staff.asked import COOKIE
from bot.web.keys import STORE


@dataclass
class Desk:
    """A served front on a data folder of its own; nobody answers questions there."""

    folder: Path
    port: int = field(default_factory=free_port)
    cookie: str = ""
    receipts: list[str] = field(default_factory=list)
    gap: int = 0
    """The group of questions that most people asked."""
    _ready: threading.Event = field(default_factory=threading.Event)
    _stop: Any = None
    _app: Any = None
    _loop: Any = None
    _thread: threading.Thread | None = None
    _failed: BaseException | None = None

    @property
    def url(self) -> str:
        """Where the front answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def signed_in(self) -> dict[str, Any]:
        """The cookie of an admin's session, for Playwright."""
        return {"name": COOKIE, "value": self.cookie, "url": f"{self.url}/staff"}

    def sign_in(self, name: str, role: Role) -> dict[str, Any]:
        """Add a person; the cookie of their session, for Playwright."""

        async def enter() -> str:
            person = await staff.add(self._app[STORE], name, role, None, "bench")
            return await staff.open_session(self._app[STORE], person)

        cookie = asyncio.run_coroutine_threadsafe(enter(), self._loop).result(20)
        return {"name": COOKIE, "value": cookie, "url": f"{self.url}/staff"}

    def __enter__(self) -> "Desk":
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        self._ready.wait(120)
        if self._failed is not None:
            raise self._failed
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        assert self._thread is not None
        self._thread.join(20)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            knowledge = load()
            settings = Settings(data_dir=self.folder, secret_key="demonstration", port=self.port)
            app = self._app = make_app(settings, knowledge)
            store = app[STORE]
            await upgrade(store)
            await demo.seed(store, knowledge)
            person = await staff.by_name(store, "demo")
            assert person is not None
            self.cookie = await staff.open_session(store, person)
            found, _ = await gaps.board(store, GapView(), settings.timezone)
            self.gap = found[0].group.id
            self.receipts = [one.receipt async for one in store.comments()]
            runner = web.AppRunner(app)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", self.port).start()
        except BaseException as error:
            self._failed = error
            self._ready.set()
            raise
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()
