"""The answer to a gap as staff type it: checked as the knowledge base is, with a field's name."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bot.plan.check import check_fact
from bot.plan.load import Knowledge, Place
from bot.plan.model import LANGUAGES, Published, Standing, Topic

TEXTS = ("title_en", "title_es", "answer_en", "answer_es", "sms_en", "sms_es")
LISTS = ("numbers", "dates", "names", "asks_en", "asks_es")
OF_SOURCE = ("source_title", "source_publisher", "source_url", "source_kind", "source_date")
FIELDS = ("topic", "standing", *TEXTS, *LISTS, "source", *OF_SOURCE, "quote", "page")
TOPICS = tuple(Topic)
STANDINGS = (Standing.PLAN, Standing.REPORTED, Standing.CONTEXT)
KINDS = ("city", "press", "official", "research", "reference", "copy")
LONGEST_QUOTE = 300
FEWEST_ASKS = 3
_AS_LINE = 1_000_000
"""Lines of a draft's place stand for its fields."""


def fact_id(group: int) -> str:
    """The id of the fact that answers a group of questions."""
    return f"gap-{group}"


def entry_of(
    group: int, typed: Mapping[str, str], writer: str, approver: str, at: datetime
) -> dict[str, Any]:
    """What a published gap's file holds, of what was typed."""
    new = not typed.get("source")
    source = f"{fact_id(group)}-source" if new else typed["source"]
    page = typed.get("page", "").strip()
    texts: dict[str, dict[str, str]] = {}
    for name in TEXTS:
        key, _, language = name.partition("_")
        texts.setdefault(key, {})[language] = " ".join(typed.get(name, "").split())
    asks = {language: lines(typed.get(f"asks_{language}", "")) for language in LANGUAGES}
    citation: dict[str, Any] = {"id": source, "quote": " ".join(typed.get("quote", "").split())}
    if page:
        citation["page"] = int(page) if page.isascii() and page.isdigit() else page
    entry: dict[str, Any] = {
        "fact": {
            "id": fact_id(group), "topic": typed.get("topic", ""),
            "standing": typed.get("standing", ""), **texts,
            "values": {name: lines(typed.get(name, "")) for name in ("dates", "numbers", "names")},
            "asks": asks, "sources": [citation],
        },
        "training": "held",
        "gold": [{"lang": lang, "text": text} for lang in LANGUAGES for text in asks[lang][:1]],
        "written_by": writer, "approved_by": approver,
        "approved_at": at.isoformat(timespec="seconds"),
    }  # fmt: skip
    if new:
        given = {name.removeprefix("source_"): typed.get(name, "").strip() for name in OF_SOURCE}
        entry["source"] = {"id": source} | {k: v for k, v in given.items() if v or k != "date"}
    return entry


def as_yaml(entry: dict[str, Any]) -> str:
    """The file of a published gap."""
    return yaml.safe_dump(entry, allow_unicode=True, sort_keys=False, width=1000)


def problems_of(group: int, typed: Mapping[str, str], knowledge: Knowledge) -> dict[str, list[str]]:
    """What is wrong with an answer, by field; empty when it may be published."""
    found = _missing(typed)
    if found:
        return found
    entry = entry_of(group, typed, "-", "-", datetime.min)
    try:
        published = Published.model_validate(entry)
    except ValidationError as error:
        for one in error.errors():
            field = _field(tuple(one["loc"])[1:], str(one["loc"][0]))
            found.setdefault(field, []).append(_shape(field, one["msg"]))
        return found
    fact = published.fact
    names: list[str] = []

    def place(prefix: str, value: Any) -> Place:
        keys: dict[tuple[str | int, ...], int] = {}
        for path in _paths(value):
            names.append(_field(path, prefix))
            keys[path] = _AS_LINE + len(names)
        return Place(Path(f"draft-{group}"), _AS_LINE, keys)

    facts = {k: v for k, v in knowledge.facts.items() if k != fact.id} | {fact.id: fact}
    places = knowledge.places | {fact.id: place("fact", entry["fact"])}
    sources = dict(knowledge.sources)
    if published.source:
        sources[published.source.id] = published.source
        places[published.source.id] = place("source", entry["source"])
    whole = replace(knowledge, facts=facts, sources=sources, places=places)
    for problem in check_fact(whole, fact.id):
        where = problem.line - _AS_LINE
        field = names[where - 1] if where > 0 else "answer_en"
        what = re.sub(r"^[a-z0-9-]+: ", "", problem.what).replace("values.", "")
        found.setdefault(field, []).append(what[0].upper() + what[1:] + ".")
    return found


def lines(typed: str) -> list[str]:
    """One entry of each line that is not empty."""
    return [line for line in (" ".join(one.split()) for one in typed.splitlines()) if line]


def _missing(typed: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    needed = [*TEXTS, "quote"]
    if not typed.get("source"):
        needed += [name for name in OF_SOURCE if name not in {"source_date", "source_kind"}]
    for name in needed:
        if not typed.get(name, "").strip():
            found[name] = ["Fill this in."]
    for name in ("asks_en", "asks_es"):
        if len(lines(typed.get(name, ""))) < FEWEST_ASKS:
            found[name] = [f"Write at least {FEWEST_ASKS} ways to ask, one on each line."]
    for name, known in (("topic", TOPICS), ("standing", STANDINGS)):
        if typed.get(name) not in set(known):
            found[name] = ["Choose one of the list."]
    if not typed.get("source") and typed.get("source_kind") not in KINDS:
        found["source_kind"] = ["Choose one of the list."]
    if len(typed.get("quote", "")) > LONGEST_QUOTE:
        found["quote"] = [f"A quote has up to {LONGEST_QUOTE} characters."]
    return found


def _shape(field: str, message: str) -> str:
    return {
        "source_url": "The address begins with https:// or http:// and has no blanks.",
        "source_date": "Write the date as 2020, 2020-05 or 2020-05-31.",
        "dates": "Write each date as 2020, 2020-05 or 2020-05-31, one on each line.",
        "page": "The page is a number.",
    }.get(field, f"{message}.")


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inside: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value))
    below = [one for key, part in inside for one in _paths(part, (*path, key))]
    return [*([path] if path else []), *below]


def _field(path: tuple[str | int, ...], prefix: str) -> str:
    """The field of the form that a key of the entry comes from."""
    if prefix == "source":
        return f"source_{path[0]}" if path else "source"
    match path:
        case ("title" | "answer" | "sms" | "asks" as key, "en" | "es" as language, *_):
            return f"{key}_{language}"
        case ("title" | "answer" | "sms" as key, *_):
            return f"{key}_en"
        case ("values", str(name), *_):
            return name
        case ("sources", _, "quote" | "page" as name):
            return name
        case ("sources", *_):
            return "source"
        case ("topic" | "standing" as name, *_):
            return name
    return "answer_en"
