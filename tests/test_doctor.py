"""`bot doctor`: each thing broken one by one is told, with what to do, and no secret is printed."""

import asyncio
import os
import shutil
import socket
import sqlite3
import sys
from collections import namedtuple
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from click.testing import CliRunner

from bot import doctor
from bot.cli import main
from bot.comments.store import Store
from bot.comments.tables import Conversation
from bot.run import free_port
from tests.database import empty_database

GOOD_SECRET = "a-made-up-secret-of-forty-characters-000"


@pytest.fixture
def folder(tmp_path):
    """The data folder."""
    folder = tmp_path / "var"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture(autouse=True)
def trained_already(tmp_path, monkeypatch):
    """A model of the present data, and a Rasa that answers at once."""
    models = tmp_path / "models"
    models.mkdir()
    monkeypatch.setattr(doctor.trained, "MODELS", models)
    doctor.trained.model_path(models).touch()
    rasa = tmp_path / "python"
    rasa.write_text("#!/bin/sh\necho 3.10.13 3.6.21\n")
    rasa.chmod(0o755)
    monkeypatch.setattr(doctor.trained, "RASA_PYTHON", rasa)


@pytest.fixture
def look(folder, monkeypatch):
    """Runs the doctor: exit code, and lines by (state, name)."""
    for name in [name for name in os.environ if name.startswith("BOT_")]:
        monkeypatch.delenv(name)
    settings = {"BOT_DATA_DIR": str(folder), "BOT_PORT": str(free_port(0))}

    def run(**more):
        done = CliRunner().invoke(main, ["doctor"], env=settings | more, catch_exceptions=False)
        lines = done.output.splitlines()
        return done.exit_code, {
            tuple(line.partition(":")[0].split(None, 1)): line for line in lines
        }

    return run


def of(found, state):
    return {name: line for (told, name), line in found.items() if told == state}


def test_on_a_fresh_machine_all_is_well(look, folder):
    code, found = look()
    assert code == 0
    assert {state for state, _ in found} == {"ok"}
    assert list(folder.iterdir()) == []  # it made nothing


def test_with_a_store_and_a_key_all_is_well(look, folder):
    empty_database(folder)
    (folder / "secret.key").write_text("0" * 64)
    (folder / "secret.key").chmod(0o600)
    code, found = look()
    assert (code, {state for state, _ in found}) == (0, {"ok"})
    assert "of this version" in found["ok", "tables"]


BROKEN = {
    "an unknown setting": ({"BOT_PROT": "1"}, "settings", "Unknown setting BOT_PROT"),
    "a bad value": ({"BOT_PORT": "eighty"}, "settings", "BOT_PORT has a bad value"),
    "a database that is away": (
        {"BOT_DATABASE_URL": f"postgresql+asyncpg://bot:{GOOD_SECRET}@127.0.0.1:1/bot"},
        "database", "can't be used",
    ),
    "an address without TLS": (
        {"BOT_PUBLIC_URL": "http://plan.example.gov", "BOT_TRUSTED_PROXIES": "10.0.0.1"},
        "address", "without TLS",
    ),
    "a short secret key": ({"BOT_SECRET_KEY": "quokka-short"}, "secrets", "BOT_SECRET_KEY has 12 characters"),
    "a short inner secret": ({"BOT_INNER_SECRET": "quokka"}, "secrets", "BOT_INNER_SECRET has 6"),
    "a short token": ({"BOT_METRICS_TOKEN": "quokka"}, "secrets", "BOT_METRICS_TOKEN has 6"),
    "a short gateway secret": ({"BOT_SMS_GATEWAY_SECRET": "quokka"}, "secrets", "BOT_SMS_GATEWAY_SECRET has 6"),
}  # fmt: skip


@pytest.mark.parametrize(("settings", "name", "words"), BROKEN.values(), ids=BROKEN)
def test_a_problem_is_told_with_what_to_do(look, settings, name, words):
    code, found = look(**settings)
    assert code == 1
    assert list(of(found, "problem")) == [name]
    assert words in found["problem", name]
    assert found["problem", name].endswith(".") or "hex 32" in found["problem", name]
    assert not [line for line in found.values() if "quokka" in line or GOOD_SECRET in line]


DOUBTFUL = {
    "a day that is set": ({"BOT_TODAY": "2018-03-16"}, "today"),
    "limits that are off": ({"BOT_RATE_LIMIT": "off"}, "limits"),
    "a log of every step": ({"BOT_LOG_LEVEL": "debug"}, "log"),
    "a Redis that is away": ({"BOT_REDIS_URL": "redis://:quokka-password@127.0.0.1:1/0"}, "Redis"),
    "no public address": ({"BOT_HOST": "0.0.0.0"}, "address"),
    "no trusted proxy": ({"BOT_PUBLIC_URL": "https://plan.example.gov"}, "proxy"),
    "texts without an address": ({"BOT_TWILIO_AUTH_TOKEN": "quokka-token"}, "text messages"),
    "a secret that could be longer": ({"BOT_SECRET_KEY": "quokka-quokka-quokka"}, "secrets"),
}


@pytest.mark.parametrize(("settings", "name"), DOUBTFUL.values(), ids=DOUBTFUL)
def test_a_doubt_is_told_and_is_no_failure(look, settings, name):
    code, found = look(**settings)
    assert code == 0
    assert list(of(found, "warning")) == [name]
    assert not [line for line in found.values() if "quokka" in line]


def test_a_data_folder_that_can_not_be_made(look, tmp_path):
    (tmp_path / "file").touch()
    code, found = look(BOT_DATA_DIR=str(tmp_path / "file" / "var"))
    assert code == 1
    assert "can't be written" in found["problem", "data folder"]


def test_a_store_that_every_user_can_read(look, folder):
    empty_database(folder)
    (folder / "bot.db").chmod(0o644)
    folder.chmod(0o755)
    assert f"chmod 700 {folder}" in look()[1]["warning", "data folder"]


@pytest.mark.parametrize(("free", "state"), [(100e6, "problem"), (1e9, "warning"), (3e9, "ok")])
def test_room_on_the_disk(look, monkeypatch, free, state):
    usage = namedtuple("usage", "total used free")(1e12, 0, free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert (state, "disk") in look()[1]


def test_a_port_that_somebody_else_has(look):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        code, found = look(BOT_PORT=str(other.getsockname()[1]))
    assert code == 1
    assert "Set BOT_PORT" in found["problem", "port"]


def test_an_old_python(look, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))
    assert "make install" in look()[1]["problem", "Python"]


@pytest.mark.parametrize("script", [None, "exit 1", "echo 3.11.2 3.6.21", "echo 3.10.13 3.7.0"])
def test_rasas_environment_missing_or_another(look, monkeypatch, tmp_path, script):
    python = tmp_path / "other"
    if script:
        python.write_text(f"#!/bin/sh\n{script}\n")
        python.chmod(0o755)
    monkeypatch.setattr(doctor.trained, "RASA_PYTHON", python)
    code, found = look()
    assert code == 1
    assert found["problem", "Rasa's Python"].endswith("Run: make install")


def test_a_damaged_encoder(look, monkeypatch, tmp_path):
    monkeypatch.setattr(doctor.encoder, "ENCODER_DIR", tmp_path)
    assert "models/encoder" in look()[1]["problem", "encoder"]


def test_no_model_yet(look, monkeypatch, tmp_path):
    monkeypatch.setattr(doctor.trained, "MODELS", tmp_path / "none")
    assert "make train" in look()[1]["warning", "model"]


def test_a_database_file_that_is_none(look, folder):
    (folder / "bot.db").write_text("this is not a database, and never was one" * 40)
    assert "can't be used" in look()[1]["problem", "database"]


def test_a_file_of_an_older_version_is_brought_up_to_date_by_itself(look, folder):
    empty_database(folder)
    with sqlite3.connect(folder / "bot.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
    code, found = look()
    assert code == 0
    assert "next start" in found["ok", "tables"]


def test_postgresql_without_this_versions_tables(look, postgres_url):
    code, found = look(BOT_DATABASE_URL=postgres_url)
    assert code == 1
    assert "bot db upgrade" in found["problem", "tables"]
    assert ("ok", "clocks") in found


def test_something_stored_in_the_future(look, folder):
    address = empty_database(folder)
    ahead = datetime.now(UTC) + timedelta(hours=1)

    async def store_it():
        store = Store(address)
        async with store.session() as session:
            session.add(
                Conversation(
                    id="talk", channel="web", language="en", created_at=ahead, updated_at=ahead
                )
            )
        await store.close()

    asyncio.run(store_it())
    assert "in the future" in look()[1]["problem", "clocks"]


def test_a_clock_before_the_installation(look, monkeypatch):
    monkeypatch.setattr(doctor, "INSTALLED", datetime.now(UTC) + timedelta(days=2))
    assert "Set the clock" in look()[1]["problem", "clock"]


@pytest.mark.parametrize(
    ("text", "mode", "words"), [("0" * 64, 0o644, "chmod 600"), ("", 0o600, "backup")]
)
def test_a_key_file_that_others_read_or_that_is_empty(look, folder, text, mode, words):
    (folder / "secret.key").write_text(text)
    (folder / "secret.key").chmod(mode)
    code, found = look()
    assert code == 1
    assert words in found["problem", "secrets"]


@pytest.mark.parametrize(("actions", "state"), [("ok", "ok"), ("down", "problem")])
async def test_a_front_that_runs_is_asked_for_its_parts(look, aiohttp_server, actions, state):
    async def ready(_):
        parts = {"assistant": "ok", "actions": actions, "store": "ok"}
        return web.json_response({"ready": actions == "ok", "dependencies": parts})

    app = web.Application()
    app.router.add_get("/ready", ready)
    server = await aiohttp_server(app)
    code, found = await asyncio.to_thread(look, BOT_PORT=str(server.port))
    assert code == (state == "problem")
    assert "actions" in found[state, "running"]
