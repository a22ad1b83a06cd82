"""How many pages a second, and at what CPU cost: ours beside a bare download and extraction of every page.

Run by hand: ``.venv/bin/python tests/bench/crawl.py [--pages 2000] [--hosts 100]``. One run starts a loopback press
(every host a 127.0.x.y address of its own, one feed each) and sends three contenders over the same pages in turn:

* ``download``     aiohttp, 64 requests at a time, nothing else: the floor (the named baseline of the ratios)
* ``trafilatura``  the same download, then trafilatura with metadata for every page in two processes, like its feed mode
* ``storewatch``   the crawl: feeds, robots.txt, prefilter, extraction, judgement and the database
* ``... all pages`` the same without the prefilter

CPU seconds are those of the contender's whole process tree; the server's are not in them. Server and contender share
the machine's cores, so trust CPU milliseconds a page before pages a second.
"""

from __future__ import annotations

import argparse
import asyncio
import concurrent.futures
import contextlib
import ctypes
import gzip
import json
import multiprocessing
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PORT = 8099
# From linux/prctl.h.
PR_SET_CHILD_SUBREAPER = 36
BASE_PAGES = Path(__file__).resolve().parents[3] / "shared" / "eval" / "extraction" / "pages"
RELEVANT_SHARE = 0.07
SENTENCES = (
    "Xiaomi will open {n} new Mi Home stores in India by the end of the year, the company said.",
    "Samsung eröffnet {n} neue Experience Stores in Deutschland, teilte das Unternehmen mit.",
    "Oppo abrirá {n} tiendas propias en México antes de fin de año, anunció la compañía.",
)
EVERYDAY = "The laptop of reader {n} weighs less than last year's model and runs for eleven hours."
SIDEBAR = (
    '<aside><a href="/t">Samsung</a> <a href="/t">Xiaomi</a> <a href="/t">Apple</a> <a href="/store">Store</a></aside>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One contender: wall seconds, CPU seconds of its process tree, and how many pages it brought home."""

    name: str
    pages: int
    wall_s: float
    cpu_s: float
    note: str = ""


def address(host: int) -> str:
    return f"127.0.{1 + host // 250}.{1 + host % 250}"


def base_pages(limit: int = 105) -> list[str]:
    """Real pages of 45 to 150 kB where the evaluation data is there, else pages made here of the same size."""
    found = []
    for path in sorted(BASE_PAGES.glob("aeb-*.html.gz")) if BASE_PAGES.is_dir() else ():
        text = gzip.decompress(path.read_bytes()).decode("utf-8", "replace")
        if 45_000 <= len(text) <= 150_000 and "<p" in text:
            found.append(text)
    if found:
        return found[:limit]
    paragraph = "<p>" + "A sentence of plain words about nothing in particular, long enough to be read. " * 6 + "</p>"
    menu = "".join(f'<li class="menu-item"><a href="/section/{i}">Section {i}</a></li>' for i in range(400))
    return [f"<html><head><title>x</title></head><body><ul>{menu}</ul>{paragraph * 40}</body></html>"]


def build_site(pages: int, hosts: int) -> tuple[dict[tuple[str, str], bytes], list[str], int]:
    """All responses by (host, path), the feed addresses, and how many pages carry a planted sentence."""
    rng, bases, planted = random.Random(7), base_pages(), 0
    responses: dict[tuple[str, str], bytes] = {}
    items: dict[int, list[str]] = {h: [] for h in range(hosts)}
    for number in range(pages):
        host = number % hosts
        relevant = rng.random() < RELEVANT_SHARE
        planted += relevant
        sentence = rng.choice(SENTENCES).format(n=number + 10) if relevant else EVERYDAY.format(n=number)
        html = bases[number % len(bases)].replace("<p", f"<p>{sentence}</p><p", 1)
        if host % 2:
            html = html.replace("</body>", SIDEBAR + "</body>", 1)
        path = f"/2026/11/{number}-article.html"
        responses[address(host), path] = response(html.encode(), "text/html; charset=utf-8")
        link = f"http://{address(host)}:{PORT}{path}"
        items[host].append(f"<item><title>Article {number}</title><link>{link}</link><guid>{link}</guid></item>")
    for host, entries in items.items():
        feed = f'<rss version="2.0"><channel><title>Outlet {host}</title>{"".join(entries)}</channel></rss>'
        responses[address(host), "/feed"] = response(feed.encode(), "application/rss+xml")
    return responses, [f"http://{address(h)}:{PORT}/feed" for h in range(hosts)], planted


def response(body: bytes, content_type: str) -> bytes:
    packed = gzip.compress(body, 5)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Encoding: gzip\r\n"
    return f"{head}Content-Length: {len(packed)}\r\n\r\n".encode() + packed


MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n"


def serve(pages: int, hosts: int, ready: multiprocessing.synchronize.Event) -> None:
    """The loopback press: answers from memory, keep-alive, until it is killed."""
    responses, _, _ = build_site(pages, hosts)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode()
                writer.write(responses.get((writer.get_extra_info("sockname")[0], path), MISSING))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def main() -> None:
        addresses = [address(h) for h in range(hosts)]
        server = await asyncio.start_server(handle, addresses, PORT, backlog=512)
        ready.set()
        async with server:
            await server.serve_forever()

    asyncio.run(main())


def extract_one(body: bytes) -> bool:
    import trafilatura

    return bool(trafilatura.extract(body, output_format="json", with_metadata=True))


async def download(pages: int, hosts: int, extract: bool) -> int:
    """Fetch every page with aiohttp; ``extract`` sends each through trafilatura in two processes."""
    import aiohttp

    urls = [f"http://{address(n % hosts)}:{PORT}/2026/11/{n}-article.html" for n in range(pages)]
    pool = concurrent.futures.ProcessPoolExecutor(2) if extract else None
    gate, done = asyncio.Semaphore(64), 0

    async def one(session: aiohttp.ClientSession, url: str) -> bool:
        async with gate:
            async with session.get(url) as answer:
                body = await answer.read()
            if pool is None:
                return bool(body)
            return await asyncio.get_running_loop().run_in_executor(pool, extract_one, body)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as session:
        done = sum(await asyncio.gather(*(one(session, url) for url in urls)))
    if pool is not None:
        pool.shutdown()
    return done


def measure(name: str, argv: list[str], env: dict[str, str], count: Callable[[str], tuple[int, str]]) -> Measured:
    """Run a contender in a process that adopts whatever it leaves behind, so that no worker's CPU time is missed."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        measured = [sys.executable, __file__, "--measured", str(told), *argv]
        done = subprocess.run(measured, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{name} ended with {done.returncode}:\n{done.stderr[-3000:]}")
        wall, cpu = json.loads(told.read_text(encoding="utf-8"))
    pages, note = count(done.stdout)
    return Measured(name=name, pages=pages, wall_s=wall, cpu_s=cpu, note=note)


def run_measured(told: str, argv: list[str]) -> int:
    """Run ``argv`` with its descendants, write wall and CPU seconds to ``told``; returns its exit code."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    started = time.perf_counter()
    code = subprocess.run(argv, check=False).returncode
    wall = time.perf_counter() - started
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    Path(told).write_text(json.dumps([wall, used.ru_utime + used.ru_stime]), encoding="utf-8")
    return code


def count_stored(database: Path) -> tuple[int, str]:
    with sqlite3.connect(database) as connection:
        states = dict(connection.execute("SELECT state, count(*) FROM pages GROUP BY state").fetchall())
        relevant = connection.execute("SELECT count(*) FROM v_articles").fetchone()[0]
    return sum(
        states.get(s, 0) for s in ("stored", "rejected")
    ), f"{relevant} articles; pages by state {json.dumps(states)}"


def report(rows: list[Measured]) -> None:
    floor_ms = 1000 * rows[0].cpu_s / rows[0].pages
    print(f"{'contender':13} {'pages':>6} {'wall s':>7} {'pages/s':>8} {'CPU ms/page':>12} {'/ download':>10}")
    for row in rows:
        ms, speed = 1000 * row.cpu_s / max(row.pages, 1), row.pages / row.wall_s
        figures = f"{row.pages:6} {row.wall_s:7.1f} {speed:8.1f} {ms:12.2f} {ms / floor_ms:10.1f}"
        print(f"{row.name:13} {figures}   {row.note}")


def main() -> None:
    if sys.argv[1:2] == ["--measured"]:
        sys.exit(run_measured(sys.argv[2], sys.argv[3:]))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--hosts", type=int, default=100)
    parser.add_argument(
        "--contender", choices=["download", "trafilatura"], help="(internal) run one contender in this process"
    )
    arguments = parser.parse_args()
    pages, hosts = arguments.pages, arguments.hosts
    if arguments.contender:
        print(asyncio.run(download(pages, hosts, extract=arguments.contender == "trafilatura")))
        return
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Event()
    server = spawn.Process(target=serve, args=(pages, hosts, ready), daemon=True)
    server.start()
    try:
        if not ready.wait(120):
            sys.exit("the loopback press did not start")
        _, feeds, planted = build_site(pages, hosts)
        print(f"{pages} pages over {hosts} addresses, {planted} with a planted sentence; base pages: "
              + ("real ones from the evaluation data" if BASE_PAGES.is_dir() else "made here"))  # fmt: skip
        again = [sys.executable, __file__, "--pages", str(pages), "--hosts", str(hosts), "--contender"]
        rows = [
            measure("download", [*again, "download"], dict(os.environ), lambda out: (int(out), "")),
            measure("trafilatura", [*again, "trafilatura"], dict(os.environ), lambda out: (int(out), "")),
        ]
        with tempfile.TemporaryDirectory() as folder:
            rows += [measure_ours(Path(folder) / str(on), feeds, prefilter=on) for on in (True, False)]
        report(rows)
    finally:
        server.kill()


def measure_ours(folder: Path, feeds: list[str], *, prefilter: bool) -> Measured:
    """A crawl as `scrapy crawl feeds` runs it, with a watch on its event loop."""
    folder.mkdir()
    listing, database, gap = folder / "feeds.txt", folder / "bench.db", folder / "gap_ms"
    listing.write_text("\n".join(feeds), encoding="utf-8")
    env = dict(os.environ) | {
        "STOREWATCH_FETCH__ALLOW_PRIVATE_ADDRESSES": "true",
        "STOREWATCH_FETCH__DELAY_S": "0",
        "STOREWATCH_EXTRACT__PREFILTER": str(prefilter).lower(),
        "STOREWATCH_DATABASE__URL": f"sqlite:///{database}",
        "SCRAPY_SETTINGS_MODULE": "watched_settings",
        "PYTHONPATH": f"{Path(__file__).parents[2]}{os.pathsep}{Path(__file__).parent}",
        "LOOP_GAP_FILE": str(gap),
    }
    storewatch = str(Path(sys.executable).with_name("storewatch"))
    subprocess.run([storewatch, "sources", "import", str(listing)], env=env, check=True, capture_output=True)
    with sqlite3.connect(database) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sources WHERE added_by = 'user'")]
    command = [sys.executable, "-m", "scrapy", "crawl", "feeds", "-a", f"sources={','.join(names)}"]

    def count(_out: str) -> tuple[int, str]:
        done, note = count_stored(database)
        return done, f"longest gap of the event loop {gap.read_text(encoding='utf-8')} ms; {note}"

    return measure("storewatch" if prefilter else "... all pages", command, env, count)


if __name__ == "__main__":
    main()
