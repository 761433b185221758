"""Migrations bring a database to the tables of this version, and back."""

import asyncio
import os
import sqlite3
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Boolean, Float, Integer, event, insert, inspect, select, text

from bench.running import BOT
from bot.comments.migrate import MIGRATIONS, differences, is_current, upgrade
from bot.comments.search import narrow
from bot.comments.tables import Base, Comment, Moment


class BrokenOff(Exception):
    pass


async def downgrade(store, revision="base"):
    def run(connection):
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.downgrade(config, revision)

    async with store.engine.begin() as connection:
        await connection.run_sync(run)


def earlier():
    """The revision before the last, and the first."""
    found = [one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]
    return [found[1], found[-1]]


async def fill(store):
    """Put one row into every table."""
    moment = datetime(2026, 3, 1, 15, 30, tzinfo=UTC)
    values = {Moment: moment, JSON: ["w"], Boolean: True, Integer: 1, Float: 0.5}
    async with store.engine.begin() as connection:
        for one in Base.metadata.sorted_tables:
            row = {column.name: values.get(type(column.type), "w") for column in one.columns}
            await connection.execute(insert(one), row)


async def rows(store, columns=None):
    """Every row of every table, by the names of its columns; only the columns named, if any are."""

    def read(connection):
        found, look = {}, inspect(connection)
        for name in sorted(set(look.get_table_names()) - {"alembic_version"}):
            if name.startswith("comment_search"):
                continue
            kept = sorted({column["name"] for column in look.get_columns(name)})
            if columns is not None:
                kept = columns.get(name, [])
            if kept:
                quoted = ", ".join(f'"{column}"' for column in kept)
                read_ = connection.execute(text(f'SELECT {quoted} FROM "{name}"')).mappings()
                found[name] = [dict(row) for row in read_]
        return found

    async with store.engine.connect() as connection:
        return await connection.run_sync(read)


def columns_of(found):
    return {name: sorted(kept[0]) for name, kept in found.items() if kept}


def tables(file):
    with sqlite3.connect(file) as database:
        rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in rows if not name.startswith("comment_search")}


async def test_an_empty_database_is_not_current(open_store):
    assert not await is_current(open_store())


async def test_an_empty_database_is_brought_to_all_tables(open_store, file):
    store = open_store()
    await upgrade(store)
    assert await is_current(store)
    assert tables(file) == {*Base.metadata.tables, "alembic_version"}


async def test_the_migrations_make_exactly_the_tables_in_code(store):
    assert await differences(store) == []


async def test_a_second_upgrade_changes_nothing(store, new):
    filed = await store.add_comment(new())
    await upgrade(store)
    assert await is_current(store)
    assert (await store.comment_by_receipt(filed.receipt)).text == filed.text
    assert await differences(store) == []


async def test_a_downgrade_to_nothing_leaves_no_table(store, file):
    await downgrade(store)
    assert tables(file) == {"alembic_version"}
    assert not await is_current(store)


async def test_after_a_downgrade_an_upgrade_brings_all_back(store, new):
    await downgrade(store)
    await upgrade(store)
    assert await is_current(store)
    assert await differences(store) == []
    await store.add_comment(new())


@pytest.mark.parametrize("revision", earlier())
async def test_what_an_older_version_knows_is_kept_by_a_downgrade_and_an_upgrade(store, revision):
    await fill(store)
    full = await rows(store)
    await downgrade(store, revision)
    assert not await is_current(store)
    older = await rows(store)
    assert older["comments"]
    assert older["comment_events"]
    assert older == await rows(store, columns_of(older))
    await upgrade(store)
    assert await is_current(store)
    assert await differences(store) == []
    again = await rows(store, columns_of(older))
    assert again == older
    assert again == {
        name: [{column: row[column] for column in again[name][0]} for row in full[name]]
        for name in again
    }


async def test_comments_of_the_first_version_can_be_searched_after_all_upgrades(store, new):
    filed = await store.add_comment(new(text="Benches under the trees."))
    await downgrade(store, earlier()[-1])
    await upgrade(store)
    await store.add_comment(new(draft="draft-2", text="More Wi-Fi."))
    query = narrow(select(Comment.id), "benches", store.engine.dialect.name)
    async with store.session() as session:
        assert (await session.execute(query)).scalars().all() == [filed.id]


async def test_two_that_upgrade_at_the_same_moment_both_succeed(open_store, database, tmp_path):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("BOT_")}
    env = clean | {"BOT_DATABASE_URL": database, "BOT_DATA_DIR": str(tmp_path)}
    both = [
        await asyncio.create_subprocess_exec(str(BOT), "db", "upgrade", env=env) for _ in range(2)
    ]
    assert [await one.wait() for one in both] == [0, 0]
    store = open_store()
    assert await is_current(store)
    assert await differences(store) == []


async def test_an_upgrade_that_breaks_off_in_the_middle_changes_nothing(open_store, new):
    store = open_store()
    await upgrade(store, earlier()[-1])
    before = await rows(store)

    def break_off(connection, cursor, statement, *_):
        if "CREATE TABLE themes" in statement:
            raise BrokenOff

    event.listen(store.engine.sync_engine, "before_cursor_execute", break_off)
    with pytest.raises(BrokenOff):
        await upgrade(store)
    event.remove(store.engine.sync_engine, "before_cursor_execute", break_off)
    assert await rows(store) == before
    await upgrade(store)
    assert await differences(store) == []
    await store.add_comment(new())


async def test_a_difference_between_code_and_database_is_seen(store, file):
    with sqlite3.connect(file) as database:
        database.execute("ALTER TABLE comments ADD COLUMN mood TEXT")
    assert "mood" in str(await differences(store))
