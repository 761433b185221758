"""What was written for the documents of an index beside their ways of asking, as vectors.

Follow-ups move a document up after another was shown, and so do questions where a message is read
after a title. Both tell what asks for a document, and what for others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.language.vectors import Vectors

Floats = Any
NEAREST, SHARPNESS = 10, 15.0
"""The 10 nearest texts vote; one that is 0.07 less like counts a third of the nearest."""
UNANSWERED = -0.05
"""What `After` says of unanswered follow-ups where none are known."""


@dataclass(frozen=True)
class FollowUps:
    """Messages that lean on what was shown, for an index of n documents."""

    vectors: Vectors
    """Of each, read after the title of what it leans on."""
    owners: Floats
    """The place of the one that answers it; n where none does."""

    def likeness(self, vector: Floats, count: int) -> tuple[Floats, float]:
        """To the nearest that each of `count` documents answers, and to that of none; or -1."""
        best = np.full(count + 1, -1.0, dtype=np.float32)
        np.maximum.at(best, self.owners, self.vectors.likeness(vector))
        return best[:-1], float(best[-1])


@dataclass(frozen=True)
class After:
    """What speaks against a document when a message is read after what it leans on.

    Where nothing is known to compare with, each is the mean over the validation conversations.
    """

    near_miss: float = -0.19
    """How much liker it is to a near miss of the document than to what that answers."""
    any_near_miss: float = -0.12
    """How much liker to a near miss of any document than to what any answers."""
    unanswered: float = UNANSWERED
    """How much liker to a follow-up that nothing answers than to what the document does."""


AS_USUAL = After()
"""Of messages that stand alone."""


@dataclass(frozen=True)
class ReadAfter:
    """Likenesses of a message that is read after what it leans on, and its telling words."""

    answered: Floats
    """To the nearest of all that was written for each document, its follow-ups among it."""
    missed: Floats | None
    """To the nearest near miss of each."""
    unanswered: float
    """To the nearest follow-up that nothing answers."""
    words: Floats

    def against(self, place: int) -> After:
        """What speaks against a document."""
        answered = float(self.answered[place])
        unanswered = self.unanswered - answered if self.unanswered > -1 else UNANSWERED
        if self.missed is None:
            return After(unanswered=unanswered)
        return After(
            float(self.missed[place]) - answered,
            float(self.missed.max() - self.answered.max()),
            unanswered,
        )


def votes(
    count: int, asked: Sequence[tuple[Floats, Floats]], missed: tuple[Floats, Floats]
) -> Floats:
    """-1 to 1 for each of `count` documents: how far the nearest texts speak for it.

    Given are likenesses to a question, and whose text each is: of what documents answer, and of
    their near misses, which speak against them.
    """
    every = [*asked, missed]
    likeness = np.concatenate([one for one, _ in every])
    owners = np.concatenate([one for _, one in every])
    number = min(NEAREST, len(likeness))
    # Parting numbers is much quicker than parting their places.
    least = np.partition(likeness, -number)[-number]
    nearest = np.flatnonzero(likeness >= least)[:number]
    weights = np.exp(SHARPNESS * (likeness[nearest] - likeness[nearest].max()))
    speaks = np.where(nearest < len(likeness) - len(missed[0]), weights, -weights)
    return np.bincount(owners[nearest], speaks, minlength=count) / weights.sum()
