"""Feeds of RSS 2.0 that carry the whole article in their description."""

import pytest

from crawler.feeds import parse

LONG = "The chain will open twelve shops in the north by June and close two in the south. " * 4


def body(description: str) -> bytes:
    item = f"<item><title>T</title><link>https://a.example/1</link><description><![CDATA[{description}]]></description></item>"
    return f'<rss version="2.0"><channel><title>F</title>{item}</channel></rss>'.encode()


@pytest.mark.parametrize(
    ("description", "full"),
    [
        pytest.param(f"<p>{LONG}</p><p>{LONG}</p>", True, id="paragraphs"),
        pytest.param(f"{LONG}<br/><br/>{LONG}<br /><br>{LONG}", True, id="breaks"),
        pytest.param(f"<p>{LONG}</p>", False, id="one-paragraph"),
        pytest.param(LONG, False, id="plain"),
        pytest.param("<p>One.</p><p>Two.</p>", False, id="short"),
    ],
)
def test_a_description_of_paragraphs_is_the_full_text(description: str, full: bool) -> None:
    feed = parse(body(description), url="https://a.example/feed", content_type=None)
    assert (feed.entries[0].content_html is not None) is full
