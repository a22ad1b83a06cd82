from __future__ import annotations

import pytest
from OpenSSL.SSL import Error as TlsError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from twisted.internet.error import ConnectionLost, TCPTimedOutError
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

from crawler import policy
from crawler.failures import FetchRefused, RunStopping, failure_of
from storewatch.errors import AddressRefused

CERTIFICATE = TlsError([("SSL routines", "", "certificate verify failed")])


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


TOO_LARGE = "Expected to receive 20000000 bytes which is larger than download max size (10000000) in request <x>."
BOMB = "Ignored response <200 x> because its body exceeded DOWNLOAD_MAXSIZE (10000000 B) during decompression."
NO_CONNECTION = "no connection could be made"
NOT_TRUSTED = "no secure connection could be made: certificate verify failed"
BROKEN = "the answer broke off or was no HTTP"


@pytest.mark.parametrize(
    ("error", "reason", "detail"),
    [
        (CannotResolveHostError("no results"), "dns", "the host name could not be resolved"),
        (DownloadTimeoutError("took longer than 30 s"), "timeout", "it did not answer in time"),
        (DownloadConnectionRefusedError("111: refused"), "connect", f"{NO_CONNECTION}: 111: refused"),
        (TCPTimedOutError(), "connect", f"{NO_CONNECTION}: TCP connection timed out"),
        (DownloadFailedError("x"), "broken", BROKEN),
        (ResponseDataLossError(), "broken", BROKEN),
        (ConnectionLost(), "broken", BROKEN),
        (OSError("Not a gzipped file"), "broken", BROKEN),
        (UnsupportedURLSchemeError("gopher"), "bad_url", "is no address that can be asked for"),
        (DownloadCancelledError(""), "too_large", "is too large"),
        (DownloadCancelledError(TOO_LARGE), "too_large", "is too large: over 10 MB"),
        (IgnoreRequest(BOMB), "too_large", "is too large: over 10 MB"),
        (IgnoreRequest("max redirections reached"), "redirects", "more than 5 redirects"),
        (FetchRefused(policy.failure("robots")), "robots", "its robots.txt does not allow it"),
        (RunStopping(), "stopped", "the run was stopped before it was asked for"),
        (CERTIFICATE, "tls", NOT_TRUSTED),
        (ResponseFailed([Failure(CERTIFICATE)]), "tls", NOT_TRUSTED),
        (caused(DownloadFailedError("x"), ResponseFailed([Failure(CERTIFICATE)])), "tls", NOT_TRUSTED),
        (RuntimeError("a surprise"), "broken", f"{BROKEN}: RuntimeError: a surprise"),
    ],
)
def test_failure_of(error: Exception, reason: str, detail: str) -> None:
    failure = failure_of(error)
    assert (failure.reason, failure.detail) == (reason, detail)


def test_the_guards_own_words_are_kept() -> None:
    problem = "its host is the private address 10.0.0.1"
    refused = AddressRefused("10.0.0.1", problem, reason="address_refused", hint="so it goes")
    failure = failure_of(caused(DownloadFailedError("x"), refused))
    assert (failure.reason, failure.detail) == ("address_refused", f"{problem} (so it goes)")
    assert failure.permanent
