"""The public views: what people write SQL against. Names and columns change only with a changelog line.

The same text runs on both engines. Views hold no data, so no migration spells them out: every upgrade drops them
first and makes them anew at its end. A change of a view needs a new revision all the same (it may be empty), because
a database at the newest revision is opened without a look at its views.
"""

from __future__ import annotations

from hashlib import sha256

#: A text that stands for its copies. "leader_id = article_id" says the same, but PostgreSQL cannot guess how many rows
#: have two equal columns (it takes 0.5 %), and plans accordingly.
SHOWN = "a.kinship IN ('canonical', 'update')"

# A person's label wins over the judge's verdict. An article is shown under the lowest id of its copies.
_COPIES = """(SELECT count(*) FROM article_copies c JOIN articles k ON k.article_id = c.article_id
         WHERE k.leader_id = a.article_id)
       + (SELECT count(*) - 1 FROM articles k WHERE k.leader_id = a.article_id)"""
_ARTICLE_COLUMNS = f"""
       a.shown_id AS article_id, a.url, a.title, r.text, a.lang, a.outlet, s.name AS source,
       a.published_at, a.published_offset_min, a.published_precision,
       (SELECT min(k.first_seen_at) FROM articles k WHERE k.leader_id = a.article_id) AS first_seen_at, a.score,
       a.story_id,
       {_COPIES} AS copies
  FROM articles a
  JOIN revisions r ON r.article_id = a.article_id AND r.number = a.revision
  LEFT JOIN sources s ON s.source_id = a.source_id
  LEFT JOIN labels l ON l.article_id = a.shown_id
 WHERE {SHOWN}"""
_KIND = """CASE WHEN c.kind = 'partial' OR k.kinship = 'partial' THEN 'partial'
            WHEN c.outlet = a.outlet THEN 'duplicate' ELSE 'syndicated' END"""

VIEWS: dict[str, str] = {
    "v_articles": f"""
SELECT {_ARTICLE_COLUMNS.strip()}
   AND coalesce(l.relevant, a.verdict = 'relevant')""",
    "v_uncertain": f"""
SELECT {_ARTICLE_COLUMNS.strip()}
   AND a.verdict = 'uncertain' AND l.article_id IS NULL""",
    "v_copies": f"""
SELECT a.shown_id AS article_id, c.url, c.outlet, {_KIND} AS kind, c.published_at
  FROM article_copies c
  JOIN articles k ON k.article_id = c.article_id
  JOIN articles a ON a.article_id = k.leader_id
  LEFT JOIN labels l ON l.article_id = a.shown_id
 WHERE coalesce(l.relevant, a.verdict <> 'rejected')
UNION ALL
SELECT a.shown_id, k.url, k.outlet, k.kinship, k.published_at
  FROM articles k
  JOIN articles a ON a.article_id = k.leader_id
  LEFT JOIN labels l ON l.article_id = a.shown_id
 WHERE k.article_id <> k.leader_id AND coalesce(l.relevant, a.verdict <> 'rejected')""",
    "v_events": f"""
SELECT e.event_id, a.shown_id AS article_id, e.revision_id, a.url, a.outlet, a.published_at,
       e.vendor, e.action, e.store_count, e.count_is, e.store_type, e.city, e.country, e.region, e.share,
       e.horizon, e.horizon_text, e.partner, e.certainty, e.speaker, e.source_outlet,
       e.evidence, e.evidence_in, e.evidence_start, e.evidence_end
  FROM events e
  JOIN revisions r ON r.revision_id = e.revision_id
  JOIN articles a ON a.article_id = r.article_id AND a.revision = r.number
  LEFT JOIN labels l ON l.article_id = a.shown_id
 WHERE {SHOWN} AND coalesce(l.relevant, a.verdict = 'relevant')""",
    "v_ledger": """
SELECT ledger_id, vendor, action, store_count, store_type, city, country, region, horizon, certainty,
       first_said_at, first_url, outlets, articles, progress_count, progress_at,
       CASE WHEN status IN ('announced', 'under_way') AND due_on < CAST(CURRENT_DATE AS TEXT) THEN 'overdue'
            ELSE status END AS status
  FROM ledger""",
}


def create_statements() -> tuple[str, ...]:
    return tuple(f"CREATE VIEW {name} AS{body}" for name, body in VIEWS.items())


def drop_statements() -> tuple[str, ...]:
    return tuple(f"DROP VIEW IF EXISTS {name}" for name in reversed(VIEWS))


def digest() -> str:
    """Changes with any view; ``version.VIEWS`` holds the one that belongs to the newest revision."""
    return sha256("\n".join(create_statements()).encode()).hexdigest()[:12]
