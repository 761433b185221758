"""Fit the weights of bot/plan/support.py, and say how well they tell hits from near misses.

    python -m bench.support

Two kinds of questions, both from the knowledge base's own ways of asking. A fifth of each fact's
askings are left out of the index and asked: the first hit is right if it shares an entry of the
fact sheet with the fact. And a fifth of the facts are left out altogether: their askings are near
misses, unless another fact covers the same entry. Half of the facts fit, the other half measure.
Takes about eight minutes on one core.
"""

import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import astuple, fields
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bot.language.encoder import SentenceEncoder
from bot.plan.decide import documents
from bot.plan.load import Knowledge, load
from bot.plan.search import Document, Index
from bot.plan.support import Evidence, Support

FOLDS, ASKED = 5, 1200
"""Questions asked of each index."""
KEPT_RIGHT = (0.98, 0.96, 0.94, 0.90)


class Remembering:
    """An encoder that encodes each text once."""

    def __init__(self) -> None:
        self._encoder, self._known = SentenceEncoder(), dict[str, Any]()

    def encode(self, sentences: Sequence[str]) -> Any:
        """The vectors of the sentences, one a row."""
        for sentence in sentences:
            if sentence not in self._known:
                self._known[sentence] = self._encoder.encode([sentence])[0]
        return np.array([self._known[sentence] for sentence in sentences])


def experiments(all_of: list[Document]) -> Iterator[tuple[bool, list[Document], list[Any]]]:
    """Whether the askings themselves were left out, what is indexed, (fact, question) to ask."""
    chance = random.Random(7)
    for fold in range(FOLDS):
        indexed, asked = [], []
        for document in all_of:
            order = list(document.asks)
            random.Random(document.id).shuffle(order)
            out = set(order[fold::FOLDS])
            kept = tuple(ask for ask in document.asks if ask not in out)
            indexed.append(Document(document.id, kept, document.body))
            asked += [(document.id, ask) for ask in order[fold::FOLDS]]
        chance.shuffle(asked)
        yield True, indexed, asked[:ASKED]
    order = list(all_of)
    chance.shuffle(order)
    for fold in range(FOLDS):
        gone = order[fold::FOLDS]
        asked = [(document.id, ask) for document in gone for ask in document.asks]
        chance.shuffle(asked)
        yield False, [d for d in all_of if d not in gone], asked[:ASKED]


def collect(knowledge: Knowledge) -> tuple[Any, Any, Any]:
    """Evidence (rows), whether the first hit was right, the fact that was asked for."""
    support, encoder = Support(knowledge), Remembering()
    covers = {f.id: set(f.refs) for f in knowledge.facts.values()}
    covers |= {gap: {gap} for gap in knowledge.gaps}
    rows, right, owners = [], [], []
    for askings, indexed, asked in experiments(documents(knowledge)):
        index = Index.build(indexed, encoder)  # type: ignore[arg-type]
        for owner, question in asked:
            hits = index.search(question, limit=2)
            if hits[0].id not in knowledge.facts:
                continue
            known = question if askings and hits[0].id == owner else ""
            rows.append(astuple(support.evidence(index.corrected(question), hits, known)))
            right.append(bool(covers[owner] & covers[hits[0].id]))
            owners.append(owner)
        print(f"{len(rows)} questions", file=sys.stderr)
    return np.array(rows), np.array(right), np.array(owners)


def main() -> int:
    """Print the weights, and what they and the score alone let through."""
    rows, right, owners = collect(load())
    ids = sorted(set(owners))
    random.Random(0).shuffle(ids)
    measured = np.isin(owners, ids[len(ids) // 2 :])
    model = LogisticRegression(C=100, max_iter=5000).fit(rows[~measured], right[~measured])
    told = model.predict_proba(rows)[:, 1]
    for name, by in (("the score alone", rows[:, 0]), ("all evidence", told)):
        by, good = by[measured], right[measured]
        print(f"{name}: area under the curve {roc_auc_score(good, by):.3f}", end="")
        for share in KEPT_RIGHT:
            at = np.quantile(by[good], 1 - share)
            print(f"; {share:.0%} of right ones with {np.mean(by[~good] >= at):.1%} wrong", end="")
        print()
    model.fit(rows, right)
    for field, weight in zip(fields(Evidence), model.coef_[0], strict=True):
        print(f"{field.name}={weight:.2f}")
    print(f"BIAS = {model.intercept_[0]:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
