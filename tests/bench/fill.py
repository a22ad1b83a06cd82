"""Fills a new database with made-up articles and events of believable sizes and shares, for the benches of queries.

    python tests/bench/fill.py 100000 sqlite:///bench.db

Vendors follow a long tail, counts a Pareto law; a text has about 120 words of one of six languages, and the articles
are spread over nine years whatever their number.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, insert

from storewatch.db import models as m
from storewatch.db.store import open_store
from storewatch.search.folding import fold

START = datetime(2017, 1, 1, tzinfo=UTC)
SPAN_S = 9 * 365 * 86_400
VENDORS = ("Xiaomi", "Samsung", "Apple", "OPPO", "vivo", "realme", "OnePlus", "Honor", "Huawei", "Motorola", "Nothing")
COUNTRIES = ("IN", "CN", "DE", "FR", "ES", "ID", "BR", "MX", "GB", "US", "VN", "TH", "RU", "TR", "PL", "IT", "JP", "EG")
ACTIONS = ("open", "plan", "stock", "close", "relocate", "partner", "market_entry")
OUTLETS = tuple(f"outlet{number}.example" for number in range(400))
WORDS = {
    lang: tuple(words.split())
    for lang, words in {
        "en": "the firm will open a new store in city this year with partners and sell phones to people near home",
        "de": "der Hersteller eröffnet ein neues Geschäft in der Stadt und verkauft dort Geräte an Kunden im Jahr",
        "es": "la empresa abrirá una nueva tienda en la ciudad este año con socios y venderá móviles a clientes",
        "zh": "小米之家 今年 将新开 线下门店 手机 市场 旗舰店 在 城市 合作伙伴",
        "hi": "कंपनी इस साल शहर में नया स्टोर खोलेगी और साझेदारों के साथ फोन बेचेगी",
        "ru": "компания откроет новый магазин в городе и будет продавать смартфоны вместе с партнёрами",
    }.items()
}
PORTION = 1000


def article(number: int, total: int, dice: random.Random) -> tuple[dict[str, Any], ...]:
    """The rows of one article: articles, revisions, search_texts, and its events under ``events``."""
    lang = dice.choices(tuple(WORDS), (40, 15, 10, 15, 10, 10))[0]
    vendor = dice.choices(VENDORS, range(len(VENDORS), 0, -1))[0]
    dated = START + timedelta(seconds=number * SPAN_S // total + dice.randrange(86_400))
    count = int(dice.paretovariate(0.8))
    rare = f"rare{dice.randrange(100_000)}"
    sentence = f"{vendor} {dice.choice(ACTIONS)} {count} {' '.join(dice.choices(WORDS[lang], k=8))}."
    text = sentence + " " + " ".join(dice.choices(WORDS[lang], k=110)) + " " + rare
    title = f"{vendor}: {' '.join(dice.choices(WORDS[lang], k=6))}"
    outlet = dice.choice(OUTLETS)
    url = f"https://{outlet}/{dated:%Y/%m}/{number}"
    common = {"title": title, "verdict": "relevant", "score": 0.9, "reason": "retail_event"}
    row = common | {
        "article_id": number,
        "url": url,
        "url_key": f"{outlet}/{dated:%Y/%m}/{number}",
        "outlet": outlet,
        "first_seen_at": dated,
        "changed_at": dated,
        "dated_at": dated,
        "revision": 1,
        "lang": lang,
        "published_at": dated,
        "published_precision": "instant",
        "vendors": [vendor],
        # Each text stands for itself.
        "kinship": "canonical",
        "group_id": number,
        "leader_id": number,
        "shown_id": number,
    }
    versions = {"topic_version": "bench", "extractor_version": "bench"}
    revision = common | versions | {"revision_id": number, "article_id": number, "number": 1, "seen_at": dated}
    words = {"article_id": number, "title": fold(title), "body": fold(text)}
    return (
        row,
        revision | {"text": text, "text_sha": f"{number:064x}"},
        words,
        event(number, dice, vendor, sentence, count),
    )


def event(number: int, dice: random.Random, vendor: str, sentence: str, count: int) -> dict[str, Any]:
    return {
        "article_id": number,
        "revision_id": number,
        "position": 0,
        "vendor": vendor,
        "action": dice.choice(ACTIONS),
        "store_count": count,
        "count_is": "exact",
        "store_type": "own_store",
        "country": dice.choice(COUNTRIES),
        "certainty": "announced",
        "evidence": sentence,
        "evidence_in": "text",
        "evidence_start": 0,
        "evidence_end": len(sentence),
    }


def rows(count: int) -> Iterator[tuple[dict[str, Any], ...]]:
    dice = random.Random(7)
    return (article(number, count, dice) for number in range(1, count + 1))


def write(connection: Connection, portion: list[tuple[dict[str, Any], ...]]) -> None:
    for table, some in zip(
        (m.articles, m.revisions, m.search_texts, m.events), zip(*portion, strict=True), strict=True
    ):
        connection.execute(insert(table), list(some))


def fill(url: str, count: int) -> None:
    made = rows(count)
    with open_store(url) as store:
        while portion := list(islice(made, PORTION)):
            with store.writing() as connection:
                write(connection, portion)
        with store.writing() as connection:
            connection.exec_driver_sql("ANALYZE")


if __name__ == "__main__":
    wanted, place = int(sys.argv[1]), sys.argv[2]
    began = perf_counter()
    fill(place, wanted)
    print(f"{wanted} articles in {perf_counter() - began:.1f} s: {place}")
