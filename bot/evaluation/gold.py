"""Read the gold questions, conversations and misuse lines; data/eval/README.md has the format."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot import ROOT
from bot.plan.model import Ref, Status

EVAL_DIR = ROOT / "data" / "eval"
FILES = tuple(EVAL_DIR / f"{name}.jsonl" for name in ("questions", "conversations", "misuse"))
Language = Literal["en", "es"]
Split = Literal["validation", "test"]


class BadGold(Exception):
    """A gold file can't be used; the text names file, line and what to do."""


class Kind(StrEnum):
    """How a line is put."""

    SINGLE = "single"
    TURN = "conversation"
    MISUSE = "misuse"


@dataclass(frozen=True)
class Line:
    """One message, and what counts as a right answer to it."""

    id: str
    kind: Kind
    split: str
    lang: str
    style: str
    """plain, typo, sms or indirect; of misuse its kind; of a turn "conversation"."""
    text: str
    statuses: tuple[Status, ...]
    """Any one is right; the first is preferred."""
    reply_lang: str
    refs: frozenset[str] = frozenset()
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    parts: tuple[frozenset[str], ...] = ()
    """The refs of each of two questions in one message."""


Talk = tuple[Line, ...]
"""Lines put one after the other in one conversation; a single question is a talk of one."""


class _Judged(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=1)]
    status: Annotated[list[Status], Field(min_length=1)]
    refs: list[Ref] = []
    must: list[str] = []
    must_not: list[str] = []
    both: bool = False
    parts: list[list[Ref]] = []
    reply_lang: Language | None = None
    note: str = ""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    lang: Language
    split: Split | None = None
    note: str = ""


class _Single(_Entry, _Judged):
    style: Literal["plain", "typo", "sms", "indirect"] = "plain"


class _Misuse(_Entry, _Judged):
    kind: str


class _Conversation(_Entry):
    turns: Annotated[list[_Judged], Field(min_length=1)]


def read(*files: Path, split: str = "all") -> list[Talk]:
    """The gold lines of a split; of the whole gold set if no file is named.

    A line without a split belongs to every one. Raises BadGold.
    """
    talks = [talk for file in files or FILES for talk in _talks(file)]
    return [talk for talk in talks if split == "all" or talk[0].split in {split, ""}]


def _talks(file: Path) -> Iterator[Talk]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadGold(f"{file} can't be read as UTF-8 text: {error}") from error
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            talk = _talk(json.loads(line))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise BadGold(f"{file}:{number}: '{where}' is not right: {first['msg']}") from error
        except (ValueError, TypeError, AttributeError) as error:
            raise BadGold(f"{file}:{number}: is not one JSON object: {error}") from error
        if talk[0].id in seen:
            raise BadGold(f"{file}:{number}: the id '{talk[0].id}' stands twice; give it another")
        seen.add(talk[0].id)
        yield talk


def _talk(row: object) -> Talk:
    if not isinstance(row, dict):
        raise TypeError(f"it is {str(row)[:40]}")
    if "turns" in row:
        conversation = _Conversation.model_validate(row)
        language, turns = conversation.lang, []
        for turn in conversation.turns:
            language = turn.reply_lang or language
            turns.append(_line(conversation, turn, Kind.TURN, "conversation", language))
        return tuple(turns)
    if "kind" in row:
        misuse = _Misuse.model_validate(row)
        return (_line(misuse, misuse, Kind.MISUSE, misuse.kind, misuse.lang),)
    single = _Single.model_validate(row)
    return (_line(single, single, Kind.SINGLE, single.style, single.lang),)


def _line(entry: _Entry, judged: _Judged, kind: Kind, style: str, reply_lang: str) -> Line:
    return Line(
        entry.id,
        kind,
        entry.split or "",
        entry.lang,
        style,
        judged.text,
        tuple(judged.status),
        judged.reply_lang or reply_lang,
        frozenset(judged.refs),
        tuple(judged.must),
        tuple(judged.must_not),
        tuple(frozenset(part) for part in judged.parts) if judged.both else (),
    )
