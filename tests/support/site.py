"""A web for tests: scripted answers on loopback addresses, with a log of what was asked.

::

    with Site(hosts=2) as site:
        site.add("/feed", Reply(rss, content_type="application/rss+xml", etag=True))
        site.add("/slow", Reply(hang=True), host=1)
        ... crawl site.url("/feed") and site.url("/slow", host=1) ...
        assert [asked.status for asked in site.asked("/feed")] == [200, 304]

Every host is an address of its own (127.0.0.1, 127.0.0.2, ...) on one port. Unknown paths answer 404, so a host without
a robots.txt allows all. Runs in a thread; nothing sleeps.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. ``etag`` adds an ETag of the body and answers 304 to who has it; ``hang`` never answers, ``cut``
    promises the whole body and breaks off after so many bytes, ``reset`` resets the connection; ``repeat`` sends the
    body so many times (without a length when ``endless``); ``raw`` is sent as it is."""

    body: bytes | str = b""
    status: int = 200
    content_type: str | None = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: bool = False
    last_modified: str | None = None
    gzip: bool = False
    hang: bool = False
    reset: bool = False
    cut: int | None = None
    repeat: int = 1
    endless: bool = False
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came, with the status it got (0: none) and the monotonic time at which it had come."""

    host: str
    path: str
    headers: Mapping[str, str]
    status: int
    at: float = field(default_factory=time.monotonic, compare=False)


Script = Reply | Sequence[Reply] | Callable[[Mapping[str, str]], Reply]
NOT_FOUND = Reply("not here", status=404, content_type="text/plain")


class Site:
    """See the module. ``hosts`` addresses from ``first`` on (127.0.0.``first``), or ``addresses`` as they are given;
    ``tls`` serves HTTPS."""

    def __init__(
        self, hosts: int = 1, *, first: int = 1, addresses: Sequence[str] = (), tls: ssl.SSLContext | None = None
    ) -> None:
        self._tls = tls
        self.addresses = tuple(addresses) or tuple(f"127.0.0.{first + number}" for number in range(hosts))
        self.log: list[Asked] = []
        self.port = 0
        self._scripts: dict[tuple[str, str], Script] = {}
        self._uses: dict[tuple[str, str], int] = {}
        self._ready = threading.Event()
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="site", daemon=True)

    # --- for tests ----------------------------------------------------------------------------------------------

    def add(self, path: str, script: Script | str, *, host: int = 0) -> str:
        """Answer ``path`` with ``script`` (a text is an HTML page; a list is answered in turn, its last one from then
        on); returns the URL."""
        self._scripts[self.addresses[host], path] = Reply(script) if isinstance(script, str) else script
        self._uses.pop((self.addresses[host], path), None)
        return self.url(path, host=host)

    def feed(self, path: str, links: Sequence[str] | Mapping[str, str], *, host: int = 0, etag: bool = True) -> str:
        """An RSS feed of ``links`` (paths of the same host or URLs), titled by the mapping's values or the links."""
        titles = links if isinstance(links, Mapping) else {link: link for link in links}
        items = "".join(
            f"<item><title>{title}</title><link>{self._absolute(link, host)}</link></item>"
            for link, title in titles.items()
        )
        body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed {path}</title>{items}</channel></rss>'
        return self.add(path, Reply(body, content_type="application/rss+xml", etag=etag), host=host)

    def url(self, path: str = "/", *, host: int = 0) -> str:
        address = self.addresses[host]
        scheme = "https" if self._tls else "http"
        return f"{scheme}://{f'[{address}]' if ':' in address else address}:{self.port}{path}"

    def asked(self, path: str, *, host: int | None = None) -> list[Asked]:
        """What was asked for ``path``, in order."""
        return [
            asked for asked in self.log if asked.path == path and (host is None or asked.host == self.addresses[host])
        ]

    # --- life ---------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        if self._failed is not None:
            raise self._failed
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001  raised again in the test's own thread
            self._failed = error
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._connections: set[asyncio.Task[None]] = set()
        servers = await self._bind()
        self._ready.set()
        await self._stop.wait()
        for server in servers:
            server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _bind(self) -> list[asyncio.Server]:
        """All addresses on one port; tries again when the port of the first is taken on another."""
        for _ in range(20):
            servers: list[asyncio.Server] = []
            port = 0
            try:
                for address in self.addresses:
                    server = await asyncio.start_server(self._connected, address, port, backlog=1024, ssl=self._tls)
                    servers.append(server)
                    port = server.sockets[0].getsockname()[1]
            except OSError:
                for server in servers:
                    server.close()
                continue
            self.port = port
            return servers
        raise RuntimeError(f"no port is free on all of {self.addresses}")

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            while await self._answer(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass
        finally:
            self._connections.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *fields = head.rstrip("\r\n").split("\r\n")
        path = line.split(" ")[1]
        headers = {name.strip().lower(): value.strip() for name, _, value in (one.partition(":") for one in fields)}
        host = writer.get_extra_info("sockname")[0]
        reply = self._reply(host, path, headers)
        if reply.hang:
            self.log.append(Asked(host, path, headers, 0))
            await self._stop.wait()
            return False
        if reply.reset:
            self.log.append(Asked(host, path, headers, 0))
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
            return False
        if reply.raw is not None:
            self.log.append(Asked(host, path, headers, 0))
            writer.write(reply.raw)
            await writer.drain()
            return False
        return await self._send(reply, host, path, headers, writer)

    async def _send(
        self, reply: Reply, host: str, path: str, headers: Mapping[str, str], writer: asyncio.StreamWriter
    ) -> bool:
        body = reply.body.encode() if isinstance(reply.body, str) else reply.body
        own = dict(reply.headers)
        status = reply.status
        if reply.etag:
            own["ETag"] = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        if reply.last_modified:
            own["Last-Modified"] = reply.last_modified
        if reply.content_type is not None:
            own["Content-Type"] = reply.content_type
        known = own.get("ETag") and headers.get("if-none-match") == own.get("ETag")
        unmodified = own.get("Last-Modified") and headers.get("if-modified-since") == own.get("Last-Modified")
        if known or unmodified:
            status, body = 304, b""
        elif reply.gzip:
            body, own["Content-Encoding"] = gzip.compress(body), "gzip"
        self.log.append(Asked(host, path, headers, status))
        if not reply.endless and status != 304:
            own["Content-Length"] = str(len(body) * reply.repeat)
        lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in own.items())]
        writer.write("\r\n".join((*lines, "", "")).encode("latin-1"))
        if reply.cut is not None:
            writer.write(body[: reply.cut])
            await writer.drain()
            return False
        for _ in range(reply.repeat):
            writer.write(body)
            await writer.drain()
        return not reply.endless

    def _reply(self, host: str, path: str, headers: Mapping[str, str]) -> Reply:
        script = self._scripts.get((host, path), NOT_FOUND)
        if isinstance(script, Reply):
            return script
        if callable(script):
            return script(headers)
        used = self._uses.get((host, path), 0)
        self._uses[host, path] = used + 1
        return script[min(used, len(script) - 1)]

    def _absolute(self, link: str, host: int) -> str:
        return link if "://" in link else self.url(link, host=host)
