"""The answer check: every number, date and name in an answer stands in the facts it cites.

No judge is needed. What the assistant says itself (data/messages) is known to the letter, and so
is what it says of a gap; both are taken out first, with today's date in the lines that tell
whether something is past. All that is left must be declared as a value of a cited fact, or be a
name or date that the plan allows always.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from bot.language.gloss import fold
from bot.language.gsm7 import to_gsm7
from bot.language.messages import keys
from bot.plan import values
from bot.plan.check import allowed_values, always_names
from bot.plan.clock import long_date
from bot.plan.load import Knowledge

_PLACE = re.compile(r"\{(\w+)\}")
SHORTEST = 8
"""Letters of a message between its blanks from which on it is known again; a shorter one
("Source") holds no value."""


def unbacked(
    text: str,
    facts: Iterable[str],
    knowledge: Knowledge,
    language: str,
    today: date,
    question: str = "",
    contact: str = "",
) -> list[str]:
    """The numbers, dates and names of an answer that none of its facts declares.

    `question` is what was asked: a reply may quote a part of it.
    """
    left = _without_own_words(text, language, today, question, contact)
    for wording in sorted(_gap_wordings(knowledge, language), key=len, reverse=True):
        left = left.replace(wording, "\n")
    numbers: set[str] = set()
    dates: set[str] = {*knowledge.plan.always_dates}
    names: set[str] = {fold(name) for name in always_names(knowledge)}
    for identity in facts:
        its_numbers, its_dates, its_names = allowed_values(
            knowledge.facts[identity], knowledge, frozenset()
        )
        numbers |= its_numbers
        dates |= its_dates
        names |= {fold(name) for name in its_names}
    found = values.find(left, language)
    declared = frozenset(dates)
    return [
        *sorted(found.numbers - numbers),
        *sorted(day for day in found.dates if not values.date_is_declared(day, declared)),
        *(name for name in dict.fromkeys(found.names) if not _is_declared(fold(name), names)),
    ]


def _is_declared(name: str, names: set[str]) -> bool:
    return name in names or name.removesuffix("s") in names


def _without_own_words(text: str, language: str, today: date, question: str, contact: str) -> str:
    known = {"today": long_date(today, language), "contact": contact}

    def put(match: re.Match[str]) -> str:
        kept = []
        for name, value in match.groupdict().items():
            if name == "part" and value.lower() in question.lower():
                continue  # the resident's own words, quoted back
            kept.append(value)
        return "\n".join(["", *kept, ""])

    for template in _templates(language):
        literal, pattern = _pattern(template, tuple(known.items()))
        if literal in text:
            text = pattern.sub(put, text)
    return text


@lru_cache(maxsize=4)
def _templates(language: str) -> tuple[str, ...]:
    """Everything that the assistant says itself, longest first, also as it is sent by SMS."""
    texts = {*_texts(keys(language)), *_texts(keys("others"))}
    # What is left of Chinese in an SMS is the way to a person, and no words.
    texts |= {to_gsm7(text) for text in texts}
    known = [text for text in texts if max(map(len, _PLACE.split(text)[::2])) >= SHORTEST]
    return tuple(sorted(known, key=len, reverse=True))


def _texts(messages: dict[str, Any]) -> Iterator[str]:
    for entry in messages.values():
        yield from (str(text) for text in (entry.values() if isinstance(entry, dict) else [entry]))


@lru_cache(maxsize=8192)
def _pattern(template: str, known: tuple[tuple[str, str], ...]) -> tuple[str, re.Pattern[str]]:
    """A message's longest piece, and a pattern of the whole: what is not known is kept."""
    filled = dict(known)
    seen: set[str] = set()

    def place(name: str) -> str:
        if filled.get(name):
            return re.escape(filled[name])
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>.*?)"

    parts = _PLACE.split(template)  # text and names by turns
    pattern = "".join(place(part) if n % 2 else re.escape(part) for n, part in enumerate(parts))
    return max(parts[::2], key=len), re.compile(pattern, re.DOTALL)


def _gap_wordings(knowledge: Knowledge, language: str) -> Iterator[str]:
    for gap in knowledge.gaps.values():
        for both in (gap.answer, gap.sms):
            yield both.in_(language)
            yield _in_gsm7(both.in_(language))


_in_gsm7 = lru_cache(maxsize=1024)(to_gsm7)
