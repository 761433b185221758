"""Personal data, found and masked before the assistant or the store sees a text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from stdnum import luhn


class Personal(StrEnum):
    """Kinds of personal data that are masked."""

    EMAIL = "email"
    PHONE = "phone"
    CARD = "card"
    SSN = "ssn"
    ADDRESS = "address"


LABELS = {
    "en": {
        Personal.EMAIL: "[email removed]",
        Personal.PHONE: "[phone number removed]",
        Personal.CARD: "[card number removed]",
        Personal.SSN: "[social security number removed]",
        Personal.ADDRESS: "[address removed]",
    },
    "es": {
        Personal.EMAIL: "[correo borrado]",
        Personal.PHONE: "[teléfono borrado]",
        Personal.CARD: "[tarjeta borrada]",
        Personal.SSN: "[número de seguro social borrado]",
        Personal.ADDRESS: "[dirección borrada]",
    },
}

# Numbers of the city that the plan's answers themselves give; masking them helps nobody.
PUBLIC_NUMBERS = frozenset({"4432632220", "4103963330", "4103963835", "4103963100"})

_EMAIL = re.compile(
    r"[\w.+'-]+\s?(?:@|\(at\)|\[at\]|\s+at\s+(?=[\w-]+\s+dot\s))\s?[\w-]+(?:\s?(?:\.|\s+dot\s+)\s?[\w-]+)+",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"(?<![\w$.])\d(?:[ -]?\d){12,18}(?![\w])")
_SSN = re.compile(r"(?<![\d-])(?!000|666|9\d\d)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\d-])")
_SSN_NAMED = re.compile(
    r"(?i)(?:\bssn|social security(?: number| no\.?)?|seguro social)\D{0,15}(\d{9})(?!\d)"
)
_STREET = (
    r"(?:street|st|avenue|ave|av|road|rd|drive|dr|lane|ln|court|ct|boulevard|blvd|place|pl|"
    r"terrace|ter|way|circle|cir|highway|hwy|parkway|pkwy|alley|square|sq|row|mews|calle|avenida)"
)
_OWN_ADDRESS = re.compile(
    r"(?i)\b(?:i(?:'m| am)? (?:live|living|stay|staying|reside|residing)|we (?:live|stay)|my (?:home |house |street |mailing )?"
    r"address is|my (?:house|home|place|apartment|apt) is|vivo|vivimos|resido|mi (?:direcci[oó]n|casa|domicilio) (?:es|est[aá]|queda))"
    r"(?:\s+(?:at|on|in|en|la|el|num(?:ero)?|n[uú]mero|is|es|:))*\s*:?\s*"
    r"(?P<address>\d{1,5}[A-Za-z]?(?:\s+(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\.?)?"
    r"(?:\s+(?!and\b|y\b|but\b|pero\b)[\w'.-]+){1,4}?\s+" + _STREET + r"\b\.?"
    r"(?:,?\s*(?:apt|apartment|unit|suite|#|apto)\.?\s*[\w-]+)?"
    r"|(?:calle|avenida|av\.?)\s+[\w'. -]{2,30}?\s+(?:#|n[uú]m(?:ero)?\.?\s*)?\d{1,5}"
    r"|\d{1,5}\s+(?:[A-Z][\w'.-]+)(?:\s+[A-Z][\w'.-]+){0,2})",
)


@dataclass(frozen=True)
class Found:
    """One piece of personal data, by its place in the text."""

    start: int
    end: int
    kind: Personal


@dataclass(frozen=True)
class Masked:
    """A text with personal data replaced by labels, and what kinds there were."""

    text: str
    kinds: tuple[Personal, ...]


def find(text: str) -> list[Found]:
    """Find personal data; where two overlap, the one that begins first and is longer stays."""
    found = sorted(_candidates(text), key=lambda f: (f.start, f.start - f.end))
    result: list[Found] = []
    for one in found:
        if not result or one.start >= result[-1].end:
            result.append(one)
    return result


def mask(text: str, language: str = "en") -> Masked:
    """Replace personal data by labels in the reader's language (English if it has none)."""
    labels = LABELS.get(language, LABELS["en"])
    pieces: list[str] = []
    kinds: list[Personal] = []
    end = 0
    for one in find(text):
        pieces += [text[end : one.start], labels[one.kind]]
        kinds.append(one.kind)
        end = one.end
    pieces.append(text[end:])
    return Masked("".join(pieces), tuple(dict.fromkeys(kinds)))


def _candidates(text: str) -> Iterator[Found]:
    for match in _EMAIL.finditer(text):
        yield Found(match.start(), match.end(), Personal.EMAIL)
    for match in _SSN.finditer(text):
        yield Found(match.start(), match.end(), Personal.SSN)
    for match in _SSN_NAMED.finditer(text):
        yield Found(match.start(1), match.end(1), Personal.SSN)
    for match in _DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if 13 <= len(digits) <= 19 and luhn.is_valid(digits):
            yield Found(match.start(), match.end(), Personal.CARD)
    for match in _OWN_ADDRESS.finditer(text):
        yield Found(match.start("address"), match.end("address"), Personal.ADDRESS)
    if sum(c.isdigit() for c in text) >= 7:
        yield from _phones(text)


def _phones(text: str) -> Iterator[Found]:
    for match in phonenumbers.PhoneNumberMatcher(
        text, "US", leniency=phonenumbers.Leniency.POSSIBLE
    ):
        digits = re.sub(r"\D", "", match.raw_string)
        national = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
        if national in PUBLIC_NUMBERS or len(national) < 10:
            continue
        if not match.raw_string.startswith("+") and len(national) != 10:
            continue
        yield Found(match.start, match.end, Personal.PHONE)
    # Seven digits written as a local number: 555-0134.
    for local in re.finditer(r"(?<![\d$-])[2-9]\d{2}[-.]\d{4}(?![\d-])", text):
        yield Found(local.start(), local.end(), Personal.PHONE)
