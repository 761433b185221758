"""The weights of a text's n-grams, one text at a time, as a fitted TfidfVectorizer gives them.

scikit-learn's `transform` is made for many texts: checking its arguments and building sparse
matrices take some 2 ms, several times for each message. The numbers here are the same ones.
"""

from typing import Any, Dict, Tuple

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer


class Grams:
    """A fitted vectorizer (sublinear, length 1) for one text at a time."""

    def __init__(self, vectorizer: TfidfVectorizer) -> None:
        """Hold the vectorizer's own words and weights."""
        assert vectorizer.sublinear_tf and vectorizer.norm == "l2"
        self._vectorizer = vectorizer
        self._analyze = vectorizer.build_analyzer()
        self._places: Dict[str, int] = vectorizer.vocabulary_
        self._rarity = vectorizer.idf_

    def __reduce__(self) -> Tuple[Any, ...]:
        """Keep the vectorizer only; its analyzer can't be kept."""
        return Grams, (self._vectorizer,)

    @property
    def size(self) -> int:
        """How many n-grams are known."""
        return len(self._places)

    def row(self, text: str) -> Tuple[Any, Any]:
        """Places (ascending) and weights (float32, of length 1) of the known n-grams of a text."""
        counts: Dict[int, int] = {}
        for gram in self._analyze(text):
            place = self._places.get(gram)
            if place is not None:
                counts[place] = counts.get(place, 0) + 1
        places = np.array(sorted(counts), dtype=np.int64)
        weights = np.array([counts[place] for place in places.tolist()], dtype=np.float64)
        weights = (1 + np.log(weights)) * self._rarity[places]
        length = np.sqrt(weights @ weights)
        return places, (weights / length if length else weights).astype(np.float32)


def products(postings: Any, places: Any, weights: Any) -> Any:
    """A row of weights times a sparse matrix (csr: n-grams, texts), as a dense vector."""
    return weights @ postings[places]
