"""Spanish to rough English, word by word, so that the English-only encoder can place it.

The lexicon is data/language/gloss_es.tsv; docs/decisions/0004 says why this and not a
multilingual encoder.
"""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

LEXICON = Path(__file__).resolve().parents[2] / "data" / "language" / "gloss_es.tsv"
LONGEST_PHRASE = 4
_WORD = re.compile(r"[\w$%]+(?:['.,-][\w%]+)*", re.UNICODE)


def fold(text: str) -> str:
    """Lower case without accents; ñ stays, since año and ano are different words."""
    text = text.lower()
    if text.isascii():
        return text
    return "".join(map(_bare, unicodedata.normalize("NFC", text)))


@lru_cache(maxsize=4096)
def _bare(character: str) -> str:
    if character == "ñ":
        return character
    decomposed = unicodedata.normalize("NFD", character)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def words(text: str) -> "list[str]":
    """The words of a text, folded; numbers and prices count as words."""
    return _WORD.findall(fold(text))


class Gloss:
    """The lexicon, loaded once (about 10 ms)."""

    def __init__(self, path: Path = LEXICON) -> None:
        self._english = {}
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                if line.strip() and not line.startswith("#"):
                    spanish, _, english = line.rstrip("\n").partition("\t")
                    self._english[spanish] = english.strip()

    def __contains__(self, word: str) -> bool:
        return word in self._english

    def __call__(self, text: str) -> str:
        """Return the text in rough English; words that are not in the lexicon stay."""
        tokens = words(text)
        out = []
        i = 0
        while i < len(tokens):
            for length in range(min(LONGEST_PHRASE, len(tokens) - i), 0, -1):
                english = self._english.get(" ".join(tokens[i : i + length]))
                if english is not None:
                    out.append(english)
                    i += length
                    break
            else:
                out.append(tokens[i])
                i += 1
        return " ".join(word for word in out if word)


@lru_cache(maxsize=1)
def default_gloss() -> Gloss:
    """The shipped lexicon."""
    return Gloss()


def in_english(text: str) -> str:
    """The text as the English-only encoder is to read it: glossed if it is Spanish."""
    from bot.language.detect import spanish_share

    share = spanish_share(text)
    return default_gloss()(text) if share is not None and share > 0.5 else text
