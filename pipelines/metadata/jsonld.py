"""JSON-LD as pages have it: read leniently, and find the object that is the article."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.metadata.values import plain, text_of, texts_of

Object = dict[str, Any]

_TYPES = """
Article NewsArticle BlogPosting ReportageNewsArticle AnalysisNewsArticle OpinionNewsArticle BackgroundNewsArticle
AskPublicNewsArticle ReviewNewsArticle LiveBlogPosting SatiricalArticle AdvertiserContentArticle TechArticle
APIReference ScholarlyArticle MedicalScholarlyArticle SocialMediaPosting DiscussionForumPosting Report Posting
CreativeWork Recipe
Review HowTo VideoObject PodcastEpisode
"""
ARTICLE_TYPES = frozenset(_TYPES.split())
_SECOND_CHOICE = frozenset(
    {"CreativeWork", "Recipe", "Review", "HowTo", "VideoObject", "PodcastEpisode", "SocialMediaPosting"}
)
_PAGE_TYPES = frozenset({"WebPage", "ItemPage", "AboutPage", "CollectionPage", "MedicalWebPage", "FAQPage"})
_MAX_SCRIPT = 2_000_000
_MAX_OBJECTS = 2_000
_MAX_DEPTH = 12
_MOST_WORDS = 50_000

_COMMENT = re.compile(
    r"^\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[|//\s*<!\[CDATA\[)|(?:-->|/\*\s*\]\]>\s*\*/|//\s*\]\]>|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_MISSING_COMMA = re.compile(r'("|\}|\]|\d)(\s*\n\s*)(?="[@\w]+"\s*:)')
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])')


@dataclass(slots=True, kw_only=True)
class LinkedData:
    """Every object of a page, by ``@id`` and in order."""

    objects: list[Object] = field(default_factory=list)
    by_id: dict[str, Object] = field(default_factory=dict)

    def article(self, *, url: str, title: str) -> Object:
        """The object that describes the page's article, or an empty one.

        Where several qualify, the one that names this page's address or title wins, then news over other types, then
        the first.
        """
        best: Object = {}
        best_rank = (-1, -1)
        for item in self.objects:
            types = _types(item) & ARTICLE_TYPES
            if not types:
                continue
            rank = (2 * _names_page(item, url) + _names_title(item, title), int(not types <= _SECOND_CHOICE))
            if types <= _SECOND_CHOICE and rank[0] == 0:
                continue
            if rank > best_rank:
                best, best_rank = item, rank
        return best

    @property
    def page(self) -> Object:
        """The first WebPage object, or an empty one."""
        return next((item for item in self.objects if _types(item) & _PAGE_TYPES), {})

    @property
    def site_name(self) -> str:
        return next(
            (text_of(i.get("name")) for i in self.objects if _types(i) & {"WebSite", "NewsMediaOrganization"}), ""
        )

    def kinds(self) -> frozenset[str]:
        """The types of all objects."""
        return frozenset().union(*map(_types, self.objects))

    def resolve(self, value: Any) -> Object:
        """The object itself, or what its ``@id`` refers to."""
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, str):
            return {"name": value}
        if not isinstance(value, dict):
            return {}
        target = self.by_id.get(str(value.get("@id"))) if set(value) <= {"@id", "@type"} else None
        return target if target is not None else value


def read(scripts: Sequence[str]) -> LinkedData:
    """All objects of the page's JSON-LD scripts; what cannot be read even leniently is left out."""
    data = LinkedData()
    for script in scripts:
        if len(script) > _MAX_SCRIPT:
            continue
        for value in _load(script):
            for item in _walk(value, 0):
                if len(data.objects) >= _MAX_OBJECTS:
                    return data
                data.objects.append(item)
                identity = item.get("@id")
                if isinstance(identity, str) and len(item) > 2:
                    data.by_id.setdefault(identity, item)
    return data


def _load(script: str) -> list[Any]:
    """Strict JSON first; then without comment marks, trailing commas, raw control characters and bad escapes."""
    try:
        return [json.loads(script, strict=False)]
    except (ValueError, RecursionError):
        pass
    text = _COMMENT.sub("", _COMMENT.sub("", script.strip())).strip().rstrip(";")
    if "&quot;" in text[:400]:
        text = html.unescape(text)
    repaired = _BAD_ESCAPE.sub(r"\\\\", _TRAILING_COMMA.sub(r"\1", text))
    return _load_several(repaired) or _load_several(_MISSING_COMMA.sub(r"\1,\2", repaired))


def _load_several(text: str) -> list[Any]:
    """The values at the head of the text; several may stand in a row."""
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    position = 0
    while position < len(text) and len(values) < 50:
        while position < len(text) and text[position] in " \t\r\n,;":
            position += 1
        if position >= len(text):
            break
        try:
            value, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            break
        values.append(value)
    return values


def _walk(value: Any, depth: int) -> Iterator[Object]:
    """The objects at the top, in lists, in ``@graph`` and in ``mainEntity``-like places."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value[:_MAX_OBJECTS]:
            yield from _walk(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemReviewed", "subjectOf", "liveBlogUpdate"):
            inner = value.get(key)
            if key == "liveBlogUpdate" or not isinstance(inner, (dict, list)):
                continue
            yield from _walk(inner, depth + 1)


def _types(item: Object) -> set[str]:
    kinds = item.get("@type")
    found = kinds if isinstance(kinds, list) else [kinds]
    return {kind.rsplit("/", 1)[-1].rsplit("#", 1)[-1] for kind in found if isinstance(kind, str)}


def kind(item: Object) -> str | None:
    """The type of the article object, the most telling one."""
    types = sorted(_types(item) & ARTICLE_TYPES)
    return types[0] if types else None


def _names_page(item: Object, url: str) -> int:
    wanted = _address(url)
    values = [item.get("url"), item.get("@id"), item.get("mainEntityOfPage")]
    for value in values:
        address = value.get("@id") or value.get("url") if isinstance(value, dict) else value
        if isinstance(address, str) and _address(address) == wanted:
            return 1
    return 0


def _address(url: str) -> str:
    return url.split("#")[0].split("?")[0].partition("://")[2].removeprefix("www.").rstrip("/")


def _names_title(item: Object, title: str) -> int:
    headline = text_of(item.get("headline") or item.get("name")).casefold()
    return int(len(headline) > 10 and headline[:60] in title.casefold())


def image(article: Object) -> str:
    """The address of the article's first image."""
    value = article.get("image")
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl") or value.get("@id")
    return plain(value) if isinstance(value, str) else ""


def body_text(article: Object) -> str:
    """``articleBody`` as it stands (tags and entities are the caller's to resolve), or the empty string."""
    body = article.get("articleBody")
    if isinstance(body, list):
        body = "\n".join(part for part in body if isinstance(part, str))
    return body if isinstance(body, str) else ""


def word_count(article: Object) -> int | None:
    """Schema.org ``wordCount``, where it can be one."""
    said = text_of(article.get("wordCount"))
    return int(said) if said.isdecimal() and said.isascii() and 0 < int(said[:9]) <= _MOST_WORDS else None


def accessible_for_free(item: Object) -> bool | None:
    """Schema.org ``isAccessibleForFree`` of the object or of a part of it."""
    parts = item.get("hasPart")
    parts = parts if isinstance(parts, list) else [parts]
    values = [o.get("isAccessibleForFree") for o in [item, *parts] if isinstance(o, dict)]
    said = [word for value in values for word in ([str(value).lower()] if isinstance(value, bool) else _words(value))]
    if any(word in ("false", "no", "0") for word in said):
        return False
    return True if any(word in ("true", "yes", "1") for word in said) else None


def _words(value: Any) -> list[str]:
    return [text.rsplit("/", 1)[-1].lower() for text in texts_of(value)]
