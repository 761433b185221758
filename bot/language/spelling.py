"""Misspelled words put right by what is known: the words of some texts, and which follow which.

A noisy channel: a sentence is read as the likeliest one that a few slips turn into what stands
there. A slip is a letter too many, too few, wrong, or two letters swapped. How likely a word is
depends on the word before it, so "wat is my ame" and "i ned to" are understood although "ned" is
a name and "am" a word. Text-message English ("wen r", "abt") is written out first.
docs/decisions/0010 has what was tried.
"""

import json
import math
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Iterable, List, Sequence, Tuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.language.detect import spanish_share
from bot.language.encoder import ENCODER_DIR
from bot.language.gloss import default_gloss, fold

TEXTING = Path(__file__).resolve().parents[2] / "data" / "language" / "texting_en.tsv"
LONG = 8
"""Letters from which a word may have two slips."""
SEEN_TWICE, SEEN_OFTEN = 2, 6
"""A word that no dictionary has is a name if it stands often in the texts, else maybe a slip."""
SLIP = math.log(0.03 / 12)
"""Of a hundred words three have a slip, and about a dozen words lie one slip away."""
SECOND_SLIP = math.log(0.02)
NO_SLIP = math.log(0.97)
IN_DICTIONARY, UNKNOWN = 1e-3, 1e-9
"""How likely a word is that never stood in the texts: an English or Spanish one, and any other."""
CONTEXT, SETTLED = 0.75, 5
"""Weight of the word before, when it was seen much more often than five times."""
RARE = 0.5
"""In a small text, a word that never stood there is as likely as half of one that stood once."""
BEAM = 8
MANY_TOKENS = 200_000
"""From here on only pairs that stand twice are kept, so that a large text's model stays small."""
_START, _END = "<s>", "</s>"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
Reading = Tuple[float, Tuple[str, ...]]


class Speller:
    """Knows the words of some texts, how often each comes, and which follow which."""

    def __init__(self, texts: Iterable[str]) -> None:
        counts: "Counter[str]" = Counter()
        pairs: "Counter[str]" = Counter()
        for text in texts:
            tokens = [_START, *_words(text), _END]
            counts.update(tokens)
            pairs.update(f"{a} {b}" for a, b in zip(tokens, tokens[1:]))  # noqa: RUF007
        if sum(counts.values()) > MANY_TOKENS:
            pairs = Counter({pair: n for pair, n in pairs.items() if n >= SEEN_TWICE})
        self.counts: Dict[str, int] = dict(counts)
        self.pairs: Dict[str, int] = dict(pairs)
        self._prepare()

    def _prepare(self) -> None:
        self._total = max(1, sum(self.counts.values()) - self.counts.get(_START, 0))
        self._by_length: Dict[int, List[str]] = {}
        for word, count in self.counts.items():
            known = count >= SEEN_TWICE and (len(word) <= 3 or _in_dictionary(word))
            if word not in (_START, _END) and (count >= SEEN_OFTEN or known):
                self._by_length.setdefault(len(word), []).append(word)
        self._meant = lru_cache(maxsize=20_000)(self._find_meant)
        self._alone = lru_cache(maxsize=20_000)(self._find_alone)

    def __getstate__(self) -> Any:
        """Only the counts are kept in a model."""
        return self.counts, self.pairs

    def __setstate__(self, state: Any) -> None:
        self.counts, self.pairs = state
        self._prepare()

    def __call__(self, text: str) -> str:
        """The text with misspelled words put right; all else as it was."""
        share = spanish_share(text)
        if share is None or share <= 0.5:
            text = _WORD.sub(lambda m: texting().get(_folded(m.group()), m.group()), text)
        found = list(_WORD.finditer(text))
        typed = [_folded(match.group()) for match in found]
        out, end = [], 0
        for match, word, meant in zip(found, typed, self._likeliest(typed)):
            out += [text[end : match.start()], match.group() if word == meant else meant]
            end = match.end()
        return "".join(out) + text[end:]

    def _likeliest(self, typed: Sequence[str]) -> Sequence[str]:
        """The likeliest words meant by those typed (Viterbi, over the likeliest few readings)."""
        choices = [self._choices(typed, place) for place in range(len(typed))]
        if all(len(some) == 1 for some in choices):
            return typed
        beam: Dict[str, Reading] = {_START: (0.0, ())}
        for some in choices:
            reached: Dict[str, Reading] = {}
            for word, cost in some:
                score, path = max(
                    (so_far + self._after(before, word), path)
                    for before, (so_far, path) in beam.items()
                )
                reached[word] = (score + cost, (*path, word))
            if len(reached) > BEAM:
                best = sorted(reached.items(), key=lambda item: -item[1][0])[:BEAM]
                reached = dict(best)
            beam = reached
        ends = ((score + self._after(word, _END), path) for word, (score, path) in beam.items())
        return max(ends)[1]

    def _choices(self, typed: Sequence[str], place: int) -> Sequence[Tuple[str, float]]:
        """What may have been meant by a word; itself alone where it often stands just so."""
        word = typed[place]
        if self.counts.get(word, 0) >= SEEN_OFTEN:
            before = typed[place - 1] if place else _START
            after = typed[place + 1] if place + 1 < len(typed) else _END
            if (
                self.pairs.get(f"{before} {word}", 0) >= SEEN_TWICE
                and self.pairs.get(f"{word} {after}", 0) >= SEEN_TWICE
            ):
                return ((word, NO_SLIP),)
        return self._meant(word)

    def _find_meant(self, word: str) -> Sequence[Tuple[str, float]]:
        """A word and the known words near it, each with the log of how likely its slips are."""
        slips = 2 if len(word) >= LONG else 1
        choices = [(word, NO_SLIP)]
        for length in range(max(1, len(word) - slips), len(word) + slips + 1):
            near = process.extract(
                word, self._by_length.get(length, []), scorer=OSA.distance,
                score_cutoff=slips, limit=None,
            )  # fmt: skip
            choices += [
                (found, SLIP if distance == 1 else SLIP + SECOND_SLIP)
                for found, distance, _ in near
                if found != word and (found[0] == word[0] or distance == 1)
            ]
        return tuple(choices)

    def _after(self, before: str, word: str) -> float:
        """The log of how likely a word is after another."""
        alone = self._alone(word)
        seen = self.counts.get(before, 0)
        if not seen:
            return math.log(alone)
        weight = CONTEXT * seen / (seen + SETTLED)
        return math.log(
            weight * self.pairs.get(f"{before} {word}", 0) / seen + (1 - weight) * alone
        )

    def _find_alone(self, word: str) -> float:
        """How likely a word is whatever comes before it."""
        least = UNKNOWN
        if word == _END or _in_dictionary(word):
            least = max(IN_DICTIONARY, RARE / self._total)
        return max(least, self.counts.get(word, 0) / self._total)


def _words(text: str) -> List[str]:
    return [_folded(word) for word in _WORD.findall(text)]


def _folded(word: str) -> str:
    return fold(word).replace("’", "'")


def _in_dictionary(word: str) -> bool:
    return word in known_english() or word in default_gloss()


@lru_cache(maxsize=1)
def known_english() -> "frozenset[str]":
    """The whole words of the encoder's vocabulary: some 22,000."""
    vocabulary = json.loads((ENCODER_DIR / "tokenizer.json").read_text(encoding="utf-8"))
    return frozenset(word for word in vocabulary["model"]["vocab"] if word.isalpha())


@lru_cache(maxsize=1)
def texting() -> Dict[str, str]:
    """Text-message English, by what stands for it."""
    lines = TEXTING.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return dict(pairs)
