"""The shipped catalogue, row by row, and lists of sources in every format."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.sources import catalogue, guessed_rates, parse_list, read_list, write_opml, write_text
from crawler.sources.rows import NAME, slug, slug_of_url
from storewatch.errors import InputError
from storewatch.types import NewSource
from storewatch.urls import is_web_url, url_key

SOURCES = Path(__file__).resolve().parents[2] / "crawler" / "sources"
ROWS = catalogue()
LANGUAGES = frozenset(
    "ar cs da de el en es fa fr hi hu id it ja ko nl no pl pt ro ru sv th tr uk vi zh".split()  # noqa: SIM905 - a list to read
)
CATEGORIES = {"tech_blog", "general_tech", "retail_trade", "vendor_newsroom"}


# --- the catalogue -----------------------------------------------------------------------------------------------


LINES = [json.loads(line) for line in (SOURCES / "catalogue.jsonl").read_text(encoding="utf-8").splitlines()]


def test_catalogue_is_whole() -> None:
    assert len(ROWS) == len(LINES) == 350
    assert sum(row.enabled for row in ROWS) == 298
    assert len({row.lang for row in ROWS}) == 27


@pytest.mark.parametrize("field", ["name", "url", "title"])
def test_no_two_sources_share(field: str) -> None:
    values = [getattr(row, field) for row in ROWS]
    assert [value for value in set(values) if values.count(value) > 1] == []


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(lambda url: url.split("://")[1].removeprefix("www.").rstrip("/").lower(), id="plain"),
        pytest.param(url_key, id="url_key"),
    ],
)
def test_no_two_sources_poll_the_same_address_in_other_writing(key: Callable[[str], str]) -> None:
    keys = [key(row.url) for row in ROWS]
    assert [value for value in set(keys) if keys.count(value) > 1] == []


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_row_is_well_formed(row: NewSource) -> None:
    assert NAME.fullmatch(row.name)
    assert len(row.name) <= 40
    assert is_web_url(row.url)
    assert row.title == row.title.strip() != ""
    assert row.site is None or (is_web_url(row.site) and not row.site.endswith("/"))
    assert row.lang in LANGUAGES
    assert row.country is None or (len(row.country) == 2 and row.country.isupper())
    assert row.category in CATEGORIES
    assert row.added_by == "catalogue"


KEYS = ["name", "title", "url", "site", "kind", "lang", "country", "category", "per_day", "enabled", "note"]


@pytest.mark.parametrize("line", LINES, ids=[line["name"] for line in LINES])
def test_line_of_the_file_is_well_formed(line: dict[str, Any]) -> None:
    assert list(line) == [key for key in KEYS if key in line]
    assert line.get("kind") in {None, "sitemap", "listing"}
    assert isinstance(line["per_day"], int | float)
    assert 0 < line["per_day"] <= 300
    # What is switched off says why; what is on needs no excuse.
    assert line.get("enabled") is (False if "note" in line else None)


def test_guesses_of_the_catalogue() -> None:
    rates = guessed_rates()
    assert len(rates) == len(ROWS)
    assert rates["https://www.ithome.com/rss/"] > 50 > rates["https://www.apple.com/newsroom/rss-feed.rss"]


def test_names_people_type() -> None:
    assert {"golem", "heise", "the-verge", "gsmarena", "apple-newsroom"} <= {row.name for row in ROWS}


# --- names -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Golem.de", "golem-de"),
        ("Živě & Lupa", "zive-and-lupa"),
        ("L'Usine Digitale", "lusine-digitale"),
        ("DonanımHaber", "donanimhaber"),
        ("Łódź ß ø", "lodz-ss-o"),
        ("小米之家", ""),
        ("x" * 100, "x" * 60),
    ],
)
def test_slug(title: str, name: str) -> None:
    assert slug(title) == name


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.golem.de/rss.php?feed=RSS2.0", "golem-de"),
        ("https://feeds.example.com/tech/index.xml", "example-com-tech"),
        ("http://127.0.0.1:8001/feed", "127-0-0-1-8001"),
        ("https://例え.jp/feed", "jp"),
    ],
)
def test_slug_of_url(url: str, name: str) -> None:
    assert slug_of_url(url) == name


# --- lists -------------------------------------------------------------------------------------------------------

TEXT = b"""# our feeds
https://golem.example/feed   Golem  # the German one

https://heise.example/rss#top
feed://alt.example/rss
https://golem.example/feed
"""

JSONL = b"""{"url": "https://golem.example/feed", "name": "golem", "lang": "de", "country": "DE", "enabled": false}
{"url": "https://heise.example/rss", "name": "heise online", "kind": "general_tech", "confidence": "high"}
# a comment
{"url": "https://karte.example/sitemap.xml", "kind": "sitemap", "title": "heise online"}
https://bare.example/
"""

OPML1 = """<?xml version="1.0" encoding="ISO-8859-1"?>
<opml version="1.1"><head><title>Meine</title></head><body>
  <outline text="Technik">
    <outline text="Füchse" xmlurl="https://f.example/rss" htmlUrl="https://f.example" language="de-AT" type="rss"/>
    <outline title="Zuhause"><outline text="b" xmlUrl="https://b.example/rss" htmlUrl="b.example"/></outline>
    <outline text="gone" xmlUrl="https://gone.example/rss" isComment="true"/>
  </outline>
  <outline xmlUrl="https://c.example/rss"/>
  <outline text="a page" type="link" url="https://d.example/"/>
</body></opml>""".encode("iso-8859-1")


def test_text() -> None:
    found = parse_list(TEXT, subject="feeds.txt")
    assert [(row.name, row.url, row.title) for row in found] == [
        ("golem", "https://golem.example/feed", "Golem"),
        ("heise-example", "https://heise.example/rss#top", ""),
        ("alt-example", "http://alt.example/rss", ""),
    ]
    assert {row.added_by for row in found} == {"file"}


def test_jsonl() -> None:
    golem, heise, karte, bare = parse_list(JSONL, subject="feeds.jsonl", added_by="user")
    assert golem == NewSource(
        name="golem", url="https://golem.example/feed", lang="de", country="DE", enabled=False, added_by="user"
    )
    assert (heise.name, heise.title, heise.category, heise.kind) == (
        "heise-online",
        "heise online",
        "general_tech",
        "feed",
    )
    assert (karte.name, karte.kind) == ("heise-online-2", "sitemap")
    assert bare.url == "https://bare.example/"


def test_opml() -> None:
    found = parse_list(OPML1, subject="feeds.opml")
    assert [(row.url, row.title, row.category, row.site, row.lang) for row in found] == [
        ("https://f.example/rss", "Füchse", "Technik", "https://f.example", "de"),
        ("https://b.example/rss", "b", "Zuhause", None, None),
        ("https://c.example/rss", "", None, None, None),
    ]


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\n  \n"], ids=["byte order mark", "blanks"])
@pytest.mark.parametrize(("data", "count"), [(TEXT, 3), (JSONL, 4)], ids=["text", "jsonl"])
def test_what_stands_before_the_list_does_not_matter(mark: bytes, data: bytes, count: int) -> None:
    assert len(parse_list(mark + data, subject="x")) == count


OPML2 = b"""<?xml version="1.0"?><opml version="2.0"><head/><body>
<outline text="News"><outline text="Phones">
  <outline type="rss" text="Deep" xmlUrl="https://deep.example/rss" htmlUrl="https://deep.example/" category="/x/y"/>
</outline><outline type="rss" text="Shallow" xmlUrl="https://shallow.example/rss"/></outline>
<outline type="rss" text="Alone" xmlUrl="https://alone.example/rss" category="/Technology/Retail trade,/Blogs"/>
<outline type="rss" text="Bare" xmlUrl="https://bare.example/rss" category=" , "/>
<OUTLINE TYPE="rss" TEXT="Loud" XMLURL="https://loud.example/rss"/>
</body></opml>"""


def test_opml_2_with_folders_in_folders_and_categories() -> None:
    assert [(row.title, row.category, row.site) for row in parse_list(OPML2, subject="feeds.opml")] == [
        ("Deep", "Phones", "https://deep.example/"),
        ("Shallow", "News", None),
        ("Alone", "Retail trade", None),
        ("Bare", None, None),
        ("Loud", None, None),
    ]


def test_opml_in_utf16() -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?><opml><body><outline xmlUrl="https://ü.example/"/></body></opml>'
    assert parse_list(text.encode("utf-16"), subject="x")[0].url == "https://ü.example/"


@pytest.mark.parametrize(
    ("data", "where", "what"),
    [
        pytest.param(b"# nothing\n\n", "list", "holds no source", id="only comments"),
        pytest.param(b"", "list", "holds no source", id="empty"),
        pytest.param(b"https://a.example/\n\ngolem.de/rss\n", "list, line 3", "https://golem.de/rss", id="no scheme"),
        pytest.param(b"hello world\n", "list, line 1", "no http(s) address", id="prose"),
        pytest.param(b"ftp://a.example/feed\n", "list, line 1", "no http(s) address", id="ftp"),
        pytest.param(b"\xff\xfe\xfa\n", "list, line 1", "not UTF-8", id="bytes"),
        pytest.param(b"https://a.example/ \xe4\n", "list, line 1", "not UTF-8", id="latin-1"),
        pytest.param(b'{"url": "https://a.example/"\n', "list, line 1", "no JSON object", id="cut json"),
        pytest.param(b'{"title": "a"}\n', "list, line 1", "no http(s) address", id="no url"),
        pytest.param(b'{"url": 5}\n', "list, line 1", "url: 5 is no text", id="url is a number"),
        pytest.param(b'{"url": "https://a.example/", "lang": "deutsch"}', "list, line 1", "ISO 639-1", id="lang"),
        pytest.param(b'{"url": "https://a.example/", "country": "de"}', "list, line 1", "ISO 3166-1", id="country"),
        pytest.param(b'{"url": "https://a.example/", "enabled": 1}', "list, line 1", "enabled", id="enabled"),
        pytest.param(b'{"url": "https://a.example/", "site": "a"}', "list, line 1", "no http(s) address", id="site"),
        pytest.param(b"<opml>\n<body>\n<outline text='a & b'/>", "list, line 3", "not well-formed", id="broken xml"),
        pytest.param(b"<opml>\n<body><outline xmlUrl='x'/></body></opml>", "list, line 2", "no http(s)", id="opml url"),
        pytest.param(b"<rss version='2.0'><channel/></rss>", "list", "no OPML", id="a feed itself"),
        pytest.param(b"<opml><body/></opml>", "list", "holds no source", id="empty opml"),
        pytest.param(b"<!DOCTYPE x [<!ENTITY a 'b'>]><opml/>", "list, line 1", "entities", id="entities"),
    ],
)
def test_errors_name_file_and_line(data: bytes, where: str, what: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_list(data, subject="list")
    assert caught.value.subject == where
    assert what in str(caught.value)


def test_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.sources.lists.MAX_BYTES", 10)
    with pytest.raises(InputError, match="MB"):
        parse_list(TEXT, subject="list")


def test_read_list_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "feeds"
    path.write_bytes(TEXT)
    assert read_list(path) == parse_list(TEXT, subject="feeds")
    assert read_list(str(path), added_by="user")[0].added_by == "user"


@pytest.mark.parametrize("name", ["missing.opml", "."], ids=["missing", "a folder"])
def test_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot be read") as caught:
        read_list(tmp_path / name)
    assert str(tmp_path) in caught.value.subject


def test_opml_brings_the_catalogue_back() -> None:
    back = parse_list(write_opml(ROWS).encode(), subject="x", added_by="catalogue")
    assert sorted(back, key=lambda row: row.name) == sorted(ROWS, key=lambda row: row.name)


MIXED = (
    NewSource(name="on-example-feed", url="https://on.example/feed2", added_by="user"),
    NewSource(name="off-example", url="https://off.example/feed", enabled=False, added_by="user"),
    NewSource(name="map-example-sitemap", url="https://map.example/sitemap.xml", kind="sitemap", added_by="user"),
    NewSource(name="page", url="https://page.example/press/", kind="listing", enabled=False, added_by="user"),
)


def test_text_brings_addresses_kinds_and_switches_back() -> None:
    text = write_text(MIXED)
    assert text.splitlines()[1] == "# disabled: https://off.example/feed"
    back = parse_list(text.encode(), subject="x", added_by="user")
    assert [(row.url, row.kind, row.enabled) for row in back] == [(row.url, row.kind, row.enabled) for row in MIXED]


def test_opml_brings_kinds_and_switches_back() -> None:
    assert parse_list(write_opml(MIXED).encode(), subject="x", added_by="user") == MIXED


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("# disabled: https://a.example/feed  A title", [("feed", False, "A title")], id="disabled"),
        pytest.param("#disabled:https://a.example/feed # kind: Sitemap", [("sitemap", False, "")], id="both, tight"),
        pytest.param("https://a.example/feed  # kind: listing", [("listing", True, "")], id="kind"),
        pytest.param("https://a.example/feed  # kind of slow", [("feed", True, "")], id="a comment on its kind"),
        pytest.param(
            "# disabled: it was too slow\nhttps://a.example/", [("feed", True, "")], id="a comment of a person"
        ),
    ],
)
def test_marks_in_texts(line: str, expected: list[tuple[str, bool, str]]) -> None:
    assert [(row.kind, row.enabled, row.title) for row in parse_list(line.encode(), subject="x")] == expected


def test_kinds_in_jsonl() -> None:
    rows = [{"url": f"https://a.example/{kind}", "kind": kind} for kind in ("feed", "sitemap", "listing", "tech_blog")]
    found = parse_list("\n".join(map(json.dumps, rows)).encode(), subject="x")
    assert [(row.kind, row.category) for row in found] == [
        ("feed", None),
        ("sitemap", None),
        ("listing", None),
        ("feed", "tech_blog"),
    ]


def test_opml_escapes() -> None:
    odd = NewSource(
        name="a", url="https://a.example/?a=1&b=\"'<", title="<b> & \"c\" 'd'", category="x & <y>", kind="sitemap"
    )
    text = write_opml([odd], title="a < b & c")
    assert parse_list(text.encode(), subject="x", added_by="user") == (odd,)
