"""OPML 1.0 and 2.0, the format in which feed readers hand over their lists.

Read with expat, which tells the line of everything, and without entities of the document's own: they serve only to blow
a small file up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate
from xml.sax.saxutils import quoteattr

from crawler.sources.rows import AddedBy, RowError, source, with_own_names
from storewatch.errors import InputError
from storewatch.types import NewSource, Source

_NAMESPACE = "urn:storewatch:opml"
"""Marks the attributes that OPML does not know. Readers skip what they do not know."""
_OWN = ("name", "kind", "country", "enabled")


def read_opml(data: bytes, *, subject: str, added_by: AddedBy) -> tuple[NewSource, ...]:
    """The outlines that carry an ``xmlUrl``, folders opened; the innermost folder's title is the category, for want of
    a folder the outline's own.

    :raises InputError: with file and line, where the file is no OPML or an outline is no source.
    """
    reader = _Reader(subject, added_by)
    try:
        reader.parser.Parse(data, True)
    except ExpatError as error:
        raise InputError(f"{subject}, line {error.lineno}", f"not well-formed XML: {error}") from None
    if not reader.is_opml:
        raise InputError(subject, "XML, but no OPML", hint="a feed's own address goes into a text file, one a line")
    return with_own_names(reader.sources)


def write_opml(sources: Iterable[NewSource | Source], *, title: str = "storewatch sources") -> str:
    """OPML 2.0 with one folder for each category; ``read_list`` gives the same sources back."""
    folders: dict[str, list[NewSource | Source]] = {}
    for one in sources:
        folders.setdefault(one.category or "", []).append(one)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<opml version="2.0" xmlns:sw="{_NAMESPACE}">']
    lines += [f"<head><title>{_escaped(title)}</title></head>", "<body>"]
    for folder, members in folders.items():
        if folder:
            lines.append(f"<outline text={quoteattr(folder)}>")
        lines += [_outline(member) for member in members]
        if folder:
            lines.append("</outline>")
    return "\n".join([*lines, "</body>", "</opml>", ""])


class _Reader:
    """What is open while expat walks through the file."""

    def __init__(self, subject: str, added_by: AddedBy) -> None:
        self.subject = subject
        self.added_by = added_by
        self.is_opml = False
        self.sources: list[NewSource] = []
        self.folders: list[str | None] = []
        self.parser = ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.EntityDeclHandler = self._entity

    def _line(self) -> str:
        return f"{self.subject}, line {self.parser.CurrentLineNumber}"

    def _entity(self, *_: object) -> None:
        raise InputError(self._line(), "entities of its own are not read")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag.lower() == "opml":
            self.is_opml = True
        if tag.lower() != "outline":
            return
        values = {key.lower(): value for key, value in attributes.items()}
        label = values.get("text") or values.get("title")
        address = values.get("xmlurl", "").strip()
        self.folders.append(None if address else label)
        if address and values.get("iscomment", "").lower() != "true":
            try:
                self.sources.append(source(self._row(values, label, address), added_by=self.added_by))
            except RowError as error:
                raise InputError(self._line(), str(error)) from None

    def _end(self, tag: str) -> None:
        if tag.lower() == "outline":
            self.folders.pop()

    def _row(self, values: Mapping[str, str], label: str | None, address: str) -> dict[str, Any]:
        row: dict[str, Any] = {key: values[f"sw:{key}"] for key in _OWN if values.get(f"sw:{key}")}
        if "enabled" in row:
            row["enabled"] = row["enabled"].lower() != "false"
        # OPML 2.0: "/Technology/Phones,/Blogs", several of them, each a path.
        named = values.get("category", "").split(",")[0].strip("/ ").rsplit("/", 1)[-1].strip()
        category = next((folder for folder in reversed(self.folders) if folder), None) or named or None
        title = values.get("title") or label
        site = values.get("htmlurl", "").strip()
        # OPML's language is "de-DE" as often as "de", and its htmlUrl often no address at all: neither is worth a
        # refusal.
        return row | {
            "url": address,
            # OPML demands a text; ours of a source without a title is its name, and no title stands beside it.
            "title": None if row.get("name") and not values.get("title") else title,
            "site": site if site.startswith(("http://", "https://")) else None,
            "lang": values.get("language", "")[:2].lower() or None,
            "category": category,
        }


def _outline(one: NewSource | Source) -> str:
    values = {
        "type": "rss",
        "text": one.title or one.name,
        "title": one.title,
        "xmlUrl": one.url,
        "htmlUrl": one.site,
        "language": one.lang,
        "sw:name": one.name,
        "sw:kind": one.kind if one.kind != "feed" else None,
        "sw:country": one.country,
        "sw:enabled": None if one.enabled else "false",
    }
    return "<outline " + " ".join(f"{key}={quoteattr(value)}" for key, value in values.items() if value) + "/>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


__all__ = ["read_opml", "write_opml"]
