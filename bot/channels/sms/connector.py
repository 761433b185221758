"""The connector: a text is stored, answered once, and its outcome carried out in one transaction.

Texts of one number are answered one after the other, over all fronts. An answer that is late is
apologised for within the provider's patience and sent by its API; what nobody could answer
waits in the store until somebody can, or until it expires.
"""

import asyncio
import json
import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from weakref import WeakValueDictionary

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.channels.assistant import AssistantUnavailable
from bot.channels.sms import inbound, phones
from bot.channels.sms.compile import as_sms, pages_of
from bot.channels.sms.kept import KeptTexts
from bot.channels.sms.keywords import language_of_keyword
from bot.channels.sms.provider import BadText, Provider, Text
from bot.channels.sms.reply import Outcome, Speech
from bot.channels.turns import Incoming
from bot.comments.outbox import Outbox
from bot.comments.outgoing import Letter, enqueue_in
from bot.comments.sealing import Sealer
from bot.comments.sms_tables import InboundState, InboundText, Phone
from bot.comments.store import Store, StoreUnavailable
from bot.comments.tables import Comment, Contact, ContactKind
from bot.language.messages import say
from bot.settings import Settings

logger = logging.getLogger(__name__)
PATIENCE = 9.0
"""Seconds in which the webhook is answered; Twilio waits 15, the answer is due in 10."""
POLL = 0.05


@dataclass
class Connector:
    """Takes texts of every provider."""

    settings: Settings
    store: Store
    sealer: Sealer
    speech: Speech
    providers: dict[str, Provider]
    patience: float = PATIENCE
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when something waits to be sent."""
    _kept: KeptTexts = field(init=False)
    _queues: "WeakValueDictionary[str, asyncio.Lock]" = field(
        default_factory=WeakValueDictionary, init=False
    )
    _working: set["asyncio.Task[tuple[str, ...]]"] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self._kept = KeptTexts(self.settings.data_dir / "texts", self.sealer)

    async def receive(self, provider: Provider, text: Text) -> tuple[str, ...]:
        """The messages with which the webhook answers a text, in time. Raises BadText."""
        try:
            sender = phones.sender_of(text.sender, self.sealer)
        except phones.NoNumber as error:
            raise BadText(f"From: {error}") from error
        if not sender.can_read:
            return ()
        redact = provider.can_redact and self.settings.twilio_redact == "on"
        try:
            row, held = await inbound.keep(
                self.store, self.sealer, provider.name, text, sender.hash, redact
            )
        except StoreUnavailable as error:
            return await self._keep(provider, text, error)
        if row.phone not in (sender.hash, None):
            raise BadText("MessageSid was used by another number")
        if row.state != InboundState.WAITING or row.late:
            return inbound.reply_of(row, self.sealer)
        work = asyncio.create_task(self._answer(provider, row, text, held))
        self._working.add(work)
        work.add_done_callback(self._done)
        try:
            return await asyncio.wait_for(asyncio.shield(work), self.patience)
        except (TimeoutError, AssistantUnavailable, StoreUnavailable) as error:
            return await self._apologise(provider, row, error)

    async def _keep(
        self, provider: Provider, text: Text, error: StoreUnavailable
    ) -> tuple[str, ...]:
        """Keep a text that the store can't take; it is answered later, if that can be sent."""
        logger.error("A text could not be stored: %s", error)
        danger = self.speech.turns.danger_first(Incoming("sms", text.body))
        if danger:
            return tuple(pages_of(as_sms(danger.replies[0]["text"]), danger.language))
        if provider.can_send:
            try:
                await asyncio.to_thread(self._kept.keep, provider.name, text)
            except OSError as full:
                logger.error("A text could not be kept either: %s", full)
            else:
                return self._sorry("sms_late", language_of_keyword(text.body) or "en")
        return self._sorry("sms_try_again", "en")

    async def bring_in(self) -> None:
        """Store the texts that were kept; their answers are late. Raises StoreUnavailable."""
        for kept in await asyncio.to_thread(self._kept.waiting):
            provider = self.providers.get(kept.provider)
            if provider is None:
                continue
            number = phones.sender_of(kept.text.sender, self.sealer).hash
            redact = provider.can_redact and self.settings.twilio_redact == "on"
            row, held = await inbound.keep(
                self.store, self.sealer, provider.name, kept.text, number, redact
            )
            if row.state == InboundState.WAITING and not row.late:
                sorry = self._sorry("sms_late", "en")
                await inbound.apologise(self.store, self.sealer, row.id, sorry)
            if held:
                await inbound.let_go(self.store, row.id, number)
            await asyncio.to_thread(kept.path.unlink, missing_ok=True)

    async def close(self) -> None:
        """Let the texts at hand be answered."""
        if self._working:
            await asyncio.wait(self._working, timeout=self.patience)

    def _done(self, work: "asyncio.Task[tuple[str, ...]]") -> None:
        self._working.discard(work)
        if not work.cancelled() and work.exception():
            logger.warning("A text was not answered yet: %s", type(work.exception()).__name__)

    async def _apologise(
        self, provider: Provider, row: InboundText, error: Exception
    ) -> tuple[str, ...]:
        language = getattr(error, "language", None)
        if language is None:
            try:
                phone = await self._phone(row)
                language = phone.language if phone else "en"
            except StoreUnavailable:
                language = "en"
        sorry = self._sorry("sms_late" if provider.can_send else "sms_try_again", language)
        try:
            return await inbound.apologise(self.store, self.sealer, row.id, sorry)
        except StoreUnavailable:
            return sorry

    def _sorry(self, key: str, language: str) -> tuple[str, ...]:
        if key == "sms_try_again":
            return (as_sms(say(key, language, contact=self.settings.contact)),)
        return (as_sms(say(key, language)),)

    async def _answer(
        self, provider: Provider, row: InboundText, text: Text, held: bool
    ) -> tuple[str, ...]:
        """Answer a text when its number is free; the texts before it come first."""
        if held:
            return await self._held(provider, row, text)
        queue = self._queues.setdefault(str(row.phone), asyncio.Lock())
        async with queue:
            while not await inbound.take(self.store, row):
                await asyncio.sleep(POLL)
                now = await inbound.look(self.store, row.id)
                if now is None or now.state != InboundState.WAITING:
                    return inbound.reply_of(now, self.sealer) if now else ()
            return await self._held(provider, row, text)

    async def _held(self, provider: Provider, row: InboundText, text: Text) -> tuple[str, ...]:
        try:
            now, phone, before = await inbound.at_hand(self.store, row.id)
            if now is None or now.state != InboundState.WAITING:
                await self._free(row, failed=False)
                return inbound.reply_of(now, self.sealer) if now else ()
            earlier: tuple[str, ...] = ()
            if before:
                earlier = await self._earlier(before, text)
                phone = await self._phone(now)
            outcome = await self._outcome(provider, now, text, phone, afresh=bool(before))
        except BaseException:
            await self._free(row)
            raise
        return await self._carry_out(provider, now, text, outcome, earlier)

    async def _earlier(self, before: list[InboundText], text: Text) -> tuple[str, ...]:
        """Answer what this number still waits for, in order; the messages.

        Where nothing can be sent by API, those answers go before this one; what was only sent
        again in the same words is answered once.
        """
        said: tuple[str, ...] = ()
        for older in before:
            provider = self.providers.get(older.id.partition(":")[0])
            words = inbound.opened(older, self.sealer)
            if provider is None or words is None:
                continue
            if not provider.can_send and words.body.strip() == text.body.strip():
                outcome = Outcome(state=InboundState.IGNORED)
            else:
                phone = await self._phone(older)
                outcome = await self._outcome(provider, older, words, phone)
            messages = await self._carry_out_late(provider, older, words, outcome)
            said = said if provider.can_send else (*said, *messages)
        return said

    async def _outcome(
        self,
        provider: Provider,
        row: InboundText,
        text: Text,
        phone: Phone | None,
        afresh: bool = False,
    ) -> Outcome:
        """Decide what to say. `afresh`: the text was written before the last reply was seen."""
        assert phone is not None
        if afresh:
            phone.pending = {}
        turn_id = self.sealer.fingerprint(row.id, "turn")[:32]
        counted = row.tries > 0 or row.late
        return await self.speech.outcome(text, phone, turn_id, provider.name, counted)

    async def _carry_out(
        self,
        provider: Provider,
        row: InboundText,
        text: Text,
        outcome: Outcome,
        earlier: tuple[str, ...],
    ) -> tuple[str, ...]:
        messages = (*earlier, *outcome.messages)
        sealed = self.sealer.seal(json.dumps(messages)) if messages else None
        await self._settle(outcome)

        def write(session: Session) -> bool:
            done = inbound.finish(session, row, outcome.state, sealed, outcome.turn_id)
            if done:
                self._change(session, provider, row, text, outcome)
            return done

        if not await self.store.write(write):
            await self._carry_out_late(provider, row, text, outcome)
            now = await inbound.look(self.store, row.id)
            return inbound.reply_of(now, self.sealer) if now else ()
        await self._forget(outcome)
        return messages

    async def answer_late(self, row: InboundText) -> bool:
        """Answer a text that waits, by the API; whether it is over."""
        provider = self.providers.get(row.id.partition(":")[0])
        if provider is None or not provider.can_send:
            return False
        if not await inbound.take(self.store, row):
            return False
        try:
            text = inbound.opened(row, self.sealer)
            if text is None:
                outcome = Outcome(state=InboundState.EXPIRED)
                text = Text(row.id, "", "", "")
            else:
                outcome = await self._outcome(provider, row, text, await self._phone(row))
        except BaseException:
            await self._free(row)
            raise
        await self._carry_out_late(provider, row, text, outcome)
        return True

    async def _carry_out_late(
        self, provider: Provider, row: InboundText, text: Text, outcome: Outcome
    ) -> tuple[str, ...]:
        """Queue the answer in the transaction that ends the text."""
        await self._settle(outcome)

        def write(session: Session) -> bool:
            if not inbound.finish_late(session, row, outcome.state, outcome.turn_id):
                phones.release(session, str(row.phone), row.id)
                return False
            if provider.can_send:
                phone = session.get(Phone, row.phone)
                language = outcome.phone.get("language") or (phone.language if phone else "en")
                for place, message in enumerate(outcome.messages):
                    letter = Letter(
                        f"late:{row.id}:{place}", ContactKind.SMS, self.sealer.seal(text.sender),
                        message, language,
                    )  # fmt: skip
                    enqueue_in(session, letter)
            self._change(session, provider, row, text, outcome)
            return True

        if not await self.store.write(write):
            return ()
        self.wake.set()
        await self._forget(outcome)
        return outcome.messages

    async def _settle(self, outcome: Outcome) -> None:
        """A comment that waits in the outbox is filed before its author's number is kept for it."""
        if outcome.receipts:
            await Outbox(self.settings.outbox, self.sealer).deliver(self.store)

    def _change(
        self,
        session: Session,
        provider: Provider,
        row: InboundText,
        text: Text,
        outcome: Outcome,
    ) -> None:
        number = str(row.phone)
        columns = outcome.phone | {"last_at": datetime.now(UTC)}
        session.execute(update(Phone).where(Phone.hash == number).values(**columns))
        if outcome.opted_out is not None:
            phones.set_consent(session, number, outcome.opted_out, outcome.word)
        phones.release(session, number, row.id)
        if provider.can_send:
            for receipt in outcome.receipts:
                self._owe_reply(session, receipt, text, outcome)

    def _owe_reply(self, session: Session, receipt: str, text: Text, outcome: Outcome) -> None:
        """Keep the number, sealed, for as long as staff may reply to the comment."""
        found = select(Comment.id).where(Comment.receipt == receipt)
        comment = session.execute(found).scalar_one_or_none()
        if comment is None:
            return
        values = {
            "comment_id": comment, "kind": ContactKind.SMS.value,
            "sealed": self.sealer.seal(text.sender),
            "language": outcome.phone.get("language", "en"), "created_at": datetime.now(UTC),
        }  # fmt: skip
        session.execute(phones.insert_once(session, Contact, values))

    async def _forget(self, outcome: Outcome) -> None:
        """After an opt-out the assistant forgets the dialogue, and with it an open form."""
        if outcome.ended:
            try:
                await self.speech.turns.assistant.forget(outcome.ended)
            except AssistantUnavailable:
                logger.warning("An ended conversation's state could not be deleted now")

    async def _free(self, row: InboundText, failed: bool = True) -> None:
        try:
            await inbound.let_go(self.store, row.id, str(row.phone), failed)
        except StoreUnavailable:
            logger.warning("A number stays taken until its hold ends")

    async def _phone(self, row: InboundText) -> Phone | None:
        return await self.store.run(lambda session: session.get(Phone, row.phone))
