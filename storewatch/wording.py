"""Facts in words, for tables and messages. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

#: C0 and C1 control characters and marks of direction: in a title they could move the cursor, recolour the terminal or
#: begin another header.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
#: How each count is to be read: ``about`` 50 is ``~50``.
COUNT_MARKS: Mapping[str | None, str] = {"exact": "{}", "at_least": "{}+", "about": "~{}", "at_most": "≤{}", None: "{}"}


def count_text(count: int | None, count_is: str | None) -> str:
    """A store count: ``2000+`` for at least, ``~50`` for about, ``≤10`` for at most."""
    return "" if count is None else COUNT_MARKS.get(count_is, "{}").format(count)


def place_text(city: str | None, country: str | None, region: str | None) -> str:
    """Where: ``Cologne, DE``; the region where neither city nor country is known."""
    return ", ".join(part for part in (city, country) if part) or region or ""


def one_line(text: str) -> str:
    """``text`` without line breaks and without characters that control a terminal."""
    return CONTROL.sub(" ", text).strip()


def without_secrets(text: str) -> str:
    """``text`` with the passwords of all URLs in it blotted out.

    >>> without_secrets("postgresql://anna:geheim@db/news?sslpassword=x")
    'postgresql://anna:***@db/news?sslpassword=***'
    """
    text = re.sub(r"(://[^:/@\s]*:)\S*@", r"\1***@", text)
    return re.sub(r"(?i)([?&](?:\w*password|passwd|pwd|\w*token)=)[^&\s]*", r"\1***", text)


def event_text(event: Mapping[str, Any]) -> str:
    """An event in a line: ``Xiaomi plan 2000, own_store, outside China, when: 2020``; its fields as in ``v_events``."""
    count = count_text(event["store_count"], event["count_is"])
    what = " ".join(part for part in (event["vendor"], event["action"], count) if part)
    horizon = event["horizon"] or event["horizon_text"]
    parts = [
        what,
        event["store_type"],
        place_text(event["city"], event["country"], event["region"]),
        f"share {event['share']:g}" if event["share"] is not None else "",
        f"when: {horizon}" if horizon else "",
        f"with {event['partner']}" if event["partner"] else "",
        event["certainty"],
        f"says {event['speaker']}" if event["speaker"] else "",
        f"from {event['source_outlet']}" if event["source_outlet"] else "",
    ]
    return one_line(", ".join(part for part in parts if part))


def json_text(value: object, *, indent: int | None = None) -> str:
    """JSON with every script readable; escaped only where a text holds half a surrogate pair, which UTF-8 cannot."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, indent=indent)
    return text
