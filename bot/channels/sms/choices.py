"""Choosing from a numbered list by text: "2", "two", "the second", "la segunda"."""

import re

from bot.language.gloss import fold

_NAMES = {
    1: "one first uno una primero primera 1st 1ro 1ra",
    2: "two second dos segundo segunda 2nd 2do 2da",
    3: "three third tres tercero tercera 3rd 3ro 3ra",
    4: "four fourth cuatro cuarto cuarta 4th 4to 4ta",
    5: "five fifth cinco quinto quinta 5th 5to 5ta",
    6: "six sixth seis sexto sexta 6th",
    7: "seven seventh siete septimo septima 7th",
    8: "eight eighth ocho octavo octava 8th",
    9: "nine ninth nueve noveno novena 9th",
}
_NUMBER = {name: number for number, names in _NAMES.items() for name in names.split()}
_LAST = frozenset({"last", "ultimo", "ultima"})
_BESIDE = frozenset(
    {"the", "number", "no", "option", "choice", "choose", "pick", "i", "want", "one", "please"}
    | {"it", "is", "el", "la", "lo", "numero", "opcion", "quiero", "elijo", "escojo", "por"}
    | {"favor", "es"}
)
_WORD = re.compile(r"[0-9]+(?:st|nd|rd|th|ro|ra|do|da|to|ta)?|[a-z]+")


def choice_in(text: str, count: int) -> int | None:
    """Which of `count` choices a message picks, from 1; None if it says anything else."""
    said = fold(text)
    if not count or len(said) > 40:
        return None
    picked: set[int] = set()
    for word in _WORD.findall(said):
        number = _number(word, count)
        if number is None and word not in _BESIDE:
            return None
        if number is not None and (word not in _BESIDE or not picked):
            # "the second one" is the second: "one" beside an ordinal is no number.
            picked = {number} if picked == {1} and "one" in said.split() else picked | {number}
    return picked.pop() if len(picked) == 1 and max(picked) <= count else None


def _number(word: str, count: int) -> int | None:
    if word in _LAST:
        return count
    return int(word) if word.isdigit() and word != "0" else _NUMBER.get(word)
