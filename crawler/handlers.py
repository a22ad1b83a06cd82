"""The HTTP download handler with the address guard, which sits where connections are made.

Every connection of a crawl goes through the reactor's ``connectTCP``, with the IP address that name resolution gave:
literals, names, redirect targets, HTTP and HTTPS alike. The guard looks at that very address, so a name cannot resolve
to one address for the check and to another for the connection. All other download handlers are switched off in
:mod:`crawler.settings`. Here, right before it is sent, a request also waits for its host's turn (:mod:`crawler.pace`).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler

from crawler.addresses import refused
from crawler.failures import RunStopping
from storewatch.errors import AddressRefused

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.pace import Pace
    from crawler.runtime import Runtime

Connect = Callable[..., Any]


class GuardedHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler behind the guard.

    ``allow_private`` opens the guard (intranets, tests); ``proxy`` is the address of the configured proxy, the one
    private address that is always allowed. Behind a proxy only the literals of the URL can be checked here: the proxy
    resolves the names.
    """

    def __init__(
        self, crawler: Crawler, *, allow_private: bool = False, proxy: str | None = None, pace: Pace | None = None
    ) -> None:
        super().__init__(crawler)
        self._allow_private = allow_private
        self._proxy = proxy
        self._pace = pace
        self._stopping = False
        self._waiting: set[asyncio.Timeout] = set()
        self._under_way: set[asyncio.Timeout] = set()
        if not allow_private:
            guard_reactor(_addresses_of(proxy) if proxy else ())

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        runtime: Runtime | None = getattr(crawler.spider, "runtime", None)
        handler = cls(
            crawler,
            allow_private=settings.getbool("ALLOW_PRIVATE_ADDRESSES"),
            proxy=settings.get("PROXY"),
            pace=runtime.pace if runtime is not None else None,
        )
        if runtime is not None:
            runtime.when_stopping(handler.stop)
        return handler

    def stop(self, grace_s: float) -> None:
        """Refuse every request that has not been sent, and break off in ``grace_s`` seconds what is under way then."""
        self._stopping = True
        now = asyncio.get_running_loop().time()
        for scope in self._waiting:
            scope.reschedule(now)
        for scope in self._under_way:
            scope.reschedule(now + grace_s)

    async def download_request(self, request: Request) -> Response:
        if self._stopping:
            raise RunStopping
        if self._proxy and not self._allow_private:
            check_literal(request.url)
        if self._pace is not None:
            async with self._until_stopped(self._waiting):
                await self._pace.turn(urlsplit(request.url).hostname or "")
            if self._stopping:
                raise RunStopping
        async with self._until_stopped(self._under_way):
            return await super().download_request(request)

    @asynccontextmanager
    async def _until_stopped(self, scopes: set[asyncio.Timeout]) -> AsyncIterator[None]:
        """What is done inside ends when the run is stopped."""
        try:
            async with asyncio.timeout(None) as scope:
                scopes.add(scope)
                try:
                    yield
                finally:
                    scopes.discard(scope)
        except TimeoutError:
            if self._stopping:
                raise RunStopping from None
            raise


def check_literal(url: str) -> None:
    """Refuse a URL whose host is the literal of a special address, in any of the forms that resolvers accept.

    ``2130706433``, ``0x7f.1`` and ``127.1`` all mean 127.0.0.1 to ``inet_aton``.
    """
    host = urlsplit(url).hostname or ""
    if ":" in host:
        literal = host
    else:
        try:
            literal = socket.inet_ntoa(socket.inet_aton(host))
        except OSError:
            return
    _check(literal, host)


def _check(address: str, shown: str) -> None:
    why = refused(address)
    if why is not None:
        raise AddressRefused(
            shown,
            f"its host is the {why} address {address}",
            reason="address_refused",
            hint="fetch.allow_private_addresses = true allows it",
        )


def guard_reactor(allowed: Collection[str] = ()) -> None:
    """Let the running reactor connect to public addresses only, and to those ``allowed``.

    The reactor belongs to this process, which exists for one crawl; there is no hook of Scrapy's or Twisted's at this
    place, so its method is wrapped. Calling it again replaces the former guard.
    """
    from twisted.internet import reactor

    connect: Connect = getattr(reactor.connectTCP, "unguarded", reactor.connectTCP)

    def guarded(host: str, *args: Any, **kwargs: Any) -> Any:
        if host not in allowed:
            _check(host, host)
        return connect(host, *args, **kwargs)

    guarded.unguarded = connect  # type: ignore[attr-defined]  # functions take attributes, mypy does not know
    reactor.connectTCP = guarded  # type: ignore[assignment, method-assign]  # see above: no hook


def _addresses_of(proxy: str) -> frozenset[str]:
    parts = urlsplit(proxy)
    host = parts.hostname or ""
    try:
        found = socket.getaddrinfo(host, parts.port or 80, type=socket.SOCK_STREAM)
    except OSError:
        return frozenset({host})
    return frozenset({host, *(str(entry[4][0]) for entry in found)})
