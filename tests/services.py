"""PostgreSQL and Redis of the tests' own: Debian's programs, on free ports, gone afterwards.

PostgreSQL refuses to run as root, so then it runs as the user that Debian's package makes.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.running import free_port

START_LIMIT = 30.0
POSTGRES_USER = "postgres"


class NotInstalled(Exception):
    """A program is missing; the text says how to get it."""


@dataclass
class Postgres:
    """A PostgreSQL server in a folder of its own."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    _made: int = 0

    def create(self) -> None:
        """Make the cluster. It is for tests, so it does not wait for the disk."""
        as_root = os.getuid() == 0
        if as_root:
            shutil.chown(self.folder, POSTGRES_USER)
        self._run("initdb", "-D", str(self.folder / "data"), "-U", POSTGRES_USER, "-A", "trust",
                  "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")  # fmt: skip

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [
            str(program("postgres")), "-D", str(self.folder / "data"), "-p", str(self.port),
            "-k", str(self.folder), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off",
            "-c", "max_connections=200", "-c", "log_min_messages=fatal",
        ]  # fmt: skip
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*_as_user(), *command], stdout=log, stderr=log, cwd="/", start_new_session=True
            )
        until(lambda: self._answers(), "PostgreSQL")

    def stop(self, by: signal.Signals = signal.SIGINT) -> None:
        """Stop it: at once and cleanly (SIGINT), or as a crash (SIGQUIT, SIGKILL)."""
        if self.process is None or self.process.poll() is not None:
            return
        pid = (self.folder / "data" / "postmaster.pid").read_text().split()[0]
        os.kill(int(pid), by)
        self.process.wait(30)

    def hang(self) -> None:
        """Let it, and all that work for it, stand still: connections stay open and say nothing."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it work again."""
        self._signal(signal.SIGCONT)

    def _signal(self, by: signal.Signals) -> None:
        leader = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{leader}/task/{leader}/children").read_text().split()
        for pid in (leader, *map(int, children)):
            os.kill(pid, by)

    def fresh(self, template: str = "template1") -> str:
        """Make an empty database (or a copy of another); its name."""
        self._made += 1
        name = f"test_{self._made}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def url(self, name: str, driver: str = "postgresql+asyncpg") -> str:
        """SQLAlchemy's address of a database."""
        return f"{driver}://{POSTGRES_USER}@127.0.0.1:{self.port}/{name}"

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run a statement; what it gives, one row a line."""
        done = subprocess.run(
            [str(program("psql")), "-h", "127.0.0.1", "-p", str(self.port), "-U", POSTGRES_USER,
             "-d", database, "-qtAX", "-v", "ON_ERROR_STOP=1", "-c", statement],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.strip()

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "server.log").read_text()
        ask = [str(program("pg_isready")), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(ask).returncode == 0

    def _run(self, name: str, *words: str) -> None:
        subprocess.run(
            [*_as_user(), str(program(name)), *words], check=True, cwd="/", capture_output=True
        )


@dataclass
class Redis:
    """A Redis server that keeps nothing on disk."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = subprocess.Popen(
            [str(program("redis-server")), "--port", str(self.port), "--bind", "127.0.0.1",
             "--save", "", "--appendonly", "no", "--dir", str(self.folder)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        until(lambda: self.ask("PING") == "PONG", "Redis")

    def stop(self, by: signal.Signals = signal.SIGTERM) -> None:
        """Stop it; with SIGKILL as a crash."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(by)
            self.process.wait(10)

    def ask(self, *words: str) -> str:
        """What redis-cli prints for a command."""
        done = subprocess.run(
            [str(program("redis-cli")), "-h", "127.0.0.1", "-p", str(self.port), *words],
            capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout.strip()


def program(name: str) -> Path:
    """A program, in the path or where Debian puts PostgreSQL's. Raises NotInstalled."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    homes = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if homes:  # the newest version; psql in the path is a wrapper of Debian's
        return homes[-1]
    if found:
        return Path(found)
    raise NotInstalled("install it with: make system-deps")


def until(holds: Callable[[], bool], what: str, limit: float = START_LIMIT) -> None:
    """Wait until something holds."""
    end = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < end, f"{what} did not answer in {limit:.0f} s."
        time.sleep(0.05)


def postgres_server() -> Iterator[Postgres]:
    """A running PostgreSQL; it is stopped and removed afterwards. Raises NotInstalled."""
    for name in ("initdb", "postgres", "psql", "pg_isready"):
        program(name)
    # Below /tmp itself: pytest's own folders are closed to other users.
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    server = Postgres(folder)
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def redis_server() -> Iterator[Redis]:
    """A running Redis; it is stopped and removed afterwards. Raises NotInstalled."""
    for name in ("redis-server", "redis-cli"):
        program(name)
    folder = Path(tempfile.mkdtemp(prefix="redis-"))
    server = Redis(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _as_user() -> list[str]:
    if os.getuid() != 0:
        return []
    return [str(program("setpriv")), f"--reuid={POSTGRES_USER}", f"--regid={POSTGRES_USER}",
            "--clear-groups"]  # fmt: skip
