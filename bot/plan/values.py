"""Find the values in a wording: numbers, dates and proper names, in English and Spanish.

An answer may only hold values that its facts declare. The same functions check the knowledge
base when it is built and every answer that the evaluation gets.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from bot.language.gloss import default_gloss, fold

_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre",
}
MONTHS = {
    language: {name: f"{number:02d}" for number, name in enumerate(names.split(), 1)}
    for language, names in _MONTHS.items()
}
MONTHS["es"]["setiembre"] = "09"
SEASONS = {
    "en": {name: name for name in ("spring", "summer", "fall", "winter")} | {"autumn": "fall"},
    "es": {"primavera": "spring", "verano": "summer", "otoño": "fall", "invierno": "winter"},
}  # fmt: skip
_UNITS = {
    "en": "one two three four five six seven eight nine",
    "es": "uno dos tres cuatro cinco seis siete ocho nueve",
}
_TEENS = {
    "en": "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    "es": "diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve "
    "veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
    "veintiocho veintinueve",
}
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "es": "treinta cuarenta cincuenta sesenta setenta ochenta noventa",
}
_HUNDREDS = "doscient trescient cuatrocient quinient seiscient setecient ochocient novecient"
NUMBER_WORDS = {
    language: {
        **{word: number for number, word in enumerate(_UNITS[language].split(), 1)},
        **{word: number for number, word in enumerate(_TEENS[language].split(), 10)},
        **{
            word: 10 * number
            for number, word in enumerate(_TENS[language].split(), 2 if language == "en" else 3)
        },
    }
    for language in ("en", "es")
}
NUMBER_WORDS["es"] |= {
    "un": 1,
    "una": 1,
    "veintiún": 21,
    "veintiuna": 21,
    "cien": 100,
    "ciento": 100,
}
NUMBER_WORDS["es"] |= {
    stem + ending: 100 * number
    for number, stem in enumerate(_HUNDREDS.split(), 2)
    for ending in ("os", "as")
}
# Text messages have no accents.
NUMBER_WORDS["es"] |= {fold(word): number for word, number in NUMBER_WORDS["es"].items()}
SCALES = {
    "dozen": 12, "docena": 12, "docenas": 12,
    "thousand": 10**3, "mil": 10**3, "million": 10**6, "millones": 10**6, "millón": 10**6,
    "millon": 10**6,
    "billion": 10**9, "mil millones": 10**9, "trillion": 10**12, "billón": 10**12, "billon": 10**12,
    "billones": 10**12, "k": 10**3, "m": 10**6, "b": 10**9,
}  # fmt: skip
# Service numbers are names, not figures.
NUMBERS_THAT_ARE_NAMES = frozenset({"311", "911", "988", "211"})
# English nouns that Spanish uses too, and that the Spanish word list lacks.
BORROWED = frozenset({"ransomware"})
# Words that begin a new sentence after "U.S."; any other capital there goes on with the name.
_OPENERS = """
    the a an it its in on at by for from as to this that these those he she they we you our his
    her their and but or so if when what who how all both each no not one there
    el la los las un una lo su sus en de del al por para con como esto esta este estas estos se
    es son fue no y o pero si cuando que qué quién cómo cuándo también además según nuestras
"""
OPENERS = frozenset(_OPENERS.split())

_YEAR = r"(?:19|20)\d\d"
_PHONE = re.compile(
    r"(?<![\w.$-])(?:\+?1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?!\d|-\d)"
)
# A bare address is in small letters; "Technical.ly" and "About.com" are names.
_ADDRESS = re.compile(
    r"https?://\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|"
    r"(?<![\w.-])(?:[a-z0-9-]+\.)+(?:gov|com|org|net|edu|us|io|info)(?![\w-])(?:/[^\s,;)]*)?"
)
_SCALE = r"mil millones|millones|mill[óo]n|billones|bill[óo]n|million|billion|trillion|thousand|mil"
_NUMBER = re.compile(
    rf"(?<![\w.])\$?(\d[\d,]*(?:\.\d+)?)(?:\s?%)?(?:[\s-]({_SCALE})\b|((?-i:[KMB]))\b)?",
    re.IGNORECASE,
)
_FIGURE = r"\$?\d[\d,]*(?:\.\d+)?"
# The first figure of "$5 to $10 million" is in millions too; "5 and 10 million" may be two things.
_RANGE = re.compile(
    rf"(?<![\w.])(?:(?P<first>{_FIGURE})(?:\s?[-–]\s?|\s(?:to|or|a|o)\s)"
    rf"|(?<=between\s)(?P<between>{_FIGURE})\sand\s|(?<=entre\s)(?P<entre>{_FIGURE})\sy\s)"
    rf"(?P<last>{_FIGURE})[\s-](?P<scale>{_SCALE})\b",
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"(?<!\w)[a-z]?[A-ZÁÉÍÓÚÑ][\w&'’-]*(?:\.\w[\w&'’-]*)*\.?", re.UNICODE)
_SENTENCE_START = re.compile(
    r"(?:^|[.!?:]['\")]?\s+|\n\s*(?:[-*•]|\d+[.)])?\s*|[¿¡\"“(]|\s\d+[.)]\s+)$"
)
_AFTER_ABBREVIATION = re.compile(
    r"\b(?:[A-Z]|UU|Mrs?|Ms|Dr|Dra|Sr|Sra|Jr|St|Gov|Sen|Rep|Lt|Gen)\.\s+$"
)
_FISCAL = re.compile(r"FY\d*")
_MADE_UP = re.compile(r"[a-z0-9][A-Z]|[A-Z]{2}|\.\w|\d")


@dataclass(frozen=True)
class Found:
    """The values of one wording. Numbers are decimals as text, dates ISO of any precision."""

    numbers: frozenset[str]
    dates: frozenset[str]
    names: tuple[str, ...]


def find(text: str, language: str) -> Found:
    """Find every value in a text; web and mail addresses hold none."""
    text = _ADDRESS.sub(_blank, text)
    numbers: set[str] = set()

    def take_phone(match: re.Match[str]) -> str:
        numbers.add(_digits(match.group()))
        return " ; "

    rest, dates = _take_dates(_PHONE.sub(take_phone, text), language)

    def take_number(match: re.Match[str]) -> str:
        digits = match.group(1).rstrip(",.")
        if digits not in NUMBERS_THAT_ARE_NAMES:
            numbers.add(_canonical(digits, match.group(2) or match.group(3)))
        return " ; "

    rest = _NUMBER.sub(take_number, _RANGE.sub(_scale_both, rest))
    numbers.update(_spelled(rest, language))
    return Found(frozenset(numbers), frozenset(dates), tuple(_names(text, language)))


def _blank(match: re.Match[str]) -> str:
    """As many small letters as the address has, so that sentences keep their places."""
    address = match.group().rstrip(".,;:!?)\"'”’")
    return "x" * len(address) + match.group()[len(address) :]


def _scale_both(match: re.Match[str]) -> str:
    first = match["first"] or match["between"] or match["entre"]
    return f"{first} {match['scale']} ; {match['last']} {match['scale']}"


def number(text: str) -> str:
    """The canonical form of one declared number such as "$65 million", "2.5%" or a phone number."""
    if _PHONE.fullmatch(text.strip()):
        return _digits(text)
    match = _NUMBER.search(text)
    if match is None:
        return text.strip().lower()
    return _canonical(match.group(1).rstrip(",."), match.group(2) or match.group(3))


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)[-10:]


def _canonical(digits: str, scale: str | None) -> str:
    try:
        value = Decimal(digits.replace(",", ""))
    except InvalidOperation:
        return digits
    if scale:
        value *= SCALES[scale.lower()]
    return format(value.normalize(), "f")


@lru_cache(maxsize=2)
def _spelled_pattern(language: str) -> re.Pattern[str]:
    def any_of(words: str) -> str:
        return "(?:" + "|".join(dict.fromkeys([*words.split(), *fold(words).split()])) + ")"

    unit, teen, tens = (any_of(words[language]) for words in (_UNITS, _TEENS, _TENS))
    if language == "es":
        unit = unit.replace("uno", "un[oa]?")
        teen = teen.replace("veintiuno", "veinti(?:uno|una|ún|un)", 1)
        small = rf"(?:{tens}(?:\s+y\s+{unit})?|{teen}|{unit})"
        hundred = rf"(?:cien|ciento|{any_of(_HUNDREDS)}[oa]s)(?:\s+{small})?"
        scale = rf"\s+(?P<scale>{_SCALE}|docenas?)"
        alone = r"|(?P<alone>mil)"
    else:
        small = rf"(?:{tens}(?:[-\s]+{unit})?|{teen}|{unit})"
        hundred = rf"(?:{teen}|{unit}|a)\s+hundred(?:\s+(?:and\s+)?{small})?"
        scale = rf"[-\s]+(?P<scale>{_SCALE}|dozen)"
        alone = r"|a\s+(?P<alone>thousand|million|billion|trillion|dozen)"
    return re.compile(rf"\b(?:(?P<base>{hundred}|{small})(?:{scale})?{alone})\b", re.IGNORECASE)


def _spelled(text: str, language: str) -> set[str]:
    """Numbers in words; "one" alone is a pronoun or an article too often to be one."""
    numbers, known = set(), NUMBER_WORDS[language]
    for match in _spelled_pattern(language).finditer(text):
        if match["alone"]:
            numbers.add(_canonical("1", match["alone"]))
            continue
        value = 0
        for word in re.findall(r"[^\W\d_]+", match["base"].lower()):
            value = max(value, 1) * 100 if word == "hundred" else value + known.get(word, 0)
        if value > 1 or match["scale"]:
            numbers.add(_canonical(str(value), match["scale"]))
    return numbers


def _take_dates(text: str, language: str) -> tuple[str, set[str]]:
    """Take the dates out of a text; a day without its year is "--MM-DD", a month "--MM"."""
    months = MONTHS[language]
    names = "|".join(months)
    seasons = "|".join(SEASONS[language])
    found: set[str] = set()

    if language == "en":
        month, day = rf"(?P<month>{names})", r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
        last = r"(?:\s?[-–]\s?|\s(?:to|and|through|or)\s)(?P<last>\d{1,2})(?:st|nd|rd|th)?"
        patterns = [
            rf"{month}\s+{day}(?:{last})?,?\s+(?P<year>{_YEAR})",
            rf"{month}\s+{day}(?:{last})?\b(?!\d|%|,\d)",
            rf"{month}\s+(?:of\s+)?(?P<year>{_YEAR})",
            rf"(?P<season>{seasons})\s+(?:of\s+)?(?P<year>{_YEAR})",
            rf"(?:FY\s?|fiscal\s+(?:years?\s+)?)(?P<fiscal>{_YEAR}|\d\d)\b",
        ]
    else:
        month, day = rf"(?P<month>{names})", r"(?P<day>\d{1,2}|primero)(?:\.?º)?"
        last = r"(?:\s?[-–]\s?|\s(?:al|a|y|o)\s(?:el\s)?)(?P<last>\d{1,2})"
        patterns = [
            rf"{day}(?:{last})?\s+de\s+{month}\s+(?:de|del)\s+(?P<year>{_YEAR})",
            rf"{day}(?:{last})?\s+de\s+{month}\b",
            rf"{month}\s+(?:de|del)?\s*(?P<year>{_YEAR})",
            rf"(?P<season>{seasons})\s+(?:de|del)?\s*(?P<year>{_YEAR})",
            rf"(?:FY\s?|(?:años?\s+)?fiscal(?:es)?\s+(?:de\s+)?)(?P<fiscal>{_YEAR}|\d\d)\b",
        ]

    def take(match: re.Match[str]) -> str:
        parts = match.groupdict()
        if parts.get("fiscal"):
            found.add("FY20" + parts["fiscal"][-2:])
        elif parts.get("season"):
            found.add(f"{parts['year']}-{SEASONS[language][parts['season'].lower()]}")
        else:
            start = f"{parts.get('year') or '-'}-{months[parts['month'].lower()]}"
            days = [d for d in (parts.get("day"), parts.get("last")) if d]
            found.update(f"{start}-{_day(d):02d}" for d in days)
            if not days:
                found.add(start)
        return " ; "

    for pattern in patterns:
        text = re.sub(rf"\b{pattern}", take, text, flags=re.IGNORECASE)

    def take_year(match: re.Match[str]) -> str:
        found.add(match.group())
        return " ; "

    text = re.sub(
        rf"(?<![\d$,.]){_YEAR}(?![\d%]|,\d|\.\d|\s+(?:million|millones|mill[óo]n))", take_year, text
    )
    # A month alone, not "may" and "march" that begin a question.
    alone = rf"(?<=[\w,;]\s)({names.title()})\b" if language == "en" else rf"\b({names})\b"
    for match in re.finditer(alone, text):
        found.add(f"--{months[match.group(1).lower()]}")
    return text, found


def _day(text: str) -> int:
    return int(text) if text.isdigit() else 1


def _names(text: str, language: str) -> list[str]:
    """Capitalised words, except ordinary ones that merely begin a sentence."""
    names = []
    for match in _CAPITAL.finditer(text):
        name = match.group().rstrip(".'’").removesuffix("'s").removesuffix("’s")
        before = text[: match.start()]
        if _AFTER_ABBREVIATION.search(before):
            if name.lower() in OPENERS:
                continue
        elif _SENTENCE_START.search(before) and _is_ordinary(name, language):
            continue
        if not _FISCAL.fullmatch(name):
            names.append(name)
    return names


def _is_ordinary(word: str, language: str) -> bool:
    """Whether the first word of a sentence may be no name.

    The Spanish word list knows nearly every form of a word and no names; for English there is
    no such list, so only words like BCIT, StateScoop and Technical.ly are told from ordinary ones.
    """
    if _MADE_UP.search(word):
        return False
    if language != "es":
        return True
    known = default_gloss()
    parts = re.split(r"['’-]", fold(word))
    return all(len(part) < 2 or part in known or part in BORROWED for part in parts)


def date_is_declared(found: str, declared: frozenset[str]) -> bool:
    """Whether a found date is a declared one or says less than a declared one does."""
    if found in declared:
        return True
    if found.startswith("--"):
        return any(d[4:].startswith(found[1:]) for d in declared)
    if found.startswith("FY"):
        return False
    return any(d.removeprefix("FY").startswith(found) for d in declared)
