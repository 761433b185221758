"""The figures of the dashboard: counted over comments and turns, for a span of days."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Text, cast, extract, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.comments.review_tables import CommentTheme, Theme
from bot.comments.store import Store
from bot.comments.tables import Comment, CommentEvent, Rating, Turn

ASKED = ("answered", "conflicting", "clarify", "absent", "other_plan", "city_service",
         "out_of_scope", "refused")  # fmt: skip
"""Answer statuses of questions; small talk, the comment form and danger are none."""
LABELS = {"status": "answer"}
"""What columns are called, where it is not their name."""
QUARTER = 900
"""Seconds of a quarter of an hour."""
NO_FACT = "no fact"
"""The topic of a question that no fact answered."""


@dataclass(frozen=True)
class Span:
    """Days, both included, by the city's clocks; of one channel and language, or of all."""

    first: date
    last: date
    timezone: str
    channel: str = ""
    language: str = ""

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From the first midnight to the one after the last day."""
        zone = ZoneInfo(self.timezone)
        begin = datetime.combine(self.first, time(), zone)
        return begin, datetime.combine(self.last + timedelta(days=1), time(), zone)


@dataclass(frozen=True)
class Figure:
    """One chart with its table: a title, and a value for each label."""

    name: str
    title: str
    label: str
    value: str
    rows: tuple[tuple[str, int], ...]
    over_time: bool = False

    @property
    def total(self) -> int:
        """The sum of all values."""
        return sum(value for _, value in self.rows)


@dataclass(frozen=True)
class Numbers:
    """What is said in one number each; None where there is nothing to count."""

    comments: int
    questions: int
    answered: float | None
    """Shares of the questions."""
    absent: float | None
    refused: float | None
    useful: float | None
    """Share of the rated answers."""
    rated: int
    hours_to_review: float | None
    """Median hours from filing to the first act of staff, and to the reply."""
    hours_to_reply: float | None


async def figures(
    store: Store, span: Span, topics: Mapping[str, str]
) -> tuple[Numbers, list[Figure]]:
    """Everything the dashboard shows, with the topic of each fact. Raises StoreUnavailable."""
    commented = _within(span, Comment)
    asked = [*_within(span, Turn), Turn.status.in_(ASKED)]
    async with store.session(None) as session:
        found = [
            await _by_week(session, "comments-over-time", "Comments by week", Comment.created_at,
                           commented, span),
            await _by_week(session, "questions-over-time", "Questions by week", Turn.created_at,
                           asked, span),
        ]  # fmt: skip
        found += await _each(
            session, Comment, ("topic", "channel", "language", "state", "visibility"), commented
        )
        found += [await _by_theme(session, commented), await _by_fact(session, asked, topics)]
        found += await _each(session, Turn, ("status", "channel", "language"), asked)
        numbers = await _numbers(session, found, commented, asked)
    return numbers, found


def _within(span: Span, kind: type[Comment] | type[Turn]) -> list[ColumnElement[bool]]:
    begin, end = span.moments
    found = [kind.created_at >= begin, kind.created_at < end]
    if span.channel:
        found.append(kind.channel == span.channel)
    if span.language:
        found.append(kind.language == span.language)
    return found


async def _by_theme(session: AsyncSession, where: Sequence[ColumnElement[bool]]) -> Figure:
    """A comment counts for each of its themes."""
    query = (
        select(Theme.title_en, func.count())
        .join(CommentTheme, CommentTheme.theme_id == Theme.id)
        .join(Comment, Comment.id == CommentTheme.comment_id)
        .where(*where)
        .group_by(Theme.id, Theme.title_en)
    )
    rows = sorted((await session.execute(query)).tuples(), key=lambda row: (-row[1], row[0]))
    return Figure("themes", "Comments by theme", "Theme", "Comments", tuple(rows))


async def _by_fact(
    session: AsyncSession, where: Sequence[ColumnElement[bool]], topics: Mapping[str, str]
) -> Figure:
    """A question has the topic of the first fact that answered it."""
    facts = cast(Turn.facts, Text)
    query = select(facts, func.count()).where(*where).group_by(facts)
    counts: Counter[str] = Counter()
    for shown, number in (await session.execute(query)).tuples():
        first = next(iter(json.loads(shown) or []), "")
        counts[topics.get(first, NO_FACT)] += number
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    return Figure("questions-by-topic", "Questions by topic", "Topic", "Questions", tuple(rows))


async def _each(
    session: AsyncSession,
    kind: type[Comment] | type[Turn],
    names: Sequence[str],
    where: Sequence[ColumnElement[bool]],
) -> list[Figure]:
    """A figure of each column; the database goes through all of them once."""
    columns = [getattr(kind, name) for name in names]
    query = select(*columns, func.count()).where(*where).group_by(*columns)
    counts: list[Counter[str]] = [Counter() for _ in names]
    for *values, number in await session.execute(query):
        for one, value in zip(counts, values, strict=True):
            one[value] += number
    what = "Comments" if kind is Comment else "Questions"
    return [
        Figure(
            f"{what.lower()}-by-{name}", f"{what} by {LABELS.get(name, name)}",
            LABELS.get(name, name).capitalize(), what,
            tuple(sorted(one.items(), key=lambda row: (-row[1], row[0]))),
        )
        for name, one in zip(names, counts, strict=True)
    ]  # fmt: skip


async def _by_week(
    session: AsyncSession,
    name: str,
    title: str,
    column: InstrumentedAttribute[datetime],
    where: Sequence[ColumnElement[bool]],
    span: Span,
) -> Figure:
    """Counts by the week's Monday; days are counted by the city's clocks.

    The database counts by quarter hours, in which no clock changes its day in the middle.
    """
    zone = ZoneInfo(span.timezone)
    weeks: Counter[date] = Counter()
    first = span.first - timedelta(days=span.first.weekday())
    for number in range((span.last - first).days // 7 + 1):
        weeks[first + timedelta(weeks=number)] = 0
    quarter = extract("epoch", column) // QUARTER
    query = select(quarter, func.count()).where(*where).group_by(quarter)
    for number, count in (await session.execute(query)).tuples():
        day = datetime.fromtimestamp(int(number) * QUARTER, zone).date()
        weeks[day - timedelta(days=day.weekday())] += count
    rows = tuple((day.isoformat(), number) for day, number in sorted(weeks.items()))
    value = "Comments" if "comments" in name else "Questions"
    return Figure(name, title, "Week of", value, rows, over_time=True)


async def _numbers(
    session: AsyncSession,
    found: Sequence[Figure],
    commented: Sequence[ColumnElement[bool]],
    asked: Sequence[ColumnElement[bool]],
) -> Numbers:
    statuses = dict(next(f.rows for f in found if f.name == "questions-by-status"))
    questions = sum(statuses.values())

    def share(*names: str) -> float | None:
        return sum(statuses.get(n, 0) for n in names) / questions if questions else None

    ratings = select(Rating.useful, func.count()).join(Turn, Turn.id == Rating.turn_id)
    rated = dict(
        (await session.execute(ratings.where(*asked).group_by(Rating.useful))).tuples().all()
    )
    total = sum(rated.values())
    first_act = (
        select(Comment.created_at, func.min(CommentEvent.at))
        .join(CommentEvent, CommentEvent.comment_id == Comment.id)
        .where(*commented, CommentEvent.actor.like("staff:%"),
               CommentEvent.action.not_in(("imported", "entered")))
        .group_by(Comment.id, Comment.created_at)
    )  # fmt: skip
    reviews = [(a, b) for a, b in (await session.execute(first_act)).tuples()]
    replied = select(Comment.created_at, Comment.replied_at).where(
        *commented, Comment.replied_at.is_not(None)
    )
    replies = [(a, b) for a, b in (await session.execute(replied)).tuples() if b]
    return Numbers(
        comments=next(f.total for f in found if f.name == "comments-by-topic"),
        questions=questions,
        answered=share("answered", "conflicting", "other_plan"),
        absent=share("absent", "clarify"),
        refused=share("refused", "out_of_scope"),
        useful=rated.get(True, 0) / total if total else None,
        rated=total,
        hours_to_review=_hours(reviews),
        hours_to_reply=_hours(replies),
    )


def _hours(pairs: Sequence[tuple[datetime, datetime]]) -> float | None:
    spans = [(later - earlier).total_seconds() / 3600 for earlier, later in pairs]
    return median(spans) if spans else None
