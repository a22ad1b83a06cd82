"""What a page says about itself: title, people, times, address, paywall, read from its parsed tree.

Sources, in the order of trust: JSON-LD of the article, OpenGraph and ``article:*``, plain ``meta`` names, microdata,
``<time>`` and what stands beside the visible heading. Nothing is guessed from running text here;
:mod:`pipelines.extract` asks htmldate for a date that is still missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml.html import HtmlElement

from pipelines.metadata import dates, jsonld, links, names, titles
from pipelines.metadata.head import Head, read_head
from pipelines.metadata.values import first, text_of, texts_of
from storewatch.types import Moment, Removal


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """``lang`` is the declared language tag's first part, lower case; ``canonical_url`` None where none is trusted;
    ``article_body`` the text of JSON-LD ``articleBody``; ``kind`` the JSON-LD type of the article; ``window_title`` the
    ``<title>``; ``is_article``: its data call the page an article; ``page_kinds`` the JSON-LD types on it;
    ``word_count`` the article's length as JSON-LD has it; ``rejected`` dates that were not taken, and why."""

    title: str = ""
    authors: tuple[str, ...] = ()
    published: Moment | None = None
    modified: Moment | None = None
    lang: str | None = None
    canonical_url: str | None = None
    site_name: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    paywalled: bool | None = None
    description: str = ""
    article_body: str = ""
    kind: str | None = None
    window_title: str = ""
    is_article: bool = False
    page_kinds: frozenset[str] = frozenset()
    word_count: int | None = None
    rejected: tuple[Removal, ...] = ()


_MAX_TAGS = 30


def read(tree: HtmlElement, url: str, *, now: datetime | None = None) -> Metadata:
    """The metadata of the page at ``url``; ``now`` (aware) is when it was fetched: later dates are not believed."""
    head = read_head(tree)
    data = jsonld.read(head.jsonld)
    article = data.article(url=url, title=first(head.meta("og:title"), head.title))
    site_name = _site_name(head, data, article)
    when = dates.read(tree, head, article, data.page, now=now)
    return Metadata(
        title=titles.read(head, article, site_name=site_name, url=url),
        authors=names.read(tree, head, data, article, site_name=site_name),
        published=when.published,
        modified=when.modified,
        rejected=when.rejected,
        lang=_declared_language(head, article),
        canonical_url=links.canonical(head, url),
        site_name=site_name,
        section=first(head.meta("article:section"), *texts_of(article.get("articleSection"))) or None,
        tags=_tags(head, article),
        image=links.absolute(first(head.meta("og:image"), jsonld.image(article), head.meta("twitter:image")), url),
        paywalled=_paywalled(head, article, data),
        description=first(head.meta("og:description"), head.meta("description"), text_of(article.get("description"))),
        article_body=jsonld.body_text(article),
        kind=jsonld.kind(article),
        window_title=head.title,
        is_article=_is_article(head, article),
        page_kinds=data.kinds(),
        word_count=jsonld.word_count(article),
    )


def _is_article(head: Head, article: dict[str, Any]) -> bool:
    return bool(article) or head.meta("og:type").lower() == "article" or bool(head.meta("article:published_time"))


def _site_name(head: Head, data: jsonld.LinkedData, article: dict[str, Any]) -> str | None:
    publisher = data.resolve(article.get("publisher"))
    name = first(
        head.meta("og:site_name"), text_of(publisher.get("name")), data.site_name, head.meta("application-name")
    )
    return name if 0 < len(name) <= 80 else None


def _declared_language(head: Head, article: dict[str, Any]) -> str | None:
    for tag in (
        head.lang,
        head.meta("content-language"),
        text_of(article.get("inLanguage")),
        head.meta("og:locale"),
        head.meta("language"),
        head.meta("dc.language"),
    ):
        code = tag.strip().replace("_", "-").split("-")[0].lower()
        if 2 <= len(code) <= 3 and code.isalpha():
            return code
    return None


def _tags(head: Head, article: dict[str, Any]) -> tuple[str, ...]:
    """``article:tag``, else JSON-LD ``keywords``, else ``news_keywords`` or ``keywords``; each once."""
    found = head.metas("article:tag") or texts_of(article.get("keywords"))
    if not found:
        found = [first(head.meta("news_keywords"), head.meta("keywords"))]
    tags: dict[str, str] = {}
    for value in found:
        for tag in value.replace(";", ",").replace("、", ",").split(","):
            name = " ".join(tag.split())
            if 0 < len(name) <= 80:
                tags.setdefault(name.casefold(), name)
    return tuple(tags.values())[:_MAX_TAGS]


def _paywalled(head: Head, article: dict[str, Any], data: jsonld.LinkedData) -> bool | None:
    """``isAccessibleForFree`` of the article or its parts, else ``article:content_tier``; None where none says it."""
    free = jsonld.accessible_for_free(article)
    if free is None:
        free = jsonld.accessible_for_free(data.page)
    if free is not None:
        return not free
    return {"locked": True, "free": False}.get(head.meta("article:content_tier").lower())


__all__ = ["Metadata", "read"]
