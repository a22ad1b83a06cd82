"""Polls are found by source and outcome: health reads the last that brought something."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_polls_source_id_polled_at", table_name="polls")
    op.create_index(op.f("ix_polls_source_id_outcome_polled_at"), "polls", ["source_id", "outcome", "polled_at"])
