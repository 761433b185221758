"""The daily e-mail to staff who asked for it: how much is new, and how many replies are owed."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from bot.comments.outgoing import Letter, enqueue
from bot.comments.sealing import Sealer
from bot.comments.staff_tables import Staff
from bot.comments.store import Store
from bot.comments.tables import Comment, Contact, ContactKind, Visibility

HOUR = 7
"""Of the city's day, when the e-mail is queued."""


async def queue_digests(store: Store, sealer: Sealer, now: datetime, link: str) -> int:
    """Queue today's e-mails, once a day however often this is called; the number of people.

    `now` is in the city's time. Raises StoreUnavailable.
    """
    if now.hour < HOUR:
        return 0
    async with store.session() as session:
        query = select(Staff).where(
            Staff.digest.is_(True), Staff.active.is_(True), Staff.email.is_not(None)
        )
        people = (await session.scalars(query)).all()
        if not people:
            return 0
        owed = select(func.count()).where(
            Comment.id.in_(select(Contact.comment_id)), Comment.replied_at.is_(None)
        )
        numbers = {
            "new": await session.scalar(
                select(func.count()).where(Comment.created_at >= now - timedelta(days=1))
            ),
            "waiting": await session.scalar(
                select(func.count()).where(Comment.visibility == Visibility.PENDING.value)
            ),
            "owed": await session.scalar(owed),
        }
        if not any(numbers.values()):
            return 0
        text = (
            f"New comments since yesterday: {numbers['new']}\n"
            f"Waiting for review: {numbers['waiting']}\n"
            f"Replies owed to residents who left a contact: {numbers['owed']}\n\n"
            f"{link}\n\nTo stop this e-mail, untick it on the page of your account.\n"
        )
        for person in people:
            letter = Letter(
                key=f"digest-{person.id}-{now.date()}", kind=ContactKind.EMAIL,
                sealed=sealer.seal(person.email or ""), text=text, language="en",
                subject=f"Comments on the plan, {now.date()}",
            )  # fmt: skip
            await enqueue(session, letter)
    return len(people)
