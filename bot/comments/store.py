"""The comment store: one set of tables for every channel, in SQLite or PostgreSQL."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import (
    Engine,
    bindparam,
    create_engine,
    delete,
    event,
    insert,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import Session

from bot.comments.receipt import new_receipt
from bot.comments.tables import (
    Comment,
    CommentEvent,
    Contact,
    ContactKind,
    Conversation,
    Rating,
    Turn,
)
from bot.comments.threads import AT_ONCE, Threads
from bot.metrics import ERRORS

T = TypeVar("T")
BUSY_TIMEOUT_MS = 5000
PATIENCE = 4.0
"""Seconds after which what every message needs is given up: a database that hangs says nothing."""
ORDINARY = 10.0
"""The same for any other transaction. A balancer waits 20 s for a page."""
JOURNAL_TRIES = 50
RECEIPT_TRIES = 5


_VALUE = re.compile(r"(invalid input[^:]*|out of range|field value[^:]*): .*")
"""Where PostgreSQL and its driver quote the value that they can't take."""


class StoreUnavailable(Exception):
    """The database can't be reached, is read-only, full or locked; nothing was stored."""


@dataclass(frozen=True)
class NewContact:
    """How to reach an author; `sealed` by `bot.comments.sealing`."""

    kind: ContactKind
    sealed: str


@dataclass(frozen=True)
class NewComment:
    """A comment as its author confirmed it; the text is masked already."""

    draft: str
    channel: str
    language: str
    topic: str
    text: str
    window: str
    masked: tuple[str, ...]
    plan_version: str
    notice_version: str
    conversation_id: str | None = None
    turn_id: str | None = None
    turn_status: str | None = None
    zip_code: str | None = None
    code_word: str | None = None
    """Hash of the code word, by `bot.comments.code_word`."""
    contact: NewContact | None = None
    about: str | None = None
    """The fact it is about, when it was begun from one."""


class Store:
    """The comment store. Make one per process and close it at the end."""

    def __init__(self, url: str) -> None:
        self.engine: AsyncEngine = _engine(url)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._threads = Threads(_by_threads(url)) if url.startswith("sqlite") else None
        self._writer = asyncio.Lock() if url.startswith("sqlite") else None
        """SQLite has one writer at a time, and who waits for it sleeps and may wake too late: those
        of one process queue here instead, first come, first served."""

    async def close(self) -> None:
        """Give the connections back."""
        if self._threads is not None:
            await self._threads.close()
        await self.engine.dispose()

    @asynccontextmanager
    async def session(self, seconds: float | None = ORDINARY) -> AsyncIterator[AsyncSession]:
        """A transaction: committed at the end, rolled back on any error.

        Raises StoreUnavailable when the database can't do it, or does not answer for `seconds`
        (None: however long it takes). SQLite has no such limit: it can be locked, which it says
        in 5 s, but not silent.
        """
        limit = seconds if self._threads is None else None
        with _plain_errors():
            async with asyncio.timeout(limit), self._sessions() as session, session.begin():
                yield session

    @asynccontextmanager
    async def _as_writer(self) -> AsyncIterator[None]:
        if self._writer is None:
            yield
            return
        with _plain_errors():
            async with asyncio.timeout(BUSY_TIMEOUT_MS / 1000):
                await self._writer.acquire()
        try:
            yield
        finally:
            self._writer.release()

    async def run(self, work: Callable[[Session], T]) -> T:
        """A transaction as above, for what is done for every message: in one step."""
        if self._threads is None:
            async with self.session(PATIENCE) as session:
                return await session.run_sync(work)
        with _plain_errors():
            return await self._threads.run(work)

    async def write(self, work: Callable[[Session], T]) -> T:
        """The same for what writes, one after the other in this process."""
        async with self._as_writer():
            return await self.run(work)

    async def ping(self) -> None:
        """Raise StoreUnavailable unless the store answers."""
        async with self.session(PATIENCE) as session:
            await session.execute(text("SELECT 1"))

    async def add_comment(
        self,
        new: NewComment,
        at: datetime | None = None,
        receipts: Iterator[str] | None = None,
        given: str | None = None,
    ) -> Comment:
        """Store a confirmed comment, once per draft: a repeat gets the first one's receipt back.

        `at` is when it was confirmed, if not now; `receipts` are tried in their order; `given` is
        the one its author has. Raises StoreUnavailable.
        """
        for _ in range(RECEIPT_TRIES):
            receipt = next(receipts) if receipts else new_receipt()
            try:
                async with self.session(PATIENCE) as session:
                    found = await _by_draft(session, new.draft)
                    if found:
                        return found
                    now = at or datetime.now(UTC)
                    values = vars(new) | {"masked": list(new.masked)}
                    contact: NewContact | None = values.pop("contact")
                    about = values.pop("about")
                    comment = Comment(
                        **values,
                        receipt=receipt,
                        created_at=now,
                        updated_at=now,
                        themes=[],
                    )
                    session.add(comment)
                    await session.flush()
                    session.add(
                        CommentEvent(
                            comment_id=comment.id,
                            at=now,
                            actor="resident",
                            action="filed",
                            after={"topic": new.topic, "window": new.window}
                            | ({"about": about} if about else {})
                            | ({"given_receipt": given} if given not in (None, receipt) else {}),
                        )
                    )
                    if contact:
                        session.add(
                            Contact(
                                comment_id=comment.id, kind=contact.kind.value,
                                sealed=contact.sealed, language=new.language, created_at=now,
                            )
                        )  # fmt: skip
                return comment
            except IntegrityError:
                continue  # the draft was stored by a twin, or the receipt is taken: look again
        raise StoreUnavailable("no free receipt code was found")

    async def write_through(self) -> None:
        """Put what was committed onto the disk itself, so that not even a power cut undoes it.

        PostgreSQL does so at each commit. SQLite in its quick mode (synchronous=NORMAL) does so
        at a checkpoint, which is made here for what is promised to a resident. Raises
        StoreUnavailable.
        """
        if self.engine.dialect.name != "sqlite":
            return
        try:
            async with self.engine.connect() as connection:
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
        except DBAPIError as error:
            raise StoreUnavailable(_plain(error)) from error

    async def comment_by_receipt(self, receipt: str) -> Comment | None:
        """The comment of a canonical receipt code."""
        async with self.session() as session:
            return (
                await session.execute(select(Comment).where(Comment.receipt == receipt))
            ).scalar_one_or_none()

    async def history(self, comment_id: int) -> list[CommentEvent]:
        """What was done with a comment, oldest first."""
        async with self.session() as session:
            query = (
                select(CommentEvent)
                .where(CommentEvent.comment_id == comment_id)
                .order_by(CommentEvent.id)
            )
            return list((await session.execute(query)).scalars().all())

    async def comments(self, batch: int = 500) -> AsyncIterator[Comment]:
        """Every comment, oldest first, in batches so that memory stays flat."""
        last = 0
        while True:
            async with self.session() as session:
                query = select(Comment).where(Comment.id > last).order_by(Comment.id).limit(batch)
                rows = (await session.execute(query)).scalars().all()
            for row in rows:
                yield row
            if len(rows) < batch:
                return
            last = rows[-1].id

    async def conversation(self, identity: str) -> Conversation | None:
        """A conversation by its id."""
        async with self.session() as session:
            return await session.get(Conversation, identity)

    async def turns(self, conversation: str, limit: int = 50) -> list[Turn]:
        """The last turns of a conversation, oldest first."""
        async with self.session() as session:
            query = (
                select(Turn)
                .where(Turn.conversation_id == conversation)
                .order_by(Turn.created_at.desc())
                .limit(limit)
            )
            return list(reversed((await session.execute(query)).scalars().all()))

    async def turn(self, identity: str) -> Turn | None:
        """A turn by its id."""
        return await self.run(lambda session: session.get(Turn, identity))

    async def latest(self, identity: str) -> tuple[Conversation | None, Turn | None]:
        """A conversation and its last turn, in one question to the database."""

        def read(session: Session) -> tuple[Conversation | None, Turn | None]:
            row = session.execute(_LATEST, {"identity": identity}).first()
            return (row[0], row[1]) if row else (None, None)

        return await self.run(read)

    async def record(self, conversation: Conversation, turn: Turn) -> None:
        """Record a turn and what the conversation became by it.

        Two plain statements: this is done for every message.
        """
        row, said = _values(conversation), _values(turn)

        def write(session: Session) -> None:
            connection = session.connection()
            known = connection.execute(_UPDATE_CONVERSATION, row | {"identity": row["id"]})
            if not known.rowcount:
                connection.execute(_INSERT_CONVERSATION, row)
            connection.execute(_INSERT_TURN, said)

        await self.write(write)

    async def forget_conversation(self, identity: str) -> None:
        """Delete a conversation's turns and the conversation; filed comments stay."""
        async with self.session() as session:
            turns = select(Turn.id).where(Turn.conversation_id == identity)
            await session.execute(delete(Rating).where(Rating.turn_id.in_(turns)))
            await session.execute(delete(Turn).where(Turn.conversation_id == identity))
            conversation = await session.get(Conversation, identity)
            if conversation:
                await session.delete(conversation)


# Made once: every message needs them.
_LATEST = (
    select(Conversation, Turn)
    .outerjoin(Turn, Turn.conversation_id == Conversation.id)
    .where(Conversation.id == bindparam("identity"))
    .order_by(Turn.created_at.desc())
    .limit(1)
)
_UPDATE_CONVERSATION = update(Conversation).where(Conversation.id == bindparam("identity"))
_INSERT_CONVERSATION, _INSERT_TURN = insert(Conversation), insert(Turn)


def _values(row: Conversation | Turn) -> dict[str, Any]:
    """The columns of a row that is not in the database yet, with the defaults of the tables."""
    values = {}
    for column in row.__table__.columns:
        value = getattr(row, column.key)
        if value is None and column.default is not None and column.default.is_scalar:
            value = column.default.arg
        values[column.key] = value
    return values


async def _by_draft(session: AsyncSession, draft: str) -> Comment | None:
    return (
        await session.execute(select(Comment).where(Comment.draft == draft))
    ).scalar_one_or_none()


def _engine(url: str) -> AsyncEngine:
    # What a resident wrote is in the parameters, and an error's text goes into logs.
    if not url.startswith("sqlite"):
        return create_async_engine(
            url, pool_pre_ping=True, hide_parameters=True, connect_args={"timeout": 5}
        )
    engine = create_async_engine(
        url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, hide_parameters=True
    )
    _prepare_connections(engine.sync_engine)
    return engine


def _by_threads(url: str) -> Engine:
    """The same SQLite by its own driver, for `Threads`."""
    engine = create_engine(
        make_url(url).set(drivername="sqlite"), pool_size=AT_ONCE, hide_parameters=True,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000},
    )  # fmt: skip
    _prepare_connections(engine)
    return engine


def _prepare_connections(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
        ):
            # A read-only file can't change its journal; reading it still works.
            try:
                _set(cursor, pragma)
            except Exception as error:
                if "readonly" not in str(error):
                    connection.close()  # the pool does not, and its thread would stay
                    raise
        cursor.close()


def _set(cursor: Any, pragma: str) -> None:
    """Set a pragma. A new file's journal changes at once or not at all, so that is tried again."""
    for left in reversed(range(JOURNAL_TRIES)):
        try:
            cursor.execute(f"PRAGMA {pragma}")
            return
        except Exception as error:
            if "locked" not in str(error) or not left:
                raise
            time.sleep(0.02)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """StoreUnavailable for what the database can't do."""
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, PoolTimeout, OSError) as error:
        ERRORS.labels("store").inc()
        raise StoreUnavailable(_plain(error)) from error


def _plain(error: Exception) -> str:
    """The database's own words, without SQL and values."""
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    return _VALUE.sub(r"\1", str(getattr(error, "orig", error)).splitlines()[0])
