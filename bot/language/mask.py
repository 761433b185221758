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

# Every pattern begins at a word's edge and bounds its repeats, so time grows with length only.
_LABEL = r"[^\W_][\w-]{0,62}"
_AT = r"(?:@|[(\[{]\s?(?:at|arroba)\s?[)\]}])"
_DOT = r"(?:\.|\s?[(\[{]\s?(?:dot|punto)\s?[)\]}]\s?|\s(?:dot|punto)\s)"
_EMAIL = re.compile(
    rf"""(?<![\w.+'-])[\w+][\w.+'-]{{0,63}}
    (?: \s?{_AT}\s?{_LABEL}(?:{_DOT}{_LABEL}){{0,6}}
        (?: {_DOT}[^\W\d_](?:[\w-]{{0,61}}[^\W_]) | \s?\.\s?(?:com|net|org|edu|gov|mx)\b )
      | \s(?:at|arroba)\s{_LABEL}(?:\s(?:dot|punto)\s[^\W\d_][\w-]{{1,62}}){{1,4}}
      | \s(?:at|arroba)\s
        (?:gmail|yahoo|hotmail|outlook|live|msn|aol|icloud|me|protonmail|comcast|verizon)
        \s?\.\s?(?:com|net|es|mx)\b(?:\.\w{{2}}\b)? )""",
    re.IGNORECASE | re.VERBOSE,
)
_DASH = r"\-\u2010-\u2015\u2212"
_DIGITS = re.compile(rf"(?<!\d)(?<![$\d][.,])(?<![$+])\d(?:[ .·_{_DASH}]{{0,3}}\d){{6,}}")
_CARD_ISSUERS = re.compile(r"3[04-9]|[456]|2[2-7]")
_SSN = re.compile(
    rf"(?<![\d{_DASH}])(?!000|666)\d{{3}}([ .{_DASH}])(?!00)\d{{2}}\1(?!0000)\d{{4}}(?![\d{_DASH}])"
)
_SSN_NAMED = re.compile(
    r"\b(?:ssn|itin|social(?: security)?(?: number| no\.?| num)?|seguro social|(?:mi|el) social)\b"
    r"\D{0,15}(\d{9})(?!\d)",
    re.IGNORECASE,
)
_AREA_CODE = re.compile(r"[2-9]\d\d[2-9]\d{6}")
_LOCAL_PHONE = re.compile(
    rf"(?<![\d$.,/{_DASH}])[2-9](?!11)\d\d[{_DASH}.]\d{{4}}(?![\d{_DASH}]|[.,]\d)"
)
_ODD_PHONE = re.compile(
    rf"(?<!\d)(?:1[ ._·]?)?[2-9]\d\d[_·~*|]{{1,2}}\d{{3}}[ ._·~*|{_DASH}]{{1,2}}\d{{4}}(?!\d)"
    rf"|\+\d(?:[ ().·_{_DASH}]{{0,2}}\d){{9,14}}(?!\d)"
)
# "call me at 555 0134", "mi WhatsApp es 503 7123 4567": the word before makes any number a phone.
_NAMED_PHONE = re.compile(
    rf"""\b(?:(?:call|text|reach|ring|phone)\sme
      |my\s(?:new\s)?(?:cell|phone|number|mobile|whatsapp|home\sphone)(?:\sphone)?(?:\snumber)?
      |(?:phone|cell|tel|whatsapp|mobile)\b(?:\s(?:number|no\.?))?
      |ll[aá]m[ae]n?me|m[aá]nd[ae]n?me|tel[eé]fono|celular
      |mi\s(?:n[uú]mero|tel[eé]fono|cel(?:ular)?|m[oó]vil|whatsapp))\b
      (?:\s(?:at|on|is|al|es|el|en|number|a)\b){{0,3}}\s?[.:#]?\s?
      (?P<phone>\(?\+?\d(?:[ ().·_/{_DASH}]{{0,3}}\d){{6,14}})(?!\d)""",
    re.IGNORECASE | re.VERBOSE,
)
_STREET = (
    r"(?:streets?|st|avenue|aven|ave|av|road|rd|drive|dr|lane|ln|court|ct|boulevard|blvd|place|pl|"
    r"terrace|terr|ter|way|circle|cir|highway|hwy|parkway|pkwy|pike|alley|aly|square|sq|row|mews|"
    r"garth|trail|path|walk|loop|plaza|crescent|wharf|calle|avenida)"
)
_OWNER = r"(?:i|we|he|she|they|yo|my\s\w{2,12}|mi\s\w{2,12})"
_OWN_ADDRESS = re.compile(
    rf"""\b(?:
      {_OWNER}\s(?:(?:currently|still|now|just|also|actually|have)\s){{0,2}}
        (?:live|lives|lived|stay|stays|reside|resides|moved|rent|rents)
      |(?:i['’]?m|i\sam|we['’]?re|we\sare)\s(?:(?:currently|now)\s)?(?:living|staying|residing|renting|at)
      |(?:my|our|mailing|home|street)\s(?:(?:home|house|street|mailing|current|new|full|old)\s){{0,2}}address
      |(?:my|our)\s(?:house|home|place|apartment|apt|unit)
      |(?:vivo|vivimos|vive|viven|resido|residimos|me\squedo|me\smud[eé]|estoy)
      |(?:mi|nuestra|nuestro|mis)\s(?:direcci[oó]n|casa|domicilio|hogar|apartamento|apto)
    )\b
    (?:[\s,:]{{1,3}}(?:at|on|in|to|over|here|is|located|right|por|aqu[ií]|en|la|el|al|a|es|est[aá]|queda|ubicad[oa]|
      n[uú]m(?:ero)?|address)\b){{0,5}}
    \s?[:=,]?\s{{0,3}}""",
    re.IGNORECASE | re.VERBOSE,
)
_DIRECTION = r"(?:[NSEW]|NE|NW|SE|SW|North|South|East|West|Norte|Sur|Este|Oeste)\b\.?"
_UNIT = (
    r"(?:,?\s{1,2}(?:apt|apartment|unit|suite|ste|apto|apartamento|depto|\#)"
    r"\.?\s{0,2}[\w-]{1,8})?"
)
_WORD = (
    r"(?!(?:and|y|but|pero|with|con|years?|a[ñn]os?|percent|dollars?|blocks?|miles?|minutes?)\b)"
    r"[\w'’.-]{1,30}"
)
# An address by itself: only counted right after words that make it somebody's own.
_ADDRESS = re.compile(
    rf"""(?:
      \#?\d{{1,5}}[a-z]?(?:[-–]\d{{1,5}})?(?:\s1/2)?(?:\s{_DIRECTION})?
        (?:\s{{1,2}}{_WORD}){{1,4}}?\s{{1,2}}{_STREET}\b\.?(?:\s{_DIRECTION})?{_UNIT}
      |(?:calle|avenida|ave?\.?|avda\.?)\s{_WORD}(?:\s{_WORD}){{0,3}}?,?
        \s(?:\#\s?|n[uú]m(?:ero)?\.?\s|no\.?\s)?\d{{1,5}}\b{_UNIT}
      |p\.?\s?o\.?\sbox\s\#?\d{{1,6}}
      |(?-i:(?!2[01]\d{{3}}\b)\d{{1,5}}[A-Z]?(?:\s{_DIRECTION})?
        \s(?!(?:Baltimore|Maryland|I)\b)[A-ZÁÉÍÓÚÑ][\w'’.-]{{1,30}}
        (?:\s[A-Z][\w'’.-]{{1,30}}){{0,2}})
      )""",
    re.IGNORECASE | re.VERBOSE,
)
# "at 3400 eastern": after "at" and "address is" a house number is enough, whatever the case.
_BARE_ADDRESS = re.compile(
    rf"\d{{2,5}}(?:\s{_DIRECTION})?\s(?!(?:am|pm|st|nd|rd|th)\b){_WORD}", re.IGNORECASE
)
_SURE = re.compile(
    r"\b(?:at|address|address\s(?:is|:)|direcci[oó]n(?:\ses)?)\s?[:=]?\s{0,3}$", re.IGNORECASE
)
ROUNDS = 8


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
    """Replace personal data by labels in the reader's language (English if it has none).

    Masking twice changes nothing: it goes on until a label has uncovered no more.
    """
    labels = LABELS.get(language, LABELS["en"])
    kinds: list[Personal] = []
    for _ in range(ROUNDS):
        found = find(text)
        if not found:
            break
        pieces: list[str] = []
        end = 0
        for one in found:
            pieces += [text[end : one.start], labels[one.kind]]
            kinds.append(one.kind)
            end = one.end
        text = "".join([*pieces, text[end:]])
    return Masked(text, tuple(dict.fromkeys(kinds)))


def _candidates(text: str) -> Iterator[Found]:
    for match in _EMAIL.finditer(text):
        yield Found(match.start(), match.end(), Personal.EMAIL)
    for match in _SSN.finditer(text):
        yield Found(match.start(), match.end(), Personal.SSN)
    for match in _SSN_NAMED.finditer(text):
        yield Found(match.start(1), match.end(1), Personal.SSN)
    yield from _addresses(text)
    if any(character.isdigit() for character in text):
        yield from _cards(text)
        yield from _phones(text)


def _addresses(text: str) -> Iterator[Found]:
    for own in _OWN_ADDRESS.finditer(text):
        address = _ADDRESS.match(text, own.end())
        if address is None and _SURE.search(own.group()):
            address = _BARE_ADDRESS.match(text, own.end())
        if address:
            yield Found(address.start(), address.end(), Personal.ADDRESS)


def _cards(text: str) -> Iterator[Found]:
    """Card numbers, also with an expiry date behind: any run of whole groups that Luhn allows."""
    for run in _DIGITS.finditer(text):
        groups = list(re.finditer(r"\d+", run.group()))
        for first, group in enumerate(groups):
            if not _CARD_ISSUERS.match(group.group()):
                continue
            digits = ""
            best = None
            for last in groups[first:]:
                digits += last.group()
                if len(digits) > 19:
                    break
                if len(digits) >= 13 and luhn.is_valid(digits):
                    best = last.end()
            if best is not None:
                yield Found(run.start() + group.start(), run.start() + best, Personal.CARD)


def _phones(text: str) -> Iterator[Found]:
    ours: list[range] = []
    for number in phonenumbers.PhoneNumberMatcher(
        text, "US", leniency=phonenumbers.Leniency.POSSIBLE
    ):
        national = str(number.number.national_number)
        abroad = number.number.country_code != 1 and len(national) >= 7
        money = text[: number.start].endswith("$")
        if national in PUBLIC_NUMBERS:
            ours.append(range(number.start, number.end))
        elif abroad or (not money and _is_american(number.raw_string, national)):
            yield Found(number.start, number.end, Personal.PHONE)
    for pattern in (_ODD_PHONE, _LOCAL_PHONE, _NAMED_PHONE):
        for match in pattern.finditer(text):
            start, end = match.span("phone" if "phone" in pattern.groupindex else 0)
            public = re.sub(r"\D", "", text[start:end])[-10:] in PUBLIC_NUMBERS
            if not public and not any(start in one for one in ours):
                yield Found(start, end, Personal.PHONE)


def _is_american(written: str, national: str) -> bool:
    """Ten digits that can be a phone number: not a price, not a list of years."""
    if len(national) != 10:
        return False
    groups = re.findall(r"\d+", written)
    if any(re.fullmatch(r"(?:19|20)\d\d", group) for group in groups[:-1]):
        return False
    return [len(group) for group in groups][-3:] == [3, 3, 4] or bool(_AREA_CODE.match(national))
