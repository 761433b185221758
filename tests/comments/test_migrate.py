"""Migrations bring a database to the tables of this version, and back."""

import sqlite3

from alembic import command
from alembic.config import Config

from bot.comments.migrate import MIGRATIONS, differences, is_current, upgrade
from bot.comments.tables import Base


async def downgrade(store, revision="base"):
    def run(connection):
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.downgrade(config, revision)

    async with store.engine.begin() as connection:
        await connection.run_sync(run)


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


async def test_a_difference_between_code_and_database_is_seen(store, file):
    with sqlite3.connect(file) as database:
        database.execute("ALTER TABLE comments ADD COLUMN mood TEXT")
    assert "mood" in str(await differences(store))
