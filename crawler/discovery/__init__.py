"""Where a site's news can be followed, and what of it is best. Pure; :mod:`crawler.sites` fetches.

A page is looked at for what it names (``candidates``), for the software that made it (``systems``), which says where
else to look, and for the articles that it links itself. What was found is read (``facts``) and compared (``ranking``).
An address below the root asks for a part of the site (``section``).
"""

from __future__ import annotations

from crawler.discovery.candidates import MAX_CANDIDATES, Candidate, feed_links, sitemaps_of
from crawler.discovery.facts import BodyKind, Facts, PageLook, kind_of, look_at, read_facts
from crawler.discovery.ranking import Finding, is_enough, ranked
from crawler.discovery.section import section_of
from crawler.discovery.systems import feeds_to_try, sitemaps_to_try, systems_of

__all__ = [
    "MAX_CANDIDATES",
    "BodyKind",
    "Candidate",
    "Facts",
    "Finding",
    "PageLook",
    "feed_links",
    "feeds_to_try",
    "is_enough",
    "kind_of",
    "look_at",
    "ranked",
    "read_facts",
    "section_of",
    "sitemaps_of",
    "sitemaps_to_try",
    "systems_of",
]
