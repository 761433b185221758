"""The shape of a message: a question, two of them, a pick, a follow-up, an opinion, a guess.

Told by words alone, in both languages, so that the same message always reads the same.
"""

import re

from bot.language.gloss import fold, words

_FOLLOW_UP = re.compile(
    r"^(?:and|ok and|so|but|what about|how about|y|e|pero|entonces)\b|"
    r"\b(?:it|that|this|those|these|them|they|he|she|his|her|their|there|then|one|ones|"
    r"eso|esa|ese|esto|esta|este|esos|esas|ellos|ella|ahi|alli|entonces|suyo|lo|la)\b"
)
_ORDINALS = {
    word: number
    for number, group in enumerate(
        (
            "first 1st primero primera primer",
            "second 2nd segundo segunda",
            "third 3rd tercero tercera tercer",
            "fourth 4th cuarto cuarta",
            "fifth 5th quinto quinta",
            "sixth 6th sexto sexta",
        ),
        1,
    )
    for word in group.split()
}
_CARDINALS = {
    word: number
    for number, group in enumerate(
        ("one uno una", "two dos", "three tres", "four cuatro", "five cinco"), 1
    )
    for word in group.split()
}
_LAST = frozenset({"last", "ultimo", "ultima"})
_QUESTION_WORD = (
    r"(?:who|what|when|where|why|how|which|is|are|was|were|did|does|do|can|"
    r"quien(?:es)?|que|cuando|donde|por que|como|cual(?:es)?|cuant[oa]s?|hasta cuando)"
)
_OF_THE_PLAN = re.compile(
    r"\b(?:plan|plans|strategy|pillars?|draft|bcit|borrador|estrategias?|pilar(?:es)?)\b"
)
_ASKS_TO_GUESS = re.compile(
    r"\b(?:will|going to|gonna)\b.*\b(?:next|again|ever|someday|soon|win)\b|\b(?:predict|guess|bet)\b|"
    r"\b(?:va|van|vamos|iran|volveran) a\b.*\b(?:otra vez|de nuevo|algun dia|proxim[oa]|que (?:entra|viene)|ganar)\b|"
    r"\b(?:adivin[ae]|predic[ea]|pronostic[ao])\b|\bvolver a hackear|"
    r"\b(?:pick a side|take sides|which side|toma(?:r)? partido|de que lado)\b|"
    r"\bhow (?:do|can|could|would|to) (?:i |you |we )?hack\b|\bcomo (?:se )?hacke"
)
_SPLIT = re.compile(
    rf"\?+\s*(?:and|y|also|tambien)?\s*(?=\S)|[,;.]?\s+(?:and|y|also|tambien|plus)\s+(?={_QUESTION_WORD}\b)"
)


def ordinal_in(text: str) -> int | None:
    """The number that a short message such as "the second one", "2" or "la última" picks.

    -1 is the last one. None if the message is longer than a pick would be.
    """
    tokens = words(text)
    if not 0 < len(tokens) <= 5:
        return None
    for token in tokens:
        if token in _ORDINALS:
            return _ORDINALS[token]
        if token in _LAST:
            return -1
    if len(tokens) == 1 and tokens[0].isdigit() and len(tokens[0]) == 1:
        return int(tokens[0])
    if len(tokens) <= 2 and tokens[-1] in _CARDINALS and "one" not in tokens[-1:]:
        return _CARDINALS[tokens[-1]]
    if (
        len(tokens) == 2
        and tokens[0] in {"number", "numero", "option", "opcion"}
        and tokens[1].isdigit()
    ):
        return int(tokens[1])
    return None


def last_question(text: str) -> str | None:
    """The last sentence of a message, if it asks and others come before it."""
    sentences = [s for s in re.split(r"(?<=[.!?])\s+", text.strip()) if s]
    if len(sentences) < 2 or not sentences[-1].endswith("?") or len(words(sentences[-1])) < 4:
        return None
    return sentences[-1]


_OPINION = re.compile(
    r"\b(?:i (?:think|feel|believe|hope|wish(?! to know)|love|hate|like|disagree|agree|support|oppose|want to see)|"
    r"in my opinion|my (?:opinion|suggestion|view|idea) is|i'?d rather|honestly|"
    r"(?:you|they|the city|baltimore|we) (?:should|need to|must|ought to)|somebody should|"
    r"(?:great|good|bad|terrible|stupid|dumb) (?:idea|plan|job)|waste of|put (?:that|it|this) on (?:the )?record|"
    r"(?:yo )?(?:creo|pienso|opino|siento|espero|considero) que|(?:no )?estoy (?:de acuerdo|en contra|a favor)|"
    r"me (?:parece|gusta|encanta|molesta)|me gustaria(?! (?:saber|conocer|preguntar|entender))|no me gusta|a mi (?:me parece|se me hace)|se me hace que|"
    r"en mi opinion|mi (?:opinion|sugerencia|idea) es|(?:la ciudad |el alcalde )?deber(?:ia|ian)|ojala|"
    r"que quede (?:anotado|escrito|constancia)|buena idea|mala idea|perdida de (?:dinero|tiempo))\b"
)


def states_opinion(text: str) -> bool:
    """Whether a message says what its writer thinks, rather than asks."""
    return not looks_like_question(text) and bool(_OPINION.search(fold(text).replace("’", "'")))


def looks_like_question(text: str) -> bool:
    """Whether a message has the shape of a question or of a request to be told."""
    return "?" in text or bool(_ASKS.match(fold(text)))


_ASKS = re.compile(
    r"^[¿¡\s]*(?:and |but |so |y |pero |ok |please |por favor )*(?:who|what|whats|when|where|why|how|which|whose|"
    r"is it|is the|is there|are there|was |were |does|do |did|can |could|tell me|explain|show me|give me|list|i want to know|"
    r"quien|que |cual|cuando|donde|por que|como|cuant[oa]s?|hay|puedo|puede|dime|digame|explique|expliqueme|muestre|"
    r"quiero saber|quisiera saber|me (?:puede|podria|dice|explica)|sabe)\b"
)


_CORRECTION = re.compile(
    r"^(?:no|nope|not that|eso no|no eso)[,.;!]*\s+(?:(?:i|yo)\s+)?"
    r"(?:meant|mean|was asking about|asked about|want|decia|digo|dije|hablo de|hablaba de|me referia a|queria decir|quise decir|pregunte por)?[,:]?\s*",
)


def without_correction(text: str) -> str:
    """ "No, I meant the final version" asks for the final version."""
    match = _CORRECTION.match(fold(text))
    rest = text[match.end() :] if match else ""
    return rest if len(words(rest)) >= 2 else text


def is_follow_up(text: str) -> bool:
    """Whether a message leans on the one before it."""
    tokens = words(text)
    if len(tokens) > 9:
        return False
    folded = fold(text).lstrip("¿¡ ")
    return len(tokens) <= 2 or bool(_FOLLOW_UP.search(folded))


def split_questions(text: str) -> list[str]:
    """The two questions of a message, or the message alone."""
    folded = fold(text)
    if len(words(text)) < 6:
        return [text]
    for match in _SPLIT.finditer(folded):
        first, second = text[: match.start()].strip(), text[match.end() :].strip()
        if (
            len(words(first)) >= 3
            and len(words(second)) >= 2
            and re.match(rf"[¿\s]*{_QUESTION_WORD}\b", fold(second))
        ):
            return [first, second]
    return [text]


def names_the_plan(text: str) -> bool:
    """Whether a message speaks of the plan, so that it can't be about something else."""
    return bool(_OF_THE_PLAN.search(fold(text)))


def asks_to_guess(text: str) -> bool:
    """Whether a message wants a prediction, a side taken, or help with breaking in."""
    return bool(_ASKS_TO_GUESS.search(fold(text)))
