"""The shape of a message: a question, two of them, a pick, a follow-up, an opinion, a guess.

Told by words alone, in both languages, so that the same message always reads the same.
"""

import re

from bot.language.gloss import fold, words

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
    r"(?:whos?|who's|whats?|what's|wat|wats|whens?|when's|wen|wheres?|where's|why|hows?|how's|which|"
    r"wich|is|are|was|were|did|does|do|can|could|will|"
    r"quien(?:es)?|kien|que|q|ke|cuando|donde|por que|como|a como|cual(?:es)?|cuant[oa]s?|hasta cuando|"
    r"desde cuando|para que|de que|en que|de donde|a que|a quien|con que|va a|van a|hay)"
)
_OF_THE_PLAN = re.compile(
    r"\b(?:plan|plans|strategy|pillars?|draft|bcit|borrador|estrategias?|pilar(?:es)?)\b"
)
_ALSO = re.compile(
    r"[?.!]\s*(?:(?:and|y)\s+)?(?:also|tambien|oh and|by the way|btw|plus|ademas|otra cosa|aparte)\b[,:]?\s+"
)
"""After this the second half of a message need not ask: "Also my trash was not collected"."""
_SPLIT = re.compile(
    rf"\?+\s*(?:and|y|also|tambien)?\s*(?=\S)|[,;.]?\s+(?:and|y|also|tambien|plus)\s+(?={_QUESTION_WORD}\b)"
)


_FILLER = """
the one ones number option tell me more about explain please pls and ok what is whats show give i
want like pick choose take it that pillar area item from list for in on of a an can you u do could
mean does say read go with lets see i'll ill el la lo los las uno una numero opcion cuente
cuenteme cuentame digame dime mas de del sobre por favor y que es cual quiero explique expliqueme
explicame pilar deme dame ver se puede otra what's it's that's this
"""
FILLER = frozenset(_FILLER.split())
"""Words beside which an ordinal is a pick: "tell me more about the second one"."""
LONGEST_PICK = 9


def ordinal_in(text: str) -> int | None:
    """The number that a message such as "the second one", "2" or "la última" picks.

    -1 is the last one. None if the message says anything beside the pick.
    """
    tokens = words(text)
    if not 0 < len(tokens) <= LONGEST_PICK:
        return None
    if len(tokens) == 1 and tokens[0].isdigit() and len(tokens[0]) == 1:
        return int(tokens[0])
    if len(tokens) <= 2 and tokens[-1] in _CARDINALS and "one" not in tokens[-1:]:
        return _CARDINALS[tokens[-1]]
    if (
        len(tokens) >= 2
        and tokens[-2] in {"number", "numero", "option", "opcion"}
        and (tokens[-1].isdigit() or tokens[-1] in _CARDINALS)
    ):
        return int(tokens[-1]) if tokens[-1].isdigit() else _CARDINALS[tokens[-1]]
    places = [token for token in tokens if token in _ORDINALS or token in _LAST]
    others = [token for token in tokens if token not in places]
    if len(places) != 1 or any(token not in FILLER for token in others):
        return None
    return _ORDINALS.get(places[0], -1)


_NEXT = frozenset({"next", "following", "siguiente"})
_OF_DATES = frozenset({"what", "whats", "what's", "is", "que", "cual", "es"})
"""Beside "next" these ask what comes next, rather than for the next of a list."""


def asks_for_next(text: str) -> bool:
    """Whether a message says no more than "and the next one?"."""
    tokens = words(text)
    others = [token for token in tokens if token not in _NEXT]
    return (
        len(tokens) - len(others) == 1
        and len(tokens) <= LONGEST_PICK
        and all(token in FILLER and token not in _OF_DATES for token in others)
    )


def last_question(text: str) -> str | None:
    """The last sentence of a message, if it asks and others come before it."""
    sentences = [s for s in re.split(r"(?<=[.!?])\s+", text.strip()) if s]
    if len(sentences) < 2 or not sentences[-1].endswith("?") or len(words(sentences[-1])) < 4:
        return None
    return sentences[-1]


def looks_like_question(text: str) -> bool:
    """Whether a message has the shape of a question or of a request to be told."""
    folded = fold(text).replace("’", "'")
    return "?" in text or bool(_ASKS.match(folded) or _WANTS_TO_KNOW.search(folded))


def asks_within(text: str) -> bool:
    """Whether a message asks somewhere, if only after a start that does not.

    "Baltimore then, who was that money from" does. "They know what they do" does not.
    """
    return looks_like_question(text) or bool(_ASKS_WITHIN.search(fold(text)))


_ASKS_WITHIN = re.compile(
    r"(?:[,.;:!]\s*|\b(?:remind me|and|but|so|y|pero|ok)\s+)"
    r"(?:(?:who|what|where|when|why|which|how)(?:s|'s|\s+(?:is|was|were|are|did|do|does|can|could|much|"
    r"many|long|come|old|big))|(?:is|was|were|are|did|do|does|can|could)\s+"
    r"(?:it|that|they|he|she|there|i|we|you|the)|"
    r"(?:quien(?:es)?|cuando|cual(?:es)?|cuant[oa]s?|donde|con quien|a quien|por que)\s+\w+)\b|"
    r"\bhow (?:much|many) (?:was|were|is|are|did|do|does|went|goes)\b|,\s*who \w+ (?:it|that|them)\W*$|"
    r",?\s(?:what|where|when|who|how much|how many|how long)$|\b(?:are|is|was|were|do|did) (?:they|it)$"
)


_WANTS_TO_KNOW = re.compile(
    r"\b(?:(?:wanna|(?:want|wants|need|needs|like|love) to) (?:know|find out)|i wonder (?:what|who|when|where|why|how|if|whether)|"
    r"wondering (?:what|who|when|where|why|how|if|whether)|(?:quier[oe]|quisiera|necesit[oa]|gustaria) saber|me pregunto (?:si|que|quien|cuando|donde|como|cuanto))\b"
)


_ASKS = re.compile(
    r"^[¿¡\s]*(?:(?:and|but|so|y|pero|ok|okay|please|pls|por favor|wait|first|hi|hello|hey|hola|um|uh|well|"
    r"sorry|excuse me|espere?|oye|oiga|disculpe|disculpa|perdon|bueno|primero|antes|one more thing|also|"
    r"just|thanks|thank you|gracias)[,.!]?\s+)*"
    r"(?:who|whos|what|whats|wat|wats|wut|when|whens|wen|where|wheres|wher|why|y did|how|hows|hw|which|wich|whose|"
    r"is it|is the|is there|is that|are there|are they|was|were|does|dose|do|did|didnt|can|could|has|have the|any|"
    r"tell me|explain|show me|give me|send me|read me|quote|list|i want to know|i wonder|i'?d like to know|need to know|looking for|confirm|is it true|verdad que|es cierto|es verdad|confirm(?:a|e)(?:me)?|"
    r"quien(?:es)?|kien|que|q|ke|cual(?:es)?|cuando|donde|por que|porque|xq|pq|como(?! (?:maestr|papa|mama|padre|madre|vecin|residente|ciudadan|mujer|hombre|persona|dueñ|estudiante|trabajador|votante|contribuyente|abuel))|cuant[oa]s?|hay|a que|a quien|a como|"
    r"en que|de que|de quien|de donde|para que|con que|desde cuando|hasta cuando|"
    r"puedo|puede|podria|dime|digame|deme|dame|mandeme|mandame|envieme|enviame|paseme|pasame|explique|expliqueme|explicame|"
    r"muestre|muestreme|cuenteme|cuentame|hableme|hablame|busco|"
    r"quiero saber|quisiera saber|necesito saber|me (?:puede|podria|dice|dices|das|da|explica|explicas|cuenta)|sabe|saben)\b"
)


_MEANT = (
    r"(?:(?:i|yo)\s+)?(?:meant|mean|was asking about|was talking about|am asking about|asked about|"
    r"want(?:ed)?|decia|digo|dije|hablo de|hablaba de|me referia a|me refiero a|queria decir|"
    r"quise decir|pregunte por|preguntaba por|quiero)"
)
_CORRECTION = re.compile(
    rf"^(?:(?:no|nope|nah|wait|ok|perdon)[,.;!]+\s*)?(?:(?:no|nope|nah|wait|sorry|perdon|not that(?: one)?|eso no|no eso|esa no|ese no|wrong one)"
    rf"(?:[,.;!]+\s*(?:{_MEANT}\b)?|\s+{_MEANT}\b|\s+(?=(?:the|los|las|la|el|lo)\s))|(?:i|yo)\s+meant\b|"
    rf"(?:me referia a|me refiero a|quise decir|queria decir))[,:]?\s*|"
    r"^(?:(?:no|ok|sorry|perdon|wait|espera)[,.;!]*\s+)*"
    r"(?:skip|forget(?: about)?|never ?mind|ignore|drop|leave|olvid\w+|dej[ae]\w*|ignor[ae])\b"
    r"[^,.;:!?]{0,30}[,.;:!]+\s*(?:(?:and|y)\s+)?(?:just|only|i (?:only )?want(?:ed)?|what about|"
    r"solo|solamente|nada mas|nomas|quiero|queria|mejor)\b\s*(?:(?:tell me|give me|dime|digame|saber|want to know)\s+)?"
)


def without_correction(text: str) -> str:
    """ "No, I meant the final version" or "skip that, just the final one" asks for the final one."""
    match = _CORRECTION.match(fold(text))
    rest = text[match.end() :] if match else ""
    return rest if len(words(rest)) >= 2 else text


_JUDGES = re.compile(
    r"\b(?:is|are|was|were|isn'?t|aren'?t|should|needs?|must|sucks?|es|son|esta|estan|fue|era|debe\w*)\b"
)


def is_correction(text: str) -> bool:
    """Whether a message only names what was meant: "no, the final one", not "no, the plan is bad"."""
    rest = without_correction(text)
    return rest != text and not _JUDGES.search(fold(rest))


_OTHER_SUBJECT = (
    r"(?:changing|change of) (?:the )?(?:subject|topic)|(?:on )?another (?:thing|topic|question)|"
    r"cambi(?:ando|o|emos) de tema|otra (?:cosa|pregunta)"
)
_OPENER = re.compile(
    r"^[¿¡\s]*(?:(?:ok(?:ay)?|fine|great|good|cool|alright|all right|well|right|sure|got it|i see|"
    r"thanks|so|hmm|"
    + _OTHER_SUBJECT
    + r"|bueno|pues|bien|vale|dale|ya veo|entiendo|gracias|entonces)\b[\s,.!;:]*)+"
    r"(?:(?:then|entonces|now|ahora)\b[\s,]*)?"
)


_LEADS_ON = re.compile(
    r"^[¿¡\s]*(?:and|ok and|so|but|also|what about|how about|y|e|pero|entonces|tambien|"
    r"que hay de|que tal)\b"
)


def leads_on(text: str) -> bool:
    """Whether a message begins as one that goes on with what was shown: "y antes de ese"."""
    return bool(_LEADS_ON.match(fold(text)))


_CHANGES_SUBJECT = re.compile(rf"[¿¡\s]*(?:(?:ok|y|and|bueno)\W+)?(?:{_OTHER_SUBJECT})\b")


def changes_subject(text: str) -> bool:
    """Whether a message says that it is about something else now."""
    return bool(_CHANGES_SUBJECT.match(fold(text)))


def without_opener(text: str) -> str:
    """ "Fine. Then the pillars" asks for the pillars: what only links it to the talk goes."""
    match = _OPENER.match(fold(text))
    rest = text[match.end() :] if match else ""
    return rest if len(words(rest)) >= 2 else text


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
    also = _ALSO.search(folded)
    if also and len(folded) == len(text):
        first, second = text[: also.start()].strip(), text[also.end() :].strip()
        if looks_like_question(text[: also.start() + 1]) and len(words(second)) >= 3:
            return [first, second]
    return [text]


def names_the_plan(text: str) -> bool:
    """Whether a message speaks of the plan, so that it can't be about something else."""
    return bool(_OF_THE_PLAN.search(fold(text)))


_DROPS = re.compile(
    r"^(?:no,? |ok,? |mejor |actually,? )*(?:cancel\w*|olvid\w+|dejel[oa]|dejal[oa]|forget (?:it|that)|"
    r"never ?mind|drop it|scratch that|stop)(?: (?:it|that|eso|please|por favor|todo))?[.! ]*$"
)


def drops(text: str) -> bool:
    """Whether a message only takes back what was begun: "no, mejor cancélelo"."""
    return bool(_DROPS.match(fold(text)))
