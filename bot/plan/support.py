"""How far a question is borne out by the fact that was found nearest to it.

A near miss ("how many fax machines ...") has much in common with a fact, and a score alone can't
tell it from a question in unusual words. What tells them apart: words of the question that occur
nowhere near the fact, a number it does not hold, other facts that are as near, and near misses of
the fact that were written down. They are weighed by a logistic model, whose weights come from the
validation questions (`python -m bench.support`); no test question had a part in them.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

import Stemmer
from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.process import extractOne

from bot.language.gloss import in_english, words
from bot.language.telling import SAYS_NOTHING, STOPWORDS
from bot.plan.load import Knowledge
from bot.plan.model import Fact, Gap
from bot.plan.search import Hit
from bot.plan.shapes import last_question

_NUMBER = re.compile(r"\d[\d.,]+")
_OF_NO_FACT = re.compile(
    r"2018\s*(?:-|–|to|a|al|until|hasta)\s*2023|\b2018\b(?=[^.?!]{0,20}\b(?:plan|strategy|document)\b)|"
    r"\bplan (?:of|from|for|de|del|de los) 2018\b|\b(?:i'?m|i am|tengo|aged?) \d{1,2}\b"
)
"""Numbers that are no part of what is asked: the plan's years where they name it, and ages."""
_HOW_MANY = re.compile(r"\bhow (?:many|much)\b")


@dataclass(frozen=True)
class Evidence:
    """What speaks for and against a fact as the answer; the order is that of `WEIGHTS`."""

    score: float
    lead: float
    """How far it ranks before the second."""
    meaning: float
    """Likeness of the sentences, 0 to 1."""
    margin: float
    """How far it stands on the fact's side for the classifier; about -1.5 to 1.5."""
    uncovered: float
    """Share of the question's words, rare ones counting more, that are nowhere near the fact."""
    length: float
    """The number of its telling words."""
    strange_numbers: float
    """How many of its numbers the fact does not hold."""
    no_number: float
    """1 where it asks how many, and the fact holds no number."""
    strange_count: float
    """1 where it asks how many of something that is nowhere near the fact."""
    meaning_lead: float
    """How far it is ahead of every other by likeness of the sentences."""
    margin_lead: float
    """The same for the classifier."""
    near_miss: float
    """How much liker the question is to a near miss of the fact than to what it answers."""
    any_near_miss: float
    """How much liker to a near miss of any fact than to what any answers."""
    vote: float
    """-1 to 1: how far the nearest texts ask for the fact, or are its near misses."""
    behind: float
    """How far its nearest question is behind the nearest of all, written ones among them."""
    gap_lead: float
    """How far the best gap ranks before the fact."""
    asks_now: float
    """1 where it asks how things are now."""
    covered: float
    """How far the fact tells of the question's words, by what they mean; 0 to 1."""
    farthest: float
    """The same for the word that it tells least of."""
    covered_miss: float
    """How much more it tells of them than its near misses do."""
    covered_lead: float
    """How far it is ahead of all others by how far it tells of them."""


WEIGHTS = Evidence(
    score=0.18, lead=1.5, meaning=0.25, margin=-1.23, uncovered=-1.14, length=0.14,
    strange_numbers=-2.89, no_number=-1.02, strange_count=-2.08, meaning_lead=-4.97,
    margin_lead=0.61, near_miss=2.36, any_near_miss=-7.23, vote=1.75, behind=-2.82, gap_lead=-1.18,
    asks_now=0.08, covered=4.36, farthest=2.01, covered_miss=9.84, covered_lead=2.2,
)  # fmt: skip
BIAS = -7.46
"""Made by `python -m bench.support`."""


@dataclass(frozen=True)
class ContextEvidence:
    """The same for a message that leans on the one before it: "and who paid for that?"

    Most is of the message read after the title of what was shown.
    """

    own_score: float
    """Of the message without what it leans on."""
    gap_lead: float
    """How far the best gap ranks before the fact."""
    near_miss: float
    """How much liker it is to a near miss of the fact than to what the fact answers."""
    any_near_miss: float
    unanswered: float
    """How much liker to a follow-up that nothing answers."""
    covered: float
    """How far the fact and its follow-ups tell of the message's words, by what they mean."""
    farthest: float
    covered_miss: float
    covered_unanswered: float
    """How much more it tells of them than follow-ups that nothing answers."""
    yes_or_no: float
    """1 where the answer would be yes or no: "did it work?", "was he fired?"."""


WEIGHTS_IN_CONTEXT = ContextEvidence(
    own_score=1.72, gap_lead=-0.75, near_miss=0.94, any_near_miss=-3.11, unanswered=-7.65,
    covered=2.86, farthest=-0.14, covered_miss=0.87, covered_unanswered=1.12, yes_or_no=-0.7,
)  # fmt: skip
BIAS_IN_CONTEXT = -3.51
"""Made by `python -m bench.support` from the validation conversations."""
_YES_OR_NO = re.compile(
    r"^[^a-z]*(?:(?:and|so|but|ok) )*"
    r"(?:is|are|was|were|did|does|do|has|have|had|can|could|will|would)\b"
)
_NOW = re.compile(
    r"\b(?:now|nowadays|today|still|yet|current(?:ly)?|these days|this year|so far|any ?more)\b"
)


SLIPS_FROM = 5
"""Letters from which a stem with one slip is the same stem."""


class Support:
    """Weighs the evidence for facts of one knowledge base; made in about 0.3 s."""

    def __init__(self, knowledge: Knowledge) -> None:
        entries: dict[str, Fact | Gap] = {**knowledge.facts, **knowledge.gaps}
        self._bags = {i: sorted(_bag(wordings(entry))) for i, entry in entries.items()}
        self._held = {i: _numbers_of(entry) for i, entry in entries.items()}
        self._numbers = {i for i, f in knowledge.facts.items() if f.values.numbers}
        self._gaps = frozenset(knowledge.gaps)
        self._spread = Counter(stem for bag in self._bags.values() for stem in bag)

    def __call__(self, question: str, hits: Sequence[Hit]) -> float:
        """How likely the first hit answers the question, 0 to 1."""
        return _likely(BIAS, astuple(WEIGHTS), astuple(self.evidence(question, hits)))

    def in_context(self, question: str, hits: Sequence[Hit]) -> float:
        """The same for hits of `search_in_context`."""
        evidence = self.evidence_in_context(question, hits)
        return _likely(BIAS_IN_CONTEXT, astuple(WEIGHTS_IN_CONTEXT), astuple(evidence))

    def evidence(self, question: str, hits: Sequence[Hit]) -> Evidence:
        """What speaks for the first hit."""
        top, second = hits[0], hits[1]
        # Of "my aunt has one of those. Who made it?" the first half may be about anything.
        asked = in_english(last_question(question) or question).lower()
        own = frozenset(stems_in_order(asked))
        uncovered = self._uncovered(own, top.id)
        strange = _numbers_asked(question) - self._held[top.id]
        english = in_english(question).lower()
        counted = _HOW_MANY.search(english)
        of_what = stems_in_order(english[counted.end() :])[:1] if counted else []
        return Evidence(
            top.score,
            top.rank - second.rank,
            top.meaning,
            top.margin,
            self._share(uncovered, own),
            float(len(own)),
            float(len(strange)),
            float(counted is not None and top.id not in self._numbers),
            float(any(stem in uncovered for stem in of_what)),
            top.meaning_lead,
            top.margin_lead,
            top.near_miss,
            top.any_near_miss,
            top.vote,
            top.behind,
            self._gap_lead(hits),
            float(bool(_NOW.search(asked))),
            top.coverage.mean,
            top.coverage.farthest,
            top.coverage.miss,
            top.coverage_lead,
        )

    def evidence_in_context(self, question: str, hits: Sequence[Hit]) -> ContextEvidence:
        """What speaks for the first hit of a message that leans on what was shown."""
        top = hits[0]
        return ContextEvidence(
            top.own_score,
            self._gap_lead(hits),
            top.after.near_miss,
            top.after.any_near_miss,
            top.after.unanswered,
            top.coverage.mean,
            top.coverage.farthest,
            top.coverage.miss,
            top.coverage.unanswered,
            float(bool(_YES_OR_NO.match(in_english(question).lower()))),
        )

    def _gap_lead(self, hits: Sequence[Hit]) -> float:
        """Where no gap is among the hits, the last of them stands in."""
        best = max((h.rank for h in hits if h.id in self._gaps), default=hits[-1].rank)
        return best - hits[0].rank

    def _uncovered(self, stems: Iterable[str], identity: str) -> list[str]:
        """Those that are nowhere near the fact."""
        near = self._bags[identity]
        return [stem for stem in stems if not _is_near(stem, near)]

    def _share(self, some: Iterable[str], stems: Iterable[str]) -> float:
        """How much some of the stems weigh among all of them, rare ones counting more."""
        return sum(map(self._rarity, some)) / (sum(map(self._rarity, stems)) or 1.0)

    def _rarity(self, stem: str) -> float:
        return math.log((len(self._bags) + 1) / (self._spread[stem] + 0.5))


def _likely(bias: float, weights: Iterable[float], evidence: Iterable[float]) -> float:
    """The logistic model: 0 to 1."""
    total = bias + sum(w * e for w, e in zip(weights, evidence, strict=True))
    return 1 / (1 + math.exp(-total))


def _is_near(stem: str, stems: list[str]) -> bool:
    """Whether one of the stems is this one, or differs by a slip."""
    if stem in stems:
        return True
    if len(stem) < SLIPS_FROM:
        return False
    return extractOne(stem, stems, scorer=DamerauLevenshtein.distance, score_cutoff=1) is not None


def _numbers_asked(question: str) -> set[str]:
    """Those of the last question of a message, if it ends with one."""
    text = _OF_NO_FACT.sub(" ", question.lower())
    return _numbers_in(last_question(text) or text)


def _numbers_in(text: str) -> set[str]:
    return {number.rstrip(".,") for number in _NUMBER.findall(text)}


def _numbers_of(entry: Fact | Gap) -> set[str]:
    """The numbers that an entry's answer holds, years among them."""
    if not isinstance(entry, Fact):
        return _numbers_in(" ".join(wordings(entry)))
    texts = [entry.answer.en, entry.answer.es, entry.sms.en, *entry.values.dates]
    found = _numbers_in(" ".join(map(str, [*texts, *entry.values.numbers])))
    dated = [date[:4] for date in entry.values.dates if date[:4].isdigit()]
    return found | set(dated) | _numbers_in(entry.title.en)


def wordings(entry: Fact | Gap) -> list[str]:
    """All ways in which an entry is asked for and told."""
    asks = [*entry.asks.en, *entry.asks.es, entry.title.en, entry.title.es]
    return [*asks, entry.answer.en, entry.answer.es] if isinstance(entry, Fact) else asks


def stems_of(text: str) -> frozenset[str]:
    """The stems of a text's telling words, in rough English."""
    return frozenset(stems_in_order(in_english(text)))


def stems_in_order(english: str) -> list[str]:
    """The stems of the telling words, as they come."""
    kept = [w for w in words(english) if w not in STOPWORDS and w not in SAYS_NOTHING]
    return list(_STEMMER.stemWords(kept))


def _bag(texts: Iterable[str]) -> set[str]:
    return {stem for text in texts for stem in stems_of(text)}


_STEMMER = Stemmer.Stemmer("english")
