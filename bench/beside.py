"""Ours beside a usual Rasa bot: the same messages by the same tool, in rounds that alternate.

    python -m bench.beside

Other work on the machine slows both, so their ratio holds where a single figure does not. Each
figure is the middle of its rounds.
"""

import asyncio
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import usual
from bench.figure import Figure, table
from bench.load import QUESTIONS, Reply, Target, at_once, one_at_a_time
from bench.running import Running, seconds_of

AT_ONCE = 20
WARMED = 2 * len(QUESTIONS)
"""Messages that come before anything is measured."""
BY_THE_FRONT = {None, "refused", "safety", "error"}
"""Statuses that need no assistant and no action."""
EARLY, LATE = slice(0, 10), slice(95, 105)
"""Turns around the 5th and around the 100th: each window asks every question once."""


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    rounds: int
    ours: int
    """Messages of ours in a round with many conversations."""
    usual: int
    single: int
    """Messages one at a time in a round."""
    long: int
    """Conversations that are followed to their 105th turn."""
    first: int
    """Messages after which memory is measured first, and those after which it is again."""
    last: int


FULL = Size(rounds=3, ours=600, usual=200, single=40, long=4, first=1_000, last=10_000)
QUICK = Size(rounds=2, ours=300, usual=100, single=20, long=1, first=500, last=2_000)


def size() -> Size:
    """Full, or quick with BENCH=quick."""
    return QUICK if os.environ.get("BENCH") == "quick" else FULL


@dataclass(frozen=True)
class Ours:
    """Our assistant, by its public door."""

    running: Running

    @property
    def url(self) -> str:
        """Where messages are posted."""
        return f"{self.running.url}/api/messages"

    def body(self, text: str, conversation: str | None) -> dict[str, str]:
        """A message; the first has no conversation yet."""
        return {"text": text} | ({"conversation": conversation} if conversation else {})

    def read(self, status: int, answer: object, conversation: str | None) -> Reply:
        """Whether an action answered, and not the front by itself."""
        content = answer if isinstance(answer, dict) else {}
        good = status == 200 and content.get("status") not in BY_THE_FRONT
        return Reply(good, content.get("conversation"), "" if good else f"{status} {answer}")


@contextmanager
def ours(folder: Path, **environment: str) -> Iterator[Running]:
    """Our assistant with no limit on messages, until the block ends."""
    with Running(folder, environment={"BOT_RATE_LIMIT": "off"} | environment) as running:
        asyncio.run(one_at_a_time(Ours(running), WARMED))
        yield running


def compared(running: Running, folder: Path, much: Size) -> list[Figure]:
    """Speed beside the usual bot, and how both slow down in a long conversation."""
    usual.make()
    bot = usual.Usual(folder)
    start = bot.start()
    try:
        asyncio.run(one_at_a_time(bot, WARMED))
        targets: dict[str, Target] = {"ours": Ours(running), "usual": bot}
        counts = {"ours": much.ours, "usual": much.usual}
        rates: dict[str, list[float]] = {name: [] for name in targets}
        times: dict[str, list[float]] = {name: [] for name in targets}
        for _ in range(much.rounds):
            for name, target in targets.items():
                rates[name].append(asyncio.run(at_once(target, AT_ONCE, counts[name])))
                alone = asyncio.run(one_at_a_time(target, much.single))
                times[name].append(statistics.median(alone))
        slower = {name: growth(target, much.long) for name, target in targets.items()}
        memory = sum(bot.memory_mb().values())
    finally:
        bot.stop()
    rate = {name: statistics.median(values) for name, values in rates.items()}
    time = {name: statistics.median(values) for name, values in times.items()}
    return [
        Figure("messages a second, 20 conversations at once", rate["ours"]),
        Figure("  usual Rasa bot", rate["usual"]),
        Figure("  times as many", rate["ours"] / rate["usual"], least=5, note="goal 8"),
        Figure("median time of a message alone, ms", time["ours"]),
        Figure("  usual Rasa bot, ms", time["usual"]),
        Figure("  part of its time", time["ours"] / time["usual"], most=1 / 3),
        Figure("100th turn against 5th", slower["ours"], most=1.2),
        Figure("  usual Rasa bot", slower["usual"]),
        Figure("usual Rasa bot's start, s", start),
        Figure("usual Rasa bot's memory, MB", memory),
    ]


def growth(target: Target, conversations: int) -> float:
    """How much longer the turns around the 100th take than those around the 5th."""
    early: list[float] = []
    late: list[float] = []
    for _ in range(conversations):
        times = asyncio.run(one_at_a_time(target, LATE.stop))
        early += times[EARLY]
        late += times[LATE]
    return statistics.median(late) / statistics.median(early)


def memory(running: Running, sent: int, much: Size) -> list[Figure]:
    """Memory after few and after many messages; `sent` were sent before."""

    def after(messages: int) -> float:
        nonlocal sent
        asyncio.run(at_once(Ours(running), AT_ONCE, max(AT_ONCE, messages - sent)))
        sent = max(sent, messages)
        return sum(running.memory_mb().values())

    first, last = after(much.first), after(much.last)
    parts = sorted(running.memory_mb().items())
    return [
        Figure(f"memory after {much.first:,} messages, MB", first),
        Figure(f"memory after {much.last:,} messages, MB", last, most=1100),
        Figure("  growth, %", (last / first - 1) * 100, most=3),
        *(Figure(f"  {name}, MB", value) for name, value in parts),
    ]


def workers(one: Running, folder: Path, much: Size) -> list[Figure]:
    """Two assistants beside one: processor time of a message, and messages a second."""
    with ours(folder, BOT_ASSISTANT_WORKERS="2") as two:
        rates: dict[str, list[float]] = {"one": [], "two": []}
        costs: dict[str, list[float]] = {"one": [], "two": []}
        for _ in range(much.rounds):
            for name, running in (("one", one), ("two", two)):
                before = seconds_of(running.pids())
                rates[name].append(asyncio.run(at_once(Ours(running), AT_ONCE, much.ours)))
                took = seconds_of(running.pids()) - before
                costs[name].append(took * 1000 / much.ours)
        bigger = sum(two.memory_mb().values())
    cost = {name: statistics.median(values) for name, values in costs.items()}
    rate = {name: statistics.median(values) for name, values in rates.items()}
    return [
        Figure("processor time of a message, ms", cost["one"]),
        Figure("  with two assistants, ms", cost["two"]),
        Figure("  against one", cost["two"] / cost["one"], most=1.15),
        Figure("messages a second with two assistants", rate["two"]),
        Figure("  against one", rate["two"] / rate["one"]),
        Figure("memory with two assistants, MB", bigger),
    ]


def measure(running: Running, folder: Path, sent: int) -> list[Figure]:
    """All of it, on an assistant that runs and has answered so many messages."""
    much = size()
    return [
        *memory(running, sent, much),
        *compared(running, folder / "usual", much),
        *workers(running, folder / "two", much),
    ]


def main() -> int:
    """Measure beside the usual bot, print, and fail where a limit does not hold."""
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name, ours(Path(name) / "ours") as running:
        return 0 if table(measure(running, Path(name), WARMED)) else 1


if __name__ == "__main__":
    sys.exit(main())
