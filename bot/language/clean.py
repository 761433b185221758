"""What a resident typed, made safe to work with: invisible and control characters go."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from bot.language.detect import is_known_word
from bot.language.gloss import words

QUESTION_LIMIT = 1000
COMMENT_LIMIT = 5000
MARKS = 8
"""Combining marks that one letter may carry; no script needs more."""
_INVISIBLE = {"Cc", "Cf", "Co", "Cn", "Cs"}
# Letters and marks that show nothing: Hangul fillers, the grapheme joiner, Khmer inherent vowels.
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_JOINERS = frozenset("\u200c\u200d")
_NEEDED = _JOINERS | {"\n", "\t"}
_PICTURE = "\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001fbff"
_CURSIVE = "\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\u1980-\u1cff\ua840-\uabff"
# A joiner holds emoji of several parts together, and shapes words of scripts whose letters join.
_JOINED = re.compile(
    f"(?<=[{_PICTURE}\ufe0f])\u200d(?=[{_PICTURE}])"
    f"|(?<=[{_CURSIVE}])[\u200c\u200d](?=[{_CURSIVE}])"
    "|(?<=[\u0d00-\u0dff])\u200d"
)
_STYLED = re.compile(f"(?<=[{_PICTURE}#*0-9])[\ufe0e\ufe0f]")
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_SHAPERS = re.compile(f"[\u200c\u200d{_SELECTORS}]")
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_TURNED = re.compile("(?<!\\S)\u202e([^\u202c\u2069\n]*)[\u202c\u2069]?")
_STRUCK = re.compile("[\u0332\u0333-\u0338\u20d0-\u20e0]")
"""Marks that strike a letter through or underline it; no language writes with them."""
_HEAPED = re.compile("[A-Za-z][\u0300-\u036f]{3,}")
"""More marks on a Latin letter than any language has: "zalgo"."""
_MARKS_ON_LATIN = re.compile("(?<=[ \u0041-\u024f\u1e00-\u1eff])[\u0300-\u036f]+")
_SPACED = re.compile(r"(?<!\S)[^\W\d_](?: [^\W\d_])+[?!.]?(?!\S)")
_WIDE = re.compile(r"\S {2,}\S")
SPACED_WORDS = 3
"""From so many words written with a blank after each letter on, a message is so on purpose."""
_BLANKS = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000]+")
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


# Full-width Latin letters and digits, as some keyboards write them, are the plain ones.
_HALF_WIDTH = {
    code: code - 0xFEE0
    for first, last in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
    for code in range(first, last + 1)
}


_WORD = re.compile(r"[^\W\d_]+")
_LOOK_ALIKES = dict(
    zip(
        "аеорсухіјѕһԁԛԝӏкмтЬАВЕКМНОРСТХІЅЈαοντρικυεΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "aeopcyxijshdqwlkmtbABEKMHOPCTXISJaovtpikueABEZHIKMNOPTYX",
        strict=True,
    )
)
"""Cyrillic and Greek letters that look like Latin ones; put into Latin words to get past rules."""


def _plain_letters(text: str) -> str:
    """Latin letters in mathematical, circled or raised dress, and look-alikes in Latin words.

    Screen readers spell them out one by one or pass over them. A word all in another script
    stays, unless the message has words that mix it with Latin.
    """
    if text.isascii():
        return text
    text = _STRUCK.sub("", "".join(map(_undressed, text)))
    mixed = [word for word in _WORD.findall(text) if _is_mixed(word)]
    if not mixed:
        return text

    def latin(match: "re.Match[str]") -> str:
        word = match[0]
        if all(c in _LOOK_ALIKES or c.isascii() or c in "ñáéíóúü" for c in word):
            return "".join(_LOOK_ALIKES.get(c, c) for c in word)
        return word

    return _WORD.sub(latin, text)


_LEET = re.compile(
    r"(?<![\w@$.])(?=[\d@$]*[A-Za-z])(?=[A-Za-z]*[013457@$])[A-Za-z013457@$]+(?![\w@$])"
)
_LEET_LETTERS = str.maketrans("03457@$", "oeastas")
LEET_WORDS = 3
"""From so many words with digits for letters on, a message is written so on purpose."""


def _from_leet(text: str) -> str:
    """ "wh4t 15 7h3 pl4n" in letters, where that makes words of it."""
    if len(_LEET.findall(text)) < LEET_WORDS:
        return text

    def lettered(match: "re.Match[str]") -> str:
        forms = [match[0].translate(_LEET_LETTERS).replace("1", one) for one in "il"]
        return next((form for form in forms if _known_words(form)), match[0])

    plain = _LEET.sub(lettered, text)
    return plain if _known_words(plain) >= _known_words(text) + LEET_WORDS else text


def _is_mixed(word: str) -> bool:
    return any(c in _LOOK_ALIKES for c in word) and any(c.isascii() for c in word)


@lru_cache(maxsize=4096)
def _undressed(character: str) -> str:
    if character < "\u02b0":
        return character
    kind, _, plain = unicodedata.decomposition(character).partition(" ")
    if kind not in ("<font>", "<circle>", "<square>", "<super>") or " " in plain:
        return character
    letter = chr(int(plain, 16))
    dressed = letter.isascii() and (letter.isalpha() or (kind == "<font>" and letter.isalnum()))
    return letter if dressed else character


def clean(text: str) -> Cleaned:
    """Normalise to NFC and drop control, zero-width, private and tag characters.

    Latin letters in another dress are written plainly, words with a blank after each letter are
    closed up, and text that a control character turns round is written as it is shown.

    Line breaks stay (a comment has paragraphs), runs of blanks and of empty lines shrink.
    """
    text = _closed_up(_LINE_ENDS.sub("\n", text))
    typed = len(text)
    text = _TURNED.sub(lambda turned: _as_shown(turned[1]), text)
    if _HEAPED.search(text):
        text = _MARKS_ON_LATIN.sub("", text)
    kept = _visible(text)
    removed = typed - len(kept)
    kept, shapers = _without_stray_shapers(kept)
    result = _BLANKS.sub(
        " ", _plain_letters(unicodedata.normalize("NFC", kept.translate(_HALF_WIDTH)))
    )
    lines = (line.strip(" ") for line in _from_leet(result).split("\n"))
    return Cleaned(_LINES.sub("\n\n", "\n".join(lines)).strip(), removed + shapers)


def _closed_up(text: str) -> str:
    """ "w h a t   i s   i t" without the blanks in its words, where that makes words of it."""
    if not _WIDE.search(text):
        return text
    spaced = [one.replace(" ", "") for one in _SPACED.findall(text)]
    if _known_words(" ".join(spaced)) < SPACED_WORDS:
        return text
    return _SPACED.sub(lambda one: one[0].replace(" ", ""), text)


def _as_shown(turned: str) -> str:
    """Text after a right-to-left override, which shows it from its end: whichever can be read."""
    shown = turned[::-1]
    return shown if _known_words(shown) > _known_words(turned) else turned


def _known_words(text: str) -> int:
    return sum(map(is_known_word, words(text)))


def _visible(text: str) -> str:
    """The text without what shows nothing.

    The marks are counted before NFC, whose time grows with the square of their number.
    """
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        if category[0] == "M":
            marks += 1
            if marks > MARKS:
                continue
        elif character not in _JOINERS:
            marks = 0
        hidden = category in _INVISIBLE or character in _BLANK_LETTERS
        needed = character in _NEEDED or _is_new_emoji(character, category)
        if needed or not hidden:
            kept.append(character)
    return "".join(kept)


def _is_new_emoji(character: str, category: str) -> bool:
    """Emoji that are younger than this Python's Unicode tables."""
    return category == "Cn" and "\U0001f000" <= character <= "\U0001fbff"


def _without_stray_shapers(text: str) -> tuple[str, int]:
    """Take out joiners and variation selectors where they shape nothing.

    One that goes may leave another without what it shaped, so it looks again until all stay.
    """
    removed = 0
    while True:
        text, more = _without_strays(text)
        if not more:
            return text, removed
        removed += more


def _without_strays(text: str) -> tuple[str, int]:
    needed = {found.start() for shape in (_JOINED, _STYLED) for found in shape.finditer(text)}
    pieces: list[str] = []
    end = removed = 0
    for match in _SHAPERS.finditer(text):
        if match.start() not in needed:
            pieces.append(text[end : match.start()])
            end = match.end()
            removed += 1
    return "".join([*pieces, text[end:]]), removed
