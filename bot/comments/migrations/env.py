"""Alembic's environment; `bot db upgrade` gives it a connection."""

from alembic import context

from bot.comments.tables import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
