"""Crawls that look again at what is stored, over a web on loopback; on both engines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from support.crawling import World, article, world
from support.site import Reply, Site
from support.stored import sql

from storewatch.db import models
from storewatch.db.store import open_store
from storewatch.types import RunCounts

AGED = {
    models.articles: ("first_seen_at", "dated_at", "published_at", "changed_at"),
    models.pages: ("first_seen_at", "fetched_at", "checked_at"),
}
WALL = "<html><head><title>Just a moment...</title></head><body>Checking your browser. Enable JavaScript.</body></html>"


@dataclass(frozen=True)
class Past:
    """A crawled article, which each ``look`` finds some hours older."""

    crawls: World
    site: Site
    url: str

    def look(self, *, hours: float = 1.5, **values: str) -> RunCounts:
        """Let time pass, in the database, and crawl."""
        with open_store(self.url) as store, store.writing() as connection:
            for table, names in AGED.items():
                for row in connection.execute(table.select()).all():
                    before = {name: getattr(row, name) for name in names}
                    aged = {name: at - timedelta(hours=hours) for name, at in before.items() if at is not None}
                    (key,) = table.primary_key
                    connection.execute(table.update().where(key == getattr(row, key.name)).values(aged))
        return self.crawl(**values)

    def crawl(self, **values: str) -> RunCounts:
        outcome = self.crawls.crawl([self.site.url("/rss")], **values)
        assert outcome.exit_code == 0
        with open_store(self.url) as store:
            run = store.run(outcome.run_id or 0)
        assert run is not None
        return run.counts

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with open_store(self.url) as store:
            return sql(store, query)


def past_of(url: str, folder: Path, site: Site, pages: Mapping[str, Reply | str]) -> Past:
    """A database in which ``pages`` have been crawled."""
    for path, page in pages.items():
        site.add(path, page)
    site.feed("/rss", {path: f"Xiaomi opens stores {path}" for path in pages})
    found = Past(world(folder, DATABASE__URL=url), site, url)
    assert found.crawl().relevant == len(pages)
    return found


#: Addresses with what they answer at the second look.
LATER: dict[str, Reply | str] = {
    "/edited": Reply(article(42, town="Altdorf"), etag=True),
    "/typo": article(32, town="Bergstadt").replace("the company said", "the compnay said", 1),
    "/gone": Reply("no more", status=410),
    "/missing": Reply("not here", status=404),
    "/wall": Reply(WALL),
    "/forbidden": Reply("", status=403),
}
TOWNS = {"/same": "Auen", "/edited": "Altdorf", "/typo": "Bergstadt", "/gone": "Celle", "/missing": "Dornau"}
TOWNS |= {"/wall": "Emsdorf", "/forbidden": "Felden"}


def test_a_second_look_at_articles(store_url: str, tmp_path: Path) -> None:
    """One page of each kind: unchanged, edited, with a typo, gone in two ways, behind a wall, refused."""
    pages = {path: Reply(article(31 + (path == "/typo"), town=town), etag=True) for path, town in TOWNS.items()}
    with Site() as site:
        past = past_of(store_url, tmp_path, site, pages)
        texts = dict(past.rows("SELECT url, text FROM v_articles"))
        for path, later in LATER.items():
            site.add(path, later)
        counts = past.look()
        assert (counts.rechecked, counts.unchanged, counts.trivial_edits, counts.revised) == (7, 2, 1, 1)
        assert (counts.gone, counts.pages_failed, counts.pages_new) == (2, 3, 0)
        assert [asked.status for asked in site.asked("/same")] == [200, 304]
        assert past.rows("SELECT DISTINCT state, checks FROM pages") == [("stored", 1)]
        gone = past.rows("SELECT url FROM pages WHERE gone_at IS NOT NULL ORDER BY url")
        assert gone == [(site.url("/gone"),), (site.url("/missing"),)]

        edited = site.url("/edited")
        now = dict(past.rows("SELECT url, text FROM v_articles"))
        assert {url for url, text in texts.items() if now[url] != text} == {edited}
        ((kind, detail),) = past.rows("SELECT edit, edit_detail FROM revisions WHERE number = 2")
        assert (kind, "count 31 -> 42" in detail) == ("facts", True)
        assert {count for (count,) in past.rows(f"SELECT store_count FROM v_events WHERE url = '{edited}'")} == {42}

        # What has changed is asked for again after an hour, the others at their next age.
        site.add("/edited", article(53, town="Altdorf"))
        counts = past.look(hours=1.2)
        assert (counts.rechecked, counts.revised) == (1, 1)
        assert [asked.status for asked in site.asked("/same")] == [200, 304]


def test_what_is_not_asked_for(tmp_path: Path) -> None:
    with Site() as site:
        past = past_of(f"sqlite:///{tmp_path / 'storewatch.db'}", tmp_path, site, {"/old": article(31)})
        assert past.look(REFETCH__ENABLED="false").rechecked == 0
        assert past.look(hours=0, REFETCH__HOURS="5,20").rechecked == 0
        # No room beside a new page.
        site.add("/new", article(77, town="Bergstadt"))
        site.feed("/rss", {"/new": "Xiaomi opens 77 stores", "/old": "Xiaomi opens stores /old"})
        counts = past.look(hours=0, RUN__PAGE_LIMIT="1")
        assert (counts.rechecked, counts.pages_new, counts.pages_fetched) == (0, 1, 1)
        # New pages go first.
        site.add("/newer", article(99, town="Altdorf"))
        site.feed("/rss", {"/newer": "Xiaomi opens 99 stores", "/old": "Xiaomi opens stores /old"})
        counts = past.look(hours=0)
        assert (counts.rechecked, counts.pages_new) == (1, 1)
        assert [asked.path for asked in site.log][-2:] == ["/newer", "/old"]
        # robots.txt binds a second look, too; the article stays.
        with open_store(past.url) as store, store.writing() as connection:
            connection.execute(models.robots.delete())
        site.add("/robots.txt", Reply("User-agent: *\nDisallow: /old\n", content_type="text/plain"))
        counts = past.look(hours=8)
        assert (counts.rechecked, counts.pages_failed, counts.gone) == (3, 1, 0)
        assert len(site.asked("/old")) == 2
        assert past.rows("SELECT count(*) FROM v_articles") == [(3,)]
