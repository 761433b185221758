"""A turn as a page shows it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from bot.channels.turns import Result
from bot.comments.tables import Turn
from bot.plan.load import Knowledge
from bot.plan.model import Status
from bot.web.pictures import Picture, picture_of

_FROM_FACTS = {Status.ANSWERED, Status.CONFLICTING, Status.OTHER_PLAN}


@dataclass(frozen=True)
class ShownReply:
    """One reply: its paragraphs, and what belongs to it."""

    paragraphs: tuple[str, ...]
    sources: tuple[dict[str, Any], ...]
    buttons: tuple[dict[str, Any], ...]
    facts: tuple[tuple[str, str], ...]
    """Id and title of the facts it rests on; each has a page of its own."""
    picture: Picture | None
    receipt: str | None


@dataclass(frozen=True)
class ShownTurn:
    """A question and its replies. `follow_up` says whether the buttons lead on."""

    id: str
    question: str
    language: str
    status: str
    replies: tuple[ShownReply, ...]
    recorded: bool
    at: datetime

    @property
    def follow_up(self) -> bool:
        """Whether the buttons are suggestions, and not the choice that was asked for."""
        return self.status in _FROM_FACTS


def shown(turn: Turn | Result, knowledge: Knowledge, today: date) -> ShownTurn:
    """A recorded turn, or one that could not be recorded."""
    identity = turn.turn if isinstance(turn, Result) else turn.id
    replies = tuple(_reply(reply, turn.language, knowledge, today) for reply in turn.replies)
    recorded = not isinstance(turn, Result)
    at = datetime.now(UTC) if isinstance(turn, Result) else turn.created_at
    return ShownTurn(identity, turn.question, turn.language, turn.status, replies, recorded, at)


def _reply(reply: dict[str, Any], language: str, knowledge: Knowledge, today: date) -> ShownReply:
    ids = dict.fromkeys(source["fact"] for source in reply["sources"])
    facts = [knowledge.facts[i] for i in ids if i in knowledge.facts]
    pictures = (picture_of(fact.id, knowledge, language, today) for fact in facts)
    sources = {
        (source["title"], source["url"], source["page"]): source for source in reply["sources"]
    }
    return ShownReply(
        tuple(line for line in reply["text"].split("\n") if line.strip()),
        tuple(sources.values()),
        tuple(reply["buttons"]),
        tuple((fact.id, fact.title.in_(language)) for fact in facts),
        next((picture for picture in pictures if picture), None),
        reply.get("receipt"),
    )
