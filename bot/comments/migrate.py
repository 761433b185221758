"""Bring a database to the tables of this version, by alembic."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.comments import (  # noqa: F401  (their tables join the metadata)
    gap_tables,
    review_tables,
    sms_tables,
    staff_tables,
)
from bot.comments.store import Store, StoreUnavailable
from bot.comments.tables import Base

MIGRATIONS = Path(__file__).parent / "migrations"
T = TypeVar("T")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


async def upgrade(store: Store, revision: str = "head") -> None:
    """Migrate to a revision, all or nothing. Raises StoreUnavailable."""
    if revision == "head" and await is_current(store):
        return  # so that a database that nobody may write, or that is being written, can be read
    await _run(store, lambda connection: command.upgrade(_config(connection), revision))


async def is_current(store: Store) -> bool:
    """Whether the database has every migration of this version. Raises StoreUnavailable."""

    def look(connection: Connection) -> bool:
        head = ScriptDirectory.from_config(_config(connection)).get_current_head()
        return MigrationContext.configure(connection).get_current_revision() == head

    return await _run(store, look)


async def differences(store: Store) -> list[object]:
    """What the tables in code have and the migrated database has not; for the tests."""

    def look(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"include_name": not_search})
        return list(compare_metadata(context, Base.metadata))

    return await _run(store, look)


def not_search(name: str | None, kind: str, _: object) -> bool:
    """Leave out the full-text search: each database has its own kind, made by hand."""
    return not (kind in {"table", "index", "column"} and "comment_search" in (name or ""))


async def _run(store: Store, work: Callable[[Connection], T]) -> T:
    try:
        async with store.engine.begin() as connection:
            return await connection.run_sync(work)
    except (DBAPIError, OSError) as error:
        raise StoreUnavailable(str(getattr(error, "orig", error)).splitlines()[0]) from error
