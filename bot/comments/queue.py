"""The staff's view on comments: filters, search, order and pages, all of it an address's query."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from multidict import MultiDict, MultiMapping
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.comments.review_tables import CommentTheme, Theme
from bot.comments.search import SEARCH, few, narrow, plan_anew
from bot.comments.store import Store
from bot.comments.tables import Comment, CommentState, CommentTopic, Contact, Visibility, Window

PAGE = 25
COUNTED = 1000
"""Counting stops here: the page says "more than"."""
CHANNELS = ("web", "sms", "phone", "letter", "form", "import")
LANGUAGES = ("en", "es")
NOBODY = "nobody"
ANY = "any"
T = TypeVar("T")


class Sort(StrEnum):
    """The order of a view."""

    URGENT = "urgent"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True)
class View:
    """A filtered view. Empty fields filter nothing; without any, what waits is shown."""

    search: str = ""
    visibility: tuple[str, ...] = (Visibility.PENDING.value,)
    state: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    window: tuple[str, ...] = ()
    theme: str = ""
    assignee: str = ""
    since: date | None = None
    until: date | None = None
    masked: bool = False
    owed: bool = False
    held: bool = False
    similar: int | None = None
    sort: Sort = Sort.URGENT

    @classmethod
    def of(cls, query: MultiMapping[str]) -> "View":
        """The view of an address's query; what does not fit is left out."""
        visibility: tuple[str, ...] = tuple(
            v for v in query.getall("visibility", []) if v in {*Visibility, ANY}
        )
        return cls(
            search=" ".join(query.get("search", "").split())[:200],
            visibility=(ANY,) if ANY in visibility else visibility or cls.visibility,
            state=_chosen(query, "state", CommentState),
            topic=_chosen(query, "topic", CommentTopic),
            channel=_chosen(query, "channel", CHANNELS),
            language=_chosen(query, "language", LANGUAGES),
            window=_chosen(query, "window", Window),
            theme=query.get("theme", "")[:60],
            assignee=query.get("assignee", "")[:60],
            since=day_of(query.get("since", "")),
            until=day_of(query.get("until", "")),
            masked=query.get("masked") == "yes",
            owed=query.get("owed") == "yes",
            held=query.get("held") == "yes",
            similar=_number(query.get("similar", "")),
            sort=_sort(query.get("sort", "")),
        )

    def query(self, **more: str) -> str:
        """The address's query of this view: what `of` reads."""
        pairs: MultiDict[str] = MultiDict()
        standard = View()
        for one in fields(self):
            value = getattr(self, one.name)
            if value == getattr(standard, one.name):
                continue
            for part in value if isinstance(value, tuple) else (value,):
                pairs.add(one.name, "yes" if part is True else str(part))
        pairs.extend(more)
        return urlencode(list(pairs.items()))

    def without_order(self) -> "View":
        """The same comments, newest first."""
        return replace(self, sort=Sort.NEWEST)

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the order is special."""
        return self.without_order() != View().without_order()


@dataclass(frozen=True)
class Page:
    """One page of a view."""

    comments: Sequence[Comment]
    following: str | None
    """Where the next page begins; None on the last one."""


async def page(store: Store, view: View, begin: str, timezone: str) -> Page:
    """A page of a view; `begin` is where the page before it said it goes on."""
    async with store.session() as session:
        query = await _ids(session, view, timezone)
        if query is None:
            return Page((), None)
        query = _from(_ordered(query, view, store.engine.dialect.name), view, begin)
        query = query.limit(PAGE + 1)
        ids = list((await session.execute(query)).scalars().all())
        rows = await session.execute(select(Comment).where(Comment.id.in_(ids[:PAGE])))
        by_id = {comment.id: comment for comment in rows.scalars()}
    found = [by_id[one] for one in ids[:PAGE] if one in by_id]
    return Page(found, _place(found[-1], view) if len(ids) > PAGE and found else None)


async def count(store: Store, view: View, timezone: str, most: int = COUNTED) -> int:
    """How many comments a view has; counting stops at one more than `most`."""
    async with store.session() as session:
        query = await _ids(session, view, timezone)
        if query is None:
            return 0
        counted = select(func.count()).select_from(query.limit(most + 1).subquery())
        return await session.scalar(counted) or 0


async def stream(
    store: Store, view: View, timezone: str, batch: int = 500
) -> AsyncIterator[Comment]:
    """Every comment of a view, newest first, in batches so that memory stays flat."""
    view = view.without_order()
    begin = ""
    async with store.session() as session:
        wanted = await _ids(session, view, timezone)
    if wanted is None:
        return
    wanted = _ordered(wanted, view, store.engine.dialect.name)
    while True:
        query = _from(wanted, view, begin).limit(batch)
        async with store.session() as session:
            await plan_anew(session, view.search)
            ids = list((await session.execute(query)).scalars().all())
            rows = await session.execute(
                select(Comment).where(Comment.id.in_(ids)).order_by(Comment.id.desc())
            )
            found = rows.scalars().all()
        for comment in found:
            yield comment
        if len(ids) < batch:
            return
        begin = str(ids[-1])


async def neighbour(store: Store, view: View, comment: Comment, timezone: str) -> Comment | None:
    """The comment that follows this one in a view."""
    found = await page(store, view, _place(comment, view), timezone)
    return found.comments[0] if found.comments else None


async def _ids(session: AsyncSession, view: View, timezone: str) -> Select[int] | None:
    zone, dialect = ZoneInfo(timezone), session.get_bind().dialect.name
    query = select(Comment.id).where(*_conditions(view, zone))
    if not view.search:
        return query
    await plan_anew(session, view.search)
    found = await few(session, view.search)
    if found is not None:
        query = query.where(Comment.id.in_(found))
    days = _days(view, zone)
    if days and dialect == "sqlite":
        # The index of words knows no dates, but it can begin and end at a number.
        first = select(func.min(Comment.id)).where(*days).scalar_subquery()
        last = select(func.max(Comment.id)).where(*days).scalar_subquery()
        query = query.where(SEARCH.c.rowid >= first, SEARCH.c.rowid <= last)
    return narrow(query, view.search, dialect)


def _conditions(view: View, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if ANY not in view.visibility:
        found.append(_one_of(Comment.visibility, view.visibility))
    for name in ("state", "topic", "channel", "language", "window"):
        if chosen := getattr(view, name):
            found.append(_one_of(getattr(Comment, name), chosen))
    if view.theme:
        themed = (
            select(CommentTheme.comment_id)
            .join(Theme, Theme.id == CommentTheme.theme_id)
            .where(Theme.key == view.theme)
        )
        found.append(Comment.id.in_(themed))
    if view.assignee == NOBODY:
        found.append(Comment.assignee.is_(None))
    elif view.assignee:
        found.append(Comment.assignee == view.assignee)
    found += _days(view, zone)
    if view.masked:
        found.append(Comment.has_masked.is_(True))
    if view.held:
        found.append(Comment.legal_hold.is_(True))
    if view.owed:
        waiting = select(Contact.comment_id)
        found.append(and_(Comment.id.in_(waiting), Comment.replied_at.is_(None)))
    if view.similar is not None:
        found.append(Comment.similar_group == view.similar)
    return found


def _days(view: View, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if view.since:
        found.append(Comment.created_at >= midnight(view.since, zone))
    if view.until:
        found.append(Comment.created_at < midnight(view.until + timedelta(1), zone))
    return found


def _one_of(one: Any, chosen: Sequence[str]) -> ColumnElement[bool]:
    return one == chosen[0] if len(chosen) == 1 else one.in_(chosen)  # type: ignore[no-any-return]


def _sort_of(view: View) -> Sort:
    """A search has its own order: the index gives the newest first without looking at all."""
    return Sort.NEWEST if view.search and view.sort is Sort.URGENT else view.sort


def _ordered(query: Select[int], view: View, dialect: str) -> Select[int]:
    # SQLite's full-text index gives its rows in this order by itself, if it is named.
    number: Any = SEARCH.c.rowid if view.search and dialect == "sqlite" else Comment.id
    match _sort_of(view):
        case Sort.URGENT:
            return query.order_by(Comment.priority, Comment.id)
        case Sort.OLDEST:
            return query.order_by(number)
        case _:
            return query.order_by(number.desc())


def _from(query: Select[int], view: View, begin: str) -> Select[int]:
    numbers = [_number(part) for part in begin.split("-")]
    if not begin or None in numbers:
        return query
    match _sort_of(view):
        case Sort.URGENT if len(numbers) == 2:
            priority, last = numbers
            later = and_(Comment.priority == priority, Comment.id > last)
            return query.where(or_(Comment.priority > priority, later))
        case Sort.OLDEST:
            return query.where(Comment.id > numbers[-1])
        case Sort.NEWEST:
            return query.where(Comment.id < numbers[-1])
    return query


def _place(last: Comment, view: View) -> str:
    return f"{last.priority}-{last.id}" if _sort_of(view) is Sort.URGENT else str(last.id)


def _chosen(query: MultiMapping[str], name: str, known: Any) -> tuple[str, ...]:
    values = set(known)
    return tuple(dict.fromkeys(str(v) for v in query.getall(name, []) if v in values))


def day_of(typed: str) -> date | None:
    """A typed ISO day; None for anything else."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else None


def _sort(typed: str) -> Sort:
    return Sort(typed) if typed in set(Sort) else Sort.URGENT


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day of the city's calendar begins."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
