"""The shipped intent pipeline on a public data set: `python -m bench.intents FILE`.

FILE is CLINC150's data_full.json, or any JSON of the same shape: lists of [text, intent] under
"train", "val", "test", and, where the set has messages of no intent, "oos_val" and "oos_test".
The pipeline is that of config.yml, unchanged, trained by `rasa train nlu` itself. The threshold
is chosen on the validation split; the test split is only reported.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bench.slips import with_slips
from bot import ROOT
from bot.train import TrainingFailed
from bot.trained import RASA_PYTHON, rasa_environment

IN_SCOPE_KEPT = 0.945
"""The threshold is the highest that leaves this share of validation messages right."""
MARGIN = 0.01
"""Kept above that share on validation, since a test split differs by chance."""
SLIPS = 0.3
Rows = list[list[str]]


def train(rows: Rows, folder: Path) -> tuple[Path, float]:
    """Train config.yml's pipeline on [text, intent] rows by Rasa; the model, and the seconds."""
    examples: dict[str, list[str]] = {}
    for text, intent in rows:
        examples.setdefault(intent, []).append(" ".join(text.split()))
    nlu = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)}
        for intent, texts in examples.items()
    ]
    data = folder / "nlu.yml"
    data.write_text(yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True, width=9999))
    began = time.monotonic()
    log = folder / "train.log"
    with log.open("w") as output:
        done = subprocess.run(
            [str(RASA_PYTHON), "-m", "rasa", "train", "nlu", "--config", "config.yml",
             "--nlu", str(data), "--out", str(folder), "--fixed-model-name", "intents"],
            cwd=ROOT, env=rasa_environment(), stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    if done.returncode != 0:
        raise TrainingFailed(log.read_text()[-6000:])
    return folder / "intents.tar.gz", time.monotonic() - began


def parse(model: Path, texts: list[str], folder: Path) -> list[tuple[str, float]]:
    """The intent and confidence of each text."""
    source, target = folder / "texts.jsonl", folder / "parsed.jsonl"
    source.write_text("".join(json.dumps(text) + "\n" for text in texts), encoding="utf-8")
    subprocess.run(
        [str(RASA_PYTHON), "-W", "ignore", str(ROOT / "bench" / "inside_parse.py"),
         str(model), str(source), str(target)],
        cwd=ROOT, env=rasa_environment(), check=True, capture_output=True,
    )  # fmt: skip
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    return [(intent, confidence) for intent, confidence in rows]


def right(found: list[tuple[str, float]], rows: Rows, threshold: float = 0.0) -> float:
    """The share whose intent is right and whose confidence reaches the threshold."""
    pairs = zip(found, rows, strict=True)
    return float(np.mean([i == want and c >= threshold for (i, c), (_, want) in pairs]))


def threshold_for(found: list[tuple[str, float]], rows: Rows) -> float:
    """The highest threshold at which this much of the validation split stays right."""
    keep = min(IN_SCOPE_KEPT + MARGIN, right(found, rows))
    good = sorted(
        (c for (i, c), (_, want) in zip(found, rows, strict=True) if i == want), reverse=True
    )
    return good[min(len(good), int(np.ceil(keep * len(rows)))) - 1]


def measure(data: dict[str, Rows], slips: bool = True) -> dict[str, float]:
    """Every figure of one data set."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        model, figures["training, s"] = train(data["train"], folder)

        def ask(rows: Rows) -> list[tuple[str, float]]:
            return parse(model, [text for text, _ in rows], folder)

        began = time.monotonic()
        found = ask(data["test"])
        figures["ms a message, start included"] = (
            1000 * (time.monotonic() - began) / len(data["test"])
        )
        figures["in scope, no gate"] = right(found, data["test"])
        if data.get("oos_test"):
            threshold = threshold_for(ask(data["val"]), data["val"])
            outside = [c for _, c in ask(data["oos_test"])]
            figures["threshold"] = threshold
            figures["in scope, with the threshold"] = right(found, data["test"], threshold)
            figures["out of scope recalled"] = float(np.mean([c < threshold for c in outside]))
            inside = [c for _, c in found]
            figures["area under the curve"] = float(
                np.mean(
                    np.searchsorted(np.sort(outside), inside, side="left") / len(outside)
                    + (
                        np.searchsorted(np.sort(outside), inside, side="right")
                        - np.searchsorted(np.sort(outside), inside, side="left")
                    )
                    / (2 * len(outside))
                )
            )
        if slips:
            dice = random.Random(30)
            rough = [[with_slips(text, SLIPS, dice), want] for text, want in data["test"]]
            figures["in scope, slips in 30 % of words"] = right(ask(rough), rough)
            figures["lost by slips, points"] = 100 * (
                figures["in scope, no gate"] - figures["in scope, slips in 30 % of words"]
            )
    return figures


def main() -> int:
    """Print the figures of one file."""
    parser = argparse.ArgumentParser(prog="bench.intents", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--no-slips", action="store_true", help="leave typing mistakes out")
    given = parser.parse_args()
    if not given.file.is_file():
        print(f"There is no file {given.file}. Give the path of data_full.json.", file=sys.stderr)
        return 1
    data: dict[str, Any] = json.loads(given.file.read_text(encoding="utf-8"))
    for name, value in measure(data, slips=not given.no_slips).items():
        print(f"{name:36} {value:8.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
