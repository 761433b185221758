"""Group questions that ask for the same, by meaning and spelling.

The vectors of the sentence encoder and of letter groups stand side by side, so their product is a
weighted mean of both likenesses. Near pairs are found block by block, and only what hangs together
is clustered: memory grows with the number of questions, not with its square.
"""

import json
import os
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.cluster import AgglomerativeClustering, MiniBatchKMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.language.encoder import SentenceEncoder
from bot.language.gloss import in_english, words

MEANING = 0.7
"""Weight of the sentence encoder; the rest is spelling."""
ALIKE = 0.62
"""Mean likeness of two groups from which on they are one."""
BLOCK = 512
"""Rows compared with all others at a time."""
LARGEST = 1500
"""Questions that hang together and are clustered at once; more are split first."""
LETTERS = 128
"""Numbers that stand for the letter groups of a question."""
Floats = Any


def groups_of(questions: Sequence[str], encoder: SentenceEncoder | None = None) -> list[int]:
    """The group of each question, as a number; the same words are always together."""
    folded = [" ".join(words(question)) or question for question in questions]
    different = list(dict.fromkeys(folded))
    labels = _clusters(different, encoder or SentenceEncoder())
    by_text = dict(zip(different, labels, strict=True))
    return [by_text[text] for text in folded]


def _clusters(texts: list[str], encoder: SentenceEncoder) -> list[int]:
    if len(texts) < 2:
        return list(range(len(texts)))
    vectors = _vectors(texts, encoder)
    _, parts = connected_components(_near(vectors), directed=False)
    labels = np.zeros(len(texts), dtype=np.int64)
    taken = 0
    order = np.argsort(parts, kind="stable")
    for members in np.split(order, np.flatnonzero(np.diff(parts[order])) + 1):
        for some in _pieces(members, vectors):
            own = _agglomerated(vectors[some])
            labels[some] = own + taken
            taken += int(own.max()) + 1
    return [int(label) for label in labels]


def _vectors(texts: list[str], encoder: SentenceEncoder) -> Floats:
    """Vectors of length 1: meaning and spelling side by side."""
    meaning = np.vstack([encoder.encode([in_english(text)]) for text in texts])
    grams = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32
    ).fit_transform(texts)
    if min(grams.shape) > LETTERS + 1:
        spelling = TruncatedSVD(LETTERS, random_state=0).fit_transform(grams)
        spelling /= np.maximum(np.linalg.norm(spelling, axis=1, keepdims=True), 1e-9)
    else:
        spelling = grams.toarray()
    both = np.hstack([MEANING**0.5 * meaning, (1 - MEANING) ** 0.5 * spelling])
    return both.astype(np.float32)


def _near(vectors: Floats) -> coo_matrix:
    rows: list[Floats] = []
    columns: list[Floats] = []
    for start in range(0, len(vectors), BLOCK):
        near = vectors[start : start + BLOCK] @ vectors[start:].T >= ALIKE
        row, column = np.nonzero(near)
        rows.append(row.astype(np.int32) + start)
        columns.append(column.astype(np.int32) + start)
    row, column = np.concatenate(rows), np.concatenate(columns)
    size = (len(vectors), len(vectors))
    return coo_matrix((np.ones(len(row), dtype=np.int8), (row, column)), shape=size)


def _pieces(members: Floats, vectors: Floats) -> list[Floats]:
    """Members in pieces that can be clustered at once."""
    if len(members) <= LARGEST:
        return [members]
    number = -(-len(members) // (LARGEST // 2))
    labels = MiniBatchKMeans(number, random_state=0, n_init=1).fit_predict(vectors[members])
    pieces = [members[labels == one] for one in range(number)]
    kept = [piece for piece in pieces if len(piece)]
    if len(kept) == 1:  # all alike: any split is as good
        kept = list(np.array_split(members, number))
    return [small for piece in kept for small in _pieces(piece, vectors)]


def _agglomerated(vectors: Floats) -> Floats:
    if len(vectors) == 1:
        return np.zeros(1, dtype=np.int64)
    distances = np.clip(1 - vectors @ vectors.T, 0, 2)
    return AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=1 - ALIKE
    ).fit_predict(distances)


def main() -> int:
    """Questions come in as JSON, groups go out as JSON."""
    os.nice(10)
    json.dump(groups_of(json.load(sys.stdin)), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
