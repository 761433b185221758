"""The supervisor waits for what it started, keeps it running, and stops all of it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from bot import ROOT, run
from bot.run import CannotStart, Service, free_port, keep_running, stop_all, wait_ready

SERVE = """
import http.server, sys
class Yes(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Yes).serve_forever()
"""
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"


def tiny(code, *arguments, name="tiny", url="http://127.0.0.1:9/"):
    """A service that is a few lines of Python."""
    return Service(name, [sys.executable, "-c", code, *map(str, arguments)], dict(os.environ), url)


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# Waiting


async def test_a_service_is_ready_when_it_answers():
    port = free_port(0)
    service = tiny(SERVE, port, url=f"http://127.0.0.1:{port}/")
    await service.start()
    await wait_ready(service, asyncio.Event())
    await service.stop()


async def test_a_service_that_ends_at_its_start_is_named():
    service = tiny("raise SystemExit(3)", name="front")
    await service.start()
    with pytest.raises(CannotStart, match="The front ended at its start; see the lines above"):
        await wait_ready(service, asyncio.Event())


async def test_a_service_with_a_log_says_where_to_look(tmp_path):
    service = tiny("print('out of ideas'); raise SystemExit(3)", name="assistant")
    service.log = tmp_path / "assistant.log"
    await service.start()
    with pytest.raises(CannotStart, match=f"see the end of {service.log}"):
        await wait_ready(service, asyncio.Event())
    assert service.log.read_text() == "out of ideas\n"


async def test_a_service_that_takes_too_long_is_named(monkeypatch):
    monkeypatch.setattr(run, "START_LIMIT", 0.3)
    service = tiny("import time; time.sleep(60)", name="assistant")
    await service.start()
    with pytest.raises(CannotStart, match="The assistant was not ready in 0 s"):
        await wait_ready(service, asyncio.Event())
    await service.stop()


async def test_waiting_ends_when_all_is_to_stop():
    stopping = asyncio.Event()
    stopping.set()
    await asyncio.wait_for(wait_ready(tiny("pass"), stopping), 1)


# Keeping it running


async def kept(service, seconds):
    """What was said about a service that was kept running for some time."""
    said, stopping = [], asyncio.Event()
    await service.start()
    task = asyncio.create_task(keep_running(service, stopping, said.append))
    await asyncio.sleep(seconds)
    stopping.set()
    await service.stop()
    await asyncio.wait_for(task, 5)
    return said


async def test_a_service_that_ends_is_started_again(monkeypatch, tmp_path):
    monkeypatch.setattr(run, "BACK_OFF", (0.05,))
    note = f"open({str(tmp_path / 'starts')!r}, 'a').write('x'); raise SystemExit(3)"
    said = await kept(tiny(note, name="front"), 0.9)
    assert said[0] == "The front ended (code 3); again in 0.05 s."
    assert len((tmp_path / "starts").read_text()) >= 3


async def test_it_waits_longer_each_time(monkeypatch):
    monkeypatch.setattr(run, "BACK_OFF", (0.01, 0.02, 0.03))
    said = await kept(tiny("raise SystemExit(1)"), 0.9)
    waits = [float(line.split()[-2]) for line in said]
    assert waits[:4] == [0.01, 0.02, 0.03, 0.03]


async def test_after_a_healthy_time_the_past_is_forgotten(monkeypatch):
    monkeypatch.setattr(run, "BACK_OFF", (0.01, 9))
    monkeypatch.setattr(run, "HEALTHY_AFTER", 0.1)
    said = await kept(tiny("import time; time.sleep(0.3)"), 0.9)
    assert len(said) >= 2
    assert all("again in 0.01 s" in line for line in said)


async def test_a_service_that_was_killed_is_started_again(monkeypatch):
    monkeypatch.setattr(run, "BACK_OFF", (0.05,))
    port = free_port(0)
    service = tiny(SERVE, port, url=f"http://127.0.0.1:{port}/")
    stopping, said = asyncio.Event(), []
    await service.start()
    await wait_ready(service, stopping)
    task = asyncio.create_task(keep_running(service, stopping, said.append))
    first = service.process.pid
    os.kill(first, signal.SIGKILL)
    while not said or service.process.pid == first:
        await asyncio.sleep(0.02)
    await wait_ready(service, stopping)
    stopping.set()
    await service.stop()
    await task
    assert said == ["The tiny ended (code -9); again in 0.05 s."]


async def test_a_service_that_can_not_be_started_is_tried_again(monkeypatch, tmp_path):
    monkeypatch.setattr(run, "BACK_OFF", (0.01,))
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nrm $0\nexit 1\n")
    program.chmod(0o755)
    service = Service("front", [str(program)], dict(os.environ), "")
    said = await kept(service, 0.5)
    assert len(said) > 2


async def test_nothing_is_started_again_when_all_is_to_stop():
    service = tiny("import time; time.sleep(60)")
    assert await kept(service, 0.2) == []
    assert service.process.returncode is not None


# Stopping


async def test_a_service_that_does_not_listen_is_ended_by_force(monkeypatch):
    monkeypatch.setattr(run, "STOP_LIMIT", 0.3)
    service = tiny(DEAF)
    await service.start()
    await asyncio.sleep(0.3)
    await asyncio.wait_for(service.stop(), 3)
    assert service.process.returncode == -signal.SIGKILL


async def test_the_children_of_a_service_end_with_it(tmp_path):
    code = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', {DEAF!r}], stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\n"
        "open(sys.argv[1], 'w').write(str(child.pid))\n"
        "time.sleep(60)"
    )
    service = tiny(code, tmp_path / "pid")
    await service.start()
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        await asyncio.sleep(0.02)
    await service.stop()
    child = int((tmp_path / "pid").read_text())
    limit = time.monotonic() + 3
    while is_running(child) and time.monotonic() < limit:
        await asyncio.sleep(0.02)
    assert not is_running(child)


async def test_stopping_twice_or_before_the_start_does_no_harm():
    service = tiny("pass")
    await service.stop()
    await service.start()
    await service.stop()
    await service.stop()


async def test_the_front_is_stopped_first_since_its_last_messages_need_the_others():
    log = "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit())\n"
    ended = "print('ready', flush=True)\ntry: time.sleep(60)\nfinally: time.sleep(0.3)"
    parts = [tiny(log + ended, name=name) for name in ("actions", "assistant", "front")]
    order = []

    async def watch(part):
        await part.process.wait()
        order.append(part.name)

    for part in parts:
        await part.start()
    await asyncio.sleep(0.5)
    watching = [asyncio.create_task(watch(part)) for part in parts]
    await stop_all(parts)
    await asyncio.gather(*watching)
    assert order[0] == "front"


SUPERVISE = """
import asyncio, os, sys
from pathlib import Path
from bot import run
from bot.settings import Settings
serve, one, two, deaf = sys.argv[1], *map(int, sys.argv[2:4]), sys.argv[4]
def tiny(name, port, code):
    url = f"http://127.0.0.1:{port}/"
    return run.Service(name, [sys.executable, "-c", code, str(port)], dict(os.environ), url)
run.services = lambda settings, model: [tiny("actions", one, serve), tiny("front", two, deaf + serve)]
run.BACK_OFF, run.STOP_LIMIT = (0.1,), 1.0
try:
    asyncio.run(run.supervise(Settings(port=two), Path("model")))
except run.CannotStart as error:
    print(error, file=sys.stderr)
    sys.exit(1)
"""
IGNORE = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"


class Supervised:
    """A supervisor in a process of its own, with two tiny services."""

    def __init__(self, deaf=""):
        self.ports = free_port(0), free_port(0)
        command = [sys.executable, "-c", SUPERVISE, SERVE, *map(str, self.ports), deaf]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def ready(self):
        line = self.process.stdout.readline()
        assert line == f"Ready: http://127.0.0.1:{self.ports[1]}\n", self.process.stderr.read()

    def answers(self, port):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1) as response:
                return response.status == 200
        except OSError:
            return False

    def children(self):
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]

    def stop(self, number=signal.SIGTERM):
        """Stop it; the seconds that took."""
        children, began = self.children(), time.monotonic()
        self.process.send_signal(number)
        assert self.process.wait(15) == 0
        took = time.monotonic() - began
        assert not [pid for pid in children if is_running(pid)]
        assert not any(self.answers(port) for port in self.ports)
        return took


@pytest.fixture
def supervised():
    started = []

    def start(deaf=""):
        started.append(Supervised(deaf))
        started[-1].ready()
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_everything_and_leaves_nothing_running(supervised, number):
    assert supervised().stop(number) < 10


def test_even_what_does_not_listen_is_stopped_within_ten_seconds(supervised):
    assert supervised(deaf=IGNORE).stop() < 10


def test_what_dies_comes_back(supervised):
    one = supervised()
    victim = one.children()[0]
    os.kill(victim, signal.SIGKILL)
    line = one.process.stderr.readline()
    assert line in {
        "The actions ended (code -9); again in 0.1 s.\n", "The front ended (code -9); again in 0.1 s.\n",
    }  # fmt: skip
    limit = time.monotonic() + 10
    while not all(one.answers(port) for port in one.ports):
        assert time.monotonic() < limit
        time.sleep(0.05)
    assert victim not in one.children()
    one.stop()


def test_when_one_part_can_not_start_the_others_are_stopped():
    one = Supervised(deaf="raise SystemExit(3)\n")
    _, errors = one.process.communicate(timeout=30)
    assert one.process.returncode == 1
    assert errors.strip() == "The front ended at its start; see the lines above."
    assert not any(one.answers(port) for port in one.ports)
