"""The gold questions against an assistant of its own.

    python -m bench.gold [test | validation | all] [--renew]

`make eval` asks the test split, `make figures` also puts its figures into docs/evaluation.md.
The misses of the test split go to the report page only, so that nobody tunes on them by accident.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from bench.running import Running
from bot import ROOT
from bot.evaluation.markdown import renew
from bot.evaluation.run import evaluate

PAGE = ROOT / "docs" / "evaluation.md"


def main() -> int:
    """Print the tables, write the report page to build/eval/, and fail below a threshold."""
    words = sys.argv[1:]
    split = next((word for word in words if not word.startswith("-")), "test")
    with (
        tempfile.TemporaryDirectory() as data,
        Running(Path(data), environment={"BOT_RATE_LIMIT": "off"}) as running,
    ):
        folder = ROOT / "build" / "eval"
        found = asyncio.run(
            evaluate(running.settings, None, split, folder, misses=split == "validation")
        )
    if "--renew" in words:
        renew(found, PAGE)
        print(f"Renewed the figures in {PAGE.relative_to(ROOT)}")
    return 0 if found.passed else 1


if __name__ == "__main__":
    sys.exit(main())
