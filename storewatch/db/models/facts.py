"""What the texts say, what follows from it, and people's decisions."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, Table

from storewatch.db.columns import Id, Json, Text, UtcTime
from storewatch.db.models.base import metadata, refers

# One row per thing said, bound to the revision whose text its offsets count in.
events = Table(
    "events",
    metadata,
    Column("event_id", Id, primary_key=True),
    refers("article_id", "articles.article_id", on_delete="CASCADE"),
    refers("revision_id", "revisions.revision_id", on_delete="CASCADE"),
    Column("position", Integer, nullable=False),
    Column("vendor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("store_count", BigInteger),
    Column("count_is", Text),
    Column("store_type", Text, nullable=False),
    Column("city", Text),
    Column("country", Text),
    Column("region", Text),
    Column("share", Float),
    Column("horizon", Text),
    Column("horizon_text", Text),
    Column("partner", Text),
    Column("certainty", Text, nullable=False),
    Column("speaker", Text),
    Column("source_outlet", Text),
    Column("evidence", Text, nullable=False),
    Column("evidence_in", Text, nullable=False),
    Column("evidence_start", Integer, nullable=False),
    Column("evidence_end", Integer, nullable=False),
    Column("more_evidence", Json),
    Column("spans", Json),
    Index(None, "article_id"),
    Index(None, "revision_id", "position"),
    # Which articles have an event like that is answered by the index alone.
    Index(None, "vendor", "country", "action", "store_count", "article_id"),
    Index(None, "country", "action", "store_count", "article_id"),
    Index(None, "store_count", "article_id"),
    sqlite_autoincrement=True,
)

# What each vendor has announced, opened and closed: one row a claim, with what all its tellings say.
# status: as if no time had passed since; due_on (ISO) is the last day of the horizon, by which the view tells what is
# overdue. country and region name the area within which progress is counted; rows of a plan that nothing is known of
# have no progress_basis.
ledger = Table(
    "ledger",
    metadata,
    Column("ledger_id", Id, primary_key=True),
    Column("vendor", Text, nullable=False),
    Column("family", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("store_count", BigInteger),
    Column("store_type", Text, nullable=False),
    Column("city", Text),
    Column("country", Text),
    Column("region", Text),
    Column("partner", Text),
    Column("horizon", Text),
    Column("due_on", Text),
    Column("certainty", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("first_said_at", UtcTime, nullable=False),
    Column("last_said_at", UtcTime, nullable=False),
    Column("first_url", Text, nullable=False),
    Column("first_outlet", Text, nullable=False),
    Column("speaker", Text),
    Column("source_outlet", Text),
    Column("outlets", Integer, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("langs", Json),
    Column("counts", Json),
    Column("horizons", Json),
    Column("timeline", Json),
    Column("opened_at", UtcTime),
    Column("progress_count", BigInteger),
    Column("progress_at", UtcTime),
    Column("progress_basis", Text),
    Column("baseline_count", BigInteger),
    Column("baseline_at", UtcTime),
    Index(None, "vendor", "country"),
    Index(None, "country", "action"),
    Index(None, "first_said_at"),
    sqlite_autoincrement=True,
)

# Which claim an event of a shown text belongs to.
ledger_events = Table(
    "ledger_events",
    metadata,
    Column("event_id", Id, ForeignKey("events.event_id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    refers("ledger_id", "ledger.ledger_id", on_delete="CASCADE"),
    Index(None, "ledger_id"),
)

# A person's decision about an article; it wins over the judge's verdict in every view.
labels = Table(
    "labels",
    metadata,
    Column("article_id", Id, ForeignKey("articles.article_id", ondelete="CASCADE"), primary_key=True),
    Column("relevant", Boolean, nullable=False),
    Column("labelled_at", UtcTime, nullable=False),
    Column("labelled_by", Text),
    Column("note", Text),
)
