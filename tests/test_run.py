"""What stops a start, and what is started."""

import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot import ROOT, run
from bot.client import address
from bot.run import (
    CannotStart,
    check_port,
    free_port,
    write_config,
)
from bot.settings import Settings


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
