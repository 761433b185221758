"""What the desk does by itself while the front runs: e-mail, digests, retention at night."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from aiohttp import web

from bot.channels.mail import send_due
from bot.comments import retention
from bot.comments.digest import queue_digests
from bot.comments.similar import regroup
from bot.comments.staff import desk_setting, set_desk_setting
from bot.comments.store import StoreUnavailable
from bot.staff.gaps import regroup_quietly
from bot.staff.keys import REGROUPING, SEALER, SETTINGS, STORE
from bot.staff.privacy import periods_of
from bot.staff.publishing import publisher

logger = logging.getLogger(__name__)
EVERY = 20.0
"""Seconds between two looks for e-mail."""
HOUSEKEEPING_EVERY = 600.0
NIGHT = 3
"""Hour of the city's day from which on retention runs, once."""
RAN_ON = "retention_ran_on"


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


async def housekeeper(front: web.Application) -> None:
    """Delete what is past its period, once a night, until cancelled."""
    store, settings = front[STORE], front[SETTINGS]
    while True:
        await asyncio.sleep(HOUSEKEEPING_EVERY)
        today = settings.now()
        try:
            if today.hour < NIGHT or await desk_setting(store, RAN_ON) == str(today.date()):
                continue
            await set_desk_setting(store, RAN_ON, str(today.date()), "retention")
            trackers = settings.data_dir / "trackers.db"
            await retention.run(store, periods_of(settings), trackers, dry=False)
            await regroup(store)
            await regroup_quietly(store)
        except StoreUnavailable as error:
            logger.warning("Retention waits; the database can't be used: %s", error)
        except Exception:
            logger.exception("Retention did not run to its end")


def keep_going(desk: web.Application, front: web.Application) -> None:
    """Run the housekeeper beside the front, and the postman if there is a mail server."""

    async def run(_: web.Application) -> AsyncIterator[None]:
        following = (housekeeper(front), publisher(front))
        tasks = [asyncio.create_task(one) for one in following]
        if front[SETTINGS].smtp_url is not None:
            tasks.append(asyncio.create_task(postman(desk, front)))
        yield
        for task in [*tasks, *desk[REGROUPING]]:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    front.cleanup_ctx.append(run)
