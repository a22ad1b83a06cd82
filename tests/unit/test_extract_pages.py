"""Pages of unusual build: short reports beside long threads of comments, layout by tables, lists, ruby, captions."""

from __future__ import annotations

import pytest

from pipelines.extract import extract
from pipelines.extract.mass import weigh
from pipelines.extract.tree import parse
from storewatch.fulltext import extent
from storewatch.types import Page

URL = "https://www.musterzeitung.example/wirtschaft/laden-in-graz.html"
PARAGRAPHS = (
    "Der Smartphone-Hersteller Beispiel will in den nächsten drei Jahren 40 Läden in Österreich eröffnen.",
    "Das sagte der Vertriebschef des Unternehmens am Freitag in einem Gespräch mit dieser Zeitung in Graz.",
    "Die ersten beiden Filialen sollen im Herbst in Wien und Linz stehen, zehn weitere folgen im Jahr darauf.",
    "Bisher verkauft die Firma ihre Geräte im Land nur über Mobilfunkanbieter und einige Elektronikketten.",
)
LAST = "Zu den Kosten wollte er nichts sagen, sie seien aber schon in der Planung des Jahres enthalten."


def text_of(body: str, *, lang: str = "de") -> str:
    head = '<meta charset="utf-8"><title>Titel der Seite</title>'
    page = f'<!DOCTYPE html><html lang="{lang}"><head>{head}</head><body>{body}</body></html>'
    return extract(Page(url=URL, final_url=URL, body=page.encode())).text


def in_article(middle: str) -> str:
    """The text between the paragraphs of an article, as the page with ``middle`` there is read."""
    before = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    text = text_of(f"<main><article>{before}{middle}<p>{LAST}</p></article></main>")
    assert text.startswith("\n".join(PARAGRAPHS))
    assert text.endswith(LAST)
    return text.removeprefix("\n".join(PARAGRAPHS)).removesuffix(LAST).strip("\n")


SHORT_REPORTS = {
    "zh": (
        "小米公司周五在里昂开设了第二家门店，计划明年再开十家。",
        "公司发言人表示，新店面积为三百平方米，将雇用二十名员工。",
        "我觉得这家公司的手机非常不错，希望在我们城市也能开一家门店，这样买东西就方便多了，大家说是不是。",
    ),
    "zh-TW": (
        "小米公司週五在台北開設了第二家門市，計畫明年再開十家。",
        "公司發言人表示，新店面積為三百平方公尺，將僱用二十名員工。",
        "我覺得這家公司的手機非常不錯，希望在我們城市也能開一家門市，這樣買東西就方便多了，大家說是不是。",
    ),
    "ja": (
        "シャオミは金曜日、東京に二番目の店舗を開いた。来年はさらに十店舗を計画している。",
        "広報担当者によると、新店舗の広さは三百平方メートルで、二十人を雇用する。",
        "うちの町にも早く店ができてほしいです。近くに店がないと修理のときに本当に困りますからね。",
    ),
    "ko": (
        "샤오미가 금요일 서울에 두 번째 매장을 열었다. 내년에는 열 곳을 더 열 계획이다.",
        "회사 대변인은 새 매장의 면적이 삼백 제곱미터이며 직원 스무 명을 고용한다고 말했다.",
        "우리 동네에도 매장이 생기면 좋겠습니다. 수리하러 멀리 가야 해서 너무 불편해요.",
    ),
}
THREADS = {
    "comments": '<div id="comments">{}</div>',
    "comment-list": '<ol class="comment-list">{}</ol>',
    "section": '<section class="comments-area">{}</section>',
}
BODIES = {
    "paragraphs": "<article><p>{}</p><p>{}</p></article>",
    "breaks": '<div class="content">{}<br>{}</div>',
}


@pytest.mark.parametrize("thread", THREADS)
@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("lang", SHORT_REPORTS)
def test_a_short_report_of_east_asia_is_not_lost_to_its_comments(lang: str, body: str, thread: str) -> None:
    first, second, said = SHORT_REPORTS[lang]
    assert len(first + second) < 250
    comments = "".join(f'<div class="comment"><p>{said} {i}</p></div>' for i in range(30))
    assert text_of(BODIES[body].format(first, second) + THREADS[thread].format(comments), lang=lang) == (
        f"{first}\n{second}"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", 0), ("store", 5), ("Läden", 5), ("門店", 4), ("매장 2", 6), ("店 und みせ", 11)],
)
def test_a_character_of_east_asia_counts_as_two(text: str, expected: int) -> None:
    assert extent(text) == expected


def test_a_page_of_nothing_but_comments_is_weighed_with_them() -> None:
    said = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    tree = parse(f'<html><body><p>Kurz.</p><div id="comments">{said}</div></body></html>')
    assert tree is not None
    assert weigh(tree).total == sum(map(len, PARAGRAPHS))


MENU = "<a href='/1'>Menü eins</a><br><a href='/2'>Menü zwei</a>"
LAYOUTS = {
    "breaks": f"<table><tr><td colspan=3><a href='/'>Start</a></td></tr><tr><td>{MENU}</td>"
    f"<td><font size=2>{'<br><br>'.join(PARAGRAPHS)}</font></td><td><a href='/3'>Anderes</a></td></tr></table>",
    "paragraphs": f"<table><tr><td>{MENU}</td><td>{''.join(f'<p>{p}</p>' for p in PARAGRAPHS)}</td></tr></table>",
    "tables in tables": f"<table><tr><td>{MENU}</td><td><table><tr><td>"
    f"{''.join(f'<p>{p}</p>' for p in PARAGRAPHS)}</td></tr></table></td></tr></table>",
    "first paragraph bare": f"<table><tr><td>{MENU}</td><td>{PARAGRAPHS[0]}"
    f"<p>{'<p>'.join(PARAGRAPHS[1:])}</td></tr></table>",
    "inline tags first": f"<table><tr><td>{PARAGRAPHS[0][:20]}<b>{PARAGRAPHS[0][20:30]}</b>{PARAGRAPHS[0][30:]}"
    f"<p>{'<p>'.join(PARAGRAPHS[1:])}</td></tr></table>",
    "header cells": f"<table><tbody><tr><th>{''.join(f'<p>{p}</p>' for p in PARAGRAPHS)}</th></tr></tbody></table>",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_page_laid_out_by_tables_keeps_its_paragraphs(layout: str) -> None:
    text = text_of(LAYOUTS[layout])
    assert "|" not in text
    assert [line for line in text.split("\n") if line in PARAGRAPHS] == list(PARAGRAPHS)
    assert "Menü" not in text


def test_a_table_of_data_inside_a_layout_stays_a_table() -> None:
    data = "<table><tr><th>Stadt</th><th>Läden</th></tr><tr><td>Graz</td><td>4</td></tr></table>"
    paragraphs = [f"<p>{p}</p>" for p in PARAGRAPHS]
    cell = "".join([*paragraphs[:3], data, *paragraphs[3:]])
    lines = text_of(f"<table><tr><td>{MENU}</td><td>{cell}</td></tr></table>").split("\n")
    assert lines == [*PARAGRAPHS[:3], "| Stadt | Läden |", "|---|---|", "| Graz | 4 |", *PARAGRAPHS[3:]]


INSIDE = {
    "list": ("<ul><li>Graz</li><li>Linz<ul><li>mit Werkstatt</li></ul></li></ul>", "- Graz\n- Linz\n- mit Werkstatt"),
    "numbered list": ("<ol><li>Erst Wien</li><li>Dann Graz</li></ol>", "- Erst Wien\n- Dann Graz"),
    "terms": ("<dl><dt>Graz</dt><dd>vier</dd><dt>Linz</dt><dd>drei</dd></dl>", "- Graz\n- vier\n- Linz\n- drei"),
    "table": (
        "<table><tr><th>Stadt</th><th>Läden</th></tr><tr><td>Graz</td><td>4</td></tr><tr><td>Linz</td><td>7</td></tr>"
        "</table>",
        "| Stadt | Läden |\n|---|---|\n| Graz | 4 |\n| Linz | 7 |",
    ),
    "caption": ("<figure><img src='a.jpg'><figcaption>Der Laden in Graz</figcaption></figure>", ""),
    "quotation": ("<blockquote><p>Wir kommen nach Graz.</p></blockquote>", "Wir kommen nach Graz."),
    "heading": ("<h2>Wo die Läden stehen</h2>", "Wo die Läden stehen"),
    "line breaks": ("<p>In Graz.<br>In Linz.<br/>In Wien.</p>", "In Graz.\nIn Linz.\nIn Wien."),
    "emphasis": ("<p>Er s<b>ag</b>te <i>das</i> in <span>Graz</span>.</p>", "Er sagte das in Graz."),
    "soft hyphens": ("<p>Donau&shy;dampf\u00adschiff am<wbr> Kai</p>", "Donaudampfschiff am Kai"),
    "no-break spaces": ("<p>40&nbsp;Läden in&#8239;Graz</p>", "40 Läden in Graz"),
    "decomposed letters": ("<p>In Mu\u0308nchen</p>", "In München"),
    "zero width": ("<p>Bei\u200bspiel\ufeff AG</p>", "Beispiel AG"),
    "direction marks": ("<p>Die \u202eAG\u202c \u2067sagte\u2069 \u200fdas</p>", "Die AG sagte das"),
    "ruby": (
        "<p><ruby>東京<rp>(</rp><rt>とうきょう</rt><rp>)</rp></ruby>の<ruby>店<rt>みせ</rt></ruby>は明日開く。</p>",
        "東京の店は明日開く。",
    ),
    "ruby without closing tags": ("<p><ruby>東京<rt>とうきょう</ruby>の店は明日開く。</p>", "東京の店は明日開く。"),
    "token over tags": ("<p>[ad<b>rotate</b> group=<i>1</i>]</p>", ""),
    "escaped token": ("<p>[adrotate group=&amp;quot;1&amp;quot;]</p>", ""),
}


@pytest.mark.parametrize("case", INSIDE)
def test_what_stands_between_paragraphs_is_readable(case: str) -> None:
    markup, expected = INSIDE[case]
    assert in_article(markup) == expected
