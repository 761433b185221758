"""How to reach an author who asked for it: an e-mail address or a US phone number.

It is sealed, kept in a table of its own, and deleted once no reply is owed any more.
"""

import re

import phonenumbers
from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.comments.sealing import Sealer
from bot.comments.store import NewContact, Store
from bot.comments.tables import (
    Comment,
    CommentState,
    Contact,
    ContactKind,
    Outgoing,
    OutgoingState,
    Visibility,
)

EMAIL_LIMIT = 254
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_EMAIL = re.compile(rf"[^\s@<>()\[\],;:\"\\]{{1,64}}@{_LABEL}(?:\.{_LABEL})+")


class BadContact(ValueError):
    """Neither an e-mail address nor a US phone number."""


def parse_contact(text: str) -> tuple[ContactKind, str]:
    """An e-mail address as typed, or a US phone number in E.164. Raises BadContact."""
    text = text.strip()
    if "@" in text:
        if len(text) <= EMAIL_LIMIT and _EMAIL.fullmatch(text):
            return ContactKind.EMAIL, text
        raise BadContact
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException as error:
        raise BadContact from error
    if number.country_code != 1 or not phonenumbers.is_valid_number(number):
        raise BadContact
    return ContactKind.SMS, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def seal_contact(text: str, sealer: Sealer) -> NewContact:
    """A typed contact, ready to be kept. Raises BadContact."""
    kind, address = parse_contact(text)
    return NewContact(kind, sealer.seal(address))


async def drop_contact(session: AsyncSession, comment_id: int) -> None:
    """Delete how to reach an author, and what was still to be sent there."""
    await session.execute(delete(Contact).where(Contact.comment_id == comment_id))
    await session.execute(
        update(Outgoing)
        .where(Outgoing.comment_id == comment_id, Outgoing.state == OutgoingState.QUEUED.value)
        .values(state=OutgoingState.DROPPED.value, sealed=None)
    )


async def drop_contacts_not_owed(store: Store) -> int:
    """Delete the contacts of comments that are closed or gone, or whose reply was delivered.

    Returns their number. Raises StoreUnavailable.
    """
    gone = (Visibility.WITHDRAWN.value, Visibility.ERASED.value)
    over = select(Comment.id).where(
        or_(Comment.state == CommentState.CLOSED.value, Comment.visibility.in_(gone))
    )
    delivered = select(Outgoing.comment_id).where(
        Outgoing.comment_id.is_not(None), Outgoing.state == OutgoingState.DELIVERED.value
    )
    async with store.session() as session:
        ids = (
            await session.execute(
                delete(Contact)
                .where(or_(Contact.comment_id.in_(over), Contact.comment_id.in_(delivered)))
                .returning(Contact.id)
            )
        ).all()
    return len(ids)
