"""How far each watch has looked, so that most of its looks are short ones."""

import sqlalchemy as sa
from alembic import op

from storewatch.db.columns import Id, UtcTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("watches", sa.Column("looked_revision", Id, nullable=False, server_default="0"))
    long_ago = "1970-01-01T00:00:00.000000Z"
    op.add_column("watches", sa.Column("looked_at", UtcTime, nullable=False, server_default=long_ago))
