"""The tables of the gap board: grouped questions, the answer staff write, history."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.comments.tables import Base, Moment


class GapState(StrEnum):
    """How far staff are with a group of questions."""

    OPEN = "open"
    DRAFT = "draft"
    WAITING = "waiting"
    PUBLISHED = "published"
    TAKEN_BACK = "taken_back"
    SET_ASIDE = "set_aside"


class GapGroup(Base):
    """Questions that ask for the same, and the answer that staff write for them."""

    __tablename__ = "gap_groups"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    state: Mapped[str] = mapped_column(String(12), default=GapState.OPEN.value, index=True)
    reason: Mapped[str | None] = mapped_column(Text)
    """Why it was set aside, sent back or taken back."""
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The answer's fields as they were typed last."""
    fact: Mapped[str | None] = mapped_column(String(24), unique=True)
    """The fact that was published for it."""
    entry: Mapped[str | None] = mapped_column(Text)
    """The published file: fact, source, held training lines and gold questions."""
    writer: Mapped[str | None] = mapped_column(String(80))
    """Who asked for approval; somebody else has to give it."""
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class GapMember(Base):
    """A question of a group. It goes with its turn, so nothing is counted that was deleted."""

    __tablename__ = "gap_members"
    __table_args__ = (Index("ix_gap_members_group", "group_id", "asked_at"),)

    turn_id: Mapped[str] = mapped_column(
        ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[int] = mapped_column(ForeignKey("gap_groups.id"))
    conversation_id: Mapped[str] = mapped_column(String(40))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    channel: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(16))
    not_useful: Mapped[bool] = mapped_column(Boolean)
    """Its answer was rated as not useful."""


class GapEvent(Base):
    """The history of a group: who did what and why. Rows are only ever added."""

    __tablename__ = "gap_events"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("gap_groups.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
