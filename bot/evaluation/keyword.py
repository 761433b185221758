"""Plain keyword search, as a baseline: BM25 over documents, and the first hit is the answer."""

import re
from collections.abc import Sequence

import bm25s
import numpy as np

from bot.plan.indexing import Document

_WORD = re.compile(r"\w+")


class KeywordSearch:
    """BM25 over all texts of each document: no stemming, no synonyms, no second thoughts."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.ids = [document.id for document in documents]
        self._bm25 = bm25s.BM25(method="lucene")
        self._bm25.index(
            [_words(" ".join([*d.asks, *d.body])) for d in documents], show_progress=False
        )

    def search(self, question: str, limit: int = 5) -> list[str]:
        """Ids of the best documents; it always finds some, fitting or not."""
        known = [word for word in _words(question) if word in self._bm25.vocab_dict]
        if not known:
            return self.ids[:limit]
        scores = np.asarray(self._bm25.get_scores(known))
        return [self.ids[i] for i in np.argsort(-scores, kind="stable")[:limit]]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
