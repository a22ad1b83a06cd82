"""Boilerplate lines: what goes by which rule, and which lines look alike and stay."""

from __future__ import annotations

import pytest

from pipelines.clean import clean

FIRST = "Der Hersteller eröffnet im Herbst zwei Läden in Lyon und einen in Nizza."
LAST = "Das Unternehmen wollte sich auf Anfrage nicht zu weiteren Standorten äußern."

REMOVED = [
    ("read_more", "Read more: Vendor opens a store in Lyon"),
    ("read_more", "READ ALSO | Vendor opens a store in Lyon"),
    ("read_more", "[Related: Vendor opens a store in Lyon]"),
    ("read_more", "See also:"),
    ("read_more", "Lesen Sie auch: Hersteller eröffnet Laden in Lyon"),
    ("read_more", "Mehr zum Thema: Hersteller eröffnet Laden in Lyon"),
    ("read_more", "À lire aussi : une boutique à Lyon"),
    ("read_more", "Lire aussi > une boutique à Lyon"),
    ("read_more", "Lea también: abre una tienda en Lyon"),
    ("read_more", "Leia mais: marca abre loja em Lyon"),
    ("read_more", "Leggi anche: apre un negozio a Lione"),
    ("read_more", "Lees ook: merk opent winkel in Lyon"),
    ("read_more", "Les også: Åpner butikk i Lyon"),
    ("read_more", "Läs också: Öppnar butik i Lyon"),
    ("read_more", "Czytaj też: Nowy sklep w Lyonie"),
    ("read_more", "Читайте также: Новый магазин в Лионе"),
    ("read_more", "Baca juga: Toko baru di Lyon"),
    ("read_more", "Xem thêm: Cửa hàng mới ở Lyon"),
    ("read_more", "यह भी पढ़ें: लियोन में नया स्टोर"),
    ("read_more", "اقرأ أيضا: متجر جديد في ليون"),
    ("read_more", "延伸閱讀：里昂新店開幕"),
    ("read_more", "関連記事：リヨンに新店舗"),
    ("read_more", "관련기사: 리옹에 새 매장"),
    ("newsletter", "Sign up for our newsletter to get the news first."),
    ("newsletter", "Get the latest news delivered to your inbox every morning."),
    ("newsletter", "By signing up, you agree to our terms and privacy policy."),
    ("newsletter", "Melden Sie sich jetzt für unseren Newsletter an."),
    ("newsletter", "Abonnez-vous à notre lettre du matin"),
    ("newsletter", "Подписывайтесь на наш канал"),
    ("share", "Share this article on Facebook"),
    ("share", "Facebook | Twitter | WhatsApp | E-Mail"),
    ("share", "Follow us on Twitter and Facebook"),
    ("share", "Artikel teilen"),
    ("share", "Compartir"),
    ("share", "分享"),
    ("comments", "Comments"),
    ("comments", "12 Kommentare"),
    ("comments", "Leave a comment"),
    ("credit", "Photo: Ana Beispiel"),
    ("credit", "Foto: dpa"),
    ("credit", "Bildquelle: Hersteller"),
    ("credit", "Фото: пресс-служба"),
    ("credit", "图片来源：公司官网"),
    ("credit", "(Reporting by Ana Beispiel in Lyon; Editing by Bo Muster)"),
    ("credit", "mit dpa"),
    ("copyright", "© 2024 Musterzeitung"),
    ("copyright", "Copyright 2024 Example Media. All rights reserved."),
    ("copyright", "무단전재 및 재배포 금지"),
    ("consent", "This website uses cookies to improve your visit."),
    ("consent", "Wir verwenden Cookies, um Inhalte zu zeigen."),
    ("consent", "Empfohlener redaktioneller Inhalt"),
    ("affiliate", "This post contains affiliate links, for which we may earn a small commission."),
    ("interface", "3 min read"),
    ("interface", "Lesezeit: 4 Minuten"),
    ("interface", "Tags: Läden, Lyon, Handel"),
    ("interface", "Table of Contents"),
    ("interface", "Back to top"),
]


@pytest.mark.parametrize(("rule", "line"), REMOVED, ids=[line[:40] for _, line in REMOVED])
def test_boilerplate_lines_go(rule: str, line: str) -> None:
    cleaned, removed = clean(f"{FIRST}\n{line}\n{LAST}")
    assert cleaned == f"{FIRST}\n{LAST}"
    assert [(r.rule, r.text, r.position) for r in removed] == [(rule, line, len(FIRST) + 1)]


KEPT = [
    "Read more books, the teacher said: it helps.",
    "More than ten stores will open this year.",
    "Related companies opened stores of their own last year.",
    "See also what the rivals do in Lyon, said the manager.",
    "Lesen Sie auch das Kleingedruckte, rät die Verbraucherzentrale ihren Mitgliedern.",
    "Share prices fell after the store closed.",
    "Comments by the manager were not available.",
    "Photo printers sell well in Lyon.",
    "Foto und Video stehen im Mittelpunkt der neuen Läden.",
    "- Video: 4K with 60 frames a second",
    "- Tags: RFID, NFC",
    "Subscribers rose to two million.",
    "Copyright law is the subject of the case.",
    "Cookies are sold in the store's café.",
    "Quelle: CNBC",
    "Source: Financial Times",
    "Werbung: Das Budget steigt auf zwei Millionen Euro im Jahr, das ist mehr als die Hälfte.",
    "Follow the river and you find the store.",
    "Three minutes from the station",
    "X",
    "Die Tagesordnung: drei Punkte",
]


@pytest.mark.parametrize("line", KEPT)
def test_lines_of_an_article_stay(line: str) -> None:
    text = f"{FIRST}\n{line}\n{LAST}"
    cleaned, removed = clean(text)
    assert (cleaned, removed) == (text, ())


def test_a_long_line_that_begins_like_a_pointer_is_a_paragraph() -> None:
    line = "Related: " + "the vendor opened a store in Lyon and said that it would open more of them soon. " * 4
    assert clean(f"{FIRST}\n{line.strip()}\n{LAST}")[1] == ()


def test_a_heading_takes_the_list_below_it_along() -> None:
    box = "Auch interessant\n- Neuer Laden in Graz\n- Warum Läden zurückkehren"
    text = f"{FIRST}\n{box}\nEine Zwischenüberschrift\n{LAST}"
    cleaned, removed = clean(text)
    assert cleaned == f"{FIRST}\nEine Zwischenüberschrift\n{LAST}"
    assert [r.rule for r in removed] == ["related"] * 3


def test_at_the_end_of_a_text_a_heading_takes_bare_headlines_along() -> None:
    text = f"{FIRST}\n{LAST}\nMost popular\nVendor opens another store in Lyon\nWhy shops come back to town"
    assert clean(text)[0] == f"{FIRST}\n{LAST}"


def test_a_heading_of_the_article_itself_stays() -> None:
    text = f"{FIRST}\nUp next\nThe store in Nice opens in May.\n{LAST}"
    assert clean(text) == (text, ())


def test_removals_point_into_the_text_as_it_is_afterwards() -> None:
    cleaned, removed = clean(f"Share\n{FIRST}\nRead more: A store in Lyon\n[ad_1] {LAST}\nComments")
    assert cleaned == f"{FIRST}\n{LAST}"
    assert [(r.text, r.position) for r in removed] == [
        ("Share", 0),
        ("Read more: A store in Lyon", len(FIRST) + 1),
        ("[ad_1]", len(FIRST) + 1),
        ("Comments", len(cleaned)),
    ]
