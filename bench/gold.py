"""The gold questions against an assistant of its own: `make eval`."""

import asyncio
import sys
import tempfile
from pathlib import Path

from bench.running import Running
from bot import ROOT
from bot.evaluation.run import evaluate


def main() -> int:
    """Print the report, write it to build/eval/, and fail below the thresholds."""
    split = sys.argv[1] if len(sys.argv) > 1 else "test"
    with (
        tempfile.TemporaryDirectory() as data,
        Running(Path(data), environment={"BOT_RATE_LIMIT": "off"}) as running,
    ):
        passed = asyncio.run(evaluate(running.settings, None, split, ROOT / "build" / "eval"))
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
