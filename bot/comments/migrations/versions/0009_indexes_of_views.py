"""indexes that hold what views filter by

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OLD = {
    "ix_comments_visibility": ["visibility", "id"],
    "ix_comments_urgency": ["visibility", "priority", "id"],
    "ix_comments_priority": ["priority", "id"],
    "ix_comments_assignee": ["assignee"],
    "ix_comments_similar_group": ["similar_group"],
}
NEW = {
    "ix_comments_visibility": ["visibility", "id", "created_at"],
    "ix_comments_urgency": [
        "visibility", "priority", "id", "created_at", "topic", "state", "channel", "language",
        "window",
    ],
    "ix_comments_priority": ["priority", "id", "created_at"],
    "ix_comments_assignee": ["assignee", "visibility", "priority", "id"],
    "ix_comments_similar_group": ["similar_group", "visibility", "priority", "id"],
}  # fmt: skip


def upgrade() -> None:
    _replace(NEW)
    op.create_index("ix_comments_id", "comments", ["id", "created_at"])
    op.create_index(
        "ix_comments_held", "comments", ["visibility", "priority", "id"],
        sqlite_where=sa.text("legal_hold IS 1"), postgresql_where=sa.text("legal_hold IS true"),
    )  # fmt: skip
    _statistics(1000)


def downgrade() -> None:
    _statistics(-1)
    op.drop_index("ix_comments_id", table_name="comments")
    op.drop_index("ix_comments_held", table_name="comments")
    _replace(OLD)


def _statistics(target: int) -> None:
    """How many words PostgreSQL counts: of one it has not counted it expects far too many."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER INDEX ix_comment_search ALTER COLUMN 1 SET STATISTICS {target}")


def _replace(indexes: dict[str, list[str]]) -> None:
    for name, columns in indexes.items():
        op.drop_index(name, table_name="comments")
        op.create_index(name, "comments", columns)
