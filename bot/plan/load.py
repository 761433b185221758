"""Read the knowledge base from data/plan/, and say in plain words what is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from bot import ROOT
from bot.plan.lines import (
    AFTER_ANSWERS_FILE,
    FOLLOW_UPS_FILE,
    QUESTIONS_FILE,
    AfterAnswer,
    FollowUp,
    by_entry,
    read_after_answers,
    read_follow_ups,
    read_questions,
)
from bot.plan.model import Fact, Gap, Name, Plan, Published, Source
from bot.plan.problems import Problem

PLAN_DIR = ROOT / "data" / "plan"
PLAN_FILE = "plan.yml"
RELEASED = "published"
"""Folder of the plan with published gaps whose training lines are released."""
READY = "ready.json"
"""What of the published gaps the actions may take up; written last."""
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
T = TypeVar("T", bound=BaseModel)


class BadKnowledge(Exception):
    """The knowledge base can't be used; `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{problems[0]}{more}. See all with: bot plan check")


@dataclass(frozen=True)
class Place:
    """Where an entry stands: its file and its first line, and the lines of its keys."""

    file: Path
    line: int
    keys: dict[tuple[str | int, ...], int] = field(default_factory=dict)

    def line_of(self, *path: str | int) -> int:
        """The line of a key path, or of its nearest parent that has one."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.keys:
                return self.keys[path[:length]]
        return self.line


@dataclass(frozen=True)
class Knowledge:
    """The knowledge base, whole and checked for its shape.

    `places` tells where each entry stands, by its id, and where plan.yml does, by PLAN_FILE.
    """

    plan: Plan
    facts: dict[str, Fact]
    sources: dict[str, Source]
    gaps: dict[str, Gap]
    names: tuple[Name, ...]
    places: dict[str, Place]
    published: dict[str, Published] = field(default_factory=dict)
    """Gaps that staff answered, by their fact."""
    near_misses: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Questions that sound as if a fact answered them, and that it does not; by its id."""
    follow_ups: tuple[FollowUp, ...] = ()
    """Messages that lean on a fact that was shown, and what answers them."""
    questions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Written questions that a fact or gap answers, beside its ways of asking; by its id."""

    after_answers: tuple[AfterAnswer, ...] = ()
    """Messages of all kinds that came after a fact was shown."""

    def entry(self, identity: str) -> Fact | Gap:
        """The fact or gap of an id. Raises KeyError."""
        return self.facts.get(identity) or self.gaps[identity]

    @property
    def holds_more(self) -> bool:
        """Whether anything of it is served and held from training."""
        return any(one.training == "held" for one in self.published.values())

    def copy(self) -> "Knowledge":
        """The same, to be changed by `take`."""
        return replace(
            self, facts=dict(self.facts), sources=dict(self.sources), places=dict(self.places),
            published=dict(self.published),
        )  # fmt: skip

    def take(self, other: "Knowledge") -> None:
        """Hold what was read anew; whoever holds this one sees it."""
        for name in ("facts", "sources", "places", "published"):
            mine: dict[str, Any] = getattr(self, name)
            mine.clear()
            mine.update(getattr(other, name))
        for found in ("milestones", "neighbours"):  # in what was held before
            self.__dict__.pop(found, None)

    @cached_property
    def neighbours(self) -> dict[str, list[Fact]]:
        """By a fact's id what stands near it, where `bot.plan.answer.neighbours` looked."""
        return {}

    @cached_property
    def milestones(self) -> list[Fact]:
        """Facts with a date, oldest first."""
        dated = [fact for fact in self.facts.values() if fact.when]
        return sorted(dated, key=lambda fact: _first_date(fact))


def _first_date(fact: Fact) -> str:
    assert fact.when is not None
    return fact.when.date or fact.when.start or fact.when.end or "9999"


def load(folder: Path = PLAN_DIR, published: Path | None = None) -> Knowledge:
    """Load the knowledge base; raise BadKnowledge with every problem of shape found.

    `published` is the data folder's part of it: gaps that staff answered, held from training.
    """
    problems: list[Problem] = []
    places: dict[str, Place] = {}

    def entries(path: Path, model: type[T]) -> list[T]:
        return list(_entries(path, model, places, problems))

    plan = _single(folder / PLAN_FILE, Plan, places, problems)
    sources = entries(folder / "sources.yml", Source)
    gaps = entries(folder / "gaps.yml", Gap)
    names = entries(folder / "entities.yml", Name)
    files = sorted((folder / "facts").glob("*.yml"))
    if not files:
        problems.append(Problem(folder / "facts", 0, "there is no fact file here; write one"))
    facts = [fact for path in files for fact in entries(path, Fact)]
    answered = list(_published(folder / RELEASED, published, places, problems))
    known = {fact.id for fact in facts} | {gap.id for gap in gaps}
    questions = read_questions(folder / QUESTIONS_FILE, problems, known)
    follow_ups = read_follow_ups(folder / FOLLOW_UPS_FILE, problems, known)
    after_answers = read_after_answers(folder / AFTER_ANSWERS_FILE, problems, known)
    if problems or plan is None:
        raise BadKnowledge(problems)
    sources += [one.source for one in answered if one.source]
    facts += [one.fact for one in answered]
    return Knowledge(
        plan,
        {fact.id: fact for fact in facts},
        {source.id: source for source in sources},
        {gap.id: gap for gap in gaps},
        tuple(names),
        places,
        {one.fact.id: one for one in answered},
        by_entry(questions, answers=False),
        tuple(follow_ups),
        by_entry(questions, answers=True),
        tuple(after_answers),
    )


def _published(
    released: Path, held: Path | None, places: dict[str, Place], problems: list[Problem]
) -> Iterator[Published]:
    """One published gap of each file; a released one stands before its held twin."""
    files = {path.name: path for path in (held.glob("*.yml") if held else ())}
    files |= {path.name: path for path in released.glob("*.yml")}
    for _, path in sorted(files.items()):
        read = _read(path, problems)
        if read is None:
            continue
        value, whole = read
        try:
            one = Published.model_validate(value)
        except ValidationError as error:
            problems += _explain(error, whole)
            continue
        for key, identity in (("fact", one.fact.id), ("source", one.source and one.source.id)):
            if not identity:
                continue
            keys = {k[1:]: line for k, line in whole.keys.items() if k[:1] == (key,)}
            if identity in places:
                what = f"the id '{identity}' is taken already; give this entry another"
                problems.append(Problem(path, keys.get(("id",), 1), what))
            places[identity] = Place(path, keys.get((), 1), keys)
        yield one


def _single(
    path: Path, model: type[T], places: dict[str, Place], problems: list[Problem]
) -> T | None:
    read = _read(path, problems)
    if read is None:
        return None
    value, place = read
    places[path.name] = place
    try:
        return model.model_validate(value)
    except ValidationError as error:
        problems += _explain(error, place)
        return None


def _entries(
    path: Path, model: type[T], places: dict[str, Place], problems: list[Problem]
) -> Iterator[T]:
    read = _read(path, problems)
    if read is None:
        return
    value, whole = read
    if not isinstance(value, list):
        problems.append(Problem(path, 1, "must be a list of entries, each beginning with '- id:'"))
        return
    adapter = TypeAdapter(model)
    for index, entry in enumerate(value):
        keys = {k[1:]: line for k, line in whole.keys.items() if k[:1] == (index,)}
        place = Place(path, keys.get((), whole.line), keys)
        identity = entry.get("id") if isinstance(entry, dict) else None
        if isinstance(identity, str):
            if identity in places:
                first = places[identity]
                problems.append(
                    Problem(
                        path,
                        place.line_of("id"),
                        f"the id '{identity}' is taken already, in {first.file.name}:"
                        f"{first.line}; give this entry another",
                    )
                )
                continue
            places[identity] = place
        try:
            yield adapter.validate_python(entry)
        except ValidationError as error:
            problems += _explain(error, place, identity)


def _explain(error: ValidationError, place: Place, identity: Any = None) -> Iterator[Problem]:
    who = f"{identity}: " if identity else ""
    for one in error.errors():
        key = ".".join(str(part) for part in one["loc"])
        if one["type"] == "extra_forbidden":
            what = f"{who}unknown key '{key}'; remove it or mend its spelling"
        elif one["type"] == "missing":
            what = f"{who}the key '{key}' is missing; add it"
        elif not key:
            what = f"{who}must be keys and values, not {one['input']!r:.60}; mend it"
        else:
            what = f"{who}'{key}' is not right: {one['msg'].lower()} (it is {one['input']!r:.60})"
        yield Problem(place.file, place.line_of(*one["loc"]), what)


def _read(path: Path, problems: list[Problem]) -> tuple[Any, Place] | None:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        problems.append(Problem(path, 0, f"can't be read ({error.strerror})"))
        return None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problems.append(Problem(path, line, "is not UTF-8 text; save it as UTF-8"))
        return None
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        problems.append(_bad_yaml(path, text, error))
        return None
    lines: dict[tuple[str | int, ...], int] = {}
    value = _plain(node, (), lines, path, problems)
    return value, Place(path, 1, lines)


def _bad_yaml(path: Path, text: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    if mark:
        line = mark.line + 1
    else:  # a character that YAML forbids: the error tells where it stands in the text
        position = getattr(error, "position", None)
        line = text[:position].count("\n") + 1 if isinstance(position, int) else 1
    reason = getattr(error, "problem", None) or str(error).splitlines()[0]
    return Problem(path, line, f"is not valid YAML ({reason}); mend it")


def _plain(
    node: Any,
    path: tuple[str | int, ...],
    lines: dict[tuple[str | int, ...], int],
    file: Path,
    problems: list[Problem],
) -> Any:
    """Turn a YAML node into plain values and note the line of every key."""
    if node is None:
        return None
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(n, (*path, i), lines, file, problems) for i, n in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in result:
                problems.append(Problem(file, line, f"the key '{key}' stands twice; keep one"))
            lines[(*path, key)] = line
            result[key] = _plain(value_node, (*path, key), lines, file, problems)
        return result
    return _scalar(node)


def _scalar(node: Any) -> Any:
    if node.tag == "tag:yaml.org,2002:null":
        return None
    if node.tag == "tag:yaml.org,2002:bool":
        return node.value.lower() in {"true", "yes", "on"}
    if node.tag == "tag:yaml.org,2002:int":
        try:
            return int(node.value)
        except ValueError:
            return node.value
    return node.value
