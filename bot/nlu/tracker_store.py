"""A tracker store whose trackers never grow: the dialogue's present state, not its past.

Our dialogue is decided by the slots, the active form and the last action alone (RulePolicy), and
turns are recorded by the front. So a saved tracker is a handful of events, however long the
conversation, and the action server is sent little.
"""

import asyncio
import json
import logging
from contextvars import ContextVar
from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple, TypeVar

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.pool import StaticPool

Answer = TypeVar("Answer")
logger = logging.getLogger(__name__)
_metadata = sa.MetaData()
TRACKERS = sa.Table(
    "trackers",
    _metadata,
    sa.Column("conversation_id", sa.String(40), primary_key=True),
    sa.Column("updated_at", sa.Float, nullable=False, index=True),
    sa.Column("state", sa.Text, nullable=False),
)
# SQLite and PostgreSQL both know it; one statement, so that two assistants never insert twice.
SAVE = sa.text(
    "INSERT INTO trackers (conversation_id, updated_at, state) VALUES (:id, :moment, :state) "
    "ON CONFLICT (conversation_id) DO UPDATE "
    "SET updated_at = excluded.updated_at, state = excluded.state"
)
STATE = sa.select([TRACKERS.c.state]).where(TRACKERS.c.conversation_id == sa.bindparam("id"))

NOTHING_READ: Tuple[str, Optional[Dict[str, Any]]] = ("", None)
_READ: "ContextVar[Tuple[str, Optional[Dict[str, Any]]]]" = ContextVar("read", default=NOTHING_READ)
"""What this task read of a conversation and has not used yet."""


class PresentStateTrackerStore(TrackerStore):
    """Keeps slots, active form and last action of each conversation in one row."""

    def __init__(
        self,
        domain: Optional[Domain] = None,
        event_broker: Optional[EventBroker] = None,
        *,
        host: str,
    ) -> None:
        """Open the database at an SQLAlchemy address and make the table if it is missing.

        Rasa passes the `url` of endpoints.yml as `host`; there is no default, so that no two
        assistants ever share a database by mistake.
        """
        super().__init__(domain, event_broker)
        url = host
        # A database that hangs is given up before the front gives the message up.
        options: Dict[str, Any] = {
            "pool_pre_ping": True,
            "pool_timeout": 3,
            "connect_args": {
                "connect_timeout": 3,
                "options": "-c statement_timeout=4000 -c lock_timeout=4000",
                "tcp_user_timeout": 4000,
            },
        }
        self._is_remote = not url.startswith("sqlite")
        if url.startswith("sqlite"):
            # One connection that stays: closing the last one would put the whole log of writes
            # into the database file, at each message.
            options = {
                "connect_args": {"timeout": 5, "check_same_thread": False},
                "poolclass": StaticPool,
            }
        self._engine = sa.create_engine(url, **options)
        if url.startswith("sqlite"):
            sa.event.listen(self._engine, "connect", _prepare_sqlite)
        try:
            _metadata.create_all(self._engine, checkfirst=True)
        except (IntegrityError, OperationalError, ProgrammingError):
            _metadata.create_all(self._engine, checkfirst=True)  # another assistant was quicker

    async def _done(self, work: Callable[[], Answer]) -> Answer:
        """Do what waits for the database: beside the event loop when that is not a file."""
        return await asyncio.to_thread(work) if self._is_remote else work()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the tracker's present state in place of the former one."""
        present = present_state(tracker) | {"answered": answered_message(tracker)}
        state = json.dumps(present, ensure_ascii=False)
        moment = tracker.events[-1].timestamp if tracker.events else 0.0
        values = {"id": tracker.sender_id, "moment": moment, "state": state}

        def write() -> None:
            with self._engine.begin() as connection:
                connection.execute(SAVE, values)

        _READ.set(NOTHING_READ)
        await self._done(write)

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The tracker in its present state, or None for a new conversation."""
        before, state = _READ.get()
        if before != sender_id:
            state = await self._state(sender_id)
        _READ.set(NOTHING_READ)
        if state is None:
            return None
        tracker = self.init_tracker(sender_id)
        for event in events_of(state):
            tracker.update(event, self.domain)
        return tracker

    async def answered(self, sender_id: str, message: str) -> List[Dict[str, Any]]:
        """The replies to the conversation's last message, if it is this one; else nothing.

        To be called with the conversation's lock: what was read serves `retrieve` after it.
        """
        state = await self._state(sender_id)
        last = (state or {}).get("answered")
        if last and last["message"] == message:
            return list(last["replies"])
        _READ.set((sender_id, state))
        return []

    async def forget(self, sender_id: str) -> None:
        """Delete what is kept of a conversation."""

        def delete() -> None:
            with self._engine.begin() as connection:
                connection.execute(TRACKERS.delete().where(TRACKERS.c.conversation_id == sender_id))

        await self._done(delete)

    async def keys(self) -> Iterable[str]:
        """The ids of all conversations."""

        def read() -> List[str]:
            with self._engine.connect() as connection:
                rows = connection.execute(sa.select([TRACKERS.c.conversation_id]))
                return [row[0] for row in rows]

        return await self._done(read)

    async def _state(self, sender_id: str) -> Optional[Dict[str, Any]]:
        """What is kept of a conversation."""

        def read() -> Optional[str]:
            with self._engine.connect() as connection:
                return connection.execute(STATE, {"id": sender_id}).scalar()

        state = await self._done(read)
        return None if state is None else json.loads(state)


def present_state(tracker: DialogueStateTracker) -> Dict[str, Any]:
    """What is kept of a tracker: slots that differ from their first value, form, last action."""
    slots = {
        name: slot.value for name, slot in tracker.slots.items() if slot.value != slot.initial_value
    }
    return {
        "slots": slots,
        "loop": tracker.active_loop_name,
        "action": tracker.latest_action_name or ACTION_LISTEN_NAME,
    }


def answered_message(tracker: DialogueStateTracker) -> Optional[Dict[str, Any]]:
    """The channel's id of the last message, and the replies to it.

    Kept in the same row as the state they led to: a message that comes again after a crash finds
    either both or neither.
    """
    replies: List[Dict[str, Any]] = []
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered) and isinstance(event.data.get("custom"), dict):
            replies.insert(0, event.data["custom"])
        elif isinstance(event, UserUttered):
            message = (event.metadata or {}).get("message")
            return {"message": message, "replies": replies} if message else None
    return None


def events_of(state: Dict[str, Any]) -> List[Event]:
    """The events that bring a new tracker into a kept state."""
    events: List[Event] = [ActionExecuted("action_session_start"), SessionStarted()]
    events += [SlotSet(name, value) for name, value in state["slots"].items()]
    if state["loop"]:
        events.append(ActiveLoop(state["loop"]))
    events.append(ActionExecuted(state["action"]))
    return events


def _prepare_sqlite(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
