"""What a page says about itself besides its dates."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipelines import metadata
from pipelines.extract.tree import parse
from pipelines.metadata import jsonld
from pipelines.metadata.names import people
from pipelines.metadata.titles import without_site
from pipelines.metadata.values import plain, texts_of

URL = "https://www.musterzeitung.example/wirtschaft/hersteller-oeffnet-laden-4711.html"


def read(head: str = "", body: str = "", *, url: str = URL, html: str = "<html>") -> metadata.Metadata:
    tree = parse(f"<!DOCTYPE html>{html}<head>{head}</head><body>{body}<p>Text.</p></body></html>")
    assert tree is not None
    return metadata.read(tree, url)


def script(value: Any) -> str:
    content = value if isinstance(value, str) else json.dumps(value)
    return f'<script type="application/ld+json">{content}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


# --- JSON-LD ----------------------------------------------------------------------------------------------------

ARTICLE = {"@type": "NewsArticle", "headline": "Hersteller öffnet Laden in Graz"}

LENIENT = {
    "list": [{"@type": "WebSite"}, ARTICLE],
    "graph": {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, ARTICLE]},
    "main entity": {"@type": "WebPage", "mainEntity": ARTICLE},
    "full type": {**ARTICLE, "@type": "https://schema.org/NewsArticle"},
    "several types": {**ARTICLE, "@type": ["WebPage", "Article"]},
    "raw line break": '{"@type":"NewsArticle","headline":"Hersteller öffnet\nLaden in Graz"}',
    "trailing comma": '{"@type":"NewsArticle","headline":"Hersteller öffnet Laden in Graz",}',
    "missing comma": '{"@type":"NewsArticle"\n"headline":"Hersteller öffnet Laden in Graz"}',
    "in a comment": "<!-- " + json.dumps(ARTICLE) + " -->",
    "in CDATA": "//<![CDATA[\n" + json.dumps(ARTICLE) + "\n//]]>",
    "semicolon": json.dumps(ARTICLE) + ";",
    "two in a row": json.dumps({"@type": "Organization"}) + json.dumps(ARTICLE),
    "bad escape": '{"@type":"NewsArticle","headline":"Hersteller öffnet Laden in Graz","x":"a\\\'b"}',
    "entities": json.dumps(ARTICLE, ensure_ascii=False).replace('"', "&quot;"),
}


@pytest.mark.parametrize("form", LENIENT)
def test_json_ld_is_read_as_pages_have_it(form: str) -> None:
    assert read(script(LENIENT[form])).title == "Hersteller öffnet Laden in Graz"


@pytest.mark.parametrize("broken", ["{", "nonsense", "[" * 5_000, '{"a":' * 5_000, "null", '"text"', "[[[]]]", "{}"])
def test_broken_json_ld_does_not_matter(broken: str) -> None:
    assert read(script(broken) + meta("og:title", "A title of the page")).title == "A title of the page"


def test_of_several_articles_the_one_about_this_page_counts() -> None:
    other = {"@type": "NewsArticle", "headline": "Ein anderer Artikel", "url": "https://www.musterzeitung.example/x"}
    this = {**ARTICLE, "mainEntityOfPage": {"@id": URL}}
    assert read(script([other, this])).title == ARTICLE["headline"]
    assert jsonld.read([json.dumps(other)]).article(url=URL, title="Etwas")["headline"] == "Ein anderer Artikel"


# --- title ------------------------------------------------------------------------------------------------------

TITLES = {
    "heading confirmed by the data": (meta("og:title", "A store opens in Graz"), "<h1>A store opens in Graz</h1>"),
    "site name at the end": ("<title>A store opens in Graz | Musterzeitung</title>", ""),
    "site name from the host": ("<title>A store opens in Graz - musterzeitung</title>", ""),
    "site name first": ("<title>Musterzeitung: A store opens in Graz</title>", ""),
    "logo as heading": (
        meta("og:title", "A store opens in Graz"),
        "<h1>Musterzeitung</h1><h1>A store opens in Graz</h1>",
    ),
    "kicker in the heading": (meta("og:title", "A store opens in Graz"), "<h1>Trade: A store opens in Graz</h1>"),
    "only heading": ("<title>Musterzeitung</title>", "<h1>A store opens in Graz</h1>"),
    "entities twice": (meta("og:title", "A store opens&amp;nbsp;in Graz"), ""),
    "tags inside": (script({"@type": "Article", "headline": "A <b>store</b> opens in Graz"}), ""),
    "svg title": ("<title>A store opens in Graz</title>", "<svg><title>Logo</title></svg>"),
}


@pytest.mark.parametrize("case", TITLES)
def test_titles(case: str) -> None:
    head, body = TITLES[case]
    assert read(meta("og:site_name", "Musterzeitung") + head, body).title == "A store opens in Graz"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Store opens in Graz | Musterzeitung", "Store opens in Graz"),
        ("Store opens in Graz – Wirtschaft – Musterzeitung", "Store opens in Graz – Wirtschaft"),
        ("Store opens: vendor plans ten more", "Store opens: vendor plans ten more"),
        ("X | Musterzeitung", "X | Musterzeitung"),
    ],
)
def test_only_the_sites_name_is_split_off(title: str, expected: str) -> None:
    assert without_site(title, frozenset({"musterzeitung"})) == expected


# --- people -----------------------------------------------------------------------------------------------------

PEOPLE = [
    ("Ana Beispiel", ("Ana Beispiel",)),
    ("By Ana Beispiel and Bo Muster", ("Ana Beispiel", "Bo Muster")),
    ("Von Ana Beispiel, Bo Muster", ("Ana Beispiel", "Bo Muster")),
    ("Par Ana Beispiel et Bo Muster", ("Ana Beispiel", "Bo Muster")),
    ("Ana Beispiel, Bo Muster, and Cy Probe", ("Ana Beispiel", "Bo Muster", "Cy Probe")),
    ("Autor: Ana Beispiel", ("Ana Beispiel",)),
    ("Ana Beispiel (abe)", ("Ana Beispiel",)),
    ("ana@example.com (Ana Beispiel)", ("Ana Beispiel",)),
    ("Ana Beispiel <ana@example.com>", ("Ana Beispiel",)),
    ("View all posts by Ana Beispiel", ("Ana Beispiel",)),
    ("Ana Beispiel Last updated May 3", ("Ana Beispiel",)),
    ("https://www.example.com/author/ana", ()),
    ("Redaktion", ()),
    ("The Editorial Team", ()),
    ("dpa", ()),
    ("admin", ()),
    ("Musterzeitung", ()),
    ("记者：王小明", ("王小明",)),
    ("", ()),
    ("x" * 200, ()),
]


@pytest.mark.parametrize(("said", "expected"), PEOPLE)
def test_people_not_organisations_and_no_labels(said: str, expected: tuple[str, ...]) -> None:
    assert people([said], site="musterzeitung") == expected


AUTHORS = {
    "person": (script({**ARTICLE, "author": {"@type": "Person", "name": "Ana Beispiel"}}), ""),
    "text": (script({**ARTICLE, "author": "Ana Beispiel"}), ""),
    "parts of a name": (script({**ARTICLE, "author": {"givenName": "Ana", "familyName": "Beispiel"}}), ""),
    "by reference": (
        script(
            {"@graph": [{**ARTICLE, "author": {"@id": "#a"}}, {"@id": "#a", "@type": "Person", "name": "Ana Beispiel"}]}
        ),
        "",
    ),
    "organisation beside": (
        script(
            {
                **ARTICLE,
                "author": [{"@type": "Organization", "name": "Verlag"}, {"@type": "Person", "name": "Ana Beispiel"}],
            }
        ),
        "",
    ),
    "meta": ('<meta name="author" content="Ana Beispiel">', ""),
    "meta address, then name": (
        meta("article:author", "https://www.facebook.com/ana") + '<meta name="byl" content="By Ana Beispiel">',
        "",
    ),
    "microdata": ("", '<div itemprop="author" itemscope><span itemprop="name">Ana Beispiel</span> from Graz</div>'),
    "rel": ("", '<a rel="author" href="/ana">Ana Beispiel</a>'),
    "class": ("", '<p class="byline">By Ana Beispiel</p>'),
    "class beside comments": (
        "",
        '<div class="comments"><b class="author">Troll Eins</b></div><span class="author-name">Ana Beispiel</span>',
    ),
}


@pytest.mark.parametrize("case", AUTHORS)
def test_authors(case: str) -> None:
    head, body = AUTHORS[case]
    assert read(head, body).authors == ("Ana Beispiel",)


def test_an_organisation_as_author_is_nobody() -> None:
    assert (
        read(script({**ARTICLE, "author": {"@type": "NewsMediaOrganization", "name": "Musterzeitung"}})).authors == ()
    )


# --- addresses --------------------------------------------------------------------------------------------------

CANONICAL = [
    ("https://www.musterzeitung.example/a-b-c", "https://www.musterzeitung.example/a-b-c"),
    ("/wirtschaft/a.html#top", "https://www.musterzeitung.example/wirtschaft/a.html"),
    ("//m.musterzeitung.example/a", "https://m.musterzeitung.example/a"),
    ("https://musterzeitung.example/", None),
    ("https://www.musterzeitung.example", None),
    ("https://www.musterzeitung.example/de/", None),
    ("https://www.musterzeitung.example/wirtschaft/", None),
    ("https://other.example/a-b-c", None),
    ("https://musterzeitung.example.evil.example/a", None),
    ("javascript:void(0)", None),
    ("http://[broken", None),
    ("", None),
]


@pytest.mark.parametrize(("href", "expected"), CANONICAL)
def test_a_canonical_address_is_trusted_on_its_own_site_only(href: str, expected: str | None) -> None:
    assert read(f'<link rel="canonical" href="{href}">').canonical_url == expected


def test_the_start_page_may_name_itself_and_a_base_changes_nothing() -> None:
    start = "https://www.musterzeitung.example/"
    assert read(f'<link rel="canonical" href="{start}">', url=start).canonical_url == start
    trick = '<base href="https://evil.example/"><link rel="canonical" href="/a-b.html">'
    assert read(trick).canonical_url == "https://www.musterzeitung.example/a-b.html"


def test_a_print_variant_may_name_the_page_above_it() -> None:
    url = "https://www.musterzeitung.example/hersteller-oeffnet-laden/print"
    canonical = url.removesuffix("/print")
    assert read(f'<link rel="canonical" href="{canonical}">', url=url).canonical_url == canonical


@pytest.mark.parametrize(
    ("url", "href", "trusted"),
    [
        pytest.param("/news.php?id=7", "/news.php", False, id="number lost"),
        pytest.param("/articleView.html?idxno=345678", "/articleView.html?lang=ko", False, id="number for a language"),
        pytest.param("/news.php?id=7", "/news.php?id=7", True, id="number kept"),
        pytest.param("/news.php?id=7&ref=rss", "/news.php?ID=7", True, id="number kept in capitals"),
        pytest.param("/news.php?utm_id=7", "/news.php", True, id="tracking lost"),
        pytest.param("/oppo-oeffnet-laden?id=7", "/oppo-oeffnet-laden", True, id="path names the article"),
        pytest.param("/news.php?id=7", "/oppo-oeffnet-laden", True, id="another path"),
        pytest.param("/news.php?kat=neu", "/news.php", True, id="no number"),
    ],
)
def test_a_canonical_address_without_the_pages_number_is_every_page(url: str, href: str, trusted: bool) -> None:
    site = "https://www.musterzeitung.example"
    found = read(f'<link rel="canonical" href="{href}">', url=site + url).canonical_url
    assert found == (site + href if trusted else None)


def test_og_url_stands_in_for_a_canonical_address_that_is_not_trusted() -> None:
    head = '<link rel="canonical" href="https://other.example/a">' + meta("og:url", "https://musterzeitung.example/a")
    assert read(head).canonical_url == "https://musterzeitung.example/a"


# --- the rest ---------------------------------------------------------------------------------------------------

FREE = [
    ({"isAccessibleForFree": True}, False),
    ({"isAccessibleForFree": "False"}, True),
    ({"isAccessibleForFree": "https://schema.org/False"}, True),
    ({"isAccessibleForFree": True, "hasPart": {"@type": "WebPageElement", "isAccessibleForFree": False}}, True),
    ({"hasPart": [{"isAccessibleForFree": "true"}, "x"]}, False),
    ({}, None),
]


@pytest.mark.parametrize(("said", "paywalled"), FREE)
def test_paywall(said: dict[str, Any], paywalled: bool | None) -> None:
    assert read(script({**ARTICLE, **said})).paywalled is paywalled


@pytest.mark.parametrize(("tier", "paywalled"), [("locked", True), ("free", False), ("metered", None)])
def test_content_tier(tier: str, paywalled: bool | None) -> None:
    assert read(meta("article:content_tier", tier)).paywalled is paywalled


def test_site_section_tags_and_image() -> None:
    found = read(
        script({**ARTICLE, "publisher": {"@type": "Organization", "name": "Musterzeitung"}, "image": {"url": "/b.jpg"}})
        + meta("article:section", "Wirtschaft")
        + meta("article:tag", "Handel")
        + meta("article:tag", "handel")
        + meta("article:tag", "Graz, Läden")
    )
    assert (found.site_name, found.section, found.tags) == ("Musterzeitung", "Wirtschaft", ("Handel", "Graz", "Läden"))
    assert found.image == "https://www.musterzeitung.example/b.jpg"


@pytest.mark.parametrize(
    ("html", "head", "expected"),
    [
        ('<html lang="de-AT">', "", "de"),
        ("<html>", '<meta http-equiv="content-language" content="fr">', "fr"),
        ("<html>", meta("og:locale", "pt_BR"), "pt"),
        ("<html>", script({**ARTICLE, "inLanguage": "es-MX"}), "es"),
        ('<html lang="{{lang}}">', "", None),
    ],
)
def test_declared_language(html: str, head: str, expected: str | None) -> None:
    assert read(head, html=html).lang == expected


def test_an_empty_page_says_nothing() -> None:
    assert read() == metadata.Metadata()


def test_values_of_any_type_become_texts() -> None:
    value = ["a", {"name": "b"}, {"@value": "c &amp; d"}, 5, None, True, [["e"]], {"name": ["f"]}]
    assert texts_of(value) == ["a", "b", "c & d", "5", "f"]
    assert plain("  A\u200b <i>b</i>\n&amp;#8217;s ") == "A b ’s"
