"""What a new text is to what is stored: the ladder, cheapest first.

The address (``url_key``), then the normalised text (``text_key``), then likeness of the text. The caller finds the
candidates by index look-ups and hands them in; the decision itself is a pure function. Texts that differ in figures,
vendors, places or partners are never told to be copies of each other.

The outcome does not depend on who came first: the canonical text of a group is the earliest published one, ties by
URL, and a later arrival that is earlier published takes over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from pipelines.dedup.compare import MERGING, Likeness, Relation, relate
from pipelines.dedup.words import MIN_WORDS, key_of, text_key, words
from storewatch.types import Article, Candidate, Decision, DecisionKind, Link, Moment
from storewatch.urls import outlet, url_key

MAX_COMPARED = 64
"""So many candidates are compared word by word, the most promising first; a comparison takes about a millisecond."""

_NO_DATE = datetime.max.replace(tzinfo=UTC)
#: Which verdict counts when several candidates are as much alike.
_RANK: dict[str, int] = {"duplicate": 0, "syndicated": 0, "update": 1, "partial": 2, "quotes": 3, "distinct": 4}


def decide(article: Article, candidates: Sequence[Candidate]) -> Decision:
    """What ``article`` is to ``candidates``, stored articles that share its address, its text or keys of its sketch.

    The most promising candidates stand first. ``same`` and ``revision``: the page is known, with this text or with
    another. ``duplicate`` and ``syndicated``: the text is known from another page of the same outlet, or from another
    outlet. ``partial``: one is a teaser or a cut version of the other. ``update``: the same text with other facts or
    a correction. ``quotes``: a part of it is known. ``distinct``: alike, but about something else. ``new``: none.
    """
    tokens = words(article.text)
    sha = key_of(tokens)
    known = _by_address(article, candidates)
    if known is not None:
        others = [candidate for candidate in candidates if candidate.article_id != known.article_id]
        if known.text_sha != sha:
            return Decision(
                kind="revision", of=known.article_id, detail="the text has changed", links=links(article, others)
            )
        if article.title and text_key(known.title) != text_key(article.title):
            return Decision(kind="revision", of=known.article_id, detail="the headline has changed")
        return Decision(kind="same", of=known.article_id, detail="same page, same text")
    copies = [candidate for candidate in candidates if candidate.text_sha == sha]
    if len(tokens) < MIN_WORDS:
        title = text_key(article.title) if words(article.title) else None
        copies = [candidate for candidate in copies if text_key(candidate.title) == title]
    if copies:
        return _copy(article, copies, [candidate for candidate in candidates if candidate not in copies])
    found = links(article, candidates)
    if not found:
        return Decision(kind="new")
    best = min(found, key=_closest)
    by_id = {candidate.article_id: candidate for candidate in candidates}
    takes_over = best.kind in ("duplicate", "syndicated") and precedes(article, by_id[best.article_id])
    return Decision(kind=best.kind, of=best.article_id, takes_over=takes_over, detail=best.detail, links=found)


def links(article: Article, candidates: Iterable[Candidate]) -> tuple[Link, ...]:
    """Every candidate that ``article`` is akin to. Of a text group one joined member is enough."""
    found: list[Link] = []
    joined: set[int] = set()
    own = outlet(article.canonical_url) or outlet(article.url)
    for candidate in list(candidates)[:MAX_COMPARED]:
        if candidate.group_id is not None and candidate.group_id in joined:
            continue
        relation = relate(article.title, article.text, candidate.title, candidate.text)
        if relation.likeness == "unrelated":
            continue
        if relation.likeness in MERGING and candidate.group_id is not None:
            joined.add(candidate.group_id)
        found.append(_link(relation, candidate, own))
    return tuple(found)


def kind_of(likeness: Likeness, own: str, other: str) -> DecisionKind:
    """A likeness as it is told; copies by where they stand."""
    if likeness == "equal" or likeness == "same":
        return "duplicate" if own == other or not own or not other else "syndicated"
    return "distinct" if likeness == "unrelated" else likeness


def precedence(published: Moment | None, url: str) -> tuple[datetime, str]:
    """Who is the original: who surely was published first (who names a day only, at its end); undated texts come last;
    ties by address."""
    return (published.at_the_latest if published else _NO_DATE, url)


def precedes(article: Article, candidate: Candidate) -> bool:
    ours = precedence(article.published, article.canonical_url)
    return ours < precedence(candidate.published, candidate.url)


def _link(relation: Relation, candidate: Candidate, own: str) -> Link:
    kind = kind_of(relation.likeness, own, candidate.outlet)
    detail = relation.detail
    if not detail:
        detail = f"the same text at {candidate.outlet}" if kind == "syndicated" else "the same text, nearly"
        detail = {"partial": "a part of the same text", "quotes": "shares a passage"}.get(kind, detail)
    return Link(
        article_id=candidate.article_id,
        kind=kind,
        jaccard=round(relation.jaccard, 4),
        share_new=round(relation.share_a, 4),
        share_old=round(relation.share_b, 4),
        detail=detail,
    )


def _closest(link: Link) -> tuple[bool, float, int]:
    """Texts of the group before mere links; then the most alike; of equals the verdict that says most."""
    return (link.kind in ("quotes", "distinct"), -link.jaccard, _RANK[link.kind])


def _copy(article: Article, copies: Sequence[Candidate], others: Sequence[Candidate]) -> Decision:
    first = min(copies, key=lambda candidate: precedence(candidate.published, candidate.url))
    own = outlet(article.canonical_url) or outlet(article.url)
    takes_over = precedes(article, first)
    # Its headline and date count from now on.
    found = links(article, others) if takes_over else ()
    here = own == first.outlet or not own or not first.outlet
    return Decision(
        kind="duplicate" if here else "syndicated",
        of=first.article_id,
        takes_over=takes_over,
        detail="same text on another page" if here else f"same text at {first.outlet}",
        links=found,
    )


def _by_address(article: Article, candidates: Sequence[Candidate]) -> Candidate | None:
    """The stored article of this page. Its own address counts before the one that the page calls canonical, and that
    only within one outlet: a canonical address elsewhere names the origin of a copy."""
    addresses = [article.url]
    if outlet(article.canonical_url) == outlet(article.url):
        addresses.append(article.canonical_url)
    for address in addresses:
        key = url_key(address)
        known = [candidate for candidate in candidates if key and candidate.url_key == key]
        if known:
            return min(known, key=lambda candidate: candidate.article_id)
    return None
