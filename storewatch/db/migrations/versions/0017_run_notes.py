"""How far runs have come, what memory they held, and when each job last succeeded."""

import sqlalchemy as sa
from alembic import op

from storewatch.db.columns import UtcTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("noted_at", UtcTime, nullable=True))
    op.add_column("runs", sa.Column("peak_mb", sa.Float(), nullable=True))
    op.add_column("schedule", sa.Column("succeeded_at", UtcTime, nullable=True))
    # Until now a job that failed said so in the first word of its outcome.
    op.execute("UPDATE schedule SET succeeded_at = ended_at WHERE outcome NOT LIKE 'failed%'")
