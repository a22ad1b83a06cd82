"""Pages of the demo world: a story in its outlet's template, with all that stands around a story on a real page."""

from __future__ import annotations

import json
from functools import lru_cache
from html import escape
from importlib import resources
from string import Template

from storewatch.demo.world import Outlet, Story, Telling

FEED_TYPES = {
    "rss": "application/rss+xml",
    "rss-content": "application/rss+xml",
    "rss-0.91": "text/xml",
    "rdf": "application/rdf+xml",
    "atom": "application/atom+xml",
    "atom-relative": "application/atom+xml",
    "json": "application/feed+json",
    "gone": "application/rss+xml",
}


def page(outlet: Outlet, story: Story, telling: Telling, *, base: str, day: int) -> bytes:
    """The page as it is served on ``day``, in the outlet's encoding. ``base`` is the site's address without a slash."""
    others = [(other.path, shown.title) for other, shown in outlet.on(day) if other is not story][:4]
    values = {
        "lang": outlet.lang,
        "charset": outlet.encoding,
        "site": escape(outlet.title),
        "about": escape(outlet.about),
        "title": escape(telling.title),
        "summary": escape(telling.summary),
        "author": escape(story.author),
        "published": telling.published.isoformat(),
        "shown": telling.published.strftime("%d.%m.%Y, %H:%M"),
        "url": escape(base + story.path),
        "feed_url": base + outlet.feed_path,
        "feed_type": FEED_TYPES[outlet.feed],
        "linked_data": _linked_data(outlet, story, telling),
        "body": _body(telling.text, breaks=outlet.template == "plain"),
        "menu": _links([("/", word) for word in outlet.menu]),
        "share": "".join(f'<a href="#">{escape(word)}</a> ' for word in outlet.share),
        "related_label": escape(outlet.related),
        "related": _links(others),
        "discussion": escape(outlet.discussion),
        "comments": "".join(
            f"<li><cite>{escape(who)}</cite><p>{escape(what)}</p></li>" for who, what in outlet.comments
        ),
        "newsletter": escape(outlet.newsletter),
        "footer": escape(outlet.footer),
    }
    return _template(outlet.template).substitute(values).encode(outlet.encoding, "xmlcharrefreplace")


def front_page(outlet: Outlet, *, base: str, day: int) -> bytes:
    """The site's start: a list of its stories, and its feed in the head."""
    items = _links([(story.path, telling.title) for story, telling in outlet.on(day)])
    text = (
        f'<!DOCTYPE html><html lang="{outlet.lang}"><head><meta charset="{outlet.encoding}">'
        f'<title>{escape(outlet.title)}</title><link rel="alternate" type="{FEED_TYPES[outlet.feed]}" '
        f'href="{base}{outlet.feed_path}"></head><body><h1>{escape(outlet.title)}</h1><ul>{items}</ul></body></html>'
    )
    return text.encode(outlet.encoding, "xmlcharrefreplace")


@lru_cache(maxsize=8)
def _template(name: str) -> Template:
    file = resources.files(__package__).joinpath("templates", f"{name}.html")
    return Template(file.read_text(encoding="utf-8"))


def _body(text: str, *, breaks: bool) -> str:
    """Paragraphs are set apart by blank lines; one that begins with ``## `` is a heading."""
    blocks = []
    for paragraph in text.split("\n\n"):
        if paragraph.startswith("## "):
            blocks.append(f"<h2>{escape(paragraph[3:])}</h2>")
        else:
            words = escape(paragraph, quote=False)
            blocks.append(f"{words}<br><br>" if breaks else f"<p>{words}</p>")
    return "\n".join(blocks)


def _links(pairs: list[tuple[str, str]]) -> str:
    return "".join(f'<li><a href="{escape(path)}">{escape(title)}</a></li>' for path, title in pairs)


def _linked_data(outlet: Outlet, story: Story, telling: Telling) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": telling.title,
        "datePublished": telling.published.isoformat(),
        "dateModified": (telling.changed or telling.published).isoformat(),
        "inLanguage": outlet.lang,
        "author": {"@type": "Person", "name": story.author},
        "publisher": {"@type": "Organization", "name": outlet.title},
    }
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")


__all__ = ["FEED_TYPES", "front_page", "page"]
