"""Messages that lean on what was said before: follow-ups, corrections, picks from a list.

A follow-up is searched together with what the last answer was about, which counts half; facts
about the same names, and those that stand beside the last one, are moved up.
"""

import re
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import yaml

from bot.language.detect import spanish_share
from bot.language.gloss import fold, words
from bot.plan.clock import span
from bot.plan.load import Knowledge
from bot.plan.model import Fact, Gap
from bot.plan.search import Hit, Index
from bot.plan.shapes import FILLER, asks_for_next, leads_on, ordinal_in

GENERIC = Path(__file__).resolve().parents[2] / "data" / "language" / "generic.yml"
KIN = 0.15
"""For a fact about the same two names as the last one; half of it for one name."""
BESIDE = 0.2
"""For the fact that stands next to the last one in its file, half of it for the one after."""
IN_LIST = 0.1
"""For an item of the list that was shown last."""
SAME_PERSON = 0.5
"""For a fact that names the person shown last, when a message says "he", "she" or "se fue"."""
NOT_AGAIN = -1.0
"""After "no, I meant ..." the last answer was the wrong one."""
WEIGHT = 2.0
"""A message counts once and its two readings in context half each; scores are given for one."""
LONGEST = 12
MOST = 12
"""Hits looked at, so that there are facts among them."""


class Leaning(IntEnum):
    """How much a message leans on the one before it."""

    NONE = 0
    MAYBE = 1
    FULL = 2


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
    """Facts shown last, or the gap that was."""
    choices: tuple[str, ...] = ()
    question: str | None = None


_POINTS_BACK = re.compile(
    r"\b(?:it|its|that|those|these|them|they|he|she|his|her|him|their|there|then|eso|esa|ese|"
    r"esos|esas|ellos|ella|ahi|alli|entonces|suyo|lo|le|les|su|sus)\b"
)
_OF_A_PERSON = re.compile(
    r"\b(?:he|she|him|his|her|hers|ella|se fue|renuncio|gana(?:ba)?|cobra(?:ba)?|le pagaban|entro|"
    r"trabajaba|estudio|dejo el (?:cargo|puesto))\b"
)
_YEAR_AFTER = re.compile(
    r"\b(?:year after|next year|following year|año (?:siguiente|despues|que siguio))\b"
)
_YEAR_BEFORE = re.compile(r"\b(?:year before|previous year|prior year|año (?:anterior|antes))\b")


@lru_cache(maxsize=1)
def generic_words() -> frozenset[str]:
    """Words that say nothing of what a message is about, in both languages."""
    return frozenset(yaml.safe_load(GENERIC.read_text(encoding="utf-8"))["words"].split())


def leaning(text: str) -> Leaning:
    """How much a message leans on what was said before, told by its words alone."""
    tokens, folded = words(text), fold(text)
    telling = [w for w in tokens if w not in generic_words() and not w.isdigit()]
    if len(tokens) <= LONGEST - 2 and not telling:
        return Leaning.FULL
    if len(tokens) <= LONGEST - 2 and leads_on(text):
        return Leaning.MAYBE
    if len(tokens) <= LONGEST and _POINTS_BACK.search(folded) and len(telling) <= 3:
        return Leaning.FULL
    return Leaning.MAYBE if len(tokens) <= 8 and len(telling) <= 3 else Leaning.NONE


def search_in_context(
    index: Index,
    knowledge: Knowledge,
    text: str,
    memory: Memory,
    boosts: dict[str, float],
    corrected: bool = False,
) -> list[Hit]:
    """The best documents for a message that leans on what `memory` holds: facts, then gaps.

    Scores are on the scale of a search without context. The message is read after the titles shown
    last. Beside that it is searched with them, and with the names (or the question), which both
    count half.
    """
    known: dict[str, Fact | Gap] = {**knowledge.facts, **knowledge.gaps}
    shown = [known[identity] for identity in memory.facts[:2] if identity in known]
    text = _with_year(text, shown)
    raised = {identity: amount * WEIGHT for identity, amount in boosts.items()}

    def boost(identity: str, amount: float) -> None:
        raised[identity] = raised.get(identity, 0.0) + amount

    people = _people(knowledge)
    of_a_person = bool(_OF_A_PERSON.search(fold(text)))
    for entry in shown:
        for other, amount in _kin(entry, knowledge).items():
            boost(other, amount)
        if of_a_person and isinstance(entry, Fact):
            for fact in knowledge.facts.values():
                if _names_of(entry, people) & _names_of(fact, people) & people:
                    boost(fact.id, SAME_PERSON)
        if corrected:
            boost(entry.id, NOT_AGAIN)
    language = "es" if memory.question and _is_spanish(text, memory.question) else "en"
    titles = " ".join(entry.title.in_(language) for entry in shown) or memory.question or ""
    about = [
        name
        for entry in shown
        if isinstance(entry, Fact)
        for name in (*entry.about, *(n for n in entry.values.names if fold(n) in people))
    ]
    names = " ".join(dict.fromkeys(about))
    readings = (f"{titles} {text}", f"{text} {names}" if names else f"{memory.question} {text}")
    if corrected and memory.question:
        readings = (f"{titles} {text}", f"{memory.question} {text}")
    hits = index.search(text, readings, raised, MOST, memory.facts[:2], memory.question or "")
    hits = [replace(h, score=h.score / WEIGHT, rank=h.rank / WEIGHT) for h in hits]
    # A gap is found for its few words by many a follow-up, so it only speaks against the facts.
    return sorted(hits, key=lambda hit: hit.id in knowledge.gaps)


def _is_spanish(text: str, before: str) -> bool:
    share = spanish_share(text)
    if share is None:
        share = spanish_share(before)
    return share is not None and share > 0.5


def _kin(entry: Fact | Gap, knowledge: Knowledge) -> dict[str, float]:
    """How much each fact is moved up after this one was shown."""
    if isinstance(entry, Gap):
        return dict.fromkeys(entry.near, KIN)
    people = _people(knowledge)
    about = _names_of(entry, people)
    order = {identity: place for place, identity in enumerate(knowledge.facts)}
    file = knowledge.places[entry.id].file
    result: dict[str, float] = {}
    for other in knowledge.facts.values():
        if other.id == entry.id:
            continue
        shared = min(2, len(about & _names_of(other, people)))
        amount = KIN * shared / 2
        if knowledge.places[other.id].file == file:
            amount += BESIDE / abs(order[other.id] - order[entry.id])
        if other.id in entry.parts:
            amount += IN_LIST
        if amount > 0.01:
            result[other.id] = amount
    return result


def _people(knowledge: Knowledge) -> set[str]:
    return {fold(form) for n in knowledge.names if n.type == "person" for form in n.en}


def _names_of(fact: Fact, people: set[str]) -> set[str]:
    """What a fact is about, and the people it names."""
    named = {fold(name) for name in fact.values.names}
    return {fold(name) for name in fact.about} | (named & people)


def _with_year(text: str, shown: list[Fact | Gap]) -> str:
    """ "And the year after?" with the year it means, if the last fact was about one."""
    folded = fold(text)
    step = 1 if _YEAR_AFTER.search(folded) else -1 if _YEAR_BEFORE.search(folded) else 0
    if not step:
        return text
    dates = [d for e in shown if isinstance(e, Fact) for d in e.values.dates]
    if not dates:
        return text
    fiscal = "fiscal " if any(d.startswith("FY") for d in dates) else ""
    return f"{text} {fiscal}{max(span(d)[1].year for d in dates) + step}"


def chosen(text: str, memory: Memory, knowledge: Knowledge) -> str | None:
    """The fact that a message picks from the choices: by number, place or a word of its title.

    "And the next one?" picks the one after what was shown, in the list that this is in.
    """
    if asks_for_next(text):
        return _after(memory, knowledge)
    choices = [i for i in memory.choices if i in knowledge.facts]
    if not choices:
        return None
    number = ordinal_in(text)
    if number is not None:
        if number == -1:
            return choices[-1]
        picked = memory.choices[number - 1 : number]
        return picked[0] if picked and picked[0] in knowledge.facts else None
    return _named(text, choices, knowledge)


def _after(memory: Memory, knowledge: Knowledge) -> str | None:
    """What follows in its list on the one fact that was shown; None for the last, and outside."""
    for fact in knowledge.facts.values():
        for before, after in pairwise(fact.parts):
            if memory.facts == (before,):
                return after
    return None


_THE_ONE = re.compile(
    r"^(?:and |y |no,? |ok,? )?(?:the (?P<en>.{2,40}) one|"
    r"(?:el|la|lo|los|las) (?:de|del|que) (?P<es>.{2,40}))[?.!]*$"
)


def _named(text: str, choices: list[str], knowledge: Knowledge) -> str | None:
    """The one choice that "the jobs one" or "la de educación" names."""
    match = _THE_ONE.match(fold(text).strip("¿¡ "))
    if not match:
        return None
    said = [w for w in words(match["en"] or match["es"]) if w not in FILLER]
    counts = {}
    for identity in choices:
        fact = knowledge.facts[identity]
        own = words(" ".join([fact.title.en, fact.title.es, *fact.about]))
        counts[identity] = sum(any(_alike(w, o) for o in own) for w in said)
    best = max(counts.values())
    found = [identity for identity, count in counts.items() if count == best]
    return found[0] if best and len(found) == 1 else None


def _alike(one: str, other: str) -> bool:
    return one == other or (len(one) >= 4 and len(other) >= 4 and one[:4] == other[:4])
