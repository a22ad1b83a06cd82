"""Which part of a site an address asks for. Pure."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

# Front pages by other names, and languages or countries, are the whole of a site.
_FRONT = re.compile(r"(?:index|home|start|main|default|startseite|accueil|inicio|feeds?|rss|atom)(?:\.\w{2,5})?", re.I)
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2,4})?|global|intl|www", re.I)
_CODE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2})?", re.I)
_WORD = re.compile(r"[^\W_]+")
# Words that say what something is, not what of.
_EMPTY_WORDS = frozenset(
    {"category", "categories", "tag", "tags", "topic", "topics", "section", "html", "htm", "php", "www"}
)
# A page with one of these is an article or a file, which belongs to the whole site as well as to its part.
_ARTICLE = re.compile(r"\d{4,}|[\w%]+(?:-[\w%]+){3,}|\.(?:xml|rss|rdf|atom|json|pdf)$", re.I)


def section_of(url: str) -> str:
    """The path of the part of a site that ``url`` names, without a slash at its end; "" for the whole of it."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    if parts and _FRONT.fullmatch(parts[-1]):
        parts.pop()
    if not parts or all(_LANGUAGE.fullmatch(part) for part in parts) or _ARTICLE.search(parts[-1]):
        return ""
    return "/" + "/".join(parts)


def language_of(url: str) -> str:
    """The language or country that an address begins its path with (``de``, ``en-us``); "" for none."""
    first = next((part for part in urlsplit(url).path.split("/") if part), "")
    return first.lower().replace("_", "-") if _CODE.fullmatch(first) else ""


def belongs(address: str, title: str, section: str) -> bool:
    """Whether a feed is the section's, by its address or its title."""
    parts = urlsplit(address)
    path = unquote(parts.path).lower().rstrip("/")
    wanted = unquote(section).lower()
    if path.startswith(f"{wanted}/") or path == wanted:
        return True
    words = [word for word in _WORD.findall(wanted.rsplit("/", 1)[-1]) if len(word) > 3 and word not in _EMPTY_WORDS]
    said = set(_WORD.findall(f"{path} {unquote(parts.query)} {title}".lower()))
    return bool(words) and all(word in said for word in words)


def inside(url: str, section: str) -> bool:
    """Whether a page lies below ``section``."""
    return urlsplit(url).path.lower().startswith(f"{section.lower()}/")


__all__ = ["belongs", "inside", "language_of", "section_of"]
