"""The tables, as SQLAlchemy Core knows them; docs/database.md explains them to people.

Migrations make them (``migrations/versions``), this package describes them; a test keeps the two equal. What is public
for queries are the views in ``views.py``.
"""

from storewatch.db.models.base import metadata
from storewatch.db.models.facts import events, labels, ledger, ledger_events
from storewatch.db.models.fetching import gaps, host_lines, hosts, page_bodies, pages, polls, robots, runs, sources
from storewatch.db.models.service import deliveries, judge_days, schedule, watch_items, watches
from storewatch.db.models.texts import (
    article_copies,
    article_redirects,
    articles,
    fingerprints,
    hot_keys,
    relations,
    revisions,
    search_texts,
    sketch_keys,
)

__all__ = [
    "article_copies",
    "article_redirects",
    "articles",
    "deliveries",
    "events",
    "fingerprints",
    "gaps",
    "host_lines",
    "hosts",
    "hot_keys",
    "judge_days",
    "labels",
    "ledger",
    "ledger_events",
    "metadata",
    "page_bodies",
    "pages",
    "polls",
    "relations",
    "revisions",
    "robots",
    "runs",
    "schedule",
    "search_texts",
    "sketch_keys",
    "sources",
    "watch_items",
    "watches",
]
