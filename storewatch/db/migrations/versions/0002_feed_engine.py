"""The feed engine: what is learned of a source, gaps between polls, robots.txt kept between runs."""

import sqlalchemy as sa
from alembic import op

from storewatch.db.columns import Id, Json, Text, UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "robots",
        sa.Column("site", Text, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reason", Text, nullable=True),
        sa.Column("rules", Text, nullable=True),
        sa.Column("fetched_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("site", name=op.f("pk_robots")),
    )
    op.create_table(
        "gaps",
        sa.Column("gap_id", Id, nullable=False),
        sa.Column("source_id", Id, nullable=False),
        sa.Column("found_at", UtcTime, nullable=False),
        sa.Column("since_at", UtcTime, nullable=True),
        sa.Column("state", Text, nullable=False),
        sa.Column("method", Text, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("recovered", sa.Integer(), nullable=False),
        sa.Column("closed_at", UtcTime, nullable=True),
        sa.CheckConstraint("state IN ('open', 'closed', 'partly', 'given_up')", name=op.f("ck_gaps_state")),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.source_id"], name=op.f("fk_gaps_source_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("gap_id", name=op.f("pk_gaps")),
    )
    op.create_index(op.f("ix_gaps_source_id_found_at"), "gaps", ["source_id", "found_at"])
    op.add_column("sources", sa.Column("moved_to", Text, nullable=True))
    op.add_column("sources", sa.Column("moved_polls", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("sources", sa.Column("trusts_validators", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("sources", sa.Column("verified_at", UtcTime, nullable=True))
    op.add_column("sources", sa.Column("history", Json, nullable=True))
    op.add_column("sources", sa.Column("seen_items", Json, nullable=True))
