"""Which pages are worth extracting."""

from __future__ import annotations

import pytest

from pipelines import topics
from pipelines.prefilter import FEW_CHARS, passes

TOPIC = topics.load()
FILLER = (
    "<p>" + "Heavy rain kept the river ferries in the harbour all morning, and the market closed early. " * 8 + "</p>"
)
MENU = '<ul><li><a href="/">Samsung</a><li><a href="/">Apple</a><li><a href="/">Store</a></ul>'


def page(*paragraphs: str, title: str = "Weather") -> str:
    body = "".join(f'<p class="x">{text}</p>' for text in paragraphs)
    return f"<html><head><title>{title}</title></head><body>{MENU}<h1>x</h1>{FILLER}{body}{FILLER}</body></html>"


PASSES = [
    pytest.param(page("Xiaomi opens its second store in Leeds."), id="English"),
    pytest.param(page("In Leipzig hat Samsung eine Filiale eröffnet."), id="German"),
    pytest.param(page("小米在成都的新门店本周开业。"), id="Chinese"),
    pytest.param(page("La <b>marque</b> Oppo inaugure <a href='x'>une boutique</a> à Lille."), id="tags inside"),
    pytest.param(page("Honor &amp; partners: a shop in Oslo"), id="entities"),
    pytest.param(page("The newest Mi Home is in Pune."), id="a banner is enough"),
    pytest.param(page("It becomes the retailer's partner.", title="Realme comes back"), id="vendor in the title"),
]


@pytest.mark.parametrize("html", PASSES)
def test_passes(html: str) -> None:
    passed, why = passes(entry_title="", entry_summary="", html=html, topic=TOPIC)
    assert passed, why


STOPPED = [
    pytest.param(page("The council met on Tuesday."), "no vendor", id="nobody named outside the menu"),
    pytest.param(page("Huawei answered the senators in a letter."), "retail", id="vendor without retail"),
    pytest.param(
        page("Huawei wrote a letter." + " The council met." * 60 + " A shop burned."), "within", id="far apart"
    ),
    pytest.param(page("A bakery opens its second shop."), "no vendor", id="shop without vendor"),
    pytest.param(page("Fine.") + "<script>var x = 'Apple store'</script>", "no vendor", id="script"),
]


@pytest.mark.parametrize(("html", "why"), STOPPED)
def test_is_stopped_and_says_why(html: str, why: str) -> None:
    passed, said = passes(entry_title="", entry_summary="", html=html, topic=TOPIC)
    assert not passed
    assert why in said


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        pytest.param("Realme opens a store in Lagos", "", id="title"),
        pytest.param("News of the day", "<p>Realme opens a <i>store</i> in Lagos</p>", id="summary"),
        pytest.param("Realme grows", "Ten more shops are planned", id="title and summary together"),
    ],
)
def test_what_the_feed_says_is_enough(title: str, summary: str) -> None:
    assert passes(entry_title=title, entry_summary=summary, html=page("Nothing."), topic=TOPIC)[0]


def test_a_page_without_paragraphs_passes() -> None:
    passed, why = passes(entry_title="", entry_summary="", html="<div>" + "word " * 500 + "</div>", topic=TOPIC)
    assert passed
    assert "characters of text" in why


def test_a_page_with_just_enough_text_is_judged() -> None:
    html = f"<p>{'a' * FEW_CHARS}</p>"
    assert not passes(entry_title="", entry_summary="", html=html, topic=TOPIC)[0]


@pytest.mark.parametrize(
    ("charset", "words"),
    [
        pytest.param("windows-1251", "Магазин Xiaomi откроется в Туле", id="Cyrillic"),
        pytest.param("gb18030", "小米新门店在成都开业", id="Chinese"),
        pytest.param("no-such-charset", "Xiaomi opens a store", id="unknown"),
    ],
)
def test_pages_in_other_charsets(charset: str, words: str) -> None:
    codec = charset if charset != "no-such-charset" else "latin-1"
    html = f'<meta charset="{charset}">{page(words + " é" if codec == "latin-1" else words)}'.encode(codec)
    assert passes(entry_title="", entry_summary="", html=html, topic=TOPIC)[0]


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe\x00<p>\x80" * 300, id="bytes of no charset"),
        pytest.param("<p>" * 50_000, id="only openings"),
        pytest.param("<p " * 50_000, id="tags that never end"),
        pytest.param("<p>" + "&#xD800;" * 200, id="surrogate entities"),
    ],
)
def test_no_page_raises(html: bytes | str) -> None:
    passed, why = passes(entry_title="\ud800", entry_summary="<", html=html, topic=TOPIC)
    assert isinstance(passed, bool)
    assert why
