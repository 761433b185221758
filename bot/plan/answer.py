"""Compose an answer from facts, never from anything else, with sources and an as-of line."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.language.gsm7 import size_of, to_gsm7
from bot.language.messages import say
from bot.plan.clock import Moment, long_date, moment_of
from bot.plan.load import Knowledge
from bot.plan.model import Fact, Gap, Status

WEAKNESS = [
    Status.SMALLTALK, Status.COMMENT, Status.ANSWERED, Status.CONFLICTING, Status.OTHER_PLAN,
    Status.CLARIFY, Status.CITY_SERVICE, Status.ABSENT, Status.OUT_OF_SCOPE, Status.REFUSED,
    Status.ERROR, Status.SAFETY,
]  # fmt: skip
"""From strongest to weakest: a message with two questions has the weaker of its two statuses."""


@dataclass(frozen=True)
class Button:
    """A choice. `act` says what it does: kind "fact", "intent" or "form", and a value."""

    title: str
    kind: str
    value: str

    def as_json(self) -> dict[str, Any]:
        """The form in which it travels to the front."""
        return {"title": self.title, "act": {"kind": self.kind, "value": self.value}}


@dataclass(frozen=True)
class SourceLine:
    """A source as a resident sees it: which fact it carries, its title and address."""

    fact: str
    title: str
    url: str
    page: int | None = None


@dataclass(frozen=True)
class Answer:
    """What the assistant says to one message."""

    status: Status
    text: str
    facts: tuple[str, ...] = ()
    sources: tuple[SourceLine, ...] = ()
    buttons: tuple[Button, ...] = ()
    near: tuple[str, ...] = ()
    offer: str | None = None
    """What a bare "yes" would accept: "comment", or a fact's id."""
    choices: tuple[str, ...] = ()
    """What "the second one" picks from next, if it is not the buttons."""
    extra: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The form in which it travels to the front."""
        return {
            "status": self.status.value,
            "text": self.text,
            "facts": list(self.facts),
            "near": list(self.near),
            "sources": [vars(source) for source in self.sources],
            "buttons": [button.as_json() for button in self.buttons],
            **self.extra,
        }


@dataclass(frozen=True)
class Speaker:
    """How to speak: language, channel, today, and the way to reach a person."""

    language: str
    channel: str
    today: date
    contact: str = "311"

    def say(self, key: str, **values: object) -> str:
        """A message of the assistant's own, in this language and for this channel."""
        return say(key, self.language, self.channel, **values)


def time_line(fact: Fact, speaker: Speaker) -> str | None:
    """Whether the fact's dates are past or to come, as of today; None for a fact without."""
    moment = moment_of(fact.when, fact.values.dates, speaker.today)
    if moment is None:
        return None
    key = {
        Moment.PAST: "time_past",
        Moment.TODAY: "time_today",
        Moment.CURRENT: "time_current" if fact.when else "time_mixed",
        Moment.TO_COME: "time_to_come",
        Moment.MIXED: "time_mixed",
    }[moment]
    return speaker.say(key, today=long_date(speaker.today, speaker.language))


def wording(fact: Fact, speaker: Speaker) -> str:
    """The fact's own wording for this language and channel, with its time line."""
    moment = moment_of(fact.when, fact.values.dates, speaker.today)
    to_come = moment in (Moment.TO_COME, Moment.TODAY, Moment.CURRENT)
    line = time_line(fact, speaker)
    if fact.upcoming and to_come:
        text = fact.upcoming.in_(speaker.language)
    else:
        text = (fact.sms if speaker.channel == "sms" else fact.answer).in_(speaker.language)
    if line is None:
        return text
    if speaker.channel == "sms":
        both = to_gsm7(f"{text} {line}")
        return both if size_of(both).segments <= 2 else text
    return f"{text} {line}"


def sources_of(fact: Fact, knowledge: Knowledge) -> tuple[SourceLine, ...]:
    """The fact's sources as links, in the order of the fact."""
    lines = []
    for citation in fact.sources:
        source = knowledge.sources[citation.id]
        title = f"{source.title} ({source.publisher})"
        lines.append(SourceLine(fact.id, title, source.url, citation.page))
    return tuple(lines)


def show(fact: Fact, knowledge: Knowledge, speaker: Speaker, related: int = 2) -> Answer:
    """The answer that one fact gives, with related facts as buttons."""
    buttons = tuple(
        Button(other.title.in_(speaker.language), "fact", other.id)
        for other in neighbours(fact, knowledge)[: max(related, len(fact.parts))]
    )
    return Answer(
        fact.status,
        wording(fact, speaker),
        (fact.id,),
        sources_of(fact, knowledge),
        buttons,
    )


def show_gap(gap: Gap, knowledge: Knowledge, speaker: Speaker, near: list[str]) -> Answer:
    """What the sources do not say, with the nearest facts and the way to ask staff."""
    text = (gap.sms if speaker.channel == "sms" else gap.answer).in_(speaker.language)
    return Answer(
        Status.ABSENT,
        text,
        (),
        (),
        (*topic_buttons(near, knowledge, speaker), staff_button(speaker)),
        (gap.id, *near),
        offer="comment",
    )


def absent(near: list[str], knowledge: Knowledge, speaker: Speaker) -> Answer:
    """What was asked for is not in the sources; the nearest facts, and the way to ask staff."""
    return Answer(
        Status.ABSENT,
        speaker.say("absent_near" if near else "absent"),
        buttons=(*topic_buttons(near, knowledge, speaker), staff_button(speaker)),
        near=tuple(near),
        offer="comment",
    )


def clarify(ids: list[str], knowledge: Knowledge, speaker: Speaker) -> Answer:
    """One question back: which of these facts, or none of them."""
    buttons = (
        *topic_buttons(ids, knowledge, speaker),
        Button(speaker.say("clarify_other"), "intent", "none_of_these"),
    )
    return Answer(Status.CLARIFY, speaker.say("clarify"), buttons=buttons, near=tuple(ids))


def none_of_these(speaker: Speaker) -> Answer:
    """The way out of a clarifying question."""
    return Answer(
        Status.CLARIFY,
        speaker.say("none_of_these"),
        buttons=(staff_button(speaker),),
        offer="comment",
    )


def topic_buttons(
    ids: list[str], knowledge: Knowledge, speaker: Speaker, limit: int = 3
) -> tuple[Button, ...]:
    """Facts as choices, by their titles."""
    facts = [knowledge.facts[i] for i in ids if i in knowledge.facts][:limit]
    return tuple(Button(f.title.in_(speaker.language), "fact", f.id) for f in facts)


def staff_button(speaker: Speaker) -> Button:
    """The offer to pass a question on to city staff as a comment."""
    return Button(speaker.say("ask_staff"), "intent", "give_comment:question")


def starters(speaker: Speaker) -> tuple[Button, ...]:
    """Three good first questions, as buttons."""
    return (
        Button(speaker.say("show_pillars"), "fact", "five-pillars"),
        Button(speaker.say("show_timeline"), "fact", "plan-timeline"),
        Button(speaker.say("leave_comment"), "intent", "give_comment"),
    )


def neighbours(fact: Fact, knowledge: Knowledge) -> list[Fact]:
    """Facts that a reader of this one may want next, nearest first.

    A list's own parts, then facts about the same names, then what stands beside it in its file.
    """
    if fact.id not in knowledge.neighbours:
        knowledge.neighbours[fact.id] = _neighbours(fact, knowledge)
    return knowledge.neighbours[fact.id]


def _neighbours(fact: Fact, knowledge: Knowledge) -> list[Fact]:
    parts = [knowledge.facts[i] for i in fact.parts]
    about = {name.lower() for name in fact.about}
    order = {identity: place for place, identity in enumerate(knowledge.facts)}

    def distance(other: Fact) -> tuple[int, bool, int]:
        shared = len(about & {name.lower() for name in other.about})
        return -shared, other.topic is not fact.topic, abs(order[other.id] - order[fact.id])

    others = [
        other
        for other in knowledge.facts.values()
        if other.id != fact.id
        and other.id not in fact.parts
        and (other.topic is fact.topic or about & {name.lower() for name in other.about})
    ]
    return [*parts, *sorted(others, key=distance)]


def join(answers: list[Answer]) -> Answer:
    """One answer to a message with several questions; its status is the weakest of theirs."""
    status = max((a.status for a in answers), key=WEAKNESS.index)
    facts = tuple(dict.fromkeys(i for a in answers for i in a.facts))
    # What one of them offers next may be what the other just gave.
    buttons = (b for a in answers for b in a.buttons if b.kind != "fact" or b.value not in facts)
    return Answer(
        status,
        "\n\n".join(dict.fromkeys(a.text for a in answers)),
        facts,
        tuple(dict.fromkeys(s for a in answers for s in a.sources)),
        tuple(dict.fromkeys(buttons))[:4],
        tuple(dict.fromkeys(i for a in answers for i in a.near)),
        next((a.offer for a in answers if a.offer), None),
    )
