"""Two machines in small: two whole assistants on one PostgreSQL and one Redis, behind HAProxy."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.running import Running, free_port
from bot import ROOT
from bot.channels.assistant import PATIENCE
from tests.database import migrate_apart
from tests.services import Postgres, Redis, program, until
from tests.talk import Resident

KEY = "one secret key for both machines of the tests"


@dataclass
class Balancer:
    """HAProxy with the configuration of deploy/, before two fronts."""

    fronts: tuple[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where residents come in."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, until_ready: bool = True) -> None:
        """Start it and wait until it answers with a ready front, or at all."""
        environment = os.environ | {
            "PLAN_BIND": f"127.0.0.1:{self.port}",
            "PLAN_FRONT_1": self.fronts[0],
            "PLAN_FRONT_2": self.fronts[1],
        }
        self.process = subprocess.Popen(
            [str(program("haproxy")), "-db", "-f", str(ROOT / "deploy" / "haproxy.cfg")],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until(lambda: answers(self.url) if until_ready else listens(self.port), "The balancer")

    def stop(self) -> None:
        """Stop it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)


@dataclass
class Cluster:
    """All of it."""

    postgres: Postgres
    redis: Redis
    machines: list[Running]
    balancer: Balancer
    database: str

    def comments(self, text: str) -> int:
        """How many comments have this text."""
        count = f"SELECT count(*) FROM comments WHERE text = '{text}'"
        return int(self.postgres.sql(count, self.database))

    def is_ready(self) -> bool:
        """Whether both machines are."""
        return all(machine.is_ready() for machine in self.machines)


def make(folder: Path, postgres: Postgres, redis: Redis) -> Cluster:
    """Two machines with one database and one Redis; start them one after the other."""
    name = postgres.fresh()
    url = postgres.url(name)
    migrate_apart(url)
    shared = {
        "BOT_DATABASE_URL": url, "BOT_REDIS_URL": redis.url, "BOT_SECRET_KEY": KEY,
        "BOT_DRAIN_SECONDS": "3", "BOT_TRUSTED_PROXIES": "127.0.0.1", "BOT_RATE_LIMIT": "off",
    }  # fmt: skip
    machines = [Running(folder / str(n), environment=shared) for n in (1, 2)]
    balancer = Balancer((f"127.0.0.1:{machines[0].port}", f"127.0.0.1:{machines[1].port}"))
    return Cluster(postgres, redis, machines, balancer, name)


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def answers(url: str) -> bool:
    """Whether a question is answered there."""
    resident = Resident(url)
    try:
        resident.say("hello")
    except (OSError, ValueError, http.client.HTTPException):
        return False
    return resident.status_code == 200


@dataclass
class Traffic:
    """Residents who write all the time; what they were answered."""

    url: str
    residents: int = 4
    good: int = 0
    refused: list[str] = field(default_factory=list)
    """Answers that were no answers: code, seconds and body."""
    late: int = 0
    """Those that came after the front's patience: the machine of the tests is busy."""
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> "Traffic":
        for _ in range(self.residents):
            thread = threading.Thread(target=self._talk, daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(40)

    def wait_for(self, count: int) -> None:
        """Until so many more messages were answered."""
        goal = self.good + count
        until(lambda: self.good >= goal, "The assistant", 60)

    def _talk(self) -> None:
        resident = Resident(self.url)
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                answer = resident.say("what are the five pillars?")
            except (OSError, ValueError, http.client.HTTPException) as error:
                self.refused.append(repr(error))
                continue
            if resident.status_code == 200:
                self.good += 1
            else:
                took = time.monotonic() - began
                if resident.status_code == 503 and took > PATIENCE - 1:
                    self.late += 1
                    continue
                self.refused.append(f"{resident.status_code} after {took:.1f} s: {answer}")
            time.sleep(0.02)


def file_comment(
    url: str,
    text: str,
    between: Callable[[int], None] = lambda step: None,
    limit: float = 60,
) -> str:
    """Leave a comment in four messages, each sent until it is answered; the last answer.

    `between` is called before each of them with its number.
    """
    resident = Resident(url)
    steps: list[Callable[[], object]] = [
        lambda: resident.say("I want to leave a comment"),
        lambda: resident.press("Quality of life"),
        lambda: resident.say(text),
        lambda: resident.say("yes"),
    ]
    for number, step in enumerate(steps):
        between(number)
        until_answered(resident, step, limit)
    return resident.heard()


def until_answered(
    resident: Resident, act: Callable[[], object], limit: float = 60
) -> list[int | str]:
    """Repeat a message until it is answered, as a resident told to try again would.

    What came before the answer: a clear apology (503) or a wait (429), or no connection.
    """
    end, before = time.monotonic() + limit, []
    while time.monotonic() < end:
        try:
            act()
        except (OSError, ValueError, http.client.HTTPException) as error:
            before.append(type(error).__name__)
        else:
            if resident.status_code == 200:
                return before
            before.append(resident.status_code)
            assert resident.status_code in {429, 503}, resident.status_code
        time.sleep(0.2)
    raise AssertionError(f"No answer came back: {before[-5:]}")


def kill(*pids: int) -> None:
    """kill -9."""
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def suppressed(act: Callable[[], object]) -> None:
    """Do something whose connection may be cut."""
    with contextlib.suppress(OSError, ValueError, http.client.HTTPException):
        act()
