"""Consent keywords, and the few words that mean something by themselves.

A keyword is the whole message: spaces, case, accents and final punctuation aside. "Stop the
cameras" is a comment.
"""

import re
from enum import StrEnum

from bot.language.gloss import fold


class Keyword(StrEnum):
    """What a message of one keyword asks for."""

    STOP = "stop"
    START = "start"
    YES = "yes"
    """Resumes only when opted out; in a form it is an answer."""
    HELP = "help"
    MORE = "more"
    COMMENT = "comment"
    STATUS = "status"
    THEMES = "themes"


_WORDS = {
    Keyword.STOP: (
        "stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout",
        "opt out", "opt-out", "parar", "alto", "baja",
    ),
    Keyword.START: ("start", "unstop"),
    Keyword.YES: ("yes",),
    Keyword.HELP: ("help", "info", "ayuda"),
    Keyword.MORE: ("more", "mas"),
    Keyword.COMMENT: ("comment", "comentario", "comentar"),
    Keyword.STATUS: ("status", "estado"),
    Keyword.THEMES: ("theme", "themes", "tema", "temas"),
}  # fmt: skip
_BY_WORD = {word: keyword for keyword, words in _WORDS.items() for word in words}
_SPANISH = frozenset(
    {"parar", "alto", "baja", "ayuda", "mas", "comentario", "comentar", "estado", "tema", "temas"}
)
TWILIO_ANSWERS = frozenset(
    {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}
    | {"start", "unstop", "yes", "help", "info"}
)
"""What Twilio answers by itself without any set-up (support.twilio.com, opt-out keywords)."""
_AROUND = " \t\n.,!?;:¡¿\"'()*"
_BLANKS = re.compile(r"\s+")


def typed_word(text: str) -> str:
    """The message as keywords are compared: folded, without blanks and punctuation around."""
    return _BLANKS.sub(" ", fold(text)).strip(_AROUND)


def keyword_of(text: str) -> Keyword | None:
    """The keyword that a whole message is, or None."""
    return _BY_WORD.get(typed_word(text))


def language_of_keyword(text: str) -> str | None:
    """The language that a keyword gives away; None for those of English that all use."""
    return "es" if typed_word(text) in _SPANISH else None
