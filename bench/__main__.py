"""Measure training, start, memory, speed and search: `make bench`. The figures are of one run."""

import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import aiohttp

from bench import search, slow_phone
from bench.running import Running
from bench.screenshots import CHROMIUM
from bot.train import train

QUESTIONS = [
    "what are the five pillars?",
    "when were comments due?",
    "how much does the city spend on IT?",
    "who led the plan?",
    "is it still going on?",
    "¿cuáles son los cinco pilares?",
    "¿cuánto gasta la ciudad en tecnología?",
    "what does BCIT mean?",
    "what happened in the 2019 ransomware attack?",
    "hello",
]
LIMITS = {
    "training, s": 90,
    "start with a trained model, s": 25,
    "memory of all processes, MB": 1300,
    "chat page usable on a slow phone, s": 3,
    "weight of the chat page, kB": 60,
}


async def say(session: aiohttp.ClientSession, url: str, text: str, conversation: str | None) -> str:
    """Send one message and return the conversation."""
    body = {"text": text} | ({"conversation": conversation} if conversation else {})
    async with session.post(f"{url}/api/messages", json=body) as response:
        answer = await response.json()
        if response.status != 200:
            raise RuntimeError(answer)
        return str(answer["conversation"])


async def one_at_a_time(url: str, count: int) -> list[float]:
    """Milliseconds of each message of one conversation."""
    times, conversation = [], None
    async with aiohttp.ClientSession() as session:
        for number in range(count):
            began = time.perf_counter()
            conversation = await say(session, url, QUESTIONS[number % len(QUESTIONS)], conversation)
            times.append((time.perf_counter() - began) * 1000)
    return times


async def at_once(url: str, conversations: int, each: int) -> float:
    """Messages a second with several conversations at once."""
    async with aiohttp.ClientSession() as session:

        async def talk(offset: int) -> None:
            conversation = None
            for number in range(each):
                text = QUESTIONS[(offset + number) % len(QUESTIONS)]
                conversation = await say(session, url, text, conversation)

        began = time.perf_counter()
        await asyncio.gather(*(talk(i) for i in range(conversations)))
        return conversations * each / (time.perf_counter() - began)


def table(rows: Iterable[tuple[str, float]]) -> bool:
    """Print figures beside their limits; whether all hold."""
    good = True
    for name, value in rows:
        limit = LIMITS.get(name)
        fits = limit is None or value <= limit
        good = good and fits
        against = "" if limit is None else f"   limit {limit}{'' if fits else '  EXCEEDED'}"
        print(f"{name:45} {value:9.1f}{against}")
    return good


def main() -> int:
    """Train into a folder of its own, then measure the assistant that `make run` would start."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        train(force=True, models=Path(folder) / "models", work=Path(folder) / "build")
        training = time.monotonic() - began
    train()
    data = Path(tempfile.mkdtemp())
    running = Running(data, environment={"BOT_RATE_LIMIT": "off"})
    try:
        start = running.start()
        asyncio.run(one_at_a_time(running.url, 20))
        times = asyncio.run(one_at_a_time(running.url, 120))
        rate = asyncio.run(at_once(running.url, 20, 15))
        memory = running.memory_mb()
        visit = slow_phone.measure(running.url) if Path(CHROMIUM).exists() else None
        stop = running.stop()
    finally:
        running.stop()
        shutil.rmtree(data, ignore_errors=True)
    rows = [
        ("training, s", training),
        ("start with a trained model, s", start),
        ("stop, s", stop),
        ("memory of all processes, MB", sum(memory.values())),
        *((f"  {name}, MB", value) for name, value in sorted(memory.items())),
        ("median time of a message, ms", statistics.median(times)),
        ("95th percentile, ms", statistics.quantiles(times, n=20)[18]),
        ("median of turns 1-20, ms", statistics.median(times[:20])),
        ("median of turns 101-120, ms", statistics.median(times[100:])),
        ("messages a second, 20 conversations at once", rate),
    ]
    if visit:
        rows += [
            ("chat page usable on a slow phone, s", visit.usable),
            ("answer on a slow phone after sending, s", visit.answered),
            ("weight of the chat page, kB", visit.weight / 1000),
        ]
    good = table(rows)
    print()
    return 0 if search.table(search.measure()) and good else 1


if __name__ == "__main__":
    sys.exit(main())
