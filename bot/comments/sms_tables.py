"""The tables of text messages: numbers as keyed hashes, their consent, texts that came in."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.comments.tables import Base, Moment


class InboundState(StrEnum):
    """How far an inbound text is; it only ever leaves WAITING."""

    WAITING = "waiting"
    ANSWERED = "answered"
    IGNORED = "ignored"
    """Nothing was to be said: opted out, over the limit, or sent again in the same words."""
    EXPIRED = "expired"
    """Nobody could answer in time; staff see it."""


class Phone(Base):
    """What is known of a number. The number itself is not kept: `hash` is its keyed hash."""

    __tablename__ = "phones"

    hash: Mapped[str] = mapped_column(String(40), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(40))
    """Made at random, so that no conversation leads to a number."""
    language: Mapped[str] = mapped_column(String(8))
    first_at: Mapped[datetime] = mapped_column(Moment)
    last_at: Mapped[datetime] = mapped_column(Moment, index=True)
    noticed: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether the notice of the first contact was said."""
    opted_out_at: Mapped[datetime | None] = mapped_column(Moment)
    pending: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What MORE and a number choose from: the pages not sent yet, the buttons of the last reply."""
    held_by: Mapped[str | None] = mapped_column(String(96))
    """The inbound text that is being answered: one at a time, in order, over all fronts."""
    held_until: Mapped[datetime | None] = mapped_column(Moment)


class PhoneConsent(Base):
    """The history of a number's consent. Rows are only ever added."""

    __tablename__ = "phone_consents"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    hash: Mapped[str] = mapped_column(ForeignKey("phones.hash"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    opted_out: Mapped[bool] = mapped_column(Boolean)
    by: Mapped[str] = mapped_column(String(40))
    """The keyword as it was texted, or the carrier's code."""


class InboundText(Base):
    """One text from a resident, kept before it is worked on, so that none is lost or done twice."""

    __tablename__ = "inbound_texts"
    __table_args__ = (Index("ix_inbound_texts_number", "phone", "state"),)

    id: Mapped[str] = mapped_column(String(96), primary_key=True)
    """Provider and the provider's id of the message."""
    phone: Mapped[str | None] = mapped_column(String(40))
    received_at: Mapped[datetime] = mapped_column(Moment, index=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    sealed: Mapped[str | None] = mapped_column(Text)
    """The text and both addresses, sealed; dropped once it is answered."""
    reply: Mapped[str | None] = mapped_column(Text)
    """What the webhook answered, sealed: the same message again gets the same reply."""
    late: Mapped[bool] = mapped_column(Boolean, default=False)
    """An apology was sent; the answer goes out by the provider's API."""
    turn_id: Mapped[str | None] = mapped_column(String(40))
    redaction: Mapped[str | None] = mapped_column(String(8))
    """Whether the body is still to be blanked at the provider: "due", "done" or "failed"."""
    tries: Mapped[int] = mapped_column(Integer, default=0)
