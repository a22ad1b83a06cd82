"""Is it a page at all? Refused by their bytes: documents, pictures, archives, feeds, data, noise."""

from __future__ import annotations

import html
import json
import re
from typing import NamedTuple

MAX_BYTES = 10_000_000
"""More than this is no news page; parsing it would take seconds and hundreds of MB."""


class Problem(NamedTuple):
    """A stable reason code and a sentence for people."""

    reason: str
    detail: str


_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"PK\x03\x04", "a ZIP archive or Office document"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
    (b"BZh", "bzip2 data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document"),
    (b"\x7fELF", "a program"),
    (b"OggS", "a media file"),
    (b"ID3", "a media file"),
    (b"\x1aE\xdf\xa3", "a media file"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "a PostScript document"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"SQLite format 3\x00", "a database"),
)
_FEED = re.compile(
    rb"(?:<\?[^>]*\?>\s*|<!--.*?-->\s*|<!DOCTYPE rss[^>]*>\s*)*<(?:rss|feed|rdf:RDF|urlset|sitemapindex|opml)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(r"<(?:!doctype|/?[a-z][a-z0-9-]*(?:\s[^<>]*)?/?>)", re.IGNORECASE)
_TEXT_BYTES = bytes(b for b in range(256) if b >= 0x20 or b in b"\t\n\r\f\x1b")
_MAX_NOISE = 0.05


def refuse(body: bytes) -> Problem | None:
    """Why these bytes are no page, or None when they may be one."""
    if len(body) > MAX_BYTES:
        return Problem("too_large", f"it has {len(body):,} bytes, more than {MAX_BYTES:,}")
    start = body[:4096].lstrip(b"\x00\t\n\r\x0c \xef\xbb\xbf")
    if not start and not body.strip(b"\x00\t\n\r\x0c \xef\xbb\xbf"):
        return Problem("empty", "it is empty")
    for magic, what in _MAGIC:
        if start.startswith(magic):
            return Problem("not_html", f"it is {what}")
    if start[:4] == b"RIFF" or start[4:8] == b"ftyp":
        return Problem("not_html", "it is a media file")
    if _FEED.match(start):
        return Problem("not_html", "it is a feed or sitemap")
    if start[:1] in (b"{", b"[") and _is_json(body):
        return Problem("not_html", "it is JSON")
    return Problem("not_html", "it is binary data") if _is_noise(body) else None


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _is_noise(body: bytes) -> bool:
    """Many control bytes, without being UTF-16 or UTF-32."""
    sample = body[:20_000]
    if sample[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return False
    control = len(sample.translate(None, _TEXT_BYTES))
    if control <= _MAX_NOISE * len(sample):
        return False
    nuls = sample.count(0)
    return not (nuls > 0.2 * len(sample) and control - nuls <= _MAX_NOISE * len(sample) and b"<" in sample)


def has_markup(text: str) -> bool:
    """Is there any HTML tag in it?"""
    return _TAG.search(text) is not None


def wrap_text(text: str) -> str:
    """A page made of plain text: a paragraph for each block between empty lines, or for each line."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    if len(blocks) == 1:
        blocks = blocks[0].split("\n")
    body = "".join(f"<p>{html.escape(' '.join(block.split()))}</p>" for block in blocks if block.strip())
    return f"<html><body><article>{body}</article></body></html>"
