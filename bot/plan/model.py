"""The knowledge base's own words: facts, sources, gaps, names."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

LANGUAGES = ("en", "es")
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=40)]
FactId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=24)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Ref = Annotated[str, StringConstraints(pattern=r"^[A-Z]\d{2}$")]
_PARTIAL_DATE = r"^(?:FY)?(?:\d{4})(?:-(?:\d{2}(?:-\d{2})?|spring|summer|fall|winter))?$"
PartialDate = Annotated[str, StringConstraints(pattern=_PARTIAL_DATE)]


class Status(StrEnum):
    """Answer status, the closed list of the contract."""

    ANSWERED = "answered"
    CONFLICTING = "conflicting"
    CLARIFY = "clarify"
    ABSENT = "absent"
    OTHER_PLAN = "other_plan"
    CITY_SERVICE = "city_service"
    OUT_OF_SCOPE = "out_of_scope"
    SAFETY = "safety"
    SMALLTALK = "smalltalk"
    COMMENT = "comment"
    REFUSED = "refused"
    ERROR = "error"


class Standing(StrEnum):
    """Who says it: the plan's own pages, others about the plan, or nobody in one voice."""

    PLAN = "plan"
    REPORTED = "reported"
    CONTEXT = "context"
    DERIVED = "derived"
    CONFLICT = "conflict"


class Topic(StrEnum):
    """What a fact is about; also what a comment can be about."""

    PLAN = "plan"
    VISION = "vision"
    PILLARS = "pillars"
    STRATEGIES = "strategies"
    TIMELINE = "timeline"
    MONEY = "money"
    FIGURES = "figures"
    TAKE_PART = "take_part"
    PEOPLE = "people"
    ATTACK = "attack"
    SYSTEMS = "systems"
    SMART_CITY = "smart_city"
    DIGITAL_DIVIDE = "digital_divide"
    OTHER_PLANS = "other_plans"
    GLOSSARY = "glossary"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Both(_Part):
    """One text in English and Spanish."""

    en: Text
    es: Text

    def in_(self, language: str) -> str:
        """The text in Spanish for "es", in English for anything else."""
        return self.es if language == "es" else self.en


class Asks(_Part):
    """Ways residents ask."""

    en: tuple[Text, ...] = Field(min_length=3)
    es: tuple[Text, ...] = Field(min_length=3)


class Citation(_Part):
    """A source of a fact, with the page and a short quote where there is one."""

    id: Slug
    quote: Text | None = None
    page: int | None = None


class Source(_Part):
    """A public document."""

    id: Slug
    title: Text
    publisher: Text
    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]
    date: PartialDate | None = None
    kind: Literal["city", "press", "official", "research", "reference", "copy"]
    copy_of: Text | None = None


class When(_Part):
    """When a milestone happens: a date, or a period from start to end; with its precision."""

    date: PartialDate | None = None
    start: PartialDate | None = None
    end: PartialDate | None = None
    precision: Literal["day", "month", "season", "year"]


class Values(_Part):
    """Every date, number and proper name that the fact's wordings may hold."""

    dates: tuple[PartialDate, ...] = ()
    numbers: tuple[str, ...] = ()
    names: tuple[Text, ...] = ()


class Fact(_Part):
    """One checked statement, with its sources, in both languages, for web and SMS."""

    id: FactId
    refs: tuple[Ref, ...] = Field(min_length=1)
    topic: Topic
    standing: Standing
    title: Both
    answer: Both
    sms: Both
    when: When | None = None
    upcoming: Both | None = None
    values: Values = Values()
    about: tuple[Text, ...] = ()
    parts: tuple[FactId, ...] = ()
    """For a fact that is a list: the facts of its items, in its order."""
    asks: Asks
    sources: tuple[Citation, ...] = Field(min_length=1)

    @property
    def status(self) -> Status:
        """The answer status this fact gives."""
        if self.standing is Standing.CONFLICT:
            return Status.CONFLICTING
        return Status.OTHER_PLAN if self.topic is Topic.OTHER_PLANS else Status.ANSWERED


class PublishedFact(Fact):
    """A fact that staff wrote for a gap; the fact sheet has no entry for it."""

    refs: tuple[Ref, ...] = ()


class GoldQuestion(_Part):
    """A question that has to be answered by the fact it came with."""

    lang: Literal["en", "es"]
    text: Text


class Published(_Part):
    """One published gap, a file of its own: the fact, its source, its gold questions."""

    fact: PublishedFact
    source: Source | None = None
    """A source that the knowledge base did not have."""
    training: Literal["held", "released"]
    """Whether its ways of asking may train the assistant; until then only the search knows them."""
    gold: tuple[GoldQuestion, ...] = Field(min_length=2)
    written_by: Text
    approved_by: Text
    approved_at: Text


class Gap(_Part):
    """Something residents ask that the sources do not establish, and how to say so."""

    id: FactId
    refs: tuple[Ref, ...] = ()
    topic: Topic
    title: Both
    answer: Both
    sms: Both
    asks: Asks
    near: tuple[FactId, ...] = ()


class Name(_Part):
    """A name that the assistant recognises, with its surface forms."""

    id: Text
    type: Literal[
        "pillar", "strategy", "person", "office", "program", "document", "place", "term", "date"
    ]
    en: tuple[Text, ...] = Field(min_length=1)
    es: tuple[Text, ...] = ()


class Plan(_Part):
    """The plan itself: its title, version, and the comment window."""

    title: Both
    short_title: Both
    version: Text
    period: tuple[int, int]
    opened: PartialDate
    comments_open: date
    comments_close: date
    as_of: date
    notice_version: Text
    always_names: tuple[Text, ...] = ()
    always_dates: tuple[PartialDate, ...] = ()
    entries: dict[str, int]
