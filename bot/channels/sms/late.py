"""What goes on beside the webhooks: late answers, expiry, blanking bodies, tidying, sending."""

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.assistant import AssistantUnavailable
from bot.channels.sms import inbound
from bot.channels.sms.connector import Connector
from bot.channels.sms.delivery import Delivery
from bot.channels.sms.provider import NotSent
from bot.comments.sms_tables import InboundState, InboundText, Phone
from bot.comments.store import StoreUnavailable
from bot.comments.tables import Conversation, Turn
from bot.language.clean import clean
from bot.language.mask import mask
from bot.language.messages import say

logger = logging.getLogger(__name__)
PERIOD = 2.0
TIDY_PERIOD = 3600.0
REDACTION_TRIES = 5


@dataclass
class Worker:
    """The background work of one front; several fronts share it through the store."""

    connector: Connector
    deliveries: list[Delivery]
    period: float = PERIOD
    _tidied: float = 0.0

    async def run(self) -> None:
        """Work until cancelled; nothing that fails here ends it."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.connector.wake.wait(), self.period)
            self.connector.wake.clear()
            try:
                await self.round()
            except StoreUnavailable as error:
                logger.warning("The store can't be used now: %s", error)
            except Exception:
                logger.exception("Texts that wait could not be worked on")

    async def round(self) -> None:
        """One round of everything that is due."""
        await self.connector.bring_in()
        await self.answer_waiting()
        await self.expire()
        for delivery in self.deliveries:
            await delivery.send_due()
        await self.redact()
        if time.monotonic() - self._tidied > TIDY_PERIOD or not self._tidied:
            self._tidied = time.monotonic()
            await inbound.tidy(self.connector.store)

    async def answer_waiting(self) -> None:
        """Answer what waits, the longest first, once the assistant is back."""
        while True:
            rows = await inbound.waiting(
                self.connector.store, datetime.now(UTC) - inbound.ABANDONED
            )
            if not rows or not await self.connector.speech.turns.assistant.is_ready():
                return
            if not await self._answer(rows):
                return

    async def _answer(self, rows: list[InboundText]) -> int:
        """Answer these; how many are over now."""
        over = 0
        held_up: set[str | None] = set()
        for row in rows:
            if row.phone in held_up:
                continue  # in order: a number's next text waits for the one before it
            try:
                if await self.connector.answer_late(row):
                    over += 1
                else:
                    held_up.add(row.phone)
            except AssistantUnavailable:
                return 0
        return over

    async def expire(self) -> None:
        """End what nobody could answer in time, with a note to staff."""
        store = self.connector.store
        before = datetime.now(UTC) - inbound.ANSWER_WITHIN
        for row in await inbound.waiting(store, before):
            text = inbound.opened(row, self.connector.sealer)
            async with store.session() as session:
                note = await self._note(session, row, text.body if text else "")
                await session.run_sync(inbound.finish_late, row, InboundState.EXPIRED, note)
            logger.warning("A text expired without an answer; staff see it as turn %s", note)

    async def _note(self, session: AsyncSession, row: InboundText, body: str) -> str:
        """Record the question that was not answered as a turn with the status error."""
        phone = await session.get(Phone, row.phone)
        assert phone is not None
        identity = self.connector.sealer.fingerprint(row.id, "turn")[:32]
        if await session.get(Turn, identity):
            return identity
        if await session.get(Conversation, phone.conversation_id) is None:
            session.add(
                Conversation(
                    id=phone.conversation_id,
                    channel="sms",
                    language=phone.language,
                    created_at=row.received_at,
                    updated_at=row.received_at,
                    expects="question",
                )
            )
            await session.flush()
        masked = mask(clean(body).text, phone.language)
        sorry = {"text": say("sms_late", phone.language), "buttons": [], "sources": []}
        session.add(
            Turn(
                id=identity,
                conversation_id=phone.conversation_id,
                created_at=row.received_at,
                channel="sms",
                language=phone.language,
                question=masked.text,
                status="error",
                facts=[],
                near=[],
                replies=[sorry],
                removed=0,
                masked=list(masked.kinds),
                took_ms=0,
            )
        )
        await session.flush()
        return identity

    async def redact(self, limit: int = 20) -> None:
        """Blank bodies at the provider, once their texts are over."""
        store = self.connector.store
        query = (
            select(InboundText)
            .where(InboundText.redaction == "due", InboundText.state != InboundState.WAITING.value)
            .order_by(InboundText.received_at)
            .limit(limit)
        )
        async with store.session() as session:
            rows = (await session.execute(query)).scalars().all()
        for row in rows:
            name, _, identity = row.id.partition(":")
            provider = self.connector.providers.get(name)
            now = datetime.now(UTC)
            if provider is None or now - row.received_at < timedelta(minutes=row.tries):
                continue
            values: dict[str, object] = {"redaction": "done"}
            try:
                await provider.redact(identity)
            except NotSent as error:
                values = {"tries": row.tries + 1}
                if row.tries + 1 >= REDACTION_TRIES:
                    values["redaction"] = "failed"
                    logger.warning("A body could not be blanked at %s (%s)", name, error.code)
            async with store.session() as session:
                await session.execute(
                    update(InboundText).where(InboundText.id == row.id).values(**values)
                )
