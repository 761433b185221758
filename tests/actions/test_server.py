"""The action server: on loopback, for the assistant only, with every action of the domain."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from bot import ROOT
from bot.run import free_port
from tests.actions.talk import action_classes

SECRET = "the-secret"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a running action server."""
    port, folder = free_port(0), tmp_path_factory.mktemp("actions")
    process = subprocess.Popen(
        [sys.executable, "-m", "actions"], cwd=ROOT,
        env=environment(BOT_ACTIONS_PORT=str(port), BOT_INNER_SECRET=SECRET, BOT_DATA_DIR=str(folder)),
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    limit = time.monotonic() + 60
    while call(f"{address}/health")[0] != 200:
        assert process.poll() is None and time.monotonic() < limit
        time.sleep(0.1)
    yield address
    process.terminate()
    assert process.wait(10) == 0


def environment(**more):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("BOT_")}
    return clean | more


def call(address, body=None, secret=None):
    headers = {"Content-Type": "application/json"} | ({"X-Bot-Secret": secret} if secret else {})
    try:
        with urllib.request.urlopen(
            urllib.request.Request(address, body, headers), timeout=5
        ) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def test_its_health_is_open(server):
    assert call(f"{server}/health")[0] == 200


@pytest.mark.parametrize("secret", [None, "another", "", "the-secre", "the-secretx", "é"])
@pytest.mark.parametrize("path", ["/webhook", "/actions", "/nowhere", "/health/", "/healthx"])
def test_without_the_secret_nothing_is_answered(server, path, secret):
    status, text = call(
        server + path, b'{"next_action": "action_answer"}' if path == "/webhook" else None, secret
    )
    assert status == 403
    assert "forbidden" in text


def test_with_the_secret_an_action_answers(server):
    body = (
        b'{"next_action": "action_small_talk", "sender_id": "t", "domain": {}, "version": "3.6.21", "tracker": '
        b'{"sender_id": "t", "slots": {}, "events": [], "paused": false, "active_loop": {}, "latest_action_name": null,'
        b' "latest_message": {"text": "hello", "intent": {"name": "greet", "confidence": 0.9}, "entities": [],'
        b' "metadata": {"language": "es"}}}}'
    )
    status, text = call(f"{server}/webhook", body, SECRET)
    assert status == 200
    assert "asistente autom" in text


def test_every_action_of_the_domain_is_registered(server, domain):
    status, text = call(f"{server}/actions", None, SECRET)
    assert status == 200
    registered = {action["name"] for action in json.loads(text)}
    assert registered == set(domain["actions"])


def test_the_domain_knows_every_action(domain):
    assert set(action_classes()) == set(domain["actions"])


def test_it_listens_on_loopback_only(server):
    port = f"{int(server.rpartition(':')[2]):04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening = {row[1] for row in rows if row[3] == "0A"}
    assert f"0100007F:{port}" in listening
    assert f"00000000:{port}" not in listening


def complaint(**settings):
    done = subprocess.run(
        [sys.executable, "-m", "actions"],
        cwd=ROOT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


def test_it_does_not_start_without_a_secret(tmp_path):
    assert "BOT_INNER_SECRET" in complaint(BOT_DATA_DIR=str(tmp_path))


def test_it_does_not_start_with_a_bad_setting(tmp_path):
    assert "BOT_TODAY" in complaint(BOT_TODAY="tomorrow", BOT_DATA_DIR=str(tmp_path))
