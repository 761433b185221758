"""python -m bot.front: it serves until it is stopped, and says in one line why it can't."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from bot import ROOT
from bot.run import free_port


@pytest.fixture
def start(tmp_path):
    """Starts a front in a process of its own, with these settings."""
    started = []

    def start_one(**settings):
        clean = {k: v for k, v in os.environ.items() if not k.startswith("BOT_")}
        ours = {
            "BOT_DATA_DIR": str(tmp_path),
            "BOT_PORT": str(free_port(0)),
            "BOT_INNER_SECRET": "s",
        }
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", "bot.front"],
                cwd=ROOT,
                env=clean | ours | settings,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield start_one
    for process in started:
        process.kill()
        process.communicate()


def complaint(process):
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    *before, line = errors.splitlines()
    assert all(one.startswith("INFO ") for one in before)
    return line


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_until_it_is_stopped(start, number):
    port = free_port(0)
    process = start(BOT_PORT=str(port))
    limit = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/live", timeout=2) as response:
                assert response.status == 200
                break
        except OSError:
            assert process.poll() is None and time.monotonic() < limit
            time.sleep(0.05)
    process.send_signal(number)
    assert process.wait(8) == 0


def test_an_unknown_setting_stops_it(start):
    assert complaint(start(BOT_PROT="1")).startswith("Unknown setting BOT_PROT.")


def test_a_database_that_can_not_be_used_stops_it(start, tmp_path):
    (tmp_path / "bot.db").mkdir()
    line = complaint(start())
    assert line.startswith(f"The database sqlite+aiosqlite:///{tmp_path}/bot.db can't be used (")
    assert line.endswith("or set BOT_DATABASE_URL.")


def test_a_port_that_is_taken_stops_it(start):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        line = complaint(start(BOT_PORT=str(port)))
    assert line == f"127.0.0.1:{port} can't be listened on (Address already in use)."
