"""Which language a message is in, told message by message."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from bot.language.gloss import default_gloss, fold, words

ENGLISH, SPANISH = "en", "es"
COMMON_ENGLISH = Path(__file__).resolve().parents[2] / "data" / "language" / "common_en.txt"
SURE = 0.6
LEAVING = 0.75
"""The share of a language's words that a message needs to leave the conversation's language."""
# Words of both languages say nothing about which one is spoken.
SHARED = frozenset("a no me he plan color hotel idea total final general social mayor son pie has")
SCRIPTS = {
    "HANGUL": "ko",
    "CJK": "zh",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "ARABIC": "ar",
    "CYRILLIC": "ru",
    "ETHIOPIC": "am",
    "DEVANAGARI": "hi",
    "HEBREW": "he",
    "GREEK": "el",
    "THAI": "th",
    "BENGALI": "bn",
    "GUJARATI": "gu",
}
SWITCH = {
    SPANISH: re.compile(
        r"^(?:(?:en|in)\s+)?(?:espanol|spanish|castellano)(?:\s+(?:por favor|please))?[.!?]*$"
    ),
    ENGLISH: re.compile(
        r"^(?:(?:en|in)\s+)?(?:english|ingles)(?:\s+(?:por favor|please))?[.!?]*$"
    ),
}


@lru_cache(maxsize=1)
def common_english() -> "frozenset[str]":
    return frozenset(COMMON_ENGLISH.read_text(encoding="utf-8").split())


def asked_switch(text: str) -> str | None:
    """The language that a message of one word ("español", "in English please") switches to."""
    folded = fold(text).strip()
    return next((code for code, pattern in SWITCH.items() if pattern.match(folded)), None)


def script_of(text: str) -> str | None:
    """The language that a script other than Latin gives away, if most letters are in one."""
    counts: "dict[str, int]" = {}
    letters = 0
    for character in text:
        if not character.isalpha():
            continue
        letters += 1
        if ord(character) < 0x250:
            continue
        script = unicodedata.name(character, "").split(" ")[0]
        code = SCRIPTS.get(script)
        if code:
            counts[code] = counts.get(code, 0) + 1
    if not counts:
        return None
    # Kana among Han characters is Japanese, Han alone Chinese.
    if "ja" in counts:
        counts["ja"] += counts.pop("zh", 0)
    best = max(counts, key=lambda code: counts[code])
    return best if counts[best] * 2 > letters else None


def spanish_share(text: str) -> float | None:
    """How Spanish the known words of a text are, 0 to 1; None when none tells."""
    gloss = default_gloss()
    english = common_english()
    spanish_marks = sum(character in "ñ¿¡" for character in text.lower())
    accents = sum(character in "áéíóú" for character in text.lower())
    es = spanish_marks * 2 + accents
    en = 0
    for word in words(text):
        if word in SHARED or not word.isalpha():
            continue
        in_es, in_en = word in gloss, word in english
        if in_es and not in_en:
            es += 1
        elif in_en and not in_es:
            en += 1
    if es + en == 0:
        return None
    return es / (es + en)


@lru_cache(maxsize=1)
def _detector() -> object:
    from lingua import Language, LanguageDetectorBuilder

    languages = (
        Language.ENGLISH,
        Language.SPANISH,
        Language.FRENCH,
        Language.PORTUGUESE,
        Language.TAGALOG,
        Language.GERMAN,
        Language.ITALIAN,
        Language.VIETNAMESE,
    )
    return LanguageDetectorBuilder.from_languages(*languages).with_low_accuracy_mode().build()


# Words that neither English nor Spanish has; they tell apart what looks much like Spanish.
MARKS = {
    "fr": frozenset("quel quels quelle quelles est qui les des une je ou combien pour laisser ville "
                    "sont pas avec dans veux cette vous nous plait mon il elle c'est qu'est".split()),
    "pt": frozenset("quais qual sao nao uma em com voce foi os ao pela pelo deixar comentario "
                    "esta ainda aconteceu eu meu minha cidade inscrever".split()),
}  # fmt: skip


def _other_language(text: str) -> "str | None":
    """A language other than English and Spanish, if the text is surely in one."""
    tokens = [word for word in words(text) if word.isalpha()]
    if len(tokens) < 3:
        return None
    best = _detector().compute_language_confidence_values(text)[0]  # type: ignore[attr-defined]
    code = str(best.language.iso_code_639_1.name).lower()
    if code in (ENGLISH, SPANISH):
        return None
    if _known_share(text) < 0.5:
        long_enough = len(tokens) >= 4 or code in MARKS
        return code if best.value >= 0.85 and long_enough else None
    marks = len(MARKS.get(code, frozenset()) & set(tokens))
    return code if best.value >= 0.9 and marks >= 2 else None


def _known_share(text: str) -> float:
    gloss, english = default_gloss(), common_english()
    tokens = [word for word in words(text) if word.isalpha()]
    if not tokens:
        return 1.0
    return sum(word in gloss or word in english for word in tokens) / len(tokens)


def language_of(text: str, previous: str | None = None) -> str:
    """ISO code of the message's language.

    Text of few telling words ("ok", "BCIT", "2") keeps the conversation's language
    `previous`, or is English. Only long enough text with mostly unknown words can
    be a language other than English and Spanish, unless its script says so.
    """
    switched = asked_switch(text)
    if switched:
        return switched
    script = script_of(text)
    if script:
        return script
    other = _other_language(text)
    if other:
        return other
    kept = previous if previous in (ENGLISH, SPANISH) else ENGLISH
    share = spanish_share(text)
    if share is None:
        return kept
    # English names stand in Spanish questions: leaving a conversation's language takes more.
    to_spanish = SURE if kept == ENGLISH else 1 - LEAVING
    to_english = 1 - SURE if previous is None else 1 - LEAVING
    if share >= to_spanish:
        return SPANISH
    return ENGLISH if share <= to_english or kept == ENGLISH else SPANISH
