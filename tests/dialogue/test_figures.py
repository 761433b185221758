"""/ready and /metrics of a running assistant, with its real actions."""

import json
import re
import urllib.request

import pytest

from bench.running import Running
from tests.talk import Resident

pytestmark = pytest.mark.slow


def read(assistant: Running, path: str) -> str:
    with urllib.request.urlopen(assistant.url + path, timeout=10) as response:
        return str(response.read().decode())


def figure(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found.group(1)) if found else 0.0


def test_every_part_is_named_and_up(assistant: Running) -> None:
    assert json.loads(read(assistant, "/ready")) == {
        "ready": True, "dependencies": {"assistant": "ok", "actions": "ok", "store": "ok"},
    }  # fmt: skip
    text = read(assistant, "/metrics")
    assert [figure(text, f'bot_up{{part="{part}"}}') for part in ("assistant", "actions", "store")] == [1, 1, 1]  # fmt: skip


def test_an_answer_is_counted_and_is_a_success(assistant: Running) -> None:
    name = 'bot_messages_total{channel="web",language="es",status="answered"}'
    before = read(assistant, "/metrics")
    Resident(assistant.url, "es").say("¿cuáles son los cinco pilares?")
    after = read(assistant, "/metrics")
    assert figure(after, name) == figure(before, name) + 1
    success = "bot_last_success_timestamp_seconds"
    assert figure(after, success) > figure(before, success)
