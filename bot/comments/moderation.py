"""What staff do with a comment: each act changes it and adds to its history in one transaction.

An act names the last event its author had seen. If the comment changed since, the act is refused
and the change is shown: nobody writes over what they have not read.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.comments.review_tables import CommentTheme, HideReason, Note, Theme
from bot.comments.store import Store
from bot.comments.tables import Comment, CommentEvent, CommentState, Priority, Visibility

LONGEST_WORD = 1000
LONGEST_REPLY = 5000
LONGEST_NOTE = 5000
GONE = {Visibility.WITHDRAWN.value, Visibility.ERASED.value}
"""What its author or retention took away is not acted on any more."""


class Act(StrEnum):
    """What staff do; the value stands in the history."""

    ASSIGNED = "assigned"
    PRIORITISED = "prioritised"
    THEMED = "themed"
    MOVED = "moved"
    RELEASED = "released"
    HIDDEN = "hidden"
    REDACTED = "redacted"
    REPLIED = "replied"
    HELD = "held"
    NOTED = "noted"
    UNDONE = "undone"
    CORRECTED = "corrected"
    CONTACT_SEEN = "contact_seen"


QUIET = {Act.NOTED.value, Act.CONTACT_SEEN.value}
"""Acts that change nothing of the comment, so that they make nobody's page stale."""
UNDOABLE = {
    Act.ASSIGNED, Act.PRIORITISED, Act.THEMED, Act.MOVED, Act.RELEASED, Act.HIDDEN, Act.REDACTED,
    Act.HELD,
}  # fmt: skip


class BadAct(ValueError):
    """Why an act is not done, in one sentence."""


class NoComment(LookupError):
    """There is no comment of this receipt."""


class Stale(Exception):
    """The comment changed since its page was opened; `events` say how."""

    def __init__(self, events: Sequence[CommentEvent]) -> None:
        super().__init__("changed in the meantime")
        self.events = events


@dataclass(frozen=True)
class Seen:
    """Which comment, and the last event its page showed."""

    receipt: str
    event: int

    @classmethod
    def of(cls, typed: str) -> "Seen":
        """From a form's field. Raises BadAct."""
        receipt, _, event = typed.partition(":")
        if not event.isdigit():
            raise BadAct("That form is not complete. Open the comment again.")
        return cls(receipt, int(event))


async def assign(store: Store, seen: Seen, actor: str, name: str | None) -> int:
    """Give a comment to somebody, or to nobody. All acts return the id of their event."""
    return await _change(store, seen, actor, Act.ASSIGNED, {"assignee": name})


async def prioritise(store: Store, seen: Seen, actor: str, priority: Priority) -> int:
    """Say how soon it should be looked at."""
    return await _change(store, seen, actor, Act.PRIORITISED, {"priority": priority.value})


async def move(store: Store, seen: Seen, actor: str, state: CommentState) -> int:
    """Say how far it is."""
    return await _change(store, seen, actor, Act.MOVED, {"state": state.value})


async def release(store: Store, seen: Seen, actor: str) -> int:
    """Let the public read it as it was filed."""
    values = {"visibility": Visibility.RELEASED.value, "public_text": None,
              "hidden_reason": None, "author_word": None}  # fmt: skip
    return await _change(store, seen, actor, Act.RELEASED, values)


async def hide(store: Store, seen: Seen, actor: str, reason: HideReason, word: str = "") -> int:
    """Keep it from the public, for a reason of the closed list; the author is told."""
    values = {"visibility": Visibility.HIDDEN.value, "hidden_reason": reason.value,
              "author_word": _text(word, LONGEST_WORD) or None}  # fmt: skip
    return await _change(store, seen, actor, Act.HIDDEN, values, reason.value)


async def redact(
    store: Store, seen: Seen, actor: str, public_text: str, reason: HideReason, word: str = ""
) -> int:
    """Let the public read it without a part of it; the original stays for admins."""
    shown = _text(public_text, 5000)
    if not shown:
        raise BadAct("Nothing would be left to read. Hide the comment instead.")
    values = {"visibility": Visibility.REDACTED.value, "public_text": shown,
              "hidden_reason": reason.value,
              "author_word": _text(word, LONGEST_WORD) or None}  # fmt: skip
    return await _change(store, seen, actor, Act.REDACTED, values, reason.value)


async def hold(store: Store, seen: Seen, actor: str, on: bool, reason: str) -> int:
    """Keep it whatever retention or its author ask, or lift that; with the reason."""
    if not reason.strip():
        raise BadAct("Say why, such as the name of the matter.")
    return await _change(
        store, seen, actor, Act.HELD, {"legal_hold": on}, _text(reason, LONGEST_WORD)
    )


async def correct(
    store: Store, seen: Seen, actor: str, text: str, masked: Sequence[str], reason: str
) -> int:
    """Put a text (masked already) in place of the old, for its author; staff read it anew."""
    values = {"text": text, "masked": list(masked), "has_masked": bool(masked),
              "public_text": None, "visibility": Visibility.PENDING.value}  # fmt: skip
    return await _change(store, seen, actor, Act.CORRECTED, values, reason)


async def put_themes(store: Store, seen: Seen, actor: str, keys: Sequence[str]) -> int:
    """Put exactly these themes on a comment."""
    return await _change(store, seen, actor, Act.THEMED, {"themes": sorted(set(keys))})


async def note(store: Store, receipt: str, actor: str, text: str) -> None:
    """Add an internal note. Raises BadAct, NoComment."""
    text = _text(text, LONGEST_NOTE)
    if not text:
        raise BadAct("The note is empty.")
    async with store.session() as session:
        comment = await _locked(session, receipt)
        now = datetime.now(UTC)
        session.add(Note(comment_id=comment.id, at=now, actor=actor, text=text))
        session.add(
            CommentEvent(comment_id=comment.id, at=now, actor=actor, action=Act.NOTED.value)
        )


async def reply(
    session: AsyncSession, seen: Seen, actor: str, text: str, state: CommentState
) -> tuple[Comment, int]:
    """Answer in public, within the caller's transaction, which also queues the messages."""
    shown = _text(text, LONGEST_REPLY)
    if not shown:
        raise BadAct("The reply is empty.")
    comment = await _unchanged(session, seen)
    values = {"public_reply": shown, "replied_at": datetime.now(UTC), "state": state.value}
    return comment, await _apply(session, comment, actor, Act.REPLIED, values)


async def undo(store: Store, event: int, actor: str) -> Comment:
    """Take back an act, if nothing happened to the comment since. Raises BadAct, Stale."""
    async with store.session() as session:
        row = await session.get(CommentEvent, event)
        if row is None or row.action not in UNDOABLE or row.before is None:
            raise BadAct("That can't be undone.")
        receipt = await session.scalar(select(Comment.receipt).where(Comment.id == row.comment_id))
        comment = await _unchanged(session, Seen(receipt or "", event))
        await _apply(session, comment, actor, Act.UNDONE, dict(row.before), f"undo of {row.action}")
        return comment


async def last_event(session: AsyncSession, comment: int) -> int:
    """The id of the last event that changed a comment."""
    query = select(func.max(CommentEvent.id)).where(
        CommentEvent.comment_id == comment, CommentEvent.action.not_in(QUIET)
    )
    return await session.scalar(query) or 0


async def last_events(session: AsyncSession, comments: Sequence[int]) -> dict[int, int]:
    """The same for many comments."""
    query = (
        select(CommentEvent.comment_id, func.max(CommentEvent.id))
        .where(CommentEvent.comment_id.in_(comments), CommentEvent.action.not_in(QUIET))
        .group_by(CommentEvent.comment_id)
    )
    return dict((await session.execute(query)).tuples().all())


async def _change(
    store: Store,
    seen: Seen,
    actor: str,
    act: Act,
    values: Mapping[str, Any],
    reason: str | None = None,
) -> int:
    async with store.session() as session:
        comment = await _unchanged(session, seen)
        return await _apply(session, comment, actor, act, values, reason)


async def _locked(session: AsyncSession, receipt: str) -> Comment:
    """The comment, with nobody else changing it until this transaction ends. Raises NoComment."""
    await session.execute(
        update(Comment).where(Comment.receipt == receipt).values(receipt=Comment.receipt)
    )
    found = await session.execute(select(Comment).where(Comment.receipt == receipt))
    comment = found.scalar_one_or_none()
    if comment is None:
        raise NoComment(receipt)
    return comment


async def _unchanged(session: AsyncSession, seen: Seen) -> Comment:
    """The comment, if its page is still true. Raises NoComment, Stale, BadAct."""
    comment = await _locked(session, seen.receipt)
    query = (
        select(CommentEvent)
        .where(
            CommentEvent.comment_id == comment.id, CommentEvent.id > seen.event,
            CommentEvent.action.not_in(QUIET),
        )
        .order_by(CommentEvent.id)
    )  # fmt: skip
    since = (await session.execute(query)).scalars().all()
    if since:
        session.expunge_all()  # so that they can be read after the rollback
        raise Stale(since)
    if comment.visibility in GONE:
        raise BadAct(f"This comment was {comment.visibility}; nothing more is done with it.")
    return comment


async def _apply(
    session: AsyncSession,
    comment: Comment,
    actor: str,
    act: Act,
    values: Mapping[str, Any],
    reason: str | None = None,
) -> int:
    """Change the fields, and add what they were and are to the history."""
    if comment.state == CommentState.RECEIVED and act is not Act.UNDONE:
        values = {"state": CommentState.IN_REVIEW.value} | dict(values)
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, value in values.items():
        if name == "replied_at":
            value = datetime.fromisoformat(value) if isinstance(value, str) else value
        old = getattr(comment, name)
        if old == value:
            continue
        before[name], after[name] = _plain(old), _plain(value)
        if name == "themes":
            await _link_themes(session, comment, value)
            value = list(value)
        setattr(comment, name, value)
    now = datetime.now(UTC)
    comment.updated_at = now
    event = CommentEvent(
        comment_id=comment.id, at=now, actor=actor, action=act.value, reason=reason,
        before=before, after=after,
    )  # fmt: skip
    session.add(event)
    await session.flush()
    return event.id


async def _link_themes(session: AsyncSession, comment: Comment, keys: Sequence[str]) -> None:
    found = (await session.execute(select(Theme).where(Theme.key.in_(keys)))).scalars().all()
    if len(found) != len(set(keys)):
        raise BadAct("One of these themes does not exist any more.")
    await session.execute(delete(CommentTheme).where(CommentTheme.comment_id == comment.id))
    session.add_all(CommentTheme(comment_id=comment.id, theme_id=theme.id) for theme in found)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _text(typed: str, most: int) -> str:
    """What staff typed, without control characters. Raises BadAct if it is too long."""
    kept = "".join(c for c in typed if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    kept = kept.strip()
    if len(kept) > most:
        raise BadAct(f"That is too long: {len(kept):,} characters, and {most:,} fit.")
    return kept
