"""Shares with their 95 % intervals, and how far two of them are apart."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import sqrt
from typing import TypeVar

T = TypeVar("T")
Z = 1.96


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    count: int
    total: int

    @classmethod
    def of(cls, items: Iterable[T], holds: Callable[[T], bool]) -> "Share":
        """The share of the items for which something holds."""
        found = [holds(item) for item in items]
        return cls(sum(found), len(found))

    @property
    def value(self) -> float:
        """0 to 1; 0 of nothing."""
        return self.count / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval."""
        if not self.total:
            return 0.0, 1.0
        n, p = self.total, self.value
        centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
        return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True)
class Gap:
    """How much more one share is than another."""

    name: str
    more: Share
    less: Share

    @property
    def value(self) -> float:
        """The difference; above 0 where the first is the better."""
        return self.more.value - self.less.value

    @property
    def interval(self) -> tuple[float, float]:
        """Newcombe's interval, from the intervals of the two."""
        (low, high), (other_low, other_high) = self.more.interval, self.less.interval
        below = sqrt((self.more.value - low) ** 2 + (other_high - self.less.value) ** 2)
        above = sqrt((high - self.more.value) ** 2 + (self.less.value - other_low) ** 2)
        return self.value - below, self.value + above
