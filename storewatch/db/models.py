"""The tables, as SQLAlchemy Core knows them; docs/database.md explains them to people.

Migrations make them (``migrations/versions``), this module describes them; a test keeps the two equal. What is public
for queries are the views in ``views.py``.
"""

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
    MetaData,
    Table,
    UniqueConstraint,
    true,
)

from storewatch.db.columns import Id, Json, Text, UtcTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _moment(name: str) -> tuple[Column[object], ...]:
    """The three columns of a ``Moment``: the first instant that fits, the page's own zone, how much was said."""
    return (
        Column(f"{name}_at", UtcTime),
        Column(f"{name}_offset_min", Integer),
        Column(f"{name}_precision", Text),
    )


def _refers(name: str, target: str, *, on_delete: str, nullable: bool = False) -> Column[object]:
    return Column(name, Id, ForeignKey(target, ondelete=on_delete), nullable=nullable)


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
    _refers("source_id", "sources.source_id", on_delete="CASCADE"),
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
)

polls = Table(
    "polls",
    metadata,
    Column("poll_id", Id, primary_key=True),
    _refers("source_id", "sources.source_id", on_delete="CASCADE"),
    _refers("run_id", "runs.run_id", on_delete="CASCADE"),
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

articles = Table(
    "articles",
    metadata,
    Column("article_id", Id, primary_key=True),
    Column("url", Text, nullable=False),
    Column("url_key", Text, nullable=False, unique=True),
    Column("outlet", Text, nullable=False),
    _refers("source_id", "sources.source_id", on_delete="SET NULL", nullable=True),
    # The page whose text this is. No foreign key: pages refer to articles, and SQLite cannot drop a circle.
    Column("page_id", Id),
    Column("first_seen_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    # When it was published or, without a date, first seen: by this one column articles are sorted and filtered.
    Column("dated_at", UtcTime, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("lang", Text),
    *_moment("published"),
    *_moment("modified"),
    Column("authors", Json),
    Column("site_name", Text),
    Column("section", Text),
    Column("tags", Json),
    Column("image", Text),
    Column("paywalled", Boolean),
    Column("access", Text, nullable=False, server_default="full"),
    Column("access_evidence", Json),
    Column("flags", Json),
    Column("verdict", Text, nullable=False),
    Column("score", Float),
    Column("reason", Text, nullable=False),
    Column("vendors", Json),
    # Edits that changed nothing worth a revision: a typo, a time stamp, an ad.
    Column("trivial_edits", Integer, nullable=False, server_default="0"),
    # How many words the text in force has, as duplicates are compared.
    Column("words", Integer),
    # The text group, by the lowest article_id in it; the article that this one is shown with (itself: it is shown);
    # the id under which that one is shown, the lowest of its copies, so that it outlives a change of the canonical
    # text; and what this text is to it: canonical, update (shown, too), duplicate, syndicated or partial.
    Column("group_id", Id),
    Column("leader_id", Id),
    Column("shown_id", Id),
    Column("kinship", Text),
    # The story, by the lowest article_id in it.
    Column("story_id", Id),
    CheckConstraint("verdict IN ('relevant', 'uncertain', 'rejected')", name="verdict"),
    Index(None, "dated_at", "shown_id"),
    Index(None, "outlet"),
    Index(None, "source_id"),
    Index(None, "group_id"),
    Index(None, "leader_id"),
    Index(None, "shown_id"),
    Index(None, "story_id"),
    sqlite_autoincrement=True,
)

# Every text an article has had; articles.revision is the number of the one in force.
revisions = Table(
    "revisions",
    metadata,
    Column("revision_id", Id, primary_key=True),
    _refers("article_id", "articles.article_id", on_delete="CASCADE"),
    Column("number", Integer, nullable=False),
    _refers("run_id", "runs.run_id", on_delete="SET NULL", nullable=True),
    Column("seen_at", UtcTime, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("text_sha", Text),
    Column("verdict", Text, nullable=False),
    Column("score", Float),
    Column("reason", Text, nullable=False),
    Column("evidence", Json),
    Column("signals", Json),
    Column("removed", Json),
    Column("topic_version", Text, nullable=False),
    Column("extractor_version", Text, nullable=False),
    # What the edit that made it is (pipelines.revisions): wording or facts, in words, and the facts it changed.
    Column("edit", Text),
    Column("edit_detail", Text),
    Column("edit_changes", Json),
    UniqueConstraint("article_id", "number"),
    sqlite_autoincrement=True,
)

# Keys by which an equal or similar text is found again. kind "text": the hash of the normalised text.
fingerprints = Table(
    "fingerprints",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("revision_id", Id, ForeignKey("revisions.revision_id", ondelete="CASCADE"), primary_key=True),
    Index(None, "revision_id"),
)

# The folded words of each article's present title and text; triggers keep the engine's own index of them.
search_texts = Table(
    "search_texts",
    metadata,
    Column("article_id", Id, ForeignKey("articles.article_id", ondelete="CASCADE"), primary_key=True),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
)

# Keys of the present texts' sketches (pipelines.dedup.sketch): who shares some of them is compared word by word.
sketch_keys = Table(
    "sketch_keys",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column(
        "revision_id",
        Id,
        ForeignKey("revisions.revision_id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Index(None, "revision_id"),
    sqlite_with_rowid=False,
)

# Keys that stand in too many text groups to say anything (a site's standard paragraphs), as of the start of a run.
# The row with key 0 only says how many articles there were at that time.
hot_keys = Table(
    "hot_keys",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("articles", Integer, nullable=False),
)

# Pairs of articles whose present texts were compared and found akin; article_id is the lower id of the two.
relations = Table(
    "relations",
    metadata,
    Column(
        "article_id",
        Id,
        ForeignKey("articles.article_id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column(
        "other_id",
        Id,
        ForeignKey("articles.article_id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("likeness", Text, nullable=False),
    Column("detail", Text),
    Index(None, "other_id"),
)

article_copies = Table(
    "article_copies",
    metadata,
    Column("copy_id", Id, primary_key=True),
    _refers("article_id", "articles.article_id", on_delete="CASCADE"),
    Column("url", Text, nullable=False),
    Column("url_key", Text, nullable=False, unique=True),
    Column("outlet", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    *_moment("published"),
    _refers("source_id", "sources.source_id", on_delete="SET NULL", nullable=True),
    Column("page_id", Id),
    Column("text_sha", Text),
    Column("first_seen_at", UtcTime, nullable=False),
    Index(None, "article_id"),
    Index(None, "page_id"),
)

# An article that was merged into another: its id still leads there.
article_redirects = Table(
    "article_redirects",
    metadata,
    Column("old_id", Id, primary_key=True, autoincrement=False),
    _refers("article_id", "articles.article_id", on_delete="CASCADE"),
    Column("moved_at", UtcTime, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "article_id"),
)

# One row per thing said, bound to the revision whose text its offsets count in.
events = Table(
    "events",
    metadata,
    Column("event_id", Id, primary_key=True),
    _refers("article_id", "articles.article_id", on_delete="CASCADE"),
    _refers("revision_id", "revisions.revision_id", on_delete="CASCADE"),
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
    Index(None, "vendor", "country"),
    Index(None, "country", "action"),
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
    _refers("ledger_id", "ledger.ledger_id", on_delete="CASCADE"),
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

# Every URL ever seen, with what its feed said of it and what became of it.
pages = Table(
    "pages",
    metadata,
    Column("page_id", Id, primary_key=True),
    Column("url", Text, nullable=False),
    Column("url_key", Text, nullable=False, unique=True),
    Column("host", Text, nullable=False),
    _refers("source_id", "sources.source_id", on_delete="SET NULL", nullable=True),
    _refers("article_id", "articles.article_id", on_delete="SET NULL", nullable=True),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("detail", Text),
    Column("score", Float),
    Column("attempts", Integer, nullable=False),
    Column("refetches", Integer, nullable=False),
    Column("next_try_at", UtcTime),
    Column("lease_until", UtcTime),
    _refers("run_id", "runs.run_id", on_delete="SET NULL", nullable=True),
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
    *_moment("entry_published"),
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
    _refers("watch_id", "watches.watch_id", on_delete="CASCADE"),
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
    _refers("watch_id", "watches.watch_id", on_delete="CASCADE"),
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
)
