"""What a new text is to what is stored: the exact kinds.

The ladder, cheapest first: the address (``url_key``), then the normalised text (``text_key``). Both are index look-ups
for the caller, who hands the stored articles that match in either as candidates; the decision itself is a pure
function. Nothing here merges texts that differ in a single word, so figures, vendors and places are never mixed up.

The outcome does not depend on who came first: the canonical text of a group is the earliest published one, ties by
URL, and a later arrival that is earlier published takes over.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import regex

from storewatch.types import Article, Candidate, Decision, Moment
from storewatch.urls import outlet, url_key

MIN_WORDS = 40
"""Texts shorter than this say too little to be told apart by themselves ("The page was moved."): their titles must be
equal too. From the measurements in the project's notes on duplicates."""

_NO_DATE = datetime.max.replace(tzinfo=UTC)
_TOKEN = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*"
    r"|[[\w\p{M}]--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]]+",
    regex.V1,
)
"""A word; where words are not set apart by blanks, a character. Vowel signs belong to their word."""


def words(text: str) -> list[str]:
    """The tokens by which texts are compared: case, width, punctuation, spacing and invisible characters are gone."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    tokens: list[str] = _TOKEN.findall(regex.sub(r"\p{Cf}+", "", folded))
    return tokens


def text_key(text: str) -> str:
    """Equal for texts that say the same words in the same order: a SHA-256 in hexadecimal digits."""
    return _key(words(text))


def decide(article: Article, candidates: Sequence[Candidate]) -> Decision:
    """What ``article`` is to ``candidates``, the stored articles that share its address or its text.

    ``same`` and ``revision``: the page is known, with this text or with another. ``duplicate`` and ``syndicated``: the
    text is known from another page of the same outlet, or from another outlet. ``new``: neither.
    """
    tokens = words(article.text)
    sha = _key(tokens)
    known = _by_address(article, candidates)
    if known is not None:
        if known.text_sha != sha:
            return Decision(kind="revision", of=known.article_id, detail="the text has changed")
        if article.title and text_key(known.title) != text_key(article.title):
            return Decision(kind="revision", of=known.article_id, detail="the headline has changed")
        return Decision(kind="same", of=known.article_id, detail="same page, same text")
    copies = [candidate for candidate in candidates if candidate.text_sha == sha]
    if len(tokens) < MIN_WORDS:
        title = text_key(article.title) if words(article.title) else None
        copies = [candidate for candidate in copies if text_key(candidate.title) == title]
    if not copies:
        return Decision(kind="new")
    first = min(copies, key=lambda candidate: _precedence(candidate.published, candidate.url))
    own = outlet(article.canonical_url) or outlet(article.url)
    takes_over = _precedence(article.published, article.canonical_url) < _precedence(first.published, first.url)
    if own == first.outlet or not own or not first.outlet:
        return Decision(
            kind="duplicate", of=first.article_id, takes_over=takes_over, detail="same text on another page"
        )
    return Decision(
        kind="syndicated", of=first.article_id, takes_over=takes_over, detail=f"same text at {first.outlet}"
    )


def _key(tokens: Sequence[str]) -> str:
    return hashlib.sha256(" ".join(tokens).encode("utf-8", "surrogatepass")).hexdigest()


def _precedence(published: Moment | None, url: str) -> tuple[datetime, str]:
    """Who is the original: the earliest published; undated texts come last; ties by address."""
    return (published.at if published else _NO_DATE, url)


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


# --- a file of texts ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Row:
    """A row of the input and what became of it. ``parent`` is another row of its group, or the row itself."""

    index: int
    row_id: Any
    article: Article | None
    parent: int
    kind: str = "new"
    of: int | None = None
    error: str = ""


def group(rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """``{id, title, text, url?, published?}`` -> ``{id, kind, of, group, story}``, one for each row, in the same order.

    ``kind`` and ``of`` (an id, None for ``new``) say what a row is to the rows before it. ``group`` is the id of the
    group's canonical row, so it does not depend on the order of the rows; ``story`` equals ``group`` as long as only
    equal texts are joined. A row that cannot be read gives ``{id, error, text: None}``. All rows are read before the
    first answer.
    """
    taken: list[_Row] = []
    by_url: dict[str, Candidate] = {}
    by_text: dict[tuple[str, str], Candidate] = {}
    for index, row in enumerate(rows):
        entry = _read_row(index, row)
        taken.append(entry)
        if entry.article is not None:
            _place(entry, entry.article, by_url, by_text)
    originals = _originals(taken)
    for entry in taken:
        if entry.article is None:
            yield {"id": entry.row_id, "error": entry.error, "text": None}
            continue
        of = None if entry.of is None else taken[entry.of].row_id
        original = taken[originals[_root(taken, entry.index)]].row_id
        yield {"id": entry.row_id, "kind": entry.kind, "of": of, "group": original, "story": original}


def _place(
    entry: _Row, article: Article, by_url: dict[str, Candidate], by_text: dict[tuple[str, str], Candidate]
) -> None:
    """Decide on one row and remember it: the newest text of each page, the original of each text."""
    tokens = words(article.text)
    sha = _key(tokens)
    name = (sha, text_key(article.title) if len(tokens) < MIN_WORDS else "")
    address = url_key(article.url) if article.url else ""
    candidates = [found for found in (by_url.get(address), by_text.get(name)) if found is not None]
    decision = decide(article, candidates)
    entry.kind, entry.of = decision.kind, decision.of
    entry.parent = entry.index if decision.of is None else decision.of
    itself = Candidate(
        article_id=entry.index,
        url=article.url,
        url_key=address,
        title=article.title,
        text=article.text,
        text_sha=sha,
        outlet=outlet(article.url),
        published=article.published,
    )
    if address:
        by_url[address] = itself
    stored = by_text.get(name)
    if stored is None or _precedence(itself.published, itself.url) < _precedence(stored.published, stored.url):
        by_text[name] = itself


def _root(rows: Sequence[_Row], index: int) -> int:
    while rows[index].parent != index:
        rows[index].parent = rows[rows[index].parent].parent  # halve the path
        index = rows[index].parent
    return index


def _originals(rows: Sequence[_Row]) -> dict[int, int]:
    """For each group, by its root, the row that is its original."""
    best: dict[int, tuple[tuple[datetime, str, str], int]] = {}
    for row in rows:
        if row.article is None:
            continue
        root = _root(rows, row.index)
        # Rows without date and address are told apart by their id, which any order of the rows leaves alone.
        rank = ((*_precedence(row.article.published, row.article.url), str(row.row_id)), row.index)
        best[root] = min(best.get(root, rank), rank)
    return {root: index for root, (_, index) in best.items()}


def _read_row(index: int, row: Mapping[str, Any]) -> _Row:
    row_id = row.get("id", index)
    text, title, url = row.get("text"), row.get("title") or "", row.get("url") or ""
    published = row.get("published") or row.get("published_at")
    if not isinstance(text, str):
        return _Row(index, row_id, None, index, error="text: a string is needed")
    if not isinstance(title, str) or not isinstance(url, str):
        return _Row(index, row_id, None, index, error="title and url: strings are needed")
    if published is not None and not isinstance(published, str):
        return _Row(index, row_id, None, index, error="published: a string is needed")
    moment = None
    if published:
        moment = _moment(published)
        if moment is None:
            return _Row(index, row_id, None, index, error=f"published: {published!r} is no year, month, day or instant")
    return _Row(index, row_id, Article(url=url, canonical_url=url, title=title, text=text, published=moment), index)


def _moment(text: str) -> Moment | None:
    """A year, month, day or instant in ISO 8601 as the first instant that fits; without a zone it is UTC."""
    text = text.strip()
    padded = text + "-01" * {4: 2, 7: 1}.get(len(text), 0)
    try:
        at = datetime.fromisoformat(padded)
        return Moment(at=at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


__all__ = ["MIN_WORDS", "decide", "group", "text_key", "words"]
