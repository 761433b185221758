"""Check the knowledge base: values, languages, lengths, reading grade, sources, coverage."""

import re
from collections.abc import Iterator
from datetime import date

from bot.language.detect import spanish_share
from bot.language.gsm7 import size_of, to_gsm7
from bot.plan import values
from bot.plan.grade import grade_of
from bot.plan.load import Knowledge, Place, Problem, all_problems
from bot.plan.model import LANGUAGES, Both, Fact, Gap, Standing

SMS_SEGMENTS = 2
SMS_SOURCE_LINE = 46
"""Septets kept for the line that leads to the source: "Source: plan.example.gov/f/<id>"."""
TITLE_LENGTH = 52
GRADE_LIMIT = 10.0
GRADE_AVERAGE = 8.0
_ENGLISH_ONLY_TITLES = re.compile(r'"[^"]*"')


def check(knowledge: Knowledge) -> list[Problem]:
    """Every problem of content; an empty list means the knowledge base may be served."""
    return all_problems(_problems(knowledge))


def _problems(knowledge: Knowledge) -> Iterator[Problem]:
    allowed = _always(knowledge)
    for fact in knowledge.facts.values():
        place = knowledge.places[fact.id]
        yield from _fact(fact, place, knowledge, allowed)
    for gap in knowledge.gaps.values():
        place = knowledge.places[gap.id]
        yield from _wordings(gap, place)
        for near in gap.near:
            if near not in knowledge.facts:
                yield Problem(place.file, place.line_of("near"), f"{gap.id}: no fact is called '{near}'")
    yield from _asks(knowledge)
    yield from _names(knowledge)
    yield from _coverage(knowledge)
    yield from _average_grade(knowledge)


def _fact(
    fact: Fact, place: Place, knowledge: Knowledge, allowed: frozenset[str]
) -> Iterator[Problem]:
    yield from _wordings(fact, place)
    yield from _values(fact, place, knowledge, allowed)
    for index, citation in enumerate(fact.sources):
        if citation.id not in knowledge.sources:
            line = place.line_of("sources", index)
            what = f"{fact.id}: no source is called '{citation.id}'; add it to sources.yml"
            yield Problem(place.file, line, what)
    if fact.standing is Standing.CONFLICT and len(fact.sources) < 1:
        yield Problem(place.file, place.line_of("sources"), f"{fact.id}: a conflict needs its sources")
    for value in [*fact.values.dates, *_when(fact)]:
        if not _exists(value):
            what = f"{fact.id}: there is no such date as {value}; mend it"
            yield Problem(place.file, place.line_of("values", "dates"), what)
    grade = grade_of(fact.answer.en)
    if grade > GRADE_LIMIT:
        what = (
            f"{fact.id}: the English answer reads at grade {grade:.1f}, above {GRADE_LIMIT:.0f}; "
            f"use shorter sentences and plainer words"
        )
        yield Problem(place.file, place.line_of("answer", "en"), what)


def _when(fact: Fact) -> list[str]:
    if fact.when is None:
        return []
    return [v for v in (fact.when.date, fact.when.start, fact.when.end) if v]


def _exists(value: str) -> bool:
    parts = value.removeprefix("FY").split("-")
    try:
        numbers = [int(part) for part in parts if part.isdigit()]
        date(*[*numbers, 1, 1][:3])
    except ValueError:
        return False
    return True


def _wordings(entry: Fact | Gap, place: Place) -> Iterator[Problem]:
    """Lengths, and that each text is in its language."""
    for language in LANGUAGES:
        title = entry.title.in_(language)
        if len(title) > TITLE_LENGTH:
            what = f"{entry.id}: the title is longer than {TITLE_LENGTH} characters; shorten it"
            yield Problem(place.file, place.line_of("title", language), what)
        sms = to_gsm7(entry.sms.in_(language))
        size = size_of(sms + "x" * SMS_SOURCE_LINE)
        if size.segments > SMS_SEGMENTS:
            what = (
                f"{entry.id}: the SMS takes {size.segments} segments with its source line; "
                f"shorten it by {size.length - 2 * 153} characters"
            )
            yield Problem(place.file, place.line_of("sms", language), what)
    for key in ("answer", "sms"):
        both: Both = getattr(entry, key)
        share = spanish_share(_without_names(both.es, entry))
        if share is not None and share < 0.5:
            what = f"{entry.id}: the Spanish text looks English; translate it"
            yield Problem(place.file, place.line_of(key, "es"), what)
        share = spanish_share(both.en)
        if share is not None and share > 0.5:
            what = f"{entry.id}: the English text looks Spanish; translate it"
            yield Problem(place.file, place.line_of(key, "en"), what)
        if both.en == both.es:
            what = f"{entry.id}: English and Spanish are the same text; translate one"
            yield Problem(place.file, place.line_of(key), what)


def _without_names(text: str, entry: Fact | Gap) -> str:
    """A wording without quotes and proper names, which keep their language."""
    text = _ENGLISH_ONLY_TITLES.sub("", text)
    names = entry.values.names if isinstance(entry, Fact) else ()
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "")
    return text


def _always(knowledge: Knowledge) -> frozenset[str]:
    plan = knowledge.plan
    names = [*plan.always_names, plan.title.en, plan.title.es]
    months = [m for language in LANGUAGES for m in values.MONTHS[language]]
    weekdays = (
        "monday tuesday wednesday thursday friday saturday sunday "
        "lunes martes miércoles jueves viernes sábado domingo"
    ).split()
    return frozenset(_tokens([*names, *months, *weekdays]))


def _tokens(names: list[str] | tuple[str, ...]) -> Iterator[str]:
    for name in names:
        yield name.lower()
        for token in re.findall(r"[\w&'’.-]+", name):
            token = token.strip(".,'’").lower()
            yield token
            yield token.removesuffix("'s").removesuffix("’s")


def allowed_values(
    fact: Fact, knowledge: Knowledge, allowed: frozenset[str] | None = None
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Numbers, dates and folded name tokens that a wording of this fact may hold."""
    numbers = frozenset(values.number(n) for n in fact.values.numbers)
    dates = frozenset([*fact.values.dates, *knowledge.plan.always_dates, *_when(fact)])
    names = (allowed if allowed is not None else _always(knowledge)) | frozenset(
        _tokens([*fact.values.names, *fact.about])
    )
    return numbers, dates, names


def _values(
    fact: Fact, place: Place, knowledge: Knowledge, allowed: frozenset[str]
) -> Iterator[Problem]:
    numbers, dates, names = allowed_values(fact, knowledge, allowed)
    found = {}
    for key in ("title", "answer", "sms", "upcoming"):
        both: Both | None = getattr(fact, key)
        if both is None:
            continue
        for language in LANGUAGES:
            text = both.in_(language)
            line = place.line_of(key, language)
            found[key, language] = here = values.find(text, language)
            for number in sorted(here.numbers - numbers):
                what = f"{fact.id}: the number {number} stands in {key}.{language} but not in values.numbers"
                yield Problem(place.file, line, what)
            for day in sorted(here.dates):
                if not values.date_is_declared(day, dates):
                    what = f"{fact.id}: the date {day} stands in {key}.{language} but not in values.dates"
                    yield Problem(place.file, line, what)
            for name in here.names:
                if name.lower() not in names and name.lower().removesuffix("s") not in names:
                    what = f"{fact.id}: the name '{name}' stands in {key}.{language} but not in values.names"
                    yield Problem(place.file, line, what)
    for key in ("answer", "sms", "upcoming"):
        if (key, "en") not in found:
            continue
        en, es = found[key, "en"], found[key, "es"]
        for what, difference in (("numbers", en.numbers ^ es.numbers), ("dates", en.dates ^ es.dates)):
            if difference:
                text = f"{fact.id}: {key} has other {what} in English than in Spanish: {', '.join(sorted(difference))}"
                yield Problem(place.file, place.line_of(key, "es"), text)
    more = found["sms", "en"].numbers - found["answer", "en"].numbers
    if more:
        what = f"{fact.id}: the SMS says {', '.join(sorted(more))}, which the web answer does not"
        yield Problem(place.file, place.line_of("sms", "en"), what)


def _asks(knowledge: Knowledge) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    entries: list[Fact | Gap] = [*knowledge.facts.values(), *knowledge.gaps.values()]
    for entry in entries:
        place = knowledge.places[entry.id]
        for language in LANGUAGES:
            for index, ask in enumerate(getattr(entry.asks, language)):
                folded = re.sub(r"\W+", " ", ask.lower()).strip()
                other = seen.setdefault(folded, entry.id)
                if other != entry.id:
                    what = f"{entry.id}: '{ask}' is also a way to ask for {other}; keep it in one place"
                    yield Problem(place.file, place.line_of("asks", language, index), what)


def _names(knowledge: Knowledge) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name in knowledge.names:
        place = knowledge.places[name.id]
        for form in {f.lower() for f in (*name.en, *name.es)}:
            other = seen.setdefault(form, name.id)
            if other != name.id:
                what = f"{name.id}: '{form}' is also a form of {other}; keep it under one name"
                yield Problem(place.file, place.line, what)


def _coverage(knowledge: Knowledge) -> Iterator[Problem]:
    covered = {ref for fact in knowledge.facts.values() for ref in fact.refs}
    file = knowledge.places[next(iter(knowledge.facts))].file.parent
    for letter, count in knowledge.plan.entries.items():
        for index in range(1, count + 1):
            ref = f"{letter}{index:02d}"
            if ref not in covered:
                yield Problem(file, 0, f"entry {ref} of the fact sheet is in no fact; write it")


def _average_grade(knowledge: Knowledge) -> Iterator[Problem]:
    grades = [grade_of(fact.answer.en) for fact in knowledge.facts.values()]
    average = sum(grades) / len(grades)
    if average > GRADE_AVERAGE:
        file = knowledge.places[next(iter(knowledge.facts))].file.parent
        yield Problem(file, 0, f"English answers read at grade {average:.1f} on average, above 8")

