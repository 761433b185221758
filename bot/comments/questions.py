"""Questions that were not answered, as they were recorded: for staff, who can answer them.

The texts are masked; a turn of a conversation that its resident cleared is gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.comments.store import Store
from bot.comments.tables import Turn

UNANSWERED = ("absent", "clarify", "out_of_scope", "other_plan", "refused")
"""Answer statuses that may hide a question which the knowledge base should answer."""
DEFAULT = ("absent", "clarify", "out_of_scope")
AT_MOST = 1_000


@dataclass(frozen=True)
class UnansweredQuestion:
    """One question that got no answer from a fact."""

    turn: str
    conversation: str
    asked_at: datetime
    channel: str
    language: str
    status: str
    question: str
    """Masked."""
    near: tuple[str, ...]
    """The facts and gaps it came nearest to, nearest first."""
    intent: str | None
    confidence: float | None


async def unanswered(
    store: Store,
    since: datetime | None = None,
    statuses: Sequence[str] = DEFAULT,
    limit: int = AT_MOST,
) -> list[UnansweredQuestion]:
    """Typed questions with one of these answer statuses, newest first; pressed buttons are not.

    `since` needs a time zone. Raises ValueError for a status that answers, StoreUnavailable when
    the store can't be read.
    """
    unknown = sorted(set(statuses) - set(UNANSWERED))
    if unknown:
        raise ValueError(f"not a status of an unanswered question: {', '.join(unknown)}")
    wanted = (
        select(Turn)
        .where(Turn.status.in_(list(statuses)), Turn.button.is_(None))
        .order_by(Turn.created_at.desc(), Turn.id)
        .limit(max(0, limit))
    )
    if since is not None:
        wanted = wanted.where(Turn.created_at >= since)
    async with store.session() as session:
        turns = (await session.execute(wanted)).scalars().all()
    return [
        UnansweredQuestion(
            turn.id,
            turn.conversation_id,
            turn.created_at,
            turn.channel,
            turn.language,
            turn.status,
            turn.question,
            tuple(turn.near),
            turn.intent,
            turn.confidence,
        )
        for turn in turns
    ]
