"""What a resident means by a few words while a comment is given: a topic, yes, change, cancel.

Told strictly: a message that says anything more is part of the comment, so no words are lost.
"""

import re
from functools import lru_cache

from actions.turn import TurnContext
from bot.comments.tables import CommentTopic
from bot.language.gloss import fold, words
from bot.language.messages import say
from bot.plan.decide import TOPICS_OF_INTENT
from bot.plan.shapes import looks_like_question
from bot.plan.stance import is_harmful
from bot.plan.thresholds import UNSURE

SURE_QUESTION = 0.45
"""From this confidence on, a message with the shape of a question is taken for one."""
SURE_CHANGE = 0.8
_TOPIC_WORDS = {
    CommentTopic.PUBLIC_SAFETY: r"safe|police|crime|911|camera|segur|polic|crimen",
    CommentTopic.EDUCATION: r"educ|school|student|teach|escuel|estudiant|maestr",
    CommentTopic.ACCOUNTABILITY: r"accountab|transparen|rendicion|cuentas|open data",
    CommentTopic.ECONOMY: r"econom|job|business|work\b|empleo|trabajo|negocio",
    CommentTopic.QUALITY_OF_LIFE: r"quality|life|calidad|vida",
    CommentTopic.WHOLE_PLAN: r"whole|all of|everything|entire|\ball\b|todo|completo",
    CommentTopic.SOMETHING_ELSE: r"something else|other|else|otro|otra|algo mas",
}
_ANY_TOPIC = re.compile(rf"^(?:{'|'.join(_TOPIC_WORDS.values())})")
_NO_TOPIC = re.compile(
    r"(?:no,? )?(?:none|neither|not any|ningun[oa]?)"
    r"(?: of (?:these|those|them|the above|the topics)"
    r"| de (?:es[oa]s|est[oa]s|ell[oa]s|l[oa]s temas))?"
    r"|(?:i )?(?:don'?t know|not sure|no se|no estoy segur[oa]|any(?: of them)?|cualquiera)"
)
"""Whole messages that pick no topic where one is asked for."""
_BESIDE_A_TOPIC = frozenset(
    {"a", "about", "an", "and", "comment", "for", "i", "is", "it", "its", "my", "of", "on", "one"}
    | {"option", "pick", "pillar", "please", "the", "think", "topic", "del", "el", "en", "es"}
    | {"la", "las", "lo", "los", "mi", "opcion", "pilar", "por", "favor", "sobre", "tema", "un"}
    | {"una", "y"}
)
_OF_COMMENTING = re.compile(
    r"\b(?:com+en\w*|opin\w*|feedback|suggest\w*|suger\w*|sujer\w*|complain\w*|complan\w*|quej\w*|"
    r"two cents|thoughts|my (?:say|view|views|idea|ideas|input|voice)|mi (?:voz|idea|punto)|"
    r"(?:say|tell|decir|record|write|submit|send) (?:something|it|this|that|algo|them|the city))\b"
)
_CHANGE_SAID = re.compile(
    r"(?:no,? )?(?:please |por favor )?"
    r"(?:i want to |i'd like to |let me |can i |quiero |dejame |puedo )?"
    r"(?:change|edit|rewrite|redo|cambi(?:ar|a|o|e)(?:lo)?|corregir(?:lo)?|editar(?:lo)?)"
    r"(?: (?:it|that|this|my comment|eso|mi comentario))?(?:,? (?:please|por favor))?$"
)
_YES = frozenset(
    "yes y yep yeah yup ok okay sure 1 right confirm file send si s claro dale correcto "  # noqa: SIM905
    "confirmo enviar envialo envielo mandalo".split()
)
_CANCEL = frozenset(
    {"cancel", "stop", "0", "3", "drop it", "never mind", "nevermind", "forget it", "quit", "exit"}
    | {"no thanks", "cancelar", "cancela", "cancelalo", "dejalo", "olvidalo", "no gracias"}
    | {"mejor no", "ya no", "salir"}
)
_CHANGE = frozenset(
    {"change", "change it", "edit", "rewrite", "2"}
    | {"cambiar", "cambialo", "cambiarlo", "editar", "corregir", "quiero cambiarlo"}
)


def is_question(turn: TurnContext) -> bool:
    """Whether a message in the form asks about the plan rather than comments on it."""
    if turn.act[0] == "form" or len(words(turn.text)) > 25:
        return False
    asks = turn.intent in TOPICS_OF_INTENT or turn.intent in {"ask_window", "ask_next"}
    return asks and looks_like_question(turn.text) and turn.confidence >= SURE_QUESTION


def wants_to_comment(turn: TurnContext) -> bool:
    """Whether a typed message that was taken for the wish to comment is one."""
    if not turn.act[0] and is_harmful(turn.text):
        return False
    if turn.act[0] or turn.intent != "give_comment" or _OF_COMMENTING.search(fold(turn.text)):
        return True
    return turn.confidence >= UNSURE and not looks_like_question(turn.text)


def is_cancel(turn: TurnContext, exact: bool = False) -> bool:
    """Whether the comment is to be dropped; `exact` takes only the very words for it."""
    if turn.act == ("form", "cancel"):
        return True
    said = fold(turn.text).strip(" .!¡")
    if said in {"0", "3"}:
        return said == "0" or (
            turn.speaker.channel != "sms"
            and (turn.tracker.get_slot("comment_draft") or {}).get("step") == "comment_confirm"
        )
    if said in _CANCEL:
        return True
    if _NO_TOPIC.fullmatch(said):
        return False
    short = len(words(turn.text)) <= 4
    return not exact and short and turn.intent in {"cancel", "deny"} and turn.confidence > 0.5


def is_change(turn: TurnContext) -> bool:
    """Whether a typed message wants to write the comment anew; nothing longer is taken for it."""
    if turn.act[0]:
        return False
    said = fold(turn.text).strip(" .!¡")
    sure = turn.intent == "change" and turn.confidence >= SURE_CHANGE and len(said.split()) <= 5
    return said in _CHANGE or sure or bool(_CHANGE_SAID.match(said))


def is_yes(turn: TurnContext, answer: str) -> bool:
    """Whether a typed message, folded as `answer`, confirms."""
    tokens = answer.split()
    if tokens and len(tokens) <= 4 and tokens[0].strip(",.") in _YES and "no" not in tokens:
        return True
    return turn.intent == "affirm" and turn.confidence > 0.6 and len(tokens) <= 4


def topic_in(turn: TurnContext) -> CommentTopic | None:
    """The topic that a button, a number or a few words pick; None for anything else."""
    kind, value = turn.act
    if kind == "form" and value.startswith("topic:"):
        return CommentTopic(value.removeprefix("topic:"))
    said = fold(turn.text).strip(" .!?")
    topics = list(CommentTopic)
    if said.isdigit() and 1 <= int(said) <= len(topics):
        return topics[int(said) - 1]
    if _NO_TOPIC.fullmatch(said):
        return CommentTopic.SOMETHING_ELSE
    # Only a message that names a topic and says nothing else picks it; all else is a comment.
    known = _topic_titles() | _BESIDE_A_TOPIC
    if any(w not in known and not _ANY_TOPIC.search(w) for w in words(said)):
        return None
    return next(
        (topic for topic, pattern in _TOPIC_WORDS.items() if re.search(pattern, said)), None
    )


@lru_cache(maxsize=1)
def _topic_titles() -> frozenset[str]:
    """The words of the topics' names, in both languages."""
    return frozenset(
        word
        for topic in CommentTopic
        for code in ("en", "es")
        for word in words(say(f"topic_{topic}", code))
    )
