"""The off switches: for a channel, or for the whole assistant. Comments can always be left."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from bot.comments.review_tables import Switch
from bot.comments.staff import log
from bot.comments.store import Store, StoreUnavailable

EVERYTHING = "all"
NAMES = (EVERYTHING, "web", "sms")
LONGEST = 1000
FRESH = 2.0
"""Seconds for which what was read is taken as true: a switch works within this time."""
PATIENCE = 0.5
"""Seconds for which a message waits to hear of a switch."""


class BadSwitch(ValueError):
    """Why a switch is not turned, in one sentence."""


@dataclass(frozen=True)
class Off:
    """Something that is off, and what residents are told beside the plain notice."""

    name: str
    notice_en: str
    notice_es: str

    def notice(self, language: str) -> str:
        """The city's own words; may be empty."""
        return self.notice_es if language == "es" else self.notice_en


class Switchboard:
    """What is off now, read from the store at most every two seconds."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._off: dict[str, Off] = {}
        self._read_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    async def off(self, channel: str) -> Off | None:
        """Whether a channel is off, by its own switch or by that of everything.

        What was read last holds while the store can't be read.
        """
        if self._reading is None and time.monotonic() - self._read_at > FRESH:
            self._reading = asyncio.create_task(self._read())
        if self._reading is not None:
            done, _ = await asyncio.wait({self._reading}, timeout=PATIENCE)
            for reading in done:
                reading.result()
        return self._off.get(EVERYTHING) or self._off.get(channel)

    async def _read(self) -> None:
        """For all messages that wait for it."""
        try:
            rows = await switched_off(self._store)
            if self._reading is asyncio.current_task():
                self._off = {r.name: Off(r.name, r.notice_en, r.notice_es) for r in rows}
        except StoreUnavailable:
            pass
        finally:
            if self._reading is asyncio.current_task():
                self._reading, self._read_at = None, time.monotonic()

    def forget(self) -> None:
        """Read again at the next question."""
        self._reading, self._read_at = None, float("-inf")


async def switched_off(store: Store) -> Sequence[Switch]:
    """Everything that is off."""
    async with store.session() as session:
        return (await session.scalars(select(Switch).order_by(Switch.name))).all()


async def turn_off(
    store: Store, name: str, actor: str, reason: str, notice_en: str = "", notice_es: str = ""
) -> None:
    """Switch a channel or everything off. Raises BadSwitch without a reason.

    Residents are told in both languages or in none.
    """
    _check(name, reason, notice_en, notice_es)
    if bool(notice_en.strip()) != bool(notice_es.strip()):
        raise BadSwitch("Write the words to residents in both languages, or in neither.")
    async with store.session() as session:
        await session.merge(
            Switch(
                name=name, reason=reason.strip(), notice_en=notice_en.strip(),
                notice_es=notice_es.strip(), actor=actor, at=datetime.now(UTC),
            )
        )  # fmt: skip
        after = {"off": True, "notice_en": notice_en.strip(), "notice_es": notice_es.strip()}
        log(session, actor, "switched_off", name, reason.strip(), after=after)


async def turn_on(store: Store, name: str, actor: str, reason: str) -> None:
    """Switch it on again. Raises BadSwitch without a reason, or if it is on."""
    _check(name, reason)
    async with store.session() as session:
        row = await session.get(Switch, name)
        if row is None:
            raise BadSwitch("It is on already.")
        await session.delete(row)
        log(session, actor, "switched_on", name, reason.strip(), before={"reason": row.reason})


def _check(name: str, reason: str, *notices: str) -> None:
    if name not in NAMES:
        raise BadSwitch("There is no such switch.")
    if not reason.strip():
        raise BadSwitch("Say why; the reason stands in the history.")
    if any(len(one) > LONGEST for one in (reason, *notices)):
        raise BadSwitch(f"{LONGEST:,} characters fit.")
