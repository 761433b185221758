"""Fit the weights of bot/plan/support.py, and say how well they tell hits from near misses.

    python -m bench.support

From the validation questions that have an answer or are absent, each by its first hit: right if
it covers an accepted entry of the fact sheet. Ways of asking that were left out can't take their
place, since the encoder has learned from all of them. Messages that lean on the one before come
from the validation conversations, which are replayed without intents. What is printed of a model
is measured on tenths that it was not fitted on (whole conversations); the weights at the end are
fitted on all. Takes two minutes.
"""

import sys
from collections.abc import Iterator
from dataclasses import astuple, fields
from datetime import date
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from bot.evaluation.gold import Kind, read
from bot.plan.answer import Speaker
from bot.plan.context import Memory, Question
from bot.plan.decide import Decider
from bot.plan.load import load
from bot.plan.model import Status
from bot.plan.support import (
    BIAS,
    BIAS_IN_CONTEXT,
    WEIGHTS,
    WEIGHTS_IN_CONTEXT,
    Support,
)
from bot.train import load_index

KEPT_RIGHT = (0.98, 0.96, 0.95, 0.94, 0.92, 0.90)
STRENGTH, STRENGTH_IN_CONTEXT = 0.3, 0.1
ASKED_FOR = {Status.ANSWERED, Status.CONFLICTING, Status.OTHER_PLAN, Status.ABSENT}


def collect() -> Iterator[tuple[tuple[float, ...], bool]]:
    """Evidence for the first hit of each question, and whether it is right."""
    knowledge = load()
    index, support = load_index(knowledge), Support(knowledge)
    decider = Decider(knowledge, index)
    for talk in read(split="validation"):
        line = talk[0]
        if line.kind is not Kind.SINGLE or not ASKED_FOR & set(line.statuses):
            continue
        text, hits, _ = decider.found(Question(line.text), Memory())
        if hits[0].id in knowledge.facts:
            evidence = support.evidence(index.corrected(text), hits)
            yield astuple(evidence), bool(set(line.refs) & set(knowledge.facts[hits[0].id].refs))


def tell(name: str, by: Any, right: Any) -> None:
    """Print how well one number tells right hits from wrong ones."""
    print(f"{name}: area under the curve {roc_auc_score(right, by):.3f}", end="")
    for share in KEPT_RIGHT:
        at = np.quantile(by[right], 1 - share)
        print(f"; {share:.0%} of right ones with {np.mean(by[~right] >= at):.1%} wrong", end="")
    print()


def collect_in_context() -> Iterator[tuple[tuple[float, ...], bool, str]]:
    """The same for messages that lean on the one before, with the id of the conversation."""
    knowledge = load()
    index, support = load_index(knowledge), Support(knowledge)
    decider = Decider(knowledge, index)
    for talk in read(split="validation"):
        if talk[0].kind is not Kind.TURN:
            continue
        memory = Memory()
        for line in talk:
            question = Question(line.text)
            text, hits, leans = decider.found(question, memory)
            if leans and hits[0].id in knowledge.facts and ASKED_FOR & set(line.statuses):
                evidence = support.evidence_in_context(index.corrected(text), hits)
                right = bool(set(line.refs) & set(knowledge.facts[hits[0].id].refs))
                yield astuple(evidence), right, talk[0].id
            speaker = Speaker(line.lang, "web", date.today(), "311")
            answer = decider.answer(question, memory, speaker)
            gap = tuple(i for i in answer.near[:1] if i in knowledge.gaps)
            choices = tuple(b.value for b in answer.buttons if b.kind == "fact")
            memory = Memory(
                answer.facts or gap or memory.facts,
                answer.choices or choices or answer.facts,
                line.text if answer.facts or answer.near or answer.offer else memory.question,
            )


def fit(rows: Any, right: Any, now: Any, strength: float, groups: Any = None) -> tuple[Any, float]:
    """Weights and bias fitted on all rows; prints what lets how much through."""
    print(f"{len(right)} questions, {right.sum()} of them with a right first hit")
    model = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=5000))
    tenths = GroupKFold(10) if groups else StratifiedKFold(10, shuffle=True, random_state=0)
    fitted = cross_val_predict(
        model, rows, right, cv=tenths, groups=groups, method="predict_proba"
    )[:, 1]
    tell("the score alone", rows[:, 0], right)
    tell("as it is", now, right)
    tell("fitted", fitted, right)
    model.fit(rows, right)
    scaler, logistic = model[0], model[-1]
    weights = logistic.coef_[0] / scaler.scale_
    return weights, float(logistic.intercept_[0] - weights @ scaler.mean_)


def main() -> int:
    """Print the weights, and what they and the score alone let through."""
    evidence, correct = zip(*collect(), strict=True)
    rows, right = np.array(evidence), np.array(correct)
    now = rows @ np.array(astuple(WEIGHTS)) + BIAS
    weights, bias = fit(rows, right, now, STRENGTH)
    for field, weight in zip(fields(WEIGHTS), weights, strict=True):
        print(f"{field.name}={weight:.2f}")
    print(f"BIAS = {bias:.2f}")
    print("\nMessages that lean on the one before")
    evidence, correct, talks = zip(*collect_in_context(), strict=True)
    rows, right = np.array(evidence), np.array(correct)
    now = rows @ np.array(astuple(WEIGHTS_IN_CONTEXT)) + BIAS_IN_CONTEXT
    weights, bias = fit(rows, right, now, STRENGTH_IN_CONTEXT, talks)
    for field, weight in zip(fields(WEIGHTS_IN_CONTEXT), weights, strict=True):
        print(f"{field.name}={weight:.2f}")
    print(f"BIAS_IN_CONTEXT = {bias:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
