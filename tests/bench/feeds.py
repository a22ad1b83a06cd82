"""What reading feeds costs, printed by ``python tests/bench/feeds.py``: CPU milliseconds for each kind of body, and CPU
seconds and peak memory for a packed sitemap with a million addresses."""

from __future__ import annotations

import gzip
import io
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from crawler.feeds import parse
from storewatch.types import SourceKind

LISTINGS = Path(__file__).parent.parent / "data" / "feeds" / "listing"
NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
URL = "https://feed.example/news/"
TEXT = "The first store opens beside the station, where a bookshop stood for forty years. " * 5
ROUNDS = 100


def rss(items: int) -> str:
    rows = "".join(
        f"<item><title>Vendor opens store number {number} &amp; more</title><link>{URL}{number}?utm_source=rss</link>"
        f"<guid isPermaLink='false'>{number}</guid><pubDate>Mon, 02 Nov 2026 10:{number:02d}:00 +0100</pubDate>"
        f"<description><![CDATA[<p>{TEXT}</p>]]></description></item>"
        for number in range(items)
    )
    return f"<rss version='2.0'><channel><title>Bench</title><ttl>30</ttl>{rows}</channel></rss>"


def sitemap(rows: int, day: str) -> Iterator[bytes]:
    yield b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
    for number in range(rows):
        row = f"<url><loc>{URL}a-slug-of-an-article-{number}</loc><lastmod>{day}</lastmod></url>\n"
        yield row.encode()
    yield b"</urlset>"


def packed(texts: Iterable[bytes]) -> bytes:
    """As gzip, without ever holding the whole text."""
    body = io.BytesIO()
    with gzip.GzipFile(fileobj=body, mode="wb", compresslevel=1) as file:
        for text in texts:
            file.write(text)
    return body.getvalue()


def milliseconds(body: bytes, kind: SourceKind | None = None) -> float:
    """CPU time of one reading."""
    parse(body, url=URL, now=NOW, kind=kind)
    start = time.process_time()
    for _ in range(ROUNDS):
        parse(body, url=URL, now=NOW, kind=kind)
    return (time.process_time() - start) * 1000 / ROUNDS


def main() -> None:
    page = (LISTINGS / "wordpress-english.html").read_bytes()
    bodies: tuple[tuple[str, bytes, SourceKind | None], ...] = (
        ("RSS, 25 items", rss(25).encode(), None),
        ("sitemap, 1,000 addresses", b"".join(sitemap(1000, "2026-11-01")), None),
        ("listing, 4 articles", page, "listing"),
    )
    for name, body, kind in bodies:
        sys.stdout.write(f"{name:28} {len(body) / 1000:8.1f} KB  {milliseconds(body, kind):7.2f} ms\n")
    million = packed(sitemap(1_000_000, "2026-06-01"))
    start = time.process_time()
    feed = parse(million, url=URL, now=NOW)
    seconds, peak = time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"sitemap, 1,000,000 addresses {seconds:.1f} s, {dict(feed.skipped)}, peak {peak:.0f} MB\n")


if __name__ == "__main__":
    main()
