"""The supervisor: what stops a start, what it starts, that it keeps it running and stops all."""

import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
import yaml

from bot import ROOT, run
from bot.client import address
from bot.run import (
    CannotStart,
    Service,
    check_port,
    free_port,
    keep_running,
    stop_all,
    wait_ready,
    write_config,
)
from bot.settings import Settings

SERVE = """
import http.server, sys
class Yes(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Yes).serve_forever()
"""
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"


@pytest.fixture
def taken():
    """A port that somebody listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path / "var", port=free_port(0), secret_key="k")


def tiny(code, *arguments, name="tiny", url="http://127.0.0.1:9/"):
    """A service that is a few lines of Python."""
    return Service(name, [sys.executable, "-c", code, *map(str, arguments)], dict(os.environ), url)


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def complaint(work, *arguments):
    with pytest.raises(CannotStart) as raised:
        work(*arguments)
    line = str(raised.value)
    assert "\n" not in line
    assert line.endswith(".")
    return line


# Ports


def test_the_preferred_port_is_taken_when_it_is_free():
    port = free_port(0)
    assert free_port(port) == port


def test_another_port_is_found_when_the_preferred_one_is_taken(taken):
    port = free_port(taken)
    assert port != taken
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))


def test_a_taken_port_stops_the_start_with_a_sentence(taken):
    line = complaint(check_port, Settings(port=taken))
    assert f"Port {taken} on 127.0.0.1" in line
    assert "BOT_PORT" in line


def test_a_free_port_does_not(settings):
    check_port(settings)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "203.0.113.77"])
def test_a_host_that_is_not_ours_stops_the_start_with_a_sentence(host):
    assert host in complaint(check_port, Settings(host=host, port=free_port(0)))


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:8099"),
        ("0.0.0.0", "http://127.0.0.1:8099"),
        ("::", "http://[::1]:8099"),
        ("::1", "http://[::1]:8099"),
        ("10.0.0.5", "http://10.0.0.5:8099"),
    ],
)
def test_the_front_is_looked_for_where_it_can_be_reached(host, expected):
    assert address(Settings(host=host, port=8099)) == expected


# The data folder


def test_a_data_folder_that_can_not_be_made_stops_the_start_with_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    line = complaint(run.run, Settings(data_dir=tmp_path / "file" / "var"))
    assert "BOT_DATA_DIR" in line
    assert str(tmp_path / "file" / "var") in line


def test_a_data_folder_that_is_a_file_stops_the_start_with_a_sentence(tmp_path):
    (tmp_path / "var").touch()
    assert "BOT_DATA_DIR" in complaint(run.run, Settings(data_dir=tmp_path / "var"))


def test_a_taken_port_is_told_before_anything_is_trained(taken, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "training", lambda settings: pytest.fail("it trains"))
    complaint(run.run, Settings(data_dir=tmp_path / "var", port=taken))


def test_an_empty_secret_key_stops_the_start_with_a_sentence(tmp_path):
    (tmp_path / "secret.key").touch()
    line = complaint(run.run, Settings(data_dir=tmp_path, port=free_port(0)))
    assert "secret.key is empty" in line


async def test_a_data_folder_that_can_not_be_written_stops_the_start_with_a_sentence(settings):
    settings.data_dir.mkdir()
    (settings.data_dir / "run").touch()
    with pytest.raises(CannotStart, match="can't be written"):
        await run.supervise(settings, Path("model.tar.gz"))


# What is started


def test_the_derived_files_hold_the_secret_and_are_ours_alone(settings):
    for _ in range(2):
        endpoints, credentials = write_config(settings, "s3cret", 5999)
        for path in (endpoints, credentials):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            path.chmod(0o644)  # as if somebody had changed it: the next start puts it right
    assert yaml.safe_load(credentials.read_text()) == {
        "bot.nlu.channel.FrontChannel": {
            "secret": "s3cret",
            "log_format": "text",
            "log_level": "info",
        }
    }


def test_the_assistant_is_told_the_actions_on_loopback_and_its_memory_in_the_data_folder(settings):
    endpoints, _ = write_config(settings, "s3cret", 5999)
    given = yaml.safe_load(endpoints.read_text())
    assert given["action_endpoint"] == {
        "url": "http://127.0.0.1:5999/webhook", "headers": {"X-Bot-Secret": "s3cret"},
    }  # fmt: skip
    assert given["tracker_store"]["url"] == f"sqlite:///{settings.data_dir}/trackers.db"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("postgresql+asyncpg://bot:p%40ss@db/plan", "postgresql+psycopg2://bot:p%40ss@db/plan"),
        (
            "postgresql+asyncpg://bot@db:6432/plan?ssl=require&prepared_statement_cache_size=0",
            "postgresql+psycopg2://bot@db:6432/plan?sslmode=require",
        ),
    ],
)
def test_with_postgresql_the_assistants_memory_is_there_too(settings, address, expected):
    settings = settings.model_copy(update={"database_url": address})
    endpoints, _ = write_config(settings, "s3cret", 5999)
    assert yaml.safe_load(endpoints.read_text())["tracker_store"]["url"] == expected


def test_with_redis_assistants_lock_conversations_there(settings):
    endpoints, _ = write_config(settings, "s3cret", 5999)
    assert "lock_store" not in yaml.safe_load(endpoints.read_text())
    settings = settings.model_copy(update={"redis_url": "rediss://bot:p%40ss@cache:6380/2"})
    endpoints, _ = write_config(settings, "s3cret", 5999)
    given = yaml.safe_load(endpoints.read_text())["lock_store"]
    assert given == {
        "type": "bot.nlu.lock_store.SharedLockStore", "url": "cache", "port": 6380, "db": 2,
        "username": "bot", "password": "p@ss", "use_ssl": True, "key_prefix": "planassistant",
    }  # fmt: skip


def test_the_repositorys_own_files_hold_no_secret(settings):
    write_config(settings, "s3cret", 5999)
    for name in ("endpoints.yml", "credentials.yml"):
        assert "s3cret" not in (ROOT / name).read_text()


def test_assistant_and_actions_are_on_loopback_whatever_the_front_is_on(settings):
    parts = {
        s.name: s for s in run.services(settings.model_copy(update={"host": "0.0.0.0"}), Path("m"))
    }
    rasa = parts["assistant"].command
    assert rasa[rasa.index("-i") + 1] == "127.0.0.1"
    assert parts["assistant"].ready_url.startswith("http://127.0.0.1:")
    assert parts["actions"].ready_url.startswith("http://127.0.0.1:")
    assert parts["front"].ready_url == f"http://127.0.0.1:{settings.port}/live"


def test_front_assistant_and_actions_know_one_another(settings):
    parts = {s.name: s for s in run.services(settings, Path("m"))}
    front, actions = parts["front"].environment, parts["actions"].environment
    assert front["BOT_ASSISTANT_URL"] in parts["assistant"].ready_url
    assert f":{actions['BOT_ACTIONS_PORT']}/" in parts["actions"].ready_url
    assert front["BOT_INNER_SECRET"] == actions["BOT_INNER_SECRET"] == settings.hop_secret
    assert settings.hop_secret in (settings.data_dir / "run" / "credentials.yml").read_text()


def test_as_many_assistants_as_the_setting_says_each_with_a_port_and_a_log(settings):
    parts = run.services(settings.model_copy(update={"assistant_workers": 3}), Path("m"))
    assistants = [part for part in parts if part.name.startswith("assistant")]
    front = next(part for part in parts if part.name == "front")
    known = front.environment["BOT_ASSISTANT_URL"].split(",")
    assert [f"{url}/webhooks/front/" for url in known] == [one.ready_url for one in assistants]
    assert len(set(known)) == len({one.log for one in assistants}) == 3


def test_no_secret_is_on_a_command_line_or_in_rasas_environment(settings, monkeypatch):
    monkeypatch.setenv("BOT_SECRET_KEY", "a-secret-key")
    monkeypatch.setenv("BOT_TWILIO_AUTH_TOKEN", "a-token")
    for service in run.services(settings, Path("m")):
        assert settings.hop_secret not in " ".join(service.command)
        if service.name.startswith("assistant"):
            assert not [name for name in service.environment if name.startswith("BOT_")]
            assert not {"a-secret-key", "a-token"} & set(service.environment.values())


def test_ports_that_are_taken_are_passed_over(settings):
    with socket.socket() as one, socket.socket() as two:
        for probe, port in ((one, 5005), (two, 5055)):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                probe.listen()
            except OSError:
                pass  # somebody else has it, which is as good
        urls = [s.ready_url for s in run.services(settings, Path("m"))]
    assert not [url for url in urls if ":5005/" in url or ":5055/" in url]


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


def test_two_that_start_at_once_never_choose_the_same_port() -> None:
    code = "import sys; from bot.run import free_port; print(free_port(5005), flush=True); sys.stdin.read()"
    starting = [
        subprocess.Popen(
            [sys.executable, "-c", code], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for _ in range(3)
    ]  # fmt: skip
    try:
        ports = [one.stdout.readline() for one in starting if one.stdout]
    finally:
        for one in starting:
            one.communicate("", timeout=10)
    assert len(set(ports)) == 3, ports
