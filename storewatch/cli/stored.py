"""What is stored, as the rows and tables that ``articles``, ``events``, ``stories`` and ``show`` print. Pure.

The fields of articles and events are the columns of the public views (docs/database.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from storewatch.cli.output import Column, cut, one_line, one_line_keeping_blanks
from storewatch.cli.rows import Row, instant_text, moment_text
from storewatch.json_facts import EVENT_FACTS
from storewatch.types import Moment, Precision
from storewatch.wording import count_text, place_text

if TYPE_CHECKING:
    from storewatch.db.rows import (
        ArticleDetail,
        ArticleRow,
        CopyRow,
        EventRow,
        RejectedRow,
        RevisionRow,
        SearchRow,
        StoryRow,
        TellingRow,
    )

ARTICLE_FIELDS = (
    "article_id",
    "url",
    "title",
    "text",
    "lang",
    "outlet",
    "source",
    "published_at",
    "published_offset_min",
    "published_precision",
    "first_seen_at",
    "score",
    "story_id",
    "copies",
)
COPY_FIELDS = ("article_id", "url", "outlet", "kind", "published_at")
COPY_COLUMNS = (
    Column(head="id", value=lambda row: row["article_id"], right=True, least=3),
    Column(head="published", value=lambda row: (row["published_at"] or "")[:10], least=10, rank=1),
    Column(head="kind", value=lambda row: row["kind"], least=9),
    Column(head="outlet", value=lambda row: row["outlet"], least=10, most=28, rank=2),
    Column(head="url", value=lambda row: row["url"], least=20, most=100),
)
STORY_FIELDS = (
    "story_id",
    "title",
    "first_at",
    "last_at",
    "first_outlet",
    "first_url",
    "attributed_to",
    "articles",
    "outlets",
    "langs",
    "vendors",
    "countries",
)
STORY_COLUMNS = (
    Column(head="story", value=lambda row: row["story_id"], right=True, least=5),
    Column(head="first told", value=lambda row: (row["first_at"] or "")[:10], least=10),
    Column(head="by", value=lambda row: row["first_outlet"], least=8, most=24, rank=2),
    Column(head="articles", value=lambda row: row["articles"], right=True),
    Column(head="outlets", value=lambda row: row["outlets"], right=True, rank=3),
    Column(head="langs", value=lambda row: " ".join(row["langs"]), most=16, rank=4),
    Column(head="vendors", value=lambda row: ", ".join(row["vendors"]), least=7, most=24, rank=1),
    Column(head="where", value=lambda row: " ".join(row["countries"]), least=5, most=14, rank=5),
    Column(head="title", value=lambda row: row["title"], least=20, most=100),
)
TELLING_FIELDS = (
    "article_id",
    "told_at",
    "outlet",
    "lang",
    "title",
    "url",
    "copies",
    "source_outlets",
    "vendors",
    "countries",
)
TELLING_COLUMNS = (
    Column(head="id", value=lambda row: row["article_id"], right=True, least=3),
    Column(head="told", value=lambda row: (row["told_at"] or "")[:16].replace("T", " "), least=16),
    Column(head="outlet", value=lambda row: row["outlet"], least=10, most=28),
    Column(head="lang", value=lambda row: row["lang"], rank=2),
    Column(head="source", value=lambda row: ", ".join(row["source_outlets"]), most=20, rank=1),
    Column(head="copies", value=lambda row: row["copies"] or "", right=True, rank=3),
    Column(head="title", value=lambda row: row["title"], least=20, most=100),
)
SEARCH_FIELDS = (*ARTICLE_FIELDS, "relevance", "snippet", "marks")
STAT_FIELDS = ("value", "articles", "events")
ARTICLE_COLUMNS = (
    Column(head="id", value=lambda row: row["article_id"], right=True, least=3),
    Column(head="published", value=lambda row: (row["published_at"] or "")[:10], least=10),
    Column(head="lang", value=lambda row: row["lang"], rank=3),
    Column(head="outlet", value=lambda row: row["outlet"], least=10, most=28, rank=2),
    Column(head="score", value=lambda row: row["score"], rank=4, right=True),
    Column(head="copies", value=lambda row: row["copies"] or "", rank=5, right=True),
    Column(head="title", value=lambda row: row["title"], least=20, most=100),
)

SEARCH_COLUMNS = (
    *ARTICLE_COLUMNS,
    Column(head="relevance", value=lambda row: row["relevance"], rank=6, right=True),
    Column(head="snippet", value=lambda row: row["snippet"], rank=1, least=20, most=200),
)

EVENT_FIELDS = (
    "event_id",
    "article_id",
    "revision_id",
    "url",
    "outlet",
    "published_at",
    *EVENT_FACTS,
    "evidence",
    "evidence_in",
    "evidence_start",
    "evidence_end",
)
EVENT_COLUMNS = (
    Column(head="id", value=lambda row: row["article_id"], right=True, least=3),
    Column(head="published", value=lambda row: (row["published_at"] or "")[:10], least=10, rank=2),
    Column(head="vendor", value=lambda row: row["vendor"], least=7, most=12),
    Column(head="action", value=lambda row: row["action"], least=6, most=12),
    Column(head="count", value=lambda row: count_text(row["store_count"], row["count_is"]), right=True, least=5),
    Column(head="where", value=lambda row: place_text(row["city"], row["country"], row["region"]), least=8, most=24),
    Column(head="horizon", value=lambda row: row["horizon"] or row["horizon_text"], least=7, most=14, rank=3),
    Column(head="certainty", value=lambda row: row["certainty"], least=9, most=9, rank=4),
    Column(head="outlet", value=lambda row: row["outlet"], least=8, most=22, rank=5),
    Column(head="evidence", value=lambda row: row["evidence"], least=24, most=120, rank=1),
)

REJECTED_FIELDS = (
    "page_id",
    "url",
    "title",
    "source",
    "state",
    "reason",
    "detail",
    "score",
    "last_status",
    "fetched_at",
    "first_seen_at",
)
REJECTED_COLUMNS = (
    Column(head="reason", value=lambda row: row["reason"], least=10, most=20),
    Column(head="detail", value=lambda row: row["detail"], least=16, most=50, rank=2),
    Column(head="source", value=lambda row: row["source"], least=8, most=20, rank=3),
    Column(head="title", value=lambda row: row["title"], least=20, most=60, rank=1),
    Column(head="url", value=lambda row: row["url"], least=20, most=80),
)

REASON_FIELDS = ("state", "reason", "pages")
REASON_COLUMNS = (
    Column(head="pages", value=lambda row: row["pages"], right=True),
    Column(head="state", value=lambda row: row["state"], least=8),
    Column(head="reason", value=lambda row: row["reason"], least=10),
)


def article_line(article: ArticleRow) -> Row:
    """A row of ``v_articles``; ``published_at`` as the page said it."""
    row = {name: getattr(article, name) for name in ARTICLE_FIELDS}
    row["published_at"] = moment_text(published(article))
    row["first_seen_at"] = instant_text(article.first_seen_at)
    return row


def published(article: ArticleRow) -> Moment | None:
    if article.published_at is None:
        return None
    precision: Precision = article.published_precision or "instant"  # type: ignore[assignment]  # a Literal in the database
    return Moment(at=article.published_at, offset_min=article.published_offset_min, precision=precision)


def event_line(event: EventRow) -> Row:
    """A row of ``v_events``; ``published_at`` in UTC, for the view has no zone."""
    # By name: asdict() copies every value, which takes longer than to read a million of them.
    row = {name: getattr(event, name) for name in EVENT_FIELDS}
    return row | {"published_at": instant_text(event.published_at)}


_OF_LEDGER = ("first_said_at", "last_said_at", "progress_at", "baseline_at")


def in_zone(row: Row, zone: ZoneInfo | None) -> Row:
    """A row with its instants in ``zone``; days, months and years stay what the page said."""
    if zone is None:
        return row
    changed = {
        name: datetime.fromisoformat(row[name]).astimezone(zone).isoformat()
        for name in ("published_at", "first_seen_at", "fetched_at", "first_at", "last_at", "told_at", *_OF_LEDGER)
        if row.get(name) and "T" in row[name]
    }
    return row | changed


def story_head(story: Row) -> str:
    """What a story is, for people."""
    lines = [
        one_line(story["title"]),
        f"story {story['story_id']} · {', '.join(story['vendors'])} · {' '.join(story['countries'])}".rstrip(" ·"),
        f"first told {story['first_at']} by {story['first_outlet']}: {story['first_url']}",
    ]
    if story["attributed_to"]:
        lines.append(f"attributed to {', '.join(story['attributed_to'])}")
    return "\n".join(lines) + "\n\n"


def story_line(story: StoryRow) -> Row:
    row = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(story).items()}
    return row | {"first_at": instant_text(story.first_at), "last_at": instant_text(story.last_at)}


def telling_line(telling: TellingRow) -> Row:
    row = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(telling).items()}
    return row | {"told_at": instant_text(telling.told_at)}


def copy_line(copy: CopyRow) -> Row:
    """A row of ``v_copies``; ``published_at`` in UTC, for the view has no zone."""
    return {**asdict(copy), "published_at": instant_text(copy.published_at)}


def search_line(found: SearchRow) -> Row:
    """A hit: the article's columns, then how relevant it is and where it hits."""
    marks = [list(mark) for mark in found.marks]
    return {**article_line(found.article), "relevance": found.relevance, "snippet": found.snippet, "marks": marks}


def search_text(rows: Sequence[Row], *, width: int, styled: bool) -> str:
    """Hits for people: a line about the article, then the piece of its text that hits, marked «so» or in bold."""
    lines = []
    for row in rows:
        head = (str(row["article_id"]), (row["published_at"] or "")[:10], row["outlet"], one_line(row["title"]))
        lines.append(cut("  ".join(head), width))
        on, off = ("\x1b[1;33m", "\x1b[0m") if styled else ("«", "»")
        lines.append("    " + _marked(row["snippet"], row["marks"], on, off, width - 4))
    return "".join(f"{line}\n" for line in lines)


def _marked(text: str, marks: Sequence[Sequence[int]], on: str, off: str, width: int) -> str:
    """``text`` with its marks, cut to ``width`` cells without counting the marks of a terminal."""
    from rich.cells import cell_len

    parts, place, room = [], 0, width
    pieces = [(start, end, True) for start, end in marks]
    for start, end, _ in [*pieces, (len(text), len(text), False)]:
        for piece, is_mark in ((text[place:start], False), (text[start:end], True)):
            shown = cut(one_line_keeping_blanks(piece), room)
            signs = 0 if on.startswith("\x1b") or not is_mark else 2
            if shown:
                parts.append(f"{on}{shown}{off}" if is_mark else shown)
                room -= cell_len(shown) + signs
            if room <= 2:
                return "".join(parts)
        place = end
    return "".join(parts)


def stat_columns(by: str, rows: Sequence[Row], width: int) -> tuple[Column, ...]:
    """The columns of a table of counts; the last one draws them as bars."""
    most = max((row["articles"] for row in rows), default=1) or 1
    room = max(10, min(40, width - 50))
    return (
        Column(head=by, value=lambda row: row["value"] or "(none)", least=8, most=30),
        Column(head="articles", value=lambda row: row["articles"], right=True),
        Column(head="events", value=lambda row: row["events"], right=True),
        Column(head="", value=lambda row: bar(row["articles"] / most, room), most=room),
    )


def bar(share: float, width: int) -> str:
    """A bar of ``share`` of ``width`` cells, to an eighth of a cell; something for anything above 0.

    >>> bar(0.5, 4)
    '██'
    """
    eighths = round(share * width * 8) or (1 if share > 0 else 0)
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()


def rejected_line(page: RejectedRow) -> Row:
    row = asdict(page)
    row["fetched_at"], row["first_seen_at"] = instant_text(page.fetched_at), instant_text(page.first_seen_at)
    return row


def stored_event(detail: ArticleDetail, event: EventRow) -> Row:
    """An event in the form of ``judge``, with its ``event_id``."""
    kept = {name: getattr(event, name) for name in EVENT_FIELDS[EVENT_FIELDS.index("vendor") : -4]}
    evidence = {
        "in": event.evidence_in,
        "text": event.evidence,
        "start": event.evidence_start,
        "end": event.evidence_end,
    }
    more = list(detail.more_evidence.get(event.event_id, ()))
    spans = dict(detail.spans.get(event.event_id, {}))
    return {"event_id": event.event_id, **kept, "evidence": evidence, "more_evidence": more, "spans": spans}


def detail_row(detail: ArticleDetail) -> Row:
    """All that is known of one article, as ``show --format json`` prints it."""
    return {
        **article_line(detail.article),
        "authors": list(detail.authors),
        "modified_at": moment_text(detail.modified),
        "site_name": detail.site_name,
        "section": detail.section,
        "tags": list(detail.tags),
        "image": detail.image,
        "paywalled": detail.paywalled,
        "access": detail.access,
        "access_evidence": list(detail.access_evidence),
        "flags": list(detail.flags),
        "relevant": detail.verdict == "relevant" if detail.label is None else detail.label,
        "verdict": detail.verdict,
        "reason": detail.reason,
        "label": detail.label,
        "gone_at": instant_text(detail.gone_at),
        "checked_at": instant_text(detail.checked_at),
        "trivial_edits": detail.trivial_edits,
        "vendors": list(detail.vendors),
        "signals": list(detail.signals),
        "evidence": list(detail.evidence),
        "events": [stored_event(detail, event) for event in detail.events],
        "removed": list(detail.removed),
        "copies": [copy_row(copy) for copy in detail.copies],
        "revisions": [revision_row(revision) for revision in detail.revisions],
    }


def copy_row(copy: CopyRow) -> Row:
    return {
        "url": copy.url,
        "outlet": copy.outlet,
        "kind": copy.kind,
        "published_at": instant_text(copy.published_at),
    }


def revision_row(revision: RevisionRow) -> Row:
    return {**asdict(revision), "seen_at": instant_text(revision.seen_at)}
