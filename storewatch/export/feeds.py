"""A query as a feed that any reader can follow: Atom (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from storewatch.export import About, Row

ATOM = "http://www.w3.org/2005/Atom"
#: What a feed without any item says of its age: nothing new since the beginning.
NEVER = "1970-01-01T00:00:00Z"


def write_atom(path: Path, rows: Iterable[Row], about: About) -> int:
    items = [_item(row, about) for row in rows]
    ET.register_namespace("", ATOM)
    feed = ET.Element(f"{{{ATOM}}}feed")
    _add(feed, "title", about.title)
    _add(feed, "id", f"urn:storewatch:{about.kind}:{_digest(about.query)}")
    _add(feed, "updated", max((item["date"] for item in items), default=NEVER))
    _add(feed, "author").append(_text_of("name", "storewatch"))
    for item in items:
        entry = _add(feed, "entry")
        _add(entry, "title", item["title"])
        _add(entry, "id", item["id"])
        _add(entry, "link").set("href", item["url"])
        _add(entry, "updated", item["date"])
        _add(entry, "summary", item["summary"])
    ET.ElementTree(feed).write(path, encoding="utf-8", xml_declaration=True)
    return len(items)


def write_json_feed(path: Path, rows: Iterable[Row], about: About) -> int:
    items = [_item(row, about) for row in rows]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": about.title,
        "items": [
            {
                "id": item["id"],
                "url": item["url"],
                "title": item["title"],
                "content_text": item["summary"],
                "date_published": item["date"],
            }
            for item in items
        ],
    }
    path.write_text(json.dumps(feed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return len(items)


def _item(row: Row, about: About) -> dict[str, str]:
    """What a reader shows of an article or an event."""
    number = row.get("event_id") or row.get("article_id") or row.get("story_id") or row.get("ledger_id")
    if "evidence" in row:
        what = [row.get("vendor"), row.get("action"), row.get("store_count"), row.get("city"), row.get("country")]
        title = " · ".join(str(part) for part in what if part not in (None, ""))
        summary = row["evidence"]
    else:
        title = str(row.get("title") or number)
        summary = str(row.get("snippet") or row.get("text") or "")[:500]
    return {
        "id": f"urn:storewatch:{about.kind}:{number}",
        "title": _xml(title),
        "url": str(row.get("url") or row.get("first_url") or ""),
        "date": _instant(row),
        "summary": _xml(summary),
    }


def _instant(row: Row) -> str:
    """A full instant: Atom takes no less. A day, month or year is its first moment in UTC."""
    said = str(row.get("published_at") or row.get("first_seen_at") or row.get("first_said_at") or NEVER)
    full = said + {4: "-01-01", 7: "-01"}.get(len(said), "")
    if "T" not in full:
        return full + "T00:00:00Z"
    has_zone = full.endswith("Z") or full[-6] in "+-"
    return full if has_zone else full + "Z"


def _xml(text: Any) -> str:
    """Without characters that XML does not have."""
    return "".join(sign for sign in str(text) if sign in "\t\n\r" or (sign >= " " and not "\ud800" <= sign <= "\udfff"))


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _add(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    child = _text_of(name, text)
    parent.append(child)
    return child


def _text_of(name: str, text: str | None) -> ET.Element:
    element = ET.Element(f"{{{ATOM}}}{name}")
    element.text = text
    return element
