"""The views say by one column which texts stand for their copies."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Every text has its kinship since 0007; the index serves the order in which articles are listed.
    op.create_index(op.f("ix_articles_dated_at_shown_id"), "articles", ["dated_at", "shown_id"])
    op.drop_index(op.f("ix_articles_dated_at_article_id"), "articles")
