"""Saved queries that people are told about, what was found for them, and the outbox."""

import sqlalchemy as sa
from alembic import op

from storewatch.db.columns import Id, Json, Text, UtcTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watches",
        sa.Column("watch_id", Id, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("query", Text),
        sa.Column("targets", Json, nullable=False),
        sa.Column("every", Text, nullable=False),
        sa.Column("health", sa.Boolean(), nullable=False),
        sa.Column("origin", Text, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("added_at", UtcTime, nullable=False),
        sa.Column("after_revision", Id, nullable=False),
        sa.Column("digested_at", UtcTime, nullable=False),
        sa.Column("ailing", Json, nullable=False),
        sa.CheckConstraint("every IN ('instant', 'daily', 'weekly')", name=op.f("ck_watches_every")),
        sa.PrimaryKeyConstraint("watch_id", name=op.f("pk_watches")),
        sa.UniqueConstraint("name", name=op.f("uq_watches_name")),
    )
    op.create_table(
        "watch_items",
        sa.Column("item_id", Id, nullable=False),
        _watch("watch_items"),
        sa.Column("key", Text, nullable=False),
        sa.Column("article_id", Id),
        sa.Column("revision_id", Id),
        sa.Column("kind", Text, nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("found_at", UtcTime, nullable=False),
        sa.Column("digest", Text),
        sa.CheckConstraint("kind IN ('new', 'changed', 'health', 'known')", name=op.f("ck_watch_items_kind")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_watch_items")),
        sa.UniqueConstraint("watch_id", "key", name=op.f("uq_watch_items_watch_id_key")),
    )
    op.create_index(op.f("ix_watch_items_watch_id_article_id"), "watch_items", ["watch_id", "article_id"])
    op.create_index(op.f("ix_watch_items_watch_id_digest"), "watch_items", ["watch_id", "digest"])
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", Id, nullable=False),
        _watch("deliveries"),
        sa.Column("message_id", Text, nullable=False),
        sa.Column("target", Text, nullable=False),
        sa.Column("content", Json),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("next_try_at", UtcTime),
        sa.Column("error", Text),
        sa.Column("sent_at", UtcTime),
        sa.CheckConstraint("state IN ('pending', 'sent', 'dead')", name=op.f("ck_deliveries_state")),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("message_id", name=op.f("uq_deliveries_message_id")),
    )
    op.create_index(op.f("ix_deliveries_state_next_try_at"), "deliveries", ["state", "next_try_at"])
    op.create_index(op.f("ix_deliveries_watch_id_state"), "deliveries", ["watch_id", "state"])


def _watch(table: str) -> sa.Column[int]:
    key = sa.ForeignKey("watches.watch_id", name=op.f(f"fk_{table}_watch_id"), ondelete="CASCADE")
    return sa.Column("watch_id", Id, key, nullable=False)
