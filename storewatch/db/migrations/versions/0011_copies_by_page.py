"""An index by which each saved page finds whether it is a copy: without it every save reads all copies."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_article_copies_page_id"), "article_copies", ["page_id"])
