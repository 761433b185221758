"""Whether a message after an answer asks about it, or the plan, whatever it looks like alone.

"Can I do it without my name?" sounds like small talk, "was he arrested?" like danger, "they must
have said how much" like an opinion. Read after the title of what was shown, they ask. Learned from
data/plan/after_answers.tsv; docs/decisions/0052 has what was tried.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from bot.plan.load import Knowledge
from bot.plan.readings import mark
from bot.plan.search import Index

STRENGTH = 5.0
ASKS = "ask"
"""The kind of line that asks; every other does not."""


@dataclass(frozen=True)
class Asking:
    """A logistic model over a message alone and after the titles of what was shown."""

    weights: Any
    """float64 of shape (769,): of both vectors, then the bias."""

    def likely(self, index: Index, shown: tuple[str, ...], message: str) -> float:
        """How likely it is that a message asks after these were shown, 0 to 1."""
        vectors = index.vectors_after(shown, message)
        return float(1 / (1 + np.exp(-(self.weights[:-1] @ vectors + self.weights[-1]))))


def load_or_fit(knowledge: Knowledge, index: Index, cache: Path) -> Asking | None:
    """The model of these lines from the cache folder, or fitted and kept there: about 5 s.

    None where a knowledge base has no lines of both kinds.
    """
    lines = knowledge.after_answers
    if len({line.kind == ASKS for line in lines}) < 2:
        return None
    file = cache / name(knowledge)
    if file.exists():
        return Asking(np.load(file))
    vectors = np.array([index.vectors_after((line.shown,), line.text) for line in lines])
    model = LogisticRegression(C=STRENGTH, max_iter=3000)
    model.fit(vectors, [line.kind == ASKS for line in lines])
    asking = Asking(np.concatenate([model.coef_[0], model.intercept_]))
    cache.mkdir(parents=True, exist_ok=True)
    partial = cache / f"partial-{os.getpid()}.npy"
    np.save(partial, asking.weights)
    partial.rename(file)
    return asking


def name(knowledge: Knowledge) -> str:
    """The file's name: a digest of the lines, of the titles they lean on and of what reads them."""
    titles = {one.shown: knowledge.entry(one.shown).title.en for one in knowledge.after_answers}
    lines = [(one.kind, titles[one.shown], one.text) for one in knowledge.after_answers]
    content = json.dumps([mark(), STRENGTH, lines])
    return f"asking-{hashlib.sha256(content.encode()).hexdigest()[:16]}.npy"
