"""Feeds of the demo world, each format as sites write it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from storewatch.demo.world import Outlet, Story

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def feed(outlet: Outlet, *, base: str, day: int) -> bytes:
    """The feed of ``day`` in UTF-8. ``base`` is the site's address without a slash."""
    return _FORMATS[outlet.feed](outlet, base, day).encode()


def newest(outlet: Outlet, day: int) -> datetime:
    """When the feed last changed."""
    return max(telling.changed or telling.published for _, telling in outlet.on(day)).astimezone(UTC)


def _link(outlet: Outlet, base: str, story: Story) -> str:
    address = base + story.path
    if not outlet.tracking:
        return address
    return address + ("&" if "?" in address else "?") + outlet.tracking


def _rss(outlet: Outlet, base: str, day: int, *, content: bool = False) -> str:
    items = []
    for story, telling in outlet.on(day):
        full = f"<content:encoded><![CDATA[{_paragraphs(telling.text)}]]></content:encoded>" if content else ""
        items.append(
            f"<item><title>{escape(telling.title)}</title><link>{escape(_link(outlet, base, story))}</link>"
            f"<guid isPermaLink='false'>{escape(outlet.name + story.path)}</guid>"
            f"<dc:creator>{escape(story.author)}</dc:creator>"
            f"<pubDate>{format_datetime(telling.changed or telling.published)}</pubDate>"
            f"<description><![CDATA[<p>{telling.summary}</p>]]></description>{full}</item>"
        )
    return (
        f'{_HEAD}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{escape(outlet.title)}</title><link>{base}/</link><description>{escape(outlet.about)}</description>"
        f"<language>{outlet.lang}</language>" + "\n".join(items) + "</channel></rss>"
    )


def _rss_content(outlet: Outlet, base: str, day: int) -> str:
    return _rss(outlet, base, day, content=True)


def _rss_091(outlet: Outlet, base: str, day: int) -> str:
    items = [
        f"<item><title>{escape(telling.title)}</title><link>{escape(_link(outlet, base, story))}</link>"
        f"<description>{escape(telling.summary)}</description></item>"
        for story, telling in outlet.on(day)
    ]
    return (
        f'{_HEAD}<rss version="0.91"><channel><title>{escape(outlet.title)}</title><link>{base}/</link>'
        f"<description>{escape(outlet.about)}</description>" + "\n".join(items) + "</channel></rss>"
    )


def _rdf(outlet: Outlet, base: str, day: int) -> str:
    shown = [(_link(outlet, base, story), telling) for story, telling in outlet.on(day)]
    order = "".join(f"<rdf:li rdf:resource={quoteattr(link)}/>" for link, _ in shown)
    items = "\n".join(
        f"<item rdf:about={quoteattr(link)}><title>{escape(telling.title)}</title><link>{escape(link)}</link>"
        f"<description>{escape(telling.summary)}</description>"
        f"<dc:date>{(telling.changed or telling.published).isoformat()}</dc:date></item>"
        for link, telling in shown
    )
    return (
        f'{_HEAD}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="{base}/"><title>{escape(outlet.title)}</title>'
        f"<link>{base}/</link><description>{escape(outlet.about)}</description><items><rdf:Seq>{order}</rdf:Seq></items>"
        f"</channel>\n{items}</rdf:RDF>"
    )


def _atom(outlet: Outlet, base: str, day: int, *, relative: bool = False) -> str:
    entries = []
    for story, telling in outlet.on(day):
        href = story.path.lstrip("/") if relative else _link(outlet, base, story)
        entries.append(
            f"<entry><title>{escape(telling.title)}</title><link href={quoteattr(href)}/>"
            f"<id>tag:{outlet.name},2017:{escape(story.path)}</id><author><name>{escape(story.author)}</name></author>"
            f"<published>{telling.published.isoformat()}</published>"
            f"<updated>{(telling.changed or telling.published).isoformat()}</updated>"
            f"<summary>{escape(telling.summary)}</summary></entry>"
        )
    where = f' xml:base="{base}/"' if relative else ""
    return (
        f'{_HEAD}<feed xmlns="http://www.w3.org/2005/Atom"{where}><title>{escape(outlet.title)}</title>'
        f'<id>tag:{outlet.name},2017:feed</id><link href="{base}/"/>'
        f"<updated>{newest(outlet, day).isoformat()}</updated>" + "\n".join(entries) + "</feed>"
    )


def _atom_relative(outlet: Outlet, base: str, day: int) -> str:
    return _atom(outlet, base, day, relative=True)


def _json(outlet: Outlet, base: str, day: int) -> str:
    items = [
        {
            "id": outlet.name + story.path,
            "url": _link(outlet, base, story),
            "title": telling.title,
            "summary": telling.summary,
            "date_published": telling.published.isoformat(),
            "date_modified": (telling.changed or telling.published).isoformat(),
            "authors": [{"name": story.author}],
        }
        for story, telling in outlet.on(day)
    ]
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.title,
        "home_page_url": f"{base}/",
        "feed_url": base + outlet.feed_path,
        "description": outlet.about,
        "language": outlet.lang,
        "items": items,
    }
    return json.dumps(data, ensure_ascii=False, indent=1)


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in text.split("\n\n"))


_FORMATS: dict[str, Callable[[Outlet, str, int], str]] = {
    "rss": _rss,
    "rss-content": _rss_content,
    "rss-0.91": _rss_091,
    "rdf": _rdf,
    "atom": _atom,
    "atom-relative": _atom_relative,
    "json": _json,
}

__all__ = ["feed", "newest"]
