"""A comment made into what staff would make of it."""

from typing import Any

from bot.comments.store import Store
from bot.comments.tables import Comment


async def change(store: Store, comment: Comment, **values: Any) -> None:
    """Set values of a comment's row."""
    async with store.session() as session:
        row = await session.get(Comment, comment.id)
        assert row
        for name, value in values.items():
            setattr(row, name, value)
