"""Whether an answer was useful: one rating per turn, the resident's last word."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.comments.store import Store
from bot.comments.tables import Rating, Turn

RATED_STATUSES = frozenset(
    {"answered", "conflicting", "clarify", "absent", "other_plan", "city_service", "out_of_scope"}
)
"""Answers; the comment form, small talk, danger and refusals are not rated."""


class RatingReason(StrEnum):
    """Why an answer was not useful."""

    NOT_ASKED = "not_asked"
    WRONG = "wrong"
    HARD = "hard"
    LONG = "long"
    OTHER = "other"


class UnknownTurn(Exception):
    """No turn of this conversation, or none that is rated."""


async def rate(
    store: Store, conversation: str, turn_id: str, useful: bool, reason: RatingReason | None = None
) -> Rating:
    """Keep what a resident says of an answer of their conversation; a repeat changes nothing.

    A useful answer has no reason. Raises UnknownTurn and StoreUnavailable.
    """
    wanted = None if useful or reason is None else reason.value
    for _ in range(3):
        try:
            async with store.session() as session:
                turn = await session.get(Turn, turn_id)
                if turn is None or turn.conversation_id != conversation:
                    raise UnknownTurn
                if turn.status not in RATED_STATUSES:
                    raise UnknownTurn
                now = datetime.now(UTC)
                rating = await session.get(Rating, turn_id, with_for_update=True)
                if rating is None:
                    rating = Rating(
                        turn_id=turn_id, useful=useful, reason=wanted, created_at=now,
                        updated_at=now,
                    )  # fmt: skip
                    session.add(rating)
                elif (rating.useful, rating.reason) != (useful, wanted):
                    rating.useful, rating.reason, rating.updated_at = useful, wanted, now
            return rating
        except IntegrityError:
            continue  # its twin was stored in between: look again
    raise UnknownTurn


async def ratings_of(store: Store, turns: Iterable[str]) -> dict[str, Rating]:
    """The ratings of these turns, by turn. Raises StoreUnavailable."""
    async with store.session() as session:
        query = select(Rating).where(Rating.turn_id.in_(list(turns)))
        return {row.turn_id: row for row in (await session.execute(query)).scalars().all()}
