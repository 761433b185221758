"""A comment as its page shows it: state, what is public, and history in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.comments.author import can_be_corrected, can_be_erased, can_be_withdrawn
from bot.comments.receipt import aloud
from bot.comments.record import public_text
from bot.comments.tables import Comment, CommentEvent, CommentState, Visibility
from bot.language.messages import say
from bot.plan.clock import long_date
from bot.web.comment_words import TEXTS
from bot.web.keys import SETTINGS
from bot.web.language import page_language

_OWN = {"filed", "corrected", "withdrawn", "erased"}
_GONE = {Visibility.HIDDEN, Visibility.WITHDRAWN, Visibility.ERASED}


@dataclass(frozen=True)
class CommentView:
    """What a page may show of a comment; `text` only to its author, or what is public anyway."""

    receipt: str
    aloud: str
    state: str
    public: str
    from_staff: str
    topic: str
    filed: str
    window: str
    reply: str
    replied: str
    history: list[tuple[str, str]]
    text: str
    visibility: str
    changed: str
    has_code_word: bool
    can_correct: bool
    can_withdraw: bool
    can_erase: bool
    held: bool


def view_of(
    request: web.Request, comment: Comment, history: Sequence[CommentEvent], author: bool
) -> CommentView:
    """The view for whoever has the receipt, or for the author."""
    language = page_language(request)
    zone = ZoneInfo(request.app[SETTINGS].timezone)
    texts = TEXTS[language]
    gone = comment.visibility in _GONE
    erased = comment.visibility == Visibility.ERASED
    key = f"visibility_{comment.visibility}" if gone else f"state_{comment.state}"
    shown = comment.text if author and not erased else public_text(comment)
    return CommentView(
        receipt=comment.receipt,
        aloud=aloud(comment.receipt),
        state=_capital(say(key, language)),
        public=texts[f"public_{comment.visibility}"].format(reason=reason(comment, language)),
        from_staff=comment.author_word or "",
        topic=_capital(say(f"topic_{comment.topic}", language)),
        filed=_day(comment.created_at, zone, language),
        window=texts[f"window_{comment.window}"],
        reply="" if erased else comment.public_reply or "",
        replied=_day(comment.replied_at, zone, language) if comment.replied_at else "",
        history=_history(history, zone, language),
        text=shown or "",
        visibility=comment.visibility,
        changed=_day(comment.updated_at, zone, language),
        has_code_word=bool(comment.code_word),
        can_correct=author and can_be_corrected(comment),
        can_withdraw=author and can_be_withdrawn(comment),
        can_erase=author and can_be_erased(comment),
        held=comment.legal_hold,
    )


def reason(comment: Comment, language: str) -> str:
    """Why a comment is hidden or redacted: of a closed list, or as staff wrote it."""
    return reason_words(comment.hidden_reason, language)


def reason_words(given: str | None, language: str) -> str:
    """The reason in words."""
    if not given:
        return TEXTS[language]["reason_none"]
    return TEXTS[language].get(f"reason_{given}", given)


def _history(
    events: Sequence[CommentEvent], zone: ZoneInfo, language: str
) -> list[tuple[str, str]]:
    """Day and sentence of each thing done that concerns a resident, oldest first."""
    lines = []
    for event in events:
        lines += [
            (_day(event.at, zone, language), TEXTS[language][f"history_{key}"])
            for key in _keys(event)
        ]
    return lines


def _keys(event: CommentEvent) -> list[str]:
    """What happened; staff's notes, assignments and themes are theirs."""
    if event.action in _OWN:
        return [event.action]
    after = event.after or {}
    keys = []
    if after.get("public_reply"):
        keys.append("replied")
    if after.get("visibility") in list(Visibility):
        keys.append(after["visibility"])
    reviewed = {CommentState.IN_REVIEW, CommentState.CLOSED}
    if after.get("state") in reviewed or (after.get("state") == "answered" and not keys):
        keys.append(after["state"])
    return keys


def _day(moment: datetime, zone: ZoneInfo, language: str) -> str:
    return long_date(moment.astimezone(zone).date(), language)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
