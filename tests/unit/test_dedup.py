"""Duplicates: what a text is to the stored ones, and that the order of arrival does not matter."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dedup import MIN_WORDS, decide, group, text_key, words
from pipelines.dedup.words import hash64, hashes_of_runs
from storewatch.types import Article, Candidate, Decision, Moment
from storewatch.urls import outlet, url_key

LONG = (
    "Oppo eröffnet im Herbst zwölf Läden in Österreich. Der erste liegt in der Wiener Mariahilfer Straße, weitere "
    "folgen in Graz, Linz und Salzburg. Betrieben werden sie von einem Handelspartner, der schon die Werkstätten hat. "
    "Zur Miete und zu den Kosten des Umbaus sagt das Unternehmen nichts, nennt aber neunzig neue Stellen."
)
SHORT = "Die Seite wurde verschoben. Bitte versuchen Sie es später noch einmal."


def article(
    url: str = "https://a.example/1",
    *,
    text: str = LONG,
    title: str = "Oppo kommt",
    day: int | None = 5,
    canonical: str = "",
) -> Article:
    published = Moment(at=datetime(2019, 9, day, tzinfo=UTC)) if day else None
    return Article(url=url, canonical_url=canonical or url, title=title, text=text, published=published)


def stored(article_id: int, of: Article) -> Candidate:
    return Candidate(
        article_id=article_id,
        url=of.canonical_url,
        url_key=url_key(of.canonical_url),
        title=of.title,
        text=of.text,
        text_sha=text_key(of.text),
        outlet=outlet(of.canonical_url),
        published=of.published,
    )


# --- the key of a text -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param("Oppo eröffnet 12 Läden.", "OPPO ERÖFFNET\n\n12  Läden", id="case, blanks, punctuation"),
        pytest.param("„Zwölf“ – so viele", '"Zwölf" - so viele', id="quotes and dashes"),
        pytest.param("Läden", "La\u0308den", id="decomposed"),
        pytest.param("Eröff\u00adnung", "Eröffnung", id="soft hyphen"),
        pytest.param("ＯＰＰＯ １２", "oppo 12", id="full width"),
        pytest.param("小米 开设 300 家", "小米开设300家", id="blanks in chinese"),
        pytest.param("Straße", "STRASSE", id="sharp s"),
        pytest.param("2.000 Läden", "2,000 Läden", id="the separator of thousands"),
    ],
)
def test_same_words_same_key(a: str, b: str) -> None:
    assert text_key(a) == text_key(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param("2.000 Läden", "1.000 Läden", id="figure"),
        pytest.param("15 Läden", "1 5 Läden", id="split figure"),
        pytest.param("小米开设300家", "小米开设3家00", id="order of characters"),
        pytest.param("कि", "की", id="vowel sign"),
        pytest.param("Oppo kommt", "kommt Oppo", id="order"),
        pytest.param("ab c", "a bc", id="word border"),
    ],
)
def test_other_words_other_key(a: str, b: str) -> None:
    assert text_key(a) != text_key(b)


def test_tokens() -> None:
    assert words("Xiaomi: 3万家, ५ दुकानें, 5천개") == ["xiaomi", "3", "万", "家", "५", "दुकानें", "5천개"]


# --- one decision ------------------------------------------------------------------------------------------------

FIRST = article()

DECISIONS = {
    "nothing stored": (article(), [], Decision(kind="new")),
    "unrelated candidate": (
        article(),
        [stored(1, article("https://b.example/2", text=SHORT))],
        Decision(kind="new"),
    ),
    "the same page": (article("http://www.a.example/1/?utm_source=rss"), [stored(7, FIRST)], ("same", 7, False)),
    "an edited text": (article(text=LONG.replace("zwölf", "zehn")), [stored(7, FIRST)], ("revision", 7, False)),
    "an edited headline": (article(title="Oppo kommt doch"), [stored(7, FIRST)], ("revision", 7, False)),
    "a headline in other type": (article(title="OPPO kommt!"), [stored(7, FIRST)], ("same", 7, False)),
    "a headline lost": (article(title=""), [stored(7, FIRST)], ("same", 7, False)),
    "an edited short text": (article(text=SHORT), [stored(7, FIRST)], ("revision", 7, False)),
    "the page's own canonical": (
        article("https://a.example/1-neu", canonical="https://a.example/1"),
        [stored(7, FIRST)],
        ("same", 7, False),
    ),
    "a canonical elsewhere is a copy": (
        article("https://b.example/9", canonical="https://a.example/1", text=LONG + " Gekürzt.", day=6),
        [stored(7, FIRST)],
        ("duplicate", 7, False),
    ),
    "address before text": (
        article("https://a.example/1"),
        [stored(3, article("https://b.example/2")), stored(7, article(text=LONG + " Alt."))],
        ("revision", 7, False),
    ),
    "own address before canonical": (
        article("https://a.example/2", canonical="https://a.example/1"),
        [stored(3, FIRST), stored(7, article("https://a.example/2"))],
        ("same", 7, False),
    ),
    "a copy of the same outlet": (
        article("https://news.a.example/2", day=6),
        [stored(7, FIRST)],
        ("duplicate", 7, False),
    ),
    "a copy of another outlet": (article("https://b.example/2", day=6), [stored(7, FIRST)], ("syndicated", 7, False)),
    "the original comes later": (article("https://b.example/2", day=4), [stored(7, FIRST)], ("syndicated", 7, True)),
    "same day, earlier address": (article("https://a.example/0"), [stored(7, FIRST)], ("duplicate", 7, True)),
    "same day, later address": (article("https://a.example/2"), [stored(7, FIRST)], ("duplicate", 7, False)),
    "no date comes last": (article("https://a.example/0", day=None), [stored(7, FIRST)], ("duplicate", 7, False)),
    "a date beats none": (article("https://a.example/2"), [stored(7, article(day=None))], ("duplicate", 7, True)),
    "of several the original": (
        article("https://c.example/3", day=9),
        [
            stored(1, article("https://b.example/2", day=8)),
            stored(2, FIRST),
            stored(3, article("https://d.example/4", day=7)),
        ],
        ("syndicated", 2, False),
    ),
    "short texts, equal titles": (
        article("https://b.example/2", text=SHORT, day=6),
        [stored(7, article(text=SHORT))],
        ("syndicated", 7, False),
    ),
    "short texts, other titles": (
        article("https://b.example/2", text=SHORT, title="Samsung"),
        [stored(7, article(text=SHORT))],
        Decision(kind="new"),
    ),
    "short texts, no titles": (
        article("https://b.example/2", text=SHORT, title=""),
        [stored(7, article(text=SHORT, title=""))],
        Decision(kind="new"),
    ),
    "long texts, other titles": (
        article("https://b.example/2", title="Samsung", day=6),
        [stored(7, FIRST)],
        ("syndicated", 7, False),
    ),
    "loopback outlets differ by port": (
        article("http://127.0.0.1:8002/a", day=6),
        [stored(7, article("http://127.0.0.1:8001/a"))],
        ("syndicated", 7, False),
    ),
}


@pytest.mark.parametrize(("new", "candidates", "expected"), DECISIONS.values(), ids=DECISIONS)
def test_decide(new: Article, candidates: list[Candidate], expected: Decision | tuple[str, int, bool]) -> None:
    decision = decide(new, candidates)
    if isinstance(expected, Decision):
        assert decision == expected
    else:
        assert (decision.kind, decision.of, decision.takes_over) == expected
        assert decision.detail


def test_short_is_below_the_limit() -> None:
    text = " ".join(f"wort{number}" for number in range(MIN_WORDS))
    copy = article("https://b.example/2", title="Anders")
    for count, kind in [(MIN_WORDS - 1, "new"), (MIN_WORDS, "syndicated")]:
        cut = " ".join(text.split()[:count])
        assert decide(replace(copy, text=cut), [stored(1, article(text=cut))]).kind == kind


# --- the end state does not depend on the order of arrival -------------------------------------------------------


@dataclass
class Shelf:
    """The smallest store that does what a decision says."""

    articles: dict[int, Article] = field(default_factory=dict)
    copies: dict[str, str] = field(default_factory=dict)

    def take(self, new: Article) -> None:
        decision = decide(new, [stored(number, known) for number, known in self.articles.items()])
        if decision.kind == "new":
            self.articles[len(self.articles)] = new
        elif decision.kind in {"duplicate", "syndicated"}:
            assert decision.of is not None
            known = self.articles[decision.of]
            original, copy = (new, known) if decision.takes_over else (known, new)
            self.articles[decision.of] = original
            self.copies = {url: original.url if of == known.url else of for url, of in self.copies.items()}
            self.copies[copy.url] = original.url

    def state(self) -> tuple[set[str], dict[str, str]]:
        return {known.url for known in self.articles.values()}, self.copies


WORLD = [
    article(f"https://{name}.example/{number}", text=text, title=title, day=day)
    for number, (name, text, title, day) in enumerate(
        [
            ("a", LONG, "Oppo", 5),
            ("b", LONG, "Oppo", 5),
            ("c", LONG, "Oppo kommt", 4),
            ("d", LONG, "Oppo", None),
            ("a", LONG + " Ende.", "Oppo", 3),
            ("a", SHORT, "Fehler", 3),
            ("b", SHORT, "Fehler", 2),
            ("c", SHORT, "Oppo", 1),
        ]
    )
]


@given(st.permutations(WORLD))
def test_any_order_gives_the_same_groups(order: list[Article]) -> None:
    expected, shelf = Shelf(), Shelf()
    for new in WORLD:
        expected.take(new)
    for new in order:
        shelf.take(new)
    assert shelf.state() == expected.state()
    assert len(shelf.articles) == 3


# --- a file of texts ---------------------------------------------------------------------------------------------


def row(
    row_id: Any, url: str = "", *, text: str = LONG, title: str = "Oppo", published: str | None = None
) -> dict[str, Any]:
    return {"id": row_id, "url": url, "title": title, "text": text, "published": published}


def test_group_tells_each_kind() -> None:
    rows = [
        row("a", "https://a.example/1", published="2019-09-05"),
        row("b", "https://b.example/1", published="2019-09-06T08:00:00+02:00"),
        row("c", "https://a.example/1?utm_source=rss"),
        row("d", "https://a.example/1", text=LONG + " Nachtrag."),
        row("e", "https://a.example/2", published="2019-09"),
        row("f", "https://z.example/1", text=SHORT, title="Fehler"),
    ]
    assert [(out["kind"], out["of"], out["group"]) for out in group(rows)] == [
        ("new", None, "e"),
        ("syndicated", "a", "e"),
        ("same", "a", "e"),
        ("revision", "c", "e"),
        ("duplicate", "a", "e"),
        ("new", None, "f"),
    ]


def test_group_never_leaves_group_or_story_empty() -> None:
    assert list(group([{"text": LONG}, {"id": 2, "text": SHORT}])) == [
        {"id": 0, "kind": "new", "of": None, "group": 0, "story": 0},
        {"id": 2, "kind": "new", "of": None, "group": 2, "story": 2},
    ]


@pytest.mark.parametrize(
    ("bad", "names"),
    [
        ({"id": "x"}, "text"),
        ({"id": "x", "text": 5}, "text"),
        ({"id": "x", "text": LONG, "title": ["a"]}, "title"),
        ({"id": "x", "text": LONG, "url": 7}, "url"),
        ({"id": "x", "text": LONG, "published": 20190905}, "published"),
        ({"id": "x", "text": LONG, "published": "gestern"}, "gestern"),
        ({"id": "x", "text": LONG, "published": "0001-01-01T00:00:00+14:00"}, "published"),
    ],
)
def test_group_answers_for_a_bad_row_and_goes_on(bad: dict[str, Any], names: str) -> None:
    first, second = group([bad, row("y")])
    assert (first["id"], first["text"]) == ("x", None)
    assert names in first["error"]
    assert second["kind"] == "new"


@given(
    st.permutations([row(f"r{number}", new.url, text=new.text, title=new.title) for number, new in enumerate(WORLD)])
)
def test_groups_do_not_depend_on_the_order_of_rows(rows: list[dict[str, Any]]) -> None:
    assert {out["id"]: out["group"] for out in group(rows)} == {
        "r0": "r0", "r1": "r0", "r2": "r0", "r3": "r0", "r4": "r0", "r5": "r5", "r6": "r5", "r7": "r7",
    }  # fmt: skip


def test_ten_thousand_copies_form_one_group() -> None:
    rows = (row(number, f"https://host{number % 50}.example/{number:05}") for number in range(10_000))
    answers = list(group(rows))
    assert {out["group"] for out in answers} == {0}
    assert sum(out["kind"] == "new" for out in answers) == 1


@pytest.mark.parametrize(
    "text", ["a b c d e f g", "eins zwei drei", "ein", "小米 opens 五 läden ٣ x", "\ud800 b c d e f"]
)
def test_hashes_of_runs_are_those_of_each_run(text: str) -> None:
    tokens = text.split()
    runs = [tokens[i : i + 5] for i in range(max(1, len(tokens) - 4))]
    assert hashes_of_runs(tokens, 5) == {hash64(run) for run in runs}
