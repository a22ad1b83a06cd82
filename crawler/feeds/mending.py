"""Mends what XML forbids and feeds have all the same: bare ampersands, HTML entities, control characters."""

from __future__ import annotations

import re
from html.entities import html5

# Characters that XML 1.0 forbids; one of them makes a strict parser give up on the whole feed.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# CDATA (left alone), named entities, and ampersands that begin nothing. An entity that a DOCTYPE defines is not known
# here and becomes text, so no DOCTYPE can expand or include anything.
_MENDABLE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:([A-Za-z]\w{0,30});|(?!#\d{1,7};|#[xX][0-9A-Fa-f]{1,6};))", re.S
)
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})


def mend(text: str) -> str:
    """``text`` with what XML allows in the place of every ampersand: named HTML entities become characters, anything
    else ``&amp;``."""
    return _MENDABLE.sub(_mended, text) if "&" in text else text


def _mended(match: re.Match[str]) -> str:
    found = match.group()
    if found.startswith("<!"):
        return found
    name = match.group(1)
    if name is None:
        return "&amp;"
    return found if name in _XML_ENTITIES else html5.get(name + ";", f"&amp;{name};")
