"""Decide how to answer a question: from facts, with a choice, or not at all."""

from dataclasses import dataclass, field, replace

from bot.language.gloss import fold, words
from bot.plan.answer import Answer, Speaker, absent, clarify, join, show, show_gap
from bot.plan.asking import Asking
from bot.plan.context import MOST, Leaning, Memory, Question, chosen, leaning, search_in_context
from bot.plan.declines import DECLINED, decline
from bot.plan.elsewhere import is_about_elsewhere
from bot.plan.holding import goes_by_tone, holds, holds_after, is_unsure, may_ask
from bot.plan.load import Knowledge
from bot.plan.model import Fact, Gap, Status, Topic
from bot.plan.search import Hit, Index
from bot.plan.shapes import (
    changes_subject,
    last_question,
    leads_on,
    looks_like_question,
    names_the_plan,
    split_questions,
    without_correction,
    without_opener,
)
from bot.plan.stance import (
    asks_to_confirm,
    asks_to_guess,
    calls_names,
    insults_people,
    steers,
    threatens,
    without_name_calling,
)
from bot.plan.support import Support
from bot.plan.thresholds import (
    ANSWER_AT,
    ASKS_AT,
    CLARIFY_AT,
    CLARIFY_MARGIN,
    CLOSE,
    CORRECTED_AT,
    DECLINE_AT,
    EXACT_AT,
    FAR,
    INTENT_BOOST,
    NAME_BOOST,
    NEAR,
    NO_QUESTION,
    RESCUE_AT,
    SHORT,
    SUPPORTED_AT,
    SUPPORTED_IN_CONTEXT_AT,
    SURE_AT,
    SURELY_SUPPORTED_AT,
    UNSURE,
)
from bot.plan.today import asks_if_over, comment_window, is_of_the_plan, is_over, whats_next

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
ANSWERING = frozenset({Status.ANSWERED, Status.CONFLICTING, Status.OTHER_PLAN})


@dataclass
class Decider:
    """Answers questions from one knowledge base with one index."""

    knowledge: Knowledge
    index: Index
    declines: Index | None = None
    """Examples of what is declined, for the parts of a message."""
    asking: Asking | None = None
    """Tells messages after an answer that ask."""
    _forms: dict[str, frozenset[str]] = field(init=False)
    _support: Support = field(init=False)

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
        self._support = Support(self.knowledge)

    def answer(self, question: Question, memory: Memory, speaker: Speaker) -> Answer:
        """The answer to an ask_* message, or to one whose intent was not sure."""
        if question.fact and question.fact in self.knowledge.facts:
            return show(self.knowledge.facts[question.fact], self.knowledge, speaker)
        if asks_if_over(question.text):
            over = is_over(self.knowledge, memory, speaker)
            if over:
                return over
        question = replace(question, text=without_opener(without_name_calling(question.text)))
        text = without_correction(question.text)
        corrected = text != question.text
        question = replace(question, text=text)
        picked = chosen(question.text, memory, self.knowledge)
        if picked:
            answer = show(self.knowledge.facts[picked], self.knowledge, speaker)
            return replace(answer, choices=memory.choices)
        parts = split_questions(question.text)
        if len(parts) == 2 and not corrected:
            return self._both(question, parts, memory, speaker)
        return self._one(question, memory, speaker, corrected)

    def rescue(self, question: Question, memory: Memory, speaker: Speaker) -> Answer | None:
        """The answer to a message that was taken for small talk but is not.

        It asks about the plan, or is misuse that the words alone give away.
        """
        misuse = self.misuse(question.text, speaker)
        # "Changing the subject, what is CitiWatch?" may be taken for the wish to change something.
        stays = not changes_subject(question.text)
        if misuse or (stays and question.confidence >= NO_QUESTION):
            return misuse
        asks = self.asks_after(question.text, memory) >= ASKS_AT
        if stays and not asks and question.confidence >= UNSURE:
            return None
        text = without_opener(question.text)
        asked = replace(question, text=text, intent="ask_plan", confidence=0.0)
        if asks or self._best_hits(asked)[0].score >= RESCUE_AT:
            return self.answer(asked, memory, speaker)
        if not memory.facts or leaning(question.text) is Leaning.NONE:
            return None
        answer = self.answer(asked, memory, speaker)
        if answer.facts or answer.near[:1] in {(i,) for i in self.knowledge.gaps}:
            return answer
        # "How come?" after an answer asks about it, even where nothing is held on that.
        goes_on = looks_like_question(question.text) or leads_on(question.text)
        return answer if goes_on else None

    def asks_after(self, text: str, memory: Memory) -> float:
        """How likely a message asks about what was shown, or the plan; 0 if nothing was shown."""
        if self.asking is None or not memory.facts:
            return 0.0
        return self.asking.likely(self.index, memory.facts[:2], text)

    def misuse(self, text: str, speaker: Speaker) -> Answer | None:
        """The calm reply to a threat, abuse or steering that the words alone give away."""
        if threatens(text):
            return Answer(Status.SAFETY, speaker.say("emergency"))
        if insults_people(text) or calls_names(text):
            return decline("abuse", speaker)
        if steers(text):
            return decline("injection", speaker)
        return None

    def in_context(
        self, question: Question, memory: Memory, speaker: Speaker, sure: float
    ) -> Answer | None:
        """The answer to a message that is hardly about the plan's dates but about what was shown.

        None where the intent is `sure`, nothing is leant on, no fact was shown, or the plan itself
        was spoken of; unless it picks from a list.
        """
        shown = [self.knowledge.facts[i] for i in memory.facts if i in self.knowledge.facts]
        if not chosen(question.text, memory, self.knowledge) and (
            question.confidence >= sure
            or leaning(question.text) is Leaning.NONE
            or not shown
            or any(map(is_of_the_plan, shown))
        ):
            return None
        return self.answer(replace(question, intent="ask_plan", confidence=0.0), memory, speaker)

    def _both(
        self, question: Question, parts: list[str], memory: Memory, speaker: Speaker
    ) -> Answer:
        if self._best_hits(question)[0].score >= EXACT_AT:
            return self._one(question, memory, speaker)
        first = self._part(parts[0], memory, speaker)
        then = Memory(first.facts or memory.facts, (), parts[0])
        second = self._part(parts[1], then, speaker)
        answered = [first.status in ANSWERING, second.status in ANSWERING]
        if not any(answered) or set(first.facts) & set(second.facts):
            return self._one(question, memory, speaker)
        pairs = zip((first, second), parts, strict=True)
        return join(
            [a if a.status in ANSWERING else self._missing(a, part, speaker) for a, part in pairs]
        )

    def _part(self, text: str, memory: Memory, speaker: Speaker) -> Answer:
        """The answer to one of two questions, which may be about something else altogether."""
        question = Question(text)
        answer = self._one(question, memory, speaker, part=True)
        if self.declines is None or leaning(text) is Leaning.FULL:
            return answer
        top = self.declines.search(text, limit=1)[0]
        if top.score >= DECLINE_AT and top.score > self._best_hits(question)[0].score:
            return decline(top.id, speaker)
        return answer

    def _missing(self, answer: Answer, part: str, speaker: Speaker) -> Answer:
        """Name the part of a message that could not be answered."""
        if self.tells_gap(answer):
            return replace(answer, buttons=())
        if answer.status in (Status.CITY_SERVICE, Status.OUT_OF_SCOPE):
            return replace(answer, buttons=())
        text = speaker.say("part_missing", part=part.strip(" ?¿.,"))
        return Answer(Status.ABSENT, text, near=answer.near, offer=answer.offer)

    def _one(
        self,
        question: Question,
        memory: Memory,
        speaker: Speaker,
        corrected: bool = False,
        part: bool = False,
    ) -> Answer:
        misuse = self.misuse(question.text, speaker)
        if misuse:
            return misuse
        if asks_to_guess(question.text):
            return decline("politics", speaker)
        if question.intent in DECLINED and asks_to_confirm(question.text):
            question = replace(question, intent="ask_plan", confidence=0.0)
        text, hits, leans = self.found(question, memory, corrected)
        top = hits[0]
        good = self._good_in_context(text, hits, corrected) if leans else self._good(text, hits)
        near = [h.id for h in hits if h.id in self.knowledge.facts and h.score >= FAR][:NEAR]
        if self._is_declined(question, memory, text, hits, leans):
            return decline(question.intent, speaker)
        if is_about_elsewhere(question.text, self._entry(top.id)):
            return decline("out_of_scope", speaker)
        if not good:
            if (
                not leans
                and top.score < FAR
                and question.confidence < UNSURE
                and not names_the_plan(question.text)
            ):
                return decline("out_of_scope", speaker)
            if (
                not leans
                and len(near) >= 2
                and len(words(question.text)) <= SHORT
                and top.id not in self.knowledge.gaps
                and self._support(self.index.corrected(text), hits) >= CLARIFY_AT
            ):
                return clarify(near[:3], self.knowledge, speaker)
            gap = next((h for h in hits if h.id in self.knowledge.gaps), None) if leans else None
            if gap and gap.rank > top.rank and gap.score >= FAR:
                return self._gap(gap.id, near, speaker)
            return absent(near, self.knowledge, speaker)
        if top.id in self.knowledge.gaps:
            return self._gap(top.id, near, speaker)
        rivals = [
            h
            for h in hits[:3]
            if h.id in self.knowledge.facts and top.rank - h.rank < CLARIFY_MARGIN
        ]
        if len(rivals) >= 2 and top.score < SURE_AT and self._unlike(rivals):
            return clarify([h.id for h in rivals], self.knowledge, speaker)
        answer = show(self.knowledge.facts[top.id], self.knowledge, speaker)
        if corrected or part or not self._is_close(text, hits, leans):
            return answer
        other = show(self.knowledge.facts[hits[1].id], self.knowledge, speaker)
        both = join([answer, other])
        return replace(both, text="\n\n".join([speaker.say("either"), both.text]))

    def found(
        self, question: Question, memory: Memory, corrected: bool = False
    ) -> tuple[str, list[Hit], bool]:
        """What was searched for, the best hits, and whether the message leans on the last one."""
        text, hits = self._found(question)
        lean = leaning(question.text) if memory.question or memory.facts else Leaning.NONE
        own_enough = {Leaning.FULL: EXACT_AT, Leaning.MAYBE: SURE_AT, Leaning.NONE: 0.0}[lean]
        boosts = self._boosts(question)
        top = hits[0]
        if lean is Leaning.MAYBE and top.id in self.knowledge.gaps:
            own_enough = EXACT_AT  # "and the budget?" is near the gap of any budget
        if not corrected and top.score - boosts.get(top.id, 0.0) >= own_enough:
            return text, hits, False
        hits = search_in_context(
            self.index, self.knowledge, question.text, memory, boosts, corrected
        )
        return question.text, hits, True

    def _good(self, text: str, hits: list[Hit]) -> bool:
        """Whether the first hit is good enough to answer with."""
        top = hits[0]
        if top.id in self.knowledge.gaps:
            return top.score >= ANSWER_AT or self._surely_supported(text, hits)
        if top.score >= EXACT_AT:
            return True
        if top.score < FAR:
            return False  # so far off, the weights were fitted on next to nothing
        return self._support(self.index.corrected(text), hits) >= SUPPORTED_AT

    def _is_close(self, text: str, hits: list[Hit], leans: bool) -> bool:
        """Whether the second hit is a fact that may be what was asked for as well as the first."""
        top, second = hits[:2]
        if (
            top.rank - second.rank >= CLOSE
            or top.score >= EXACT_AT
            or second.id not in self.knowledge.facts
            or not self._unlike([top, second])
        ):
            return False
        text = self.index.corrected(text)
        support = self._support.in_context if leans else self._support
        return support(text, hits) < SURELY_SUPPORTED_AT

    def _surely_supported(self, text: str, hits: list[Hit]) -> bool:
        """Whether the first hit is beyond doubt what is asked for, be it known or not."""
        top = hits[0]
        enough = FAR if top.id in self.knowledge.gaps else SURE_AT
        if top.score < enough:
            return False
        return self._support(self.index.corrected(text), hits) >= SURELY_SUPPORTED_AT

    def _good_in_context(self, text: str, hits: list[Hit], corrected: bool) -> bool:
        """The same for a message that leans on the one before it."""
        support = self._support.in_context(self.index.corrected(text), hits)
        return support >= (CORRECTED_AT if corrected else SUPPORTED_IN_CONTEXT_AT)

    def _is_declined(
        self, question: Question, memory: Memory, text: str, hits: list[Hit], leans: bool
    ) -> bool:
        """Whether its intent is declined, and what was found does not tell it is asked for."""
        if question.intent not in DECLINED:
            return False
        is_known = hits[0].id in self.knowledge.facts
        asked_all_the_same = (
            not leans
            and (is_unsure(question) or goes_by_tone(question, is_known))
            and self._surely_supported(text, hits)
        )
        return not asked_all_the_same and self._holds(question, memory, hits[0], leans)

    def _holds(self, question: Question, memory: Memory, top: Hit, leans: bool) -> bool:
        """Whether a declined intent holds against the facts that were found, and what was shown."""
        alone = holds(question, top, leans, top.id in self.knowledge.published)
        if self.asking is None or not memory.facts or not may_ask(question):
            return alone
        return holds_after(question, self.asks_after(question.text, memory), alone)

    def _gap(self, identity: str, near: list[str], speaker: Speaker) -> Answer:
        """What the sources do not say; the facts that its answer tells of go before those near."""
        gap = self.knowledge.gaps[identity]
        return show_gap(gap, self.knowledge, speaker, list(dict.fromkeys([*gap.near, *near])))

    def _entry(self, identity: str) -> Fact | Gap:
        return self.knowledge.entry(identity)

    def _best_hits(self, question: Question) -> list[Hit]:
        return self._found(question)[1]

    def _found(self, question: Question) -> tuple[str, list[Hit]]:
        """Hits of the whole message, or of its last question where that is clearer; and which.

        "My mother has no computer. Where can she ask?" begins with the situation.
        """
        hits = self._hits(question)
        asked = last_question(question.text)
        if asked is None or hits[0].score >= SURE_AT or leaning(asked) is not Leaning.NONE:
            return question.text, hits  # "when was it?" says nothing by itself
        other = self._hits(replace(question, text=asked))
        return (asked, other) if other[0].score > hits[0].score else (question.text, hits)

    def _hits(self, question: Question) -> list[Hit]:
        return self.index.search(question.text, (), self._boosts(question), MOST)

    def _boosts(self, question: Question) -> dict[str, float]:
        boosts: dict[str, float] = {}
        topics = TOPICS_OF_INTENT.get(question.intent, frozenset())
        for fact in self.knowledge.facts.values():
            if fact.topic in topics:
                boosts[fact.id] = INTENT_BOOST
        for name in question.names:
            for i in self._forms.get(name, ()):
                boosts[i] = boosts.get(i, 0.0) + NAME_BOOST
        return boosts

    def _unlike(self, hits: list[Hit]) -> bool:
        """Whether the rivals would give really different answers."""
        facts = [self.knowledge.facts[h.id] for h in hits]
        return not (set(facts[0].refs) & set(facts[1].refs))

    def whats_next(self, speaker: Speaker) -> Answer:
        """The next milestone of the plan itself, or that none is left."""
        return whats_next(self.knowledge, speaker)

    def comment_window(self, speaker: Speaker) -> Answer:
        """Whether comments are early, open or late today."""
        return comment_window(self.knowledge, speaker)

    def tells_gap(self, answer: Answer) -> bool:
        """Whether it names what the sources do not hold, and does not only say that they don't."""
        return any(i in self.knowledge.gaps for i in answer.near)

    def topic_of(self, text: str) -> Fact | None:
        """The fact a comment is nearest to, for its anchor; None when nothing is near."""
        hits = [h for h in self.index.search(text) if h.id in self.knowledge.facts]
        if not hits or hits[0].score < ANSWER_AT:
            return None
        return self.knowledge.facts[hits[0].id]
