"""What a resident typed, made safe to work with: invisible and control characters go."""

import re
import unicodedata
from dataclasses import dataclass

QUESTION_LIMIT = 1000
COMMENT_LIMIT = 5000
_KEEP = {"\n", "\t", "\u200d"}  # the joiner holds emoji of several parts together
_INVISIBLE = {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"}
_JOINER = re.compile("(?<![\u2190-\u3299\U0001f000-\U0001faff\ufe0f])\u200d|\u200d(?![\u2190-\u3299\U0001f000-\U0001faff])")
_BLANKS = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Cleaned:
    """A message without invisible characters; `removed` counts those that were taken out."""

    text: str
    removed: int

    @property
    def has_words(self) -> bool:
        """Whether there is a letter or a digit in any script."""
        return any(unicodedata.category(c)[0] in "LN" for c in self.text)


def clean(text: str) -> Cleaned:
    """Normalise to NFC and drop control, zero-width, private and tag characters.

    Line breaks stay (a comment has paragraphs), runs of blanks and of empty lines shrink.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = [c for c in text if c in _KEEP or unicodedata.category(c) not in _INVISIBLE]
    removed = len(text) - len(kept)
    result, joiners = _JOINER.subn("", "".join(kept))
    result = _LINES.sub("\n\n", _BLANKS.sub(" ", result))
    lines = (line.strip() for line in result.split("\n"))
    return Cleaned("\n".join(lines).strip(), removed + joiners)
