"""`bot serve` runs one of the three processes alone."""

import gzip
import os
import signal
import subprocess
import sys
import time

import pytest

from bench.running import BOT, free_port
from bot import ROOT, serve
from bot.run import CannotStart
from bot.serve import command_of
from bot.settings import Settings
from tests.conftest import need_rasa


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path / "var", secret_key="a key of the tests, long enough")


@pytest.fixture
def trained(tmp_path, monkeypatch):
    """As if the assistant were trained and installed."""
    monkeypatch.setattr(serve, "RASA_PYTHON", ROOT / "README.md")
    model = tmp_path / "assistant-1.tar.gz"
    model.write_bytes(gzip.compress(b"trained"))
    monkeypatch.setattr(serve, "model_path", lambda: model)
    return model


def test_the_three_know_one_secret_without_being_told(settings, trained):
    for part in ("front", "actions"):
        _, environment = command_of(settings, part)
        assert environment["BOT_INNER_SECRET"] == settings.hop_secret
    command_of(settings, "assistant")
    assert settings.hop_secret in (settings.data_dir / "run" / "credentials.yml").read_text()


def test_the_assistant_listens_on_loopback_where_the_front_looks(settings, trained):
    command, environment = command_of(settings, "assistant")
    assert command[command.index("-i") + 1] == "127.0.0.1"
    assert command[command.index("-p") + 1] == "5005"
    assert not [name for name in environment if name.startswith("BOT_")]
    other = settings.model_copy(update={"assistant_url": "http://127.0.0.1:6006"})
    command, _ = command_of(other, "assistant")
    assert command[command.index("-p") + 1] == "6006"


def test_an_assistant_on_another_machine_is_refused(settings, trained):
    other = settings.model_copy(update={"assistant_url": "http://10.0.0.9:5005"})
    with pytest.raises(CannotStart, match="loopback only"):
        command_of(other, "assistant")


def test_the_assistant_finds_the_actions_where_they_are_set(settings, trained):
    command_of(settings.model_copy(update={"actions_port": 6055}), "assistant")
    endpoints = (settings.data_dir / "run" / "endpoints.yml").read_text()
    assert "http://127.0.0.1:6055/webhook" in endpoints


def test_an_untrained_assistant_is_told_in_one_line(settings, trained, monkeypatch):
    monkeypatch.setattr(serve, "model_path", lambda: ROOT / "models" / "assistant-none.tar.gz")
    with pytest.raises(CannotStart, match="assistant-none.tar.gz is missing. Make it with"):
        command_of(settings, "assistant")


def test_a_model_that_is_cut_off_is_told_in_one_line(settings, trained):
    trained.write_bytes(trained.read_bytes()[:-4])
    with pytest.raises(CannotStart, match="is damaged. Remove it"):
        command_of(settings, "assistant")


def test_a_data_folder_that_cannot_be_written_is_told_in_one_line(settings, trained, tmp_path):
    (tmp_path / "file").write_text("")
    broken = settings.model_copy(update={"data_dir": tmp_path / "file"})
    with pytest.raises(CannotStart, match="can't be written"):
        command_of(broken, "assistant")


@pytest.mark.slow
def test_three_processes_started_apart_answer_and_stop_by_a_signal(tmp_path):
    need_rasa()
    subprocess.run([sys.executable, "-m", "bot.train"], cwd=ROOT, check=True)
    clean = {k: v for k, v in os.environ.items() if not k.startswith("BOT_")}
    port = free_port()
    env = clean | {
        "BOT_PORT": str(port), "BOT_DATA_DIR": str(tmp_path / "var"),
        "BOT_ACTIONS_PORT": str(free_port()),
        "BOT_ASSISTANT_URL": f"http://127.0.0.1:{free_port()}",
    }  # fmt: skip

    def ask():
        return subprocess.run(
            [str(BOT), "ask", "What are the five pillars?"], env=env, capture_output=True, text=True
        )

    with (tmp_path / "log").open("w") as log:
        running = [
            subprocess.Popen([str(BOT), "serve", part], env=env, stdout=log, stderr=log)
            for part in ("actions", "assistant", "front")
        ]
    try:
        limit = time.monotonic() + 120
        while (answer := ask()).returncode != 0:
            ended = [process for process in running if process.poll() is not None]
            assert not ended and time.monotonic() < limit, (tmp_path / "log").read_text()[-2000:]
            time.sleep(0.5)
        assert "five pillars" in answer.stdout
    finally:
        for process in reversed(running):
            process.send_signal(signal.SIGTERM)
            process.wait(30)
    assert running[2].returncode == 0
