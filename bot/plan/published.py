"""Published gaps in the data folder: made ready for answers in a process of its own.

The index of the whole knowledge base is built there, the gold questions are asked of it, and
`ready.json` is written last: the actions take up what it names, without a stop.
"""

import json
import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.language.encoder import SentenceEncoder
from bot.plan.answer import Speaker
from bot.plan.check import check_fact
from bot.plan.context import Memory, Question
from bot.plan.decide import Decider
from bot.plan.documents import documents
from bot.plan.indexing import digest, load_or_build
from bot.plan.load import PLAN_DIR, READY, RELEASED, BadKnowledge, Knowledge, load
from bot.plan.search import Index
from bot.trained import MODELS


def index_of(knowledge: Knowledge, encoder: SentenceEncoder, folder: Path) -> Index:
    """The index with the published gaps, kept beside them; half a minute if it is missing."""
    return load_or_build(documents(knowledge), encoder, folder, (MODELS,))


def missed(knowledge: Knowledge, index: Index) -> dict[str, list[str]]:
    """Gold questions that are not answered by their fact, by fact.

    They are asked as the untrained assistant takes them at worst: surely as something else.
    """
    found: dict[str, list[str]] = {}
    decider, today = Decider(knowledge, index), datetime.now(UTC).date()
    for identity, one in knowledge.published.items():
        for question in one.gold:
            asked = Question(question.text, "out_of_scope", 1.0)
            answer = decider.answer(asked, Memory(), Speaker(question.lang, "web", today))
            if identity not in answer.facts:
                found.setdefault(identity, []).append(question.text)
    return found


def release(fact: str, held: Path, folder: Path = PLAN_DIR) -> Path:
    """Take a published gap into the plan's folder, where training reads it; its file.

    Raises OSError.
    """
    text = (held / f"{fact}.yml").read_text(encoding="utf-8")
    released = folder / RELEASED / f"{fact}.yml"
    released.parent.mkdir(exist_ok=True)
    released.write_text(text.replace("\ntraining: held\n", "\ntraining: released\n"), "utf-8")
    return released


def prepare(folder: Path) -> None:
    """Make a folder's published gaps ready. Raises BadKnowledge; what was ready stays so."""
    knowledge = load(published=folder)
    problems = [p for identity in knowledge.published for p in check_fact(knowledge, identity)]
    if problems:
        raise BadKnowledge(problems)
    name, failing = "", {}
    if knowledge.holds_more:
        index = index_of(knowledge, SentenceEncoder(), folder)
        name, failing = f"index-{digest(documents(knowledge))}", missed(knowledge, index)
    state = {"facts": sorted(knowledge.published), "missed": failing}
    partial = folder / f"{READY}.{os.getpid()}"
    partial.write_text(json.dumps(state), encoding="utf-8")
    partial.rename(folder / READY)
    for old in folder.glob("index-*"):
        if old.name != name:
            shutil.rmtree(old, ignore_errors=True)


def main() -> int:
    """`python -m bot.plan.published FOLDER`; one clear line and 1 if it can't be done."""
    os.nice(10)
    try:
        prepare(Path(sys.argv[1]))
    except (BadKnowledge, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
