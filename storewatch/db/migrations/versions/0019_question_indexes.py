"""Indexes that answer people's questions at a million articles (tests/integration/test_question_plans.py)."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

OLD = (
    ("articles", "outlet"),
    ("articles", "source_id"),
    ("events", "vendor", "country"),
    ("events", "country", "action"),
)
NEW = (
    ("articles", "outlet", "dated_at", "shown_id"),
    ("articles", "lang", "dated_at", "shown_id"),
    ("articles", "source_id", "dated_at", "shown_id"),
    ("articles", "first_seen_at", "shown_id"),
    ("events", "vendor", "country", "action", "store_count", "article_id"),
    ("events", "country", "action", "store_count", "article_id"),
    ("events", "store_count", "article_id"),
)


def upgrade() -> None:
    for table, *columns in OLD:
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table_name=table)
    for table, *columns in NEW:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
