"""the words of a comment as a column, in PostgreSQL

A found row is often looked at again: for a phrase, for a word that must not occur, or because the
order's index led to it. An index over an expression then works the words out each time.

Revision ID: 0011
Revises: 0010
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

VECTOR = (
    "to_tsvector('simple'::regconfig, translate(lower(coalesce(public_text, text) || ' ' || "
    "coalesce(public_reply, '')), 'áàäâãéèëêíìïîóòöôõúùüûñç', 'aaaaaeeeeiiiiooooouuuunc'))"
)
UP = (
    "DROP INDEX ix_comment_search",
    "ALTER TABLE comments ADD COLUMN comment_search tsvector "
    f"GENERATED ALWAYS AS ({VECTOR}) STORED",
    "ALTER TABLE comments ALTER COLUMN comment_search SET STATISTICS 1000",
    "CREATE INDEX ix_comment_search ON comments USING gin (comment_search) WITH (fastupdate = off)",
)
DOWN = (
    "DROP INDEX ix_comment_search",
    "ALTER TABLE comments DROP COLUMN comment_search",
    f"CREATE INDEX ix_comment_search ON comments USING gin (({VECTOR})) WITH (fastupdate = off)",
    "ALTER INDEX ix_comment_search ALTER COLUMN 1 SET STATISTICS 1000",
)


def upgrade() -> None:
    _run(UP)


def downgrade() -> None:
    _run(DOWN)


def _run(statements: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "postgresql":
        # PostgreSQL would count the words only after many more comments.
        for statement in (*statements, "ANALYZE comments"):
            op.execute(statement)
