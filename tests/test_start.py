"""What stops the start, each with one clear sentence."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bench.running import BOT, free_port
from bot import ROOT, trained
from bot.run import CannotStart, check_port, write_config
from bot.run import free_port as free_inner_port
from bot.settings import Settings


def run_bot(tmp_path: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("BOT_")}
    env = clean | {"BOT_DATA_DIR": str(tmp_path / "var")} | environment
    return subprocess.run(
        [str(BOT), *words], env=env, cwd=ROOT, capture_output=True, text=True, timeout=60
    )


def test_an_unknown_setting_stops_the_start_with_one_line(tmp_path: Path) -> None:
    done = run_bot(tmp_path, "run", BOT_PROT="8080")
    assert done.returncode == 1
    assert done.stderr.startswith("Unknown setting BOT_PROT.")
    assert done.stderr.count("\n") == 1


def test_a_bad_value_stops_the_start_and_names_the_setting(tmp_path: Path) -> None:
    done = run_bot(tmp_path, "run", BOT_PORT="eighty")
    assert done.returncode == 1
    assert done.stderr.startswith("BOT_PORT has a bad value")
    assert done.stderr.count("\n") == 1


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    port = free_port()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(CannotStart, match=f"Port {port} .* Set BOT_PORT to another"):
            check_port(Settings(port=port, data_dir=tmp_path))
        assert free_inner_port(port) != port


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run_bot(tmp_path, "run", BOT_DATA_DIR=str(tmp_path / "file" / "var"))
    assert done.returncode == 1
    assert "Set BOT_DATA_DIR" in done.stderr


def test_a_model_trained_from_other_data_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "repository"
    for name in trained._INPUTS:
        source, target = ROOT / name, root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            target.mkdir(exist_ok=True)
        elif source.exists():
            target.write_bytes(source.read_bytes())
    (root / "data/nlu/plan.yml").write_text("nlu: []")
    monkeypatch.setattr(trained, "ROOT", root)
    before = trained.model_path()
    assert trained.model_path() == before
    (root / "data/nlu/plan.yml").write_text("nlu: [] # changed")
    after = trained.model_path()
    assert after != before
    (root / "data/nlu/plan.yml").rename(root / "data/nlu/other.yml")
    assert trained.model_path() != after


def test_the_configuration_of_a_run_is_private_and_names_loopback_only(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    for path in write_config(settings, "the secret", 5056):
        assert path.stat().st_mode & 0o077 == 0
        assert "the secret" in path.read_text()
    assert "http://127.0.0.1:5056/webhook" in (tmp_path / "run" / "endpoints.yml").read_text()


def test_a_read_only_database_stops_the_front_with_a_clear_sentence(tmp_path: Path) -> None:
    import sys

    database = tmp_path / "bot.db"
    database.write_text("this is not a database, and nothing may overwrite it")
    env = {k: v for k, v in os.environ.items() if not k.startswith("BOT_")}
    env |= {
        "BOT_DATA_DIR": str(tmp_path),
        "BOT_PORT": str(free_port()),
        "BOT_DATABASE_URL": f"sqlite+aiosqlite:///{database}",
    }
    done = subprocess.run(
        [sys.executable, "-m", "bot.front"], env=env, cwd=ROOT, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "can't be used" in done.stderr
    assert "BOT_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr
    assert "nothing may overwrite" in database.read_text()


def test_a_fact_without_its_source_is_refused_with_file_and_line(tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "plan"
    shutil.copytree(ROOT / "data" / "plan", folder)
    sources = folder / "sources.yml"
    text = sources.read_text()
    sources.write_text(text.replace("id: bcit-call-action", "id: bcit-call-other", 1))
    done = run_bot(tmp_path, "plan", "check", "--folder", str(folder))
    assert done.returncode == 1
    assert "no source is called 'bcit-call-action'" in done.stdout
    first = done.stdout.splitlines()[0]
    assert ".yml:" in first


def test_the_front_does_without_what_only_a_search_needs() -> None:
    heavy = {"sklearn", "scipy", "onnxruntime", "tokenizers", "bm25s", "datasketch", "matplotlib"}
    code = "import sys, bot.front; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert "bot.front" in done.stdout
    assert not heavy & set(done.stdout.split())
