"""Fit the weights of bot/plan/support.py, and say how well they tell hits from near misses.

    python -m bench.support

From the validation questions that have an answer or are absent, each by its first hit: right if
it covers an accepted entry of the fact sheet. Ways of asking that were left out can't take their
place, since the encoder has learned from all of them. What is printed of the model is measured
on tenths that it was not fitted on; the weights at the end are fitted on all. Takes ten seconds.
"""

import sys
from collections.abc import Iterator
from dataclasses import astuple, fields
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from bot.evaluation.gold import Kind, read
from bot.plan.load import load
from bot.plan.model import Status
from bot.plan.support import BIAS, WEIGHTS, Evidence, Support
from bot.train import load_index

KEPT_RIGHT = (0.98, 0.96, 0.95, 0.94, 0.92, 0.90)
STRENGTH = 0.3
ASKED_FOR = {Status.ANSWERED, Status.CONFLICTING, Status.OTHER_PLAN, Status.ABSENT}


def collect() -> Iterator[tuple[tuple[float, ...], bool]]:
    """Evidence for the first hit of each question, and whether it is right."""
    knowledge = load()
    index, support = load_index(knowledge), Support(knowledge)
    for talk in read(split="validation"):
        line = talk[0]
        if line.kind is not Kind.SINGLE or not ASKED_FOR & set(line.statuses):
            continue
        hits = index.search(line.text, limit=2)
        if hits[0].id in knowledge.facts:
            evidence = support.evidence(index.corrected(line.text), hits)
            yield astuple(evidence), bool(set(line.refs) & set(knowledge.facts[hits[0].id].refs))


def tell(name: str, by: Any, right: Any) -> None:
    """Print how well one number tells right hits from wrong ones."""
    print(f"{name}: area under the curve {roc_auc_score(right, by):.3f}", end="")
    for share in KEPT_RIGHT:
        at = np.quantile(by[right], 1 - share)
        print(f"; {share:.0%} of right ones with {np.mean(by[~right] >= at):.1%} wrong", end="")
    print()


def main() -> int:
    """Print the weights, and what they and the score alone let through."""
    evidence, correct = zip(*collect(), strict=True)
    rows, right = np.array(evidence), np.array(correct)
    print(f"{len(right)} questions, {right.sum()} of them with a right first hit")
    model = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, max_iter=5000))
    tenths = StratifiedKFold(10, shuffle=True, random_state=0)
    fitted = cross_val_predict(model, rows, right, cv=tenths, method="predict_proba")[:, 1]
    tell("the score alone", rows[:, 0], right)
    tell("as it is", rows @ np.array(astuple(WEIGHTS)) + BIAS, right)
    tell("fitted", fitted, right)
    model.fit(rows, right)
    scaler, logistic = model[0], model[-1]
    weights = logistic.coef_[0] / scaler.scale_
    for field, weight in zip(fields(Evidence), weights, strict=True):
        print(f"{field.name}={weight:.2f}")
    print(f"BIAS = {logistic.intercept_[0] - weights @ scaler.mean_:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
