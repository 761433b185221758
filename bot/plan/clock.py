"""Dates in words, and whether they are past, current or to come as of today."""

import calendar
from datetime import date
from enum import StrEnum

from bot.plan.model import When
from bot.plan.values import MONTHS, SEASONS

_NAMES = {
    "en": [name.capitalize() for name in MONTHS["en"]],
    "es": [name for name in MONTHS["es"] if name != "setiembre"],
}
# Meteorological seasons of the northern hemisphere.
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "fall": (9, 11), "winter": (12, 12)}


class Moment(StrEnum):
    """Where something stands in time, as of today."""

    PAST = "past"
    TODAY = "today"
    CURRENT = "current"
    TO_COME = "to_come"
    MIXED = "mixed"


def long_date(day: date, language: str) -> str:
    """ "March 16, 2018" or "16 de marzo de 2018"."""
    name = _NAMES["es" if language == "es" else "en"][day.month - 1]
    if language == "es":
        return f"{day.day} de {name} de {day.year}"
    return f"{name} {day.day}, {day.year}"


def span(value: str) -> tuple[date, date]:
    """First and last day of an ISO date of any precision; FY2019 began on July 1, 2018."""
    if value.startswith("FY"):
        year = int(value[2:])
        return date(year - 1, 7, 1), date(year, 6, 30)
    first_part, *rest = value.split("-")
    year = int(first_part)
    if not rest:
        return date(year, 1, 1), date(year, 12, 31)
    if rest[0] in _SEASONS:
        first, last = _SEASONS[rest[0]]
    else:
        first = last = int(rest[0])
    if len(rest) == 2:
        day = date(year, first, int(rest[1]))
        return day, day
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def moment_of(when: When | None, dates: tuple[str, ...], today: date) -> Moment | None:
    """Where a fact stands in time: by its milestone, else by the dates it holds."""
    if when and when.start and when.end:
        start, end = span(when.start)[0], span(when.end)[1]
        if today < start:
            return Moment.TO_COME
        return Moment.PAST if today > end else Moment.CURRENT
    values = [when.date or when.end or when.start] if when else list(dates)
    moments = {_moment(value, today) for value in values if value}
    if not moments:
        return None
    return moments.pop() if len(moments) == 1 else Moment.MIXED


def _moment(value: str, today: date) -> Moment:
    first, last = span(value)
    if today > last:
        return Moment.PAST
    if today < first:
        return Moment.TO_COME
    return Moment.TODAY if first == last else Moment.CURRENT


def in_words(value: str, language: str) -> str:
    """An ISO date of any precision in words: "February 2018", "verano de 2018", "2023"."""
    spanish = language == "es"
    if value.startswith("FY"):
        return f"año fiscal {value[2:]}" if spanish else f"fiscal year {value[2:]}"
    year, *rest = value.split("-")
    if len(rest) == 2:
        return long_date(date.fromisoformat(value), language)
    if not rest:
        return year
    if rest[0] in _SEASONS:
        names = SEASONS["es" if spanish else "en"].items()
        name = next(word for word, season in names if season == rest[0])
    else:
        name = _NAMES["es" if spanish else "en"][int(rest[0]) - 1]
    return f"{name} de {year}" if spanish else f"{name} {year}"


def when_in_words(when: When, language: str) -> str:
    """A milestone's date, or its first and last, in words."""
    if when.start and when.end:
        to = " a " if language == "es" else " to "
        return in_words(when.start, language) + to + in_words(when.end, language)
    return in_words(when.date or when.start or when.end or "", language)
