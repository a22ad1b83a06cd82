"""Which software a site is made with, and where such sites have their feeds and sitemaps. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from urllib.parse import urljoin, urlsplit

from crawler.discovery.candidates import Candidate, candidate_of, sitemap
from crawler.discovery.section import section_of

ANY = "any site"
# What tells a site's software stands in its head and in the addresses of what it loads.
_LOOK = 400_000
_GENERATOR = re.compile(
    r"""<meta\b(?=[^>]{0,300}\bname\s*=\s*["']?generator\b)[^>]{0,300}?\bcontent\s*=\s*["']([^"'>]{1,200})""", re.I
)


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One row of ``data/cms.toml``, which explains it."""

    name: str
    feeds: tuple[str, ...]
    generator: re.Pattern[str] | None = None
    markup: tuple[str, ...] = ()
    headers: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = ()
    hosts: re.Pattern[str] | None = None
    section: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()


def systems_of(text: str, *, url: str, headers: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the systems that a page shows, the surest first: by host and generator, headers, markup.

    :param text: the page's HTML.
    :param headers: of its answer, names in any case.
    """
    host = (urlsplit(url).hostname or "").lower()
    generators = [found.strip().lower() for found in _GENERATOR.findall(text[:_LOOK])]
    lower = text[:_LOOK].lower()
    known = {name.lower(): value.lower() for name, value in headers.items()}
    signs: list[tuple[int, str]] = []
    for system in _systems().values():
        if system.hosts and system.hosts.search(host):
            signs.append((0, system.name))
        elif system.generator and any(system.generator.search(one) for one in generators):
            signs.append((1, system.name))
        elif any(
            name.fullmatch(key) and value.search(said) for name, value in system.headers for key, said in known.items()
        ):
            signs.append((2, system.name))
        elif any(part in lower for part in system.markup):
            signs.append((3, system.name))
    return tuple(name for _, name in sorted(signs, key=lambda sign: sign[0]))


def feeds_to_try(url: str, systems: Sequence[str]) -> tuple[Candidate, ...]:
    """Addresses where the feed of the site (or its part) at ``url`` may be, most likely first."""
    found: dict[str, Candidate] = {}
    for rank, (path, system) in enumerate(_paths(url, systems)):
        why = "tried, as feeds often lie there" if system == ANY else f"tried, as {system} has its feeds there"
        address = urljoin(url, path)
        form = "atom" if "atom" in path else "rss"
        found.setdefault(address, candidate_of(address, form, "", url, 120 + rank, why))
    return tuple(found.values())


def sitemaps_to_try(url: str, systems: Sequence[str]) -> tuple[Candidate, ...]:
    """Addresses where the site's sitemap may be, most likely first."""
    found: dict[str, Candidate] = {}
    names = [*systems, ANY]
    paths = [(path, name) for name in names for path in _systems()[name].sitemaps]
    for rank, (path, name) in enumerate(paths):
        why = "tried, as sitemaps often lie there" if name == ANY else f"tried, as {name} has its sitemaps there"
        address = urljoin(url, path)
        found.setdefault(address, sitemap(address, rank=240 + rank, why=why))
    return tuple(found.values())


def _paths(url: str, systems: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The section's own first, then the site's; what is known of a system before what is of any."""
    table = _systems()
    section = section_of(url)
    names = list(systems) or [ANY]
    if section:
        parts = [part for part in section.split("/") if part]
        values = {"path": section, "last": parts[-1], "first": parts[0]}
        for name in names:
            yield from ((path.format(**values), name) for path in table[name].section)
    for name in (*systems, ANY):
        yield from ((path, name) for path in table[name].feeds)


@lru_cache(maxsize=1)
def _systems() -> Mapping[str, System]:
    data = tomllib.loads((resources.files("crawler") / "data" / "cms.toml").read_text("utf-8"))
    return {
        name: System(
            name=name,
            feeds=tuple(row["feeds"]),
            generator=re.compile(row["generator"]) if "generator" in row else None,
            markup=tuple(row.get("markup", ())),
            headers=tuple((re.compile(header), re.compile(value)) for header, value in row.get("headers", ())),
            hosts=re.compile(row["hosts"]) if "hosts" in row else None,
            section=tuple(row.get("section", ())),
            sitemaps=tuple(row["sitemaps"]),
        )
        for name, row in data.items()
    }


__all__ = ["feeds_to_try", "sitemaps_to_try", "systems_of"]
