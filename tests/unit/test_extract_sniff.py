"""What is refused before it is parsed."""

from __future__ import annotations

import pytest

from pipelines.extract import sniff

NOISE = bytes(range(256)) * 20


@pytest.mark.parametrize(
    ("body", "reason", "word"),
    [
        (b"", "empty", "empty"),
        (b" \n\t\x00\x00 ", "empty", "empty"),
        (b"%PDF-1.7\n" + NOISE, "not_html", "PDF"),
        (b"\xef\xbb\xbf\n%PDF-1.4 ", "not_html", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + NOISE, "not_html", "PNG"),
        (b"\xff\xd8\xff\xe0" + NOISE, "not_html", "JPEG"),
        (b"GIF89a" + NOISE, "not_html", "GIF"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "not_html", "media"),
        (b"\x00\x00\x00\x20ftypisom" + NOISE, "not_html", "binary"),
        (b"PK\x03\x04" + NOISE, "not_html", "ZIP"),
        (b"\x1f\x8b\x08" + NOISE, "not_html", "gzip"),
        (NOISE, "not_html", "binary"),
        (b'{"articles": [1, 2]}', "not_html", "JSON"),
        (b"[1, 2]", "not_html", "JSON"),
        (b'<?xml version="1.0"?>\n<!-- made by x -->\n<rss version="2.0"><channel><title>t</title></channel></rss>',
         "not_html", "feed"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title></feed>', "not_html", "feed"),
        (b"<urlset><url><loc>http://example.com/</loc></url></urlset>", "not_html", "feed"),
        (b"a" * (sniff.MAX_BYTES + 1), "too_large", "more than"),
    ],
)  # fmt: skip
def test_refused(body: bytes, reason: str, word: str) -> None:
    problem = sniff.refuse(body)
    assert problem is not None
    assert problem.reason == reason
    assert word in problem.detail


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body><p>A page about RSS: &lt;rss version=2.0&gt;</p></body></html>",
        b"<!DOCTYPE html><title>x</title>",
        b"plain text",
        b"[Update] plain text that begins with a bracket",
        "<html><body>Страница</body></html>".encode("koi8-r"),
        "\ufeff<html><body>Seite</body></html>".encode("utf-16-le"),
        "<html><body>Eine Seite ohne Marke</body></html>".encode("utf-16-le"),
        "<html><body>ページ</body></html>".encode("iso-2022-jp"),
    ],
)
def test_let_through(body: bytes) -> None:
    assert sniff.refuse(body) is None


def test_markup_is_told_from_text_with_angle_brackets() -> None:
    assert sniff.has_markup("text <b>bold</b>")
    assert sniff.has_markup("<!DOCTYPE html>")
    assert not sniff.has_markup("if a < b and c > d: print(a)")


def test_plain_text_becomes_paragraphs() -> None:
    assert sniff.wrap_text("One & two\nthree\n\nFour").count("<p>") == 2
    assert sniff.wrap_text("One\nTwo\nThree").count("<p>") == 3
