"""Pages that cannot be had, from feeds that carry their full text."""

from __future__ import annotations

import sqlite3
from html import escape
from pathlib import Path

from support.crawling import article, world
from support.site import Reply, Site

RSS = "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>{}</channel></rss>"
ITEM = "<item><title>Xiaomi opens {n} stores in Lindental</title><link>/{n}</link>{content}</item>"


def test_a_page_that_is_gone_is_made_of_its_feed(tmp_path: Path) -> None:
    """Gone with and without a full text; one that may come back is asked for again, the last time in vain."""
    crawls = world(tmp_path)
    with Site() as site:
        for number, status in ((31, 404), (32, 410), (33, 500)):
            site.add(f"/{number}", Reply("gone", status=status))
        full = {number: f"<content:encoded>{escape(article(number))}</content:encoded>" for number in (31, 33)}
        items = "".join(ITEM.format(n=number, content=full.get(number, "")) for number in (31, 32, 33))
        site.add("/rss", Reply(RSS.format(items), content_type="application/rss+xml"))
        crawls.crawl([site.url("/rss")])
        states = {url.rpartition("/")[2]: state for url, (state, _) in crawls.pages().items()}
        assert states == {"31": "stored", "32": "failed", "33": "pending"}
        stored = crawls.rows("SELECT a.flags, p.last_status FROM articles a JOIN pages p USING (page_id)")
        assert stored == [('["feed_text"]', 404)]
        connection = sqlite3.connect(crawls.database)
        connection.execute("UPDATE pages SET attempts = 4, next_try_at = NULL WHERE state = 'pending'")
        connection.commit()
        connection.close()
        outcome = crawls.crawl([site.url("/rss")])
    assert {state for state, _ in crawls.pages().values()} == {"stored", "failed"}
    assert crawls.rows("SELECT count(*) FROM articles") == [(2,)]
    assert outcome.lines == ()
