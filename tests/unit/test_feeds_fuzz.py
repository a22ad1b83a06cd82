"""No bytes make ``parse`` raise anything but our error, and whatever it gives keeps to its limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.feeds import MAX_ENTRIES, parse
from crawler.feeds.dates import EARLIEST
from crawler.feeds.entries import MAX_CONTENT, MAX_SUMMARY, MAX_TITLE, MAX_URL
from storewatch.errors import FeedError
from storewatch.types import Feed, FeedEntry, SourceKind

FOLDER = Path(__file__).parent.parent / "data" / "feeds"
FILES = {path.name: path.read_bytes() for path in sorted(FOLDER.rglob("*")) if path.is_file() and path.suffix != ".md"}
SEEDS = [name for name in FILES if name not in ("expected.json", "many-items.xml")]
NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
URL = "https://feed.example/news/feed"
FUZZ = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])

PIECES = [
    *(b"<rss version='2.0'>", b"<channel>", b"<item>", b"</item>", b"<link>", b"</link>", b"<title>", b"<pubDate>"),
    *(b"<entry", b" href='", b"<guid>", b"<content:encoded>", b"<feed xmlns='http://www.w3.org/2005/Atom'>"),
    *(b"<![CDATA[", b"]]>", b"<!DOCTYPE rss [", b"<!ENTITY a '", b"&", b"&#x0;", b"&#99999999;", b"\x00"),
    *(
        b"<?xml version='1.0' encoding='",
        b"utf-16",
        b"'?>",
        b"\xff\xfe",
        b"\x1f\x8b",
        b"http://[",
        b"https://a.example/x",
    ),
    *(b"<urlset>", b"<url><loc>", b'{"version":"https://jsonfeed.org/version/1","items":['),
    *(b"Mon, 99 Foo 99999 99:99:99 +9999", b"9999-99-99T99:99:99+99:99"),
]


def check(body: bytes, kind: SourceKind | None = None) -> Feed | None:
    """Read ``body`` and hold what comes of it against the contract; None for our error."""
    refused: FeedError | None = None
    try:
        feed = parse(body, url=URL, now=NOW, kind=kind)
    except FeedError as error:
        refused = error
    if refused is not None:
        assert refused.reason in ("empty", "too_large", "not_a_feed", "truncated", "malformed")
        assert str(refused).startswith(URL + ": ")
        return None
    assert len(feed.entries) <= MAX_ENTRIES
    assert all(count > 0 for count in feed.skipped.values())
    assert all(url.startswith(("http://", "https://")) for url in feed.links.values())
    assert len({entry.url for entry in feed.entries}) == len(feed.entries)
    for entry in feed.entries:
        check_entry(entry)
    return feed


def check_entry(entry: FeedEntry) -> None:
    assert entry.url.startswith(("http://", "https://"))
    assert len(entry.url) <= 3 * MAX_URL  # with its escapes
    assert len(entry.title) <= MAX_TITLE
    assert len(entry.summary) <= MAX_SUMMARY
    assert len(entry.content_html or "") <= MAX_CONTENT
    for moment in (entry.published, entry.updated):
        assert moment is None or EARLIEST - timedelta(days=1) <= moment.at <= NOW
    # What PostgreSQL does not take, and what cannot be written as UTF-8.
    texts = "".join((entry.url, entry.title, entry.summary, entry.guid or "", entry.content_html or "", *entry.authors))
    assert "\x00" not in texts
    texts.encode("utf-8")


KINDS = st.sampled_from([None, "feed", "sitemap", "listing"])


@FUZZ
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=12)), max_size=30).map(b"".join), KINDS)
def test_no_bytes_raise_anything_but_our_error(body: bytes, kind: SourceKind | None) -> None:
    check(body, kind)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A file of the table with parts of it cut out, doubled, moved, overwritten or exchanged for those of another."""
    body = FILES[draw(st.sampled_from(SEEDS))]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(body)))
        end = min(len(body), start + draw(st.sampled_from([0, 1, 2, 7, 40, 300, 10**6])))
        match draw(st.sampled_from(["cut", "double", "move", "bytes", "piece", "other"])):
            case "cut":
                body = body[:start] + body[end:]
            case "double":
                body = body[:end] + body[start:end] * draw(st.integers(1, 30)) + body[end:]
            case "move":
                body = body[end:] + body[start:end] + body[:start]
            case "bytes":
                body = body[:start] + draw(st.binary(min_size=1, max_size=4)) + body[end:]
            case "piece":
                body = body[:start] + draw(st.sampled_from(PIECES)) + body[end:]
            case _:
                other = FILES[draw(st.sampled_from(SEEDS))]
                body = body[:start] + other[draw(st.integers(0, len(other))) :]
        body = body[:200_000]
    return body


@FUZZ
@given(mutated(), KINDS)
def test_no_mutation_of_a_feed_does(body: bytes, kind: SourceKind | None) -> None:
    check(body, kind)


MANY = 200_000
HEAD = b"<rss version='2.0'><channel>"
LIMITED = {
    "nested tags": (HEAD + b"<item>" + b"<a>" * MANY + b"</a>" * MANY, "malformed"),
    "items in items": (HEAD + b"<item>" * MANY, "malformed"),
    "tags without end": (HEAD + b"<guid " * MANY, "malformed"),
    "titles in titles": (HEAD + b"<title>" * MANY, "malformed"),
    "feed ends again and again": (HEAD + b"</rss><!--" * MANY, "malformed"),
    "ampersands": (HEAD + b"&" * 3_000_000, "malformed"),
    "lists in lists": (b'{"version":"https://jsonfeed.org/version/1","items":' + b"[" * MANY, "malformed"),
    "a very long number": (b'{"version":"https://jsonfeed.org/version/1","items":[' + b"1" * MANY, "malformed"),
    "NUL bytes": (b"\x00" * MANY, "empty"),
    "blanks": (b" " * MANY, "empty"),
    "comments": (b"<!-- -->" * MANY, "not_a_feed"),
    "declarations": (b"<!DOCTYPE rss [" + b"<!ENTITY a 'b'>" * MANY, "not_a_feed"),
}


@pytest.mark.parametrize(("body", "reason"), LIMITED.values(), ids=LIMITED.keys())
def test_what_would_take_long_is_refused(body: bytes, reason: str) -> None:
    """Each of these costs a parser seconds to minutes; a worker has 20 seconds for a feed."""
    with pytest.raises(FeedError) as caught:
        parse(body, url=URL, now=NOW)
    assert caught.value.reason == reason


@pytest.mark.parametrize("order", [1, -1], ids=["newest first", "oldest first"])
def test_of_50_000_items_the_newest_are_read(order: int) -> None:
    date = "<pubDate>{:%d %b %Y %H:%M:%S} GMT</pubDate>"
    rows = (
        f"<item><link>/{number}</link>{date.format(NOW - timedelta(minutes=number))}</item>"
        for number in range(50_000)[::order]
    )
    feed = check(HEAD + "".join(rows).encode() + b"</channel></rss>")
    assert feed is not None
    assert feed.skipped == {"beyond_limit": 49_000}
    assert {entry.url for entry in feed.entries} == {f"https://feed.example/{number}" for number in range(1000)}


def test_items_in_comments_and_content_are_none() -> None:
    inside = "<item><title>x</title></item>" * 2000
    body = f"<item><link>/1</link><description><![CDATA[{inside}]]></description></item><!-- {inside} -->"
    feed = check(HEAD + body.encode() + b"</channel></rss>")
    assert feed is not None
    assert ([entry.url for entry in feed.entries], dict(feed.skipped)) == (["https://feed.example/1"], {})
