"""Decide how to answer a question: from facts, with a choice, or not at all.

Numbers below are thresholds on the combined search score, chosen on the validation split of
data/eval (see docs/decisions/0005); the test split never had a say.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date

from bot.language.gloss import fold, words
from bot.plan.answer import (
    Answer,
    Button,
    Speaker,
    join,
    neighbours,
    show,
    show_gap,
    sources_of,
    staff_button,
    topic_buttons,
    wording,
)
from bot.plan.clock import long_date, span
from bot.plan.load import Knowledge
from bot.plan.model import Fact, Status, Topic
from bot.plan.search import Document, Hit, Index

ANSWER_AT = 0.65
"""Below this the nearest fact is no answer."""
FOLLOW_UP_AT = 0.75
"""The same for a follow-up, whose score has half of the earlier question's added."""
SURE_AT = 0.72
"""From here on a fact is an answer even if the intent says the message is about something else."""
RESCUE_AT = 0.66
"""From here on a message whose intent is not sure is taken for a question about the plan."""
UNSURE = 0.5
"""The classifier's gate: below this a message is unlike what its intent was trained on."""
FAR = 0.40
"""Below this a message has nothing to do with the plan, and facts are too far off to be offered."""
CLARIFY_MARGIN = 0.012
INTENT_BOOST = 0.03
NAME_BOOST = 0.04
KIN_BOOST = 0.20
"""For facts about the same names as the last one, when a message leans on it."""
SHOWN_BOOST = 0.20
"""For the last fact itself: "and when?" may be answered by a part of it."""

TOPICS_OF_INTENT: dict[str, frozenset[Topic]] = {
    "ask_plan": frozenset({Topic.PLAN, Topic.VISION}),
    "ask_pillars": frozenset({Topic.PILLARS}),
    "ask_pillar": frozenset({Topic.PILLARS}),
    "ask_timeline": frozenset({Topic.TIMELINE}),
    "ask_when": frozenset({Topic.TIMELINE}),
    "ask_figures": frozenset({Topic.MONEY, Topic.FIGURES, Topic.DIGITAL_DIVIDE}),
    "ask_strategies": frozenset({Topic.STRATEGIES}),
    "ask_who": frozenset({Topic.PEOPLE}),
    "ask_take_part": frozenset({Topic.TAKE_PART}),
    "ask_meaning": frozenset({Topic.GLOSSARY}),
    "ask_aftermath": frozenset({Topic.PLAN}),
    "ask_related": frozenset(
        {Topic.ATTACK, Topic.SYSTEMS, Topic.SMART_CITY, Topic.DIGITAL_DIVIDE}
    ),
    "ask_other_plan": frozenset({Topic.OTHER_PLANS}),
}
DECLINED = {
    "city_service": (Status.CITY_SERVICE, "city_service"),
    "out_of_scope": (Status.OUT_OF_SCOPE, "out_of_scope"),
    "politics": (Status.OUT_OF_SCOPE, "no_side"),
    "abuse": (Status.OUT_OF_SCOPE, "abuse"),
    "injection": (Status.OUT_OF_SCOPE, "out_of_scope"),
}
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
    for number, group in enumerate(("one uno una", "two dos", "three tres", "four cuatro", "five cinco"), 1)
    for word in group.split()
}
_LAST = frozenset({"last", "ultimo", "ultima"})
_QUESTION_WORD = (
    r"(?:who|what|when|where|why|how|which|is|are|was|were|did|does|do|can|"
    r"quien(?:es)?|que|cuando|donde|por que|como|cual(?:es)?|cuant[oa]s?|hasta cuando)"
)
_OF_THE_PLAN = re.compile(r"\b(?:plan|plans|strategy|pillars?|draft|bcit|borrador|estrategias?|pilar(?:es)?)\b")
SHORT = 4
"""Words up to which a message with near topics is too short to be sure, and is asked back."""
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


@dataclass(frozen=True)
class Question:
    """A resident's message as understood by the assistant."""

    text: str
    intent: str = "ask_plan"
    confidence: float = 0.0
    names: tuple[str, ...] = ()
    fact: str | None = None
    """Set when a button named the fact."""


@dataclass(frozen=True)
class Memory:
    """What the conversation remembers of its last turns."""

    facts: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    question: str | None = None


@dataclass
class Decider:
    """Answers questions from one knowledge base with one index."""

    knowledge: Knowledge
    index: Index
    _forms: dict[str, frozenset[str]] = field(init=False)

    def __post_init__(self) -> None:
        """Note which names' facts a recognised name points to."""
        forms: dict[str, set[str]] = {}
        by_name: dict[str, set[str]] = {}
        for fact in self.knowledge.facts.values():
            for name in (*fact.about, *fact.values.names):
                by_name.setdefault(fold(name), set()).add(fact.id)
        for known in self.knowledge.names:
            for form in (*known.en, *known.es):
                forms.setdefault(known.id, set()).update(by_name.get(fold(form), ()))
        self._forms = {name: frozenset(facts) for name, facts in forms.items()}

    def answer(self, question: Question, memory: Memory, speaker: Speaker) -> Answer:
        """The answer to an ask_* message, or to one whose intent was not sure."""
        if question.fact and question.fact in self.knowledge.facts:
            return show(self.knowledge.facts[question.fact], self.knowledge, speaker)
        question = replace(question, text=without_correction(question.text))
        chosen = self._chosen(question.text, memory)
        if chosen:
            return show(self.knowledge.facts[chosen], self.knowledge, speaker)
        parts = split_questions(question.text)
        if len(parts) == 2:
            return self._both(question, parts, memory, speaker)
        return self._one(question, memory, speaker)

    def rescue(self, question: Question, memory: Memory, speaker: Speaker) -> Answer | None:
        """The answer to a message that was taken for something else but asks about the plan."""
        if question.confidence >= UNSURE:
            return None
        top = self._best_hits(question)[0]
        if top.score < RESCUE_AT:
            return None
        return self.answer(replace(question, intent="ask_plan"), memory, speaker)

    def _both(
        self, question: Question, parts: list[str], memory: Memory, speaker: Speaker
    ) -> Answer:
        first = self._one(Question(parts[0]), memory, speaker)
        second = self._one(Question(parts[1]), Memory(first.facts, (), parts[0]), speaker)
        good = {Status.ANSWERED, Status.CONFLICTING, Status.OTHER_PLAN}
        answered = [first.status in good, second.status in good]
        if not any(answered) or set(first.facts) & set(second.facts):
            return self._one(question, memory, speaker)
        if not all(answered) and self._best_hits(question)[0].score >= SURE_AT:
            return self._one(question, memory, speaker)
        pairs = zip((first, second), parts, strict=True)
        return join([a if a.status in good else self._missing(a, part, speaker) for a, part in pairs])

    def _missing(self, answer: Answer, part: str, speaker: Speaker) -> Answer:
        """Name the part of a message that could not be answered."""
        if any(i in self.knowledge.gaps for i in answer.near):
            return replace(answer, buttons=())
        if answer.status is Status.CITY_SERVICE:
            return answer
        text = speaker.say("part_missing", part=part.strip(" ?¿.,"))
        return Answer(Status.ABSENT, text, near=answer.near, offer=answer.offer)

    def _one(self, question: Question, memory: Memory, speaker: Speaker) -> Answer:
        hits = self._best_hits(question)
        enough = ANSWER_AT
        if memory.question and hits[0].score < SURE_AT and is_follow_up(question.text):
            hits, enough = self._hits(question, memory), FOLLOW_UP_AT
        top = hits[0]
        near = [h.id for h in hits if h.id in self.knowledge.facts and h.score >= FAR]
        if _ASKS_TO_GUESS.search(fold(question.text)):
            return self._decline(*DECLINED["politics"], speaker)
        declined = DECLINED.get(question.intent)
        if declined and (top.score < SURE_AT or question.confidence >= UNSURE):
            return self._decline(*declined, speaker)
        if top.score < enough:
            if top.score < FAR and question.confidence < UNSURE and not _OF_THE_PLAN.search(fold(question.text)):
                return self._decline(*DECLINED["out_of_scope"], speaker)
            if len(near) >= 2 and len(words(question.text)) <= SHORT and top.id not in self.knowledge.gaps:
                return self._clarify(near[:3], speaker)
            return self._absent(near, speaker)
        if top.id in self.knowledge.gaps:
            return show_gap(self.knowledge.gaps[top.id], self.knowledge, speaker, near)
        rivals = [
            h for h in hits[:3] if h.id in self.knowledge.facts and top.rank - h.rank < CLARIFY_MARGIN
        ]
        if len(rivals) >= 2 and top.score < SURE_AT and self._unlike(rivals):
            return self._clarify([h.id for h in rivals], speaker)
        return show(self.knowledge.facts[top.id], self.knowledge, speaker)

    def _best_hits(self, question: Question) -> list[Hit]:
        """Hits of the whole message, or of its last question where that is clearer.

        "My mother has no computer. Where can she ask?" begins with the situation.
        """
        hits = self._hits(question)
        asked = last_question(question.text)
        if asked is None or hits[0].score >= SURE_AT:
            return hits
        other = self._hits(replace(question, text=asked))
        return other if other[0].score > hits[0].score else hits

    def _hits(self, question: Question, leans_on: Memory | None = None) -> list[Hit]:
        boosts: dict[str, float] = {}

        def boost(identity: str, amount: float) -> None:
            boosts[identity] = boosts.get(identity, 0.0) + amount

        topics = TOPICS_OF_INTENT.get(question.intent, frozenset())
        for fact in self.knowledge.facts.values():
            if fact.topic in topics:
                boost(fact.id, INTENT_BOOST)
        for name in question.names:
            for i in self._forms.get(name, ()):
                boost(i, NAME_BOOST)
        if leans_on is None or leans_on.question is None:
            return self.index.search(question.text, (), boosts, limit=6)
        for shown in leans_on.facts:
            boost(shown, SHOWN_BOOST)
            for other in self._kin(shown):
                boost(other, KIN_BOOST)
        return self.index.search(question.text, (leans_on.question,), boosts, limit=6)

    def _kin(self, identity: str) -> list[str]:
        fact = self.knowledge.facts.get(identity)
        if fact is None:
            return []
        about = {fold(name) for name in fact.about}
        return [
            other.id
            for other in self.knowledge.facts.values()
            if other.id != identity and about & {fold(name) for name in other.about}
        ]

    def _chosen(self, text: str, memory: Memory) -> str | None:
        number = ordinal_in(text)
        if number is None or not memory.choices:
            return None
        index = len(memory.choices) - 1 if number == -1 else number - 1
        if 0 <= index < len(memory.choices) and memory.choices[index] in self.knowledge.facts:
            return memory.choices[index]
        return None

    def _unlike(self, hits: list[Hit]) -> bool:
        """Whether the rivals would give really different answers."""
        facts = [self.knowledge.facts[h.id] for h in hits]
        return not (set(facts[0].refs) & set(facts[1].refs))

    def _clarify(self, ids: list[str], speaker: Speaker) -> Answer:
        buttons = (
            *topic_buttons(ids, self.knowledge, speaker),
            Button(speaker.say("clarify_other"), "intent", "none_of_these"),
        )
        return Answer(Status.CLARIFY, speaker.say("clarify"), (), (), buttons, tuple(ids))

    def _absent(self, near: list[str], speaker: Speaker) -> Answer:
        key = "absent_near" if near else "absent"
        buttons = (*topic_buttons(near, self.knowledge, speaker), staff_button(speaker))
        return Answer(
            Status.ABSENT, speaker.say(key), (), (), buttons, tuple(near), offer="comment"
        )

    def _decline(self, status: Status, key: str, speaker: Speaker) -> Answer:
        buttons: tuple[Button, ...] = ()
        if status is Status.OUT_OF_SCOPE:
            buttons = starters(speaker)
        return Answer(status, speaker.say(key), buttons=buttons)

    def whats_next(self, speaker: Speaker) -> Answer:
        """The next milestone of the plan itself, or that none is left."""
        plan_facts = [
            f
            for f in self.knowledge.milestones
            if f.upcoming and span((f.when.date or f.when.end or "") if f.when else "")[1] >= speaker.today
        ]
        if not plan_facts:
            fact = self.knowledge.facts.get("still-going")
            if fact is None:
                return Answer(Status.ANSWERED, speaker.say("nothing_next"))
            shown = show(fact, self.knowledge, speaker)
            return Answer(
                shown.status, speaker.say("nothing_next"), shown.facts, shown.sources, shown.buttons
            )
        fact = min(
            plan_facts, key=lambda f: span((f.when.date or f.when.end or "") if f.when else "")[1]
        )
        shown = show(fact, self.knowledge, speaker)
        text = speaker.say("whats_next", what=wording(fact, speaker))
        return Answer(shown.status, text, shown.facts, shown.sources, shown.buttons)

    def comment_window(self, speaker: Speaker) -> Answer:
        """Whether comments are early, open or late today, with the source of the date."""
        plan = self.knowledge.plan
        state = window(speaker.today, plan.comments_open, plan.comments_close)
        text = speaker.say(
            f"window_{state}", closed=long_date(plan.comments_close, speaker.language)
        )
        fact = self.knowledge.facts.get("comments-closed")
        return Answer(
            Status.ANSWERED,
            text,
            (fact.id,) if fact else (),
            sources_of(fact, self.knowledge) if fact else (),
            (Button(speaker.say("leave_comment"), "intent", "give_comment"),),
            offer="comment",
        )

    def more(self, memory: Memory, speaker: Speaker) -> Answer:
        """The nearest fact that was not shown last."""
        shown = [self.knowledge.facts[i] for i in memory.facts if i in self.knowledge.facts]
        others = [f for f in neighbours(shown[-1], self.knowledge) if f not in shown] if shown else []
        if not others:
            return Answer(Status.SMALLTALK, speaker.say("nothing_more"), buttons=starters(speaker))
        return show(others[0], self.knowledge, speaker)

    def simpler(self, memory: Memory, speaker: Speaker) -> Answer:
        """The short wording of the facts shown last."""
        facts = [self.knowledge.facts[i] for i in memory.facts if i in self.knowledge.facts]
        if not facts:
            return Answer(Status.SMALLTALK, speaker.say("nothing_to_repeat"), buttons=starters(speaker))
        return join(
            [replace(show(f, self.knowledge, speaker), text=f.sms.in_(speaker.language)) for f in facts]
        )

    def again(self, memory: Memory, speaker: Speaker) -> Answer | None:
        """The facts shown last, in the language of now; None if none was."""
        facts = [self.knowledge.facts[i] for i in memory.facts if i in self.knowledge.facts]
        return join([show(f, self.knowledge, speaker) for f in facts]) if facts else None

    def topic_of(self, text: str) -> Fact | None:
        """The fact a comment is nearest to, for its anchor; None when nothing is near."""
        hits = [h for h in self.index.search(text) if h.id in self.knowledge.facts]
        if not hits or hits[0].score < ANSWER_AT:
            return None
        return self.knowledge.facts[hits[0].id]


def starters(speaker: Speaker) -> tuple[Button, ...]:
    """Three good first questions, as buttons."""
    return (
        Button(speaker.say("show_pillars"), "fact", "five-pillars"),
        Button(speaker.say("show_timeline"), "fact", "plan-timeline"),
        Button(speaker.say("leave_comment"), "intent", "give_comment"),
    )


def none_of_these(speaker: Speaker) -> Answer:
    """The way out of a clarifying question."""
    return Answer(
        Status.CLARIFY, speaker.say("none_of_these"), buttons=(staff_button(speaker),), offer="comment"
    )


def window(today: date, opens: date, closes: date) -> str:
    """ "early", "open" or "late": where a day falls relative to the comment period."""
    if today < opens:
        return "early"
    return "open" if today <= closes else "late"


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
    if len(tokens) == 2 and tokens[0] in {"number", "numero", "option", "opcion"} and tokens[1].isdigit():
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
        if len(words(first)) >= 3 and len(words(second)) >= 2 and re.match(
            rf"[¿\s]*{_QUESTION_WORD}\b", fold(second)
        ):
            return [first, second]
    return [text]


def documents(knowledge: Knowledge) -> list[Document]:
    """What the index holds for this knowledge base."""
    result = []
    for fact in knowledge.facts.values():
        asks = (*fact.asks.en, *fact.asks.es, fact.title.en, fact.title.es)
        result.append(Document(fact.id, asks, (fact.answer.en, fact.answer.es)))
    for gap in knowledge.gaps.values():
        asks = (*gap.asks.en, *gap.asks.es, gap.title.en, gap.title.es)
        result.append(Document(gap.id, asks, ()))
    return result
