"""What the scheduler remembers of its jobs."""

import sqlalchemy as sa
from alembic import op

from storewatch.db.columns import Text, UtcTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "schedule",
        sa.Column("job", Text, nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("requested_at", UtcTime, nullable=True),
        sa.Column("started_at", UtcTime, nullable=True),
        sa.Column("ended_at", UtcTime, nullable=True),
        sa.Column("outcome", Text, nullable=True),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_schedule")),
    )
    # A run that says nothing of its end was killed: the next one notes it from now on.
    op.execute("UPDATE runs SET finish_reason = 'killed', exit_code = 137 WHERE exit_code IS NULL")
