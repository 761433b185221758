"""Texts that came in: stored before they are worked on, finished once, never done twice.

A text waits until it is answered, ignored or expired. Its id is the provider's own, so the same
message again finds the first one's reply. The body and the numbers are sealed, and dropped once
nothing more is to be said.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from bot.channels.sms import phones
from bot.channels.sms.provider import Text
from bot.comments.sealing import BrokenSeal, Sealer
from bot.comments.sms_tables import InboundState, InboundText, Phone
from bot.comments.store import Store
from bot.comments.tables import Turn

ANSWER_WITHIN = timedelta(hours=24)
"""A text that nobody could answer for so long expires, with a note to staff."""
ABANDONED = timedelta(seconds=20)
"""A text that waits longer than this has no webhook that waits for it any more."""
REPLY_KEPT = timedelta(days=2)
"""Providers ask again within minutes; after this the same message again gets silence."""
NUMBER_KEPT = timedelta(days=30)
"""After this only the message's id is left, so that an old request sent again does nothing."""


@dataclass(frozen=True)
class Undelivered:
    """A text that expired, for staff: when it came, and the question without personal data."""

    received_at: datetime
    language: str
    question: str
    turn_id: str


def row_id(provider: str, text: Text) -> str:
    """The id under which a text is kept."""
    return f"{provider}:{text.id}"


async def keep(
    store: Store, sealer: Sealer, provider: str, text: Text, number: str, redact: bool
) -> tuple[InboundText, bool]:
    """Store a text, and take its number if that is free: (row, whether it is taken).

    A message that came before gives the row of then. Raises StoreUnavailable.
    """
    now = datetime.now(UTC)
    identity = row_id(provider, text)
    values = {
        "id": identity, "phone": number, "received_at": now,
        "state": InboundState.WAITING.value, "sealed": sealer.seal(json.dumps(asdict(text))),
        "late": False, "redaction": "due" if redact else None, "tries": 0,
    }  # fmt: skip

    def write(session: Session) -> tuple[InboundText, bool]:
        phones.know(session, number, "en", now)
        new = session.execute(phones.insert_once(session, InboundText, values))
        row = session.get(InboundText, identity)
        assert row is not None
        held = False
        if new.rowcount and _is_next(session, row):  # type: ignore[attr-defined]
            held = phones.hold(session, number, identity, now)
        return row, held

    return await store.write(write)


def _is_next(session: Session, row: InboundText) -> bool:
    """Whether no earlier text of the number has a webhook that waits for its answer."""
    earlier = (
        select(InboundText.id)
        .where(
            InboundText.phone == row.phone,
            InboundText.state == InboundState.WAITING.value,
            InboundText.late.is_(False),
            InboundText.received_at < row.received_at,
            InboundText.received_at > datetime.now(UTC) - ABANDONED,
        )
        .limit(1)
    )
    return session.execute(earlier).first() is None


def opened(row: InboundText, sealer: Sealer) -> Text | None:
    """The text of a row; None once it is dropped, or if the secret key was changed."""
    if row.sealed is None:
        return None
    try:
        return Text(**json.loads(sealer.open(row.sealed)))
    except BrokenSeal:
        return None


def reply_of(row: InboundText, sealer: Sealer) -> tuple[str, ...]:
    """What the webhook answered to this message before."""
    if row.reply is None:
        return ()
    try:
        return tuple(json.loads(sealer.open(row.reply)))
    except BrokenSeal:
        return ()


async def look(store: Store, identity: str) -> InboundText | None:
    """A row by its id. Raises StoreUnavailable."""
    return await store.run(lambda session: session.get(InboundText, identity))


async def at_hand(
    store: Store, identity: str
) -> tuple[InboundText | None, Phone | None, list[InboundText]]:
    """A row, its number, and the texts of that number whose webhook waits no more, oldest first.

    Raises StoreUnavailable.
    """

    def read(
        session: Session,
    ) -> tuple[InboundText | None, Phone | None, list[InboundText]]:
        row = session.get(InboundText, identity)
        if row is None:
            return None, None, []
        before = session.execute(_waiting_before(row)).scalars().all()
        return row, session.get(Phone, row.phone), list(before)

    return await store.run(read)


async def take(store: Store, row: InboundText) -> bool:
    """Take the number for a text, if it is free and this is its turn. Raises StoreUnavailable."""
    now = datetime.now(UTC)

    def write(session: Session) -> bool:
        phone = session.get(Phone, row.phone)
        if phone is None or (phone.held_by and phone.held_until and phone.held_until > now):
            return False
        if not _is_next(session, row):
            return False
        return phones.hold(session, phone.hash, row.id, now)

    return await store.write(write)


async def let_go(store: Store, identity: str, number: str, failed: bool = False) -> None:
    """Give the number back; a text that could not be answered waits on. Raises StoreUnavailable."""

    def write(session: Session) -> None:
        if failed:
            session.execute(
                update(InboundText)
                .where(InboundText.id == identity)
                .values(tries=InboundText.tries + 1)
            )
        phones.release(session, number, identity)

    await store.write(write)


async def apologise(
    store: Store, sealer: Sealer, identity: str, reply: tuple[str, ...]
) -> tuple[str, ...]:
    """Say the apology now and the answer later; if the answer was quicker, say that.

    Raises StoreUnavailable.
    """

    def write(session: Session) -> InboundText | None:
        session.execute(
            update(InboundText)
            .where(
                InboundText.id == identity,
                InboundText.state == InboundState.WAITING.value,
                InboundText.late.is_(False),
            )
            .values(late=True, reply=sealer.seal(json.dumps(reply)))
        )
        return session.get(InboundText, identity, populate_existing=True)

    row = await store.write(write)
    return reply_of(row, sealer) if row else reply


def finish(
    session: Session,
    row: InboundText,
    state: InboundState,
    reply: str | None,
    turn_id: str | None = None,
) -> bool:
    """End a text within the caller's transaction, unless the apology came first: then False.

    `reply` is sealed already. The number is free for its next text.
    """
    done = session.execute(
        update(InboundText)
        .where(
            InboundText.id == row.id,
            InboundText.state == InboundState.WAITING.value,
            InboundText.late.is_(False),
        )
        .values(state=state.value, reply=reply, sealed=None, turn_id=turn_id)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def finish_late(
    session: Session, row: InboundText, state: InboundState, turn_id: str | None = None
) -> bool:
    """End a text whose answer goes out by the API; False if somebody else did."""
    done = session.execute(
        update(InboundText)
        .where(InboundText.id == row.id, InboundText.state == InboundState.WAITING.value)
        .values(state=state.value, sealed=None, late=True, turn_id=turn_id)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def _waiting_before(row: InboundText) -> Select[InboundText]:
    abandoned = datetime.now(UTC) - ABANDONED
    return (
        select(InboundText)
        .where(
            InboundText.phone == row.phone,
            InboundText.state == InboundState.WAITING.value,
            InboundText.id != row.id,
            InboundText.received_at <= row.received_at,
            or_(InboundText.late, InboundText.received_at < abandoned),
        )
        .order_by(InboundText.received_at)
        .limit(20)
    )


async def waiting(store: Store, before: datetime, limit: int = 20) -> list[InboundText]:
    """Texts that have waited since `before`, the longest first, whose number is free."""
    query = (
        select(InboundText)
        .join(Phone, Phone.hash == InboundText.phone)
        .where(
            InboundText.state == InboundState.WAITING.value,
            InboundText.received_at < before,
            (Phone.held_by.is_(None)) | (Phone.held_until < datetime.now(UTC)),
        )
        .order_by(InboundText.received_at)
        .limit(limit)
    )
    async with store.session() as session:
        return list((await session.execute(query)).scalars().all())


async def tidy(store: Store) -> None:
    """Drop what is kept no longer: replies, then the hash of the number."""
    now = datetime.now(UTC)
    over = InboundText.state != InboundState.WAITING.value
    async with store.session() as session:
        await session.execute(
            update(InboundText)
            .where(over, InboundText.reply.is_not(None))
            .where(InboundText.received_at < now - REPLY_KEPT)
            .values(reply=None)
        )
        await session.execute(
            update(InboundText)
            .where(over, InboundText.phone.is_not(None))
            .where(InboundText.received_at < now - NUMBER_KEPT)
            .values(phone=None)
        )


async def undelivered(store: Store, since: datetime) -> list[Undelivered]:
    """Texts that expired without an answer, newest first: the note to staff."""
    query = (
        select(InboundText.received_at, Turn.language, Turn.question, Turn.id)
        .join(Turn, Turn.id == InboundText.turn_id)
        .where(InboundText.state == InboundState.EXPIRED.value, InboundText.received_at >= since)
        .order_by(InboundText.received_at.desc())
        .limit(200)
    )
    async with store.session() as session:
        return [Undelivered(*row) for row in (await session.execute(query)).all()]
