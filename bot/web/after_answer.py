"""What stands under an answer: whether it was useful, and the way to comment on it."""

import time
from typing import Any

from aiohttp import web

from bot.channels.tokens import ForgedToken
from bot.comments.ratings import RATED_STATUSES
from bot.comments.tables import Rating
from bot.web.comment_words import TEXTS
from bot.web.keys import SIGNER
from bot.web.shown import ShownTurn
from bot.web.tickets import (
    AUTHOR_SECONDS,
    SeenAnswer,
    author_key,
    comment_path,
    receipt_path,
)


def after_answer(request: web.Request, token: str, ratings: dict[str, Rating]) -> dict[str, Any]:
    """What the template of a turn needs for it."""
    signer = request.app[SIGNER]
    try:
        conversation = signer.conversation(token, "web") if token else ""
    except ForgedToken:
        conversation = ""

    def comment_on(turn: ShownTurn) -> str:
        facts = [fact for reply in turn.replies for fact, _ in reply.facts]
        seen = SeenAnswer(conversation, turn.id, turn.status)
        return comment_path(signer, seen, facts[0] if facts else "")

    def receipt_link(receipt: str, turn: ShownTurn) -> str:
        """With the author's key for half an hour after filing, as after the form."""
        filed = turn.at.timestamp()
        fresh = time.time() < filed + AUTHOR_SECONDS and conversation
        key = author_key(signer, receipt, filed) if fresh else ""
        return receipt_path(receipt, turn.language, key, "filed" if key else "")

    def is_rated(turn: ShownTurn) -> bool:
        return bool(conversation) and turn.recorded and turn.status in RATED_STATUSES

    return {
        "TEXTS": TEXTS,
        "ratings": ratings,
        "comment_on": comment_on,
        "receipt_link": receipt_link,
        "is_rated": is_rated,
    }
