"""A front before a fake assistant, in a thread of its own, for a browser to look at."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from aiohttp import web

from bench.running import free_port
from bot.channels.assistant import Assistant
from bot.plan.load import Knowledge
from bot.settings import Settings
from bot.web.app import make_app
from bot.web.keys import SETTINGS
from tests.channels.fake_assistant import SECRET, FakeAssistant
from tests.database import empty_database


@dataclass
class Served:
    """A front that answers at `url`; what its assistant says is for the test to set."""

    url: str
    app: web.Application
    assistant: FakeAssistant
    keeps_cookies: bool = True
    """Set to False to be as with a browser that keeps none."""

    async def drop_cookies(self, _: web.Request, response: web.StreamResponse) -> None:
        """Takes the cookies out of every response."""
        if not self.keeps_cookies:
            response.headers.popall("Set-Cookie", None)

    @property
    def today(self) -> date:
        """The day it takes for today."""
        return self.app[SETTINGS].now().date()


@contextmanager
def served(
    folder: Path,
    knowledge: Knowledge,
    patience: float = 8.0,
    make: Callable[[Settings, Knowledge, Assistant], web.Application] = make_app,
    **settings: object,
) -> Iterator[Served]:
    """Serve a front with these settings until the block ends."""
    empty_database(folder)
    port = free_port()
    values = {"data_dir": folder, "secret_key": "k", "contact": "410-396-0000", "port": port}
    ours = Settings.model_validate(values | {"rate_limit": "off"} | settings)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> tuple[Served, web.AppRunner]:
        fake = FakeAssistant()
        await fake.server.start_server()
        app = make(ours, knowledge, Assistant(fake.url, SECRET, patience))
        front = Served(f"http://127.0.0.1:{port}", app, fake)
        app.on_response_prepare.append(front.drop_cookies)
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        return front, runner

    async def stop(runner: web.AppRunner, fake: FakeAssistant) -> None:
        await runner.cleanup()
        await fake.server.close()

    front, runner = asyncio.run_coroutine_threadsafe(start(), loop).result(30)
    try:
        yield front
    finally:
        asyncio.run_coroutine_threadsafe(stop(runner, front.assistant), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()
