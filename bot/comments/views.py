"""Filtered views that staff keep under a name."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import or_, select

from bot.comments.review_tables import SavedView
from bot.comments.store import Store


async def saved(store: Store, owner: str) -> Sequence[SavedView]:
    """A person's own views and those that are shared, by title."""
    async with store.session() as session:
        mine = or_(SavedView.owner == owner, SavedView.shared.is_(True))
        return (
            await session.scalars(select(SavedView).where(mine).order_by(SavedView.title))
        ).all()


async def save(store: Store, owner: str, title: str, query: str, shared: bool) -> None:
    """Keep a view; one of the same title and owner is replaced. Raises ValueError."""
    title = " ".join(title.split())
    if not 0 < len(title) <= 80:
        raise ValueError("Give the view a name of up to 80 characters.")
    if len(query) > 1000:
        raise ValueError("That view is too long to be kept.")
    async with store.session() as session:
        found = await session.scalar(
            select(SavedView).where(SavedView.owner == owner, SavedView.title == title)
        )
        if found:
            found.query, found.shared = query, shared
            return
        session.add(
            SavedView(
                title=title, query=query, owner=owner, shared=shared, created_at=datetime.now(UTC)
            )
        )


async def forget(store: Store, owner: str, identity: int) -> bool:
    """Delete one of the person's own views; whether there was one."""
    async with store.session() as session:
        row = await session.get(SavedView, identity)
        if row is None or row.owner != owner:
            return False
        await session.delete(row)
        return True
