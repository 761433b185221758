"""The tables of the staff desk: who may sign in, their sessions, and what they did."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.comments.tables import Base, Moment


class Role(StrEnum):
    """What a member of staff may do; each role may do what those before it may."""

    VIEWER = "viewer"
    REVIEWER = "reviewer"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        """Whether this role may do what `needed` may."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


class Staff(Base):
    """A person who may sign in. People are switched off, never deleted: the history names them."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    email: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(10))
    password: Mapped[str | None] = mapped_column(String(200))
    """Hash by argon2; None until the one-time link is used, or with the city's own sign-in."""
    code_secret: Mapped[str | None] = mapped_column(Text)
    """Sealed secret of the one-time codes; None without them."""
    code_step: Mapped[int | None] = mapped_column(Integer)
    """The time step of the last code: a code works once."""
    subject: Mapped[str | None] = mapped_column(String(300), unique=True)
    """Issuer and subject of the city's own sign-in."""
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    digest: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether the daily e-mail of new comments and replies owed goes to this person."""
    created_at: Mapped[datetime] = mapped_column(Moment)


class StaffSession(Base):
    """A signed-in browser. The cookie's value is kept as a hash only."""

    __tablename__ = "staff_sessions"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment, index=True)
    notice: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What the next page says once: what was done, and how to undo it."""


class StaffLink(Base):
    """A one-time link with which a person sets a password. Kept as a hash only."""

    __tablename__ = "staff_links"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    ends_at: Mapped[datetime] = mapped_column(Moment)


class SignInAttempt(Base):
    """A failed attempt to sign in, counted per name and per address (both as fingerprints)."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("ix_sign_in_attempts_who", "who", "at"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    who: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Moment)


class StaffEvent(Base):
    """What staff did beside the comments' own history. Rows are only ever added."""

    __tablename__ = "staff_events"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str | None] = mapped_column(String(120))
    reason: Mapped[str | None] = mapped_column(Text)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class DeskSetting(Base):
    """What admins set at the desk itself, by name."""

    __tablename__ = "desk_settings"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
