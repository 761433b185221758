"""What was written for the documents of an index beside their ways of asking, as vectors.

Follow-ups move a document up after another was shown, and so do questions where a message is read
after a title. Both tell what asks for a document, and what for others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Floats = Any
NEAREST, SHARPNESS = 10, 15.0
"""The 10 nearest texts vote; one that is 0.07 less like counts a third of the nearest."""


@dataclass(frozen=True)
class FollowUps:
    """Messages that lean on what was shown, for an index of n documents."""

    vectors: Floats
    """Of each, read after the title of what it leans on."""
    shown: Floats
    """The place of the document that each leans on."""
    owners: Floats
    """The place of the one that answers it; n where none does."""

    def likeness(self, vector: Floats, count: int) -> tuple[Floats, float]:
        """To the nearest that each of `count` documents answers, and to that of none; or -1."""
        best = np.full(count + 1, -1.0, dtype=np.float32)
        np.maximum.at(best, self.owners, self.vectors @ vector)
        return best[:-1], float(best[-1])


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
    nearest = np.argpartition(-likeness, number - 1)[:number]
    weights = np.exp(SHARPNESS * (likeness[nearest] - likeness[nearest].max()))
    speaks = np.where(nearest < len(likeness) - len(missed[0]), weights, -weights)
    return np.bincount(owners[nearest], speaks, minlength=count) / weights.sum()
