"""What a fetched body is, and its text in the right charset, before any parser sees it."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Literal

from crawler.feeds.mending import FORBIDDEN
from crawler.feeds.unpack import PIECE, head_of, is_packed, unpack
from storewatch.errors import FeedError

# feedparser needs 7.6 s for 600 KB of nested tags (research/crawl.md); real feeds seldom reach 2 MB.
MAX_BYTES = 5 * 1024 * 1024

Kind = Literal["feed", "sitemap", "sitemap_index", "json_feed", "html", "text", "binary", "other_xml", "other_json"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.I)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.I)
_XML_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]{0,400}?\?>")
_JUNK = 4096
_FEED_OPENS = re.compile(
    r"<\?xml\b[^>]{0,400}\?>\s*<(?:rss|feed|rdf:RDF|[!?])|<(?:rss|rdf:RDF)\s|<feed\s[^>]*xmlns", re.I
)
_PAGE_OPENS = re.compile(r"<(?:html|head|body|!doctype html)\b", re.I)
_MISC = re.compile(r"\s+|<!--.*?-->|<\?.*?\?>|<!DOCTYPE(?:[^\[>]|\[[^\]]*\])*>", re.S | re.I)
_ROOT = re.compile(r"<(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)")
_ADDRESS_LINE = re.compile(r"https?://[^\s<>\"]{4,2048}", re.I)
_NO_WORDS = re.compile(rb"<[^<>]{0,2000}>|https?://[^\s<]+")
_HIGH_BYTES = bytes(range(0x80, 0x100))
_LATIN_LETTERS = bytes(range(ord("A"), ord("Z") + 1)) + bytes(range(ord("a"), ord("z") + 1))
# What the web was written in before UTF-8, beside the Latin charsets.
_NOT_LATIN = [
    *("cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "tis_620"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"),
]
_CONTROL_BYTES = bytes(byte for byte in range(32) if byte not in b"\t\n\r\x1b")
# Codecs that write other characters in 7 bits: their bytes are valid UTF-8 and mean something else.
_SEVEN_BIT = frozenset({"iso2022_jp", "iso2022_jp_2", "iso2022_kr", "hz", "utf_7"})
# ISO 8859-1 on the web means windows-1252 (WHATWG Encoding, labels), GB2312 means GB18030.
_WEB_LABELS = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "iso8859-9": "cp1254"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body's kind, its text without byte order mark, XML declaration and forbidden characters, and its bytes as they
    came. Of a sitemap only the head's text: it may be huge, and is read piece by piece from ``raw``."""

    kind: Kind
    text: str
    raw: bytes = b""


def _foreign(error: UnicodeError) -> tuple[str, int]:
    """Letters of windows-1252 within UTF-8 stay letters: sites join texts of several origins."""
    assert isinstance(error, UnicodeDecodeError)
    text = error.object[error.start : error.end].decode("cp1252", "replace")
    return "".join(char if char.isalpha() and char not in "\u00fe\u00ff" else "\ufffd" for char in text), error.end


#: Name of the error handler of decoders for text that should be UTF-8.
FOREIGN = "storewatch.foreign"
codecs.register_error(FOREIGN, _foreign)


def open_body(body: bytes, *, url: str, content_type: str | None = None) -> Body:
    """Decode ``body`` and say what it is; gunzips ``.gz``. Raises :class:`FeedError` (``empty``, ``too_large``,
    ``malformed``)."""
    head = head_of(body, url)
    if _is_binary(head):
        return Body(kind="binary", text="")
    text = decode(head, content_type)
    kind = sniff(text)
    if kind in ("sitemap", "sitemap_index"):
        return Body(kind=kind, text=text, raw=body)
    whole = unpack(body, url, limit=MAX_BYTES)
    if len(whole) > MAX_BYTES:
        more = " or more" if is_packed(body) else ""
        problem = f"is larger than {MAX_BYTES // (1024 * 1024)} MB ({len(whole) / 1e6:.1f} MB{more})"
        raise FeedError(url, problem, reason="too_large")
    if len(whole) > PIECE:
        text = decode(whole, content_type)
    text = _behind_junk(text)
    if not text.strip():
        raise FeedError(url, "the server sent an empty body instead of a feed", reason="empty")
    return Body(kind=sniff(text), text=text, raw=body)


def decode(body: bytes, content_type: str | None = None) -> str:
    """Bytes -> text. Valid UTF-8 is taken as UTF-8 whatever is declared, because text in other charsets hardly ever is
    valid UTF-8; then the XML declaration counts, then the header, then guesses. Never raises."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return _tidy(body[len(bom) :].decode(name, "replace"))
    if zeros := _two_byte(body):
        return _tidy(body.decode(zeros, "replace"))
    declared = _declared(body, content_type)
    if declared and _codec(declared[0]) in _SEVEN_BIT:
        return _tidy(body.decode(declared[0], "replace"))
    # The incremental decoder forgives a character cut in two at the end of a truncated body.
    try:
        return _tidy(codecs.getincrementaldecoder("utf-8")("strict").decode(body))
    except UnicodeDecodeError:
        return _tidy(_decode_legacy(body, declared))


def charset_of(head: bytes) -> str:
    """The codec of a body that is read piece by piece, by its first piece: ``utf-8-sig`` unless a byte order mark, the
    pattern of its zeros or, where it is no UTF-8, its declaration says otherwise."""
    for bom, name in _BOMS:
        if head.startswith(bom) and name != "utf-8":
            return name.removesuffix("-le").removesuffix("-be")
    if zeros := _two_byte(head):
        return zeros
    declared = _declared(head, None)
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(head)
    except UnicodeDecodeError:
        if declared and (codec := codecs.lookup(declared[0]).name) != "utf-8":
            return _WEB_LABELS.get(codec, codec)
    return "utf-8-sig"


def _two_byte(body: bytes) -> str | None:
    """UTF-16 without a byte order mark, by the zeros in its first tag."""
    if body[:4] in (b"<\x00?\x00", b"<\x00r\x00", b"<\x00f\x00", b"<\x00u\x00", b"<\x00s\x00"):
        return "utf-16-le"
    if body[:4] in (b"\x00<\x00?", b"\x00<\x00r", b"\x00<\x00f", b"\x00<\x00u", b"\x00<\x00s"):
        return "utf-16-be"
    return None


def sniff(text: str) -> Kind:
    """Say what ``text`` is by its first element; a content type is no proof (feeds come as text/html)."""
    start = _skip_misc(text)
    head = text[start : start + 1]
    if head in ("{", "["):
        return "json_feed" if _looks_like_json_feed(text) else "other_json"
    if head != "<":
        return "sitemap" if _is_list_of_addresses(text, start) else "text"
    root = _ROOT.match(text, start)
    name = root.group(2).lower() if root else ""
    if name in ("rss", "feed", "rdf", "channel"):
        return "feed"
    if name == "urlset":
        return "sitemap"
    if name == "sitemapindex":
        return "sitemap_index"
    if name in ("html", "head", "body", "div", "p", "script", "meta", "title", "table", "center", "h1", "span"):
        return "html"
    if text[:400].lower().lstrip().startswith("<!doctype html"):
        return "html"
    return "other_xml"


def _behind_junk(text: str) -> str:
    """A feed behind what a program wrote before it, such as a warning of PHP."""
    head = text[:_JUNK]
    match = _FEED_OPENS.search(head)
    if match is None or match.start() == 0 or _PAGE_OPENS.search(head, 0, match.start()):
        return text
    return _XML_DECLARATION.sub("", text[match.start() :], count=1)


def _skip_misc(text: str) -> int:
    position = 0
    while match := _MISC.match(text, position):
        position = match.end()
    return position


def _looks_like_json_feed(text: str) -> bool:
    return "jsonfeed.org/version" in text[:4096] or ('"items"' in text and '"version"' in text[:4096])


def _is_list_of_addresses(text: str, start: int) -> bool:
    """A text sitemap (sitemaps.org): an address a line. The last line of a head may be cut."""
    lines = text[start : start + 4096].split("\n")
    lines = [line.strip() for line in (lines[:-1] if len(lines) > 3 else lines) if line.strip()]
    return bool(lines) and all(_ADDRESS_LINE.fullmatch(line) for line in lines)


def _is_binary(body: bytes) -> bool:
    """Pictures, archives and the like: over 5 % control bytes in the first 2 KB, and not UTF-16 or UTF-32."""
    head = body[:2048]
    if head[:4].count(0) or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    return len(head) - len(head.translate(None, _CONTROL_BYTES)) > 0.05 * len(head)


def _declared(body: bytes, content_type: str | None) -> list[str]:
    found = []
    head = body[:1024]
    if match := _DECLARED.match(head) or _META.search(head):
        found.append(match.group(1).decode("ascii"))
    if content_type and (in_header := _HEADER.search(content_type)):
        found.append(in_header.group(1))
    return [name for name in found if _codec(name)]


def _codec(name: str) -> str | None:
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # bytes-to-bytes codecs such as "hex" or "zip" are no charsets
    return info.name.replace("-", "_") if getattr(info, "_is_text_encoding", True) else None


def _decode_legacy(body: bytes, declared: list[str]) -> str:
    for name in declared:
        codec = codecs.lookup(name).name
        if codec == "utf-8":
            # Declared UTF-8 with broken places: mostly UTF-8 when whole characters outnumber the broken bytes.
            broken = body.decode("utf-8", "replace")
            if broken.count("\ufffd") <= sum(1 for char in broken if char > "\x7f" and char != "\ufffd"):
                return body.decode("utf-8", FOREIGN)
            continue
        return body.decode(_WEB_LABELS.get(codec, codec), "replace")
    return body.decode(_guess(body), "replace")


def _guess(body: bytes) -> str:
    """The charset of undeclared text. Latin letters mean windows-1252, the web's default: statistics over a few
    umlauts are no better than dice. Only text that is mostly other bytes is worth them."""
    words = _NO_WORDS.sub(b" ", body[:50_000])
    high = len(words) - len(words.translate(None, _HIGH_BYTES))
    latin = len(words) - len(words.translate(None, _LATIN_LETTERS))
    if high < 0.4 * latin:
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(words, cp_isolation=_NOT_LATIN).best()
    return best.encoding if best else "cp1252"


def _tidy(text: str) -> str:
    text = text.removeprefix("\ufeff")
    return FORBIDDEN.sub("", _XML_DECLARATION.sub("", text, count=1))
