"""Whole pages, from bytes to an article."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.extract import MAX_CHARS, extract
from pipelines.extract.body import MAX_ELEMENTS
from storewatch.errors import PageError
from storewatch.types import Article, Moment, Page

URL = "https://www.musterzeitung.example/wirtschaft/hersteller-oeffnet-laden.html"
PARAGRAPHS = (
    "Der Smartphone-Hersteller Beispiel will in den nächsten drei Jahren 40 Läden in Österreich eröffnen.",
    "Das sagte der Vertriebschef des Unternehmens am Freitag in einem Gespräch mit dieser Zeitung in Graz.",
    "Die ersten beiden Filialen sollen im Herbst in Wien und Linz stehen, zehn weitere folgen im Jahr darauf.",
    "Bisher verkauft die Firma ihre Geräte im Land nur über Mobilfunkanbieter und einige Elektronikketten.",
    "Partner für den Ausbau ist ein Händler aus Salzburg, der schon für zwei andere Marken Geschäfte führt.",
)
FETCHED = datetime(2024, 5, 10, 12, 0, tzinfo=UTC)
HEAD = """
<meta charset="utf-8"><title>Beispiel will 40 Läden eröffnen | Musterzeitung</title>
<meta property="og:site_name" content="Musterzeitung">
<meta property="og:title" content="Beispiel will 40 Läden eröffnen">
<script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle",
 "headline": "Beispiel will 40 Läden eröffnen", "datePublished": "2024-05-10T09:30:00+02:00",
 "author": {"@type": "Person", "name": "Ana Muster"}, "isAccessibleForFree": true}</script>
<link rel="canonical" href="/wirtschaft/hersteller-oeffnet-laden.html">
"""
MENU = "<nav><ul>" + "".join(f'<li><a href="/r{i}">Rubrik {i}</a></li>' for i in range(12)) + "</ul></nav>"
TEASERS = (
    '<div class="related-articles"><h3>Mehr zum Thema</h3><a href="/x">Ein anderer Hersteller schließt Läden</a></div>'
)
COMMENTS = (
    '<div id="comments"><h2>2 Kommentare</h2><div class="comment"><p>Endlich kommt der Laden zu uns!</p></div></div>'
)
FOOTER = "<footer><p>Impressum, Datenschutz, alle Rechte vorbehalten, Musterzeitung Verlag in Graz.</p></footer>"


def html_of(body: str, *, head: str = HEAD, lang: str = "de") -> bytes:
    return f'<!DOCTYPE html><html lang="{lang}"><head>{head}</head><body>{body}</body></html>'.encode()


def article_of(*paragraphs: str) -> str:
    inner = "".join(f"<p>{p}</p>" for p in paragraphs)
    main = f"<main><article><h1>Beispiel will 40 Läden eröffnen</h1>{inner}</article></main>"
    return f"{MENU}{main}{TEASERS}{COMMENTS}{FOOTER}"


def read(body: bytes, **values: object) -> Article:
    page = {"url": URL, "final_url": URL, "fetched_at": FETCHED, **values}
    return extract(Page(body=body, **page))  # type: ignore[arg-type]  # the fields of a Page by name


def test_an_article_is_read_from_a_page_with_all_that_stands_around_it() -> None:
    first, second, *rest = PARAGRAPHS
    article = read(html_of(article_of(first, "{eblogads}", second, *rest)))
    assert article.text == "\n".join(PARAGRAPHS)
    assert article.title == "Beispiel will 40 Läden eröffnen"
    assert article.lang == "de"
    assert article.authors == ("Ana Muster",)
    assert article.site_name == "Musterzeitung"
    assert article.paywalled is False
    assert (article.url, article.canonical_url) == (URL, URL)
    assert article.published == Moment(at=datetime(2024, 5, 10, 7, 30, tzinfo=UTC), offset_min=120)
    assert [(r.rule, r.text) for r in article.removed][-1:] == [("ad_token", "{eblogads}")]
    assert article.text[article.removed[-1].position :].startswith(second)


@pytest.mark.parametrize("builder", ["divs", "breaks", "cells", "header", "sidebar", "unclosed"])
def test_pages_are_built_in_many_ways(builder: str) -> None:
    lines = {
        "divs": "".join(f"<div>{p}</div>" for p in PARAGRAPHS),
        "breaks": "<div>" + "<br><br>".join(PARAGRAPHS) + "</div>",
        "cells": "<table><tr><td>" + "<p>".join(PARAGRAPHS) + "</td></tr></table>",
        "header": "<header>" + "".join(f"<p>{p}</p>" for p in PARAGRAPHS) + "</header>",
        "sidebar": '<div class="sidebar-layout widget">' + "".join(f"<p>{p}</p>" for p in PARAGRAPHS) + "</div>",
        "unclosed": "".join(f"<p>{p}" for p in PARAGRAPHS),
    }[builder]
    article = read(html_of(f"{MENU}<h1>Beispiel will 40 Läden eröffnen</h1>{lines}{FOOTER}"))
    assert all(p in article.text for p in PARAGRAPHS)
    assert "Rubrik" not in article.text
    assert "Impressum" not in article.text


@pytest.mark.parametrize("names", ["comments", "comment-list", "respond comments-area"])
def test_a_long_thread_of_comments_does_not_pass_for_the_article(names: str) -> None:
    said = "Ich finde ja, dass sie die Läden besser in den kleinen Städten aufmachen sollten als schon wieder in Wien."
    thread = "".join(f'<div class="comment"><b>Leser {i}</b><p>{said} Nummer {i}.</p></div>' for i in range(40))
    paragraphs = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    page = html_of(f'{MENU}<div class="text">{paragraphs}</div><div class="{names}">{thread}</div>{FOOTER}')
    assert read(page).text == "\n".join(PARAGRAPHS)


def test_a_long_list_of_other_articles_does_not_pass_for_the_article() -> None:
    excerpt = "In diesem Artikel geht es um etwas ganz anderes, nämlich um den Umbau des Bahnhofs und der Straße davor."
    teasers = "".join(f'<div><h3><a href="/a{i}">Umbau {i}</a></h3><p>{excerpt} {i}</p></div>' for i in range(25))
    paragraphs = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    page = html_of(f'{MENU}<div class="text">{paragraphs}</div><div class="latest-news">{teasers}</div>{FOOTER}')
    assert read(page).text == "\n".join(PARAGRAPHS)


def test_words_are_not_glued_and_invisible_characters_go() -> None:
    words = "Der Her\u00adsteller<br>eröffnet\u200b in Mu\u0308nchen zwei&nbsp;Läden und <b>sagt</b> das <i>auch</i>."
    text = read(html_of(article_of(*PARAGRAPHS, words))).text
    assert text.removeprefix("\n".join(PARAGRAPHS)).split() == (
        ["Der", "Hersteller", "eröffnet", "in", "München", "zwei", "Läden", "und", "sagt", "das", "auch."]
    )


def test_a_tutorial_keeps_the_token_it_shows_as_code() -> None:
    text = "So setzt man in diesem System eine Anzeige in einen Artikel, Schritt für Schritt und mit Bildern erklärt."
    body = article_of(*PARAGRAPHS, text).replace(
        "</article>", "<pre>[adrotate group=1]</pre><p>Fertig ist es.</p></article>"
    )
    assert "[adrotate group=1]" in read(html_of(body)).text


def test_the_language_of_the_text_wins_over_the_templates() -> None:
    assert read(html_of(article_of(*PARAGRAPHS), lang="en")).lang == "de"


def test_a_date_ahead_of_the_fetch_is_not_believed() -> None:
    head = HEAD.replace("2024-05-10T09:30", "2034-05-10T09:30")
    assert read(html_of(article_of(*PARAGRAPHS), head=head)).published is None


BARE = "<meta charset='utf-8'>"
FEED = Moment(at=datetime(2024, 5, 9, 8, 15, tzinfo=UTC), offset_min=0)


def test_what_the_feed_said_fills_what_the_page_leaves_out() -> None:
    bare = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    article = read(html_of(bare, head=BARE), entry_title="Titel im Feed", entry_published=FEED)
    assert (article.title, article.published) == ("Titel im Feed", FEED)


def test_the_feed_makes_the_pages_day_an_instant_and_its_future_is_not_believed() -> None:
    head = BARE + '<meta property="article:published_time" content="2024-05-09">'
    page = html_of(article_of(*PARAGRAPHS), head=head)
    assert read(page, entry_published=FEED).published == FEED
    ahead = Moment(at=datetime(2034, 5, 9, tzinfo=UTC))
    assert read(html_of(article_of(*PARAGRAPHS), head=BARE), entry_published=ahead).published is None


def test_the_day_in_the_address_is_the_last_word_before_guessing() -> None:
    url = "https://www.musterzeitung.example/2024/05/08/beispiel-will-laeden"
    article = read(html_of(article_of(*PARAGRAPHS), head=BARE), final_url=url)
    assert article.published == Moment(at=datetime(2024, 5, 8, tzinfo=UTC), precision="day")


def test_the_feeds_full_text_is_taken_when_the_page_is_a_wall() -> None:
    full = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    wall = html_of(article_of(PARAGRAPHS[0], "Weiterlesen können nur Abonnenten dieser Zeitung, bitte anmelden."))
    assert read(wall, entry_content_html=full).text == "\n".join(PARAGRAPHS)
    assert read(html_of("<div></div>"), entry_content_html=full).text == "\n".join(PARAGRAPHS)


def test_the_feeds_summary_does_not_replace_a_longer_text() -> None:
    page = html_of(article_of(*PARAGRAPHS))
    assert read(page, entry_content_html=f"<p>{PARAGRAPHS[0]}</p>").text == "\n".join(PARAGRAPHS)


def test_the_body_in_json_ld_is_taken_when_the_page_shows_nothing() -> None:
    body = "\\n".join(PARAGRAPHS)
    head = HEAD.replace('"isAccessibleForFree"', f'"articleBody": "{body}", "isAccessibleForFree"')
    assert read(html_of("<div id='app'></div>", head=head)).text == "\n".join(PARAGRAPHS)


REFUSED = {
    "empty": (b"", "empty"),
    "white space": (b" \n ", "empty"),
    "pdf": (b"%PDF-1.4 x", "not_html"),
    "noise": (bytes(range(256)) * 100, "not_html"),
    "plain text": (b"Only text without any markup. " * 20, "not_html"),
    "json": (b'{"a": 1}', "not_html"),
    "feed": (b'<?xml version="1.0"?><rss version="2.0"></rss>', "not_html"),
    "no text": (html_of("<div><img src=x></div>"), "empty"),
    "one word": (html_of("<p>Weiter</p>"), "empty"),
    "scripts": (html_of("<script>var text = 'x';</script>"), "empty"),
    "only a comment": (b"<!-- nothing -->", "not_html"),
    "30 MB": (b"<html>" + b"a" * 30_000_000, "too_large"),
    "a book": (html_of("<p>" + "Wort und Wort, " * (MAX_CHARS // 14) + "</p>"), "too_large"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_article_is_refused_with_a_reason(case: str) -> None:
    body, reason = REFUSED[case]
    with pytest.raises(PageError) as caught:
        read(body)
    assert caught.value.reason == reason
    assert str(caught.value).startswith(URL)


def test_a_person_may_have_text_without_markup_read() -> None:
    page = Page(url="note.txt", final_url="note.txt", body=b"Ein Satz.\nNoch einer.")
    assert extract(page, lenient=True).text == "Ein Satz.\nNoch einer."
    assert extract(Page(url="x", final_url="x", body=b"<p>Kurz.</p>"), lenient=True).text == "Kurz."


DEEP = {
    "nested divisions": html_of("<div>" * 200_000 + PARAGRAPHS[0]),
    "nested lists": html_of("<ul><li>Eintrag " * 50_000),
    "nested tables": html_of("<table><tr><td>" * 50_000),
    "nested emphasis": html_of("<b><i>Wort " * 50_000),
    "a large table": html_of("<table>" + "<tr>" + "<td>Zelle</td>" * 20 + "</tr>" * 5_000 + "</table>"),
    "many paragraphs": html_of("<p>Ein kurzer Absatz.</p>" * 20_001),
    "a long line": html_of("<p>" + "w" * 400_000 + "</p>"),
    "attributes": html_of("<p " + " ".join(f"a{i}=v" for i in range(90_000)) + ">" + PARAGRAPHS[0] + "</p>"),
    "20,000 attributes": html_of("<p " + " ".join(f"a{i}=v" for i in range(20_000)) + ">" + PARAGRAPHS[0] + "</p>"),
    "10 MB of nested divisions": html_of("<div>" * 900_000 + PARAGRAPHS[0] + "</div>" * 900_000),
    "tables in tables with text": html_of(f"<table><tr><td>{' '.join(PARAGRAPHS)}" * 60),
    "200,000 cells": html_of("<table>" + ("<tr>" + "<td>Zelle</td>" * 20 + "</tr>") * 10_000 + "</table>"),
    "a line of 5 MB": html_of("<p>" + "Ein Laden wurde eröffnet. " * 190_000 + "</p>"),
    "a script of 5 MB": html_of("<script>" + "var x = 1;" * 500_000 + "</script>" + article_of(*PARAGRAPHS)),
    "30,000 linked headings": html_of("".join(f'<h3><a href="/a{i}">Titel {i}</a></h3>' for i in range(30_000))),
    "5 MB of mojibake": html_of(article_of(*PARAGRAPHS, "Ã¼Ð " * 900_000)),
    "unclosed tags": b"<p " * 1_600_000 + html_of(article_of(*PARAGRAPHS)),
    "broken JSON-LD": html_of(
        article_of(*PARAGRAPHS),
        head='<script type="application/ld+json">{"@type": "NewsArticle" "headline":,}</script>',
    ),
    "deep JSON-LD": html_of(
        article_of(*PARAGRAPHS), head=f'<script type="application/ld+json">{"[" * 100_000}</script>'
    ),
    "brackets": html_of(article_of(*PARAGRAPHS, "[ad a=b " * 5_000)),
    "NUL": html_of(article_of(*PARAGRAPHS)).replace(b"Graz", b"Gr\x00az"),
    "lone surrogates": html_of(article_of(*PARAGRAPHS)) + b"\xed\xa0\x80",
    "bad entities": html_of(article_of(*PARAGRAPHS, "&#xD800;&#0;&#x110000;&bogus; ")),
}


def outcome(body: bytes, **values: object) -> str:
    """The reason why a page is refused, or "article"."""
    try:
        return "article" if read(body, **values).text else "nothing"
    except PageError as error:
        return error.reason


@pytest.mark.parametrize("case", DEEP)
@pytest.mark.timeout(60)
def test_hostile_pages_give_an_article_or_a_reason(case: str) -> None:
    assert outcome(DEEP[case]) in ("article", "empty", "listing", "too_large")


def test_trees_above_the_limit_are_read_by_the_simple_rule() -> None:
    cells = "<tr>" + "<td>x</td>" * 20 + "</tr>"
    article = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    body = f"{MENU}<article>{article}</article><table>{cells * (MAX_ELEMENTS // 20)}</table>"
    assert read(html_of(body)).text == "\n".join(PARAGRAPHS)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "gbk", "koi8-r", "x"]))
def test_any_bytes_give_an_article_or_a_page_error(noise: bytes, charset: str | None) -> None:
    page = html_of(article_of(*PARAGRAPHS))
    middle = len(page) // 2
    for body in (noise, b"<html>" + noise, page[:middle] + noise + page[middle:]):
        assert outcome(body, charset=charset) not in ("nothing", "extraction_failed")
