"""The queue of messages that are to reach residents: staff replies, late answers.

A message is queued in the transaction that decides it, so neither is there without the other.
Whoever sends claims first: a claim is a state change, so two senders never send the same one.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.comments.sms_tables import InboundState, InboundText
from bot.comments.store import Store
from bot.comments.tables import ContactKind, Outgoing, OutgoingState

CLAIM = timedelta(minutes=2)
"""How long a claimed message is left to its sender; after that it is due again."""
PROGRESS = [
    OutgoingState.QUEUED, OutgoingState.SENT, OutgoingState.FAILED, OutgoingState.DELIVERED,
    OutgoingState.DROPPED,
]  # fmt: skip
"""A state never goes back in this list: reports of a provider come late and out of order."""
OVER = {OutgoingState.DELIVERED, OutgoingState.FAILED, OutgoingState.DROPPED}


@dataclass(frozen=True)
class Letter:
    """A message to queue. `key` names what it says to whom: the same key is queued once."""

    key: str
    kind: ContactKind
    sealed: str
    text: str
    language: str
    subject: str | None = None
    comment_id: int | None = None
    not_before: datetime | None = None


async def enqueue(session: AsyncSession, letter: Letter) -> Outgoing:
    """Queue a message within the caller's transaction; a repeat gets the first one back."""
    return await session.run_sync(enqueue_in, letter)


def enqueue_in(session: Session, letter: Letter) -> Outgoing:
    """The same in a transaction that takes one step."""
    found = session.execute(select(Outgoing).where(Outgoing.key == letter.key)).scalar_one_or_none()
    if found:
        return found
    now = datetime.now(UTC)
    row = Outgoing(
        id=uuid.uuid4().hex, key=letter.key, kind=letter.kind.value, sealed=letter.sealed,
        subject=letter.subject, text=letter.text, language=letter.language,
        comment_id=letter.comment_id, state=OutgoingState.QUEUED.value, tries=0,
        not_before=letter.not_before or now, created_at=now, updated_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


async def claim(store: Store, kind: ContactKind, limit: int = 10) -> list[Outgoing]:
    """Messages of a kind that are due, oldest first, taken by the caller for two minutes.

    Raises StoreUnavailable.
    """
    now = datetime.now(UTC)
    taken = []
    async with store.session() as session:
        due = (
            select(Outgoing)
            .where(
                Outgoing.kind == kind.value,
                Outgoing.state == OutgoingState.QUEUED.value,
                Outgoing.not_before <= now,
            )
            .order_by(Outgoing.not_before)
            .limit(limit)
        )
        for row in (await session.execute(due)).scalars().all():
            mine = await session.execute(
                update(Outgoing)
                .where(Outgoing.id == row.id, Outgoing.not_before == row.not_before)
                .values(not_before=now + CLAIM, tries=Outgoing.tries + 1, updated_at=now)
            )
            if mine.rowcount:  # type: ignore[attr-defined]
                await session.refresh(row)
                taken.append(row)
    return taken


async def postpone(store: Store, identity: str, until: datetime, error: str) -> None:
    """Try again later, for a failure that may pass. Raises StoreUnavailable."""
    async with store.session() as session:
        row = await session.get(Outgoing, identity)
        if row and row.state == OutgoingState.QUEUED.value:
            row.not_before, row.error, row.updated_at = until, error[:80], datetime.now(UTC)


async def advance(
    store: Store,
    identity: str,
    state: OutgoingState,
    provider_id: str | None = None,
    error: str | None = None,
) -> bool:
    """Move a message forward; whether it moved. Nothing that is over moves again.

    The sealed address goes as soon as nothing more is to be sent. Raises StoreUnavailable.
    """
    async with store.session() as session:
        row = await session.get(Outgoing, identity, with_for_update=True)
        if row is None or PROGRESS.index(state) <= PROGRESS.index(OutgoingState(row.state)):
            return False
        row.state, row.updated_at = state.value, datetime.now(UTC)
        row.provider_id = provider_id or row.provider_id
        row.error = (error or "")[:80] or None
        if state in OVER:
            row.sealed = None
    return True


async def waiting(store: Store) -> tuple[dict[str, tuple[int, float]], int]:
    """What waits: by kind how many letters and for how many seconds one is due; unanswered texts.

    Raises StoreUnavailable.
    """
    now = datetime.now(UTC)
    queued = (
        select(Outgoing.kind, func.count(), func.min(Outgoing.not_before))
        .where(Outgoing.state == OutgoingState.QUEUED.value)
        .group_by(Outgoing.kind)
    )
    texts = select(func.count()).where(InboundText.state == InboundState.WAITING.value)
    async with store.session() as session:
        rows = (await session.execute(queued)).all()
        unanswered = (await session.execute(texts)).scalar_one()
    letters = {kind.value: (0, 0.0) for kind in ContactKind}
    for kind, count, first in rows:
        letters[kind] = (count, max(0.0, (now - first).total_seconds()))
    return letters, unanswered
