"""The five pillars and the timeline as pictures, drawn from the facts' own words and dates.

A picture is laid out here, in units of about one pixel on a phone, and drawn by picture.html.
What it shows is also there as text: the same entries, in order, as links to their facts.
"""

from dataclasses import dataclass
from datetime import date
from textwrap import wrap

from bot.plan.clock import Moment, moment_of, span, when_in_words
from bot.plan.load import Knowledge
from bot.plan.model import Fact, Topic

WIDTH = 300
LINE = 17
"""Height of a line of text."""
PILLAR_WIDTH, PILLAR_HEIGHT, PILLAR_TOP = 48, 176, 74
LETTERS_UP, LETTERS_ACROSS = 21, 36
"""Letters that fit into a line along a pillar, and beside the timeline."""
LEAST_EVENTS = 5
"""A timeline with fewer is said quicker than drawn."""


@dataclass(frozen=True)
class Label:
    """A line of text at its place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Entry:
    """One thing in a picture."""

    fact: str
    title: str
    when: str
    moment: Moment | None
    x: float
    y: float
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class Picture:
    """A picture; `kind` is "pillars" or "timeline"."""

    kind: str
    fact: str
    title: str
    width: int
    height: int
    entries: tuple[Entry, ...]


def picture_of(fact_id: str, knowledge: Knowledge, language: str, today: date) -> Picture | None:
    """The picture that belongs to a fact, if there is one."""
    fact = knowledge.facts.get(fact_id)
    if fact is None:
        return None
    parts = [knowledge.facts[part] for part in fact.parts]
    if parts and all(part.topic is Topic.PILLARS for part in parts):
        return _pillars(fact, parts, language)
    if fact.topic is Topic.TIMELINE and fact.when is None:
        events = _milestones(fact, knowledge)
        if len(events) >= LEAST_EVENTS:
            return _timeline(fact, events, language, today)
    return None


def _milestones(fact: Fact, knowledge: Knowledge) -> list[Fact]:
    """What the timeline is made of: the milestones that rest on the same entries as it does.

    A person's office is no event, though it may have a date.
    """
    people = [form for name in knowledge.names if name.type == "person" for form in name.en]
    return [
        other
        for other in knowledge.milestones
        if set(other.refs) & set(fact.refs) and not any(p in other.title.en for p in people)
    ]


def _pillars(fact: Fact, parts: list[Fact], language: str) -> Picture:
    gap = (WIDTH - 20 - len(parts) * PILLAR_WIDTH) / (len(parts) - 1)
    entries = []
    for place, part in enumerate(parts):
        title = _capital(part.title.in_(language).rpartition(": ")[2])
        x = 10 + place * (PILLAR_WIDTH + gap)
        lines = wrap(title, LETTERS_UP)
        first = x + PILLAR_WIDTH / 2 - (len(lines) - 1) * LINE / 2
        bottom = PILLAR_TOP + PILLAR_HEIGHT - 10
        labels = tuple(
            Label(first + row * LINE + 5, bottom, line) for row, line in enumerate(lines)
        )
        entries.append(Entry(part.id, title, "", None, x, 0, labels))
    height = PILLAR_TOP + PILLAR_HEIGHT + 26
    title = fact.title.in_(language)
    return Picture("pillars", fact.id, title, WIDTH, height, tuple(entries))


def _timeline(fact: Fact, events: list[Fact], language: str, today: date) -> Picture:
    entries = []
    top = 22
    for event in sorted(events, key=_last_day):
        assert event.when is not None
        title = event.title.in_(language)
        when = _capital(when_in_words(event.when, language))
        lines = wrap(title, LETTERS_ACROSS)
        labels = tuple(Label(34, top + (row + 1) * LINE, line) for row, line in enumerate(lines))
        moment = moment_of(event.when, (), today)
        entries.append(Entry(event.id, title, when, moment, 34, top, labels))
        top += (len(lines) + 1) * LINE + 14
    title = fact.title.in_(language)
    return Picture("timeline", fact.id, title, WIDTH, top - 14, tuple(entries))


def _last_day(fact: Fact) -> date:
    when = fact.when
    assert when is not None
    return span(when.end or when.date or when.start or "9999")[1]


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
