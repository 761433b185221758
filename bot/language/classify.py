"""A linear classifier over meaning (sentence vectors) and spelling (n-grams).

It tells intents in the assistant and ranks facts in the search; docs/decisions/0006 has what was
tried. Plain scikit-learn and numpy, on Python 3.10 and up.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, List, Optional, Sequence, Tuple

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from bot.language.gloss import in_english, words
from bot.language.grams import Grams
from bot.language.network import SmallNetwork
from bot.language.vectors import Vectors

SPELLING = 0.5
"""Weight of the n-grams beside the sentence vector (length 1)."""
SIMILARITY = 0.75
"""Weight of the likeness to the nearest example beside the margin."""
GATE = 1.5
"""What likeness weighs more where it is asked whether a text is of any label at all."""
NETWORK = 0.06
"""Weight of the network's log probability beside the margin."""


@dataclass
class LinearClassifier:
    """Trained by `fit`; labels are the numbers 0 to n-1."""

    count: int
    vectors: Vectors
    owners: Any
    word_grams: TfidfVectorizer
    letter_grams: TfidfVectorizer
    weights: Any
    """float32 (features, labels)."""
    bias: Any
    network: Optional[SmallNetwork] = None

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        vectors: Any,
        owners: Any,
        importance: Optional[Any] = None,
        network: bool = False,
    ) -> "LinearClassifier":
        """Train on texts, their vectors (rows, 384) and their labels; with a network, if wanted."""
        owners = np.asarray(owners)
        folded = [_spelling(text) for text in texts]
        word_grams = TfidfVectorizer(
            ngram_range=(1, 2),
            sublinear_tf=True,
            token_pattern=r"\S+",  # noqa: S106
            dtype=np.float32,
        )
        letter_grams = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, dtype=np.float32,
            min_df=2 if len(texts) > 200 else 1,
        )  # fmt: skip
        features = sparse.hstack(
            [
                sparse.csr_matrix(vectors),
                SPELLING * word_grams.fit_transform(folded),
                SPELLING * letter_grams.fit_transform(folded),
            ]
        ).tocsr()
        count = int(owners.max()) + 1
        if count == 1:
            weights, bias = np.zeros((features.shape[1], 1)), np.ones(1)
        else:
            # Real sets have labels with one example beside labels with hundreds.
            model = LinearSVC(C=1.0, class_weight="balanced", random_state=0)
            model.fit(features, owners, sample_weight=importance)
            weights, bias = model.coef_.T, model.intercept_
            if count == 2:
                weights, bias = np.hstack([-weights, weights]), np.hstack([-bias, bias])
        return cls(
            count,
            Vectors.of(vectors),
            owners,
            word_grams,
            letter_grams,
            np.ascontiguousarray(weights, dtype=np.float32),
            np.asarray(bias, dtype=np.float32),
            SmallNetwork.fit(vectors, owners) if network and count > 1 else None,
        )

    def margins(self, text: str, vector: Any) -> Any:
        """How far on each label's side a text is; about -1.5 to 1.5."""
        folded = _spelling(text)
        result = vector @ self.weights[: vector.shape[0]] + self.bias
        start = vector.shape[0]
        for grams in self._grams:
            places, weights = grams.row(folded)
            result = result + SPELLING * (weights @ self.weights[start + places])
            start += grams.size
        return result

    @cached_property
    def _grams(self) -> Tuple[Grams, Grams]:
        return Grams(self.word_grams), Grams(self.letter_grams)

    @cached_property
    def _groups(self) -> Tuple[Any, Any, Any]:
        """The examples in the order of their labels, the labels, and where each begins."""
        order = np.argsort(self.owners, kind="stable")
        labels, starts = np.unique(self.owners[order], return_index=True)
        return order, labels, starts

    def nearest(self, vector: Any) -> Any:
        """Likeness to each label's nearest example, 0 to 1."""
        result = np.zeros(self.count, dtype=np.float32)
        order, labels, starts = self._groups
        best = np.maximum.reduceat(self.vectors.likeness(vector)[order], starts)
        result[labels] = np.maximum(best, 0)
        return result

    def scores(self, text: str, vector: Any) -> Tuple[Any, Any]:
        """Two scores of each label: one to choose by, and one that says how sure to be.

        The first is margin, likeness and network together. The second gives likeness more
        weight: about 1 divides what was trained from what was not.
        """
        likeness = self.nearest(vector)
        chosen = self.margins(text, vector) + SIMILARITY * likeness
        if self.network is not None:
            chosen = chosen + NETWORK * self.network.logs(vector)
        return chosen, chosen + GATE * likeness


def confidence_of(score: Any) -> Any:
    """How sure to be, as a number from 0 to 1; one half is where the gate stands on public data."""
    return 1 / (1 + np.exp(-3.2 * (np.asarray(score, dtype=np.float64) - 1.0)))


def order_of(scores: Any) -> List[int]:
    """Labels, best first."""
    return [int(i) for i in np.argsort(-scores, kind="stable")]


def _spelling(text: str) -> str:
    return " ".join(words(in_english(text)))
