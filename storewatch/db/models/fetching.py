"""What is polled and fetched: sources, runs, polls, hosts, and every page ever seen."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    true,
)

from storewatch.db.columns import Id, Json, Text, UtcTime
from storewatch.db.models.base import metadata, moment, refers

# What is polled. A removed source keeps its row, so that a new catalogue does not bring it back and old
# articles still name it.
sources = Table(
    "sources",
    metadata,
    Column("source_id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("site", Text),
    Column("kind", Text, nullable=False),
    Column("lang", Text),
    Column("country", Text),
    Column("category", Text),
    Column("enabled", Boolean, nullable=False),
    Column("enabled_by_user", Boolean, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("added_at", UtcTime, nullable=False),
    Column("removed", Boolean, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_sha", Text),
    Column("failures", Integer, nullable=False),
    Column("failure_weight", Float, nullable=False, server_default="0"),
    Column("failing_since", UtcTime),
    Column("last_polled_at", UtcTime),
    Column("last_ok_at", UtcTime),
    Column("next_poll_at", UtcTime),
    Column("last_reason", Text),
    Column("newest_at", UtcTime),
    Column("moved_to", Text),
    Column("moved_polls", Integer, nullable=False, server_default="0"),
    Column("moved_since", UtcTime),
    Column("trusts_validators", Boolean, nullable=False, server_default=true()),
    Column("verified_at", UtcTime),
    Column("history", Json),
    Column("seen_items", Json),
)

# Items that a feed dropped between two of our polls: from the last poll that still overlapped to the one that did not.
gaps = Table(
    "gaps",
    metadata,
    Column("gap_id", Id, primary_key=True),
    refers("source_id", "sources.source_id", on_delete="CASCADE"),
    Column("found_at", UtcTime, nullable=False),
    Column("since_at", UtcTime),
    Column("state", Text, nullable=False),
    Column("method", Text),
    Column("tries", Integer, nullable=False),
    Column("recovered", Integer, nullable=False),
    Column("closed_at", UtcTime),
    CheckConstraint("state IN ('open', 'closed', 'partly', 'given_up')", name="state"),
    Index(None, "source_id", "found_at"),
)

runs = Table(
    "runs",
    metadata,
    Column("run_id", Id, primary_key=True),
    Column("command", Text, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Column("finish_reason", Text),
    Column("exit_code", Integer),
    Column("counts", Json),
    Column("problems", Json),
    # When the run last said how far it had come, and the most memory it had held by then.
    Column("noted_at", UtcTime),
    Column("peak_mb", Float),
)

polls = Table(
    "polls",
    metadata,
    Column("poll_id", Id, primary_key=True),
    refers("source_id", "sources.source_id", on_delete="CASCADE"),
    refers("run_id", "runs.run_id", on_delete="CASCADE"),
    Column("polled_at", UtcTime, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("status", Integer),
    Column("reason", Text),
    Column("error", Text),
    Column("url", Text),
    Column("items", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("skipped_by", Json),
    Column("new_pages", Integer, nullable=False),
    Column("newest_at", UtcTime),
    Column("duration_ms", Integer),
    CheckConstraint("outcome IN ('ok', 'unchanged', 'failed')", name="outcome"),
    # Most polls bring nothing; health reads the last of those that did or failed.
    Index(None, "source_id", "outcome", "polled_at"),
    Index(None, "run_id"),
)

# Times at which a host may be asked again: next_at after our own delay, not_before as the host said (Retry-After);
# refusals counts its 429s and 503s in a row.
hosts = Table(
    "hosts",
    metadata,
    Column("host", Text, primary_key=True),
    Column("next_at", UtcTime),
    Column("not_before", UtcTime),
    Column("refusals", Integer, nullable=False, server_default="0"),
)

# What a site's robots.txt said, for as long as it counts (RFC 9309: at most 24 hours).
robots = Table(
    "robots",
    metadata,
    Column("site", Text, primary_key=True),
    Column("status", Integer),
    Column("reason", Text),
    Column("rules", Text),
    Column("fetched_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

# Every URL ever seen, with what its feed said of it and what became of it.
pages = Table(
    "pages",
    metadata,
    Column("page_id", Id, primary_key=True),
    Column("url", Text, nullable=False),
    Column("url_key", Text, nullable=False, unique=True),
    Column("host", Text, nullable=False),
    refers("source_id", "sources.source_id", on_delete="SET NULL", nullable=True),
    refers("article_id", "articles.article_id", on_delete="SET NULL", nullable=True),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("detail", Text),
    Column("score", Float),
    Column("attempts", Integer, nullable=False),
    Column("refetches", Integer, nullable=False),
    Column("next_try_at", UtcTime),
    Column("lease_until", UtcTime),
    refers("run_id", "runs.run_id", on_delete="SET NULL", nullable=True),
    Column("last_status", Integer),
    Column("first_seen_at", UtcTime, nullable=False),
    Column("fetched_at", UtcTime),
    # Looks at a stored article for edits: how many, the last one, the validators to ask with, since when it is gone.
    Column("checks", Integer, nullable=False, server_default="0"),
    Column("checked_at", UtcTime),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("gone_at", UtcTime),
    Column("final_url", Text),
    Column("topic_version", Text),
    Column("extractor_version", Text),
    Column("access", Text),
    Column("access_evidence", Json),
    Column("entry_title", Text),
    Column("entry_summary", Text),
    Column("entry_guid", Text),
    Column("entry_authors", Json),
    Column("entry_content_html", Text),
    *moment("entry_published"),
    CheckConstraint("state IN ('pending', 'leased', 'stored', 'rejected', 'failed')", name="state"),
    # The migration makes it for waiting pages only (WHERE state IN ...). To say so here would load SQLAlchemy's whole
    # part for PostgreSQL at every start of a command.
    Index("ix_pages_waiting", "state", "next_try_at"),
    Index(None, "article_id"),
    # By it alone `storewatch health` counts a source's pages and hits by day.
    Index(None, "source_id", "state", "first_seen_at"),
    Index(None, "reason", "fetched_at"),
)

# Lines of a host's pages, by their key. pages: the first three they stood on, as [page_id, mark of its text];
# known_at: since when the line counts as repeated.
host_lines = Table(
    "host_lines",
    metadata,
    Column("host", Text, primary_key=True),
    Column("line", BigInteger, primary_key=True, autoincrement=False),
    Column("pages", Json, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("known_at", UtcTime),
    Index(None, "host", "seen_at"),
)

# What is kept of a page: the text it was judged by, and for accepted ones the HTML as it came (gzip).
page_bodies = Table(
    "page_bodies",
    metadata,
    Column("page_id", Id, ForeignKey("pages.page_id", ondelete="CASCADE"), primary_key=True),
    Column("kept_at", UtcTime, nullable=False),
    Column("title", Text),
    Column("text", Text),
    Column("html", LargeBinary),
    Column("charset", Text),
    Index(None, "kept_at"),
)
