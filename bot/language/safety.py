"""Emergencies, told by rule: words that say something dangerous is happening now.

911, ambulances and shootings are also topics of the plan, so a topic word alone is never an
emergency. The rules are data, in data/language/danger/: regular expressions over plain text
(lower case, no accents but ñ, no punctuation, "he's" written "he is", text-message spellings
and slips undone). A `sure` rule names a person or a place at hand; a `doubted` rule gives way
to a sentence that asks about the plan. What is supposed or past gives way to both.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.language.detect import is_known_word
from bot.language.gloss import fold

RULES_DIR = Path(__file__).resolve().parents[2] / "data" / "language" / "danger"
SHORTEST_SLIP = 4
_APOSTROPHE = re.compile("[’‘`´ʼ′]")
_WRITTEN_OUT = (
    (re.compile(r"\bcan't\b"), "can not"),
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"'m\b"), " am"),
    (re.compile(r"'re\b"), " are"),
    (re.compile(r"'ve\b"), " have"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"'s\b"), " is"),
    (re.compile(r"\b(i|you|he|she|we|they)'d\b"), r"\1 would"),
    (re.compile(r"\bmy self\b"), "myself"),
)
_PICTURES = str.maketrans({"🔥": " fire ", "🔫": " gun ", "🔪": " knife "})
_SPANISH_YES = re.compile(r"\bsí\b", re.IGNORECASE)
_LETTERS_APART = re.compile(r"(?<=[a-z])!(?=[a-z])")
_DOTS = re.compile(r"\.{2,}|…")
_SENTENCE_END = re.compile(r"[.!?¿¡\n;:]+")
_TOKEN = re.compile(r"[\w']+")
_RUN = re.compile(r"(\w)\1{2,}")


class Danger(StrEnum):
    """What kind of help comes first."""

    EMERGENCY = "emergency"
    CRISIS = "crisis"


@dataclass(frozen=True)
class _Rules:
    """The rules of data/language/danger/, compiled; one pattern for each list."""

    crisis_sure: re.Pattern[str]
    crisis_doubted: re.Pattern[str]
    emergency_sure: re.Pattern[str]
    emergency_doubted: re.Pattern[str]
    idioms: re.Pattern[str]
    supposed: re.Pattern[str]
    not_supposed: re.Pattern[str]
    long_past: re.Pattern[str]
    recent_past: re.Pattern[str]
    is_now: re.Pattern[str]
    goes_on: re.Pattern[str]
    now: re.Pattern[str]
    asked: re.Pattern[str]
    topic: re.Pattern[str]


def danger_in(text: str) -> Danger | None:
    """Tell whether a message says that someone is in danger now."""
    sentences = plain_sentences(text)
    rules = _rules()
    if any(rules.crisis_sure.search(s) or _holds(s, rules.crisis_doubted) for s in sentences):
        return Danger.CRISIS
    for sentence in sentences:
        if _holds(sentence, rules.emergency_sure, sure=True):
            return Danger.EMERGENCY
        if _holds(sentence, rules.emergency_doubted):
            return Danger.EMERGENCY
    return None


def plain_sentences(text: str) -> list[str]:
    """The sentences of a message as the rules read them, and last all of them as one."""
    if any(map(str.isalpha, text)):
        text = text.translate(_PICTURES)  # a picture alone tells of nothing
    text = _APOSTROPHE.sub("'", text)
    text = fold(_SPANISH_YES.sub("yes", unicodedata.normalize("NFKC", text)))
    text = _LETTERS_APART.sub("i", text)
    for short, full in _WRITTEN_OUT:
        text = short.sub(full, text)
    sentences = [
        " ".join(" ".join(map(_spelled_right, _TOKEN.findall(sentence))).split())
        for sentence in _SENTENCE_END.split(_DOTS.sub(" ", text))
    ]
    sentences = [sentence for sentence in sentences if sentence]
    if len(sentences) > 1:
        sentences.append(" ".join(sentences))
    return [_rules().idioms.sub("_", sentence) for sentence in sentences]


def _holds(sentence: str, pattern: re.Pattern[str], sure: bool = False) -> bool:
    """Whether a rule matches and nothing in the sentence takes it back."""
    rules = _rules()
    asks = rules.asked.search(sentence) or rules.topic.search(sentence)
    for match in pattern.finditer(sentence):
        if asks and not sure:
            return False
        if not _is_supposed(sentence, match.start()) and not _is_past(sentence, match.group()):
            return True
    return False


def _is_supposed(sentence: str, start: int) -> bool:
    rules = _rules()
    known = [match.span() for match in rules.not_supposed.finditer(sentence)]
    return any(
        match.start() < start and not any(a <= match.start() < b for a, b in known)
        for match in rules.supposed.finditer(sentence)
    )


def _is_past(sentence: str, said: str) -> bool:
    rules = _rules()
    if rules.now.search(sentence) or rules.is_now.search(said):
        return False
    if rules.long_past.search(sentence):
        return True
    return bool(rules.recent_past.search(sentence) and not rules.goes_on.search(said))


@lru_cache(maxsize=4096)
def _spelled_right(token: str) -> str:
    """A word of a text message, or one slip away from a word of danger, written out."""
    texting, spelled, slips = _spelling()
    for form in (token, token.replace("'", "")):
        if form in texting:
            return texting[form]
    word = token.replace("'", "")
    if len(word) < SHORTEST_SLIP or word in spelled or is_known_word(word):
        return word
    for repeats in (r"\1\1", r"\1"):
        shorter = _RUN.sub(repeats, word)
        if shorter in texting:
            return texting[shorter]
        if shorter in spelled or is_known_word(shorter):
            return shorter
    near = (slips[form] for form in _one_letter_less(shorter) if form in slips)
    return next(near, word)


def _one_letter_less(word: str) -> list[str]:
    """The word and all that is left when one letter goes; two words one slip apart share one."""
    return [word, *(word[:i] + word[i + 1 :] for i in range(len(word)))]


@lru_cache(maxsize=1)
def _spelling() -> tuple[dict[str, str], frozenset[str], dict[str, str]]:
    data = _read("spelling")
    spelled = data["spelled"].split()
    slips: dict[str, str] = {}
    for word in spelled:
        for form in _one_letter_less(word):
            if len(form) >= SHORTEST_SLIP - 1:
                slips.setdefault(form, word)
    return data["text_speak"], frozenset(spelled), slips


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    fragments = {name: part.replace("\n", "") for name, part in _read("fragments").items()}
    lists: dict[str, list[str]] = dict(_read("not_danger"))
    for kind in ("crisis", "emergency"):
        for strength in ("sure", "doubted"):
            lists[f"{kind}_{strength}"] = [
                rf"(?<!\w)(?:{rule})(?!\w)"
                for language in ("en", "es")
                for rule in _read(f"{kind}_{language}")[strength]
            ]
    compiled = {
        name: re.compile("|".join(_whole(rule, fragments) for rule in rules))
        for name, rules in lists.items()
    }
    return _Rules(**compiled)


def _whole(rule: str, fragments: dict[str, str]) -> str:
    """A rule on one line, with its fragments in place; a line break in it means nothing."""
    rule = rule.replace("\n", "")
    while any(f"{{{name}}}" in rule for name in fragments):
        for name, part in fragments.items():
            rule = rule.replace(f"{{{name}}}", part)
    return rule


def _read(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((RULES_DIR / f"{name}.yml").read_text(encoding="utf-8")))
