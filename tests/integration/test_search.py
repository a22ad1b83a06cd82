"""Search on both engines: the same hits in the same order, in every script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.stored import DAY, NOW, event_about, processed, queue, save, source, sql

from storewatch.db import finding, queries
from storewatch.db.rows import Filters
from storewatch.db.store import Store, open_store
from storewatch.search.language import parse

#: name, language, title, text, vendor and what else its event says.
TEXTS: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
    (
        "en",
        "en",
        "Xiaomi plans 2,000 Mi Home stores",
        "Xiaomi will open 2,000 stores outside China. Partners run them, said Wang Xiang to CNBC.",
        {"vendor": "Xiaomi", "action": "plan", "store_count": 2000, "horizon": "2020", "speaker": "Wang Xiang"},
    ),
    (
        "de",
        "de",
        "vivo eröffnet in Düsseldorf",
        "Der Hersteller vivo eröffnet im März einen Laden in Düsseldorf. Das Geschäft liegt an der Königsallee.",
        {"vendor": "vivo", "action": "open", "store_count": 1, "city": "Düsseldorf", "country": "DE"},
    ),
    (
        "zh",
        "zh",
        "小米之家在深圳开出新店",
        "小米之家今年将新开2000家线下门店。华为也在扩张。",
        {"vendor": "Xiaomi", "action": "plan", "store_count": 2000, "country": "CN"},
    ),
    (
        "hant",
        "zh",
        "小米在台北開設旗艦店",
        "小米宣布在台北開設第一家旗艦店，並計畫拓展門市。",
        {"vendor": "Xiaomi", "action": "open", "country": "TW", "store_type": "flagship"},
    ),
    (
        "ja",
        "ja",
        "シャオミが直営店を渋谷に開業",
        "シャオミは日本初の直営店を渋谷に開く。店舗は三月に開業する。",
        {"vendor": "Xiaomi", "action": "open", "country": "JP"},
    ),
    (
        "ko",
        "ko",
        "샤오미, 서울에 첫 매장 연다",
        "샤오미가 서울에 첫 오프라인 매장을 연다. 이 매장은 여의도에 있다.",
        {"vendor": "Xiaomi", "action": "open", "country": "KR"},
    ),
    (
        "th",
        "th",
        "ออปโป้เปิดร้านใหม่ในกรุงเทพ",
        "ออปโป้เปิดร้านค้าแห่งใหม่ในกรุงเทพฯ และมีแผนเปิดอีกสิบสาขา",
        {"vendor": "OPPO", "action": "open", "country": "TH"},
    ),
    (
        "hi",
        "hi",
        "वनप्लस दिल्ली में स्टोर खोलेगा",
        "वनप्लस अगले साल दिल्ली में नया स्टोर खोलेगा। कंपनी के देश में सौ स्टोर हैं।",
        {"vendor": "OnePlus", "action": "plan", "country": "IN"},
    ),
    (
        "ar",
        "ar",
        "سامسونج تفتتح متجرًا في الرياض",
        "افتتحت سامسونج متجرًا جديدًا في الرياض، وتخطط لافتتاح متاجر أخرى.",
        {"vendor": "Samsung", "action": "open", "country": "SA"},
    ),
    (
        "ru",
        "ru",
        "Хонор откроет магазины в Москве",
        "Хонор откроет десять магазинов в Москве и Королёве до конца года.",
        {"vendor": "Honor", "action": "plan", "store_count": 10, "country": "RU"},
    ),
    (
        "tr",
        "tr",
        "Xiaomi İstanbul'da mağaza açtı",
        "Xiaomi, İstanbul'da üçüncü mağazasını açtı. Yeni mağaza Kadıköy'de.",
        {"vendor": "Xiaomi", "action": "open", "country": "TR", "city": "Istanbul"},
    ),
    (
        "vi",
        "vi",
        "Xiaomi mở cửa hàng tại Đà Nẵng",
        "Xiaomi mở cửa hàng trải nghiệm đầu tiên tại Đà Nẵng.",
        {"vendor": "Xiaomi", "action": "open", "country": "VN"},
    ),
)


def fill(store: Store) -> None:
    run_id = store.start_run("storewatch crawl", NOW)
    press = source(store, "press")
    for number, (name, lang, title, text, event) in enumerate(TEXTS):
        url = f"https://{lang}.example/{name}"
        page = queue(store, run_id, url, of=press)
        found = processed(
            url, text, title=title, published=NOW - number * DAY, events=[event_about(text, text, **event)]
        )
        article = found.article
        values = {field: getattr(article, field) for field in article.__slots__} | {"lang": lang}
        save(store, run_id, page, type(found)(article=type(article)(**values), judgement=found.judgement))


@pytest.fixture(scope="module")
def press(shared_store_url: str) -> Iterator[Store]:
    with open_store(shared_store_url) as opened:
        fill(opened)
        yield opened


def hits(store: Store, query: str, **more: Any) -> list[str]:
    found = finding.search(store, Filters(query=parse(query, now=NOW), sort="relevance", **more))
    return [row.article.url.rsplit("/", 1)[1] for row in found]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("门店", ["zh"], id="zh: two characters"),
        pytest.param("小米", ["zh", "hant"], id="zh: a name in both scripts"),
        pytest.param("小米之家", ["zh"], id="zh: four characters"),
        pytest.param("线下门店", ["zh"], id="zh: in the middle of a run"),
        pytest.param("2000家", ["zh"], id="zh: number and counter"),
        pytest.param("家", ["zh", "hant"], id="zh: one character"),
        pytest.param('"小米之家 今年"', [], id="zh: no phrase over a gap that is not there"),
        pytest.param("旗艦店", ["hant"], id="zh-Hant"),
        pytest.param("門市", ["hant"], id="zh-Hant: two characters"),
        pytest.param("小米 -台北", ["zh"], id="zh: without a word"),
        pytest.param("直営店", ["ja"], id="ja: kanji"),
        pytest.param("シャオミ", ["ja"], id="ja: katakana"),
        pytest.param("ｼｬｵﾐ", ["ja"], id="ja: halfwidth"),
        pytest.param("開業 渋谷", ["ja"], id="ja: two words"),
        pytest.param("매장", ["ko"], id="ko: a noun with a particle"),
        pytest.param("샤오미", ["ko"], id="ko: a name"),
        pytest.param("오프라인", ["ko"], id="ko: loan word"),
        pytest.param("ร้าน", ["th"], id="th: a part of a run"),
        pytest.param("กรุงเทพ", ["th"], id="th: a city"),
        pytest.param("स्टोर", ["hi"], id="hi: vowel signs"),
        pytest.param("दिल्ली स्टोर", ["hi"], id="hi: two words"),
        pytest.param("متجر*", ["ar"], id="ar: beginning of a word"),
        pytest.param("متجرا", ["ar"], id="ar: without vowel marks"),
        pytest.param("سامسونج", ["ar"], id="ar: a name"),
        pytest.param("магазин*", ["ru"], id="ru: inflected"),
        pytest.param("королеве", ["ru"], id="ru: e for ё"),
        pytest.param("МОСКВЕ", ["ru"], id="ru: capitals"),
        pytest.param("istanbul", ["tr"], id="tr: dotted capital"),
        pytest.param("magaza*", ["tr"], id="tr: typed plain"),
        pytest.param("kadıköy", ["tr"], id="tr: dotless i"),
        pytest.param("dusseldorf", ["de"], id="de: typed plain"),
        pytest.param("DÜSSELDORF", ["de"], id="de: capitals"),
        pytest.param("konigsallee", ["de"], id="de: o for ö"),
        pytest.param('"cua hang"', ["vi"], id="vi: typed plain"),
        pytest.param("đà nẵng", ["vi"], id="vi: as it is"),
        pytest.param("da nang", ["vi"], id="vi: d for đ"),
        pytest.param('"mi home"', ["en"], id="en: phrase"),
        pytest.param('"home mi"', [], id="en: the other way round"),
        pytest.param("title:stores", ["en"], id="title word"),
        pytest.param("title:partners", [], id="not in the title"),
        pytest.param('"home stores xiaomi"', [], id="no phrase from title to text"),
        pytest.param("stor*", ["en"], id="en: beginning"),
        pytest.param("xiaomi", ["tr", "vi", "en"], id="a name in several languages, the shorter texts first"),
        pytest.param("vendor:xiaomi country:JP,KR", ["ja", "ko"], id="fields"),
        pytest.param("vendor:XIAOMI count:>100", ["en", "zh"], id="count"),
        pytest.param("vendor:vivo country:CN", [], id="both of one event"),
        pytest.param("lang:zh", ["zh", "hant"], id="language"),
        pytest.param("-lang:zh vendor:xiaomi action:plan", ["en"], id="not in a language"),
        pytest.param("outlet:de.example OR outlet:ru.example", ["de", "ru"], id="outlets"),
        pytest.param("source:press has:speaker", ["en"], id="has a speaker"),
        pytest.param("has:copies", [], id="has no copies"),
        pytest.param("type:flagship", ["hant"], id="kind of store"),
        pytest.param("horizon:2020", ["en"], id="horizon"),
        pytest.param("city:istanbul OR dusseldorf", ["de", "tr"], id="field or word"),
        pytest.param("since:2026-02-28 until:2026-02-28", ["de"], id="one day"),
        pytest.param("id:1", ["en"], id="a number"),
        pytest.param("", [name for name, *_ in TEXTS], id="everything, newest first"),
    ],
)
def test_search(press: Store, query: str, found: list[str]) -> None:
    assert hits(press, query) == found


def test_the_more_relevant_comes_first_and_the_title_counts_more(press: Store) -> None:
    assert hits(press, "partners OR düsseldorf OR königsallee") == ["de", "en"]


def test_order_limit_and_offset(press: Store) -> None:
    assert hits(press, "xiaomi", limit=1) == ["tr"]
    assert hits(press, "xiaomi", limit=1, offset=1) == ["vi"]
    found = finding.search(press, Filters(query=parse("xiaomi", now=NOW), sort="oldest"))
    assert [row.article.url.rsplit("/", 1)[1] for row in found] == ["vi", "tr", "en"]


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        pytest.param("stores outside", ["stores", "outside"], id="words"),
        pytest.param('"wang xiang" vendor:xiaomi', ["Wang Xiang"], id="phrase"),
        pytest.param("门店", ["门店"], id="chinese"),
        pytest.param("线下门店", ["线下门店"], id="pairs that overlap are one mark"),
        pytest.param("königs*", ["Königsallee"], id="beginning"),
        pytest.param("lang:de", [], id="nothing to mark"),
    ],
)
def test_snippets_mark_what_was_found(press: Store, query: str, marked: list[str]) -> None:
    (row,) = finding.search(press, Filters(query=parse(query, now=NOW), sort="relevance"))[:1]
    shown = [row.snippet[start:end] for start, end in row.marks]
    assert set(shown) == set(marked)


def test_articles_and_events_take_a_query(press: Store) -> None:
    wanted = Filters(query=parse("country:DE OR магазин*", now=NOW))
    assert [row.lang for row in queries.articles(press, wanted)] == ["de", "ru"]
    assert [row.vendor for row in queries.events(press, wanted)] == ["vivo", "Honor"]
    counted = Filters(query=parse("count:>=10", now=NOW), sort="count", limit=2)
    assert [row.store_count for row in queries.events(press, counted)] == [2000, 2000]


@pytest.mark.parametrize(
    ("by", "first"),
    [
        pytest.param("vendor", ("Xiaomi", 7, 7), id="vendor"),
        pytest.param("action", ("open", 8, 8), id="action"),
        pytest.param("lang", ("zh", 2, 2), id="lang"),
        pytest.param("outlet", ("zh.example", 2, 2), id="outlet"),
        pytest.param("source", ("press", 12, 12), id="source"),
        pytest.param("month", ("2026-02", 11, 11), id="month, in order of time"),
        pytest.param("year", ("2026", 12, 12), id="year"),
        pytest.param("country", ("CN", 1, 1), id="country"),
    ],
)
def test_stats(press: Store, by: str, first: tuple[str, int, int]) -> None:
    rows = finding.stats(press, by)
    assert (rows[0].value, rows[0].articles, rows[0].events) == first
    assert sum(row.articles for row in rows) == len(TEXTS)


def test_stats_of_a_query(press: Store) -> None:
    rows = finding.stats(press, "country", Filters(query=parse("小米", now=NOW)))
    assert [(row.value, row.articles) for row in rows] == [("CN", 1), ("TW", 1)]


def test_the_vendors_of_a_collection(press: Store) -> None:
    assert sorted(finding.vendors(press)) == ["Honor", "OPPO", "OnePlus", "Samsung", "Xiaomi", "vivo"]


def test_what_changes_or_goes_is_found_as_it_is(store_url: str) -> None:
    with open_store(store_url) as store:
        fill(store)
        run_id = store.start_run("again", NOW)
        url = "https://en.example/en"
        store.add_page(url, now=NOW)
        (page,) = store.lease_pages(run_id=run_id, now=NOW, limit=1, urls=[url])
        text = "Xiaomi has changed its mind: only kiosks will do, it said. " * 8
        save(store, run_id, page, processed(url, text, title="Kiosks", events=[event_about(text, "only kiosks")]))
        assert hits(store, "kiosks") == ["en"]
        assert hits(store, "cnbc") == []
        with store.writing() as connection:
            connection.exec_driver_sql("DELETE FROM articles WHERE url = 'https://en.example/en'")
        assert hits(store, "kiosks") == []
        assert sql(store, "SELECT count(*) FROM search_texts") == [(len(TEXTS) - 1,)]


def test_an_older_database_is_made_searchable_by_the_upgrade(store_url: str) -> None:
    from storewatch.db import searching

    with open_store(store_url) as store:
        fill(store)
        with store.writing() as connection:
            connection.exec_driver_sql("DELETE FROM search_texts")
        assert hits(store, "小米") == []
        with store.writing() as connection:
            assert searching.index_missing(connection) == len(TEXTS)
        assert hits(store, "小米") == ["zh", "hant"]
