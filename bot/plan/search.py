"""Hybrid search: sentence embeddings, stemmed BM25 and character n-grams, combined.

A document is a fact, a gap, or later a passage of an imported plan: an id, the ways people ask
for it, and a body. The index is built once, kept as files named after a digest of what went
in, and loaded in milliseconds.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import Stemmer
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.language.detect import spanish_share
from bot.language.encoder import SHA256, SentenceEncoder
from bot.language.gloss import LEXICON, default_gloss, words

Floats = Any
FORMAT = 3
SEMANTIC, CHARACTERS, KEYWORDS = 0.62, 0.23, 0.15
"""Weights of the three scores; chosen on the validation questions, see docs/decisions/0005."""
BODY = 0.93
"""A document's own wording counts a little less than a way people ask for it."""
EARLIER_TURN = 0.5
_STOP = frozenset(
    "the a an of to in on for is are was were do does did it this that be and or i you me my we "
    "el la los las un una de del al en y o que es son fue lo le se su por para con me mi".split()
)
_english, _spanish = Stemmer.Stemmer("english"), Stemmer.Stemmer("spanish")


@dataclass(frozen=True)
class Document:
    """Something that can be found: `asks` are questions it answers, `body` its own wording."""

    id: str
    asks: tuple[str, ...]
    body: tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """A found document and its score; 1 is a question that stands in its asks to the letter."""

    id: str
    score: float


def stems(text: str) -> list[str]:
    """Stemmed words without the commonest; each word by the stemmer of both languages."""
    kept = [word for word in words(text) if word not in _STOP]
    return [*_english.stemWords(kept), *("es:" + stem for stem in _spanish.stemWords(kept))]


def in_english(text: str) -> str:
    """The text as the English-only encoder is to read it."""
    share = spanish_share(text)
    return default_gloss()(text) if share is not None and share > 0.5 else text


class Index:
    """An index over documents; make it with `build` or `load_or_build`."""

    def __init__(
        self,
        ids: list[str],
        owners: Floats,
        vectors: Floats,
        discount: Floats,
        grams: TfidfVectorizer | None,
        gram_rows: Any,
        keywords: Any,
        encoder: SentenceEncoder,
    ) -> None:
        self.ids = ids
        self._owners = owners
        self._vectors = vectors
        self._discount = discount
        self._grams = grams
        self._gram_rows = gram_rows
        self._keywords = keywords
        self._encoder = encoder

    @classmethod
    def build(cls, documents: Sequence[Document], encoder: SentenceEncoder) -> "Index":
        """Encode and index; about 4 ms per text on one core."""
        texts: list[str] = []
        owners: list[int] = []
        discount: list[float] = []
        for number, document in enumerate(documents):
            for text in document.asks:
                texts.append(text)
                owners.append(number)
                discount.append(1.0)
            for text in document.body:
                texts.append(text)
                owners.append(number)
                discount.append(BODY)
        vectors = encoder.encode([in_english(text) for text in texts])
        grams = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32,
            preprocessor=_spaced, min_df=1,
        )  # fmt: skip
        gram_rows = grams.fit_transform(texts)
        keywords = bm25s.BM25(method="lucene")
        keywords.index(
            [stems(" ".join([*d.asks, *d.body])) or ["-"] for d in documents], show_progress=False
        )
        return cls(
            [d.id for d in documents],
            np.array(owners),
            vectors,
            np.array(discount, dtype=np.float32),
            grams,
            gram_rows,
            keywords,
            encoder,
        )

    def search(
        self,
        question: str,
        earlier: Sequence[str] = (),
        boosts: dict[str, float] | None = None,
        limit: int = 5,
    ) -> list[Hit]:
        """Best documents first. Earlier questions count half; boosts are added by id."""
        scores = self.scores(question)
        for turn in earlier:
            scores = scores + EARLIER_TURN * self.scores(turn)
        if earlier:
            scores = scores / (1 + EARLIER_TURN * len(earlier))
        if boosts:
            scores = scores + np.array([boosts.get(i, 0.0) for i in self.ids], dtype=np.float32)
        best = np.argsort(-scores, kind="stable")[:limit]
        return [Hit(self.ids[i], float(scores[i])) for i in best]

    def scores(self, question: str) -> Floats:
        """The combined score of every document, in the order of `ids`."""
        vector = self._encoder.encode([in_english(question)])[0]
        semantic = self._best((self._vectors @ vector) * self._discount)
        total = SEMANTIC * np.clip(semantic, 0, 1)
        if self._grams is not None:
            row = self._grams.transform([question])
            rows = np.asarray((self._gram_rows @ row.T).todense()).ravel() * self._discount
            total = total + CHARACTERS * self._best(rows)
        return total + KEYWORDS * self._coverage(question)

    def _best(self, rows: Floats) -> Floats:
        result = np.full(len(self.ids), -1.0, dtype=np.float32)
        np.maximum.at(result, self._owners, rows)
        return result

    def _coverage(self, question: str) -> Floats:
        """BM25 as a share of the best document's score, damped where few words are known."""
        tokens = stems(question)
        known = [t for t in tokens if t in self._keywords.vocab_dict]
        if not known:
            return np.zeros(len(self.ids), dtype=np.float32)
        scores = np.asarray(self._keywords.get_scores(known), dtype=np.float32)
        top = float(scores.max())
        if top <= 0:
            return scores
        return scores / top * (len(known) / len(tokens)) ** 0.5

    def save(self, folder: Path) -> None:
        """Write the index's files into a folder of its own."""
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(
            folder / "vectors.npz", owners=self._owners, vectors=self._vectors,
            discount=self._discount,
        )  # fmt: skip
        self._keywords.save(str(folder / "keywords"), show_progress=False)
        if self._grams is not None:
            sparse.save_npz(folder / "grams.npz", self._gram_rows, compressed=False)
            terms = {term: int(column) for term, column in self._grams.vocabulary_.items()}
            (folder / "grams.json").write_text(json.dumps(terms))
            np.save(folder / "idf.npy", self._grams.idf_)
        (folder / "ids.json").write_text(json.dumps(self.ids))

    @classmethod
    def load(cls, folder: Path, encoder: SentenceEncoder) -> "Index":
        """Read the files that `save` wrote."""
        arrays = np.load(folder / "vectors.npz")
        keywords = bm25s.BM25.load(str(folder / "keywords"), show_progress=False)
        grams = gram_rows = None
        if (folder / "grams.npz").exists():
            gram_rows = sparse.load_npz(folder / "grams.npz")
            grams = TfidfVectorizer(
                analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32,
                preprocessor=_spaced, vocabulary=json.loads((folder / "grams.json").read_text()),
            )  # fmt: skip
            grams.idf_ = np.load(folder / "idf.npy")
        ids = json.loads((folder / "ids.json").read_text())
        return cls(
            ids, arrays["owners"], arrays["vectors"], arrays["discount"], grams, gram_rows,
            keywords, encoder,
        )  # fmt: skip

    @classmethod
    def load_or_build(
        cls, documents: Sequence[Document], encoder: SentenceEncoder, cache: Path
    ) -> "Index":
        """Load the index of exactly these documents from the cache folder, or build it there."""
        folder = cache / f"index-{digest(documents)}"
        if (folder / "ids.json").exists():
            return cls.load(folder, encoder)
        index = cls.build(documents, encoder)
        partial = cache / f"{folder.name}.partial-{hashlib.sha256(str(id(index)).encode()).hexdigest()[:8]}"
        index.save(partial)
        try:
            partial.rename(folder)
        except OSError:  # another process was quicker
            for file in partial.iterdir():
                file.unlink()
            partial.rmdir()
        return index


def _spaced(text: str) -> str:
    return " ".join(words(text))


def digest(documents: Sequence[Document]) -> str:
    """Names an index after all that decides its content."""
    content = [FORMAT, SHA256, [[d.id, d.asks, d.body] for d in documents]]
    data = json.dumps(content).encode() + LEXICON.read_bytes()
    return hashlib.sha256(data).hexdigest()[:16]
