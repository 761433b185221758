"""The intent classifier: meaning (sentence vectors) and spelling (n-grams), and its gate.

Plain scikit-learn and numpy, so that it can be measured without Rasa; docs/decisions/0006 has
what was tried on public sets.
"""

from dataclasses import dataclass
from typing import Any, List, Tuple

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.language.gloss import fold

SPELLING_WEIGHT = 0.5
NEIGHBOURS = 3


@dataclass
class Classifier:
    """A trained classifier; make it with `train`."""

    labels: List[str]
    vectors: Any
    owners: Any
    words: TfidfVectorizer
    grams: TfidfVectorizer
    model: Any
    spelling: float

    @classmethod
    def train(cls, texts: List[str], vectors: Any, intents: List[str]) -> "Classifier":
        """Train on texts with their vectors (rows, 384) and intents; about 10 s for 5,000."""
        labels = sorted(set(intents))
        place = {label: i for i, label in enumerate(labels)}
        owners = np.array([place[intent] for intent in intents])
        folded = [fold(text) for text in texts]
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\S+")
        grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=1)
        per_intent = len(texts) / max(1, len(labels))
        # Few examples per intent: spelling would be learnt by heart, meaning carries over.
        spelling = SPELLING_WEIGHT if per_intent >= 15 else SPELLING_WEIGHT / 2
        features = sparse.hstack(
            [
                sparse.csr_matrix(vectors),
                spelling * words.fit_transform(folded),
                spelling * grams.fit_transform(folded),
            ]
        ).tocsr()
        model = LogisticRegression(C=20.0, max_iter=200, solver="liblinear" if len(labels) == 2 else "lbfgs")
        model.fit(features, owners)
        return cls(labels, vectors.astype(np.float32), owners, words, grams, model, spelling)

    def rank(self, text: str, vector: Any) -> List[Tuple[str, float]]:
        """Intents with confidence, best first."""
        folded = [fold(text)]
        features = sparse.hstack(
            [
                sparse.csr_matrix(vector.reshape(1, -1)),
                self.spelling * self.words.transform(folded),
                self.spelling * self.grams.transform(folded),
            ]
        ).tocsr()
        probabilities = self.model.predict_proba(features)[0]
        similar = self.vectors @ vector
        nearest = np.zeros(len(self.labels), dtype=np.float32)
        np.maximum.at(nearest, self.owners, similar)
        nearest = np.clip(nearest, 0, 1)
        confidence = probabilities * nearest
        order = np.argsort(-probabilities, kind="stable")
        return [(self.labels[self.model.classes_[i]], float(confidence[i])) for i in order]
