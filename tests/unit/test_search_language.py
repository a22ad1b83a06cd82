"""What people type into a search, and what they are told when it cannot be meant."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storewatch.errors import InputError
from storewatch.search.folding import Sought
from storewatch.search.language import (
    EVERYTHING,
    FIELDS,
    All,
    Any,
    Field,
    Node,
    Not,
    Number,
    Period,
    Text,
    named,
    parse,
    period,
    texts,
)

SEEN = datetime(2026, 3, 1, 12, 0, 5, 999_999, tzinfo=UTC)


def word(*found: str, prefix: bool = False, title: bool = False) -> Text:
    return Text(sought=Sought(words=found, prefix=prefix), title=title)


XIAOMI, VIVO, STORE = word("xiaomi"), word("vivo"), word("store")


@pytest.mark.parametrize(
    ("query", "node"),
    [
        pytest.param("", EVERYTHING, id="nothing"),
        pytest.param("   ", EVERYTHING, id="blanks"),
        pytest.param("Xiaomi", XIAOMI, id="word"),
        pytest.param("xiaomi store", All(parts=(XIAOMI, STORE)), id="both"),
        pytest.param("xiaomi AND store", All(parts=(XIAOMI, STORE)), id="AND"),
        pytest.param("xiaomi OR vivo", Any(parts=(XIAOMI, VIVO)), id="OR"),
        pytest.param("xiaomi or vivo", All(parts=(XIAOMI, word("or"), VIVO)), id="a small or is a word"),
        pytest.param("xiaomi store OR vivo", Any(parts=(All(parts=(XIAOMI, STORE)), VIVO)), id="AND binds closer"),
        pytest.param("(xiaomi OR vivo) store", All(parts=(Any(parts=(XIAOMI, VIVO)), STORE)), id="brackets"),
        pytest.param("xiaomi -store", All(parts=(XIAOMI, Not(part=STORE))), id="minus"),
        pytest.param("NOT store", Not(part=STORE), id="NOT"),
        pytest.param("-(xiaomi vivo)", Not(part=All(parts=(XIAOMI, VIVO))), id="minus bracket"),
        pytest.param('"Mi Store"', word("mi", "store"), id="phrase"),
        pytest.param("„Mi Store“", word("mi", "store"), id="quotes from a page"),
        pytest.param("e-mail", word("e", "mail"), id="hyphen inside of a word"),
        pytest.param("xiao*", word("xiao", prefix=True), id="beginning"),
        pytest.param("title:store", word("store", title=True), id="title word"),
        pytest.param('title:"mi store"', word("mi", "store", title=True), id="title phrase"),
        pytest.param("vendor:Xiaomi", Field(name="vendor", values=("Xiaomi",)), id="field"),
        pytest.param("VENDOR:Xiaomi", Field(name="vendor", values=("Xiaomi",)), id="field in capitals"),
        pytest.param("country:DE,AT", Field(name="country", values=("DE", "AT")), id="any of"),
        pytest.param('city:"New York"', Field(name="city", values=("New York",)), id="quoted value"),
        pytest.param("-lang:de", Not(part=Field(name="lang", values=("de",))), id="not in a language"),
        pytest.param("count:100", Number(name="count", least=100, most=100), id="count"),
        pytest.param("count:>100", Number(name="count", least=101, most=None), id="more than"),
        pytest.param("count:>=100", Number(name="count", least=100, most=None), id="at least"),
        pytest.param("count:<100", Number(name="count", least=None, most=99), id="fewer than"),
        pytest.param("count:100..200", Number(name="count", least=100, most=200), id="between"),
        pytest.param("has:event", Field(name="has", values=("event",)), id="has"),
        pytest.param("since:2024-03", Period(since=datetime(2024, 3, 1, tzinfo=UTC)), id="since"),
        pytest.param("until:2024-03", Period(until=datetime(2024, 4, 1, tzinfo=UTC)), id="until takes all of it"),
        pytest.param("📱 OR vivo".replace("📱", "phone"), Any(parts=(word("phone"), VIVO)), id="word or word"),
    ],
)
def test_parse(query: str, node: Node) -> None:
    assert parse(query, now=SEEN) == node


@pytest.mark.parametrize(
    ("query", "message"),
    [
        pytest.param("vender:xiaomi", "position 1: there is no field 'vender' (did you mean vendor:?", id="field"),
        pytest.param("x foo:bar", "position 3: there is no field 'foo' (fields are vendor,", id="unknown field"),
        pytest.param('xiaomi "mi store', "position 8: opens a quotation that does not end", id="open quote"),
        pytest.param("(xiaomi", "position 1: opens a bracket that does not end", id="open bracket"),
        pytest.param("xiaomi)", "position 7: closes a bracket that was never opened", id="closed bracket"),
        pytest.param("since:soon", "position 7: since: 'soon' is no date", id="date"),
        pytest.param("until:2024-13", "position 7: until: '2024-13' is no date", id="month 13"),
        pytest.param("count:many", "position 7: count: 'many' is no number", id="number"),
        pytest.param("has:luck", "position 5: has: does not know 'luck'", id="has"),
        pytest.param("vendor:(", "position 8: vendor: needs a value", id="bracket for a value"),
        pytest.param("country:,", "position 9: country: needs a value", id="only a comma"),
        pytest.param("x vendor: xiaomi", "position 3: vendor: needs a value, without a blank", id="blank"),
        pytest.param("title:", "position 1: title: needs a value", id="field at the end"),
        pytest.param("action:opens", "position 8: there is no action 'opens' (did you mean open?)", id="action"),
        pytest.param("type:palace", "there is no type 'palace' (there are own_store, flagship,", id="kind of store"),
        pytest.param("certainty:sure,denied", "there is no certainty 'sure'", id="certainty"),
        pytest.param("country:DE,Germany", "position 9: 'Germany' is no code of a country", id="country"),
        pytest.param('lang:"german"', "position 6: 'german' is no code of a language", id="language"),
        pytest.param("OR xiaomi", "position 1: OR needs something on both sides", id="OR first"),
        pytest.param("xiaomi OR", "position 8: OR needs something on both sides", id="OR last"),
        pytest.param("xiaomi AND", "AND needs something on both sides", id="AND last"),
        pytest.param("NOT", "position 1: says not, but not what", id="NOT alone"),
        pytest.param("📱", "position 1: '📱' has no letter or digit to look for", id="emoji"),
        pytest.param("--", "has no letter or digit", id="dashes"),
        pytest.param("(" * 30 + "x" + ")" * 30, "nests brackets deeper than 20", id="deep"),
        pytest.param("x" * 10_000, "is 10000 characters long; 2000 are allowed", id="long"),
    ],
)
def test_what_cannot_be_meant(query: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        parse(query, now=SEEN)
    assert message in str(error.value)


@pytest.mark.parametrize(
    "query",
    [".*[a-z]+(foo|bar)", "'; DROP TABLE articles; --x", "a' OR '1'='1", "\\x00 %s {} a", "title : x AND", "NEAR(a b)"],
    ids=["regex", "sql", "sql or", "escapes", "fts5", "near"],
)
def test_odd_queries_are_words_or_errors(query: str) -> None:
    try:
        node = parse(query, now=SEEN)
    except InputError:
        return
    for found in texts(node):
        assert all(part.isalnum() for part in found.words)


def test_what_a_hit_is_marked_by_leaves_out_what_must_not_be_there() -> None:
    node = parse('(xiaomi OR vivo*) -store "mi home"', now=SEEN)
    assert [found.words for found in texts(node)] == [("xiaomi",), ("vivo",), ("mi", "home")]


def test_the_vendors_that_are_asked_for() -> None:
    assert named(parse("(vendor:vivo,oppo OR x) -vendor:apple vendor:xiaomi", now=SEEN), "vendor") == (
        "vivo",
        "oppo",
        "xiaomi",
    )


def test_every_field_is_explained() -> None:
    assert all(meaning.startswith(("event: ", "article")) for meaning in FIELDS.values())


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        pytest.param("2024", "2024-01-01", "2025-01-01", id="year"),
        pytest.param("2024-12", "2024-12-01", "2025-01-01", id="month"),
        pytest.param("2024-02", "2024-02-01", "2024-03-01", id="short month"),
        pytest.param("2024-02-29", "2024-02-29", "2024-03-01", id="day"),
        pytest.param("2024-03-01T10:00:00+02:00", "2024-03-01T08:00", "2024-03-01T08:00", id="instant"),
        pytest.param("30d", "2026-01-30T12:00:05.999999", "2026-01-30T12:00:05.999999", id="days ago"),
        pytest.param("2w", "2026-02-15T12:00:05.999999", "2026-02-15T12:00:05.999999", id="weeks ago"),
    ],
)
def test_since_and_until(text: str, since: str, until: str) -> None:
    assert period(text, SEEN)[0] == datetime.fromisoformat(since).replace(tzinfo=UTC)
    assert period(text, SEEN)[1] == datetime.fromisoformat(until).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "d", "soon", "999999w", "2024-13", "-3d", "٣d"])
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the command makes the message
        period(text, SEEN)


@pytest.mark.parametrize("text", ["9999", "9999-12", "9999-12-31"])
def test_the_end_of_time(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  as above
        period(text, SEEN)
