"""An index by which each saved page finds whether it is a copy: without it every save reads all copies.

And keys by the rules for addresses of known sites, which came with it.
"""

from alembic import op

from storewatch.db.rekey import rekey

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_article_copies_page_id"), "article_copies", ["page_id"])
    rekey(op.get_bind())
