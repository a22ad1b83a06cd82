"""What is collected: articles, their texts, and how texts belong together."""

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
    Table,
    UniqueConstraint,
)

from storewatch.db.columns import Id, Json, Text, UtcTime
from storewatch.db.models.base import metadata, moment, refers

articles = Table(
    "articles",
    metadata,
    Column("article_id", Id, primary_key=True),
    Column("url", Text, nullable=False),
    Column("url_key", Text, nullable=False, unique=True),
    Column("outlet", Text, nullable=False),
    refers("source_id", "sources.source_id", on_delete="SET NULL", nullable=True),
    # The page whose text this is. No foreign key: pages refer to articles, and SQLite cannot drop a circle.
    Column("page_id", Id),
    Column("first_seen_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    # When it was published or, without a date, first seen: by this one column articles are sorted and filtered.
    Column("dated_at", UtcTime, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("lang", Text),
    *moment("published"),
    *moment("modified"),
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
    # What is asked for by name is listed by time.
    Index(None, "outlet", "dated_at", "shown_id"),
    Index(None, "lang", "dated_at", "shown_id"),
    Index(None, "source_id", "dated_at", "shown_id"),
    Index(None, "first_seen_at", "shown_id"),
    # The second columns answer for thousands of copies of one text from the index alone.
    Index(None, "group_id", "story_id"),
    Index(None, "leader_id", "outlet"),
    Index(None, "shown_id"),
    Index(None, "story_id"),
    sqlite_autoincrement=True,
)

# Every text an article has had; articles.revision is the number of the one in force.
revisions = Table(
    "revisions",
    metadata,
    Column("revision_id", Id, primary_key=True),
    refers("article_id", "articles.article_id", on_delete="CASCADE"),
    Column("number", Integer, nullable=False),
    refers("run_id", "runs.run_id", on_delete="SET NULL", nullable=True),
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
    refers("article_id", "articles.article_id", on_delete="CASCADE"),
    Column("url", Text, nullable=False),
    Column("url_key", Text, nullable=False, unique=True),
    Column("outlet", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    *moment("published"),
    refers("source_id", "sources.source_id", on_delete="SET NULL", nullable=True),
    Column("page_id", Id),
    Column("text_sha", Text),
    Column("first_seen_at", UtcTime, nullable=False),
    Index(None, "article_id", "outlet"),
    Index(None, "page_id"),
)

# An article that was merged into another: its id still leads there.
article_redirects = Table(
    "article_redirects",
    metadata,
    Column("old_id", Id, primary_key=True, autoincrement=False),
    refers("article_id", "articles.article_id", on_delete="CASCADE"),
    Column("moved_at", UtcTime, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "article_id"),
)
