"""Check the knowledge base: values, languages, lengths, reading grade, sources, coverage."""

import re
from collections.abc import Iterator

from bot.language.detect import spanish_share
from bot.language.gsm7 import size_of, to_gsm7
from bot.plan import values
from bot.plan.clock import span
from bot.plan.grade import ease_of_spanish, grade_of
from bot.plan.load import PLAN_FILE, Knowledge, Place
from bot.plan.model import LANGUAGES, Both, Fact, Gap, When
from bot.plan.problems import Problem, all_problems

SMS_SEGMENTS = 2
SMS_SOURCE_LINE = 46
"""Septets kept for the line that leads to the source: "Source: plan.example.gov/f/<id>"."""
TITLE_LENGTH = 52
GRADE_LIMIT = 10.0
GRADE_AVERAGE = 8.0
EASE_LIMIT = 40.0
EASE_AVERAGE = 65.0
"""Szigriszt-Pazos: below 40 a Spanish text is very hard, from 65 on it is fairly easy."""
_DECLARE = "declare it there or mend the text"
_AS_QUOTED = re.compile(r'"[^"]*"|“[^”]*”|\([^)]*\)')
"""Titles and names that stand in Spanish as they are in English, quoted or in brackets."""
_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday "
    "lunes martes miércoles jueves viernes sábado domingo"
)


def check(knowledge: Knowledge) -> list[Problem]:
    """Every problem of content; an empty list means the knowledge base may be served."""
    return all_problems(_problems(knowledge))


def check_fact(knowledge: Knowledge, identity: str) -> list[Problem]:
    """Every problem of one fact and of the sources it names."""
    fact, place = knowledge.facts[identity], knowledge.places[identity]
    found = list(_fact(fact, place, knowledge, always_names(knowledge)))
    for citation in fact.sources:
        source = knowledge.sources.get(citation.id)
        if source and source.date and not _exists(source.date):
            line = knowledge.places[source.id].line_of("date")
            what = _no_such_date(source.id, source.date)
            found.append(Problem(knowledge.places[source.id].file, line, what))
    found += [one for one in _asks(knowledge) if one.file == place.file]
    return all_problems(found)


def _problems(knowledge: Knowledge) -> Iterator[Problem]:
    allowed = always_names(knowledge)
    for fact in knowledge.facts.values():
        place = knowledge.places[fact.id]
        yield from _fact(fact, place, knowledge, allowed)
    for gap in knowledge.gaps.values():
        place = knowledge.places[gap.id]
        yield from _gap(gap, place, knowledge)
    for source in knowledge.sources.values():
        place = knowledge.places[source.id]
        if source.date and not _exists(source.date):
            yield Problem(place.file, place.line_of("date"), _no_such_date(source.id, source.date))
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
    for index, ref in enumerate(fact.refs):
        if int(ref[1:]) not in range(1, knowledge.plan.entries.get(ref[0], 0) + 1):
            what = f"{fact.id}: the fact sheet has no entry {ref}; mend it"
            yield Problem(place.file, place.line_of("refs", index), what)
    for index, value in enumerate(fact.values.dates):
        if not _exists(value):
            line = place.line_of("values", "dates", index)
            yield Problem(place.file, line, _no_such_date(fact.id, value))
    if fact.when:
        for what in _when_problems(fact.when):
            yield Problem(place.file, place.line_of("when"), f"{fact.id}: {what}")
    grade = grade_of(fact.answer.en)
    if grade > GRADE_LIMIT:
        what = (
            f"{fact.id}: the English answer reads at grade {grade:.1f}, above {GRADE_LIMIT:.0f}; "
            f"use shorter sentences and plainer words"
        )
        yield Problem(place.file, place.line_of("answer", "en"), what)
    yield from _ease(fact, place)


def _ease(entry: Fact | Gap, place: Place) -> Iterator[Problem]:
    ease = ease_of_spanish(entry.answer.es)
    if ease < EASE_LIMIT:
        what = (
            f"{entry.id}: the Spanish answer is hard to read (ease {ease:.0f}, below "
            f"{EASE_LIMIT:.0f}); use shorter sentences and plainer words"
        )
        yield Problem(place.file, place.line_of("answer", "es"), what)


def _when(fact: Fact) -> list[str]:
    if fact.when is None:
        return []
    return [v for v in (fact.when.date, fact.when.start, fact.when.end) if v]


def _when_problems(when: When) -> Iterator[str]:
    """What is wrong with a milestone's date or period."""
    given = [value for value in (when.date, when.start, when.end) if value]
    missing = [value for value in given if not _exists(value)]
    for value in missing:
        yield _no_such_date("when", value)
    if missing:
        return
    if not given or (when.date and len(given) > 1):
        yield "'when' needs a date, or a start and an end; give one of the two"
    for value in given:
        if _precision(value) != when.precision:
            yield f"the precision of {value} is {_precision(value)}, not {when.precision}; mend it"
    if when.start and when.end and span(when.start)[0] > span(when.end)[1]:
        yield f"the period ends ({when.end}) before it starts ({when.start}); mend it"


def _precision(value: str) -> str:
    if value[-1].isalpha():
        return "season"
    return {4: "year", 7: "month", 10: "day"}[len(value.removeprefix("FY"))]


def _no_such_date(identity: str, value: str) -> str:
    return f"{identity}: there is no such date as {value}; mend it"


def _exists(value: str) -> bool:
    try:
        span(value)
    except ValueError:
        return False
    return True


def _gap(gap: Gap, place: Place, knowledge: Knowledge) -> Iterator[Problem]:
    """A gap says what is not known: it has no values, so no number and no date."""
    yield from _wordings(gap, place)
    yield from _ease(gap, place)
    for key in ("title", "answer", "sms"):
        for language in LANGUAGES:
            found = values.find(getattr(gap, key).in_(language), language)
            for value in sorted(found.numbers | (found.dates - {*knowledge.plan.always_dates})):
                what = f"{gap.id}: {value} stands in {key}.{language}, but a gap gives no figures"
                yield Problem(place.file, place.line_of(key, language), f"{what}; leave it out")
    for index, near in enumerate(gap.near):
        if near not in knowledge.facts:
            what = f"{gap.id}: no fact is called '{near}'; mend its spelling or remove it"
            yield Problem(place.file, place.line_of("near", index), what)


def _wordings(entry: Fact | Gap, place: Place) -> Iterator[Problem]:
    """Lengths, and that each text is in its language."""
    for language in LANGUAGES:
        title = entry.title.in_(language)
        if len(title) > TITLE_LENGTH:
            what = f"{entry.id}: the title is longer than {TITLE_LENGTH} characters; shorten it"
            yield Problem(place.file, place.line_of("title", language), what)
        for key, both in _texts(entry):
            if key != "answer":
                yield from _segments(
                    entry, key, both.in_(language), place.line_of(key, language), place
                )
    for key, both in _texts(entry):
        share = _own_words_share(both.es, "es", entry)
        if share is not None and share < 0.5:
            what = f"{entry.id}: the Spanish {key} looks English; translate it"
            yield Problem(place.file, place.line_of(key, "es"), what)
        share = _own_words_share(both.en, "en", entry)
        if share is not None and share > 0.5:
            what = f"{entry.id}: the English {key} looks Spanish; translate it"
            yield Problem(place.file, place.line_of(key, "en"), what)
        if both.en == both.es:
            what = f"{entry.id}: {key} is the same in English and Spanish; translate one"
            yield Problem(place.file, place.line_of(key), what)


def _own_words_share(text: str, language: str, entry: Fact | Gap) -> float | None:
    """How Spanish a text is without its names and quotations; None when no word tells."""
    text = _AS_QUOTED.sub(" ", text)
    declared = entry.values.names if isinstance(entry, Fact) else ()
    for name in sorted({*declared, *values.find(text, language).names}, key=len, reverse=True):
        text = text.replace(name, " ")
    return spanish_share(text)


def _texts(entry: Fact | Gap) -> Iterator[tuple[str, Both]]:
    """The wordings that answer a resident; `upcoming` serves the web and SMS."""
    for key in ("answer", "sms", "upcoming"):
        both: Both | None = getattr(entry, key, None)
        if both:
            yield key, both


def _segments(entry: Fact | Gap, key: str, text: str, line: int, place: Place) -> Iterator[Problem]:
    size = size_of(to_gsm7(text) + "x" * SMS_SOURCE_LINE)
    if size.segments > SMS_SEGMENTS:
        name = "the SMS" if key == "sms" else f"{key}, as an SMS,"
        what = (
            f"{entry.id}: {name} takes {size.segments} segments with its source line; "
            f"shorten it by {size.length - SMS_SEGMENTS * 153} characters"
        )
        yield Problem(place.file, line, what)


def always_names(knowledge: Knowledge) -> frozenset[str]:
    """Folded tokens that any wording may hold: the plan's title, months, weekdays."""
    plan = knowledge.plan
    names = [*plan.always_names, plan.title.en, plan.title.es]
    months = [m for language in LANGUAGES for m in values.MONTHS[language]]
    return frozenset(_tokens([*names, *months, *_WEEKDAYS.split()]))


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
    names = (allowed if allowed is not None else always_names(knowledge)) | frozenset(
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
                what = f"the number {number} stands in {key}.{language} but not in values.numbers"
                yield Problem(place.file, line, f"{fact.id}: {what}; {_DECLARE}")
            for day in sorted(here.dates):
                if not values.date_is_declared(day, dates):
                    what = f"the date {day} stands in {key}.{language} but not in values.dates"
                    yield Problem(place.file, line, f"{fact.id}: {what}; {_DECLARE}")
            for name in here.names:
                if name.lower() not in names and name.lower().removesuffix("s") not in names:
                    what = f"the name '{name}' stands in {key}.{language} but not in values.names"
                    yield Problem(place.file, line, f"{fact.id}: {what}; {_DECLARE}")
    for key in ("answer", "sms", "upcoming"):
        if (key, "en") not in found:
            continue
        en, es = found[key, "en"], found[key, "es"]
        for kind, difference in (
            ("numbers", en.numbers ^ es.numbers),
            ("dates", en.dates ^ es.dates),
        ):
            if difference:
                listed = ", ".join(sorted(difference))
                what = f"{fact.id}: {key} has other {kind} in English than in Spanish: {listed}"
                line = place.line_of(key, "es")
                yield Problem(place.file, line, f"{what}; make the two agree")
    answer, sms = found["answer", "en"], found["sms", "en"]
    more = {*(sms.numbers - answer.numbers)} | {
        day for day in sms.dates if not values.date_is_declared(day, answer.dates)
    }
    if more:
        what = f"{fact.id}: the SMS says {', '.join(sorted(more))}, which the web answer does not"
        yield Problem(place.file, place.line_of("sms", "en"), f"{what}; say it in both or in none")


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
                    what = f"'{ask}' is also a way to ask for {other}; keep it in one place"
                    line = place.line_of("asks", language, index)
                    yield Problem(place.file, line, f"{entry.id}: {what}")


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
    place = knowledge.places[PLAN_FILE]
    for letter, count in knowledge.plan.entries.items():
        for index in range(1, count + 1):
            ref = f"{letter}{index:02d}"
            if ref not in covered:
                what = f"entry {ref} of the fact sheet is in the refs of no fact; write it"
                yield Problem(place.file, place.line_of("entries", letter), what)


def _average_grade(knowledge: Knowledge) -> Iterator[Problem]:
    grades = {fact.id: grade_of(fact.answer.en) for fact in knowledge.facts.values()}
    average = sum(grades.values()) / len(grades)
    if average > GRADE_AVERAGE:
        hardest = max(grades, key=lambda identity: grades[identity])
        place = knowledge.places[hardest]
        what = (
            f"{hardest}: English answers read at grade {average:.1f} on average, above "
            f"{GRADE_AVERAGE:.0f}; use plainer words, here first (grade {grades[hardest]:.1f})"
        )
        yield Problem(place.file, place.line_of("answer", "en"), what)
    eases = {fact.id: ease_of_spanish(fact.answer.es) for fact in knowledge.facts.values()}
    average = sum(eases.values()) / len(eases)
    if average < EASE_AVERAGE:
        hardest = min(eases, key=lambda identity: eases[identity])
        place = knowledge.places[hardest]
        what = (
            f"{hardest}: Spanish answers have an ease of {average:.0f} on average, below "
            f"{EASE_AVERAGE:.0f}; use plainer words, here first (ease {eases[hardest]:.0f})"
        )
        yield Problem(place.file, place.line_of("answer", "es"), what)
