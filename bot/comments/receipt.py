"""Receipt codes such as K7M4-QX9T: seven random characters and one that checks them.

The alphabet is Crockford's 32. The check is a weighted sum over GF(32) with distinct, non-zero
weights, so any one wrong character and any swap of two neighbours is caught.
"""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
# x^5 + x^2 + 1 is primitive over GF(2): its root 2 generates all 31 non-zero elements.
_POLYNOMIAL = 0b100101
_SPOKEN = (
    "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel Juliett Kilo Mike November Papa Quebec "
    "Romeo Sierra Tango Victor Whiskey X-ray Yankee Zulu"
)
"""The radio alphabet's words for the letters of a code; the same in English and Spanish."""
_SPOKEN_AS = {word[0].upper(): word for word in _SPOKEN.split()}
_SEPARATORS = r"[\s\-‐‑‒–—]"
# Two halves in a text, each beginning where a word begins; they may overlap with the next two.
_CANDIDATE = re.compile(
    r"(?<![^\W_])(?=([0-9A-Za-z]{4})(\s?[-‐‑‒–—]\s?|\s)?([0-9A-Za-z]{4})(?![^\W_]))"
)
# "10th", "FY19", "10am" mix letters and digits and are no halves of a code.
_ORDINARY = re.compile(r"\d\d(?:st|nd|rd|th|am|pm)|FY\d\d", re.IGNORECASE)


class BadReceipt(ValueError):
    """A code that is no receipt: wrong length, wrong characters, or a check that fails."""


def _times_two(value: int) -> int:
    value <<= 1
    return value ^ _POLYNOMIAL if value & 0b100000 else value


def _check(values: list[int]) -> int:
    """Horner's rule: the sum of values[i] * 2^(7-i), which the check character cancels."""
    total = 0
    for value in values:
        total = _times_two(total ^ value)
    return total


def new_receipt() -> str:
    """A fresh code; 34 random bits. Uniqueness is the store's business.

    Both halves have a letter and a digit, so no code looks like words, years or a phone number.
    """
    while True:
        code = receipt_from(secrets.randbits(5 * (LENGTH - 1)))
        if code:
            return code


def receipt_from(number: int) -> str | None:
    """The code of a number below 2 to the 35; None if it would look like something else."""
    values = [number >> 5 * place & 31 for place in range(LENGTH - 1)]
    code = _written([*values, _check(values)])
    return code if all(_is_mixed(half) for half in code.split("-")) else None


def _written(values: list[int]) -> str:
    code = "".join(ALPHABET[value] for value in values)
    return f"{code[:4]}-{code[4:]}"


def aloud(receipt: str) -> str:
    """A canonical code as it is said on the telephone: "Kilo 7 Mike 4, Quebec X-ray 9 Tango"."""
    halves = receipt.split("-")
    return ", ".join(" ".join(_SPOKEN_AS.get(c, c) for c in half) for half in halves)


def parse_receipt(text: str) -> str:
    """The canonical form of a typed code; O counts as 0, I and L as 1.

    Raises BadReceipt.
    """
    code = re.sub(_SEPARATORS, "", text).upper().translate(_READ_AS)
    if len(code) != LENGTH or any(character not in _VALUE for character in code):
        raise BadReceipt(text)
    values = [_VALUE[character] for character in code]
    if _check(values[:-1]) != values[-1]:
        raise BadReceipt(text)
    return _written(values)


def find_receipt(text: str) -> str | None:
    """What looks like a receipt code in a message, as typed; None if nothing does.

    A code whose check is right comes first; one with a typing mistake is found too, so that
    the resident can be told. Words, years and phone numbers are no codes.
    """
    right, wrong = [], []
    for first, separator, second in _CANDIDATE.findall(text):
        typed, halves = f"{first}{separator}{second}", (first, second)
        mixed = sum(_is_mixed(half) for half in halves)
        # "code K7M4" has a word for a half, and its check may be right by chance.
        is_apart = separator.isspace() and not typed.isupper()
        if _is_receipt(typed) and _is_mixed(typed) and mixed >= 1 + is_apart:
            right.append((mixed, not separator.isspace(), typed))
        ordinary = sum(_ORDINARY.fullmatch(half) is not None for half in halves)
        if mixed - ordinary >= 1 + separator.isspace():
            wrong.append(typed)
    if right:
        return max(right, key=lambda found: found[:2])[2]
    return wrong[0] if wrong else None


def _is_mixed(text: str) -> bool:
    return any(c.isdigit() for c in text) and any(c.isalpha() for c in text)


def _is_receipt(text: str) -> bool:
    try:
        parse_receipt(text)
    except BadReceipt:
        return False
    return True
