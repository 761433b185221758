"""The gold questions' test split, written apart from the training data, as a floor."""

import asyncio
import re

import pytest
import yaml

from bench.running import Running
from bot import ROOT
from bot.evaluation.gold import read
from bot.evaluation.run import evaluate
from bot.language.gloss import fold
from bot.web.words import WORDS


@pytest.mark.slow
def test_the_answers_to_the_gold_questions_are_above_the_thresholds(assistant: Running) -> None:
    found = asyncio.run(evaluate(assistant.settings, misses=False))
    assert [t.name for t in found.thresholds if not t.holds] == []


def _key(text: str) -> str:
    return re.sub(r"\W+", " ", fold(text)).strip()


def test_no_gold_question_stands_in_the_training_data() -> None:
    # Unicode lines are plain questions with something hidden in them.
    lines = [line for talk in read() for line in talk if line.style != "unicode"]
    gold = {text for line in lines if len((text := _key(line.text)).split()) >= 5}
    trained = set()
    for file in (ROOT / "data" / "nlu").glob("*.yml"):
        for group in yaml.safe_load(file.read_text("utf-8"))["nlu"]:
            trained |= {_key(line.removeprefix("- ")) for line in group["examples"].splitlines()}
    for file in [*(ROOT / "data/plan/facts").glob("*.yml"), ROOT / "data/plan/gaps.yml"]:
        for entry in yaml.safe_load(file.read_text("utf-8")):
            trained |= {_key(ask) for asks in entry["asks"].values() for ask in asks}
    for name in ("questions.tsv", "follow_ups.tsv", "after_answers.tsv"):
        for line in (ROOT / "data" / "plan" / name).read_text("utf-8").splitlines():
            trained.add(_key(line.split("\t")[3]))
    # What the page itself offers as a first question has to be known to the letter.
    offered = {_key(words[f"example_{n}"]) for words in WORDS.values() for n in range(1, 6)}
    assert not gold & trained - offered


def test_no_test_line_is_also_a_validation_line() -> None:
    """Validation lines were looked at while the answers were written."""
    texts = {
        split: {_key(talk[0].text) for talk in read(split=split) if len(talk) == 1}
        for split in ("validation", "test")
    }
    kept = {_key(talk[0].text) for talk in read(split="test") if talk[0].style == "unicode"}
    assert not texts["validation"] & texts["test"] - kept
