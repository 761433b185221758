"""A figure, what it must keep to, and the table of all."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """Something measured; `most` and `least` are what it must keep to, if anything."""

    name: str
    value: float
    most: float | None = None
    least: float | None = None
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether it keeps to its limits."""
        return (self.most is None or self.value <= self.most) and (
            self.least is None or self.value >= self.least
        )

    def __str__(self) -> str:
        limits = [
            f"{word} {limit:g}"
            for word, limit in (("at most", self.most), ("at least", self.least))
            if limit is not None
        ]
        if not self.holds:
            limits.append("DOES NOT HOLD")
        return (
            f"{self.name:60} {self.value:9.2f}   {'; '.join([*limits, *filter(None, [self.note])])}"
        )


def table(figures: Iterable[Figure]) -> bool:
    """Print the figures beside their limits; whether all hold."""
    good = True
    for figure in figures:
        print(str(figure).rstrip(), flush=True)
        good = good and figure.holds
    return good
