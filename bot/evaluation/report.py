"""What a run found, and how its figures are read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.evaluation.baselines import Baseline
from bot.evaluation.outcome import Outcome
from bot.evaluation.retrieval import Recall
from bot.evaluation.share import Gap, Share
from bot.evaluation.thresholds import Threshold

OURS = "this assistant"


@dataclass(frozen=True)
class Report:
    """A run, what it is compared with, and what must hold."""

    title: str
    asked_at: datetime
    outcome: Outcome = field(repr=False)
    baselines: Sequence[Baseline]
    recalls: Sequence[Recall]
    thresholds: Sequence[Threshold]

    @property
    def passed(self) -> bool:
        """Whether every threshold holds."""
        return all(threshold.holds for threshold in self.thresholds)

    @property
    def comparison(self) -> list[Baseline]:
        """Ours first, then the baselines, on the same lines."""
        return [Baseline(OURS, "measured in this run", self.outcome.summary), *self.baselines]


def percent(share: Share) -> str:
    """ "93.5 %", or a dash for a share of nothing."""
    return f"{share.value:.1%}" if share.total else "–"


def interval(share: Share | Gap) -> str:
    """The 95 % interval; of a gap in points."""
    low, high = share.interval
    if isinstance(share, Gap):
        return f"{low * 100:+.1f} to {high * 100:+.1f}"
    return f"{low:.1%} to {high:.1%}" if share.total else "–"


def points(gap: Gap) -> str:
    """A difference in percentage points."""
    return f"{gap.value * 100:+.1f}"


def bound(threshold: Threshold, value: float) -> str:
    """A limit or a goal, as it is read."""
    sign = "≥" if threshold.at_least else "≤"
    return f"{sign} {figure(threshold, value)}"


def figure(threshold: Threshold, value: float) -> str:
    """A measure as a percentage, in points, or as a count."""
    if threshold.name == "unbacked_answers":
        return f"{value:.0f}"
    if threshold.name.endswith(("_apart", "_plain")):
        return f"{value * 100:.1f} points"
    return f"{value:.1%}"
