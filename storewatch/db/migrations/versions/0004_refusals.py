"""Hosts remember how often in a row they have refused us, so that the pause can grow from run to run."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("hosts", sa.Column("refusals", sa.Integer(), nullable=False, server_default="0"))
