"""What authors do with their own comments: add details, correct, withdraw, erase.

Whether the caller is the author is for the caller to know (receipt and code word).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.comments.contacts import drop_contact
from bot.comments.review_tables import HideReason, Note
from bot.comments.store import NewContact, Store
from bot.comments.tables import (
    Comment,
    CommentEvent,
    CommentState,
    Contact,
    Turn,
    Visibility,
)

ERASED = "[erased]"
TAKEN_AWAY = "[...]"
"""What the public reads of a comment that its author took away and the law keeps."""
_GONE = {Visibility.WITHDRAWN, Visibility.ERASED}
_REPLIED = {CommentState.ANSWERED, CommentState.CLOSED}
_WORDS_OF_AUTHOR = ("text", "public_text", "author_word", "zip_code")
"""What an event may hold of the author's; erasing takes it out of the history too."""


class NotPossible(Exception):
    """The comment is gone or held, or the city has replied to its present text."""


def can_be_corrected(comment: Comment) -> bool:
    """A reply speaks to the text it was given for, so that text stays as it is then."""
    return comment.visibility not in _GONE and comment.state not in _REPLIED


def can_be_withdrawn(comment: Comment) -> bool:
    """What is withdrawn can still be erased, and what is erased is gone."""
    return comment.visibility not in _GONE


def can_be_erased(comment: Comment) -> bool:
    """Once, and not while the city has to keep it for a legal matter."""
    return comment.visibility != Visibility.ERASED and not comment.legal_hold


async def add_details(
    store: Store,
    receipt: str,
    zip_code: str | None = None,
    code_word: str | None = None,
    contact: NewContact | None = None,
) -> Comment:
    """Add what was left out at filing; a code word (its hash) once, the rest may be replaced.

    Raises NotPossible and StoreUnavailable.
    """
    async with _opened(store, receipt) as (session, comment):
        if not can_be_withdrawn(comment):
            raise NotPossible
        added = []
        if zip_code:
            comment.zip_code = zip_code
            added.append("zip_code")
        if code_word and not comment.code_word:
            comment.code_word = code_word
            added.append("code_word")
        if contact:
            await session.execute(delete(Contact).where(Contact.comment_id == comment.id))
            session.add(
                Contact(
                    comment_id=comment.id, kind=contact.kind.value, sealed=contact.sealed,
                    language=comment.language, created_at=comment.updated_at,
                )
            )  # fmt: skip
            added.append("contact")
        _note(session, comment, "details_added", after={"added": added})
    return comment


async def correct(
    store: Store, receipt: str, text: str, masked: tuple[str, ...], language: str
) -> Comment:
    """Put a new text (masked already) in place of the old, which stays in the history for staff.

    What was public is not until staff have read the new text. The same text again is no change.
    Raises NotPossible and StoreUnavailable.
    """
    async with _opened(store, receipt) as (session, comment):
        if not can_be_corrected(comment):
            raise NotPossible
        if text == comment.text:
            return comment
        before = {
            "text": comment.text, "public_text": comment.public_text,
            "visibility": comment.visibility, "hidden_reason": comment.hidden_reason,
        }  # fmt: skip
        comment.text, comment.masked, comment.language = text, list(masked), language
        comment.has_masked = bool(masked)
        comment.public_text = comment.hidden_reason = comment.author_word = None
        comment.visibility = Visibility.PENDING.value
        comment.state = CommentState.RECEIVED.value
        _note(session, comment, "corrected", before, {"visibility": comment.visibility})
    return comment


async def withdraw(store: Store, receipt: str) -> Comment:
    """Take a comment back: the public sees it no more; staff still can.

    Raises NotPossible and StoreUnavailable.
    """
    async with _opened(store, receipt) as (session, comment):
        if not can_be_withdrawn(comment):
            raise NotPossible
        before = {"visibility": comment.visibility}
        comment.visibility = Visibility.WITHDRAWN.value
        await drop_contact(session, comment.id)
        _note(session, comment, "withdrawn", before, {"visibility": comment.visibility})
    return comment


async def erase(
    store: Store,
    receipt: str,
    keep_original: bool = False,
    actor: str = "resident",
    reason: str | None = None,
) -> Comment:
    """Delete a comment's text wherever the store has it; that it was there stays known.

    `keep_original` is for cities whose records law forbids that: the public then sees nothing of
    it any more, and the original stays for admins. Raises NotPossible and StoreUnavailable.
    """
    async with _opened(store, receipt) as (session, comment):
        if not can_be_erased(comment):
            raise NotPossible
        if keep_original:
            await _take_from_view(session, comment, actor, reason)
            return comment
        before = {"visibility": comment.visibility}
        texts = [comment.text, *await _clear_history(session, comment.id)]
        if comment.conversation_id:
            await _clear_turns(session, comment.conversation_id, texts)
        comment.text = ERASED
        comment.public_text = comment.zip_code = comment.code_word = None
        comment.author_word = None
        comment.masked, comment.has_masked = [], False
        comment.visibility = Visibility.ERASED.value
        await drop_contact(session, comment.id)
        comment.author_word = comment.public_reply = None
        await session.execute(delete(Note).where(Note.comment_id == comment.id))
        after = {"visibility": comment.visibility}
        _note(session, comment, "erased", before, after, actor, reason)
    return comment


async def _take_from_view(
    session: AsyncSession, comment: Comment, actor: str, reason: str | None
) -> None:
    before = {"visibility": comment.visibility, "hidden_reason": comment.hidden_reason}
    comment.visibility = Visibility.REDACTED.value
    comment.hidden_reason = HideReason.AUTHOR_REQUEST.value
    comment.public_text = TAKEN_AWAY
    comment.zip_code = comment.code_word = None
    await drop_contact(session, comment.id)
    after = {"visibility": comment.visibility, "hidden_reason": comment.hidden_reason}
    _note(session, comment, "redacted", before, after, actor, reason)


@asynccontextmanager
async def _opened(store: Store, receipt: str) -> AsyncIterator[tuple[AsyncSession, Comment]]:
    """A transaction in which nobody else changes this comment."""
    async with store.session() as session:
        query = select(Comment).where(Comment.receipt == receipt).with_for_update()
        comment = (await session.execute(query)).scalar_one_or_none()
        if comment is None:
            raise NotPossible
        comment.updated_at = datetime.now(UTC)
        yield session, comment


def _note(
    session: AsyncSession,
    comment: Comment,
    action: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    actor: str = "resident",
    reason: str | None = None,
) -> None:
    session.add(
        CommentEvent(
            comment_id=comment.id, at=comment.updated_at, actor=actor, action=action,
            reason=reason, before=before, after=after,
        )
    )  # fmt: skip


async def _clear_history(session: AsyncSession, comment_id: int) -> list[str]:
    """Take the author's words out of the history; gives back the earlier texts."""
    query = select(CommentEvent).where(CommentEvent.comment_id == comment_id)
    texts = []
    for event in (await session.execute(query)).scalars().all():
        for side in ("before", "after"):
            held = getattr(event, side) or {}
            words = {key: held[key] for key in _WORDS_OF_AUTHOR if isinstance(held.get(key), str)}
            if words:
                texts += [words[key] for key in ("text", "public_text") if key in words]
                setattr(event, side, held | dict.fromkeys(words, ERASED))
    return texts


async def _clear_turns(session: AsyncSession, conversation: str, texts: list[str]) -> None:
    """Take the comment out of the conversation in which it was given and read back."""
    lines = {line for text in texts for line in text.splitlines() if line.strip()}
    query = select(Turn).where(Turn.conversation_id == conversation, Turn.status == "comment")
    for turn in (await session.execute(query)).scalars().all():
        if any(line in turn.question for line in lines):
            turn.question = ERASED
        turn.replies = [
            reply | {"text": ERASED, "buttons": []}
            if any(line in reply["text"] for line in lines)
            else reply
            for reply in turn.replies
        ]
