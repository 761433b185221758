"""Retention: what is kept how long, by kind; what is due is deleted, or only counted.

A comment under legal hold keeps everything that belongs to it: its conversation, its contact, its
messages. Erased comments leave their tombstone.
"""

import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Select, delete, func, or_, select

from bot.comments import author
from bot.comments.contacts import drop_contacts_not_owed
from bot.comments.outgoing import OVER
from bot.comments.sms_tables import InboundText
from bot.comments.staff import ABSOLUTE, log
from bot.comments.staff_tables import SignInAttempt, StaffEvent, StaffLink, StaffSession
from bot.comments.store import Store
from bot.comments.tables import (
    Comment,
    CommentState,
    Contact,
    Conversation,
    Outgoing,
    Rating,
    Turn,
    Visibility,
)

BATCH = 500
"""Rows of one transaction: nobody waits long for the database."""


@dataclass(frozen=True)
class Periods:
    """Days for which each kind is kept; None keeps it."""

    conversations: int | None
    contacts: int | None
    messages: int | None
    comments: int | None
    staff_log: int | None
    keep_originals: bool = False
    """A records law forbids erasing comments: they are taken from public view instead."""


@dataclass(frozen=True)
class Due:
    """What of one kind is past its period."""

    kind: str
    days: int | None
    due: int
    held: int = 0
    """Of these, kept because of a legal hold."""


async def run(
    store: Store,
    periods: Periods,
    trackers: Path | None = None,
    dry: bool = True,
    actor: str = "retention",
    now: datetime | None = None,
) -> list[Due]:
    """Delete what is due, or only count it. `trackers` is the assistant's own database.

    Raises StoreUnavailable.
    """
    now = now or datetime.now(UTC)
    done = [
        await _conversations(store, periods.conversations, now, dry),
        _dialogue_states(trackers, periods.conversations, now, dry),
        await _contacts(store, periods.contacts, now, dry),
        await _messages(store, periods.messages, now, dry),
        await _texts(store, periods.messages, now, dry),
        await _comments(store, periods, now, dry, actor),
        await _staff_log(store, periods.staff_log, now, dry),
        await _sessions(store, now, dry),
    ]
    if not dry:
        async with store.session(None) as session:
            counts = {one.kind: one.due - one.held for one in done}
            log(session, actor, "retention_run", after=counts)
    return done


def _before(now: datetime, days: int | None) -> datetime | None:
    return None if days is None else now - timedelta(days=days)


def _held_conversations() -> Select[str | None]:
    return select(Comment.conversation_id).where(
        Comment.legal_hold.is_(True), Comment.conversation_id.is_not(None)
    )


def _held_comments() -> Select[int]:
    return select(Comment.id).where(Comment.legal_hold.is_(True))


async def _conversations(store: Store, days: int | None, now: datetime, dry: bool) -> Due:
    before = _before(now, days)
    if before is None:
        return Due("conversations", days, 0)
    old = select(Conversation.id).where(Conversation.updated_at < before)
    due, held = await _count(store, old, Conversation.id.in_(_held_conversations()))

    async def batch() -> int:
        async with store.session(None) as session:
            free = old.where(Conversation.id.not_in(_held_conversations())).limit(BATCH)
            ids = (await session.scalars(free)).all()
            turns = select(Turn.id).where(Turn.conversation_id.in_(ids))
            await session.execute(delete(Rating).where(Rating.turn_id.in_(turns)))
            await session.execute(delete(Turn).where(Turn.conversation_id.in_(ids)))
            await session.execute(delete(Conversation).where(Conversation.id.in_(ids)))
        return len(ids)

    await _all(batch, dry)
    return Due("conversations", days, due, held)


def _dialogue_states(path: Path | None, days: int | None, now: datetime, dry: bool) -> Due:
    """The assistant's present state of each conversation, in a database of its own."""
    before = _before(now, days)
    if before is None or path is None or not path.exists():
        return Due("dialogue states", days, 0)
    with sqlite3.connect(path, timeout=5) as database:
        try:
            row = database.execute(
                "SELECT count(*) FROM trackers WHERE updated_at < ?", (before.timestamp(),)
            )
            due = int(row.fetchone()[0])
            if not dry:
                database.execute("DELETE FROM trackers WHERE updated_at < ?", (before.timestamp(),))
        except sqlite3.OperationalError:  # the assistant has not made its table yet
            due = 0
    database.close()
    return Due("dialogue states", days, due)


async def _contacts(store: Store, days: int | None, now: datetime, dry: bool) -> Due:
    if not dry:
        await drop_contacts_not_owed(store)
    before = _before(now, days)
    if before is None:
        return Due("contacts", days, 0)
    old = select(Contact.id).where(Contact.created_at < before)
    due, held = await _count(store, old, Contact.comment_id.in_(_held_comments()))
    if not dry:
        async with store.session(None) as session:
            await session.execute(
                delete(Contact).where(
                    Contact.created_at < before, Contact.comment_id.not_in(_held_comments())
                )
            )
    return Due("contacts", days, due, held)


async def _messages(store: Store, days: int | None, now: datetime, dry: bool) -> Due:
    before = _before(now, days)
    if before is None:
        return Due("messages to residents", days, 0)
    over = [state.value for state in OVER] + ["sent"]
    old = select(Outgoing.id).where(Outgoing.updated_at < before, Outgoing.state.in_(over))
    is_held = Outgoing.comment_id.in_(_held_comments())
    due, held = await _count(store, old, is_held)
    free = or_(Outgoing.comment_id.is_(None), Outgoing.comment_id.not_in(_held_comments()))

    async def batch() -> int:
        async with store.session(None) as session:
            ids = (await session.scalars(old.where(free).limit(BATCH))).all()
            await session.execute(delete(Outgoing).where(Outgoing.id.in_(ids)))
        return len(ids)

    await _all(batch, dry)
    return Due("messages to residents", days, due, held)


async def _texts(store: Store, days: int | None, now: datetime, dry: bool) -> Due:
    before = _before(now, days)
    if before is None:
        return Due("text messages that came in", days, 0)
    old = select(InboundText.id).where(InboundText.received_at < before)
    due, _ = await _count(store, old)
    if not dry:
        async with store.session(None) as session:
            await session.execute(delete(InboundText).where(InboundText.received_at < before))
    return Due("text messages that came in", days, due)


async def _comments(store: Store, periods: Periods, now: datetime, dry: bool, actor: str) -> Due:
    before = _before(now, periods.comments)
    if before is None:
        return Due("closed comments", None, 0)
    old = select(Comment.receipt).where(
        Comment.created_at < before, Comment.state == CommentState.CLOSED.value,
        Comment.visibility != Visibility.ERASED.value,
        or_(Comment.public_text.is_(None), Comment.public_text != author.TAKEN_AWAY),
    )  # fmt: skip
    due, held = await _count(store, old, Comment.legal_hold.is_(True))

    async def batch() -> int:
        async with store.session(None) as session:
            free = old.where(Comment.legal_hold.is_(False)).limit(BATCH)
            receipts = (await session.scalars(free)).all()
        for receipt in receipts:
            await author.erase(
                store, receipt, keep_original=periods.keep_originals, actor=actor,
                reason="past its retention period",
            )  # fmt: skip
        return len(receipts)

    await _all(batch, dry)
    return Due("closed comments", periods.comments, due, held)


async def _staff_log(store: Store, days: int | None, now: datetime, dry: bool) -> Due:
    before = _before(now, days)
    if before is None:
        return Due("desk's history", days, 0)
    due, _ = await _count(store, select(StaffEvent.id).where(StaffEvent.at < before))
    if not dry:
        async with store.session(None) as session:
            await session.execute(delete(StaffEvent).where(StaffEvent.at < before))
    return Due("desk's history", days, due)


async def _sessions(store: Store, now: datetime, dry: bool) -> Due:
    ended = StaffSession.created_at < now - ABSOLUTE
    due, _ = await _count(store, select(StaffSession.hash).where(ended))
    if not dry:
        async with store.session(None) as session:
            await session.execute(delete(StaffSession).where(ended))
            await session.execute(delete(StaffLink).where(StaffLink.ends_at < now))
            a_day_ago = now - timedelta(days=1)
            await session.execute(delete(SignInAttempt).where(SignInAttempt.at < a_day_ago))
    return Due("ended sessions", None, due)


async def _count(store: Store, old: Select, is_held: object = None) -> tuple[int, int]:  # type: ignore[type-arg]
    async with store.session(None) as session:
        due = await session.scalar(select(func.count()).select_from(old.subquery())) or 0
        if is_held is None:
            return due, 0
        narrowed = old.where(is_held)  # type: ignore[arg-type]
        return due, await session.scalar(select(func.count()).select_from(narrowed.subquery())) or 0


async def _all(batch: Callable[[], Awaitable[int]], dry: bool) -> None:
    while not dry and await batch() == BATCH:
        pass
