"""A turn: a message comes in, passes the stages below, and its replies go out.

check → clean → mask → guard → assistant → record. Each channel renders the replies its own way.
"""

import logging
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot import metrics
from bot.channels.assistant import Assistant, AssistantUnavailable
from bot.channels.guesses import Guesses
from bot.channels.limits import PER_ADDRESS, PER_CONVERSATION, Busy, OneAtATime, RateLimit, TooFast
from bot.channels.recorder import Recorder
from bot.channels.shared import Shared
from bot.channels.switched_off import SwitchedOff, notice
from bot.channels.tokens import ForgedToken, Signer
from bot.comments.receipt import find_receipt
from bot.comments.store import Store, StoreUnavailable
from bot.comments.switches import Off, Switchboard
from bot.comments.tables import Conversation, Turn
from bot.language.clean import COMMENT_LIMIT, QUESTION_LIMIT, Cleaned, clean
from bot.language.detect import asked_switch, language_of
from bot.language.mask import Masked, mask
from bot.language.messages import say, say_other
from bot.language.safety import danger_in
from bot.logs import as_request, tell
from bot.settings import Settings

logger = logging.getLogger(__name__)
SPOKEN = ("en", "es")
INTENT_OF_ACT = {"fact": "ask_plan", "form": "pick"}


class BadMessage(Exception):
    """A message that can't be taken; `code` is for programs, the sentence for people."""

    def __init__(self, code: str, key: str, language: str = "en", **values: object) -> None:
        self.code = code
        self.key = key
        self.values = values
        self.language = language
        self.sentence = say(key, language, "web", **values)
        super().__init__(code)


@dataclass(frozen=True)
class Incoming:
    """A message as a channel received it."""

    channel: str
    text: str
    conversation: str | None = None
    button: str | None = None
    language: str | None = None
    """The language to begin with, when the message itself does not tell."""
    address: str = ""
    message: str | None = None
    """The channel's own id of this message, 40 characters at most: it is answered once."""


@dataclass(frozen=True)
class Result:
    """What came of a message."""

    conversation: str
    turn: str
    language: str
    status: str
    replies: list[dict[str, Any]]
    expects: str = "question"
    question: str = ""
    """The message, masked."""
    recorded: bool = True
    """Whether the turn is in the store, so that a page can show it again."""

    def as_json(self) -> dict[str, Any]:
        """The body of POST /api/messages, as the contract has it."""
        return {
            "conversation": self.conversation,
            "turn": self.turn,
            "language": self.language,
            "status": self.status,
            "replies": [
                {key: reply[key] for key in ("text", "buttons", "sources")}
                for reply in self.replies
            ],
        }


@dataclass
class _Talk:
    """The conversation at hand."""

    token: str
    row: Conversation
    known: bool
    previous: Turn | None


@dataclass
class Turns:
    """Handles messages of every channel."""

    settings: Settings
    store: Store
    assistant: Assistant
    signer: Signer
    shared: Shared = field(default_factory=Shared)
    one_at_a_time: OneAtATime = field(default_factory=OneAtATime)
    by_conversation: RateLimit = field(default_factory=lambda: RateLimit(*PER_CONVERSATION))
    by_address: RateLimit = field(default_factory=lambda: RateLimit(*PER_ADDRESS))
    switchboard: Switchboard = field(init=False)
    guesses: Guesses = field(init=False)
    recorder: Recorder = field(init=False)

    def __post_init__(self) -> None:
        self.switchboard = Switchboard(self.store)
        self.recorder = Recorder(self.store, self.signer)
        self.guesses = Guesses(self.settings.rate_limit == "on", self.shared)

    async def handle(self, message: Incoming) -> Result:
        """Answer one message.

        Raises BadMessage for one that can't be taken, TooFast, Busy, and AssistantUnavailable
        when no answer could be had; the resident's text is then for the caller to keep.
        """
        began, language, status = time.monotonic(), "en", "error"
        with as_request():
            try:
                result = await self._handle(message)
                language, status = result.language, result.status
                return result
            except (BadMessage, TooFast, Busy, SwitchedOff):
                status = "refused"
                raise
            finally:
                took = time.monotonic() - began
                metrics.MESSAGES.labels(message.channel, language, status).inc()
                metrics.MESSAGE_SECONDS.labels(message.channel).observe(took)
                tell(
                    "turn",
                    channel=message.channel,
                    language=language,
                    status=status,
                    ms=round(took * 1000),
                )

    async def _handle(self, message: Incoming) -> Result:
        identity = self._identify(message)
        off = await self.switchboard.off(message.channel)
        if off:
            return self.danger_first(message, identity) or self._switched_off(
                off, message, identity
            )
        try:
            await self._count(message, identity)
            async with self.shared.hold(self.one_at_a_time, identity):
                return await self._turn(message, identity)
        except (TooFast, Busy):
            first = self.danger_first(message, identity)
            if first is None:
                raise
            return first

    async def _count(self, message: Incoming, identity: str) -> None:
        if self.settings.rate_limit == "on":
            if message.address:
                await self.shared.take("address", self.by_address, message.address)
            await self.shared.take("conversation", self.by_conversation, identity)

    def danger_first(self, message: Incoming, identity: str | None = None) -> Result | None:
        """The safety reply to a message that is refused: nothing comes before danger.

        It touches neither the store nor the assistant, so it costs what a refusal costs.
        """
        text = clean(message.text[:COMMENT_LIMIT]).text
        danger = None if message.button else danger_in(text)
        if danger is None:
            return None
        language = language_of(text, message.language)
        spoken = language if language in SPOKEN else "en"
        reply = _reply("safety", say(danger.value, spoken, message.channel))
        token = (
            self.signer.conversation_token(identity, message.channel)
            if identity
            else self.signer.new_conversation(message.channel)
        )
        question = mask(text, spoken).text
        return Result(
            token, uuid.uuid4().hex, spoken, "safety", [reply], question=question, recorded=False
        )

    def _switched_off(self, off: Off, message: Incoming, identity: str) -> Result:
        """A text message gets the notice as its answer; a page shows it. Raises SwitchedOff."""
        if message.channel != "sms":
            raise SwitchedOff(off)
        detected = language_of(clean(message.text[:QUESTION_LIMIT]).text, message.language)
        language = detected if detected in SPOKEN else "en"
        text = notice(off, language, self.settings.contact, "sms")
        return Result(
            self.signer.conversation_token(identity, message.channel), uuid.uuid4().hex, language,
            "refused", [_reply("refused", text)], recorded=False,
        )  # fmt: skip

    def _identify(self, message: Incoming) -> str:
        if not message.conversation:
            return self.signer.new_conversation(message.channel).partition(".")[0]
        try:
            return self.signer.conversation(message.conversation, message.channel)
        except ForgedToken as error:
            raise BadMessage(
                "unknown_conversation", "error_unknown_conversation", message.language or "en"
            ) from error

    async def _turn(self, message: Incoming, identity: str) -> Result:
        started = time.monotonic()
        with metrics.PART_SECONDS.labels("read").time():
            talk = await self._talk(message, identity)
            known = await self._answered(message, talk)
        if known:
            return known
        with metrics.PART_SECONDS.labels("rules").time():
            act, text = self._press(message, talk)
            cleaned = self._check(text, talk, pressed=act is not None)
            spoken, detected = self._languages(cleaned, talk, pressed=act is not None)
            masked = mask(cleaned.text, spoken)
            replies = self._guard(masked.text, detected, spoken, talk, pressed=act is not None)
        asked = not replies
        if asked:
            with metrics.PART_SECONDS.labels("assistant").time():
                replies = await self._ask_counted(message, masked, act, spoken, detected, talk)
        if any(reply.get("receipt") for reply in replies):
            metrics.COMMENTS.labels(message.channel).inc()
        spoken = next((r["language"] for r in replies if r.get("language")), spoken)
        talk.row.language = spoken
        talk.row.expects = next(
            (r["expects"] for r in reversed(replies) if r.get("expects")), "question"
        )
        talk.row.updated_at = datetime.now(UTC)
        turn = self.recorder.turn_of(
            talk.row, masked.text, act, replies, cleaned.removed, masked.kinds, started,
            message.message,
        )  # fmt: skip
        with metrics.PART_SECONDS.labels("record").time():
            recorded = await self.recorder.record(talk.row, turn, started)
        if asked and recorded:
            metrics.LAST_SUCCESS.set_to_current_time()
        return Result(
            talk.token, turn.id, spoken, turn.status, turn.replies, talk.row.expects,
            turn.question, recorded,
        )  # fmt: skip

    async def _talk(self, message: Incoming, identity: str) -> _Talk:
        token = self.signer.conversation_token(identity, message.channel)
        row, previous = None, None
        if message.conversation:
            try:
                row, previous = await self.store.latest(identity)
            except StoreUnavailable as error:
                logger.error("The store can't be read: %s", error)
        if row is not None:
            return _Talk(token, row, True, previous)
        now = datetime.now(UTC)
        language = message.language if message.language in SPOKEN else "en"
        row = Conversation(
            id=identity, channel=message.channel, language=language, created_at=now,
            updated_at=now, expects="question",
        )  # fmt: skip
        return _Talk(token, row, False, None)

    async def _answered(self, message: Incoming, talk: _Talk) -> Result | None:
        """The result of then, if this very message was answered before."""
        if not message.message:
            return None
        try:
            turn = await self.store.turn(message.message)
        except StoreUnavailable:
            return None
        if turn is None or turn.conversation_id != talk.row.id:
            return None
        return Result(
            talk.token, turn.id, turn.language, turn.status, turn.replies, talk.row.expects,
            turn.question,
        )  # fmt: skip

    def _press(self, message: Incoming, talk: _Talk) -> tuple[dict[str, str] | None, str]:
        if not message.button:
            return None, message.text
        try:
            act, title = self.signer.pressed(talk.row.id, message.button)
        except (ForgedToken, ValueError) as error:
            raise BadMessage("bad_request", "error_forged_button", talk.row.language) from error
        return act, title

    def _check(self, text: str, talk: _Talk, pressed: bool) -> Cleaned:
        cleaned = clean(text)
        language = talk.row.language
        if not cleaned.text:
            raise BadMessage("empty", "error_empty", language)
        long = talk.row.expects == "comment" or talk.row.channel == "sms"
        limit = COMMENT_LIMIT if long else QUESTION_LIMIT
        if len(cleaned.text) > limit and not pressed:
            # Danger comes before the length, and what is kept of the message is bounded.
            start = Cleaned(cleaned.text[:COMMENT_LIMIT], cleaned.removed)
            if danger_in(start.text):
                return start
            language, _ = self._languages(start, talk, pressed)
            raise BadMessage("too_long", "error_too_long", language, limit=f"{limit:,}")
        return cleaned

    def _languages(self, cleaned: Cleaned, talk: _Talk, pressed: bool) -> tuple[str, str]:
        """The language to speak, and the one the message is in."""
        if pressed:
            return talk.row.language, talk.row.language
        in_form = talk.row.expects == "comment"
        detected = language_of(cleaned.text, talk.row.language)
        if detected not in SPOKEN or (in_form and not asked_switch(cleaned.text)):
            return talk.row.language, detected
        return detected, detected

    def _guard(
        self, text: str, detected: str, spoken: str, talk: _Talk, pressed: bool
    ) -> list[dict[str, Any]]:
        """Rules that come before the assistant: danger, no words, a language it can't speak."""
        if pressed:
            return []
        channel = talk.row.channel
        danger = danger_in(text)
        if danger:
            reply = _reply("safety", say(danger.value, spoken, channel), intent="emergency")
            return [reply | {"expects": talk.row.expects}]
        if not clean(text).has_words:
            reply = _reply("refused", say("error_no_words", spoken, channel))
            return [reply | {"expects": talk.row.expects}]
        if detected not in SPOKEN and talk.row.expects != "comment":
            sentence = say_other(detected, self.settings.contact)
            texts = [sentence] if sentence else []
            texts.append(say("other_language", spoken, channel))
            button = {
                "title": say("leave_comment", spoken),
                "act": {"kind": "intent", "value": "give_comment"},
            }
            return [_reply("refused", "\n".join(texts), buttons=[button])]
        return []

    async def _ask_counted(
        self,
        message: Incoming,
        masked: Masked,
        act: dict[str, str] | None,
        spoken: str,
        detected: str,
        talk: _Talk,
    ) -> list[dict[str, Any]]:
        """Ask the assistant; wrong receipt codes are counted, and too many are not looked up."""
        counted = (
            None if act or find_receipt(masked.text) is None else message.address or talk.row.id
        )
        if counted:
            try:
                await self.guesses.receipt(counted)
            except TooFast:
                sentence = say("status_too_many", spoken, talk.row.channel)
                return [_reply("refused", sentence, expects=talk.row.expects)]
        wrong = False
        try:
            replies = await self._ask(
                masked.text, masked.kinds, act, spoken, detected, talk, message.message
            )
            wrong = any(reply.get("wrong_receipt") for reply in replies)
        finally:
            if counted and not wrong:
                await self.guesses.right_receipt(counted)
        return replies

    async def _ask(
        self,
        text: str,
        kinds: tuple[str, ...],
        act: dict[str, str] | None,
        spoken: str,
        detected: str,
        talk: _Talk,
        message: str | None,
    ) -> list[dict[str, Any]]:
        metadata = {
            "message": message,
            "language": spoken,
            "comment_language": detected,
            "channel": talk.row.channel,
            "masked": list(kinds),
            "act": act,
            "previous_turn": talk.previous.id if talk.previous else None,
            "previous_status": talk.previous.status if talk.previous else None,
        }
        intent = None
        if act:
            kind, value = act["kind"], act["value"]
            intent = value.partition(":")[0] if kind == "intent" else INTENT_OF_ACT[kind]
        try:
            return await self.assistant.ask(talk.row.id, text, metadata, intent)
        except AssistantUnavailable as error:
            metrics.ERRORS.labels("assistant").inc()
            error.language = spoken
            raise


def _reply(status: str, text: str, **more: Any) -> dict[str, Any]:
    return {"status": status, "text": text, "facts": [], "sources": [], "buttons": [], **more}
