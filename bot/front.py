"""The front as one application: residents' pages, connectors and the staff desk.

Serve it with python -m bot.front.
"""

import asyncio
import logging
import os
import signal
import sys
from contextlib import suppress

import uvloop
from aiohttp import web

from bot import logs
from bot.channels.assistant import Assistant
from bot.comments.store import StoreUnavailable
from bot.plan.load import BadKnowledge, Knowledge
from bot.settings import BadSettings, Settings, load
from bot.staff.desk import mount
from bot.web import app as residents
from bot.web.keys import LEAVING, SETTINGS

FINISH = 5.0
"""Seconds in which requests at hand are finished when the front stops."""


def make_app(
    settings: Settings, knowledge: Knowledge | None = None, assistant: Assistant | None = None
) -> web.Application:
    """All that the front serves. Raises BadSettings and BadKnowledge."""
    app = residents.make_app(settings, knowledge, assistant)
    mount(app)
    return app


async def serve(app: web.Application) -> None:
    """Serve until SIGINT or SIGTERM; then let the balancer look elsewhere, and finish what runs.

    A second signal ends the wait for the balancer.
    """
    settings, stopping, at_once = app[SETTINGS], asyncio.Event(), asyncio.Event()

    def stop() -> None:
        (at_once if stopping.is_set() else stopping).set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=FINISH)
    try:
        await runner.setup()
        await web.TCPSite(runner, settings.host, settings.port).start()
        await stopping.wait()
        app[LEAVING].set()
        with suppress(TimeoutError):
            await asyncio.wait_for(at_once.wait(), settings.drain_seconds)
    finally:
        await runner.cleanup()


def main() -> int:
    """Serve until stopped; one clear line and exit code 1 if something is missing."""
    try:
        settings = load()
        logs.begin("front", settings.log_format, settings.log_level)
        logging.getLogger("alembic").setLevel(logging.WARNING)
        # At its debug level it writes down every value that is stored, residents' words too.
        logging.getLogger("aiosqlite").setLevel(logging.WARNING)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(make_app(settings)))
    except (BadSettings, BadKnowledge) as error:
        print(error, file=sys.stderr)
        return 1
    except StoreUnavailable as error:
        print(
            f"The database {settings.database.split('@')[-1]} can't be used ({error}). "
            f"Check that the file and its folder can be written, or set BOT_DATABASE_URL.",
            file=sys.stderr,
        )
        return 1
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else error
        print(f"{settings.host}:{settings.port} can't be listened on ({why}).", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
