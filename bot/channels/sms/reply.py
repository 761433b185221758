"""What is said to one text: the rules of consent, limits, paging and choices, then a turn.

It decides and says nothing to the store itself: an Outcome is carried out in one transaction.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.channels.assistant import AssistantUnavailable
from bot.channels.limits import PER_NUMBER, Busy, NoticeOnce, TooFast
from bot.channels.sms import phones
from bot.channels.sms.choices import choice_in
from bot.channels.sms.compile import SEGMENTS, as_sms, compile_reply, pages_of
from bot.channels.sms.decided import asked_theme, decided
from bot.channels.sms.keywords import (
    TWILIO_ANSWERS,
    Keyword,
    keyword_of,
    language_of_keyword,
    typed_word,
)
from bot.channels.sms.provider import Text
from bot.channels.turns import BadMessage, Incoming, Result, Turns
from bot.comments.receipt import find_receipt
from bot.comments.sms_tables import InboundState, Phone
from bot.comments.store import StoreUnavailable
from bot.language.clean import clean
from bot.language.gloss import fold
from bot.language.gsm7 import size_of
from bot.language.messages import say
from bot.settings import Settings

_STATUS = re.compile(r"(?:status|estado)\b[\s:#]*[\w \t-]{7,12}", re.IGNORECASE)
_OPT_OUT_TYPES = {"STOP": Keyword.STOP, "START": Keyword.START, "HELP": Keyword.HELP}


@dataclass(frozen=True)
class Outcome:
    """What is to be said to a text, and what changes by it."""

    messages: tuple[str, ...] = ()
    state: InboundState = InboundState.ANSWERED
    phone: dict[str, Any] = field(default_factory=dict)
    """Columns of the number's row that change."""
    opted_out: bool | None = None
    """A change of consent, and the word that asked for it."""
    word: str = ""
    turn_id: str | None = None
    receipts: tuple[str, ...] = ()
    """Comments that were filed: a reply is owed."""
    ended: str | None = None
    """The conversation that an opt-out ended."""


@dataclass
class Speech:
    """Says what the connector says."""

    settings: Settings
    turns: Turns
    limit: NoticeOnce = field(default_factory=lambda: NoticeOnce(*PER_NUMBER))

    async def outcome(
        self, text: Text, phone: Phone, turn_id: str, provider: str, counted: bool
    ) -> Outcome:
        """Decide on one text. `counted` tells whether it was counted against the limit before.

        Raises AssistantUnavailable when no answer could be had.
        """
        consent = self._consent(text, phone, provider)
        if consent:
            return consent
        if phone.opted_out_at:
            return Outcome(state=InboundState.IGNORED)
        if phones.is_short_code(text.sender):
            return self._machine(phone)
        if not counted and self.settings.rate_limit == "on":
            over = await self._over_limit(text, phone)
            if over:
                return over
        body = clean(text.body).text
        if not body:
            return self._say("sms_pictures" if text.media else "sms_empty", phone)
        paging = dict(phone.pending or {})
        if keyword_of(body) is Keyword.MORE and paging.get("pages"):
            return self._next_page(paging, phone)
        told = await self._decided(body, phone)
        if told:
            return told
        return await self._turn(body, phone, paging, turn_id)

    def _consent(self, text: Text, phone: Phone, provider: str) -> Outcome | None:
        """The outcome of a consent keyword; None for any other text."""
        keyword = _OPT_OUT_TYPES.get(text.handled or "") or keyword_of(text.body)
        typed = typed_word(text.body)
        if keyword_of(text.body) is Keyword.YES:
            # Carriers count YES as START; in a conversation it is an answer.
            keyword = Keyword.START if phone.opted_out_at else None
        if keyword not in (Keyword.STOP, Keyword.START, Keyword.HELP):
            return None
        by_carrier = (
            provider == "twilio"
            and self.settings.twilio_keywords == "twilio"
            and typed in TWILIO_ANSWERS
        )
        silent = text.handled is not None or by_carrier
        language = language_of_keyword(text.body) or phone.language
        if keyword is Keyword.HELP:
            help_text = say("sms_help", language, contact=self.settings.contact)
            return _keyword(() if silent else (help_text,))
        word = typed[:40] or str(text.handled).lower()
        if keyword is Keyword.STOP:
            silent = silent or phone.opted_out_at is not None
            said = () if silent else (say("sms_stopped", language),)
            return replace(_keyword(said), opted_out=True, word=word, ended=phone.conversation_id)
        if silent:
            said = ()
        elif phone.opted_out_at or phone.noticed:
            said = (say("sms_started", language),)
        else:
            said = (self._notice(language),)
        columns = {} if silent else {"noticed": True}
        return replace(_keyword(said), opted_out=False, word=word, phone=columns)

    async def _over_limit(self, text: Text, phone: Phone) -> Outcome | None:
        """One notice, then quiet; danger is answered all the same."""
        try:
            await self.turns.shared.take_and_tell("number", self.limit, phone.hash)
        except TooFast as error:
            danger = self.turns.danger_first(Incoming("sms", text.body, language=phone.language))
            if danger:
                return Outcome(tuple(pages_of(as_sms(danger.replies[0]["text"]), danger.language)))
            if error.first:
                return self._say("sms_too_fast", phone)
            return Outcome(state=InboundState.IGNORED)
        return None

    def _machine(self, phone: Phone) -> Outcome:
        """A short code hears once what this number is, so that two machines never chat."""
        if phone.noticed:
            return Outcome(state=InboundState.IGNORED)
        return Outcome((self._notice(phone.language),), phone={"noticed": True})

    def _say(self, key: str, phone: Phone) -> Outcome:
        return self._first_contact(Outcome((as_sms(say(key, phone.language)),)), phone)

    def _next_page(self, paging: dict[str, Any], phone: Phone) -> Outcome:
        page, *rest = paging["pages"]
        columns = {"pending": phones.pending(rest, paging.get("choices") or ())}
        return Outcome((page,), phone=columns)

    async def _decided(self, body: str, phone: Phone) -> Outcome | None:
        """What the city decided, if it was asked for; words that belong to a comment are not."""
        asked = asked_theme(body)
        if asked is None or await self.turns.switchboard.off("sms"):
            return None
        conversation, fresh = phones.conversation_for(phone, datetime.now(UTC))
        language = language_of_keyword(body.split()[0]) or phone.language
        try:
            if asked and not fresh and await self._is_commenting(conversation):
                return None
            text = await decided(self.turns.store, asked, language)
        except StoreUnavailable:
            return None
        if text is None:
            return None
        first, *rest = pages_of(as_sms(text), language)
        columns = {"conversation_id": conversation, "pending": phones.pending(rest, ())}
        outcome = Outcome((first,), phone=columns)
        return self._first_contact(outcome, phone, language)

    async def _is_commenting(self, conversation: str) -> bool:
        row, _ = await self.turns.store.latest(conversation)
        return row is not None and row.expects == "comment"

    async def _turn(self, body: str, phone: Phone, paging: dict[str, Any], turn_id: str) -> Outcome:
        conversation, fresh = phones.conversation_for(phone, datetime.now(UTC))
        message = Incoming(
            "sms", body, self.turns.signer.conversation_token(conversation, "sms"),
            self._button(body, conversation, [] if fresh else paging.get("choices") or []),
            phone.language, message=turn_id,
        )  # fmt: skip
        try:
            result = await self._handle(message)
        except BadMessage as error:
            key = "sms_empty" if error.code == "empty" else error.key
            sentence = say(key, error.language, "sms", **error.values)
            return self._first_contact(Outcome((as_sms(sentence),)), phone)
        except (Busy, TooFast) as error:
            raise AssistantUnavailable("the last message is still being answered") from error
        compiled = compile_reply(result.replies, result.language, self.settings.public_url)
        columns = {
            "conversation_id": conversation,
            "language": result.language,
            "pending": phones.pending(compiled.pages[1:], compiled.choices),
        }
        outcome = Outcome(
            (compiled.pages[0],),
            phone=columns,
            turn_id=result.turn if result.recorded else None,
            receipts=tuple(r["receipt"] for r in result.replies if r.get("receipt")),
        )
        return self._first_contact(outcome, phone, result.language)

    async def _handle(self, message: Incoming) -> Result:
        try:
            return await self.turns.handle(message)
        except BadMessage as error:
            if not message.button or error.code != "bad_request":
                raise
            # A button of before the secret key was changed: what was typed is taken as typed.
            return await self.turns.handle(replace(message, button=None))

    def _button(self, body: str, conversation: str, choices: list[str]) -> str | None:
        """The button that a text presses: a choice of the last reply, or a word like COMMENT."""
        picked = choice_in(body, len(choices))
        if picked:
            return choices[picked - 1]
        keyword = keyword_of(body)
        intent = None
        if keyword is Keyword.COMMENT:
            intent = "give_comment"
        elif keyword is Keyword.STATUS or _STATUS.fullmatch(body.strip()) or _is_code(body):
            intent = "comment_status"
        if intent is None:
            return None
        act = {"kind": "intent", "value": intent}
        return self.turns.signer.button(conversation, act, body)

    def _first_contact(
        self, outcome: Outcome, phone: Phone, language: str | None = None
    ) -> Outcome:
        """Put the notice before the first reply, in the same message if there is room."""
        if phone.noticed:
            return outcome
        notice = self._notice(language or phone.language)
        together = f"{notice}\n{outcome.messages[0]}"
        if size_of(together).segments <= SEGMENTS:
            messages = (together, *outcome.messages[1:])
        else:
            messages = (notice, *outcome.messages)
        return replace(outcome, messages=messages, phone=outcome.phone | {"noticed": True})

    def _notice(self, language: str) -> str:
        notice = say("welcome", language, "sms")
        if self.settings.public_url:
            url = f"{self.settings.public_url}/privacy"
            notice = f"{notice} {say('sms_privacy', language, url=url)}"
        return as_sms(notice)


def _keyword(messages: tuple[str, ...]) -> Outcome:
    return Outcome(tuple(as_sms(message) for message in messages))


def _is_code(body: str) -> bool:
    """Whether a text is a receipt code and nothing else, with a digit so that it is no word."""
    said = fold(body).strip()
    return len(said) <= 10 and any(c.isdigit() for c in said) and find_receipt(body) is not None
