"""Find the values in a wording: numbers, dates and proper names, in English and Spanish.

An answer may only hold values that its facts declare. The same functions check the knowledge
base when it is built and every answer that the evaluation gets.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
MONTHS = {
    language: {name: f"{number:02d}" for number, name in enumerate(names.split(), 1)}
    for language, names in _MONTHS.items()
}
MONTHS["es"]["setiembre"] = "09"
SEASONS = {
    "en": {"spring": "spring", "summer": "summer", "fall": "fall", "autumn": "fall", "winter": "winter"},
    "es": {"primavera": "spring", "verano": "summer", "otoño": "fall", "invierno": "winter"},
}  # fmt: skip
NUMBER_WORDS = {
    "en": dict(
        zip(
            "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
            "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty".split(),
            [*range(2, 21), 30, 40, 50, 60],
            strict=True,
        )
    ),
    "es": dict(
        zip(
            "dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
            "dieciséis diecisiete dieciocho diecinueve veinte treinta cuarenta cincuenta sesenta".split(),
            [*range(2, 21), 30, 40, 50, 60],
            strict=True,
        )
    ),
}
SCALES = {
    "thousand": 10**3, "mil": 10**3, "million": 10**6, "millones": 10**6, "millón": 10**6,
    "billion": 10**9, "mil millones": 10**9,
}  # fmt: skip
# Service numbers are names, not figures.
NUMBERS_THAT_ARE_NAMES = frozenset({"311", "911", "988", "211"})

_YEAR = r"(?:19|20)\d\d"
_PHONE = re.compile(r"\(?\d{3}\)?[ -]\d{3}-\d{4}")
_ADDRESS = re.compile(r"\b(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:/\S*)?\b")
_NUMBER = re.compile(
    r"(?<![\w.])\$?(\d[\d,]*(?:\.\d+)?)(?:\s?%)?"
    r"(?:[\s-](mil millones|millones|millón|million|billion|thousand|mil)\b)?",
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"[A-ZÁÉÍÓÚÑ][\w&'’-]*(?:\.[A-Z]\.?)*", re.UNICODE)
_SENTENCE_START = re.compile(r"(?:^|[.!?:]['\")]?\s+|\n\s*(?:[-*•]|\d+[.)])?\s*|[¿¡\"“(]|\s\d+[.)]\s+)$")


@dataclass(frozen=True)
class Found:
    """The values of one wording. Numbers are decimals as text, dates ISO of any precision."""

    numbers: frozenset[str]
    dates: frozenset[str]
    names: tuple[str, ...]


def find(text: str, language: str) -> Found:
    """Find every value in a text."""
    rest, dates = _take_dates(text, language)
    numbers: set[str] = set()

    def take_phone(match: re.Match[str]) -> str:
        numbers.add(re.sub(r"\D", "", match.group()))
        return " "

    rest = _PHONE.sub(take_phone, _ADDRESS.sub(_keep_figures, rest))
    for match in _NUMBER.finditer(rest):
        digits = match.group(1).rstrip(",.")
        if digits in NUMBERS_THAT_ARE_NAMES:
            continue
        numbers.add(_canonical(digits, match.group(2)))
    words = NUMBER_WORDS[language]
    for word in re.findall(r"[^\W\d_]+", rest.lower()):
        if word in words:
            numbers.add(str(words[word]))
    return Found(frozenset(numbers), frozenset(dates), tuple(_names(text)))


def _keep_figures(match: re.Match[str]) -> str:
    # "2.5" and "U.S." look like addresses too, only letters around the dots make one.
    return match.group() if not re.search(r"[a-z]{2,}\.[a-z]{2,}", match.group()) else " "


def number(text: str) -> str:
    """The canonical form of one declared number such as "$65 million", "2.5%" or a phone number."""
    if _PHONE.fullmatch(text.strip()):
        return re.sub(r"\D", "", text)
    match = _NUMBER.search(text)
    if match is None:
        return text.strip().lower()
    return _canonical(match.group(1).rstrip(",."), match.group(2))


def _canonical(digits: str, scale: str | None) -> str:
    try:
        value = Decimal(digits.replace(",", ""))
    except InvalidOperation:
        return digits
    if scale:
        value *= SCALES[scale.lower()]
    return format(value.normalize(), "f")


def _take_dates(text: str, language: str) -> tuple[str, set[str]]:
    """Take the dates out of a text; a day without its year is "--MM-DD", a month "--MM"."""
    months = MONTHS[language]
    names = "|".join(months)
    seasons = "|".join(SEASONS[language])
    found: set[str] = set()

    def add(value: str) -> str:
        found.add(value)
        return " "

    def month(match: re.Match[str]) -> str:
        return months[match.group("month").lower()]

    if language == "en":
        patterns = [
            (rf"(?P<month>{names})\s+(?P<day>\d{{1,2}}),?\s+(?P<year>{_YEAR})", "ymd"),
            (rf"(?P<month>{names})\s+(?P<day>\d{{1,2}})\b(?!\d|%|,\d)", "md"),
            (rf"(?P<month>{names})\s+(?:of\s+)?(?P<year>{_YEAR})", "ym"),
            (rf"(?P<season>{seasons})\s+(?:of\s+)?(?P<year>{_YEAR})", "season"),
            (rf"fiscal(?:\s+year)?\s+(?P<year>{_YEAR})", "fiscal"),
        ]
    else:
        patterns = [
            (rf"(?P<day>\d{{1,2}})\s+de\s+(?P<month>{names})\s+(?:de|del)\s+(?P<year>{_YEAR})", "ymd"),
            (rf"(?P<day>\d{{1,2}})\s+de\s+(?P<month>{names})\b", "md"),
            (rf"(?P<month>{names})\s+(?:de|del)?\s*(?P<year>{_YEAR})", "ym"),
            (rf"(?P<season>{seasons})\s+(?:de|del)?\s*(?P<year>{_YEAR})", "season"),
            (rf"(?:año\s+)?fiscal(?:\s+de)?\s+(?P<year>{_YEAR})", "fiscal"),
        ]
    for pattern, kind in patterns:

        def take(match: re.Match[str], kind: str = kind) -> str:
            if kind == "ymd":
                return add(f"{match['year']}-{month(match)}-{int(match['day']):02d}")
            if kind == "md":
                return add(f"--{month(match)}-{int(match['day']):02d}")
            if kind == "ym":
                return add(f"{match['year']}-{month(match)}")
            if kind == "season":
                return add(f"{match['year']}-{SEASONS[language][match['season'].lower()]}")
            return add(f"FY{match['year']}")

        text = re.sub(rf"\b{pattern}", take, text, flags=re.IGNORECASE)
    text = re.sub(
        rf"(?<![\d$,.])({_YEAR})(?![\d%]|,\d|\.\d|\s+(?:million|millones|millón))",
        lambda m: add(m.group(1)),
        text,
    )
    return text, found


def _names(text: str) -> list[str]:
    """Capitalised words that do not merely begin a sentence."""
    names = []
    for match in _CAPITAL.finditer(text):
        if _SENTENCE_START.search(text[: match.start()]):
            continue
        names.append(match.group().rstrip(".'’").removesuffix("'s").removesuffix("’s"))
    return names


def date_is_declared(found: str, declared: frozenset[str]) -> bool:
    """Whether a found date is a declared one or says less than a declared one does."""
    if found in declared:
        return True
    if found.startswith("--"):
        return any(d[4:].startswith(found[1:]) for d in declared)
    if found.startswith("FY"):
        return False
    return any(d.removeprefix("FY").startswith(found) for d in declared)
