"""JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from crawler.feeds.dates import read_date
from crawler.feeds.entries import Collector, plain_text, web_url
from storewatch.errors import FeedError
from storewatch.types import Feed


def read_json(text: str, *, url: str, now: datetime) -> Feed:
    """Read a JSON Feed; raises :class:`FeedError` with reason ``malformed`` or ``not_a_feed``."""
    try:
        # Lenient about control characters in strings, which some generators write.
        data = json.loads(text, strict=False)
    except RecursionError:
        raise FeedError(url, "is JSON that is nested too deeply", reason="malformed") from None
    except ValueError as error:
        raise FeedError(url, f"is broken or truncated JSON ({error})", reason="malformed") from None
    if not isinstance(data, dict) or not isinstance(data.get("items"), list):
        raise FeedError(url, "is JSON, but no JSON Feed: it has no list of items", reason="not_a_feed")
    collector = Collector(base=url)
    for item in data["items"]:
        if isinstance(item, dict):
            _add(collector, item, now)
        else:
            collector.skipped["malformed"] += 1
    return Feed(
        url=url,
        format="json",
        title=plain_text(_text(data.get("title"))),
        entries=tuple(collector.entries),
        links=_links(data, url),
        skipped=dict(collector.skipped),
    )


def _links(data: dict[str, Any], url: str) -> dict[str, str]:
    """The feed's own links, named as Atom names them."""
    hubs = data.get("hubs")
    hub = hubs[0] if isinstance(hubs, list) and hubs and isinstance(hubs[0], dict) else {}
    named = {
        "self": data.get("feed_url"),
        "alternate": data.get("home_page_url"),
        "next": data.get("next_url"),
        "hub": hub.get("url"),
    }
    return {name: address for name, value in named.items() if (address := web_url(_text(value), url))}


def _add(collector: Collector, item: dict[str, Any], now: datetime) -> None:
    content = _text(item.get("content_html"))
    modified = read_date(_text(item.get("date_modified")), now=now)
    published = read_date(_text(item.get("date_published")), now=now) or modified
    collector.add(
        links=[_text(item.get("url")), _text(item.get("external_url"))],
        guid=_text(item.get("id")) or None,
        title=_text(item.get("title")),
        summary=_text(item.get("summary")) or _text(item.get("content_text")) or content,
        content_html=content or None,
        published=published,
        updated=modified if modified and published and modified.at > published.at else None,
        authors=_authors(item),
    )


def _authors(item: dict[str, Any]) -> tuple[str, ...]:
    listed = item.get("authors")
    people = listed if isinstance(listed, list) else [item.get("author")]
    names = (plain_text(_text(person.get("name"))) for person in people if isinstance(person, dict))
    return tuple(name for name in names if name)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
