"""Exceptions of Scrapy, Twisted and OpenSSL -> our failures. The one place that knows their classes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from OpenSSL.SSL import Error as TlsError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from service_identity import VerificationError
from twisted.internet.error import ConnectError, ConnectionClosed
from twisted.web.client import ResponseFailed
from twisted.web.http import _DataLoss

from crawler import policy
from storewatch.errors import PageError
from storewatch.types import FetchFailure


class FetchRefused(IgnoreRequest):
    """A middleware of ours does not let a request through, or an answer; ``failure`` says why."""

    def __init__(self, failure: FetchFailure) -> None:
        super().__init__(failure.detail)
        self.failure = failure


class RunStopping(FetchRefused):
    """The run is being stopped; what has not been asked for yet is left for the next one."""

    def __init__(self) -> None:
        super().__init__(policy.failure("stopped"))


_BY_CLASS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    ((TlsError, VerificationError), "tls"),
    (CannotResolveHostError, "dns"),
    (DownloadTimeoutError, "timeout"),
    (DownloadConnectionRefusedError, "connect"),
    ((UnsupportedURLSchemeError, NotSupported), "bad_url"),
    ((ResponseDataLossError, _DataLoss), "broken"),
    (ConnectError, "connect"),
    ((ConnectionClosed, DownloadFailedError, ResponseFailed, OSError), "broken"),
    (ValueError, "bad_url"),
)


def failure_of(error: BaseException) -> FetchFailure:
    """What ``error`` means."""
    for cause in _causes(error):
        if isinstance(cause, FetchRefused):
            return cause.failure
        if isinstance(cause, PageError):
            hint = f" ({cause.hint})" if cause.hint else ""
            return replace(policy.failure(cause.reason), detail=cause.problem + hint)
    if isinstance(error, (IgnoreRequest, DownloadCancelledError)):
        return _of_message(str(error), cancelled=isinstance(error, DownloadCancelledError))
    for kind, reason in _BY_CLASS:
        for cause in _causes(error):
            if isinstance(cause, kind):
                return policy.failure(reason, detail=_detail(cause) if reason in ("tls", "connect") else "")
    return policy.failure("broken", detail=f"{type(error).__name__}: {error}"[:200])


def _of_message(message: str, *, cancelled: bool) -> FetchFailure:
    """What Scrapy ignores it says in words; what it cancels was too large, which it says when it knew beforehand."""
    if "max redirections" in message:
        return policy.failure("redirects")
    if limit := _MAX_SIZE.search(message):
        return policy.failure("too_large", detail=f"over {int(limit.group(1)) / 1e6:.3g} MB")
    return policy.failure("too_large") if cancelled else policy.failure("broken", detail=message[:200])


_MAX_SIZE = re.compile(r"(?:max size|MAXSIZE) \((\d+)")


def _causes(error: BaseException, depth: int = 0) -> Iterator[BaseException]:
    """``error``, what it was raised from, and what Twisted packed into it."""
    if depth > 8:
        return
    yield error
    if error.__cause__ is not None:
        yield from _causes(error.__cause__, depth + 1)
    for reason in getattr(error, "reasons", None) or ():
        if value := getattr(reason, "value", None):
            yield from _causes(value, depth + 1)


def _detail(error: BaseException) -> str:
    if isinstance(error, TlsError):
        # [('SSL routines', '', 'certificate verify failed')]: the last words say it
        words = [str(part[-1]) for part in error.args[0] if part] if error.args and error.args[0] else []
        return ", ".join(words)
    if isinstance(error, VerificationError):
        return "the certificate is for another name"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).splitlines()[0].rstrip(".")[:120] if str(error) else ""
