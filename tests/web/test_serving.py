"""python -m bot.front: it serves until it is stopped, and says in one line why it can't."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from aiohttp import ClientSession

from bot import ROOT
from bot.run import free_port
from tests.channels.fake_assistant import SECRET, FakeAssistant


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


def wait_until_alive(process, port):
    limit = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/live", timeout=2) as response:
                assert response.status == 200
                return
        except OSError:
            assert process.poll() is None and time.monotonic() < limit
            time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_until_it_is_stopped(start, number):
    port = free_port(0)
    process = start(BOT_PORT=str(port))
    wait_until_alive(process, port)
    process.send_signal(number)
    assert process.wait(8) == 0


async def test_a_front_that_stops_is_not_ready_but_answers_and_finishes_what_it_began(start):
    fake, port = FakeAssistant(), free_port(0)
    async with fake.server, ClientSession(f"http://127.0.0.1:{port}") as session:
        process = start(
            BOT_PORT=str(port), BOT_INNER_SECRET=SECRET, BOT_ASSISTANT_URL=fake.url,
            BOT_DRAIN_SECONDS="2",
        )  # fmt: skip
        await asyncio.to_thread(wait_until_alive, process, port)

        async def ask():
            async with session.post("/api/messages", json={"text": "pillars?"}) as response:
                return response.status, response.headers.get("Connection")

        async def ready():
            async with session.get("/ready") as response:
                return response.status

        assert (await ready(), await ask()) == (200, (200, None))
        fake.delay = 3.0  # longer than the drain
        slow = asyncio.create_task(ask())
        while len(fake.heard) < 2:
            await asyncio.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        while await ready() == 200:
            await asyncio.sleep(0.02)
        fake.delay = 0.0
        assert await ask() == (200, "close")
        assert (await slow)[0] == 200
        assert await asyncio.to_thread(process.wait, 8) == 0


def test_a_second_signal_ends_the_wait_for_the_balancer(start):
    port = free_port(0)
    process = start(BOT_PORT=str(port), BOT_DRAIN_SECONDS="60")
    wait_until_alive(process, port)
    process.send_signal(signal.SIGTERM)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.5)
    process.send_signal(signal.SIGTERM)
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
