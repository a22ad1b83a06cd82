"""Requests that are asked for, and what their answers are: the same for every spider."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import policy
from crawler.failures import failure_of
from storewatch import logs
from storewatch.types import FeedEntry, FetchFailure, Page


def make_request(url: str, **arguments: Any) -> Request | None:
    """A request that no filter drops, or None when ``url`` cannot be asked for. Its meta says for which ``source`` it
    is, by default that of whoever asks."""
    try:
        if urlsplit(url).scheme.lower() not in ("http", "https") or not urlsplit(url).hostname:
            return None
        meta = {"source": logs.current_source(), **arguments.pop("meta", {})}
        return Request(url, dont_filter=True, meta=meta, **arguments)
    except ValueError:
        return None


def header(response: Response, name: bytes) -> str | None:
    """A header of an answer as text."""
    value = response.headers.get(name)
    return value.decode("latin-1").strip() if value else None


def request_failure(failure: Failure) -> FetchFailure:
    """What an errback's failure means."""
    assert failure.value is not None
    return failure_of(failure.value)


def answer_failure(response: Response) -> FetchFailure | None:
    """Why an answer is no page, None when it is one."""
    if not 200 <= response.status < 300:
        return policy.failure_of_status(response.status)
    assert response.request is not None
    if reason := response.request.meta.get("stopped_because"):
        media_type = header(response, b"Content-Type")
        return policy.failure(reason, detail=f"Content-Type {media_type}" if media_type else "")
    return None


def page_of(url: str, response: Response, entry: FeedEntry | None = None) -> Page:
    """The page in an answer, with what its feed said of it."""
    return Page(
        url=url,
        final_url=response.url,
        body=response.body,
        charset=charset_of(header(response, b"Content-Type")),
        status=response.status,
        etag=header(response, b"ETag"),
        last_modified=header(response, b"Last-Modified"),
        fetched_at=datetime.now(UTC),
        entry_title=entry.title if entry else "",
        entry_summary=entry.summary if entry else "",
        entry_published=entry.published if entry else None,
        entry_content_html=entry.content_html if entry else None,
    )


def charset_of(content_type: str | None) -> str | None:
    """The charset that a Content-Type header names, as it is written there."""
    for part in (content_type or "").split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'") or None
    return None
