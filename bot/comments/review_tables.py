"""The tables of the review: themes and decisions, notes, templates, saved views, switches."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.comments.tables import Base, Moment


class Decision(StrEnum):
    """What the city decided about a theme."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    DECLINED = "declined"
    OUT_OF_SCOPE = "out_of_scope"


class HideReason(StrEnum):
    """Why a comment is hidden or redacted; a closed list, told to the author and the public."""

    PERSONAL_DATA = "personal_data"
    THREAT = "threat"
    HATE = "hate"
    OBSCENE = "obscene"
    ADVERTISING = "advertising"
    COPYRIGHT = "copyright"
    NOT_A_COMMENT = "not_a_comment"
    AUTHOR_REQUEST = "author_request"


class Theme(Base):
    """A label staff put on comments, and what the city decided and did about it."""

    __tablename__ = "themes"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    """Names it in addresses and exports; never changes."""
    title_en: Mapped[str] = mapped_column(String(120))
    title_es: Mapped[str] = mapped_column(String(120))
    topics: Mapped[list[str]] = mapped_column(JSON)
    """The comment topics for which it is suggested."""
    decision: Mapped[str | None] = mapped_column(String(16))
    words_en: Mapped[str] = mapped_column(Text, default="")
    words_es: Mapped[str] = mapped_column(Text, default="")
    """The city's words on the decision."""
    changed_en: Mapped[str] = mapped_column(Text, default="")
    changed_es: Mapped[str] = mapped_column(Text, default="")
    """What changed because of it."""
    plan_section: Mapped[str] = mapped_column(String(200), default="")
    wording_before: Mapped[str] = mapped_column(Text, default="")
    wording_after: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    retired: Mapped[bool] = mapped_column(Boolean, default=False)
    """No longer suggested or chosen; comments keep it."""
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class CommentTheme(Base):
    """A theme of a comment. `Comment.themes` holds the same as keys, for exports."""

    __tablename__ = "comment_themes"
    __table_args__ = (Index("ix_comment_themes_theme", "theme_id", "comment_id"),)

    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"), primary_key=True)


class Note(Base):
    """An internal note on a comment. Never shown to the public, never exported."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)


class ReplyTemplate(Base):
    """The beginning of a reply, for a state and a language, with placeholders."""

    __tablename__ = "reply_templates"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(12))
    """The state a comment has after this reply."""
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class SavedView(Base):
    """A filtered view that staff keep under a name, for themselves or for everybody."""

    __tablename__ = "saved_views"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(String(1000))
    owner: Mapped[str] = mapped_column(String(60))
    shared: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(Moment)


class Switch(Base):
    """A channel, or the whole assistant, that is switched off, and why."""

    __tablename__ = "switches"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    """"web", "sms", or "all"."""
    reason: Mapped[str] = mapped_column(Text)
    """For staff and the history."""
    notice_en: Mapped[str] = mapped_column(Text, default="")
    notice_es: Mapped[str] = mapped_column(Text, default="")
    """What residents are told beside the plain notice; may be empty."""
    actor: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
