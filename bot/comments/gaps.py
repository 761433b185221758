"""The gap board: unanswered and low-rated questions in groups, the most people first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.comments.gap_tables import GapEvent, GapGroup, GapMember, GapState
from bot.comments.grouping_apart import group_apart
from bot.comments.questions import DEFAULT
from bot.comments.queue import day_of, midnight
from bot.comments.store import Store
from bot.comments.tables import Rating, Turn

AT_MOST = 20_000
"""Questions on the board, the newest."""
PAGE = 25
BATCH = 1000
SAMPLES = 3
LONGEST_REASON = 500
NOT_USEFUL = "not_useful"
"""Stands in the filter beside the answer statuses: an answer that was rated as not useful."""
STATUSES = (*DEFAULT, NOT_USEFUL)


class BadGap(ValueError):
    """Why something is not done with a group, in one sentence."""


@dataclass(frozen=True)
class GapView:
    """A filtered board. Empty fields filter nothing; without a state, what is open is shown."""

    state: str = ""
    channel: str = ""
    language: str = ""
    status: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class Gap:
    """A group with what the filter left of it."""

    group: GapGroup
    people: int
    questions: int
    channels: tuple[str, ...]
    languages: tuple[str, ...]
    samples: tuple[Turn, ...]
    """Different questions, the newest first."""
    near: tuple[str, ...]
    """The facts that the assistant found nearest, the most frequent first."""


async def regroup(store: Store) -> int:
    """Group the newest questions anew; groups keep their names and what staff did with them.

    Gives the number of questions. Raises StoreUnavailable.
    """
    found = await _asked(store)
    labels = await group_apart([question for _, question in found]) if found else []
    async with store.session(None) as session:
        rows = await session.execute(select(GapMember.turn_id, GapMember.group_id))
        before = dict(rows.tuples().all())
    ids = [turn for turn, _ in found]
    known = await _known(store, before, labels, ids)
    async with store.session(None) as session:
        there = set((await session.scalars(select(Turn.id).where(_is_asked()))).all())
        await session.execute(delete(GapMember))
        now = datetime.now(UTC)
        for label in sorted(set(labels) - set(known)):
            group = GapGroup(state=GapState.OPEN.value, created_at=now, updated_at=now)
            session.add(group)
            await session.flush()
            known[label] = group.id
        for start in range(0, len(ids), BATCH):
            some = zip(ids[start : start + BATCH], labels[start : start + BATCH], strict=True)
            await _put(session, {one: known[label] for one, label in some if one in there})
        used = select(GapMember.group_id)
        untouched = select(GapEvent.group_id)
        await session.execute(
            delete(GapGroup).where(GapGroup.id.not_in(used), GapGroup.id.not_in(untouched))
        )
    return len(ids)


def _is_asked() -> ColumnElement[bool]:
    low = select(Rating.turn_id).where(Rating.useful.is_(False))
    return Turn.button.is_(None) & or_(Turn.status.in_(DEFAULT), Turn.id.in_(low))


async def _asked(store: Store) -> list[tuple[str, str]]:
    """Turn and question, oldest first, read in parts."""
    found: list[tuple[str, str]] = []
    last: tuple[datetime, str] | None = None
    while len(found) < AT_MOST:
        query = select(Turn.created_at, Turn.id, Turn.question).where(_is_asked())
        if last is not None:
            earlier = (Turn.created_at == last[0]) & (Turn.id < last[1])
            query = query.where(or_(Turn.created_at < last[0], earlier))
        query = query.order_by(Turn.created_at.desc(), Turn.id.desc()).limit(BATCH)
        async with store.session(None) as session:
            rows = (await session.execute(query)).tuples().all()
        found += [(turn, question) for _, turn, question in rows]
        if len(rows) < BATCH:
            break
        last = rows[-1][:2]
    return found[:AT_MOST][::-1]


async def _known(
    store: Store, before: dict[str, int], labels: Sequence[int], ids: Sequence[str]
) -> dict[int, int]:
    """Which new group goes on which old one: those that share the most questions, each once."""
    shared: Counter[tuple[int, int]] = Counter(
        (label, before[turn]) for turn, label in zip(ids, labels, strict=True) if turn in before
    )
    async with store.session(None) as session:
        touched = set((await session.scalars(select(GapEvent.group_id).distinct())).all())
    known: dict[int, int] = {}
    # What staff have worked on keeps its questions before what nobody looked at.
    for (label, group), _ in sorted(
        shared.items(), key=lambda one: (one[0][1] not in touched, -one[1], one[0])
    ):
        if label not in known and group not in known.values():
            known[label] = group
    return known


async def _put(session: AsyncSession, groups: dict[str, int]) -> None:
    if not groups:
        return
    low = select(Rating.turn_id).where(Rating.useful.is_(False), Rating.turn_id.in_(groups))
    rated = set((await session.scalars(low)).all())
    columns = (
        Turn.id, Turn.conversation_id, Turn.created_at, Turn.channel, Turn.language, Turn.status,
    )  # fmt: skip
    rows = await session.execute(select(*columns).where(Turn.id.in_(groups)))
    await session.execute(
        insert(GapMember),
        [
            {
                "turn_id": turn, "group_id": groups[turn], "conversation_id": talk, "asked_at": at,
                "channel": channel, "language": language, "status": status,
                "not_useful": turn in rated,
            }
            for turn, talk, at, channel, language, status in rows.tuples()
        ],
    )  # fmt: skip


async def board(
    store: Store, view: GapView, timezone: str, page: int = 1
) -> tuple[list[Gap], bool]:
    """A page of groups, those of the most people first; whether there are more."""
    people = func.count(GapMember.conversation_id.distinct())
    query = (
        select(GapMember.group_id, people, func.count())
        .join(GapGroup, GapGroup.id == GapMember.group_id)
        .where(*_conditions(view, ZoneInfo(timezone)))
        .group_by(GapMember.group_id)
        .order_by(people.desc(), GapMember.group_id)
        .limit(PAGE + 1)
        .offset((max(1, page) - 1) * PAGE)
    )
    async with store.session() as session:
        rows = (await session.execute(query)).tuples().all()
        found = [await _gap(session, *row) for row in rows[:PAGE]]
    return found, len(rows) > PAGE


async def one(store: Store, identity: int) -> Gap:
    """A group with all its questions counted. Raises BadGap."""
    async with store.session() as session:
        if await session.get(GapGroup, identity) is None:
            raise BadGap("There is no such group of questions.")
        people = func.count(GapMember.conversation_id.distinct())
        query = select(people, func.count()).where(GapMember.group_id == identity)
        row = (await session.execute(query)).tuples().one()
        return await _gap(session, identity, *row, samples=12)


async def history(store: Store, identity: int) -> Sequence[GapEvent]:
    """What was done with a group, the last first."""
    async with store.session() as session:
        query = select(GapEvent).where(GapEvent.group_id == identity).order_by(GapEvent.id.desc())
        return (await session.scalars(query)).all()


async def _gap(
    session: AsyncSession, identity: int, people: int, questions: int, samples: int = SAMPLES
) -> Gap:
    group = await session.get_one(GapGroup, identity)
    mine = GapMember.group_id == identity
    kinds = await session.execute(
        select(GapMember.channel, GapMember.language).where(mine).distinct()
    )
    pairs = kinds.tuples().all()
    turns = (
        await session.scalars(
            select(Turn)
            .join(GapMember, GapMember.turn_id == Turn.id)
            .where(mine)
            .order_by(GapMember.asked_at.desc())
            .limit(samples * 5)
        )
    ).all()
    different = {turn.question.casefold(): turn for turn in reversed(turns)}
    near = Counter(fact for turn in turns for fact in (turn.facts or turn.near)[:3])
    return Gap(
        group, people, questions, tuple(sorted({c for c, _ in pairs})),
        tuple(sorted({la for _, la in pairs})),
        tuple(sorted(different.values(), key=lambda t: t.created_at, reverse=True)[:samples]),
        tuple(fact for fact, _ in near.most_common(3)),
    )  # fmt: skip


def _conditions(view: GapView, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    states = [view.state] if view.state else [GapState.OPEN, GapState.DRAFT, GapState.WAITING]
    found: list[ColumnElement[bool]] = [GapGroup.state.in_([str(state) for state in states])]
    if view.channel:
        found.append(GapMember.channel == view.channel)
    if view.language:
        found.append(GapMember.language == view.language)
    if view.status == NOT_USEFUL:
        found.append(GapMember.not_useful.is_(True))
    elif view.status:
        found.append(GapMember.status == view.status)
    if since := day_of(view.since):
        found.append(GapMember.asked_at >= midnight(since, zone))
    if until := day_of(view.until):
        found.append(GapMember.asked_at < midnight(until + timedelta(1), zone))
    return found


def note(
    session: AsyncSession,
    group: GapGroup,
    actor: str,
    action: str,
    reason: str | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add to a group's history."""
    now = datetime.now(UTC)
    group.updated_at = now
    session.add(
        GapEvent(
            group_id=group.id, at=now, actor=actor, action=action, reason=reason, before=before,
            after=after,
        )
    )  # fmt: skip


async def hold(session: AsyncSession, identity: int, seen: str) -> GapGroup:
    """The group, held by this transaction. Raises BadGap if it changed since it was seen."""
    query = select(GapGroup).where(GapGroup.id == identity).with_for_update()
    group = await session.scalar(query)
    if group is None:
        raise BadGap("There is no such group of questions.")
    if group.updated_at.isoformat() != seen:
        raise BadGap("Somebody changed this since you opened it. Compare, then do it again.")
    return group


async def set_aside(store: Store, identity: int, seen: str, actor: str, reason: str) -> None:
    """Take a group off the board, with the reason. Raises BadGap."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise BadGap(f"Say why in up to {LONGEST_REASON} characters.")
    async with store.session() as session:
        group = await hold(session, identity, seen)
        if group.state == GapState.PUBLISHED:
            raise BadGap("Its answer is published. Take that back first.")
        before = {"state": group.state}
        group.state, group.reason = GapState.SET_ASIDE.value, reason
        note(session, group, actor, "set_aside", reason, before, {"state": group.state})


async def reopen(store: Store, identity: int, seen: str, actor: str) -> None:
    """Put a group that was set aside on the board again. Raises BadGap."""
    async with store.session() as session:
        group = await hold(session, identity, seen)
        if group.state != GapState.SET_ASIDE:
            raise BadGap("It is on the board.")
        before = {"state": group.state}
        group.state = (GapState.DRAFT if group.answer else GapState.OPEN).value
        group.reason = None
        note(session, group, actor, "reopened", None, before, {"state": group.state})
