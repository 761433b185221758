"""Measure training, start, memory, speed beside a usual Rasa bot, and search: `make bench`.

BENCH=quick measures less of each. The figures are of one run.
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from bench import beside, search, slow_phone
from bench.figure import Figure, table
from bench.running import Running
from bench.screenshots import CHROMIUM
from bot.train import train


def training() -> list[Figure]:
    """Train into a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        train(force=True, models=Path(folder) / "models", work=Path(folder) / "build")
        return [Figure("training, s", time.monotonic() - began, most=60)]


def starting(folder: Path) -> list[Figure]:
    """Start with a trained model, a visit by a slow phone, and stop."""
    train()
    running = Running(folder, environment={"BOT_RATE_LIMIT": "off"})
    try:
        figures = [Figure("start with a trained model, s", running.start(), most=15)]
        if Path(CHROMIUM).exists():
            visit = slow_phone.measure(running.url)
            figures += [
                Figure("chat page usable on a slow phone, s", visit.usable, most=3),
                Figure("answer on a slow phone after sending, s", visit.answered),
                Figure("weight of the chat page, kB", visit.weight / 1000, most=60),
            ]
        return [*figures, Figure("stop, s", running.stop(), most=10)]
    finally:
        running.stop()


def main() -> int:
    """Measure all, print one table, and fail where a limit does not hold."""
    load = os.getloadavg()[0]
    folder = Path(tempfile.mkdtemp())
    try:
        figures = [*training(), *starting(folder / "start")]
        with beside.ours(folder / "ours") as running:
            figures += beside.measure(running, folder, beside.WARMED)
        figures += search.measure()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{os.cpu_count()} cores, load {load:.1f} before and {os.getloadavg()[0]:.1f} after")
    return 0 if table(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
