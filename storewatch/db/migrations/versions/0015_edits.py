"""Looks at stored articles for edits, and what kind of edit made a revision."""

import sqlalchemy as sa
from alembic import op

from storewatch.db.columns import Json, Text, UtcTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pages", sa.Column("checks", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("pages", sa.Column("checked_at", UtcTime, nullable=True))
    op.add_column("pages", sa.Column("etag", Text, nullable=True))
    op.add_column("pages", sa.Column("last_modified", Text, nullable=True))
    op.add_column("pages", sa.Column("gone_at", UtcTime, nullable=True))
    op.add_column("revisions", sa.Column("edit", Text, nullable=True))
    op.add_column("revisions", sa.Column("edit_detail", Text, nullable=True))
    op.add_column("revisions", sa.Column("edit_changes", Json, nullable=True))
    op.add_column("articles", sa.Column("trivial_edits", sa.Integer(), nullable=False, server_default="0"))
