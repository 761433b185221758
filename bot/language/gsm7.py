"""Counting text messages: GSM 03.38 septets and UCS-2 units per segment.

The rules: a message of GSM-7 characters holds 160, or 153 per segment when there are several
(seven go to the header); characters of the extension table count twice. Any other character
makes the whole message UCS-2: 70, or 67 per segment.
"""

import unicodedata
from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("^{}\\[~]|€\f")
_PLAIN = {
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "ʼ": "'", "′": "'", "`": "'", "´": "'",
    "‹": "'", "›": "'",
    "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"', "«": '"', "»": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "•": "-", "·": "-",
    "\t": " ", "½": "1/2", "¼": "1/4", "¾": "3/4", "×": "x", "→": "->", "©": "(c)", "®": "(R)",
    "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "\u2044": "/",
    "\u2028": "\n", "\u2029": "\n",
}  # fmt: skip


@dataclass(frozen=True)
class Size:
    """What a text costs: its encoding, length in septets or units, and segments."""

    encoding: str
    length: int
    segments: int


def to_gsm7(text: str) -> str:
    """Write a text in GSM-7: á í ó ú lose their accent, é ñ ü ¿ ¡ stay, quotes become straight.

    A character that has no plain form is left out.
    """
    out = []
    for character in unicodedata.normalize("NFC", text):
        character = _PLAIN.get(character, character)
        if all(c in BASIC or c in EXTENSION for c in character):
            out.append(character)
            continue
        base = "".join(
            c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c)
        )
        out.append("".join(c for c in base if c in BASIC or c in EXTENSION))
    return "".join(out)


def size_of(text: str) -> Size:
    """Count exactly what a carrier counts."""
    if all(c in BASIC or c in EXTENSION for c in text):
        septets = sum(2 if c in EXTENSION else 1 for c in text)
        return Size("GSM-7", septets, _segments(text, septets, 160, 153))
    units = len(text.encode("utf-16-be", "surrogatepass")) // 2
    return Size("UCS-2", units, 1 if units <= 70 else _split(text, 67, _units))


def _segments(text: str, septets: int, single: int, several: int) -> int:
    if septets <= single:
        return 1
    return _split(text, several, lambda c: 2 if c in EXTENSION else 1)


def _units(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1


def _split(text: str, room: int, cost) -> int:  # type: ignore[no-untyped-def]
    """Segments needed when no character may stand across two of them."""
    segments, used = 1, 0
    for character in text:
        if used + cost(character) > room:
            segments, used = segments + 1, 0
        used += cost(character)
    return segments
