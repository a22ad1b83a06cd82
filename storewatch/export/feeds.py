"""A query as a feed that any reader can follow: Atom (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from storewatch.export import About, Row, Written

ATOM = "http://www.w3.org/2005/Atom"
#: What a feed without any item says of its age: nothing new since the beginning.
NEVER = "1970-01-01T00:00:00Z"


def write_atom(path: Path, rows: Iterable[Row], about: About) -> Written:
    """Item by item: how new the newest is stands in the head, and is filled in at the end."""
    count, newest = 0, NEVER
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"<?xml version='1.0' encoding='utf-8'?>\n<feed xmlns=\"{ATOM}\">\n")
        file.write(_element("title", about.title))
        file.write(_element("id", f"urn:storewatch:{about.kind}:{_digest(about.query)}"))
        file.write("<author>" + _element("name", "storewatch") + "</author>\n")
        place = file.tell()
        file.write(_updated(NEVER))
        for row in rows:
            item = _item(row, about)
            newest = max(newest, item["date"], key=datetime.fromisoformat)
            file.write(_entry(item))
            count += 1
        file.write("</feed>\n")
        file.seek(place)
        file.write(_updated(newest))
    return Written(count=count)


def _entry(item: dict[str, str]) -> str:
    parts = [_element(name, item[name]) for name in ("title", "id")]
    link = f"<link href={quoteattr(item['url'])}/>"
    return "".join(
        ("<entry>", *parts, link, _element("updated", item["date"]), _element("summary", item["summary"]), "</entry>\n")
    )


def _updated(date: str) -> str:
    """Always as long: the blanks behind it are nothing to XML, and any instant fits."""
    return _element("updated", date).ljust(60) + "\n"


def write_json_feed(path: Path, rows: Iterable[Row], about: About) -> Written:
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        head = {"version": "https://jsonfeed.org/version/1.1", "title": about.title}
        file.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "items": [')
        for row in rows:
            file.write(",\n" if count else "\n")
            file.write(json.dumps(_json_item(_item(row, about)), ensure_ascii=False))
            count += 1
        file.write("\n]}\n")
    return Written(count=count)


def _json_item(item: dict[str, str]) -> dict[str, str]:
    return {
        "id": item["id"],
        "url": item["url"],
        "title": item["title"],
        "content_text": item["summary"],
        "date_published": item["date"],
    }


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
        "url": _xml(row.get("url") or row.get("first_url") or ""),
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


# Characters that XML 1.0 does not have.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _xml(text: Any) -> str:
    """Without characters that XML does not have."""
    return _NOT_XML.sub("", str(text))


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"
