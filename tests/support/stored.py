"""Builders for tests of the store: a database with a source and a run, and pages that go through it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from pipelines.dedup import decide, text_key
from pipelines.dedup.kinship import kinship
from storewatch.db.retention import KeptSince
from storewatch.db.store import Store
from storewatch.types import (
    Article,
    Candidate,
    Decision,
    Evidence,
    FeedEntry,
    Judgement,
    Moment,
    NewSource,
    Page,
    PageRead,
    PendingPage,
    Poll,
    Processed,
    RetailEvent,
    Source,
    Verdict,
    VerdictName,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

#: Long enough (over 40 words) to be told apart by itself.
STORY = (
    "Xiaomi will open 2,000 stores outside China within three years, said Wang Xiang. 📱 Händler in Köln freuen sich. "
    "The company sold 23 million phones in the second quarter and wants half of its shops to stand abroad by then. "
    "Partners run most of them today, and the first one in Spain opened its doors in Madrid last autumn."
)
#: Quite another text of the same vendor.
THIRD_STORY = (
    "Xiaomi looks for shops in Bilbao. No date has been set, and the retailer that will run the place is not named. "
    "Neighbours expect a counter for repairs, a wall of scooters and a queue on the first morning. The town hall says "
    "the permit for the sign above the door came in last week, after a long quarrel about its orange."
)
OTHER_STORY = STORY.replace("2,000", "1,000").replace("Madrid", "Barcelona")


def sql(store: Store, query: str, **values: Any) -> list[tuple[Any, ...]]:
    """What a person who writes SQL gets."""
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(text(query), values)]


def source(store: Store, name: str = "golem", url: str | None = None, **more: Any) -> Source:
    return store.add_source(NewSource(name=name, url=url or f"https://{name}.example/feed", **more), NOW)


def poll(of: Source, run_id: int, *, at: datetime = NOW, outcome: Any = "ok", **more: Any) -> Poll:
    return Poll(source_id=of.source_id, run_id=run_id, polled_at=at, outcome=outcome, next_poll_at=at + HOUR, **more)


def moment(at: datetime) -> Moment:
    return Moment(at=at, offset_min=60, precision="instant")


def queue(store: Store, run_id: int, url: str, *, of: Source | None = None, at: datetime = NOW) -> PendingPage:
    """One page, seen in a feed and leased."""
    if of is None:
        found = store.sources(names=["golem"])
        of = found[0] if found else source(store)
    store.record_poll(poll(of, run_id, at=at), [FeedEntry(url=url, title="Xiaomi")])
    return lease(store, run_id, url, at=at)


def lease(store: Store, run_id: int, url: str, *, at: datetime = NOW) -> PendingPage:
    (page,) = store.lease_pages(run_id=run_id, now=at, limit=1, urls=[url])
    return page


def event_about(story: str, sentence: str, **more: Any) -> RetailEvent:
    start = story.index(sentence)
    evidence = Evidence(where="text", text=sentence, start=start, end=start + len(sentence))
    values: dict[str, Any] = {"vendor": "Xiaomi", "action": "plan", "country": "ES", **more}
    return RetailEvent(evidence=evidence, **values)


def processed(
    url: str,
    story: str = STORY,
    *,
    published: datetime | None = NOW,
    title: str = "Xiaomi plans stores",
    verdict: VerdictName = "relevant",
    canonical: str | None = None,
    events: Sequence[RetailEvent] | None = None,
    **more: Any,
) -> Processed:
    """An article at ``url`` with one event: its first sentence."""
    if events is None:
        events = (event_about(story, story.split(". ")[0] + "."),) if verdict != "rejected" else ()
    article = Article(
        url=url,
        canonical_url=canonical or url,
        title=title,
        text=story,
        lang="en",
        published=moment(published) if published else None,
        **more,
    )
    reason = "retail_event" if verdict == "relevant" else "weak"
    judged = Verdict(verdict=verdict, score=0.9, reason=reason, vendors=("Xiaomi",), signals=("vendor near store",))
    return Processed(article=article, judgement=Judgement(verdict=judged, events=tuple(events)))


def page_read(page_id: int, run_id: int, *, now: datetime = NOW) -> PageRead:
    return PageRead(page_id=page_id, run_id=run_id, now=now, topic_version="retail-1", extractor_version="extract-1")


def save(
    store: Store,
    run_id: int,
    page: PendingPage,
    result: Processed | None = None,
    *,
    now: datetime = NOW,
    decide: Callable[[Article, Sequence[Candidate]], Decision] = decide,
    final_url: str | None = None,
    **more: Any,
) -> Decision:
    """Save a page as a crawl does; ``more`` goes to :func:`processed`."""
    result = result or processed(page.url, **more)
    return store.save(
        result,
        page_read(page.page_id, run_id, now=now),
        page=Page(url=page.url, final_url=final_url or page.url, body=b"<html>as it came</html>", charset="utf-8"),
        text_sha=text_key(result.article.text),
        decide=decide,
        kinship=kinship,
    )


def store_page(store: Store, run_id: int, url: str, *, at: datetime = NOW, **more: Any) -> Decision:
    """A page from its feed to the database."""
    return save(store, run_id, queue(store, run_id, url, at=at), now=at, **more)


def page_state(store: Store, url: str) -> tuple[object, ...]:
    """State and reason of a page, and whether it has an article."""
    (row,) = sql(store, "SELECT state, reason, article_id IS NULL FROM pages WHERE url = :url", url=url)
    return (row[0], row[1], not row[2])


def articles_and_copies(store: Store) -> tuple[object, ...]:
    """What is stored, without the numbers that depend on the order of arrival."""
    articles = sql(store, "SELECT url, outlet, source, title, text, published_at, copies FROM v_articles ORDER BY url")
    copies = sql(
        store,
        "SELECT a.url, c.url, c.outlet, c.kind, c.published_at FROM v_copies c"
        " JOIN v_articles a ON a.article_id = c.article_id ORDER BY c.url",
    )
    events = sql(store, "SELECT url, vendor, evidence, evidence_start FROM v_events ORDER BY url, evidence_start")
    revisions = sql(store, "SELECT count(*) FROM revisions")
    pages = sql(store, "SELECT url, state, article_id IS NULL FROM pages ORDER BY url")
    return articles, copies, events, revisions, pages


def kept_since(**moments: datetime) -> KeptSince:
    """Everything is kept but what is named."""
    names = ("pages", "rejected", "polls", "runs", "deliveries", "hosts")
    return KeptSince(**{name: moments.get(name, datetime(1970, 1, 1, tzinfo=UTC)) for name in names})
