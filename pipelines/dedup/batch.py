"""A file of texts, grouped as the database would group them: the same decisions, over an index in memory."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from pipelines import stories
from pipelines.dedup.decide import decide, precedence
from pipelines.dedup.groups import Components, Member, canonical
from pipelines.dedup.sketch import ENOUGH, is_special, keys
from pipelines.dedup.words import MIN_WORDS, analyse, key_of, text_key, words
from storewatch.types import Article, Candidate, Document, Moment
from storewatch.urls import outlet, url_key

MERGING_KINDS = frozenset({"same", "revision", "duplicate", "syndicated", "partial", "update"})


@dataclass(slots=True)
class _Row:
    """A row of the input and what became of it."""

    index: int
    row_id: Any
    article: Article | None
    words: int = 0
    kind: str = "new"
    of: int | None = None
    error: str = ""


class _Index:
    """What the database's tables answer: who has this address, this text, these keys."""

    def __init__(self) -> None:
        self.groups: Components[int] = Components()
        self._stored: dict[int, Candidate] = {}
        self._by_url: dict[str, int] = {}
        self._by_text: dict[tuple[str, str], int] = {}
        self._by_key: dict[int, list[int]] = defaultdict(list)

    def place(self, row: _Row, article: Article) -> None:
        """Decide on one row and remember it: the newest text of each page, the original of each text."""
        tokens = words(article.text)
        row.words = len(tokens)
        sha = key_of(tokens)
        name = (sha, text_key(article.title) if len(tokens) < MIN_WORDS else "")
        address = url_key(article.url) if article.url else ""
        exact = [found for found in (self._by_url.get(address), self._by_text.get(name)) if found is not None]
        new_text = name not in self._by_text
        sketch = keys(analyse(article.title, article.text)) if new_text else frozenset()
        # Of a page seen before only its newest text counts.
        alike = [
            i for i in self._alike(sketch) if i not in exact and (not address or self._stored[i].url_key != address)
        ]
        decision = decide(article, [self._candidate(index) for index in (*exact, *alike)])
        row.kind, row.of = decision.kind, decision.of
        self.groups.add(row.index)
        if decision.of is not None and decision.kind in MERGING_KINDS:
            self.groups.join(decision.of, row.index)
        for link in decision.links:
            if link.kind in MERGING_KINDS:
                self.groups.join(link.article_id, row.index)
        self._remember(row.index, article, name=name, address=address)
        for key in sketch:
            self._by_key[key].append(row.index)

    def _alike(self, sketch: Iterable[int]) -> list[int]:
        """Who shares enough keys, the most first."""
        shared: Counter[int] = Counter()
        special: set[int] = set()
        for key in sketch:
            holders = self._by_key.get(key, ())
            shared.update(holders)
            if is_special(key):
                special.update(holders)
        enough = [index for index, count in shared.items() if count >= ENOUGH or index in special]
        return sorted(enough, key=lambda index: (-shared[index], self._stored[index].text_sha, index))

    def _candidate(self, index: int) -> Candidate:
        stored = self._stored[index]
        return Candidate(
            article_id=index,
            url=stored.url,
            url_key=stored.url_key,
            title=stored.title,
            text=stored.text,
            text_sha=stored.text_sha,
            outlet=stored.outlet,
            published=stored.published,
            group_id=self.groups.root(index),
        )

    def _remember(self, index: int, article: Article, *, name: tuple[str, str], address: str) -> None:
        self._stored[index] = Candidate(
            article_id=index,
            url=article.url,
            url_key=address,
            title=article.title,
            text=article.text,
            text_sha=name[0],
            outlet=outlet(article.url),
            published=article.published,
        )
        if address:
            self._by_url[address] = index
        known = self._by_text.get(name)
        if known is None or _rank(self._stored[index]) < _rank(self._stored[known]):
            self._by_text[name] = index


def group(rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """``{id, title, text, url?, published?}`` -> ``{id, kind, of, group, story}``, one for each row, in the same order.

    ``kind`` and ``of`` (an id, None for ``new``) say what a row is to the rows before it. ``group`` is the id of the
    group's canonical row, ``story`` that of the story's, so neither depends on the order of the rows. A row that cannot
    be read gives ``{id, error, text: None}``. All rows are read before the first answer.
    """
    taken: list[_Row] = []
    index = _Index()
    for number, row in enumerate(rows):
        entry = _read_row(number, row)
        taken.append(entry)
        if entry.article is not None:
            index.place(entry, entry.article)
    originals = _originals(taken, index.groups)
    first_told = _stories(taken, originals, index.groups)
    for entry in taken:
        if entry.article is None:
            yield {"id": entry.row_id, "error": entry.error, "text": None}
            continue
        of = None if entry.of is None else taken[entry.of].row_id
        original = originals[index.groups.root(entry.index)]
        group_id, story_id = taken[original].row_id, taken[first_told[original]].row_id
        yield {"id": entry.row_id, "kind": entry.kind, "of": of, "group": group_id, "story": story_id}


def _rank(candidate: Candidate) -> tuple[datetime, str]:
    return precedence(candidate.published, candidate.url)


def _originals(rows: list[_Row], groups: Components[int]) -> dict[int, int]:
    """For each group, by its root, the row that is its original."""
    found: dict[int, int] = {}
    for root, indices in groups.all().items():
        members = []
        for index in indices:
            row = rows[index]
            assert row.article is not None
            # Rows without date and address are told apart by their id, which any order of the rows leaves alone.
            rank = (*precedence(row.article.published, row.article.url), str(row.row_id), index)
            members.append(Member(key=index, words=row.words, rank=rank))
        found[root] = canonical(members)
    return found


def _stories(rows: list[_Row], originals: Mapping[int, int], groups: Components[int]) -> dict[int, int]:
    """For the original of each group the original of its story: the first by publication, address and id.

    A group tells what any of its texts tells: an update may be the first to give the number.
    """
    told: dict[int, list[_Row]] = defaultdict(list)
    texts: set[tuple[int, str]] = set()
    for row in rows:
        if row.article is not None:
            original = originals[groups.root(row.index)]
            if (original, row.article.text) not in texts:
                texts.add((original, row.article.text))
                told[original].append(row)
    ranks = {original: _story_rank(rows[original]) for original in told}
    tellings = [(original, telling) for original, members in told.items() for telling in map(_telling, members)]
    joined = [(i, i + 1) for i in range(len(tellings) - 1) if tellings[i][0] == tellings[i + 1][0]]
    found = stories.group(tellings, joined)
    best: dict[int, int] = {}
    for (original, _), root in zip(tellings, found, strict=True):
        best[root] = min(best.get(root, original), original, key=lambda one: ranks[one])
    return {original: best[root] for (original, _), root in zip(tellings, found, strict=True)}


def _story_rank(row: _Row) -> tuple[datetime, str, str]:
    assert row.article is not None
    return (*precedence(row.article.published, row.article.url), str(row.row_id))


def _telling(row: _Row) -> stories.Telling:
    article = row.article
    assert article is not None
    at = article.published.at if article.published else None
    return stories.telling(at, _claims(article.title, article.text, article.published))


@lru_cache(maxsize=256)
def _claims(title: str, text: str, published: Moment | None) -> tuple[stories.Claim, ...]:
    """What a text says of the topic; the judge is asked only where a vendor is named."""
    from pipelines.judge import judge
    from pipelines.topics import load

    if not load().find_vendors(f"{title}\n{text}"):
        return ()
    return tuple(map(stories.claim_of, judge(Document(title=title, text=text, published=published)).events))


def _read_row(index: int, row: Mapping[str, Any]) -> _Row:
    row_id = row.get("id", index)
    text, title, url = row.get("text"), row.get("title") or "", row.get("url") or ""
    published = row.get("published") or row.get("published_at")
    if not isinstance(text, str):
        return _Row(index, row_id, None, error="text: a string is needed")
    if not isinstance(title, str) or not isinstance(url, str):
        return _Row(index, row_id, None, error="title and url: strings are needed")
    if published is not None and not isinstance(published, str):
        return _Row(index, row_id, None, error="published: a string is needed")
    moment = None
    if published:
        moment = _moment(published)
        if moment is None:
            return _Row(index, row_id, None, error=f"published: {published!r} is no year, month, day or instant")
    return _Row(index, row_id, Article(url=url, canonical_url=url, title=title, text=text, published=moment))


def _moment(text: str) -> Moment | None:
    """A year, month, day or instant in ISO 8601 as the first instant that fits; without a zone it is UTC."""
    text = text.strip()
    padded = text + "-01" * {4: 2, 7: 1}.get(len(text), 0)
    try:
        at = datetime.fromisoformat(padded)
        return Moment(at=at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None
