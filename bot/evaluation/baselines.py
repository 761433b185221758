"""What the assistant is measured against: plain keyword search, and Rasa as it comes.

Keyword search is asked in the same run. Rasa takes long to train, so its figures are measured
when asked for (`make baselines`), kept in data/eval/rasa_default.json with the day, the version
and a digest of all that went in, and shown with them.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot import ROOT
from bot.evaluation.gold import EVAL_DIR, FILES, Line, Talk
from bot.evaluation.judge import Given, judge
from bot.evaluation.keyword import KeywordSearch
from bot.evaluation.outcome import Outcome
from bot.evaluation.share import Share
from bot.plan.indexing import Document
from bot.plan.load import PLAN_DIR, Knowledge
from bot.plan.model import Status

KEPT = EVAL_DIR / "rasa_default.json"
DECLINES = (Status.ABSENT, Status.OUT_OF_SCOPE, Status.CLARIFY, Status.CITY_SERVICE)


@dataclass(frozen=True)
class Baseline:
    """The figures of one baseline, and when they were measured."""

    name: str
    note: str
    summary: dict[str, Share]


def keyword_baselines(talks: Iterable[Talk], knowledge: Knowledge) -> list[Baseline]:
    """BM25 over the facts' wordings alone, and over wordings and ways of asking."""
    lines = [line for talk in talks for line in talk]
    now = "measured in this run; each message on its own; always answers"
    return [
        Baseline(f"keyword search over {what}", now, _first_hit(lines, documents, knowledge))
        for what, documents in (
            ("the answers", _answers(knowledge)),
            ("answers and ways of asking", facts_only(knowledge)),
        )
    ]


def facts_only(knowledge: Knowledge) -> list[Document]:
    """Every fact with its ways of asking, its titles and its wordings."""
    return [
        Document(
            fact.id,
            (*fact.asks.en, *fact.asks.es, fact.title.en, fact.title.es),
            (fact.answer.en, fact.answer.es),
        )
        for fact in knowledge.facts.values()
    ]


def _answers(knowledge: Knowledge) -> list[Document]:
    return [
        Document(d.id, (), (*d.asks[-2:], *d.body))  # titles and wordings
        for d in facts_only(knowledge)
    ]


def _first_hit(
    lines: list[Line], documents: list[Document], knowledge: Knowledge
) -> dict[str, Share]:
    search = KeywordSearch(documents)
    verdicts = []
    for line in lines:
        fact = knowledge.facts[search.search(line.text, limit=1)[0]]
        given = Given(fact.status, fact.answer.in_(line.reply_lang), (fact.id,))
        verdicts.append(judge(line, given, knowledge))
    return Outcome(tuple(verdicts)).summary


def outcome_of_rasa(
    lines: Iterable[Line],
    intents: dict[str, str],
    statuses: dict[str, Status],
    knowledge: Knowledge,
) -> Outcome:
    """Judge what intents Rasa told, by text: a fact's id, a gap's, or an intent with a status.

    Its one way to decline is no status of ours, so it counts as whichever of them is accepted.
    """
    verdicts = []
    for line in lines:
        intent = intents[line.text]
        if intent in knowledge.facts:
            fact = knowledge.facts[intent]
            given = Given(fact.status, fact.answer.in_(line.reply_lang), (fact.id,))
        elif intent in knowledge.gaps:
            given = Given(Status.ABSENT)
        elif intent in statuses:
            given = Given(statuses[intent])
        else:
            accepted = [s for s in line.statuses if s in DECLINES]
            given = Given(accepted[0] if accepted else Status.ABSENT)
        verdicts.append(judge(line, given, knowledge))
    return Outcome(tuple(verdicts))


def keep_rasa(
    summaries: dict[str, dict[str, Share]],
    version: str,
    epochs: int,
    learnt: Share,
    data: str,
    day: date,
) -> None:
    """Write what was measured of Rasa's default, by split, and how well it learnt its examples."""
    splits = {
        split: {name: [share.count, share.total] for name, share in summary.items()}
        for split, summary in summaries.items()
    }
    kept = {
        "measured": day.isoformat(),
        "rasa": version,
        "epochs": epochs,
        "learnt": [learnt.count, learnt.total],
        "data": data,
        "splits": splits,
    }
    KEPT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def kept_rasa(split: str, kept: Path = KEPT) -> Baseline | None:
    """What was measured of Rasa's default on this split, if it was."""
    if not kept.exists():
        return None
    found = json.loads(kept.read_text(encoding="utf-8"))
    summary = found["splits"].get(split)
    if summary is None:
        return None
    note = (
        f"measured {found['measured']} with Rasa {found['rasa']} after {found['epochs']} epochs "
        f"of its 100, when it tells {Share(*found['learnt']).value:.0%} of its own examples; "
        f"each message on its own"
    )
    if found["data"] != data_digest():
        note += "; the data have changed since: make baselines"
    shares = {name: Share(count, total) for name, (count, total) in summary.items()}
    return Baseline("Rasa's default configuration", note, shares)


def data_digest() -> str:
    """Names what Rasa's default is trained and asked from."""
    digest = hashlib.sha256()
    files = [
        *FILES,
        *sorted((ROOT / "data" / "nlu").glob("*.yml")),
        *sorted(PLAN_DIR.rglob("*.yml")),
    ]
    for file in files:
        digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]
