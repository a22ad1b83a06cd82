"""The demo world on loopback: one small HTTP server an outlet, with conditional requests as real ones answer them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from storewatch.demo import feeds, pages
from storewatch.demo.world import Outlet, World
from storewatch.types import NewSource
from storewatch.urls import canonical_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a path gets: a status, and for 200 a body with its validator."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    etag: str | None = None
    last_modified: str | None = None


@dataclass(slots=True, kw_only=True)
class Site:
    """One outlet at one address. ``requests`` lists what was asked for, with the status that was given."""

    outlet: Outlet
    base: str = ""
    day: int = 1
    requests: list[tuple[str, int]] = field(default_factory=list)

    def answer(self, path: str) -> Answer:
        """What ``path`` (with its query) gets on the day that is now; tracking parameters are passed over."""
        outlet = self.outlet
        path = canonical_url(self.base + path).removeprefix(self.base)
        if path == "/robots.txt":
            return self._robots()
        if path == "/":
            return self._html(pages.front_page(outlet, base=self.base, day=self.day))
        if path == outlet.feed_path and outlet.feed != "gone":
            return self._feed()
        for story, telling in outlet.on(self.day):
            if path == canonical_url(self.base + story.path).removeprefix(self.base) and story.expect != "gone":
                return self._html(pages.page(outlet, story, telling, base=self.base, day=self.day))
        return Answer(status=404, body=b"not here")

    def _robots(self) -> Answer:
        if not self.outlet.disallow:
            return Answer(status=404, body=b"not here")
        rules = "".join(f"Disallow: {path}\n" for path in self.outlet.disallow)
        return Answer(status=200, body=f"User-agent: *\n{rules}".encode())

    def _feed(self) -> Answer:
        body = feeds.feed(self.outlet, base=self.base, day=self.day)
        kind = pages.FEED_TYPES[self.outlet.feed]
        if self.outlet.validator == "modified":
            changed = format_datetime(feeds.newest(self.outlet, self.day), usegmt=True)
            return Answer(status=200, body=body, content_type=kind, last_modified=changed)
        return Answer(status=200, body=body, content_type=kind, etag=_etag(body))

    def _html(self, body: bytes) -> Answer:
        kind = f"text/html; charset={self.outlet.encoding}" if self.outlet.charset_in_header else "text/html"
        return Answer(status=200, body=body, content_type=kind, etag=_etag(body))


@dataclass(frozen=True, slots=True, kw_only=True)
class PressWorld:
    """The running servers."""

    sites: tuple[Site, ...]

    def turn_to(self, day: int) -> None:
        """From now on every site shows that day."""
        for site in self.sites:
            site.day = day

    def sources(self) -> tuple[NewSource, ...]:
        """The feeds as sources, at the addresses that are served."""
        return tuple(
            NewSource(
                name=site.outlet.name,
                url=site.base + site.outlet.feed_path,
                title=site.outlet.title,
                site=site.base,
                lang=site.outlet.lang,
                country=site.outlet.country,
                category=site.outlet.category,
                added_by="demo",
            )
            for site in self.sites
        )

    def site(self, name: str) -> Site:
        return next(site for site in self.sites if site.outlet.name == name)


@contextmanager
def serve(world: World, day: int = 1) -> Iterator[PressWorld]:
    """``world`` on free ports of 127.0.0.1 until the block ends."""
    with ExitStack() as stack:
        yield PressWorld(sites=tuple(stack.enter_context(_serve(outlet, day)) for outlet in world.outlets))


@contextmanager
def _serve(outlet: Outlet, day: int) -> Iterator[Site]:
    site = Site(outlet=outlet, day=day)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site))
    server.daemon_threads = True
    server.block_on_close = False  # a crawler keeps its connections open
    site.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True, name=outlet.name)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer = site.answer(self.path)
            unchanged = answer.status == 200 and (
                (answer.etag is not None and self.headers["If-None-Match"] == answer.etag)
                or (answer.last_modified is not None and self.headers["If-Modified-Since"] == answer.last_modified)
            )
            status = 304 if unchanged else answer.status
            site.requests.append((self.path, status))
            self.send_response(status)
            for name, value in (("ETag", answer.etag), ("Last-Modified", answer.last_modified)):
                if value:
                    self.send_header(name, value)
            body = b"" if unchanged else answer.body
            if not unchanged:
                self.send_header("Content-Type", answer.content_type)
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the terminal belongs to the demo."""

    return Handler


def _etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:16]}"'


__all__ = ["Answer", "PressWorld", "Site", "serve"]
