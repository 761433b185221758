"""What the comment form does otherwise by text message: as few messages as can be.

The topic is not asked for. It is taken from the comment's words, else from the answer that the
resident has just seen. Prompts name 1 and 0, so no buttons are needed.
"""

import re

from actions.turn import TurnContext
from bot.comments.tables import CommentTopic
from bot.language.gloss import fold, words
from bot.plan.answer import Button

_ABOUT = {
    CommentTopic.PUBLIC_SAFETY: r"safety|police|crimes?|911|cameras?|seguridad|policia|crimen",
    CommentTopic.EDUCATION: r"educa\w+|schools?|students?|teach\w+|escuelas?|estudiantes?",
    CommentTopic.ACCOUNTABILITY: r"accountab\w+|transparen\w+|open data|datos abiertos|rendicion",
    CommentTopic.ECONOMY: r"econom\w+|jobs?|business(?:es)?|empleos?|negocios?",
    CommentTopic.QUALITY_OF_LIFE: r"quality of life|calidad de vida|parks?|parques?",
    CommentTopic.WHOLE_PLAN: r"(?:whole|entire) plan|todo el plan|plan entero",
}
_PATTERNS = {topic: re.compile(rf"\b(?:{named})\b") for topic, named in _ABOUT.items()}
_OF_FACT = {
    "pillar-public-safety": CommentTopic.PUBLIC_SAFETY,
    "pillar-education": CommentTopic.EDUCATION,
    "pillar-accountability": CommentTopic.ACCOUNTABILITY,
    "pillar-economy": CommentTopic.ECONOMY,
    "pillar-quality-of-life": CommentTopic.QUALITY_OF_LIFE,
}
_INLINE = re.compile(
    r"^(?:comment|comentario|[^:\n]{3,60}:)[\s:,.-]+(?P<comment>\S.{8,})$",
    re.DOTALL | re.IGNORECASE,
)
_NO_COMMENT = frozenset({"affirm", "deny", "cancel", "greet", "thanks", "goodbye", "again", "help"})


def by_text(turn: TurnContext) -> bool:
    """Whether the resident writes by text message."""
    return turn.speaker.channel == "sms"


def begin_text(turn: TurnContext, window_line: str) -> str:
    """The first prompt: notice, window, and what to do."""
    return " ".join([notice(turn), window_line, turn.speaker.say("comment_text")])


def notice(turn: TurnContext) -> str:
    """What a comment becomes, said before it is written."""
    said = str(turn.speaker.say("comment_notice"))
    if turn.services.settings.records_law == "redact":
        said += " " + turn.speaker.say("records_notice")
    return said


def inline_comment(text: str) -> "re.Match[str] | None":
    """A comment that came with the word: "COMMENT more benches, please"."""
    return _INLINE.match(text)


def topic_about(text: str, shown: tuple[str, ...]) -> CommentTopic:
    """The one topic that a comment's words name, or that of the fact just shown."""
    said = fold(text)
    found = [topic for topic, pattern in _PATTERNS.items() if pattern.search(said)]
    if len(found) == 1:
        return found[0]
    if not found:
        of_fact = [_OF_FACT[fact] for fact in shown if fact in _OF_FACT]
        if len(of_fact) == 1:
            return of_fact[0]
    return CommentTopic.SOMETHING_ELSE


def asks_for_more(turn: TurnContext) -> bool:
    """Whether a text after the read-back adds to the comment; courtesies of a word or two don't."""
    if not words(turn.text):
        return False
    return len(words(turn.text)) > 2 or turn.intent not in _NO_COMMENT


def needed_buttons(buttons: tuple[Button, ...]) -> tuple[Button, ...]:
    """Those that the prompt's own 1 and 0 do not stand for."""
    return tuple(b for b in buttons if b.value == "use_question")
