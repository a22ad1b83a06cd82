"""Health: why items of a feed were skipped, and an index that answers for all sources at once."""

import sqlalchemy as sa
from alembic import op

from storewatch.db.columns import Json

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("polls", sa.Column("skipped_by", Json, nullable=True))
    op.drop_index("ix_pages_source_id", table_name="pages")
    op.create_index(op.f("ix_pages_source_id_state_first_seen_at"), "pages", ["source_id", "state", "first_seen_at"])
