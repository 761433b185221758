"""Alembic's environment; `bot db upgrade` gives it a connection.

All migrations are one transaction, and who comes at the same moment waits for it: two machines may
start at once, and a process may be killed in the middle.
"""

from alembic import context

from bot.comments.tables import Base

LOCK = 4_271_893
"""A number of our own for PostgreSQL's lock."""

connection = context.config.attributes["connection"]
is_file = connection.dialect.name == "sqlite"
if is_file:
    # A change of a table may rebuild it, and dropping the old one breaks the keys that point there.
    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    connection.detach()  # nobody else is to work without them
    # Without it SQLite's driver would commit each change of a table by itself.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
else:
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
    if is_file:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"After the migration keys of {broken[0][0]} point to no row.")
