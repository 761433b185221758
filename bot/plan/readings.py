"""What the sentence encoder makes of the texts of an index, so that none is ever read twice.

An index that is made anew takes over what an older one has read: when staff publish an answer or
a fact is changed, only the new texts are encoded.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot import language
from bot.language.encoder import SHA256, SIZE, WORD_SIZE, SentenceEncoder
from bot.language.vectors import WHOLE, Vectors

Floats = Any
Text = tuple[str, str]
"""What a text is read after, or nothing, and the text, both in rough English."""
TEXTS = "texts.json"
_READ_BY = [Path(language.__path__[0]) / f"{name}.py" for name in ("encoder", "telling")]


@dataclass(frozen=True)
class Readings:
    """The vectors of n texts, and those of their telling words."""

    vectors: Vectors
    words: Any
    """int8 of shape (words, 96); 127 is 1."""
    starts: Any
    """Where the words of each text start, and at last where they end; n + 1 numbers."""

    @classmethod
    def of(
        cls,
        texts: Sequence[Text],
        encoder: SentenceEncoder,
        known: Mapping[Text, "Reading"],
        tell: bool = True,
    ) -> "Readings":
        """Take over what is known and encode the rest, on all cores that the process may use.

        Without words, unless they are wanted to `tell`.
        """

        def read(text: Text) -> "Reading":
            if text in known:
                return known[text]
            vector, words = encoder.encode_after(*text)
            return vector, np.round(words * WHOLE).astype(np.int8)

        vectors = np.zeros((len(texts), SIZE), dtype=np.float32)
        words = [np.zeros((0, WORD_SIZE), dtype=np.int8)]
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            for row, (vector, own) in enumerate(pool.map(read, texts)):
                vectors[row] = vector
                words.append(own if tell else own[:0])
        starts = np.cumsum([len(own) for own in words], dtype=np.int64)
        return cls(Vectors.of(vectors), np.concatenate(words), starts)

    def part(self, start: int, end: int) -> "Readings":
        """Those of some texts that follow each other, without a copy."""
        return Readings(self.vectors[start:end], self.words, self.starts[start : end + 1])

    def __getitem__(self, row: int) -> "Reading":
        """The vector of one text, and those of its words."""
        words = self.words[self.starts[row] : self.starts[row + 1]]
        return self.vectors[row : row + 1].floats()[0], words


Reading = tuple[Floats, Any]


def mark() -> str:
    """Names what reads a text: what was read by anything else is of no use."""
    data = json.dumps(SHA256).encode() + b"".join(file.read_bytes() for file in _READ_BY)
    return hashlib.sha256(data).hexdigest()[:16]


def write_texts(folder: Path, texts: Sequence[Text]) -> None:
    """Note in an index's folder which texts its readings are of."""
    noted = {"mark": mark(), "texts": texts}
    (folder / TEXTS).write_text(json.dumps(noted, ensure_ascii=False), encoding="utf-8")


def texts_in(folder: Path) -> list[Text]:
    """The texts that an index's readings are of; none if they are of no use. Raises OSError."""
    noted = json.loads((folder / TEXTS).read_text(encoding="utf-8"))
    return [(title, text) for title, text in noted["texts"]] if noted["mark"] == mark() else []
