"""Indexes from which alone it is answered who copies a text, however many there are.

And a new ledger: outlets that copied a text once, and no longer do, were still counted.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, old, more in (
        ("articles", "group_id", "story_id"),
        ("articles", "leader_id", "outlet"),
        ("article_copies", "article_id", "outlet"),
    ):
        op.drop_index(op.f(f"ix_{table}_{old}"), table_name=table)
        op.create_index(op.f(f"ix_{table}_{old}_{more}"), table, [old, more])
