"""Signed links about comments: which answer is commented on, and who is a comment's author."""

import time
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.channels.tokens import ForgedToken, Signer

ANSWER_DAYS = 30
"""As long as a conversation is kept."""
AUTHOR_SECONDS = 30 * 60
"""For which an author need not give the code word again after filing or giving it."""


@dataclass(frozen=True)
class SeenAnswer:
    """The answer that a resident had seen before commenting."""

    conversation: str
    turn: str
    status: str


def comment_path(signer: Signer, seen: SeenAnswer, fact: str = "") -> str:
    """The address of the comment form, about this answer."""
    until = int(time.time()) + ANSWER_DAYS * 24 * 3600
    ticket = signer.ticket("answer", [seen.conversation, seen.turn, seen.status], until)
    about = {"about": fact} if fact else {}
    return "/comment?" + urlencode(about | {"turn": ticket})


def seen_answer(signer: Signer, ticket: str) -> SeenAnswer | None:
    """The answer of a ticket; None if the ticket is not ours or too old."""
    try:
        return SeenAnswer(*signer.ticket_content("answer", ticket, time.time()))
    except ForgedToken:
        return None


def author_key(signer: Signer, receipt: str, since: float | None = None) -> str:
    """What lets its holder read and change this comment for half an hour."""
    until = int(time.time() if since is None else since) + AUTHOR_SECONDS
    return signer.ticket("author", [receipt], until)


def receipt_path(receipt: str, language: str, key: str = "", note: str = "") -> str:
    """The address of a comment's page; `note` names what to say on it."""
    values = {"lang": language} | ({"key": key} if key else {}) | ({"note": note} if note else {})
    return f"/c/{receipt}?{urlencode(values)}"


def opened_by(signer: Signer, receipt: str, key: str) -> bool:
    """Whether a key opens this comment. Raises OldToken if it did once."""
    if not key:
        return False
    try:
        return signer.ticket_content("author", key, time.time()) == [receipt]
    except ForgedToken as error:
        if type(error) is not ForgedToken:
            raise
        return False
