"""Staff's replies: on the receipt page, and to the author who asked to be told."""

import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.comments import moderation
from bot.comments.letter_words import words
from bot.comments.moderation import BadAct, Seen
from bot.comments.outgoing import Letter, enqueue
from bot.comments.queue import LANGUAGES
from bot.comments.review_tables import ReplyTemplate
from bot.comments.store import Store
from bot.comments.tables import Comment, CommentState, Contact, ContactKind
from bot.language.gsm7 import size_of, to_gsm7
from bot.language.messages import say

PLACEHOLDERS = ("receipt", "topic", "filed", "link", "contact", "staff")
"""What a template may name in braces."""
MOST_SEGMENTS = 2
"""A text message; a longer reply is told about, and read on the receipt page."""


@dataclass(frozen=True)
class Place:
    """What replies say of this installation."""

    public_url: str | None
    contact: str
    timezone: str

    def link(self, receipt: str) -> str:
        """The receipt page's address, as complete as we know it."""
        return f"{self.public_url or ''}/c/{receipt}"


def check_template(text: str) -> None:
    """Raise BadAct for a template that names something unknown in its braces."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        raise BadAct("A brace is open or too many. Write {{ for a brace of the text.") from error
    for _, name, form, conversion in parts:
        if name is not None and (name not in PLACEHOLDERS or form or conversion):
            known = ", ".join("{" + one + "}" for one in PLACEHOLDERS)
            raise BadAct(f"{{{name}}} is not a placeholder. These are: {known}.")


def filled(template: ReplyTemplate, comment: Comment, place: Place, staff: str) -> str:
    """A template's text for a comment. Raises BadAct."""
    check_template(template.text)
    day = comment.created_at.astimezone(ZoneInfo(place.timezone)).date()
    values: Mapping[str, str] = {
        "receipt": comment.receipt,
        "topic": say(f"topic_{comment.topic}", template.language),
        "filed": day.isoformat(),
        "link": place.link(comment.receipt),
        "contact": place.contact,
        "staff": staff,
    }
    return template.text.format(**values)


async def templates(store: Store) -> Sequence[ReplyTemplate]:
    """Every template, by language and title."""
    async with store.session() as session:
        query = select(ReplyTemplate).order_by(ReplyTemplate.language, ReplyTemplate.title)
        return (await session.scalars(query)).all()


async def save_template(
    store: Store, identity: int | None, title: str, state: str, language: str, text: str
) -> None:
    """Add or change a template. Raises BadAct."""
    title, text = " ".join(title.split()), text.strip()
    if not 0 < len(title) <= 80 or not 0 < len(text) <= moderation.LONGEST_REPLY:
        raise BadAct("A template needs a title of up to 80 characters, and a text.")
    if language not in LANGUAGES or state not in set(CommentState):
        raise BadAct("Choose a language and a state.")
    check_template(text)
    async with store.session() as session:
        row = await session.get(ReplyTemplate, identity) if identity else None
        row = row or ReplyTemplate()
        row.title, row.state, row.language, row.text = title, state, language, text
        row.updated_at = datetime.now(UTC)
        session.add(row)


async def delete_template(store: Store, identity: int) -> None:
    """Delete a template."""
    async with store.session() as session:
        row = await session.get(ReplyTemplate, identity)
        if row is not None:
            await session.delete(row)


async def reply(
    store: Store, seen: Seen, actor: str, text: str, state: CommentState, place: Place
) -> tuple[int, str | None]:
    """Answer a comment, and tell its author if they asked for it, in one transaction.

    Gives the event and the kind of message queued. Raises BadAct, Stale, NoComment.
    """
    async with store.session() as session:
        comment, event = await moderation.reply(session, seen, actor, text, state)
        return event, await tell(session, comment, event, place)


async def tell(session: AsyncSession, comment: Comment, event: int, place: Place) -> str | None:
    """Queue a message about the reply for the author who left a contact; its kind."""
    query = select(Contact).where(Contact.comment_id == comment.id)
    contact = (await session.execute(query)).scalar_one_or_none()
    if contact is None:
        return None
    kind = ContactKind(contact.kind)
    language, receipt = contact.language, comment.receipt
    reply_text = comment.public_reply or ""
    if kind is ContactKind.EMAIL:
        subject = words("reply_subject", language, receipt=receipt)
        body = words(
            "reply_email", language, receipt=receipt, reply=reply_text,
            link=place.link(receipt), contact=place.contact,
        )  # fmt: skip
    else:
        subject = None
        body = _sms(receipt, reply_text, language, place)
    await enqueue(
        session,
        Letter(
            key=f"reply-{comment.id}-{event}", kind=kind, sealed=contact.sealed, text=body,
            language=language, subject=subject, comment_id=comment.id,
        ),
    )  # fmt: skip
    return kind.value


def _sms(receipt: str, reply_text: str, language: str, place: Place) -> str:
    one_line = re.sub(r"\s+", " ", reply_text)
    whole = words("reply_sms", language, receipt=receipt, reply=one_line)
    if size_of(to_gsm7(whole)).segments <= MOST_SEGMENTS:
        return whole
    if place.public_url:
        return words("reply_sms_link", language, receipt=receipt, link=place.link(receipt))
    return words("reply_sms_status", language, receipt=receipt)
