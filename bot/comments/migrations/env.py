"""Alembic's environment; `bot db upgrade` gives it a connection."""

from alembic import context

from bot.comments.tables import Base

connection = context.config.attributes["connection"]
if connection.dialect.name == "sqlite":
    # A change of a table may rebuild it, and dropping the old one breaks the keys that point there.
    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    connection.detach()  # nobody else is to work without them
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"After the migration keys of {broken[0][0]} point to no row.")
