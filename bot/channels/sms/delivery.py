"""Sending what is queued by text message, and following what becomes of it.

A letter is claimed before it is sent, so several fronts never send the same one. A 429 or 5xx is
tried again later, for hours; other errors end it, with a code that staff see explained.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from bot.channels.sms import phones
from bot.channels.sms.compile import as_sms, pages_of
from bot.channels.sms.errors import explain, is_opt_out, lasts
from bot.channels.sms.provider import NotSent, Provider, Report
from bot.channels.sms.quiet import STILL_WAITING, next_allowed
from bot.comments.contacts import drop_contacts_not_owed
from bot.comments.outgoing import advance, claim, postpone
from bot.comments.sealing import BrokenSeal, Sealer
from bot.comments.sms_tables import Phone
from bot.comments.store import Store
from bot.comments.tables import Comment, ContactKind, Outgoing, OutgoingState
from bot.language.gsm7 import size_of
from bot.metrics import SEGMENTS

logger = logging.getLogger(__name__)
WAITS = (5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 7200.0, 14400.0)
"""Seconds before each further try: about seven hours in all."""


@dataclass(frozen=True)
class Failure:
    """A text that did not arrive, for staff."""

    at: datetime
    receipt: str | None
    code: str
    reason: str


@dataclass
class Delivery:
    """Sends by one provider."""

    store: Store
    sealer: Sealer
    provider: Provider
    timezone: str

    async def send_due(self, at_once: int = 10, most: int = 200) -> int:
        """Send what is due; how many letters were looked at. Raises StoreUnavailable."""
        looked_at = 0
        while looked_at < most:
            letters = await claim(self.store, ContactKind.SMS, at_once)
            await asyncio.gather(*(self._send(letter) for letter in letters))
            looked_at += len(letters)
            if len(letters) < at_once:
                break
        return looked_at

    async def _send(self, letter: Outgoing) -> None:
        now = datetime.now(UTC)
        waited_for = letter.comment_id is None and now - letter.created_at < STILL_WAITING
        allowed = now if waited_for else next_allowed(now, self.timezone)
        if allowed > now:
            await postpone(self.store, letter.id, allowed, "quiet_hours")
            return
        try:
            number = self.sealer.open(letter.sealed or "")
        except BrokenSeal:
            await advance(self.store, letter.id, OutgoingState.FAILED, error="broken_seal")
            return
        if await self._opted_out(number):
            await advance(self.store, letter.id, OutgoingState.DROPPED, error="opted_out")
            return
        # A number is written to in two segments at most; MORE gets the rest.
        text, *rest = pages_of(as_sms(letter.text), letter.language)
        try:
            sent = None
            if letter.tries > 1 and letter.error is None:
                # The last try ended without a word, as in a crash: it may have been sent.
                sent = await self.provider.find(letter.id, number, text, letter.created_at)
            sent = sent or await self.provider.send(letter.id, number, text)
        except NotSent as error:
            await self._failed(letter, number, error)
            return
        SEGMENTS.inc(size_of(text).segments)
        await advance(self.store, letter.id, OutgoingState.SENT, provider_id=sent)
        if rest:
            await self._leave_pages(number, rest)

    async def _leave_pages(self, number: str, rest: list[str]) -> None:
        hashed = phones.sender_of(number, self.sealer).hash
        async with self.store.session() as session:
            await session.execute(
                update(Phone).where(Phone.hash == hashed).values(pending=phones.pending(rest, ()))
            )

    async def _failed(self, letter: Outgoing, number: str, error: NotSent) -> None:
        if is_opt_out(error.code):
            await self._opt_out(number, error.code)
        if not error.again or lasts(error.code):
            await advance(self.store, letter.id, OutgoingState.FAILED, error=error.code)
        elif letter.tries > len(WAITS):
            await advance(self.store, letter.id, OutgoingState.FAILED, error="gave_up")
        else:
            wait = timedelta(seconds=max(WAITS[letter.tries - 1], error.wait or 0))
            await postpone(self.store, letter.id, datetime.now(UTC) + wait, error.code)

    async def take_report(self, report: Report) -> bool:
        """Take a delivery report; whether it moved anything. Raises StoreUnavailable."""
        if is_opt_out(report.error) and report.receiver:
            await self._opt_out(report.receiver, str(report.error))
        if report.state is None:
            return False
        async with self.store.session() as session:
            found = select(Outgoing).where(Outgoing.provider_id == report.id)
            letter = (await session.execute(found)).scalars().first()
        if letter is None:
            return False
        moved = await advance(self.store, letter.id, report.state, error=report.error)
        if moved and report.state is OutgoingState.DELIVERED and letter.comment_id is not None:
            await drop_contacts_not_owed(self.store)
        return moved

    async def _opted_out(self, number: str) -> bool:
        try:
            sender = phones.sender_of(number, self.sealer)
        except phones.NoNumber:
            return False
        async with self.store.session() as session:
            phone = await session.get(Phone, sender.hash)
        return phone is not None and phone.opted_out_at is not None

    async def _opt_out(self, number: str, code: str) -> None:
        try:
            sender = phones.sender_of(number, self.sealer)
        except phones.NoNumber:
            return
        async with self.store.session() as session:
            await session.run_sync(phones.know, sender.hash, "en", datetime.now(UTC))
            await session.run_sync(phones.set_consent, sender.hash, True, code)
        logger.info("A number has opted out at the carrier (%s)", code)


async def failures(store: Store, since: datetime, language: str = "en") -> list[Failure]:
    """Texts that did not arrive, newest first, with the reason in words. For staff."""
    query = (
        select(Outgoing, Comment.receipt)
        .outerjoin(Comment, Comment.id == Outgoing.comment_id)
        .where(
            Outgoing.kind == ContactKind.SMS.value,
            Outgoing.state.in_([OutgoingState.FAILED.value, OutgoingState.DROPPED.value]),
            Outgoing.updated_at >= since,
        )
        .order_by(Outgoing.updated_at.desc())
        .limit(200)
    )
    async with store.session() as session:
        rows = (await session.execute(query)).all()
    return [
        Failure(row.updated_at, receipt, code, explain(code, language))
        for row, receipt in rows
        for code in [row.error or "unknown"]
    ]
