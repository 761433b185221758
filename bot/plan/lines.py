"""Files of a knowledge base with a line for each message: questions, follow-ups, what came after.

Each line has four columns with tabs between; the third is the language, the last the message.
"""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.plan.model import LANGUAGES
from bot.plan.problems import Problem

QUESTIONS_FILE = "questions.tsv"
FOLLOW_UPS_FILE = "follow_ups.tsv"
AFTER_ANSWERS_FILE = "after_answers.tsv"
SIGNS = ("+", "-")
KINDS = ("ask", "comment", "smalltalk", "city_service", "out_of_scope", "danger")
"""What a message after an answer may be."""
Columns = tuple[str, str, str, str]


@dataclass(frozen=True)
class WrittenQuestion:
    """A line of questions.tsv: a question, and whether an entry answers it."""

    entry: str
    answers: bool
    text: str


@dataclass(frozen=True)
class FollowUp:
    """A line of follow_ups.tsv: a message after a fact was shown, and the entry that answers it.

    `entry` is None where the sources don't hold what is asked.
    """

    shown: str
    entry: str | None
    language: str
    text: str


@dataclass(frozen=True)
class AfterAnswer:
    """A line of after_answers.tsv: a message after a fact was shown, and what kind it is."""

    shown: str
    kind: str
    text: str


def read_questions(
    file: Path, problems: list[Problem], known: Container[str]
) -> list[WrittenQuestion]:
    """The questions written for the `known` entries; none where there is no file."""
    form = "an id, + or -, en or es, and a question"
    return [
        WrittenQuestion(entry, sign == "+", text)
        for entry, sign, _, text in _lines(file, form, problems, known, SIGNS)
    ]


def read_follow_ups(file: Path, problems: list[Problem], known: Container[str]) -> list[FollowUp]:
    """The follow-ups written for the `known` entries; none where there is no file."""
    form = "the id that was shown, the id that answers or -, en or es, and a message"
    return [
        FollowUp(shown, None if entry == "-" else entry, language, text)
        for shown, entry, language, text in _lines(file, form, problems, known)
    ]


def read_after_answers(
    file: Path, problems: list[Problem], known: Container[str]
) -> list[AfterAnswer]:
    """The messages after answers of the `known` entries; none where there is no file."""
    form = f"the id that was shown, one of {', '.join(KINDS)}, en or es, and a message"
    return [
        AfterAnswer(shown, kind, text)
        for shown, kind, _, text in _lines(file, form, problems, known, KINDS)
    ]


def by_entry(questions: Iterable[WrittenQuestion], answers: bool) -> dict[str, tuple[str, ...]]:
    """The questions that their entries answer, or that they don't, by the entry's id."""
    result: dict[str, tuple[str, ...]] = {}
    for one in questions:
        if one.answers is answers:
            result[one.entry] = (*result.get(one.entry, ()), one.text)
    return result


def _lines(
    file: Path,
    form: str,
    problems: list[Problem],
    known: Container[str],
    second: Container[str] | None = None,
) -> Iterator[Columns]:
    """The columns of each line of that form whose ids are known; of all others, the problem.

    `second` says what the second column may be; without it, that is an id as well, or -.
    """
    what = f"must be {form}, with tabs between; mend it"
    for number, line in _columns(file, what, problems):
        first, kind, language, _ = line
        if language not in LANGUAGES or (kind not in second if second else first == "-"):
            problems.append(Problem(file, number, what))
            continue
        ids = (first,) if second else (first, kind)
        unknown = [one for one in ids if one not in known and (second or one != "-")]
        if unknown:
            missing = f"no fact or gap has the id '{unknown[0]}'; mend it or remove the line"
            problems.append(Problem(file, number, missing))
        else:
            yield line


def _columns(file: Path, what: str, problems: list[Problem]) -> Iterator[tuple[int, Columns]]:
    """The number and the four columns of each line; `what` tells how a line must be."""
    if not file.exists():
        return
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(file, 0, f"can't be read as UTF-8 text ({error})"))
        return
    for number, line in enumerate(lines, 1):
        parts = [part.strip() for part in line.split("\t")]
        if len(parts) != 4 or not all(parts):
            problems.append(Problem(file, number, what))
        else:
            yield number, (parts[0], parts[1], parts[2], parts[3])
