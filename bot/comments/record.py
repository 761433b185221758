"""The public record: what staff released, and where something was, that it was there.

A comment's receipt is its author's secret, so the record numbers comments instead.
"""

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.comments.export import cell
from bot.comments.search import begin_with, go_in_order, plan_anew
from bot.comments.store import Store
from bot.comments.tables import Comment, CommentTopic, Visibility

PER_PAGE = 20
COUNTED = 2000
"""Counting stops here: the page says "more than"."""
MAX_WORDS = 8
"""Words of a search that count."""
SHOWN = (Visibility.RELEASED, Visibility.REDACTED)
COLUMNS = (
    "number", "filed", "topic", "language", "window", "status", "text", "reason", "reply",
    "replied", "plan_version",
)  # fmt: skip
# Letters that are searched without their marks; the same on SQLite and PostgreSQL.
_MARKED = dict(zip("áéíóúüñÁÉÍÓÚÜÑ", "aeiouunaeiouun", strict=True))
_FOLDED = str.maketrans(_MARKED)


@dataclass(frozen=True)
class RecordQuery:
    """What of the record is asked for; years are the city's."""

    text: str = ""
    topic: CommentTopic | None = None
    year: int | None = None
    page: int = 1


@dataclass(frozen=True)
class Entry:
    """One comment as the public may see it: text and reply are None where it is gone."""

    number: int
    filed: date
    topic: str
    language: str
    window: str
    visibility: str
    text: str | None
    reason: str | None
    reply: str | None
    replied: date | None
    plan_version: str


@dataclass(frozen=True)
class RecordPage:
    """A page of the record."""

    entries: list[Entry]
    total: int
    page: int
    pages: int
    """As many as were counted."""
    has_more: bool = False
    """Whether there are more than were counted."""
    has_older: bool = False
    """Whether a page follows."""


async def find(store: Store, query: RecordQuery, zone: tzinfo) -> RecordPage:
    """A page of the record, newest first; a page beyond the last is the last that was counted.

    Raises StoreUnavailable.
    """
    async with store.session() as session:
        asked, _ = await _asked(session, query, zone)
        newest = asked.order_by(Comment.created_at.desc(), Comment.id.desc()).limit(PER_PAGE + 1)
        some = asked.with_only_columns(Comment.id).limit(COUNTED + 1).subquery()
        total = (await session.execute(select(func.count()).select_from(some))).scalar_one()
        has_more, total = total > COUNTED, min(total, COUNTED)
        if has_more:
            await go_in_order(session)
        pages = max(1, -(-total // PER_PAGE))
        page = max(1, query.page) if has_more else min(max(1, query.page), pages)
        rows = (await session.scalars(newest.offset((page - 1) * PER_PAGE))).all()
        if not rows and page > pages:
            page = pages
            rows = (await session.scalars(newest.offset((page - 1) * PER_PAGE))).all()
    entries = [_entry(comment, zone) for comment in rows[:PER_PAGE]]
    return RecordPage(entries, total, page, pages, has_more, len(rows) > PER_PAGE)


async def years(store: Store, zone: tzinfo) -> list[int]:
    """The years from which the record has something, newest first. Raises StoreUnavailable."""
    days = select(Comment.created_at).where(Comment.visibility != Visibility.PENDING.value)
    async with store.session() as session:
        first = await session.scalar(days.order_by(Comment.created_at).limit(1))
        last = await session.scalar(days.order_by(Comment.created_at.desc()).limit(1))
    if first is None or last is None:
        return []
    return list(range(last.astimezone(zone).year, first.astimezone(zone).year - 1, -1))


async def as_csv(
    store: Store, query: RecordQuery, zone: tzinfo, batch: int = 1000
) -> AsyncIterator[str]:
    """All that is asked for as CSV, newest first, in batches; no cell runs as a formula.

    Raises StoreUnavailable.
    """
    yield "\ufeff" + _line(COLUMNS)
    before: tuple[datetime, int] | None = None
    while True:
        async with store.session() as session:
            asked, are_many = await _asked(session, query, zone)
            if are_many:
                await go_in_order(session)
            if before is not None:
                asked = asked.where(_before(*before))
            asked = asked.order_by(Comment.created_at.desc(), Comment.id.desc()).limit(batch)
            rows = (await session.execute(asked)).scalars().all()
        if rows:
            entries = [_entry(comment, zone) for comment in rows]
            yield "".join(_line(_cells(entry)) for entry in entries)
        if len(rows) < batch:
            return
        before = (rows[-1].created_at, rows[-1].id)


def public_text(comment: Comment) -> str | None:
    """What the public may read of a comment's text."""
    if comment.visibility == Visibility.RELEASED:
        return comment.text
    return comment.public_text if comment.visibility == Visibility.REDACTED else None


def _entry(comment: Comment, zone: tzinfo) -> Entry:
    shown = comment.visibility in SHOWN
    explained = comment.visibility in (Visibility.HIDDEN, Visibility.REDACTED)
    replied = comment.replied_at if shown else None
    return Entry(
        number=comment.id,
        filed=comment.created_at.astimezone(zone).date(),
        topic=comment.topic,
        language=comment.language,
        window=comment.window,
        visibility=comment.visibility,
        text=public_text(comment),
        reason=comment.hidden_reason if explained else None,
        reply=comment.public_reply if shown else None,
        replied=replied.astimezone(zone).date() if replied else None,
        plan_version=comment.plan_version,
    )


def _before(moment: datetime, number: int) -> ColumnElement[bool]:
    same = and_(Comment.created_at == moment, Comment.id < number)
    return and_(Comment.created_at <= moment, or_(Comment.created_at < moment, same))


async def _asked(
    session: AsyncSession, query: RecordQuery, zone: tzinfo
) -> tuple[Select[Comment], bool]:
    """What is asked for, and whether many comments have its words."""
    asked = select(Comment).where(Comment.visibility != Visibility.PENDING.value)
    if query.topic:
        asked = asked.where(Comment.topic == query.topic.value)
    if query.year:
        start = datetime(query.year, 1, 1, tzinfo=zone).astimezone(UTC)
        end = datetime(query.year + 1, 1, 1, tzinfo=zone).astimezone(UTC)
        asked = asked.where(Comment.created_at >= start, Comment.created_at < end)
    words = query.text.split()[:MAX_WORDS]
    # The index finds the few that are looked at; it alone must not decide what is public.
    await plan_anew(session, query.text)
    found = await begin_with(session, " ".join(words))
    if found is not None:
        asked = asked.where(found[0])
    for word in words:
        asked = asked.where(_has(word))
    return asked, found is not None and found[1]


def _has(word: str) -> ColumnElement[bool]:
    """Whether a word is in what the public may read; nothing else is ever searched."""
    wanted = "%" + _escaped(word.translate(_FOLDED).lower()) + "%"
    text = case(
        (Comment.visibility == Visibility.RELEASED.value, Comment.text),
        (Comment.visibility == Visibility.REDACTED.value, Comment.public_text),
        else_=None,
    )
    reply = case((Comment.visibility.in_(SHOWN), Comment.public_reply), else_=None)
    return or_(
        *(_folded(column).like(wanted, escape="\\") for column in (text, reply)),
    )


def _folded(column: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[str]:
    folded: ColumnElement[str] = func.coalesce(column, "")
    for marked, plain in _MARKED.items():
        folded = func.replace(folded, marked, plain)
    return func.lower(folded)


def _escaped(word: str) -> str:
    return "".join("\\" + character if character in "\\%_" else character for character in word)


def _cells(entry: Entry) -> list[str]:
    values = vars(entry) | {"status": entry.visibility}
    return [cell(values[column]) for column in COLUMNS]


def _line(cells: Any) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()
