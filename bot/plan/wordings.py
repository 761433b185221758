"""What of a message the texts of a plan tell of, word by word and by what each means there.

"How many fax machines are in City Hall" is near the number of other machines as a whole, but
nothing that asks for that number is near its "fax".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.language.vectors import WHOLE
from bot.plan.readings import Readings

Floats = Any
NOTHING = -1.0
MEAN, FARTHEST, MISS, UNANSWERED = 0.86, 0.73, 0.37, 0.23
"""What `Coverage` says where there is nothing to go by: the means over the validation questions."""


@dataclass(frozen=True)
class Coverage:
    """How far a document tells of a message's telling words, each 0 to about 1."""

    mean: float = MEAN
    farthest: float = FARTHEST
    """Of the word that it tells least of."""
    miss: float = MISS
    """How much more it tells of the words than its near misses do; below 0 if less."""
    unanswered: float = UNANSWERED
    """The same against follow-ups that nothing answers."""


UNKNOWN = Coverage()
"""Of messages without telling words."""


@dataclass(frozen=True)
class Wordings:
    """The telling words of each document's texts of one kind."""

    vectors: Any
    """int8 of shape (words, 96); those of a document stand together."""
    starts: Any
    """Where the words of each document start, and at last where they end."""

    @classmethod
    def of(cls, readings: Readings, owners: Floats, count: int) -> "Wordings":
        """Of texts and, ascending, the places of the documents that they are of."""
        first = np.searchsorted(owners, np.arange(count + 1))
        return cls(readings.words, readings.starts[first])

    def nearest(self, words: Floats, place: int) -> Floats:
        """How near each word, of shape (words, 96), is to the nearest of a document, -1 to 1."""
        return _nearest(words, self.of_document(place))

    def of_document(self, place: int) -> Any:
        """The words of a document, without a copy."""
        return self.vectors[self.starts[place] : self.starts[place + 1]]


@dataclass(frozen=True)
class Told:
    """The words of all that was written for the documents of an index.

    An index has it if each document has ways of asking and some have a wording of their own.
    """

    own: Wordings
    """Of its ways of asking and its own wording."""
    asked: Wordings
    """Of more questions that it answers."""
    missed: Wordings
    """Of its near misses."""
    followed: Wordings
    """Of the follow-ups that it answers."""
    unanswered: Wordings
    """Of the follow-ups on it that nothing answers."""

    def cover(self, words: Floats, place: int, leaning: bool) -> Floats:
        """How near each word is to what a document answers; to its follow-ups too, if the message
        leans on something as they do.
        """
        kinds = (self.own, self.asked, self.followed) if leaning else (self.own, self.asked)
        return _nearest(words, np.concatenate([kind.of_document(place) for kind in kinds]))

    def coverage(
        self, words: Floats, covered: Floats, place: int, shown: Sequence[int]
    ) -> Coverage:
        """What of the words a document tells of, of which `cover` said `covered`."""
        mean = float(covered.mean())
        missed = float(self.missed.nearest(words, place).mean())
        of_none = max(
            (float(self.unanswered.nearest(words, one).mean()) for one in shown), default=NOTHING
        )
        return Coverage(
            mean,
            float(covered.min()),
            MISS if missed == NOTHING else mean - missed,
            UNANSWERED if of_none == NOTHING else mean - of_none,
        )


def _nearest(words: Floats, others: Any) -> Floats:
    """How near each word is to the nearest of some others, which are int8 of shape (words, 96)."""
    if not len(others):
        return np.full(len(words), NOTHING, dtype=np.float32)
    nearest: Floats = (words @ others.astype(np.float32).T).max(axis=1) / WHOLE
    return nearest
