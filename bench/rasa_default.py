"""Rasa as it comes, on our data: `make baselines`. Takes hours.

    python -m bench.rasa_default [--epochs N]

The configuration is the one that `rasa init` gives: Rasa's own default pipeline, DIET with 100
epochs and the fallback at its shipped threshold. An answer needs a fact, so each fact and gap is
an intent of its own, trained on its ways of asking; beside them stand the intents of data/nlu
that are no questions about the plan.

DIET's 100 epochs over 14,000 examples of 333 intents take many hours on two cores. With fewer,
what is kept and shown says so, and how many of its own examples it tells after them.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import yaml

from bot import ROOT
from bot.evaluation.baselines import KEPT, data_digest, keep_rasa, outcome_of_rasa
from bot.evaluation.gold import read
from bot.evaluation.share import Share
from bot.plan.load import Knowledge, load
from bot.plan.model import Status
from bot.trained import RASA_PYTHON, rasa_environment

DEFAULT = "rasa/engine/recipes/config_files/default_config.yml"
SHIPPED = 100
"""Epochs of the configuration as it comes."""
EVERY = 25
"""Of so many training examples one is asked too."""
STATUSES = {
    "give_comment": Status.COMMENT,
    "opinion": Status.COMMENT,
    "comment_status": Status.COMMENT,
    "withdraw_comment": Status.COMMENT,
    "emergency": Status.SAFETY,
    "city_service": Status.CITY_SERVICE,
    "out_of_scope": Status.OUT_OF_SCOPE,
    "politics": Status.OUT_OF_SCOPE,
    "abuse": Status.OUT_OF_SCOPE,
    "injection": Status.OUT_OF_SCOPE,
    "none_of_these": Status.CLARIFY,
}
"""What an intent's reply says; every other intent of data/nlu is small talk."""


def examples(knowledge: Knowledge) -> dict[str, list[str]]:
    """Ways of asking by fact or gap, and the examples of the intents that ask for none."""
    entries = [*knowledge.facts.values(), *knowledge.gaps.values()]
    found = {entry.id: [*entry.asks.en, *entry.asks.es] for entry in entries}
    for file in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for group in yaml.safe_load(file.read_text("utf-8")).get("nlu", []):
            intent = group.get("intent", "")
            if intent and not intent.startswith("ask_"):
                lines = group["examples"].splitlines()
                found.setdefault(intent, []).extend(line.removeprefix("- ") for line in lines)
    return found


def main() -> int:
    """Train, ask every gold line, judge, and keep the figures in data/eval/."""
    parser = argparse.ArgumentParser(prog="bench.rasa_default")
    parser.add_argument("--epochs", type=int, default=SHIPPED)
    epochs = parser.parse_args().epochs
    knowledge, data_name = load(), data_digest()
    trained_on = examples(knowledge)
    known = {*knowledge.facts, *knowledge.gaps}
    statuses = {
        intent: STATUSES.get(intent, Status.SMALLTALK)
        for intent in trained_on
        if intent not in known
    }
    splits = {
        split: [line for talk in read(split=split) for line in talk]
        for split in ("validation", "test", "all")
    }
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        nlu = [
            {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)}
            for intent, texts in trained_on.items()
        ]
        data, texts, told = folder / "nlu.yml", folder / "texts.json", folder / "intents.json"
        data.write_text(
            yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True, width=1000), "utf-8"
        )
        own = [(text, intent) for intent, all_ in trained_on.items() for text in all_][::EVERY]
        asked = {*(line.text for line in splits["all"]), *(text for text, _ in own)}
        texts.write_text(json.dumps(sorted(asked)), "utf-8")
        packages = next((ROOT / ".venv-rasa" / "lib").glob("python3*")) / "site-packages"
        shipped = (packages / DEFAULT).read_text("utf-8")
        config = folder / "config.yml"
        config.write_text(shipped.replace(f"epochs: {SHIPPED}", f"epochs: {epochs}"), "utf-8")
        inside = Path(__file__).with_name("inside_rasa_default.py")
        subprocess.run(
            [str(RASA_PYTHON), str(inside), str(config), str(data), str(texts), str(told)],
            check=True,
            cwd=folder,
            env=rasa_environment() | {"LOG_LEVEL": "WARNING"},
            stdout=subprocess.DEVNULL,
        )
        found = json.loads(told.read_text("utf-8"))
    summaries = {
        split: outcome_of_rasa(lines, found["intents"], statuses, knowledge).summary
        for split, lines in splits.items()
    }
    learnt = Share.of(own, lambda pair: found["intents"][pair[0]] == pair[1])
    keep_rasa(summaries, found["rasa"], epochs, learnt, data_name, datetime.now(UTC).date())
    took = time.monotonic() - began
    print(f"{len(trained_on)} intents, {took:.0f} s; kept in {KEPT.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
