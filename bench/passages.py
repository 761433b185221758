"""Passages of public text, to measure a search over many documents.

The text is what the locked packages say about themselves: their docstrings. It is long, public,
on every machine that has both environments, and the same for the same locked requirements.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bot import ROOT
from bot.plan.indexing import Document

PACKAGES = ("pandas", "scipy", "sklearn", "numpy", "matplotlib", "networkx", "tensorflow")
LENGTH = 60
"""Words of a passage: a paragraph."""
SHORTEST = 25
_PROSE = re.compile(r"[A-Za-z][a-z]+")


def passages(count: int) -> list[Document]:
    """The first so many different passages, in the order of packages and files."""
    found: dict[str, None] = {}
    for text in _docstrings():
        for passage in _split(text):
            found.setdefault(passage)
            if len(found) == count:
                return [Document(f"passage-{n}", (), (p,)) for n, p in enumerate(found)]
    raise LookupError(f"there are only {len(found)} passages in {PACKAGES}")


def _docstrings() -> Iterator[str]:
    libraries = next((ROOT / ".venv-rasa" / "lib").glob("python3*")) / "site-packages"
    for package in PACKAGES:
        for file in sorted((libraries / package).rglob("*.py")):
            yield from _of(file)


def _of(file: Path) -> Iterator[str]:
    try:
        tree = ast.parse(file.read_text("utf-8"))
    except (SyntaxError, UnicodeDecodeError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            text = ast.get_docstring(node)
            if text:
                yield text


def _split(text: str) -> Iterator[str]:
    """Paragraphs of prose, cut to the length of a passage; code and tables are left out."""
    paragraph: list[str] = []
    for line in [*text.splitlines(), ""]:
        words = line.split()
        if words and len(_PROSE.findall(line)) >= 0.6 * len(words) and ">>>" not in line:
            paragraph += words
            continue
        for start in range(0, len(paragraph), LENGTH):
            piece = paragraph[start : start + LENGTH]
            if len(piece) >= SHORTEST:
                yield " ".join(piece)
        paragraph = []
