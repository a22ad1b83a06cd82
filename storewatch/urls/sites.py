"""What single sites' addresses mean: which parameters name an article, which only say where the link stood.

Only for sites whose habits are known and stay; used in keys, never in an address that is shown or fetched. A name that
is tracking at one site (``mod``, ``r``, ``f``) is an id at another, so such names are dropped at their own site only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

Pairs = list[tuple[str, str]]


class _Site(NamedTuple):
    """``path`` names an article together with the parameters ``ids``: all others are dropped there, if all of ``ids``
    are given. ``extras`` (lower case) are dropped on every page of the site."""

    path: re.Pattern[str] | None = None
    ids: frozenset[str] = frozenset()
    extras: frozenset[str] = frozenset()


def _article(path: str, ids: str = "", extras: str = "") -> _Site:
    return _Site(re.compile(path), frozenset(ids.split()), frozenset(extras.split()))


def _only(extras: str) -> _Site:
    return _Site(extras=frozenset(extras.split()))


_DOW_JONES = _only("mod reflink st ns")
_BUSINESS_INSIDER = _only("r ir")
_GEDI = _only("ref")
_UNIDAD = _only("cid s_kw")

_SITES = {
    # China
    "163.com": _article(r"/\d{2}/\d{4}/\d{2}/\w+\.html|/(?:dy|news)/article/\w+\.html"),
    "sina.com.cn": _article(r"/.*/doc-\w+\.s?html"),
    "sohu.com": _article(r"/a/\d+_\d+"),
    "new.qq.com": _article(r"/(?:rain/a|omn|cmsn)/.+"),
    "thepaper.cn": _article(r"/newsDetail_forward_\d+"),
    "36kr.com": _article(r"/p/\d+(?:\.html)?"),
    "huxiu.com": _article(r"/article/\d+\.html"),
    "toutiao.com": _article(r"/(?:[ai]|article/)\d+"),
    "baijiahao.baidu.com": _article(r"/s", "id"),
    "mp.weixin.qq.com": _only(
        "chksm scene subscene mpshare srcid sharer_shareid sharer_sharetime sharer_shareinfo ascene devicetype version "
        "nettype abtest_cookie pass_ticket wx_header exportkey clicktime enterid key uin"
    ),
    # Taiwan, Korea and Japan
    "udn.com": _article(r"/news/story/\d+/\d+"),
    "n.news.naver.com": _article(r"/article/\d+/\d+"),
    "v.daum.net": _article(r"/v/\d+"),
    "yna.co.kr": _article(r"/view/\w+"),
    "joins.com": _article(r"/article/\d+"),
    "hani.co.kr": _article(r"/arti/.*/\d+\.html"),
    "nikkei.com": _article(r"/article/\w+"),
    "asahi.com": _article(r"/(?:ajw/)?articles/\w+\.html"),
    # Europe
    "rbc.ru": _article(r"/.*/[0-9a-f]{24}"),
    "kommersant.ru": _article(r"/doc/\d+"),
    "repubblica.it": _GEDI,
    "lastampa.it": _GEDI,
    "elmundo.es": _UNIDAD,
    "expansion.com": _UNIDAD,
    "marca.com": _UNIDAD,
    "theguardian.com": _only("cmp"),
    "ft.com": _article(r"/content/[0-9a-f]{8}-[0-9a-f-]{27}"),
    # India
    "ndtv.com": _only("pfrom"),
    # America
    "nytimes.com": _article(r"/\d{4}/\d{2}/\d{2}/.+"),
    "washingtonpost.com": _only("tid hpid itid"),
    "forbes.com": _article(r"/sites/.+"),
    "wsj.com": _DOW_JONES,
    "barrons.com": _DOW_JONES,
    "marketwatch.com": _DOW_JONES,
    "businessinsider.com": _BUSINESS_INSIDER,
    "businessinsider.com.au": _BUSINESS_INSIDER,
    "businessinsider.de": _BUSINESS_INSIDER,
    "businessinsider.in": _BUSINESS_INSIDER,
    "msn.com": _article(r"/.*/ar-\w+"),
    # platforms
    "medium.com": _only("source sk gi"),
    "substack.com": _article(r"/p/[\w-]+"),
    "linkedin.com": _only("trackingid lipi licu"),
    "reddit.com": _article(r"/r/\w+/comments/.+"),
    "x.com": _article(r"/\w+/status/\d+"),
    "youtube.com": _article(r"/watch", "v"),
    "facebook.com": _only("refid _rdr _rdc _ft_"),
}

_HOSTS = {
    "twitter.com": "x.com",
    "old.reddit.com": "reddit.com",
    "np.reddit.com": "reddit.com",
    "new.reddit.com": "reddit.com",
}
"""Other names of the same site, after ``www.`` and ``m.`` are gone."""

_VIDEO = re.compile(r"/(?:shorts|embed|live|v)/([\w-]{6,})")
_NAVER_READ = re.compile(r"/(?:main/)?read\.(?:nhn|naver)")


def folded(host: str, path: str, pairs: Sequence[tuple[str, str]]) -> tuple[str, str, Pairs]:
    """Host, path and parameters of a key as one form for all addresses of an article at a known site.

    ``host`` and ``path`` are folded already (no ``www.``, no AMP, no slash at the end).
    """
    host = _HOSTS.get(host, host)
    host, path, kept = _renamed(host, path, list(pairs))
    if not kept:
        return host, path, kept
    site = _site_of(host)
    if site is None:
        return host, path, kept
    if site.path is not None and site.path.fullmatch(path) and site.ids <= {name for name, _ in kept}:
        return host, path, [pair for pair in kept if pair[0] in site.ids]
    return host, path, [pair for pair in kept if pair[0].lower() not in site.extras]


def _site_of(host: str) -> _Site | None:
    """The most special entry that ``host`` belongs to."""
    while host:
        if host in _SITES:
            return _SITES[host]
        host = host.partition(".")[2]
    return None


def _renamed(host: str, path: str, pairs: Pairs) -> tuple[str, str, Pairs]:
    """Addresses of one article that are built differently."""
    match host:
        case "youtu.be" if path.count("/") == 1 and len(path) > 1:
            return "youtube.com", "/watch", [("v", path[1:])]
        case "youtube.com" if video := _VIDEO.fullmatch(path):
            return host, "/watch", [("v", video[1])]
        case "news.naver.com" if _NAVER_READ.fullmatch(path):
            ids = dict(pairs)
            if ids.get("oid") and ids.get("aid"):
                return "n.news.naver.com", f"/article/{ids['oid']}/{ids['aid']}", []
        case "n.news.naver.com" if path.startswith("/mnews/article/"):
            return host, path.removeprefix("/mnews"), pairs
        case "t.me" if path.startswith("/s/") and path.count("/") == 3:
            return host, path.removeprefix("/s"), pairs
        case "indianexpress.com" if path.endswith("/lite"):
            return host, path.removesuffix("/lite"), pairs
    return host, path, pairs


__all__ = ["folded"]
