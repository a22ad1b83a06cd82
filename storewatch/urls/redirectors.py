"""Addresses that carry another one inside: link counters, search results, mail filters and AMP caches.

Only those whose target stands in the address itself; short links (t.co, bit.ly, feedproxy) need a request and are the
downloader's business.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote


class _Redirector(NamedTuple):
    host: re.Pattern[str]
    path: re.Pattern[str]
    names: tuple[str, ...]


def _redirector(host: str, path: str, *names: str) -> _Redirector:
    return _Redirector(re.compile(host), re.compile(path), names)


_REDIRECTORS = (
    _redirector(r"(?:(?:www|news)\.)?google\.[a-z.]{2,6}", r"/(?:news/)?url", "q", "url"),
    _redirector(r"(?:www\.)?google\.[a-z.]{2,6}", r"/imgres", "imgrefurl"),
    _redirector(r"(?:l|lm|www|m)\.facebook\.com", r"/(?:l\.php|flx/warn/?)", "u"),
    _redirector(r"l\.(?:instagram|threads|messenger)\.(?:com|net)", r"/.*", "u"),
    _redirector(r"out\.reddit\.com", r"/.*", "url"),
    _redirector(r"(?:www\.|m\.)?youtube\.com", r"/redirect", "q"),
    _redirector(r"(?:www\.)?linkedin\.com", r"/(?:redir/redirect|safety/go)", "url"),
    _redirector(r"(?:away\.|m\.)?vk\.com", r"/away(?:\.php)?", "to"),
    _redirector(r"t\.umblr\.com", r"/redirect", "z"),
    _redirector(r"slack-redir\.net", r"/link", "url"),
    _redirector(r"getpocket\.com", r"/redirect", "url"),
    _redirector(r"disq\.us", r"/(?:url)?", "url"),
    _redirector(r"(?:www\.)?bing\.com", r"/news/apiclick\.aspx", "url"),
    _redirector(r"(?:html\.)?duckduckgo\.com", r"/l/?", "uddg"),
    _redirector(r"link\.(?:zhihu|juejin|csdn)\.(?:com|cn|im|net)", r"/.*", "target"),
    _redirector(r"weibo\.cn", r"/sinaurl", "u"),
    _redirector(r"c\.pc\.qq\.com", r"/middlem\.html", "pfurl"),
    _redirector(r"t\.me", r"/iv", "url"),
    _redirector(r"l\.wl\.co", r"/l", "u"),
    _redirector(r"linkprotect\.cudasvc\.com", r"/url", "a"),
    _redirector(r"[a-z0-9.]*safelinks\.protection\.outlook\.com", r"/.*", "url"),
    _redirector(r"go\.(?:redirectingat|skimresources)\.com", r"/.*", "url"),
    _redirector(r"click\.linksynergy\.com", r"/.*", "murl"),
    _redirector(r"(?:www\.)?awin1\.com", r"/cread\.php", "ued", "p"),
    _redirector(r"steamcommunity\.com", r"/linkfilter/?", "url", "u"),
)
_AMP_CACHE_HOST = re.compile(r"(?:[a-z0-9-]+\.)?(?:cdn\.ampproject\.org|bing-amp\.com|amp\.cloudflare\.com)")
_AMP_CACHE_PATH = re.compile(r"/(?:[acvr]|wp)/(s/)?(?=[^/]+\.[^/]+)(.+)", re.DOTALL)
_GOOGLE_HOST = re.compile(r"(?:www\.)?google\.[a-z.]{2,6}")
_GOOGLE_AMP = re.compile(r"/amp/(s/)?(?=[^/]+\.[^/]+/)(.+)", re.DOTALL)
# Until 2024 the name of an item in Google News held its address, in base64; since then it is a mere key.
_GOOGLE_NEWS = re.compile(r"/(?:rss/|__i/rss/rd/)?articles/([\w-]{20,})=*")
_ADDRESS_WITHIN = re.compile(rb"https?://[\x21-\x7e]{4,}")
_YAHOO_TARGET = re.compile(r"/RU=([^/]+)/")
_AMAZON_TARGET = re.compile(r"/L0/(https?:%2F%2F[^/]+)/", re.IGNORECASE)
_PROOFPOINT_TARGET = re.compile(r"/v3/__(.+?)__;.*", re.DOTALL)
_REGISTER_TARGET = re.compile(r"/feed/((?:www\.)?theregister\.(?:co\.uk|com)/.+)")
_WHOLE_QUERY_HOSTS = frozenset({"href.li", "anonym.to", "nullrefer.com"})
_ANY_HOST = re.compile("|".join(f"(?:{redirector.host.pattern})" for redirector in _REDIRECTORS))
"""Nearly every address is none of them; one look tells."""


def target(host: str, path: str, query: str) -> str | None:
    """Where the address leads, None when it is no known redirector. ``host`` is lower case without a port."""
    if _AMP_CACHE_HOST.fullmatch(host):
        return _amp_target(_AMP_CACHE_PATH.fullmatch(path), query)
    if _GOOGLE_HOST.fullmatch(host) and (viewer := _GOOGLE_AMP.fullmatch(path)):
        return _amp_target(viewer, query)
    if host == "news.google.com" and (item := _GOOGLE_NEWS.fullmatch(path)):
        return _google_news_target(item[1])
    if _ANY_HOST.fullmatch(host) is None:
        return _odd_target(host, path, query)
    for redirector in _REDIRECTORS:
        if redirector.host.fullmatch(host) and redirector.path.fullmatch(path):
            values = dict(parse_qsl(query))
            found = next((values[name] for name in redirector.names if values.get(name, "").startswith("http")), None)
            # Disqus appends its signature to the address.
            return found.rsplit(":", 1)[0] if found and host == "disq.us" and found.count(":") > 1 else found
    return _odd_target(host, path, query)


def _odd_target(host: str, path: str, query: str) -> str | None:
    """Of redirectors that write the address in a way of their own."""
    if host == "r.search.yahoo.com" and (found := _YAHOO_TARGET.search(path)):
        return unquote(found[1])
    if host.endswith(".awstrack.me") and (found := _AMAZON_TARGET.match(path)):
        return unquote(found[1])
    if host == "go.theregister.com" and (found := _REGISTER_TARGET.fullmatch(path)):
        return f"https://{found[1]}"
    if host in _WHOLE_QUERY_HOSTS:
        return query if query.startswith("http") else None
    if host in {"www.bing.com", "bing.com"} and path == "/ck/a":
        return _bing_target(query)
    if host in {"urldefense.com", "urldefense.proofpoint.com"}:
        return _proofpoint_target(path, query)
    return None


def _bing_target(query: str) -> str | None:
    packed = dict(parse_qsl(query)).get("u", "")
    if not packed.startswith("a1"):
        return None
    try:
        found = urlsafe_b64decode(packed[2:] + "=" * (-len(packed[2:]) % 4)).decode()
    except ValueError:
        return None
    return found if found.startswith("http") else None


def _proofpoint_target(path: str, query: str) -> str | None:
    """Version 2 writes ``-3A`` for ``:`` and ``_`` for ``/``; version 3 puts the address between two marks."""
    if path == "/v2/url":
        packed = dict(parse_qsl(query)).get("u", "")
        found = unquote(re.sub(r"-(?=[0-9A-F]{2})", "%", packed.replace("_", "/")))
        return found if found.startswith("http") else None
    match = _PROOFPOINT_TARGET.fullmatch(path + (f"?{query}" if query else ""))
    if match is None:
        return None
    # A client that tidies paths leaves one slash behind the scheme.
    return re.sub(r"^(https?:)/+", r"\1//", match[1])


def _amp_target(match: re.Match[str] | None, query: str) -> str | None:
    if match is None:
        return None
    return f"{'https' if match[1] else 'http'}://{match[2]}" + (f"?{query}" if query else "")


def _google_news_target(name: str) -> str | None:
    try:
        found = _ADDRESS_WITHIN.search(urlsafe_b64decode(name + "=" * (-len(name) % 4)))
    except ValueError:
        return None
    return found[0].decode("ascii") if found else None


__all__ = ["target"]
