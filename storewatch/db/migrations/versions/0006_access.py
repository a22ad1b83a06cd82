"""What a page gives access to and what is wrong with its text; lines that a host repeats; one code for empty pages."""

import sqlalchemy as sa
from alembic import op

from storewatch.db.columns import Json, Text, UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("articles", sa.Column("access", Text, nullable=False, server_default="full"))
    op.add_column("articles", sa.Column("access_evidence", Json, nullable=True))
    op.add_column("articles", sa.Column("flags", Json, nullable=True))
    op.add_column("pages", sa.Column("access", Text, nullable=True))
    op.add_column("pages", sa.Column("access_evidence", Json, nullable=True))
    op.create_table(
        "host_lines",
        sa.Column("host", Text, nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("pages", Json, nullable=False),
        sa.Column("seen_at", UtcTime, nullable=False),
        sa.Column("known_at", UtcTime, nullable=True),
        sa.PrimaryKeyConstraint("host", "line", name=op.f("pk_host_lines")),
    )
    op.create_index(op.f("ix_host_lines_host_seen_at"), "host_lines", ["host", "seen_at"])
    # Two codes that said the same became one.
    op.execute("UPDATE pages SET reason = 'empty' WHERE state = 'rejected' AND reason IN ('empty_page', 'no_text')")
