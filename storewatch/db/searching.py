"""The words of texts in the database, and a query's node as an SQL condition on ``articles``.

``search_texts`` holds the folded words of each article's present title and text. Triggers keep the engine's own index
beside it, under the name ``search_index`` on both engines: an FTS5 table on SQLite, a table with a ``tsvector`` and a
GIN index on PostgreSQL. Neither sees a word that :mod:`storewatch.search.folding` did not make, so both find the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
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
from storewatch.db.columns import upsert
from storewatch.search import language as q
from storewatch.search.folding import Sought, fold

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
    statement = upsert(connection, m.search_texts)
    given = {name: statement.excluded[name] for name in ("title", "body")}
    statement = statement.on_conflict_do_update(index_elements=[m.search_texts.c.article_id], set_=given)
    connection.execute(statement, {"article_id": article_id, "title": fold(title), "body": fold(body)})


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


#: An event condition that fewer events meet is answered from those events, one that more meet from the articles in
#: order: each way takes a few milliseconds where the other takes seconds, at a million articles.
FEW = 5_000


def condition(connection: Connection, node: q.Node) -> ColumnElement[bool]:
    """What ``node`` asks of a row of ``articles``, in the way that is quick on the database at ``connection``."""
    return _Compiler(connection).of_article(node)


def matching(connection: Connection, node: q.Node) -> tuple[Select[int], ColumnElement[int]] | None:
    """The articles that have the words which ``node`` asks for, read from the index of words itself, and their number.

    None when it does not ask for words in the first place. The caller adds its own conditions on ``articles``.
    """
    parts = node.parts if isinstance(node, q.All) else (node,)
    wanted = [part for part in parts if isinstance(part, q.Text)]
    if not wanted:
        return None
    others = q.All(parts=tuple(part for part in parts if not isinstance(part, q.Text)))
    if connection.dialect.name == "postgresql":
        index = table(INDEX, column("article_id", m.articles.c.article_id.type), column("words"))
        number: ColumnElement[int] = index.c.article_id
        has_words = text(f"{INDEX}.words @@ CAST(:words AS tsquery)")
        said = " & ".join(f"({tsquery(part.sought, part.title)})" for part in wanted)
    else:
        index = table(INDEX, column("rowid", m.articles.c.article_id.type))
        number = index.c.rowid
        has_words = text(f"{INDEX} MATCH :words")
        said = " AND ".join(f"({match_query(part.sought, part.title)})" for part in wanted)
    found = select(number.label("article_id")).join(m.articles, m.articles.c.article_id == number)
    return found.where(has_words.bindparams(words=said), condition(connection, others)), number


def event_condition(connection: Connection, node: q.Node, event: Any) -> ColumnElement[bool]:
    """What ``node`` asks of each single event, where events are listed: its event fields outside of any OR."""
    match node:
        case q.Field() | q.Number() if node.name in q.EVENT_FIELDS:
            return _about_event(_canonical(connection, node), event)
        case q.All(parts=parts):
            return and_(true(), *(event_condition(connection, part, event) for part in parts))
        case q.Not(part=part) if is_about_event(part):
            return not_(func.coalesce(event_condition(connection, part, event), false()))
        case q.Any(parts=parts) if all(is_about_event(part) for part in parts):
            return or_(*(event_condition(connection, part, event) for part in parts))
    return true()


def is_about_event(node: q.Node) -> bool:
    match node:
        case q.Field() | q.Number():
            return node.name in q.EVENT_FIELDS
        case q.All(parts=parts) | q.Any(parts=parts):
            return bool(parts) and all(is_about_event(part) for part in parts)
        case q.Not(part=part):
            return is_about_event(part)
    return False


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


def an_event(connection: Connection, wanted: Sequence[q.Field | q.Number]) -> ColumnElement[bool]:
    """Whether one event of the article's present text is all that."""
    e, r, a = m.events, m.revisions, m.articles
    meant = [_canonical(connection, one) for one in wanted]
    meets = [_about_event(one, e.c) for one in meant]
    present = select(e.c.article_id).join(r, r.c.revision_id == e.c.revision_id).where(*meets)
    some = select(e.c.event_id).where(*meets).limit(FEW + 1).subquery()
    if (connection.scalar(select(func.count()).select_from(some)) or 0) <= FEW:
        newest = a.alias("newest")
        present = present.join(newest, newest.c.article_id == e.c.article_id)
        return a.c.article_id.in_(present.where(r.c.number == newest.c.revision))
    return present.where(e.c.article_id == a.c.article_id, r.c.number == a.c.revision).correlate(a).exists()


def _canonical(connection: Connection, node: q.Field | q.Number) -> q.Field | q.Number:
    """Vendors as the events write them: only so does the index find them, and only so do all spellings mean one."""
    if not isinstance(node, q.Field) or node.name != "vendor":
        return node
    known = {name.lower(): name for name in vendor_names(connection)}
    return q.Field(name="vendor", values=tuple(known.get(value.lower(), value) for value in node.values))


def vendor_names(connection: Connection) -> tuple[str, ...]:
    """Every vendor that an event names. By a walk along the index: reading all events to see 80 names takes long."""
    walk = text(
        "WITH RECURSIVE walk(name) AS (SELECT min(vendor) FROM events UNION ALL "
        "SELECT (SELECT min(e.vendor) FROM events e WHERE e.vendor > walk.name) FROM walk WHERE walk.name IS NOT NULL) "
        "SELECT name FROM walk WHERE name IS NOT NULL"
    )
    return tuple(connection.scalars(walk))


def _about_event(node: q.Node, e: Any) -> ColumnElement[bool]:
    if isinstance(node, q.Number):
        return _between(e.store_count, node)
    assert isinstance(node, q.Field)
    column: ColumnElement[str] = e.store_type if node.name == "type" else getattr(e, node.name)
    if node.name == "vendor":
        return column.in_(node.values)
    if node.name == "country":
        return column.in_([value.upper() for value in node.values])
    if node.name in ("region", "speaker", "partner"):
        return or_(*(func.lower(column).contains(value.lower(), autoescape=True) for value in node.values))
    if node.name == "horizon":
        return or_(*(column.startswith(value.upper(), autoescape=True) for value in node.values))
    return func.lower(column).in_([value.lower() for value in node.values])


def _about_article(node: q.Field | q.Number) -> ColumnElement[bool]:
    a = m.articles.c
    if isinstance(node, q.Number):
        return _between(a.shown_id if node.name == "id" else a.story_id, node)
    values = [value.lower() for value in node.values]
    match node.name:
        case "source":
            wanted = select(m.sources.c.source_id).where(func.lower(m.sources.c.name).in_(values))
            return a.source_id.in_(wanted)
        case "has":
            return or_(*(_has(value) for value in values))
    column: ColumnElement[str] = getattr(a, node.name)
    return func.lower(column).in_(values)


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


def _between(column: Any, bounds: q.Number) -> ColumnElement[bool]:
    wanted = [column >= bounds.least] if bounds.least is not None else []
    if bounds.most is not None:
        wanted.append(column <= bounds.most)
    return and_(true(), *wanted)
