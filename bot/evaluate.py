"""Put the gold questions to the running assistant and say what was right, and what was not.

An answer is right when its status is one of the accepted, and, where it answers, it rests on a
fact that covers one of the accepted entries and holds every string it must. A wrong fact is an
answer that rests on none of them.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from bot import ROOT
from bot.client import Client
from bot.plan.load import Knowledge, load
from bot.settings import Settings

EVAL_DIR = ROOT / "data" / "eval"
ANSWERING = {"answered", "conflicting", "other_plan"}
AT_ONCE = 4


@dataclass(frozen=True)
class Verdict:
    """How one message was answered."""

    row: dict[str, Any]
    answer: dict[str, Any]
    right: bool
    wrong_fact: bool
    why: str


@dataclass
class Tally:
    """Counts of a group of verdicts."""

    total: int = 0
    right: int = 0
    wrong_fact: int = 0

    def add(self, verdict: Verdict) -> None:
        """Count one."""
        self.total += 1
        self.right += verdict.right
        self.wrong_fact += verdict.wrong_fact

    @property
    def share(self) -> float:
        """The share of right answers."""
        return self.right / self.total if self.total else 0.0

    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share."""
        if not self.total:
            return 0.0, 1.0
        z, n, p = 1.96, self.total, self.share
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * ((p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5) / (1 + z * z / n)
        return centre - half, centre + half


@dataclass
class Outcome:
    """All verdicts of a run, by group."""

    verdicts: list[Verdict] = field(default_factory=list)

    def tally(self, **wanted: str) -> Tally:
        """Counts over the verdicts whose row has these values."""
        result = Tally()
        for verdict in self.verdicts:
            if all(verdict.row.get(key) == value for key, value in wanted.items()):
                result.add(verdict)
        return result


def judge(row: dict[str, Any], answer: dict[str, Any], knowledge: Knowledge) -> Verdict:
    """Compare one answer with what its gold line accepts."""
    if "error" in answer:
        return Verdict(row, answer, False, False, f"error {answer['error']['code']}")
    status = answer["status"]
    facts = [source["fact"] for reply in answer["replies"] for source in reply["sources"]]
    refs = {ref for fact in facts for ref in knowledge.facts[fact].refs}
    text = "\n".join(reply["text"] for reply in answer["replies"]).lower()
    accepted = set(row["status"])
    # The standing of the fact decides answered or conflicting, and a fact about another plan may
    # be asked for as such: what counts is that the right fact was given.
    answering = accepted & ANSWERING
    fits = bool(answering and refs & set(row["refs"]))
    if status in ANSWERING:
        if not answering:
            return Verdict(row, answer, False, True, f"answered, should be {sorted(accepted)}")
        if row["refs"] and not fits:
            return Verdict(row, answer, False, True, f"rests on {sorted(set(facts))}")
        missing = [must for must in row.get("must", []) if must.lower() not in text]
        if missing:
            return Verdict(row, answer, False, False, f"lacks {missing}")
        return Verdict(row, answer, True, False, "")
    if status in accepted:
        return Verdict(row, answer, True, False, "")
    return Verdict(row, answer, False, False, f"{status}, should be {sorted(accepted)}")


def read(path: Path, split: str) -> list[dict[str, Any]]:
    """The gold lines of a split ("all" for every line)."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [row for row in rows if split == "all" or row.get("split", split) == split]


async def run(settings: Settings, rows: Iterable[dict[str, Any]], knowledge: Knowledge) -> Outcome:
    """Ask every question, a few at once, each in a conversation of its own."""
    gate = asyncio.Semaphore(AT_ONCE)

    async with Client(settings) as client:

        async def one(row: dict[str, Any]) -> Verdict:
            async with gate:
                answer = await client.say(row["text"], language=row["lang"])
            return judge(row, answer, knowledge)

        return Outcome(list(await asyncio.gather(*(one(row) for row in rows))))


async def talk(settings: Settings, rows: Iterable[dict[str, Any]], knowledge: Knowledge) -> Outcome:
    """Hold every gold conversation; each turn is judged."""
    outcome = Outcome()
    async with Client(settings) as client:
        for row in rows:
            conversation = None
            for turn in row["turns"]:
                answer = await client.say(turn["text"], conversation, language=row["lang"])
                conversation = answer.get("conversation", conversation)
                line = {**turn, "lang": row["lang"], "id": row["id"], "style": "conversation"}
                outcome.verdicts.append(judge(line, answer, knowledge))
    return outcome


async def misuse(settings: Settings, rows: Iterable[dict[str, Any]]) -> list[Verdict]:
    """Put the misuse lines; returns those whose answer was not right."""
    bad = []
    async with Client(settings) as client:
        for row in rows:
            answer = await client.say(row["text"], language=row["lang"])
            status = answer.get("status", answer.get("error", {}).get("code"))
            text = json.dumps(answer.get("replies", ""), ensure_ascii=False).lower()
            said = [word for word in row.get("must_not", []) if word.lower() in text]
            if said or status not in row["status"]:
                bad.append(Verdict(row, answer, False, bool(said), f"{status}, said {said}"))
    return bad


def print_report(outcome: Outcome, console: Console, title: str) -> None:
    """Table of shares with intervals, then every miss with what was expected."""
    table = Table(title=title)
    for column in ("group", "questions", "right", "95 % interval", "wrong fact"):
        table.add_column(column)
    for name, wanted in _groups(outcome):
        tally = outcome.tally(**wanted)
        low, high = tally.interval()
        table.add_row(
            name,
            str(tally.total),
            f"{tally.share:.1%}",
            f"{low:.1%} - {high:.1%}",
            f"{tally.wrong_fact} ({tally.wrong_fact / max(1, tally.total):.1%})",
        )
    console.print(table)
    pairs = Counter((v.row["status"][0], v.answer.get("status", "error")) for v in outcome.verdicts)
    confusion = Table(title="expected status against given")
    for column in ("expected", "given", "count"):
        confusion.add_column(column)
    for (expected, given), count in sorted(pairs.items()):
        if expected != given:
            confusion.add_row(expected, given, str(count))
    console.print(confusion)
    for verdict in outcome.verdicts:
        if not verdict.right:
            row = verdict.row
            console.print(
                f"{row['id']} [{row['lang']}, {row.get('style')}] {row['text']!r}: {verdict.why}; "
                f"accepted {row['refs']}",
                highlight=False,
                markup=False,
            )


def _groups(outcome: Outcome) -> list[tuple[str, dict[str, str]]]:
    groups: list[tuple[str, dict[str, str]]] = [("all", {})]
    for key in ("lang", "style"):
        values = sorted({str(v.row.get(key)) for v in outcome.verdicts})
        groups += [(f"{key} {value}", {key: value}) for value in values]
    return groups


async def evaluate(settings: Settings, file: Path | None, split: str, report: Path | None) -> bool:
    """Run the gold questions (and conversations and misuse, unless a file is given).

    Returns whether the thresholds of data/eval/thresholds.yml hold.
    """
    knowledge = load()
    console = Console(record=report is not None, width=140)
    questions = await run(settings, read(file or EVAL_DIR / "questions.jsonl", split), knowledge)
    print_report(questions, console, f"gold questions, {split}")
    limits = yaml.safe_load((EVAL_DIR / "thresholds.yml").read_text(encoding="utf-8"))
    all_ = questions.tally()
    passed = bool(
        all_.share >= limits["questions_right"]
        and all_.wrong_fact / max(1, all_.total) <= limits["wrong_facts"]
    )
    if file is None:
        talks = await talk(settings, read(EVAL_DIR / "conversations.jsonl", split), knowledge)
        print_report(talks, console, f"gold conversations, {split}")
        bad = await misuse(settings, read(EVAL_DIR / "misuse.jsonl", split))
        console.print(f"misuse: {len(bad)} wrong")
        for verdict in bad:
            console.print(
                f"{verdict.row['id']} {verdict.row['text']!r}: {verdict.why}", markup=False
            )
        passed = passed and talks.tally().share >= limits["turns_right"]
    if report is not None:
        report.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - nothing waits for it
        console.save_html(str(report / "index.html"))
    return passed
