"""Raw item fields of any format -> :class:`FeedEntry`, and the book-keeping of what was skipped."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from storewatch.types import FeedEntry, Moment
from storewatch.urls import canonical_url

# A feed that lists more is an archive; the newest come first in practically all of them.
MAX_ENTRIES = 1000
MAX_TITLE = 500
MAX_SUMMARY = 5000
MAX_CONTENT = 500_000
MAX_URL = 2048

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
_HIDDEN = re.compile(r"<(script|style|iframe|noscript)\b.*?(?:</\1\s*>|\Z)", re.S | re.I)
_BLOCK = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|td|table|blockquote|figure|figcaption|hr|section)\b[^<>]*>", re.I
)
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
# Tags that nobody writes about in a title or summary.
_ESCAPED_TWICE = re.compile(r"</(?:p|div|a)>|<(?:br|img|p|div|a)(?:\s[^<>]*)?/?>", re.I)
_SPACE = re.compile(r"\s+")
_CONTROL_IN_URL = re.compile(r"[\x00-\x20\x7f]")


@dataclass(slots=True)
class Collector:
    """Gathers the usable items of one feed and counts the rest."""

    base: str
    entries: list[FeedEntry] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    seen: set[str] = field(default_factory=set)
    _own: str = field(init=False)

    def __post_init__(self) -> None:
        self._own = canonical_url(self.base)

    def add(
        self,
        *,
        links: list[str],
        guid: str | None = None,
        title: str = "",
        summary: str = "",
        content_html: str | None = None,
        published: Moment | None = None,
        updated: Moment | None = None,
        authors: tuple[str, ...] = (),
    ) -> None:
        """Take an item; ``links`` are its addresses, best first, absolute or relative to the feed."""
        candidates = [link for link in links if link and link.strip()]
        url = next((url for link in candidates if (url := web_url(link, self.base))), None)
        if url is None and guid and re.match(r"\s*https?://", guid, re.I):
            url = web_url(guid, self.base)
        # Link counters are unwrapped and tracking parameters dropped before anything is fetched.
        url = canonical_url(url) if url else None
        if url is None:
            self.skipped["bad_link" if candidates else "no_link"] += 1
        elif url == self._own:
            self.skipped["self_link"] += 1
        elif url in self.seen:
            self.skipped["repeated"] += 1
        elif len(self.entries) >= MAX_ENTRIES:
            self.skipped["beyond_limit"] += 1
        else:
            self.seen.add(url)
            self.entries.append(
                FeedEntry(
                    url=url,
                    title=plain_text(title)[:MAX_TITLE],
                    summary=plain_text(summary or content_html or "")[:MAX_SUMMARY],
                    guid=(guid or "").strip()[:MAX_URL] or None,
                    published=published,
                    updated=updated,
                    authors=authors,
                    content_html=content_html[:MAX_CONTENT] if content_html else None,
                )
            )


def web_url(link: str, base: str) -> str | None:
    """``link`` as an absolute http(s) address without fragment, or None when it cannot be one."""
    link = _CONTROL_IN_URL.sub(lambda match: "%20" if match.group() == " " else "", link.strip())
    if not link:
        return None
    try:
        url = urljoin(base, link)
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > MAX_URL or port == 0:
        return None
    return url.partition("#")[0]


def plain_text(markup: str) -> str:
    """Text of an HTML fragment on one line; a ``<`` that opens no tag stays. Of a fragment that was escaped twice the
    tags are taken off too."""
    if "<" in markup:
        markup = _without_tags(markup)
    if "&" in markup:
        markup = html.unescape(markup)
        if _ESCAPED_TWICE.search(markup):
            markup = html.unescape(_without_tags(markup))
    return _SPACE.sub(" ", markup.replace("\u00ad", "").replace("\u200b", "")).strip()


def _without_tags(markup: str) -> str:
    markup = _HIDDEN.sub(" ", _COMMENT.sub(" ", markup))
    return _TAG.sub("", _BLOCK.sub(" ", markup))
