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
_SHARED = "a no me he plan color hotel idea total final general social real mayor son pie has mil"
SHARED = frozenset(_SHARED.split())
# The small words tell more: English names stand in Spanish questions.
_SMALL = {
    ENGLISH: "the is are was were what when where who why how which did does do of for to and with "
    "from my your it that this there can could will would should has have i you we they about",
    SPANISH: "el la los las un una de del al y que q cual cuales cuando cuanto cuanta cuantos "
    "cuantas donde quien quienes como por porque xq para pa con en es son fue fueron hay esta "
    "estan mi su sus se le les lo desde hasta sobre todavia ya",
}
SMALL = {language: frozenset(small.split()) for language, small in _SMALL.items()}
STRANGE = 4
"""Telling words from which on more than one must be known."""
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
_ASKING = (
    r"(?:(?:hi|hello|hola|please|por favor|porfa),?\s+)?"
    r"(?:(?:can|could|do)\s+(?:you|u)\s+|(?:i\s+)?(?:want|prefer|need)\s+|quiero\s+|prefiero\s+)?"
    r"(?:(?:speak|talk|write|answer|reply|switch|change|habla[rs]?|hablan|hable|se habla|puede[s]?"
    r" hablar|cambi[ae]r?|responda|responde|conteste|escriba)\s+)?"
    r"(?:(?:it\s+)?(?:in|to|en|al?)\s+)?"
)
_POLITELY = r"(?:,?\s+(?:please|pls|plz|por favor|porfa|only|solo|solamente|version))*\s*[.!?]*$"
SWITCH = {
    SPANISH: re.compile(rf"^[¿¡]?{_ASKING}(?:espa[nñ]ol|spanish|castellano){_POLITELY}"),
    ENGLISH: re.compile(rf"^[¿¡]?{_ASKING}(?:english|ingles){_POLITELY}"),
}


@lru_cache(maxsize=1)
def common_english() -> "frozenset[str]":
    return frozenset(COMMON_ENGLISH.read_text(encoding="utf-8").split())


def is_known_word(word: str) -> bool:
    """Whether a folded word is a common English one or in the Spanish lexicon."""
    return word in common_english() or word in default_gloss()


def asked_switch(text: str) -> str | None:
    """The language that a message of one word ("español", "in English please") switches to."""
    folded = fold(text).strip()
    return next((code for code, pattern in SWITCH.items() if pattern.match(folded)), None)


# A Latin name in another script's sentence says nothing.
_NAME = re.compile(r"\b[A-Z][A-Za-z]*\b")


def script_of(text: str) -> str | None:
    """The language that a script other than Latin gives away, if most letters are in one."""
    counts: "dict[str, int]" = {}
    letters = 0
    for character in _NAME.sub(" ", text):
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
    """How Spanish the known words of a text are, 0 to 1; None when none tells.

    A small word ("cuando", "the") counts twice, and where only one language has small words, the
    other's words count half: they may be names.
    """
    gloss, english, names = default_gloss(), common_english(), _names(text)
    marks = 2 * sum(character in "ñ¿¡" for character in text.lower())
    marks += sum(character in "áéíóú" for character in text.lower())
    small = {SPANISH: 0, ENGLISH: 0}
    large = {SPANISH: marks, ENGLISH: 0}
    telling = [word for word in words(text) if word not in SHARED and word.isalpha()]
    if len(telling) >= STRANGE and sum(len(word) == 1 for word in telling) * 2 > len(telling):
        return None  # a word spelled out letter by letter; "y", "o" and "u" are none here
    known = 0
    for word in telling:
        in_es, in_en = word in gloss, word in english
        known += in_es or in_en
        if in_es and not in_en:
            (small if word in SMALL[SPANISH] else large)[SPANISH] += 1
        elif in_en and not in_es and word not in names:
            (small if word in SMALL[ENGLISH] else large)[ENGLISH] += 1
    if known <= 1 and not marks and len(telling) >= STRANGE:
        return None  # one word among strange ones is there by chance
    es = 2 * small[SPANISH] + large[SPANISH] * (0.5 if _only(small, ENGLISH) else 1)
    en = 2 * small[ENGLISH] + large[ENGLISH] * (0.5 if _only(small, SPANISH) else 1)
    return None if es + en == 0 else es / (es + en)


def _only(small: "dict[str, int]", language: str) -> bool:
    return small[language] > 0 and sum(small.values()) == small[language]


_CAPITALISED = re.compile(r"[A-Z][\w'’.-]*(?:\s+[A-Z][\w'’.-]*)*")
_SENTENCE_START = re.compile(r"(?:^|[.!?¿¡:\"“]\s*)$")


def _names(text: str) -> "frozenset[str]":
    """The words of names in a text: capitals in a row, or one capital inside a sentence.

    "Frank Johnson renunció?" is Spanish. A text all in capitals or titles shows no names.
    """
    plain = [word for word in re.findall(r"[^\W\d_]+", text) if word != "I"]
    if text.isupper() or (len(plain) > 3 and all(word[0].isupper() for word in plain)):
        return frozenset()
    names: "set[str]" = set()
    for match in _CAPITALISED.finditer(text):
        found = [word for word in match.group().split() if word != "I"]
        if _SENTENCE_START.search(text[: match.start()]) and len(found) < 2:
            continue
        names.update(words(" ".join(found)))
    return frozenset(names)


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


# Words that neither English nor Spanish has; they tell apart what looks much like the two.
_MARKS = {
    "fr": "quel quels quelle quelles est qui les des une je ou combien pour laisser ville sont pas "
    "avec dans veux cette vous nous plait mon il elle quand bonjour voudrais",
    "pt": "quais qual sao nao uma em com voce foi os ao pela pelo deixar comentario esta ainda "
    "aconteceu eu meu minha cidade inscrever quanto prefeitura quando onde",
    "it": "quali quale sono il gli della delle dei degli nella sulla perche anche ogni anno citta "
    "cosa questo questa quanto spende piano che di vorrei posso",
    "de": "der das und ist nicht wie wann wer fur mit ein eine den dem auf ich wird gibt stadt was "
    "kann bitte",
    "tl": "ang ng mga ano paano magkano kailan saan bakit po ba ko ito hindi ninyo lungsod",
}
MARKS = {code: frozenset(marks.split()) for code, marks in _MARKS.items()}
VIETNAMESE = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)


def _other_language(text: str) -> "str | None":
    """A language other than English and Spanish, if the text is surely in one.

    Misspelled English looks like any language, so a word that is surely of the other must stand
    there too; two if most words could be English or Spanish.
    """
    tokens = [word for word in words(text) if word.isalpha()]
    if len(tokens) < 3:
        return None
    best = _detector().compute_language_confidence_values(text)[0]  # type: ignore[attr-defined]
    code = str(best.language.iso_code_639_1.name).lower()
    if code in (ENGLISH, SPANISH):
        return None
    marks = len(MARKS.get(code, frozenset()) & set(tokens))
    if code == "vi":
        marks = len(VIETNAMESE.findall(unicodedata.normalize("NFC", text)))
    if _known_share(text) < 0.5:
        return code if best.value >= 0.85 and marks else None
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
