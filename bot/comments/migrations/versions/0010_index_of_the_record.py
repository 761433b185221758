"""indexes of the public record, which is read by date

Revision ID: 0010
Revises: 0009
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


OLD = {"ix_comments_created_at": ["created_at"], "ix_comments_topic": ["topic"]}
NEW = {
    "ix_comments_created_at": ["created_at", "id", "visibility", "topic"],
    "ix_comments_topic": ["topic", "created_at", "id", "visibility"],
}


def upgrade() -> None:
    _replace(NEW)


def downgrade() -> None:
    _replace(OLD)


def _replace(indexes: dict[str, list[str]]) -> None:
    for name, columns in indexes.items():
        op.drop_index(name, table_name="comments")
        op.create_index(name, "comments", columns)
