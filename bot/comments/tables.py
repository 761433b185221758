"""The tables: comments and their history, conversations and their turns."""

from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class CommentState(StrEnum):
    """How far staff are with a comment."""

    RECEIVED = "received"
    IN_REVIEW = "in_review"
    ANSWERED = "answered"
    CLOSED = "closed"


class Visibility(StrEnum):
    """Whether the public may see a comment."""

    PENDING = "pending"
    RELEASED = "released"
    REDACTED = "redacted"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


class Priority(IntEnum):
    """How soon staff should look at a comment; the lowest number comes first."""

    URGENT = 0
    HIGH = 1
    NORMAL = 2


class Window(StrEnum):
    """When a comment came, relative to the comment period."""

    EARLY = "early"
    OPEN = "open"
    LATE = "late"


class CommentTopic(StrEnum):
    """What a comment is about: a pillar, something else, or all of the plan."""

    PUBLIC_SAFETY = "public_safety"
    EDUCATION = "education"
    ACCOUNTABILITY = "accountability"
    ECONOMY = "economy"
    QUALITY_OF_LIFE = "quality_of_life"
    SOMETHING_ELSE = "something_else"
    WHOLE_PLAN = "whole_plan"


class ContactKind(StrEnum):
    """The ways to reach a resident who asked for it."""

    EMAIL = "email"
    SMS = "sms"


class OutgoingState(StrEnum):
    """How far a message to a resident is; it only ever moves forward."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


class Moment(TypeDecorator[datetime]):
    """A moment, kept in UTC; SQLite itself forgets time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC; refuse a moment without a time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give back a moment in UTC."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables of the comment store."""


class Conversation(Base):
    """Turns under one id on one channel."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment, index=True)
    expects: Mapped[str] = mapped_column(String(12), default="question")
    """What the next message may be: "question" (1,000 characters) or "comment" (5,000)."""


class Turn(Base):
    """One message from a resident and what we answered. The message is masked."""

    __tablename__ = "turns"
    __table_args__ = (Index("ix_turns_conversation", "conversation_id", "created_at"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)
    channel: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(8))
    question: Mapped[str] = mapped_column(Text)
    button: Mapped[str | None] = mapped_column(String(80))
    intent: Mapped[str | None] = mapped_column(String(40))
    confidence: Mapped[float | None] = mapped_column(Float)
    status: Mapped[str] = mapped_column(String(16), index=True)
    facts: Mapped[list[str]] = mapped_column(JSON)
    near: Mapped[list[str]] = mapped_column(JSON)
    replies: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    removed: Mapped[int] = mapped_column(Integer, default=0)
    """Invisible and control characters taken out of the message."""
    masked: Mapped[list[str]] = mapped_column(JSON)
    took_ms: Mapped[int] = mapped_column(Integer)


class Comment(Base):
    """What a resident tells the city about the plan, on the record."""

    __tablename__ = "comments"
    __table_args__ = (
        # Views are read in their order until a page is full. What they filter by stands in the
        # index too, so that passing over a comment does not need to look at it.
        Index("ix_comments_visibility", "visibility", "id", "created_at"),
        Index("ix_comments_urgency", "visibility", "priority", "id", "created_at", "topic", "state",
              "channel", "language", "window"),
        Index("ix_comments_priority", "priority", "id", "created_at"),
        Index("ix_comments_id", "id", "created_at"),
        Index("ix_comments_created_at", "created_at", "id", "visibility", "topic"),
        Index("ix_comments_topic", "topic", "created_at", "id", "visibility"),
        Index("ix_comments_assignee", "assignee", "visibility", "priority", "id"),
        Index("ix_comments_similar_group", "similar_group", "visibility", "priority", "id"),
        Index("ix_comments_held", "visibility", "priority", "id",
              sqlite_where=text("legal_hold IS 1"), postgresql_where=text("legal_hold IS true")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    receipt: Mapped[str] = mapped_column(String(9), unique=True)
    draft: Mapped[str] = mapped_column(String(40), unique=True)
    """Names the draft that was confirmed: the same draft is stored once, however often it comes."""
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)
    channel: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(8))
    topic: Mapped[str] = mapped_column(String(30))
    text: Mapped[str] = mapped_column(Text)
    window: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12), default=CommentState.RECEIVED.value, index=True)
    visibility: Mapped[str] = mapped_column(String(12), default=Visibility.PENDING.value)
    masked: Mapped[list[str]] = mapped_column(JSON)
    plan_version: Mapped[str] = mapped_column(String(40))
    notice_version: Mapped[str] = mapped_column(String(20))
    conversation_id: Mapped[str | None] = mapped_column(String(40))
    turn_id: Mapped[str | None] = mapped_column(String(40))
    """The turn that prompted the comment: the answer the resident had just seen."""
    turn_status: Mapped[str | None] = mapped_column(String(16))
    themes: Mapped[list[str]] = mapped_column(JSON)
    hidden_reason: Mapped[str | None] = mapped_column(Text)
    public_reply: Mapped[str | None] = mapped_column(Text)
    replied_at: Mapped[datetime | None] = mapped_column(Moment)
    zip_code: Mapped[str | None] = mapped_column(String(10))
    """Five digits, given on purpose or not at all."""
    code_word: Mapped[str | None] = mapped_column(String(200))
    """Hash (argon2) of the word with which its author corrects or withdraws it."""
    public_text: Mapped[str | None] = mapped_column(Text)
    """What the public reads of a redacted comment; the text itself stays as it was filed."""
    has_masked: Mapped[bool] = mapped_column(
        Boolean, default=lambda context: bool(context.get_current_parameters().get("masked"))
    )
    """Whether personal data was taken out of the text; as a column so that staff can filter."""
    assignee: Mapped[str | None] = mapped_column(String(60))
    """The member of staff who looks after it, by name."""
    priority: Mapped[int] = mapped_column(Integer, default=Priority.NORMAL.value)
    author_word: Mapped[str | None] = mapped_column(Text)
    """What staff say to the author about a hidden or redacted comment."""
    legal_hold: Mapped[bool] = mapped_column(Boolean, default=False)
    """Kept as it is, whatever retention or its author ask, until an admin lifts the hold."""
    similar_group: Mapped[int | None] = mapped_column(Integer)
    """Names the group of near-copies it belongs to: the id of the oldest of them."""

    @property
    def status(self) -> str:
        """What the export's status column shows: the visibility if it is out of sight."""
        gone = {Visibility.HIDDEN, Visibility.WITHDRAWN, Visibility.ERASED}
        return self.visibility if self.visibility in gone else self.state


class CommentEvent(Base):
    """The history of a comment: who did what and why. Rows are only ever added."""

    __tablename__ = "comment_events"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str | None] = mapped_column(Text)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class Contact(Base):
    """How to reach the author of a comment; kept apart from it and only while a reply is owed."""

    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    sealed: Mapped[str] = mapped_column(Text)
    """The address or number, sealed by `bot.comments.sealing`."""
    language: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(Moment)


class Outgoing(Base):
    """A message that is to reach a resident outside of a conversation's reply."""

    __tablename__ = "outgoing"
    __table_args__ = (Index("ix_outgoing_due", "state", "not_before"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    """Names what it says to whom: the same message is queued once."""
    kind: Mapped[str] = mapped_column(String(8))
    sealed: Mapped[str | None] = mapped_column(Text)
    """The sealed address or number; removed once nothing more is to be sent."""
    subject: Mapped[str | None] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default=OutgoingState.QUEUED.value)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    not_before: Mapped[datetime] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)
    provider_id: Mapped[str | None] = mapped_column(String(64), index=True)
    error: Mapped[str | None] = mapped_column(String(80))
    """The provider's code of the last failure."""


class Rating(Base):
    """Whether an answer was useful: the last word of the resident on one turn."""

    __tablename__ = "ratings"

    turn_id: Mapped[str] = mapped_column(ForeignKey("turns.id"), primary_key=True)
    useful: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)
