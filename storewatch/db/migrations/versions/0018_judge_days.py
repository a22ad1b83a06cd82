"""The judge's verdicts by day."""

import sqlalchemy as sa
from alembic import op

from storewatch.db.columns import Text

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    counts = [
        sa.Column(name, sa.Integer(), nullable=False)
        for name in ("relevant", "uncertain", "rejected", "audited", "audit_found")
    ]
    op.create_table(
        "judge_days",
        sa.Column("day", Text, nullable=False),
        *counts,
        sa.PrimaryKeyConstraint("day", name=op.f("pk_judge_days")),
    )
