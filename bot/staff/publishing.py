"""Serving what is published on the gap board, on every machine that shares the database.

The database says what is published. Each front writes it into its own data folder, has it made
ready for answers, and shows its pages at once.
"""

import asyncio
import contextlib
import json
import logging
import sys
from pathlib import Path
from typing import Any

from aiohttp import web

from bot import ROOT
from bot.comments.gap_answers import published
from bot.comments.store import StoreUnavailable
from bot.plan.load import READY, BadKnowledge, load
from bot.staff.keys import KNOWLEDGE, PUBLISHING, SETTINGS, STORE, WAKE

logger = logging.getLogger(__name__)
EVERY = 20.0
"""Seconds between two looks at what another machine may have published."""
AFTER_FAILURE = 300.0
"""Seconds until what could not be served is tried again."""


async def serve_published(front: Any) -> bool:
    """Bring this machine to what the database says is published; whether that could be done.

    Raises StoreUnavailable.
    """
    async with front[PUBLISHING]:
        wanted = await published(front[STORE])
        folder: Path = front[SETTINGS].published
        if not await asyncio.to_thread(_write, folder, wanted):
            if (folder / READY).exists() or not wanted:
                return True
        else:
            try:
                front[KNOWLEDGE].take(await asyncio.to_thread(load, published=folder))
            except BadKnowledge as error:
                logger.error("A published answer can't be served: %s", error)
                return False
        return await _prepare(folder)


def _write(folder: Path, wanted: dict[str, str]) -> bool:
    """Put just these files into the folder; whether anything changed."""
    there = {path.stem: path for path in folder.glob("*.yml")}
    changed = False
    for fact, entry in wanted.items():
        path = folder / f"{fact}.yml"
        if fact in there and path.read_text(encoding="utf-8") == entry:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_text(entry, encoding="utf-8")
        partial.rename(path)
        changed = True
    for fact in set(there) - set(wanted):
        there[fact].unlink(missing_ok=True)
        changed = True
    if changed:
        (folder / READY).unlink(missing_ok=True)
    return changed


async def _prepare(folder: Path) -> bool:
    process = await asyncio.create_subprocess_exec(
        *_command(folder), cwd=ROOT, stderr=asyncio.subprocess.PIPE
    )
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    if process.returncode:
        logger.error("Published answers are not found yet: %s", said.decode()[-500:].strip())
    return process.returncode == 0


def _command(folder: Path) -> list[str]:
    return [sys.executable, "-m", "bot.plan.published", str(folder.absolute())]


def state_of(folder: Path, fact: str) -> tuple[bool, list[str]]:
    """Whether questions find a published fact yet, and which of its gold questions do not."""
    try:
        state = json.loads((folder / READY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False, []
    return fact in state["facts"], state["missed"].get(fact, [])


async def publisher(front: web.Application) -> None:
    """Follow what is published, until cancelled."""
    while True:
        done = True
        try:
            done = await serve_published(front)
        except StoreUnavailable as error:
            logger.warning("Published answers stay as they are; no database: %s", error)
        except Exception:
            done = False
            logger.exception("Published answers stay as they are")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(front[WAKE].wait(), EVERY if done else AFTER_FAILURE)
        front[WAKE].clear()
