"""What a message costs each part, and how many machines a city needs: `python -m bench.capacity`.

The costs are measured with PostgreSQL and Redis, as several machines run. What they mean for a
city is reckoned from them: a spike of 200 messages a second can't be made on a small machine.
"""

import asyncio
import contextlib
import math
import os
import statistics
import sys
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path

import aiohttp

from bench.running import Running
from bot.comments.migrate import upgrade
from bot.comments.store import Store
from bot.plan.load import load
from tests.services import postgres_server, redis_server

RESIDENTS, EACH, ROUNDS = 20, 30, 3
"""Who write at the same time, the messages of each in a round, and the rounds."""
CITIES = (50_000, 600_000, 2_700_000, 10_000_000)
RESIDENTS_A_MESSAGE = 50_000
"""Of so many residents comes one message a second in a spike: of 10 million, 200 a second."""
BUSY = 0.6
"""What a processor core may be used to in a spike, so that answers stay quick."""
CORES = 4
"""Of one machine that is one of several."""


@dataclass(frozen=True)
class Cost:
    """Milliseconds of processor time that a message takes in each part."""

    front: float
    assistant: float
    actions: float
    postgresql: float
    redis: float

    @property
    def machine(self) -> float:
        """Of the parts that each machine has."""
        return self.front + self.assistant + self.actions


MEASURED = Cost(front=5.2, assistant=9.1, actions=3.8, postgresql=2.9, redis=0.3)
"""On two cores with a load of 10, so rather too much than too little."""
STORED = 1.6
"""Kilobytes that a message adds to the database, with its indexes."""


@dataclass(frozen=True)
class Plan:
    """What a city needs."""

    residents: int
    machines: int
    cores: int
    """Of each machine."""
    workers: int
    carried: float
    """Messages a second that all of them carry."""
    database: float
    """Cores that PostgreSQL is busy with in the spike."""

    @property
    def spike(self) -> float:
        """Messages a second in a spike."""
        return self.residents / RESIDENTS_A_MESSAGE

    def __str__(self) -> str:
        one = f"{self.machines} with {self.cores} cores" if self.machines > 1 else "1 with 2 cores"
        return (
            f"| {self.residents:,} | {self.spike:.0f} | {one} | {self.workers} | "
            f"{self.carried:.0f} | {self.database:.1f} |"
        )


def carries(cost: Cost, cores: int, workers: int) -> float:
    """Messages a second that one machine carries: the part that fills up first decides."""
    by_part = (1 / cost.front, 1 / cost.actions, workers / cost.assistant, cores / cost.machine)
    return min(by_part) * 1000 * BUSY


def plan_for(residents: int, cost: Cost) -> Plan:
    """One small machine where it is enough; else as many as carry the spike when one is away."""
    spike = residents / RESIDENTS_A_MESSAGE
    alone = carries(cost, 2, 1)
    database = spike * cost.postgresql / 1000
    if spike <= alone:
        return Plan(residents, 1, 2, 1, alone, database)
    workers = CORES // 2
    each = carries(cost, CORES, workers)
    machines = math.ceil(spike / each) + 1
    return Plan(residents, machines, CORES, workers, machines * each, database)


def measure(folder: Path) -> tuple[Cost, float]:
    """The costs on this machine, and the kilobytes that a message adds to the database."""
    with contextlib.ExitStack() as stack:
        postgres = stack.enter_context(contextlib.contextmanager(postgres_server)())
        redis = stack.enter_context(contextlib.contextmanager(redis_server)())
        name = postgres.fresh()
        url = postgres.url(name)
        asyncio.run(_make_tables(url))
        assert postgres.process and redis.process
        size = f"SELECT pg_database_size('{name}')"
        environment = {"BOT_RATE_LIMIT": "off", "BOT_DATABASE_URL": url, "BOT_REDIS_URL": redis.url}
        running = stack.enter_context(Running(folder, environment=environment))
        asyncio.run(everybody_asks(running.url))
        parts = {
            "front": running.child("-m bot.front"),
            "assistant": running.child("rasa run"),
            "actions": running.child("-m actions"),
            "postgresql": postgres.process.pid,
            "redis": redis.process.pid,
        }
        rounds: list[dict[str, float]] = []
        began = int(postgres.sql(size))
        for _ in range(ROUNDS):
            before = {part: seconds_of(pid) for part, pid in parts.items()}
            sent = asyncio.run(everybody_asks(running.url))
            took = {part: seconds_of(pid) - before[part] for part, pid in parts.items()}
            rounds.append({part: seconds * 1000 / sent for part, seconds in took.items()})
        stored = (int(postgres.sql(size)) - began) / 1024 / (ROUNDS * sent)
        for part, weight in running.memory_mb().items():
            print(f"{part:12} {weight:6.0f} MB")
    return Cost(**{part: statistics.median(r[part] for r in rounds) for part in parts}), stored


async def _make_tables(url: str) -> None:
    store = Store(url)
    await upgrade(store)
    await store.close()


async def everybody_asks(url: str) -> int:
    """Residents who ask at the same time, each about another fact; how many messages they sent."""
    texts = [
        asked for fact in load().facts.values() for asked in (fact.asks.en[0], fact.asks.es[0])
    ]

    async def resident(number: int) -> None:
        conversation = None
        for turn in range(EACH):
            body = {"text": texts[(number * EACH + turn) % len(texts)]}
            body |= {"conversation": conversation} if conversation else {}
            async with session.post(f"{url}/api/messages", json=body) as response:
                response.raise_for_status()
                conversation = (await response.json())["conversation"]

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(resident(number) for number in range(RESIDENTS)))
    return RESIDENTS * EACH


def seconds_of(pid: int) -> float:
    """Processor time of a process and of all it started, those that ended included."""
    ticks = 0
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, IndexError):
            row = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(entry.name) == pid:
                ticks += sum(int(field) for field in row[11:15])
            elif int(row[1]) == pid:
                ticks += sum(int(field) for field in row[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Measure, and print the rows of docs/operations.md for this machine."""
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        cost, stored = measure(Path(folder))
    for part in fields(cost):
        print(f"{part.name:12} {getattr(cost, part.name):6.2f} ms a message")
    print(f"{stored:.1f} kB a message in PostgreSQL\n")
    for residents in CITIES:
        print(plan_for(residents, cost))
    return 0


if __name__ == "__main__":
    sys.exit(main())
