"""The whole assistant as `bot run` starts it, for tests, benchmarks and pictures."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bot import ROOT
from bot.settings import Settings

BOT = Path(sys.executable).with_name("bot")


class DidNotStart(Exception):
    """The assistant ended or took too long; the text is the end of its output."""


def free_port() -> int:
    """A port on loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def seconds_of(pids: Iterable[int]) -> float:
    """Processor time that processes have used."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def memory_of(pid: int) -> float:
    """Proportional memory of a process, in MB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    pss = next(int(row.split()[1]) for row in text.splitlines() if row.startswith("Pss:"))
    return pss / 1024


@dataclass
class Running:
    """An assistant on a port and a data folder of its own."""

    folder: Path
    port: int = field(default_factory=free_port)
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Where the front answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> Settings:
        """Settings for the command line's client."""
        return Settings(port=self.port, data_dir=self.folder)

    def env(self) -> dict[str, str]:
        """The environment of a command that works on this assistant."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("BOT_")}
        ours = {"BOT_PORT": str(self.port), "BOT_DATA_DIR": str(self.folder)}
        return clean | ours | self.environment

    def start(self, limit: float = 240) -> float:
        """Start, wait for the line that says it is ready, and return the seconds it took."""
        log = self.folder / "run.log"
        self.folder.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [str(BOT), "run"], env=self.env(), cwd=ROOT, stdout=output,
                stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip
        while f"Ready: {self.url}" not in log.read_text():
            if self.process.poll() is not None or time.monotonic() > began + limit:
                self.stop()
                raise DidNotStart(log.read_text()[-3000:])
            time.sleep(0.1)
        return time.monotonic() - began

    def stop(self) -> float:
        """Stop it as Ctrl-C does; returns the seconds it took."""
        if self.process is None or self.process.poll() is not None:
            return 0.0
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)
        return time.monotonic() - began

    def __enter__(self) -> "Running":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a `bot` command against this assistant."""
        return subprocess.run(
            [str(BOT), *words],
            env=self.env(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def children(self) -> dict[int, str]:
        """The ids of its processes, with their command lines."""
        assert self.process is not None
        found = {}
        for entry in Path("/proc").iterdir():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                line = (entry / "cmdline").read_text().replace("\0", " ")
            except (OSError, ValueError, IndexError):
                continue
            if parent == self.process.pid:
                found[int(entry.name)] = line
        return found

    def child(self, part: str) -> int:
        """The id of one of its processes, by a part of its command line."""
        for pid, line in self.children().items():
            if part in line:
                return pid
        raise LookupError(part)

    def is_ready(self) -> bool:
        """Whether /ready answers 200."""
        try:
            with urllib.request.urlopen(f"{self.url}/ready", timeout=3) as response:
                return bool(response.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def memory_mb(self) -> dict[str, float]:
        """Proportional memory of the supervisor and its processes, in MB, by command."""
        assert self.process is not None
        result: dict[str, float] = {}
        for pid, line in {self.process.pid: "supervisor", **self.children()}.items():
            names = {"rasa run": "assistant", "-m actions": "actions", "-m bot.front": "front"}
            name = next((n for part, n in names.items() if part in line), "supervisor")
            result[name] = result.get(name, 0) + memory_of(pid)
        return result

    def pids(self) -> list[int]:
        """The supervisor and its processes."""
        assert self.process is not None
        return [self.process.pid, *self.children()]
