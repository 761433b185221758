"""A small neural network over sentence vectors, beside the linear classifier.

It sees what no straight line divides; alone it is a little worse than the linear classifier, and
together they are better than either (docs/decisions/0010). Trained by scikit-learn in seconds,
run by numpy. On Python 3.10 and up.
"""

import warnings
from dataclasses import dataclass
from typing import Any, Sequence

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

HIDDEN = 256
BATCH = 128
ROUNDS, STEPS = 12, 300
"""Rounds over the examples, and the fewest steps: few examples are gone over more often."""
LEARNING_RATE = 2e-3
SCALE = 5.0
"""Unit vectors of 384 numbers are too small for the first layer's start values."""
LEAST = -12.0
"""Logarithms below this say no more than that a label is not meant."""


@dataclass
class SmallNetwork:
    """One hidden layer; made by `fit`. Labels are the numbers 0 to n-1, n at least 2."""

    inner: Any
    inner_bias: Any
    outer: Any
    outer_bias: Any

    @classmethod
    def fit(cls, vectors: Any, owners: Sequence[int]) -> "SmallNetwork":
        """Train on vectors (rows, 384) and their labels; the same each time for the same data."""
        inputs = (np.asarray(vectors) * SCALE).astype(np.float32)
        batch = min(BATCH, len(inputs))
        rounds = max(ROUNDS, STEPS // -(-len(inputs) // batch))
        model = MLPClassifier(
            (HIDDEN,), batch_size=batch, max_iter=rounds, learning_rate_init=LEARNING_RATE,
            n_iter_no_change=rounds, random_state=0,
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # it is to stop early
            model.fit(inputs, owners)
        (inner, outer), (inner_bias, outer_bias) = model.coefs_, model.intercepts_
        if outer.shape[1] == 1:  # scikit-learn tells two labels by one number
            outer, outer_bias = np.hstack([0 * outer, outer]), np.hstack([0, outer_bias])
        return cls(*(part.astype(np.float32) for part in (inner, inner_bias, outer, outer_bias)))

    def logs(self, vector: Any) -> Any:
        """The log of each label's probability, -12 to 0."""
        hidden = np.maximum((vector * SCALE) @ self.inner + self.inner_bias, 0)
        raw = hidden @ self.outer + self.outer_bias
        top = raw.max()
        return np.maximum(raw - top - np.log(np.exp(raw - top).sum()), LEAST)
