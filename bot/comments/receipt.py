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
IN_TEXT = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z]*\d|\d)[0-9A-Za-z]{4}[- ]?[0-9A-Za-z]{4}(?![A-Za-z0-9])"
)


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
    """A fresh code; 35 random bits. Uniqueness is the store's business."""
    values = [secrets.randbelow(32) for _ in range(LENGTH - 1)]
    return _written([*values, _check(values)])


def _written(values: list[int]) -> str:
    code = "".join(ALPHABET[value] for value in values)
    return f"{code[:4]}-{code[4:]}"


def parse_receipt(text: str) -> str:
    """The canonical form of a typed code; O counts as 0, I and L as 1.

    Raises BadReceipt.
    """
    code = re.sub(r"[\s-]", "", text).upper().translate(_READ_AS)
    if len(code) != LENGTH or any(character not in _VALUE for character in code):
        raise BadReceipt(text)
    values = [_VALUE[character] for character in code]
    if _check(values[:-1]) != values[-1]:
        raise BadReceipt(text)
    return _written(values)


def find_receipt(text: str) -> str | None:
    """What looks like a receipt code in a message, as typed; None if nothing does."""
    match = IN_TEXT.search(text)
    return match.group() if match else None
