"""Train the assistant, and tell whether a trained one still fits what it was trained from.

A model's file name is a hash of everything that went in, so an outdated model is never served.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from bot import ROOT
from bot.language.encoder import VECTORS, DamagedEncoder, SentenceEncoder
from bot.language.gloss import fold, in_english
from bot.plan import asking
from bot.plan.check import check
from bot.plan.declines import decline_documents
from bot.plan.documents import documents
from bot.plan.indexing import digest, load_or_build
from bot.plan.load import BadKnowledge, Knowledge, load
from bot.plan.model import Fact, Gap, Topic
from bot.plan.search import Index
from bot.trained import MODELS, RASA_PYTHON, model_path, rasa_environment

_INTENT_OF_TOPIC = {
    Topic.PLAN: "ask_plan",
    Topic.VISION: "ask_plan",
    Topic.PILLARS: "ask_pillar",
    Topic.STRATEGIES: "ask_strategies",
    Topic.TIMELINE: "ask_when",
    Topic.MONEY: "ask_figures",
    Topic.FIGURES: "ask_figures",
    Topic.TAKE_PART: "ask_take_part",
    Topic.PEOPLE: "ask_who",
    Topic.ATTACK: "ask_related",
    Topic.SYSTEMS: "ask_related",
    Topic.SMART_CITY: "ask_related",
    Topic.DIGITAL_DIVIDE: "ask_related",
    Topic.OTHER_PLANS: "ask_other_plan",
    Topic.GLOSSARY: "ask_meaning",
}
_INTENT_OF_FACT = {
    "five-pillars": "ask_pillars",
    "plan-timeline": "ask_timeline",
    "still-going": "ask_aftermath",
}
# The shape of a question says more than its topic.
_INTENT_OF_SHAPE = (
    (re.compile(r"^(?:when|what (?:day|date|year|month)|since when|until when|cuando|hasta cuando|desde cuando|en que (?:año|fecha|mes))\b"), "ask_when"),
    (re.compile(r"^(?:who|whos|quien|quienes)\b"), "ask_who"),
    (re.compile(r"^(?:how (?:much|many|big|large)|what percent|cuant[oa]s?|que porcentaje)\b"), "ask_figures"),
    (re.compile(r"\b(?:what does .{1,40} (?:mean|stand for)|meaning of|que significa|que quiere decir)\b"), "ask_meaning"),
)  # fmt: skip


class TrainingFailed(Exception):
    """Training did not give a model; the text says why and where the log is."""


def load_index(
    knowledge: Knowledge, models: Path = MODELS, encoder: SentenceEncoder | None = None
) -> Index:
    """The search index of this knowledge base; built, and kept beside the models, if missing.

    The small index of what is declined, and what tells messages that ask, are kept with it.
    """
    wanted, declined = documents(knowledge), decline_documents()
    encoder = encoder or SentenceEncoder()
    index = load_or_build(wanted, encoder, models)
    load_or_build(declined, encoder, models)
    asking.load_or_fit(knowledge, index, models)
    kept = {f"index-{digest(wanted)}", f"index-{digest(declined)}"}
    for old in models.glob("index-*"):
        if old.name not in kept:
            shutil.rmtree(old, ignore_errors=True)
    for file in models.glob("asking-*"):
        if file.name != asking.name(knowledge):
            file.unlink(missing_ok=True)
    return index


def train(force: bool = False, models: Path = MODELS, work: Path | None = None) -> Path:
    """Train unless the model of the present data is there; return its path.

    Raises TrainingFailed, and BadKnowledge when the knowledge base has a problem.
    """
    knowledge = load()
    problems = check(knowledge)
    if problems:
        raise BadKnowledge(problems)
    target = model_path(models)
    if target.exists() and not force:
        load_index(knowledge, models)
        return target
    if not RASA_PYTHON.exists():
        raise TrainingFailed("The Rasa environment is missing. Make it with: make install")
    models.mkdir(parents=True, exist_ok=True)
    work = work or ROOT / "var" / "build"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    (work / "facts.yml").write_text(as_nlu(knowledge), encoding="utf-8")
    # Both need the vectors of the facts' ways of asking.
    encoder, vectors = SentenceEncoder(), work / "vectors.npz"
    examples = [*_examples(ROOT / "data" / "nlu"), *_examples(work)]
    texts = [text for d in documents(knowledge) for text in (*d.asks, *d.body, *d.near_misses)]
    encoder.prepare(map(in_english, [*examples, *texts]), os.cpu_count() or 1)
    encoder.save(vectors)
    log = work / "train.log"
    partial = f"partial-{os.getpid()}"
    command = [
        str(RASA_PYTHON), "-m", "bot.nlu.rasa", "train",
        "--domain", "domain.yml", "--config", "config.yml",
        "--data", "data/nlu", "data/rules", str(work / "facts.yml"),
        "--out", str(models), "--fixed-model-name", partial,
    ]  # fmt: skip
    with log.open("w") as output:
        rasa = subprocess.Popen(  # noqa: S603
            command, cwd=ROOT, env=rasa_environment() | {VECTORS: str(vectors)},
            stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            # The search index is built while Rasa trains, which uses one core.
            load_index(knowledge, models, encoder)
        finally:
            code = rasa.wait()
    made = models / f"{partial}.tar.gz"
    if code != 0 or not made.exists():
        raise TrainingFailed(f"Training failed. The reason is at the end of {log}")
    made.rename(target)
    vectors.unlink()
    for old in models.glob("assistant-*.tar.gz"):
        if old != target:
            old.unlink()
    return target


def as_nlu(knowledge: Knowledge) -> str:
    """The facts' and gaps' own ways of asking, as Rasa training data."""
    written = set(_written(ROOT / "data" / "nlu"))
    examples: dict[str, list[str]] = {}
    entries: list[Fact | Gap] = [*knowledge.facts.values(), *knowledge.gaps.values()]
    for entry in entries:
        for ask in (*entry.asks.en, *entry.asks.es):
            folded = _key(ask)
            if folded not in written:
                written.add(folded)
                examples.setdefault(intent_of(entry.id, entry.topic, ask), []).append(ask)
    nlu = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)}
        for intent, texts in sorted(examples.items())
    ]
    return yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True, width=1000)


def intent_of(identity: str, topic: Topic, ask: str) -> str:
    """The intent of one way to ask for a fact."""
    if identity in _INTENT_OF_FACT:
        return _INTENT_OF_FACT[identity]
    shape = fold(ask).lstrip("¿¡ ")
    if topic not in {Topic.OTHER_PLANS, Topic.PILLARS, Topic.GLOSSARY}:
        for pattern, intent in _INTENT_OF_SHAPE:
            if pattern.search(shape):
                return intent
    return _INTENT_OF_TOPIC[topic]


def _written(folder: Path) -> Iterator[str]:
    return map(_key, _examples(folder))


def _examples(folder: Path) -> Iterator[str]:
    for file in folder.glob("*.yml"):
        for group in (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("nlu", []):
            for line in group["examples"].splitlines():
                yield line.removeprefix("- ")


def _key(text: str) -> str:
    return re.sub(r"\W+", " ", fold(text)).strip()


def main() -> int:
    """`make train`; `--work DIR` says where the training data and the log are put."""
    parser = argparse.ArgumentParser(prog="bot.train")
    parser.add_argument("--work", type=Path)
    work = parser.parse_args().work
    try:
        if not model_path().exists():
            print("Training the assistant (about a minute) ...", flush=True)
        print(f"Trained: {train(work=work).relative_to(ROOT)}")
    except (TrainingFailed, BadKnowledge, DamagedEncoder) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
