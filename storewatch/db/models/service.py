"""What people are told, and the jobs of the service."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, UniqueConstraint

from storewatch.db.columns import Id, Json, Text, UtcTime
from storewatch.db.models.base import metadata, refers

# Saved queries that people are told about. after_revision: texts up to there were in the database before the watch was
# (those shortly before it are noted as known); digested_at: when the last digest was put together; ailing: what the
# watch has told of the sources' health, as {source: status}.
watches = Table(
    "watches",
    metadata,
    Column("watch_id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("query", Text),
    Column("targets", Json, nullable=False),
    Column("every", Text, nullable=False),
    Column("health", Boolean, nullable=False),
    Column("origin", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("added_at", UtcTime, nullable=False),
    Column("after_revision", Id, nullable=False),
    Column("looked_revision", Id, nullable=False, server_default="0"),
    Column("looked_at", UtcTime, nullable=False, server_default="1970-01-01T00:00:00.000000Z"),
    Column("digested_at", UtcTime, nullable=False),
    Column("ailing", Json, nullable=False),
    CheckConstraint("every IN ('instant', 'daily', 'weekly')", name="every"),
)

# What a watch has found, each thing once: to be told (new, changed, health) or not (known). digest: with which digest
# it went out; none: it waits.
watch_items = Table(
    "watch_items",
    metadata,
    Column("item_id", Id, primary_key=True),
    refers("watch_id", "watches.watch_id", on_delete="CASCADE"),
    Column("key", Text, nullable=False),
    # No foreign key: an article may be merged or deleted, what was told of it was told.
    Column("article_id", Id),
    Column("revision_id", Id),
    Column("kind", Text, nullable=False),
    Column("content", Json, nullable=False),
    Column("found_at", UtcTime, nullable=False),
    Column("digest", Text),
    CheckConstraint("kind IN ('new', 'changed', 'health', 'known')", name="kind"),
    UniqueConstraint("watch_id", "key"),
    Index(None, "watch_id", "article_id"),
    Index(None, "watch_id", "digest"),
)

# The outbox: one row a digest and target. content is kept until it is sent.
deliveries = Table(
    "deliveries",
    metadata,
    Column("delivery_id", Id, primary_key=True),
    refers("watch_id", "watches.watch_id", on_delete="CASCADE"),
    Column("message_id", Text, nullable=False, unique=True),
    Column("target", Text, nullable=False),
    Column("content", Json),
    Column("items", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("next_try_at", UtcTime),
    Column("error", Text),
    Column("sent_at", UtcTime),
    CheckConstraint("state IN ('pending', 'sent', 'dead')", name="state"),
    Index(None, "state", "next_try_at"),
    Index(None, "watch_id", "state"),
)

# What the judge said of the new pages of a day (UTC), summed up over its runs: its habit, by which a drift is noticed.
judge_days = Table(
    "judge_days",
    metadata,
    Column("day", Text, primary_key=True),
    Column("relevant", Integer, nullable=False),
    Column("uncertain", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("audited", Integer, nullable=False),
    Column("audit_found", Integer, nullable=False),
)

# The jobs of `storewatch serve`: how they last ran, and what people asked of them.
schedule = Table(
    "schedule",
    metadata,
    Column("job", Text, primary_key=True),
    Column("paused", Boolean, nullable=False),
    Column("requested_at", UtcTime),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("outcome", Text),
    Column("succeeded_at", UtcTime),
)
