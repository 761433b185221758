"""an index for views of every visibility, urgent first

Revision ID: 0007
Revises: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_comments_priority", "comments", ["priority", "id"])


def downgrade() -> None:
    op.drop_index("ix_comments_priority", table_name="comments")
