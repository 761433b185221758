"""Fixtures that several folders share: the whole assistant, running."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot import ROOT
from bot.settings import Settings

BOT = Path(sys.executable).with_name("bot")


def missing(what: str, reason: str) -> None:
    """Skip, or fail where everything is required (CI sets REQUIRE_ALL=1)."""
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"{what} is missing: {reason}")
    pytest.skip(f"{what} is missing: {reason}")


@dataclass
class Running:
    """The whole assistant as `bot run` starts it, on a free port with its own data folder."""

    folder: Path
    port: int
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

    def start(self, limit: float = 180) -> None:
        """Start and wait for the line that says it is ready."""
        log = self.folder / "run.log"
        self.folder.mkdir(parents=True, exist_ok=True)
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [str(BOT), "run"], env=self.env(), cwd=ROOT, stdout=output,
                stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip
        end = time.monotonic() + limit
        while f"Ready: {self.url}" not in log.read_text():
            if self.process.poll() is not None or time.monotonic() > end:
                pytest.fail("The assistant did not start:\n" + log.read_text()[-3000:])
            time.sleep(0.2)

    def stop(self) -> float:
        """Stop it as Ctrl-C does; returns the seconds it took."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)
        return time.monotonic() - began

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a `bot` command against this assistant."""
        return subprocess.run(
            [str(BOT), *words], env=self.env(), cwd=ROOT, capture_output=True, text=True, timeout=120
        )

    def child(self, part: str) -> int:
        """The process id of one of its three processes, by a part of its command line."""
        assert self.process is not None
        for entry in Path("/proc").iterdir():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                line = (entry / "cmdline").read_text().replace("\0", " ")
            except (OSError, ValueError, IndexError):
                continue
            if parent == self.process.pid and part in line:
                return int(entry.name)
        raise LookupError(part)

    def wait_ready(self, limit: float = 60) -> None:
        """Wait until /ready answers 200."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.url}/ready", timeout=3) as response:
                    if response.status == 200:
                        return
            except (OSError, urllib.error.URLError):
                pass
            time.sleep(0.2)
        pytest.fail("The assistant was not ready again.")


def free_port() -> int:
    """A port on loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def need_rasa() -> None:
    """Skip or fail unless Rasa's environment is there."""
    if not (ROOT / ".venv-rasa" / "bin" / "python").exists():
        missing("Rasa's environment", "make it with: make install")


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One running assistant for all tests that only talk to it; no rate limit."""
    need_rasa()
    running = Running(
        tmp_path_factory.mktemp("assistant"), free_port(), {"BOT_RATE_LIMIT": "off"}
    )
    running.start()
    yield running
    running.stop()


@pytest.fixture
def own_assistant(tmp_path: Path) -> Iterator[Running]:
    """An assistant of the test's own, to break; start it in the test."""
    need_rasa()
    running = Running(tmp_path / "var", free_port(), {"BOT_RATE_LIMIT": "off"})
    yield running
    if running.process is not None and running.process.poll() is None:
        running.stop()
