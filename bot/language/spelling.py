"""Misspelled words put right by what is known: the words of the training data and the facts.

Only a word that neither language knows is touched, and only when a known word is one slip away
(two in long words): a letter too many, too few, wrong, or two letters swapped. Text-message
English ("wen r", "abt") is written out first.
"""

import json
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Dict, Iterable, List, Optional

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.language.detect import spanish_share
from bot.language.encoder import ENCODER_DIR
from bot.language.gloss import default_gloss, fold

TEXTING = Path(__file__).resolve().parents[2] / "data" / "language" / "texting_en.tsv"
SHORTEST = 3
LONG = 8
SEEN_TWICE, SEEN_OFTEN = 2, 6
"""A word that no dictionary has is a name if it stands often in the texts, else maybe a slip."""
_WORD = re.compile(r"[^\W\d_]+")


class Speller:
    """Knows the words of some texts, with how often each comes."""

    def __init__(self, texts: Iterable[str]) -> None:
        counts = Counter(word for text in texts for word in _WORD.findall(fold(text)))
        self.counts: Dict[str, int] = {w: n for w, n in counts.items() if len(w) >= SHORTEST}
        self._by_length: Dict[int, List[str]] = {}
        self._index()

    def _index(self) -> None:
        for word, count in self.counts.items():
            if count >= SEEN_OFTEN or (count >= SEEN_TWICE and _in_dictionary(word)):
                self._by_length.setdefault(len(word), []).append(word)
        self.right = lru_cache(maxsize=20_000)(self._right)

    def __getstate__(self) -> Dict[str, int]:
        """Only the counts are kept in a model."""
        return self.counts

    def __setstate__(self, counts: Dict[str, int]) -> None:
        self.counts = counts
        self._by_length = {}
        self._index()

    def __call__(self, text: str) -> str:
        """The text with misspelled words put right; all else as it was."""
        share = spanish_share(text)
        if share is None or share <= 0.5:
            text = _WORD.sub(lambda m: texting().get(m.group().lower(), m.group()), text)
        return _WORD.sub(lambda m: self.right(fold(m.group())) or m.group(), text)

    def _right(self, word: str) -> Optional[str]:
        """The known word that was meant; None if the word is known or nothing is near."""
        if len(word) < SHORTEST or self._is_known(word):
            return None
        slips = 2 if len(word) >= LONG else 1
        near = [
            (distance, -self.counts[found], found)
            for length in range(len(word) - slips, len(word) + slips + 1)
            for found, distance, _ in process.extract(
                word,
                self._by_length.get(length, []),
                scorer=OSA.distance,
                score_cutoff=slips,
                limit=None,
            )
            if found[0] == word[0] or distance == 1
        ]
        return min(near)[2] if near else None

    def _is_known(self, word: str) -> bool:
        return self.counts.get(word, 0) >= SEEN_OFTEN or _in_dictionary(word)


def _in_dictionary(word: str) -> bool:
    return word in known_english() or word in default_gloss()


@lru_cache(maxsize=1)
def known_english() -> "frozenset[str]":
    """The whole words of the encoder's vocabulary: some 22,000."""
    vocabulary = json.loads((ENCODER_DIR / "tokenizer.json").read_text(encoding="utf-8"))
    return frozenset(word for word in vocabulary["model"]["vocab"] if word.isalpha())


@lru_cache(maxsize=1)
def texting() -> Dict[str, str]:
    """Text-message English, by what stands for it."""
    lines = TEXTING.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return dict(pairs)
