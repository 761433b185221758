"""Decide how to answer a question: from facts, with a choice, or not at all.

Numbers below are thresholds on the combined search score, chosen on the validation split of
data/eval (see docs/decisions/0005); the test split never had a say.
"""

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
    time_line,
    topic_buttons,
    wording,
)
from bot.plan.clock import long_date, span
from bot.plan.load import Knowledge
from bot.plan.model import Fact, Status, Topic
from bot.plan.search import Document, Hit, Index
from bot.plan.shapes import (
    asks_to_guess,
    is_follow_up,
    last_question,
    names_the_plan,
    ordinal_in,
    split_questions,
    without_correction,
)

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
    "ask_related": frozenset({Topic.ATTACK, Topic.SYSTEMS, Topic.SMART_CITY, Topic.DIGITAL_DIVIDE}),
    "ask_other_plan": frozenset({Topic.OTHER_PLANS}),
}
DECLINED = {
    "city_service": (Status.CITY_SERVICE, "city_service"),
    "out_of_scope": (Status.OUT_OF_SCOPE, "out_of_scope"),
    "politics": (Status.OUT_OF_SCOPE, "no_side"),
    "abuse": (Status.OUT_OF_SCOPE, "abuse"),
    "injection": (Status.OUT_OF_SCOPE, "out_of_scope"),
}
SHORT = 4
"""Words up to which a message with near topics is too short to be sure, and is asked back."""


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
        return join(
            [a if a.status in good else self._missing(a, part, speaker) for a, part in pairs]
        )

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
        if asks_to_guess(question.text):
            return self._decline(*DECLINED["politics"], speaker)
        declined = DECLINED.get(question.intent)
        if declined and (top.score < SURE_AT or question.confidence >= UNSURE):
            return self._decline(*declined, speaker)
        if top.score < enough:
            if (
                top.score < FAR
                and question.confidence < UNSURE
                and not names_the_plan(question.text)
            ):
                return self._decline(*DECLINED["out_of_scope"], speaker)
            if (
                len(near) >= 2
                and len(words(question.text)) <= SHORT
                and top.id not in self.knowledge.gaps
            ):
                return self._clarify(near[:3], speaker)
            return self._absent(near, speaker)
        if top.id in self.knowledge.gaps:
            return show_gap(self.knowledge.gaps[top.id], self.knowledge, speaker, near)
        rivals = [
            h
            for h in hits[:3]
            if h.id in self.knowledge.facts and top.rank - h.rank < CLARIFY_MARGIN
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
            if f.upcoming
            and span((f.when.date or f.when.end or "") if f.when else "")[1] >= speaker.today
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
        line = time_line(fact, speaker) if fact else None
        if line:
            text = f"{text} {line}"
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
        others = (
            [f for f in neighbours(shown[-1], self.knowledge) if f not in shown] if shown else []
        )
        if not others:
            return Answer(Status.SMALLTALK, speaker.say("nothing_more"), buttons=starters(speaker))
        return show(others[0], self.knowledge, speaker)

    def simpler(self, memory: Memory, speaker: Speaker) -> Answer:
        """The short wording of the facts shown last."""
        facts = [self.knowledge.facts[i] for i in memory.facts if i in self.knowledge.facts]
        if not facts:
            return Answer(
                Status.SMALLTALK, speaker.say("nothing_to_repeat"), buttons=starters(speaker)
            )
        return join(
            [
                replace(show(f, self.knowledge, speaker), text=f.sms.in_(speaker.language))
                for f in facts
            ]
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
        Status.CLARIFY,
        speaker.say("none_of_these"),
        buttons=(staff_button(speaker),),
        offer="comment",
    )


def window(today: date, opens: date, closes: date) -> str:
    """ "early", "open" or "late": where a day falls relative to the comment period."""
    if today < opens:
        return "early"
    return "open" if today <= closes else "late"


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
