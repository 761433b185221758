"""The pages about comments: the form, the receipt, the public record, ratings; and the outbox."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress

from aiohttp import web

from bot.comments.outbox import Outbox
from bot.comments.sealing import Sealer
from bot.web import comment_form, ratings, receipts, record
from bot.web.keys import GUESSES, OUTBOX, SEALER, SETTINGS, STORE, TURNS

logger = logging.getLogger(__name__)
PERIOD = 2.0
"""Seconds between two looks into the outbox."""


def attach(app: web.Application) -> None:
    """Add the pages, and what they work with."""
    app[SEALER] = Sealer(app[SETTINGS].key)
    app[OUTBOX] = Outbox(app[SETTINGS].outbox, app[SEALER])
    app[GUESSES] = app[TURNS].guesses
    for part in (comment_form, receipts, record, ratings):
        app.add_routes(part.routes)
    app.cleanup_ctx.append(_deliver)


async def _deliver(app: web.Application) -> AsyncIterator[None]:
    """Empty the outbox whenever the store is there."""
    task = asyncio.create_task(_keep_delivering(app))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _keep_delivering(app: web.Application) -> None:
    outbox = app[OUTBOX]
    outbox.tidy()
    while True:
        try:
            await outbox.deliver(app[STORE])
        except Exception:  # whatever it is, the comments stay and are tried again
            logger.exception("The outbox could not be emptied")
        await asyncio.sleep(PERIOD)
