"""What a poll of an unchanged feed costs: ours beside a bare client and a bare Scrapy.

Run by hand: ``.venv/bin/python tests/bench/poll.py [--feeds 1000]``. A loopback press gives every feed a host of its
own (127.0.x.y) with an ETag and a robots.txt; all are asked with the ETag they gave, so every answer is a 304:

* ``aiohttp``     64 requests at a time, nothing else: the floor
* ``scrapy``      Scrapy with our settings, and nothing of ours in it: no middleware, no database
* ``robots``      the same with our middlewares: robots.txt (cache warm), Retry-After, moments reserved in the database
* ``storewatch``  ``storewatch crawl``: all of it, the state of every source read and a row written for every poll

Each runs twice, with all feeds and with none, so that its start-up can be told apart. CPU seconds are those of the
process tree without the server; server and contender share the machine's cores. ``fetch.delay_s`` is the default.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crawl import Measured, address, measure

PORT = 8097
ETAG = '"v1"'
ROBOTS = (
    "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\nDisallow: /*?replytocom=\n"
    "Disallow: /search\nDisallow: /cgi-bin/\n\nUser-agent: GPTBot\nDisallow: /\n\nSitemap: http://press.example/sitemap.xml\n"
)
NOT_MODIFIED = f"HTTP/1.1 304 Not Modified\r\nETag: {ETAG}\r\nCache-Control: max-age=60\r\n\r\n".encode()
CONTENDERS = ("aiohttp", "scrapy", "robots", "storewatch")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def feed_url(number: int) -> str:
    return f"http://{address(number)}:{PORT}/feed"


def serve(ready: multiprocessing.synchronize.Event) -> None:
    """The loopback press, until it is killed: one socket hears all addresses."""
    robots = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {len(ROBOTS)}\r\n\r\n{ROBOTS}".encode()
    whole = b"HTTP/1.1 500 Not conditional\r\nContent-Length: 0\r\n\r\n"

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if head.startswith(b"GET /robots.txt"):
                    writer.write(robots)
                else:
                    writer.write(NOT_MODIFIED if ETAG.encode() in head else whole)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(handle, "0.0.0.0", PORT, backlog=1024)  # all of 127.0.0.0/8
        ready.set()
        async with server:
            await server.serve_forever()

    asyncio.run(main())


async def bare_aiohttp(feeds: int) -> int:
    import aiohttp

    gate = asyncio.Semaphore(64)

    async def one(session: aiohttp.ClientSession, url: str) -> bool:
        async with gate, session.get(url, headers={"If-None-Match": ETAG}) as answer:
            await answer.read()
            return answer.status == 304

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as session:
        return sum(await asyncio.gather(*(one(session, feed_url(number)) for number in range(feeds))))


def scrapy_spider(feeds: int, *, ours: bool) -> int:
    """Scrapy as our settings make it; without ``ours``, all that is of storewatch is taken out."""
    from scrapy import Request
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    from crawler.spiders.base import BaseSpider

    unchanged = []

    class PollSpider(BaseSpider):
        name = "poll"
        stores = False

        async def start(self) -> AsyncIterator[Request]:
            for number in range(feeds):
                headers = {"If-None-Match": ETAG}
                yield Request(feed_url(number), headers=headers, dont_filter=True, meta={"kind": "feed"})

        def parse(self, response: Any) -> None:
            unchanged.append(response.status == 304)

    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.set("ITEM_PIPELINES", {})
    if not ours:
        for name in ("DOWNLOADER_MIDDLEWARES", "EXTENSIONS"):
            settings.set(name, {path: at for path, at in settings.getdict(name).items() if path.startswith("scrapy.")})
        bare = "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler"
        settings.set("DOWNLOAD_HANDLERS", {"http": bare})
    process = AsyncCrawlerProcess(settings, install_root_handler=False)
    process.crawl(PollSpider)
    process.start()
    return sum(unchanged)


def prepare(database: Path, feeds: int) -> None:
    """A database that knows the feeds and what they said: polled before, unchanged since, due."""
    from crawler.feeds import parse
    from crawler.sources import catalogue
    from storewatch.db.store import open_store
    from storewatch.types import NewSource, Poll, RobotsTxt

    now = datetime.now(UTC)
    with open_store(str(database)) as store:
        store.sync_catalogue(catalogue(), now)
        run_id = store.start_run("bench", now)
        for number in range(feeds):
            source = store.add_source(NewSource(name=f"feed-{number}", url=feed_url(number)), now)
            links = [f"http://{address(number)}:{PORT}/{number}/{item}/a-title-of-some-words" for item in range(25)]
            items = "".join(
                f"<item><title>Some words {n}</title><link>{link}</link></item>" for n, link in enumerate(links)
            )
            feed = parse(f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), url=source.url)
            poll = Poll(
                source_id=source.source_id, run_id=run_id, polled_at=now, outcome="ok", status=200, etag=ETAG,
                next_poll_at=now, items=25, body_sha="0" * 64,
            )  # fmt: skip
            store.record_poll(poll, feed.entries)
        sites = [feed_url(number).removesuffix("/feed") for number in range(feeds)]
        until = now + timedelta(hours=20)
        store.save_robots(
            [RobotsTxt(site=site, status=200, rules=ROBOTS, fetched_at=now, expires_at=until) for site in sites]
        )


def set_due(database: Path, feeds: int) -> None:
    """Exactly ``feeds`` sources are due, and no page waits."""
    now, long_ago = datetime.now(UTC), LONG_AGO
    form = "%Y-%m-%dT%H:%M:%S.%fZ"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE pages SET state = 'rejected', reason = 'bench'")
        connection.execute("UPDATE sources SET enabled = 0, enabled_by_user = 1")
        connection.execute("UPDATE sources SET verified_at = ?", (now.strftime(form),))
        connection.execute(
            "UPDATE sources SET enabled = 1, next_poll_at = ? WHERE CAST(substr(name, 6) AS INTEGER) < ? "
            "AND name LIKE 'feed-%'",
            (long_ago.strftime(form), feeds),
        )
        connection.execute("UPDATE hosts SET next_at = NULL")


def unchanged_polls(database: Path) -> int:
    with sqlite3.connect(database) as connection:
        query = "SELECT count(*) FROM polls WHERE run_id = (SELECT max(run_id) FROM runs) AND outcome = 'unchanged'"
        return int(connection.execute(query).fetchone()[0])


def run(name: str, feeds: int, database: Path) -> Measured:
    """One contender with so many feeds."""
    env = dict(os.environ) | {
        "STOREWATCH_CONFIG": "",
        "STOREWATCH_FETCH__ALLOW_PRIVATE_ADDRESSES": "true",
        "STOREWATCH_DATABASE__URL": f"sqlite:///{database}",
    }
    set_due(database, feeds)
    if name == "storewatch":
        command = [str(Path(sys.executable).with_name("storewatch")), "crawl"]
        return measure(name, command, env, lambda _: (unchanged_polls(database) if feeds else 0, ""))
    command = [sys.executable, __file__, "--feeds", str(feeds), "--contender", name]
    return measure(name, command, env, lambda out: (int(out.split()[-1]), ""))


def report(rows: list[tuple[Measured, Measured]], feeds: int) -> None:
    heads = f"{'304s':>5} {'wall s':>7} {'polls/s':>8} {'CPU s':>6} {'ms/poll':>8} {'start-up s':>10} {'without':>8}"
    print(f"{'contender':12} {heads}")
    for full, empty in rows:
        each, alone = 1000 * full.cpu_s / feeds, 1000 * (full.cpu_s - empty.cpu_s) / feeds
        figures = f"{full.pages:5} {full.wall_s:7.1f} {full.pages / full.wall_s:8.1f} {full.cpu_s:6.2f} {each:8.2f}"
        print(f"{full.name:12} {figures} {empty.cpu_s:10.2f} {alone:8.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--only", choices=CONTENDERS, help="measure one of them")
    parser.add_argument("--contender", choices=CONTENDERS, help="(internal) run one in this process")
    arguments = parser.parse_args()
    feeds = arguments.feeds
    if arguments.contender == "aiohttp":
        print(asyncio.run(bare_aiohttp(feeds)))
        return
    if arguments.contender:
        print(scrapy_spider(feeds, ours=arguments.contender == "robots"))
        return
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Event()
    server = spawn.Process(target=serve, args=(ready,), daemon=True)
    server.start()
    try:
        if not ready.wait(60):
            sys.exit("the loopback press did not start")
        with tempfile.TemporaryDirectory() as folder:
            database = Path(folder) / "bench.db"
            prepare(database, feeds)
            names = [arguments.only] if arguments.only else CONTENDERS
            report([(run(name, feeds, database), run(name, 0, database)) for name in names], feeds)
    finally:
        server.kill()


if __name__ == "__main__":
    main()
