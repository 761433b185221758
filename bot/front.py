"""The front as one application: residents' pages, connectors and the staff desk.

Serve it with python -m bot.front.
"""

import logging
import os
import sys

import uvloop
from aiohttp import web

from bot.channels.assistant import Assistant
from bot.comments.store import StoreUnavailable
from bot.plan.load import BadKnowledge, Knowledge
from bot.settings import BadSettings, Settings, load
from bot.staff.desk import mount
from bot.web import app as residents


def make_app(
    settings: Settings, knowledge: Knowledge | None = None, assistant: Assistant | None = None
) -> web.Application:
    """All that the front serves. Raises BadSettings and BadKnowledge."""
    app = residents.make_app(settings, knowledge, assistant)
    mount(app)
    return app


def main() -> int:
    """Serve until stopped; one clear line and exit code 1 if something is missing."""
    try:
        settings = load()
        logging.basicConfig(
            level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s"
        )
        logging.getLogger("alembic").setLevel(logging.WARNING)
        # At its debug level it writes down every value that is stored, residents' words too.
        logging.getLogger("aiosqlite").setLevel(logging.WARNING)
        web.run_app(
            make_app(settings), host=settings.host, port=settings.port, print=None,
            access_log=None, shutdown_timeout=5, loop=uvloop.new_event_loop(),
        )  # fmt: skip
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
