"""The ledger: claims, and the events that make them. Every upgrade fills it anew at its end."""

import sqlalchemy as sa
from alembic import op

from storewatch.db.columns import Id, Json, Text, UtcTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger",
        sa.Column("ledger_id", Id, nullable=False),
        sa.Column("vendor", Text, nullable=False),
        sa.Column("family", Text, nullable=False),
        sa.Column("action", Text, nullable=False),
        sa.Column("store_count", sa.BigInteger(), nullable=True),
        sa.Column("store_type", Text, nullable=False),
        *(sa.Column(name, Text, nullable=True) for name in ("city", "country", "region", "partner")),
        sa.Column("horizon", Text, nullable=True),
        sa.Column("due_on", Text, nullable=True),
        sa.Column("certainty", Text, nullable=False),
        sa.Column("status", Text, nullable=False),
        sa.Column("first_said_at", UtcTime, nullable=False),
        sa.Column("last_said_at", UtcTime, nullable=False),
        sa.Column("first_url", Text, nullable=False),
        sa.Column("first_outlet", Text, nullable=False),
        sa.Column("speaker", Text, nullable=True),
        sa.Column("source_outlet", Text, nullable=True),
        sa.Column("outlets", sa.Integer(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        *(sa.Column(name, Json, nullable=True) for name in ("langs", "counts", "horizons", "timeline")),
        sa.Column("opened_at", UtcTime, nullable=True),
        sa.Column("progress_count", sa.BigInteger(), nullable=True),
        sa.Column("progress_at", UtcTime, nullable=True),
        sa.Column("progress_basis", Text, nullable=True),
        sa.Column("baseline_count", sa.BigInteger(), nullable=True),
        sa.Column("baseline_at", UtcTime, nullable=True),
        sa.PrimaryKeyConstraint("ledger_id", name=op.f("pk_ledger")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_ledger_vendor_country"), "ledger", ["vendor", "country"])
    op.create_index(op.f("ix_ledger_country_action"), "ledger", ["country", "action"])
    op.create_index(op.f("ix_ledger_first_said_at"), "ledger", ["first_said_at"])
    op.create_table(
        "ledger_events",
        sa.Column("event_id", Id, autoincrement=False, nullable=False),
        sa.Column("ledger_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.event_id"], name=op.f("fk_ledger_events_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledger.ledger_id"], name=op.f("fk_ledger_events_ledger_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_ledger_events")),
    )
    op.create_index(op.f("ix_ledger_events_ledger_id"), "ledger_events", ["ledger_id"])
