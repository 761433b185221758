"""Typing mistakes as people make them, seeded: one slip in a share of the words of a text."""

import random
import re

_BESIDE = """
q wa  w qes e wrd r etf t ryg y tuh u yij i uok o ipl p ol
a qsz s adwx d sfec f dgrv g fhtb h gjyn j hkum k jlin l kop
z asx x sdzc c dfxv v fgcb b ghvn n hjbm m jkn
"""
NEIGHBOURS = dict(zip(_BESIDE.split()[::2], _BESIDE.split()[1::2], strict=True))
"""Keys beside each key of an American keyboard."""
_WORD = re.compile(r"[a-z]{2,}", re.IGNORECASE)


def with_slips(text: str, share: float, dice: random.Random) -> str:
    """The text with one slip in about this share of its words of two letters or more.

    A letter is left out, doubled, swapped with the next, or hit on the key beside it.
    """

    def slip(match: re.Match[str]) -> str:
        word = match.group()
        if dice.random() >= share:
            return word
        place = dice.randrange(len(word))
        kind = dice.choice(("left out", "doubled", "swapped", "beside"))
        if kind == "left out":
            return word[:place] + word[place + 1 :]
        if kind == "doubled":
            return word[: place + 1] + word[place:]
        if kind == "swapped":
            place = min(place, len(word) - 2)
            return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        beside = NEIGHBOURS.get(word[place].lower(), "e")
        return word[:place] + dice.choice(beside) + word[place + 1 :]

    return _WORD.sub(slip, text)
