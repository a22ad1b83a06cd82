"""Failures of a source: how much they weigh together and since when; since when its address has moved."""

import sqlalchemy as sa
from alembic import op

from storewatch.db.columns import UtcTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sources", sa.Column("failure_weight", sa.Float(), nullable=False, server_default="0"))
    op.add_column("sources", sa.Column("failing_since", UtcTime, nullable=True))
    op.add_column("sources", sa.Column("moved_since", UtcTime, nullable=True))
