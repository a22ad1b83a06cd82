"""URLs: what we store and show, and what must be equal for the same page.

Two forms, because they serve two needs:

``canonical_url``
    The address as it is stored, shown and fetched. Only changes that cannot lead to another page are made: redirectors
    and AMP caches are unwrapped, host and escapes normalised, tracking parameters, session ids and fragments dropped.
``url_key``
    Two addresses with the same key are the same page. Here, and only here, ``http``/``https``, ``www.``/``m.``/``amp.``
    hosts, AMP and print variants, index files, trailing slashes and the order of parameters are folded. A key is never
    fetched.

Two different articles under one key would lose one of them for ever; the same article under two keys is still found by
its text. So, in doubt, keys differ. Nothing in here touches the network: registrable domains come from the public
suffix list bundled with tldextract.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit

from storewatch.urls.params import is_tracking, is_variant
from storewatch.urls.redirectors import target
from storewatch.urls.sites import folded

if TYPE_CHECKING:
    from tldextract import TLDExtract

_MAX_KEY = 512
"""Longest key kept as it is (characters); an index entry of PostgreSQL ends at 2,704 bytes."""
_MAX_UNWRAPS = 5
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE = "/:@!$&'()*+,;=-._~%"
_QUERY_SAFE = "/?:@!$&'()*+,;=-._~%[]"

_VARIANT_LABELS = frozenset({"www", "m", "mobile", "mobil", "amp", "touch", "wap", "pda", "print"})
_BLOGSPOT = re.compile(r"(.+\.blogspot)\.(?:com?\.)?[a-z]{2,3}")
_INDEX_FILE = re.compile(r"/(?:index|default)\.(?:html?|shtml|xhtml|php[345]?|aspx?|jsp|cfm)$", re.IGNORECASE)
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;?]*", re.IGNORECASE)
_ASP_SESSION = re.compile(r"/\((?:[A-Z]\([0-9a-z_-]{16,}\))+\)(?=/)", re.IGNORECASE)
_VARIANT_SUFFIX = re.compile(
    r"\.amp(?=\.html?$|$)"
    # A word may end in "-amp" or be about printing; behind an article's number it is neither.
    r"|[_~]amp(?=\.html?$)|(?<=\d{5})-(?:amp|print|druck|rss)(?=\.html?$)",
    re.IGNORECASE,
)
_AMP_SEGMENTS = frozenset({"amp", "amphtml", "google-amp"})
_AMP_FOLDERS = frozenset({("google", "amp"), ("platform", "amp")})
_AMP_TYPE = re.compile(r"^amp_(?=[a-z]+show$)")
"""Times Internet: ``amp_articleshow``."""
_ARTICLE_NUMBER = re.compile(r"\d{5}")
_LISTINGS = frozenset(
    {
        "tag",
        "tags",
        "category",
        "categories",
        "topic",
        "topics",
        "thema",
        "themen",
        "label",
        "labels",
        "search",
        "author",
    }
)
"""A segment after one of these is a name, so ``/tag/amp`` is no AMP page."""


def canonical_url(url: str) -> str:
    """The address that is stored, shown and fetched for ``url``.

    Idempotent. What is no web address (see ``is_web_url``) comes back stripped and otherwise unchanged; nothing raises.
    """
    parts = _split(url)
    if parts is None:
        return url.strip()
    parts = _unwrapped(parts)
    query, fragment = _normal_query(parts.query), _route(parts.fragment)
    address = f"{parts.scheme}://{_shown_host(parts)}{_normal_path(parts.path)}"
    return address + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")


@lru_cache(maxsize=1024)  # whoever stores an article asks for its address again and again
def url_key(url: str) -> str:
    """What is equal for two addresses of the same page: readable, without scheme, at most 512 characters.

    What is no web address is its own key.
    """
    parts = _split(canonical_url(url))
    if parts is None:
        return _bounded(url.strip())
    host, path = _folded_host(parts), _folded_path(parts.path)
    pairs = [
        (_folded_value(name), _folded_value(value or ""))
        for name, value in _pairs(parts.query)
        if not is_variant(name, value or "", host=host, path=parts.path)
    ]
    host, path, pairs = folded(host, path, pairs)
    pairs.sort(key=lambda pair: pair[0])  # by name only: repeated names keep their order
    query = "&".join(f"{name}={value}" for name, value in pairs)
    key = host + path + (f"?{query}" if query else "")
    return _bounded(key + (f"#{parts.fragment}" if parts.fragment else ""))


@lru_cache(maxsize=1024)
def outlet(url: str) -> str:
    """Who publishes at ``url``: its registrable domain, in ASCII.

    Hosting domains (``blogspot.com``, ``github.io``, ...) count as suffixes, so each blog is an outlet of its own. An
    IP address or a name without a dot is its own outlet, together with its port where that is not the scheme's own.
    Empty for what is no web address.
    """
    parts = _split(url)
    if parts is None:
        return ""
    parts = _unwrapped(parts)
    host = _bare_host(parts)
    return _shown_host(parts) if _is_ip(host) or "." not in host else _registrable(host)


def is_web_url(url: str) -> bool:
    """Is it an absolute http(s) address with a host that can exist?"""
    parts = _split(url)
    return parts is not None and _plausible_host(_bare_host(parts))


# --- taking apart -----------------------------------------------------------------------------------------------


def _split(url: str) -> SplitResult | None:
    """The parts of a web address, scheme in lower case; None where there is no http(s) scheme, host or valid port."""
    # As browsers do (WHATWG URL, section 4.4): blanks around and line breaks within do not count.
    text = re.sub(r"[\t\r\n]", "", url.strip().strip("\x00\ufeff"))
    try:
        parts = urlsplit(text)
        port = parts.port
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not host or port == 0:
        return None
    return parts


def _unwrapped(parts: SplitResult) -> SplitResult:
    for _ in range(_MAX_UNWRAPS):
        address = target(_bare_host(parts), parts.path or "/", parts.query)
        inner = _split(address) if address else None
        if inner is None:
            break
        parts = inner
    return parts


# --- hosts ------------------------------------------------------------------------------------------------------


def _bare_host(parts: SplitResult) -> str:
    """Lower case, without the root's dot, in ASCII (A-labels)."""
    host = (parts.hostname or "").rstrip(".")
    if host.isascii():
        return host
    import idna  # only foreign hosts need it

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return host


def _shown_host(parts: SplitResult) -> str:
    """Host with its port where that is not the scheme's own; names and passwords before the host are left out."""
    host = _bare_host(parts)
    if ":" in host:
        host = f"[{host}]"
    port = parts.port
    return host if port is None or port == _DEFAULT_PORTS[parts.scheme] else f"{host}:{port}"


def _folded_host(parts: SplitResult) -> str:
    host = _bare_host(parts)
    shown = _shown_host(parts)
    if _is_ip(host) or "." not in host:
        return shown
    port = shown[len(host) :]
    labels = _one_blogspot(host).split(".")
    if not _VARIANT_LABELS.isdisjoint(labels):
        own = len(_registrable(host).split("."))
        labels = [label for label in labels[:-own] if label not in _VARIANT_LABELS] + labels[-own:]
    return ".".join(labels) + port


def _one_blogspot(host: str) -> str:
    """Blogger sends readers to the address of their country: one blog, many suffixes."""
    return f"{blog[1]}.com" if (blog := _BLOGSPOT.fullmatch(host)) else host


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _plausible_host(host: str) -> bool:
    if _is_ip(host):
        return True
    # A lone word is no public host, but "localhost" and the names of an intranet are.
    return len(host) <= 253 and all(re.fullmatch(r"[\w-]{1,63}", label) for label in host.split("."))


@lru_cache(maxsize=1)
def _suffixes() -> TLDExtract:
    from tldextract import TLDExtract  # brings requests, so only when a domain is asked for

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=8192)
def _registrable(host: str) -> str:
    bare = _one_blogspot(host).removeprefix("www.")
    # A hosting domain itself (wordpress.com) has nothing before its private suffix; then the public one counts.
    for private in (True, False):
        found = _suffixes()(bare, include_psl_private_domains=private).top_domain_under_public_suffix
        if found:
            return found
    return ".".join(bare.split(".")[-2:])  # a name under no known suffix, as in tests and intranets


# --- paths and escapes ------------------------------------------------------------------------------------------


def _normal_escapes(text: str, safe: str) -> str:
    """Escapes in upper case, unreserved characters bare (RFC 3986, 6.2.2), everything not allowed bare escaped."""

    def unescape(match: re.Match[str]) -> str:
        char = chr(int(match[1], 16))
        return char if char in _UNRESERVED else match[0].upper()

    text = unicodedata.normalize("NFC", text)
    text = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)
    return quote(re.sub(r"%([0-9A-Fa-f]{2})", unescape, text), safe=safe, errors="replace")


def _normal_path(path: str) -> str:
    path = _ASP_SESSION.sub("", _PATH_SESSION.sub("", path))
    return _without_dots(_normal_escapes(path or "/", _PATH_SAFE))


def _without_dots(path: str) -> str:
    """RFC 3986, 5.2.4."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _folded_path(path: str) -> str:
    # Punctuation that has no meaning of its own within a segment, escaped or not: ! $ & ' ( ) * + , : ; = @
    path = re.sub(r"%(2[1467-9A-C]|3[ABD]|40)", lambda escape: chr(int(escape[1], 16)), path)
    if "%CC%" in path or "%CD%" in path:
        path = _composed(path)
    path = _INDEX_FILE.sub("/", path)
    segments = _without_variant_segments([segment for segment in path.split("/") if segment])
    if segments:
        segments[-1] = _VARIANT_SUFFIX.sub("", segments[-1]) or segments[-1]
        segments = [_AMP_TYPE.sub("", segment) for segment in segments]
    return "/" + "/".join(segments)


def _composed(path: str) -> str:
    """Letters and their accents in one (NFC): an escaped name of a file on a Mac has them apart."""

    def compose(run: re.Match[str]) -> str:
        try:
            text = unquote_to_bytes(run[0]).decode()
        except UnicodeDecodeError:
            return run[0]
        return quote(unicodedata.normalize("NFC", text), safe="")

    # With the letter before, which stands bare where it is one of ASCII.
    return re.sub(r"[A-Za-z]?(?:%[89A-F][0-9A-F])+", compose, path)


def _without_variant_segments(segments: list[str]) -> list[str]:
    """Without ``/amp`` or ``/print`` before, behind or within an article's own path.

    Two segments may be a section of print; within the path AMP may be the section of amplifiers, unless the article
    has a number.
    """
    words = [segment.lower() for segment in segments]

    def is_variant_word(word: str) -> bool:
        return word in _AMP_SEGMENTS or (word == "print" and len(segments) > 2)

    if len(words) > 2 and tuple(words[:2]) in _AMP_FOLDERS:
        segments, words = segments[2:], words[2:]
    if len(words) > 1 and is_variant_word(words[0]):
        segments, words = segments[1:], words[1:]
    if len(words) > 2 and words[-1] == "1" and words[-2] == "amp" and words[-3] not in _LISTINGS:
        segments, words = segments[:-2], words[:-2]
    if len(words) > 1 and (words[-1] == "komplettansicht" or is_variant_word(words[-1])) and words[-2] not in _LISTINGS:
        segments, words = segments[:-1], words[:-1]
    if "amp" in words[1:-1] and _ARTICLE_NUMBER.search(words[-1]):
        place = words.index("amp", 1)
        if words[place - 1] not in _LISTINGS:
            segments = segments[:place] + segments[place + 1 :]
    return segments


# --- queries and fragments --------------------------------------------------------------------------------------


def _pairs(query: str) -> list[tuple[str, str | None]]:
    """Names and raw values as written; the value is None where there is no equals sign."""
    pairs: list[tuple[str, str | None]] = []
    for piece in query.split("&"):
        # A feed that escaped its XML twice leaves "amp;" before the name.
        name, equals, value = piece.removeprefix("amp;").partition("=")
        if name or value:
            pairs.append((name, value if equals else None))
    return pairs


def _normal_query(query: str) -> str:
    pairs = _pairs(query)
    names = [name.lower() for name, _ in pairs]
    kept = [
        name if value is None else f"{name}={value}"
        for index, (name, value) in enumerate(pairs)
        if not is_tracking(name, value or "", others=names[:index] + names[index + 1 :])
    ]
    return _normal_escapes("&".join(kept), _QUERY_SAFE)


def _folded_value(text: str) -> str:
    """By bytes, because queries in GBK or Shift-JIS are no UTF-8."""
    return quote(unquote_to_bytes(text.replace("+", " ")), safe="/:@!$'()*,;-._~")


def _route(fragment: str) -> str:
    """Fragments are places within a page, except those that programs use as paths (``#!x``, ``#/x``)."""
    return _normal_escapes(fragment, _QUERY_SAFE) if fragment.startswith(("!", "/")) and len(fragment) > 1 else ""


def _bounded(key: str) -> str:
    if len(key) <= _MAX_KEY:
        return key
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{key[: _MAX_KEY - 65]}~{digest}"


__all__ = ["canonical_url", "is_web_url", "outlet", "url_key"]
