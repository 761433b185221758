"""How easy a text is to read: a grade for English, an index for Spanish.

English by the Flesch-Kincaid formula; Spanish by Szigriszt-Pazos, where 100 is very easy, 55 to 65
is normal and below 40 very hard.
"""

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]+(?:['’][a-z]+)?|\d[\d,.]*")
# A quotation or bracket may close after the full stop; the dot of an initial ends no sentence.
_SENTENCE_END = re.compile(r"[.!?]+(?=[\"'”’)]*(?:\s|$))(?<!\b[A-Z]\.)")


_SILENT = re.compile(r"(?<![^aeiouy]l)(?<!e)e$|[^aeiouydt]ed$|[^aeiouylsxzcg]es$")
_APART = re.compile(r"i[ao](?!u)|eo(?!p)|ua(?!r|l)|ying|uing|ea(?=s?$)")
_TOGETHER = re.compile(r"[tcsgl]i[oa]")


@lru_cache(maxsize=8192)
def syllables(word: str) -> int:
    """Syllables of an English word, by its vowels; letters of an abbreviation count one each.

    On the words of the knowledge base it agrees with the CMU pronouncing dictionary for 96 in
    100, and its sum differs by half a percent. (That dictionary's package is under the GPL.)
    """
    if word[0].isdigit():
        return 1
    if word.isupper() and 1 < len(word) <= 5:
        return len(word)
    letters = re.sub(r"[^a-záéíóúü]", "", word.lower().replace("’", "'").removesuffix("'s"))
    if len(letters) <= 3:
        return 1
    count = len(re.findall(r"[aeiouyáéíóúü]+", letters))
    count -= bool(_SILENT.search(letters))
    count += bool(_APART.search(letters) and not _TOGETHER.search(letters))
    return max(1, count)


@lru_cache(maxsize=4096)
def grade_of(text: str) -> float:
    """0.39 words per sentence + 11.8 syllables per word - 15.59 (Kincaid et al. 1975)."""
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = max(1, len(_SENTENCE_END.findall(text)))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


_SPANISH_VOWELS = re.compile(r"[aeiouáéíóúü]+", re.IGNORECASE)
# A strong vowel beside a strong one, or an accented i or u, is a syllable of its own.
_HIATUS = re.compile(r"[aeoáéó](?=[aeoáéó])|[íú](?=[aeoáéó])|[aeoáéó](?=[íú])", re.IGNORECASE)
_SILENT_U = re.compile(r"(?<=[gq])u(?=[eiéí])", re.IGNORECASE)


@lru_cache(maxsize=8192)
def spanish_syllables(word: str) -> int:
    """Syllables of a Spanish word; letters of an abbreviation count one each."""
    if word[0].isdigit():
        return 1
    if word.isupper() and 1 < len(word) <= 5:
        return len(word)
    heard = _SILENT_U.sub("", word)
    if heard.lower().endswith("y") and len(heard) > 1:
        heard = heard[:-1] + "i"
    groups = len(_SPANISH_VOWELS.findall(heard))
    return max(1, groups + len(_HIATUS.findall(heard)))


@lru_cache(maxsize=4096)
def ease_of_spanish(text: str) -> float:
    """206.835 - 62.3 syllables per word - words per sentence (Szigriszt Pazos 1993)."""
    words = _WORD.findall(text)
    if not words:
        return 100.0
    sentences = max(1, len(_SENTENCE_END.findall(text)))
    return 206.835 - 62.3 * sum(map(spanish_syllables, words)) / len(words) - len(words) / sentences
