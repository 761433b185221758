"""What the desk does by itself while the front runs: e-mail goes out, digests are queued."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from aiohttp import web

from bot.channels.mail import send_due
from bot.comments.digest import queue_digests
from bot.comments.store import StoreUnavailable
from bot.staff.keys import SEALER, SETTINGS, STORE

logger = logging.getLogger(__name__)
EVERY = 20.0
"""Seconds between two looks."""


async def postman(desk: web.Application, front: web.Application) -> None:
    """Queue digests and send e-mail, until cancelled."""
    store, settings, sealer = front[STORE], front[SETTINGS], desk[SEALER]
    link = f"{settings.public_url or ''}/staff/comments"
    while True:
        try:
            await queue_digests(store, sealer, settings.now(), link)
            await send_due(store, sealer, settings)
        except StoreUnavailable as error:
            logger.warning("Queued e-mail waits; the database can't be used: %s", error)
        except Exception:
            logger.exception("Queued e-mail waits")
        await asyncio.sleep(EVERY)


def keep_going(desk: web.Application, front: web.Application) -> None:
    """Run the postman beside the front, if there is a mail server."""
    if front[SETTINGS].smtp_url is None:
        return

    async def run(_: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(postman(desk, front))
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    front.cleanup_ctx.append(run)
