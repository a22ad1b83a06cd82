"""The first schema."""

import sqlalchemy as sa
from alembic import op

from storewatch.db.columns import Id, Json, Text, UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hosts",
        sa.Column("host", Text, nullable=False),
        sa.Column("next_at", UtcTime, nullable=True),
        sa.Column("not_before", UtcTime, nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_hosts")),
    )
    op.create_table(
        "runs",
        sa.Column("run_id", Id, nullable=False),
        sa.Column("command", Text, nullable=False),
        sa.Column("started_at", UtcTime, nullable=False),
        sa.Column("finished_at", UtcTime, nullable=True),
        sa.Column("finish_reason", Text, nullable=True),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        sa.Column("counts", Json, nullable=True),
        sa.Column("problems", Json, nullable=True),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_runs")),
    )
    op.create_table(
        "sources",
        sa.Column("source_id", Id, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("url", Text, nullable=False),
        sa.Column("title", Text, nullable=False),
        sa.Column("site", Text, nullable=True),
        sa.Column("kind", Text, nullable=False),
        sa.Column("lang", Text, nullable=True),
        sa.Column("country", Text, nullable=True),
        sa.Column("category", Text, nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("enabled_by_user", sa.Boolean(), nullable=False),
        sa.Column("added_by", Text, nullable=False),
        sa.Column("added_at", UtcTime, nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("etag", Text, nullable=True),
        sa.Column("last_modified", Text, nullable=True),
        sa.Column("body_sha", Text, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_polled_at", UtcTime, nullable=True),
        sa.Column("last_ok_at", UtcTime, nullable=True),
        sa.Column("next_poll_at", UtcTime, nullable=True),
        sa.Column("last_reason", Text, nullable=True),
        sa.Column("newest_at", UtcTime, nullable=True),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_sources")),
        sa.UniqueConstraint("name", name=op.f("uq_sources_name")),
    )
    op.create_table(
        "articles",
        sa.Column("article_id", Id, nullable=False),
        sa.Column("url", Text, nullable=False),
        sa.Column("url_key", Text, nullable=False),
        sa.Column("outlet", Text, nullable=False),
        sa.Column("source_id", Id, nullable=True),
        sa.Column("page_id", Id, nullable=True),
        sa.Column("first_seen_at", UtcTime, nullable=False),
        sa.Column("changed_at", UtcTime, nullable=False),
        sa.Column("dated_at", UtcTime, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", Text, nullable=False),
        sa.Column("lang", Text, nullable=True),
        sa.Column("published_at", UtcTime, nullable=True),
        sa.Column("published_offset_min", sa.Integer(), nullable=True),
        sa.Column("published_precision", Text, nullable=True),
        sa.Column("modified_at", UtcTime, nullable=True),
        sa.Column("modified_offset_min", sa.Integer(), nullable=True),
        sa.Column("modified_precision", Text, nullable=True),
        sa.Column("authors", Json, nullable=True),
        sa.Column("site_name", Text, nullable=True),
        sa.Column("section", Text, nullable=True),
        sa.Column("tags", Json, nullable=True),
        sa.Column("image", Text, nullable=True),
        sa.Column("paywalled", sa.Boolean(), nullable=True),
        sa.Column("verdict", Text, nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("reason", Text, nullable=False),
        sa.Column("vendors", Json, nullable=True),
        sa.CheckConstraint("verdict IN ('relevant', 'uncertain', 'rejected')", name=op.f("ck_articles_verdict")),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.source_id"], name=op.f("fk_articles_source_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_articles")),
        sa.UniqueConstraint("url_key", name=op.f("uq_articles_url_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_articles_outlet"), "articles", ["outlet"], unique=False)
    op.create_index(op.f("ix_articles_dated_at_article_id"), "articles", ["dated_at", "article_id"], unique=False)
    op.create_index(op.f("ix_articles_source_id"), "articles", ["source_id"], unique=False)
    op.create_table(
        "polls",
        sa.Column("poll_id", Id, nullable=False),
        sa.Column("source_id", Id, nullable=False),
        sa.Column("run_id", Id, nullable=False),
        sa.Column("polled_at", UtcTime, nullable=False),
        sa.Column("outcome", Text, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reason", Text, nullable=True),
        sa.Column("error", Text, nullable=True),
        sa.Column("url", Text, nullable=True),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("new_pages", sa.Integer(), nullable=False),
        sa.Column("newest_at", UtcTime, nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.CheckConstraint("outcome IN ('ok', 'unchanged', 'failed')", name=op.f("ck_polls_outcome")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("fk_polls_run_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.source_id"], name=op.f("fk_polls_source_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_polls")),
    )
    op.create_index(op.f("ix_polls_run_id"), "polls", ["run_id"], unique=False)
    op.create_index(op.f("ix_polls_source_id_polled_at"), "polls", ["source_id", "polled_at"], unique=False)
    op.create_table(
        "article_copies",
        sa.Column("copy_id", Id, nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.Column("url", Text, nullable=False),
        sa.Column("url_key", Text, nullable=False),
        sa.Column("outlet", Text, nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("title", Text, nullable=False),
        sa.Column("published_at", UtcTime, nullable=True),
        sa.Column("published_offset_min", sa.Integer(), nullable=True),
        sa.Column("published_precision", Text, nullable=True),
        sa.Column("source_id", Id, nullable=True),
        sa.Column("page_id", Id, nullable=True),
        sa.Column("text_sha", Text, nullable=True),
        sa.Column("first_seen_at", UtcTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.article_id"], name=op.f("fk_article_copies_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.source_id"], name=op.f("fk_article_copies_source_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("copy_id", name=op.f("pk_article_copies")),
        sa.UniqueConstraint("url_key", name=op.f("uq_article_copies_url_key")),
    )
    op.create_index(op.f("ix_article_copies_article_id"), "article_copies", ["article_id"], unique=False)
    op.create_table(
        "article_redirects",
        sa.Column("old_id", Id, autoincrement=False, nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.Column("moved_at", UtcTime, nullable=False),
        sa.Column("reason", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.article_id"], name=op.f("fk_article_redirects_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("old_id", name=op.f("pk_article_redirects")),
    )
    op.create_index(op.f("ix_article_redirects_article_id"), "article_redirects", ["article_id"], unique=False)
    op.create_table(
        "labels",
        sa.Column("article_id", Id, nullable=False),
        sa.Column("relevant", sa.Boolean(), nullable=False),
        sa.Column("labelled_at", UtcTime, nullable=False),
        sa.Column("labelled_by", Text, nullable=True),
        sa.Column("note", Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.article_id"], name=op.f("fk_labels_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_labels")),
    )
    op.create_table(
        "pages",
        sa.Column("page_id", Id, nullable=False),
        sa.Column("url", Text, nullable=False),
        sa.Column("url_key", Text, nullable=False),
        sa.Column("host", Text, nullable=False),
        sa.Column("source_id", Id, nullable=True),
        sa.Column("article_id", Id, nullable=True),
        sa.Column("state", Text, nullable=False),
        sa.Column("reason", Text, nullable=True),
        sa.Column("detail", Text, nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("refetches", sa.Integer(), nullable=False),
        sa.Column("next_try_at", UtcTime, nullable=True),
        sa.Column("lease_until", UtcTime, nullable=True),
        sa.Column("run_id", Id, nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("first_seen_at", UtcTime, nullable=False),
        sa.Column("fetched_at", UtcTime, nullable=True),
        sa.Column("final_url", Text, nullable=True),
        sa.Column("topic_version", Text, nullable=True),
        sa.Column("extractor_version", Text, nullable=True),
        sa.Column("entry_title", Text, nullable=True),
        sa.Column("entry_summary", Text, nullable=True),
        sa.Column("entry_guid", Text, nullable=True),
        sa.Column("entry_authors", Json, nullable=True),
        sa.Column("entry_content_html", Text, nullable=True),
        sa.Column("entry_published_at", UtcTime, nullable=True),
        sa.Column("entry_published_offset_min", sa.Integer(), nullable=True),
        sa.Column("entry_published_precision", Text, nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'leased', 'stored', 'rejected', 'failed')", name=op.f("ck_pages_state")
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.article_id"], name=op.f("fk_pages_article_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("fk_pages_run_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.source_id"], name=op.f("fk_pages_source_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_pages")),
        sa.UniqueConstraint("url_key", name=op.f("uq_pages_url_key")),
    )
    op.create_index(op.f("ix_pages_article_id"), "pages", ["article_id"], unique=False)
    op.create_index(op.f("ix_pages_reason_fetched_at"), "pages", ["reason", "fetched_at"], unique=False)
    op.create_index(op.f("ix_pages_source_id"), "pages", ["source_id"], unique=False)
    op.create_index(
        "ix_pages_waiting",
        "pages",
        ["state", "next_try_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('pending', 'leased')"),
        postgresql_where=sa.text("state IN ('pending', 'leased')"),
    )
    op.create_table(
        "revisions",
        sa.Column("revision_id", Id, nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("run_id", Id, nullable=True),
        sa.Column("seen_at", UtcTime, nullable=False),
        sa.Column("title", Text, nullable=False),
        sa.Column("text", Text, nullable=False),
        sa.Column("text_sha", Text, nullable=True),
        sa.Column("verdict", Text, nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("reason", Text, nullable=False),
        sa.Column("evidence", Json, nullable=True),
        sa.Column("signals", Json, nullable=True),
        sa.Column("removed", Json, nullable=True),
        sa.Column("topic_version", Text, nullable=False),
        sa.Column("extractor_version", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.article_id"], name=op.f("fk_revisions_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("fk_revisions_run_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_revisions")),
        sa.UniqueConstraint("article_id", "number", name=op.f("uq_revisions_article_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "events",
        sa.Column("event_id", Id, nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.Column("revision_id", Id, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("vendor", Text, nullable=False),
        sa.Column("action", Text, nullable=False),
        sa.Column("store_count", sa.BigInteger(), nullable=True),
        sa.Column("count_is", Text, nullable=True),
        sa.Column("store_type", Text, nullable=False),
        sa.Column("city", Text, nullable=True),
        sa.Column("country", Text, nullable=True),
        sa.Column("region", Text, nullable=True),
        sa.Column("share", sa.Float(), nullable=True),
        sa.Column("horizon", Text, nullable=True),
        sa.Column("horizon_text", Text, nullable=True),
        sa.Column("partner", Text, nullable=True),
        sa.Column("certainty", Text, nullable=False),
        sa.Column("speaker", Text, nullable=True),
        sa.Column("source_outlet", Text, nullable=True),
        sa.Column("evidence", Text, nullable=False),
        sa.Column("evidence_in", Text, nullable=False),
        sa.Column("evidence_start", sa.Integer(), nullable=False),
        sa.Column("evidence_end", sa.Integer(), nullable=False),
        sa.Column("more_evidence", Json, nullable=True),
        sa.Column("spans", Json, nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.article_id"], name=op.f("fk_events_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.revision_id"], name=op.f("fk_events_revision_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_events")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_events_article_id"), "events", ["article_id"], unique=False)
    op.create_index(op.f("ix_events_revision_id_position"), "events", ["revision_id", "position"], unique=False)
    op.create_index(op.f("ix_events_vendor_country"), "events", ["vendor", "country"], unique=False)
    op.create_table(
        "fingerprints",
        sa.Column("kind", Text, nullable=False),
        sa.Column("key", Text, nullable=False),
        sa.Column("revision_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.revision_id"], name=op.f("fk_fingerprints_revision_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("kind", "key", "revision_id", name=op.f("pk_fingerprints")),
    )
    op.create_index(op.f("ix_fingerprints_revision_id"), "fingerprints", ["revision_id"], unique=False)
    op.create_table(
        "page_bodies",
        sa.Column("page_id", Id, nullable=False),
        sa.Column("kept_at", UtcTime, nullable=False),
        sa.Column("title", Text, nullable=True),
        sa.Column("text", Text, nullable=True),
        sa.Column("html", sa.LargeBinary(), nullable=True),
        sa.Column("charset", Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["page_id"], ["pages.page_id"], name=op.f("fk_page_bodies_page_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_page_bodies")),
    )
    op.create_index(op.f("ix_page_bodies_kept_at"), "page_bodies", ["kept_at"], unique=False)
