"""A backup made while all runs, restored elsewhere: every row of every table is there again."""

import asyncio
import json
import os
import socket
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from bot.backup import STORE, kind_of
from bot.cli import main
from bot.comments.migrate import upgrade
from bot.comments.outbox import Outbox
from bot.comments.sealing import Sealer
from bot.comments.store import NewComment, Store
from bot.run import free_port
from bot.settings import Settings


@pytest.fixture
def env(tmp_path, monkeypatch):
    """Settings of an instance of its own."""
    for name in [name for name in os.environ if name.startswith("BOT_")]:
        monkeypatch.delenv(name)
    return {"BOT_DATA_DIR": str(tmp_path / "var"), "BOT_PORT": str(free_port(0))}


def load(env):
    return Settings(
        data_dir=env["BOT_DATA_DIR"], port=env["BOT_PORT"], database_url=env.get("BOT_DATABASE_URL")
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def instance(request, env):
    """One on each database, with comments in it."""
    if request.param == "postgresql":
        env["BOT_DATABASE_URL"] = request.getfixturevalue("postgres_url")
    settings = load(env)
    assert kind_of(settings) == request.param
    asyncio.run(file(settings, "Fewer cameras.", "Más wifi, por favor."))
    settings.key  # noqa: B018  (made at the first start)
    if request.param == "sqlite":
        with closing(sqlite3.connect(settings.data_dir / "trackers.db")) as trackers:
            trackers.execute("CREATE TABLE trackers (conversation_id TEXT, state TEXT)")
            trackers.execute("INSERT INTO trackers VALUES ('a', 'asked for a topic')")
            trackers.commit()
    return env


def comment(words):
    return NewComment(
        draft=uuid4().hex, channel="web", language="en", topic="plan", text=words, window="late",
        masked=(), plan_version="2018-2023", notice_version="1",
    )  # fmt: skip


async def file(settings, *texts):
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    store = Store(settings.database)
    await upgrade(store)
    for words in texts:
        await store.add_comment(comment(words))
    await store.close()


async def rows(settings):
    """Every row of every table."""
    store = Store(settings.database)
    names = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if kind_of(settings) == "sqlite"
        else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    found = {}
    async with store.engine.connect() as connection:
        for (name,) in (await connection.execute(text(names))).all():
            table = (await connection.execute(text(f'SELECT * FROM "{name}"'))).all()
            found[name] = sorted(map(repr, table))
    await store.close()
    return found


def bot(env, *words, **more):
    return CliRunner().invoke(main, ["db", *words], env=env | more, catch_exceptions=False)


def test_every_row_comes_back(instance, tmp_path):
    settings, file_ = load(instance), tmp_path / "backup.zip"
    before = asyncio.run(rows(settings))
    assert len(before["comments"]) == 2
    key = settings.key
    done = bot(instance, "backup", str(file_))
    assert done.exit_code == 0, done.output
    asyncio.run(file(settings, "This one came after the backup."))
    (settings.data_dir / "secret.key").write_text("another")
    done = bot(instance, "restore", str(file_), "--yes")
    assert done.exit_code == 0, done.output
    assert asyncio.run(rows(settings)) == before
    assert load(instance).key == key


def test_a_comment_that_waits_for_the_store_is_in_it_too(instance, tmp_path):
    settings = load(instance)
    outbox = Outbox(settings.outbox, Sealer(settings.key))
    kept = outbox.keep(comment("Shade at the stops."), datetime.now(UTC))
    bot(instance, "backup", str(tmp_path / "b.zip"))
    (settings.outbox / f"{kept.receipt}.comment").unlink()
    settings.outbox.rmdir()
    bot(instance, "restore", str(tmp_path / "b.zip"), "--yes")
    assert outbox.find(kept.receipt) == kept


def test_what_was_there_is_kept_beside_it(instance, tmp_path):
    settings, file_ = load(instance), tmp_path / "backup.zip"
    bot(instance, "backup", str(file_))
    done = bot(instance, "restore", str(file_), "--yes")
    kept = {path.name.partition(".before-")[0] for path in settings.data_dir.glob("*.before-*")}
    # The tables of PostgreSQL are replaced in one transaction.
    files = {"bot.db", "trackers.db"} if kind_of(settings) == "sqlite" else set()
    assert kept == files | {"secret.key"}
    assert done.output.count("Kept: ") >= len(kept)


async def test_a_backup_while_comments_come_in_is_of_one_moment(env, tmp_path):
    settings = load(env)
    await asyncio.to_thread(asyncio.run, file(settings, "The first."))
    store = Store(settings.database)
    filing = True

    async def keep_filing():
        while filing:
            await store.add_comment(comment("One more."))

    task = asyncio.create_task(keep_filing())
    for number in range(5):
        done = await asyncio.to_thread(bot, env, "backup", str(tmp_path / f"{number}.zip"))
        assert done.exit_code == 0, done.output
    filing = False
    await task
    await store.close()
    counts = []
    for number in range(5):
        with zipfile.ZipFile(tmp_path / f"{number}.zip") as archive:
            archive.extract(STORE, tmp_path / str(number))
        with closing(sqlite3.connect(tmp_path / str(number) / STORE)) as copy:
            [(comments,)] = copy.execute("SELECT COUNT(*) FROM comments")
            # A comment and its first line of history are stored together or not at all.
            [(alone,)] = copy.execute(
                "SELECT COUNT(*) FROM comments c WHERE NOT EXISTS "
                "(SELECT 1 FROM comment_events h WHERE h.comment_id = c.id)"
            )
        counts.append(comments)
        assert alone == 0
    assert counts == sorted(counts)


def test_the_file_is_for_its_owner_only(instance, tmp_path):
    bot(instance, "backup", str(tmp_path / "backup.zip"))
    assert (tmp_path / "backup.zip").stat().st_mode & 0o777 == 0o600


def test_a_key_from_the_settings_is_not_in_it(instance, tmp_path):
    done = bot(
        instance,
        "backup",
        str(tmp_path / "b.zip"),
        BOT_SECRET_KEY="a key of thirty-two letters or so",
    )
    assert "BOT_SECRET_KEY" in done.output
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert "secret.key" not in archive.namelist()


@pytest.mark.parametrize("harm", ["cut", "changed", "text", "gone", "newer"])
def test_a_damaged_file_replaces_nothing(instance, tmp_path, harm):
    settings, file_ = load(instance), tmp_path / "backup.zip"
    bot(instance, "backup", str(file_))
    before = asyncio.run(rows(settings))
    if harm == "cut":
        file_.write_bytes(file_.read_bytes()[:-200])
    elif harm == "text":
        file_.write_text("not a backup")
    elif harm == "gone":
        file_.unlink()
    else:
        with zipfile.ZipFile(file_) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        if harm == "changed":
            name = next(name for name in parts if name != "contents.json")
            parts[name] = parts[name][:-1] + b"x"
        else:
            parts["contents.json"] = json.dumps(
                json.loads(parts["contents.json"]) | {"format": 2}
            ).encode()
        with zipfile.ZipFile(file_, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
    done = bot(instance, "restore", str(file_), "--yes")
    assert done.exit_code == 1
    assert len(done.output.strip().splitlines()) == 1
    assert asyncio.run(rows(settings)) == before


def test_a_backup_of_the_other_database_is_refused(env, postgres_url, tmp_path):
    asyncio.run(file(load(env), "Fewer cameras."))
    bot(env, "backup", str(tmp_path / "b.zip"))
    done = bot(env, "restore", str(tmp_path / "b.zip"), "--yes", BOT_DATABASE_URL=postgres_url)
    assert done.exit_code == 1
    assert "backup of sqlite" in done.output


def test_nothing_is_restored_while_the_assistant_runs(instance, tmp_path):
    bot(instance, "backup", str(tmp_path / "b.zip"))
    with socket.socket() as running:
        running.bind(("127.0.0.1", int(instance["BOT_PORT"])))
        running.listen()
        done = bot(instance, "restore", str(tmp_path / "b.zip"), "--yes")
    assert done.exit_code == 1
    assert "Nothing was restored" in done.output


def test_nothing_is_restored_while_another_machine_uses_the_same_database(
    env, postgres_url, tmp_path
):
    settings = load(env | {"BOT_DATABASE_URL": postgres_url})
    asyncio.run(file(settings, "Fewer cameras."))
    bot(env, "backup", str(tmp_path / "b.zip"), BOT_DATABASE_URL=postgres_url)

    async def restore_beside_another():
        other = Store(settings.database)
        await other.ping()
        done = await asyncio.to_thread(
            bot, env, "restore", str(tmp_path / "b.zip"), "--yes", BOT_DATABASE_URL=postgres_url
        )
        await other.close()
        return done

    done = asyncio.run(restore_beside_another())
    assert done.exit_code == 1
    assert "in use (from 127.0.0.1)" in done.output and "Nothing was restored" in done.output
    done = bot(env, "restore", str(tmp_path / "b.zip"), "--yes", BOT_DATABASE_URL=postgres_url)
    assert done.exit_code == 0, done.output


def test_it_asks_before_it_replaces(instance, tmp_path):
    bot(instance, "backup", str(tmp_path / "b.zip"))
    settings = load(instance)
    asyncio.run(file(settings, "After the backup."))
    done = CliRunner().invoke(
        main, ["db", "restore", str(tmp_path / "b.zip")], env=instance, input="n\n"
    )
    assert done.exit_code == 1
    assert len(asyncio.run(rows(settings))["comments"]) == 3


def test_without_a_database_there_is_nothing_to_back_up(env, tmp_path):
    done = bot(env, "backup", str(tmp_path / "b.zip"))
    assert done.exit_code == 1
    assert "no database yet" in done.output
    assert list(tmp_path.glob("*")) == []


def test_a_folder_that_is_not_there_is_told(instance, tmp_path):
    done = bot(instance, "backup", str(tmp_path / "nowhere" / "b.zip"))
    assert done.exit_code == 1
    assert "There is no folder" in done.output


def test_a_missing_program_is_told(env, postgres_url, tmp_path, monkeypatch):
    monkeypatch.setattr("bot.backup.DEBIAN", tmp_path)
    done = bot(env, "backup", str(tmp_path / "b.zip"), BOT_DATABASE_URL=postgres_url, PATH="")
    assert done.exit_code == 1
    assert "pg_dump is missing" in done.output
