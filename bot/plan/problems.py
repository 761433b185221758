"""What is wrong in the files of a knowledge base, told with its place."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot import ROOT


@dataclass(frozen=True)
class Problem:
    """Something wrong in a file of the knowledge base, and what to do about it.

    Line 0 stands for a file or folder that can't be read at all.
    """

    file: Path
    line: int
    what: str

    def __str__(self) -> str:
        try:
            name = self.file.resolve().relative_to(ROOT)
        except ValueError:
            name = self.file
        return f"{name}:{self.line}: {self.what}" if self.line else f"{name}: {self.what}"


def all_problems(found: Iterable[Problem]) -> list[Problem]:
    """Problems in the order of their places, without repeats."""
    return sorted(set(found), key=lambda p: (str(p.file), p.line, p.what))
