"""The words of texts in the database, and a query's node as an SQL condition on ``articles``.

``search_texts`` holds the folded words of each article's present title and text. Triggers keep the engine's own index
beside it, under the name ``search_index`` on both engines: an FTS5 table on SQLite, a table with a ``tsvector`` and a
GIN index on PostgreSQL. Neither sees a word that :mod:`storewatch.search.folding` did not make, so both find the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    and_,
    bindparam,
    column,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    table,
    text,
    true,
)

from storewatch.db import models as m
from storewatch.db.columns import upsert_into
from storewatch.db.event_terms import an_event, between, event_parts
from storewatch.search import language as q
from storewatch.search.folding import Sought, fold

if TYPE_CHECKING:
    from sqlalchemy.dialects.sqlite import Insert

#: What belongs to the engine's own index; the comparison of schemas leaves it out.
INDEX = "search_index"

SQLITE_DDL = (
    f"""CREATE VIRTUAL TABLE {INDEX} USING fts5(
        title, body, content='search_texts', content_rowid='article_id',
        tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'")""",
    f"""CREATE TRIGGER search_texts_added AFTER INSERT ON search_texts BEGIN
        INSERT INTO {INDEX}(rowid, title, body) VALUES (new.article_id, new.title, new.body); END""",
    f"""CREATE TRIGGER search_texts_removed AFTER DELETE ON search_texts BEGIN
        INSERT INTO {INDEX}({INDEX}, rowid, title, body)
        VALUES ('delete', old.article_id, old.title, old.body); END""",
    f"""CREATE TRIGGER search_texts_changed AFTER UPDATE ON search_texts BEGIN
        INSERT INTO {INDEX}({INDEX}, rowid, title, body)
        VALUES ('delete', old.article_id, old.title, old.body);
        INSERT INTO {INDEX}(rowid, title, body) VALUES (new.article_id, new.title, new.body); END""",
)
# The words are spelt into the tsvector as they are: PostgreSQL's own parser would cut them by the server's locale. The
# body starts 3 positions after the title, so that no phrase spans both. 16383 is the last position of a tsvector.
POSTGRESQL_DDL = (
    f"""CREATE TABLE {INDEX} (
        article_id bigint PRIMARY KEY REFERENCES search_texts ON DELETE CASCADE, words tsvector NOT NULL)""",
    f"CREATE INDEX ix_{INDEX}_words ON {INDEX} USING gin (words)",
    """CREATE FUNCTION search_words(words text, shift int, weight text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
        SELECT coalesce(string_agg('''' || word || ''':' || least(place + shift, 16383) || weight, ' '), '')
          FROM unnest(string_to_array(nullif(words, ''), ' ')) WITH ORDINALITY AS one(word, place) $$""",
    f"""CREATE FUNCTION search_texts_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO {INDEX} VALUES (new.article_id, CAST(
            search_words(new.title, 0, 'A') || ' '
            || search_words(new.body, coalesce(array_length(string_to_array(new.title, ' '), 1), 0) + 3, 'D')
            AS tsvector))
        ON CONFLICT (article_id) DO UPDATE SET words = excluded.words;
        RETURN new; END $$""",
    """CREATE TRIGGER search_texts_changed AFTER INSERT OR UPDATE ON search_texts
        FOR EACH ROW EXECUTE FUNCTION search_texts_changed()""",
)


def index_text(connection: Connection, article_id: int, title: str, body: str) -> None:
    """Make an article's present text searchable, in place of any earlier one."""
    values = {"article_id": article_id, "title": fold(title), "body": fold(body)}
    connection.execute(_index(connection.dialect.name), values)


@cache
def _index(dialect: str) -> Insert:
    statement = upsert_into(m.search_texts, dialect)
    given = {name: statement.excluded[name] for name in ("title", "body")}
    return statement.on_conflict_do_update(index_elements=[m.search_texts.c.article_id], set_=given)


def index_missing(connection: Connection) -> int:
    """Make all present texts searchable that are not (after an upgrade); returns how many."""
    a, r, t = m.articles, m.revisions, m.search_texts
    missing = (
        select(a.c.article_id, a.c.title, r.c.text)
        .join(r, and_(r.c.article_id == a.c.article_id, r.c.number == a.c.revision))
        .where(~select(t.c.article_id).where(t.c.article_id == a.c.article_id).exists())
    )
    found = connection.execute(missing.order_by(a.c.article_id)).all()
    for row in found:
        index_text(connection, row.article_id, row.title, row.text)
    return len(found)


# --- from a query to SQL --------------------------------------------------------------------------------------------


def condition(connection: Connection, node: q.Node) -> ColumnElement[bool]:
    """What ``node`` asks of a row of ``articles``, in the way that is quick on the database at ``connection``."""
    return _Compiler(connection).of_article(node)


def word_hits(connection: Connection, node: q.Node) -> WordHits | None:
    """The articles that have the words which ``node`` asks for, read from the index of words itself.

    None when it does not ask for words in the first place. The caller adds its own conditions on ``articles``.
    """
    parts = node.parts if isinstance(node, q.All) else (node,)
    wanted = q.All(parts=tuple(part for part in parts if _asks_for_words(part)))
    if not wanted.parts:
        return None
    others = q.All(parts=tuple(part for part in parts if not _asks_for_words(part)))
    number: ColumnElement[int]
    if connection.dialect.name == "postgresql":
        index = table(INDEX, column("article_id", m.articles.c.article_id.type), column("words"))
        number = looked_up = index.c.article_id
        has_words = text(f"{INDEX}.words @@ CAST(:words AS tsquery)")
        said = _in_words(wanted, tsquery, " & ", " | ")
    else:
        index = table(INDEX, column("rowid", m.articles.c.article_id.type))
        number = index.c.rowid
        # The plus keeps SQLite from asking the index of words for one article after the other (0.2 ms each).
        looked_up = literal_column(f"+{INDEX}.rowid", m.articles.c.article_id.type)
        has_words = text(f"{INDEX} MATCH :words")
        said = _in_words(wanted, match_query, " AND ", " OR ")
    return WordHits(
        source=index,
        number=number,
        looked_up=looked_up,
        joined=m.articles.c.article_id == looked_up,
        condition=and_(has_words.bindparams(words=said), condition(connection, others)),
        events=event_parts(others),
    )


def _asks_for_words(node: q.Node) -> bool:
    """Whether it asks for words and nothing else."""
    if isinstance(node, q.All | q.Any):
        return bool(node.parts) and all(_asks_for_words(part) for part in node.parts)
    return isinstance(node, q.Text)


def _in_words(node: q.Node, one: Callable[[Sought, bool], str], both: str, either: str) -> str:
    """A node that asks for words only, in the language of an engine's index."""
    if isinstance(node, q.All | q.Any):
        sign = both if isinstance(node, q.All) else either
        return sign.join(f"({_in_words(part, one, both, either)})" for part in node.parts)
    assert isinstance(node, q.Text)
    return one(node.sought, node.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordHits:
    """Where words are looked up: ``source`` and its ``number`` of an article (``looked_up``: the same as a value, by
    which nothing is looked up there), how ``articles`` is ``joined``, the ``condition`` of the whole query, and what it
    asks of one and the same event."""

    source: FromClause
    number: ColumnElement[int]
    looked_up: ColumnElement[int]
    joined: ColumnElement[bool]
    condition: ColumnElement[bool]
    events: tuple[q.Field | q.Number, ...]


class _Compiler:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._postgresql = connection.dialect.name == "postgresql"

    def of_article(self, node: q.Node) -> ColumnElement[bool]:
        match node:
            case q.All(parts=parts):
                return self._all(parts)
            case q.Any(parts=parts):
                return or_(*(self.of_article(part) for part in parts))
            case q.Not(part=part):
                # NULL (no language, no source) is not what was asked for, so it is "not" that.
                return not_(func.coalesce(self.of_article(part), false()))
            case q.Text(sought=sought, title=title):
                return self._words(sought, title)
            case q.Period(since=since, until=until):
                dated = m.articles.c.dated_at
                bounds = [dated >= since if since else true(), dated < until if until else true()]
                return and_(*bounds)
            case q.Field() | q.Number() if node.name in q.EVENT_FIELDS:
                return an_event(self._connection, [node])
            case q.Field() | q.Number():
                return _about_article(node)

    def _all(self, parts: Iterable[q.Node]) -> ColumnElement[bool]:
        """All of ``parts``; what they ask of an event they ask of one and the same."""
        events: list[q.Field | q.Number] = []
        others: list[ColumnElement[bool]] = []
        for part in parts:
            if isinstance(part, q.Field | q.Number) and part.name in q.EVENT_FIELDS:
                events.append(part)
            else:
                others.append(self.of_article(part))
        if events:
            others.append(an_event(self._connection, events))
        return and_(true(), *others)

    def _words(self, sought: Sought, title: bool) -> ColumnElement[bool]:
        if self._postgresql:
            found = text(f"SELECT article_id FROM {INDEX} WHERE words @@ CAST(:query AS tsquery)")
            query = tsquery(sought, title)
        else:
            found = text(f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH :query")
            query = match_query(sought, title)
        return m.articles.c.article_id.in_(
            found.bindparams(bindparam("query", query, unique=True)).columns(literal_column("article_id"))
        )


def match_query(sought: Sought, title: bool) -> str:
    """In the language of FTS5."""
    phrase = '"' + " ".join(sought.words) + '"' + (" *" if sought.prefix else "")
    return f"title : {phrase}" if title else phrase


def tsquery(sought: Sought, title: bool) -> str:
    """In the language of PostgreSQL; title words have the weight A."""
    *first, last = sought.words
    marks = ("*" if sought.prefix else "") + ("A" if title else "")
    plain = [f"'{word}'" + (":A" if title else "") for word in first]
    return " <-> ".join([*plain, f"'{last}'" + (f":{marks}" if marks else "")])


def _about_article(node: q.Field | q.Number) -> ColumnElement[bool]:
    a = m.articles.c
    if isinstance(node, q.Number):
        return between(a.shown_id if node.name == "id" else a.story_id, node)
    values = [value.lower() for value in node.values]
    match node.name:
        case "source":
            wanted = select(m.sources.c.source_id).where(func.lower(m.sources.c.name).in_(values))
            return a.source_id.in_(wanted)
        case "has":
            return or_(*(_has(value) for value in values))
    # Outlets and languages are stored in small letters.
    column: ColumnElement[str] = getattr(a, node.name)
    return column.in_(values)


def _has(what: str) -> ColumnElement[bool]:
    e, a = m.events, m.articles
    if what == "edits":
        return a.c.revision > 1
    if what == "copies":
        member = a.alias("member")
        copies = m.article_copies.join(member, member.c.article_id == m.article_copies.c.article_id)
        exact = select(m.article_copies.c.copy_id).select_from(copies).where(member.c.leader_id == a.c.article_id)
        near = select(member.c.article_id).where(
            member.c.leader_id == a.c.article_id, member.c.article_id != a.c.article_id
        )
        return or_(exact.correlate(a).exists(), near.correlate(a).exists())
    r = m.revisions
    happened = (
        select(e.c.event_id)
        .join(r, r.c.revision_id == e.c.revision_id)
        .where(e.c.article_id == a.c.article_id, r.c.number == a.c.revision)
    )
    columns = {"count": "store_count", "horizon": "horizon", "partner": "partner", "speaker": "speaker"}
    if what == "place":
        happened = happened.where(or_(e.c.city.is_not(None), e.c.country.is_not(None), e.c.region.is_not(None)))
    elif what in columns:
        happened = happened.where(e.c[columns[what]].is_not(None))
    return happened.correlate(a).exists()
