"""Fills a new database with made-up articles and events of believable sizes and shares, for the benches of queries.

    python tests/bench/fill.py 100000 sqlite:///bench.db

Vendors follow a long tail, counts a Pareto law; a text has about 120 words of one of six languages, and the articles
are spread over nine years whatever their number. Three articles make a story, three events a claim. Secondary indexes
are made at the end; PostgreSQL takes the rows by COPY.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy import text as sql

from storewatch.db import models as m
from storewatch.db.sources import add_source
from storewatch.db.store import Store, open_store
from storewatch.search.folding import fold
from storewatch.types import NewSource

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
PORTION = 5_000
TABLES = (m.articles, m.revisions, m.search_texts, m.events)
#: The indexes that may be made when all rows are there, with the statement that makes each.
INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
    " AND indexdef NOT LIKE 'CREATE UNIQUE%'",
}
#: What follows from events: claims of three events each, and a person's decision about one article in 500.
DERIVED = (
    "INSERT INTO ledger (ledger_id, vendor, family, action, store_count, store_type, country, certainty, status,"
    " first_said_at, last_said_at, first_url, first_outlet, outlets, articles)"
    " SELECT e.event_id, e.vendor, 'opening', e.action, e.store_count, e.store_type, e.country, e.certainty,"
    " e.certainty, a.dated_at, a.dated_at, a.url, a.outlet, 1 + e.event_id % 7, 3"
    " FROM events e JOIN articles a ON a.article_id = e.article_id WHERE e.event_id % 3 = 0",
    "INSERT INTO ledger_events (event_id, ledger_id) SELECT event_id, event_id - event_id % 3 FROM events"
    " WHERE event_id >= 3",
    "INSERT INTO labels (article_id, relevant, labelled_at)"
    " SELECT article_id, article_id % 1000 = 0, first_seen_at FROM articles WHERE article_id % 500 = 0",
)

#: A word of the vocabulary is folded once, not once for each of its hundred million uses.
folded = lru_cache(maxsize=200_000)(fold)


def fold_words(text: str) -> str:
    """As ``fold``, for a text whose words stand between blanks."""
    return " ".join(filter(None, map(folded, text.split())))


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
    source_id = dice.randrange(len(OUTLETS))
    outlet = OUTLETS[source_id]
    url = f"https://{outlet}/{dated:%Y/%m}/{number}"
    common = {"title": title, "verdict": "relevant", "score": 0.9, "reason": "retail_event"}
    row = common | {
        "article_id": number,
        "url": url,
        "url_key": f"{outlet}/{dated:%Y/%m}/{number}",
        "outlet": outlet,
        "source_id": source_id + 1,
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
        "story_id": max(number - number % 3, 1),
    }
    versions = {"topic_version": "bench", "extractor_version": "bench"}
    revision = common | versions | {"revision_id": number, "article_id": number, "number": 1, "seen_at": dated}
    words = {"article_id": number, "title": fold_words(title), "body": fold_words(text)}
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


def write(connection: Connection, table: Table, some: list[dict[str, Any]]) -> None:
    """Rows with the same keys, the quick way of each engine."""
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), some)
        return
    from psycopg.types.json import Jsonb

    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({', '.join(some[0])}) FROM STDIN") as copy:
        for row in some:
            copy.write_row([Jsonb(value) if isinstance(value, list) else value for value in row.values()])


def without_indexes(connection: Connection) -> list[str]:
    """Drop the secondary indexes; returns the statements that make them again."""
    made = []
    for name, statement in connection.execute(sql(INDEXES[connection.dialect.name])).all():
        connection.execute(sql(f"DROP INDEX {name}"))
        made.append(statement)
    return made


def fill(url: str, count: int) -> None:
    made = rows(count)
    with open_store(url) as store:
        with store.writing() as connection:
            for outlet in OUTLETS:
                add_source(connection, NewSource(name=outlet.split(".")[0], url=f"https://{outlet}/feed"), START)
            indexes = without_indexes(connection)
        while portion := list(islice(made, PORTION)):
            with store.writing() as connection:
                for table, some in zip(TABLES, zip(*portion, strict=True), strict=True):
                    write(connection, table, list(some))
        finish(store, indexes)


def finish(store: Store, indexes: list[str]) -> None:
    with store.writing() as connection:
        for statement in (*DERIVED, *indexes, "ANALYZE"):
            connection.execute(sql(statement))


if __name__ == "__main__":
    wanted, place = int(sys.argv[1]), sys.argv[2]
    began = perf_counter()
    fill(place, wanted)
    print(f"{wanted} articles in {perf_counter() - began:.1f} s: {place}")
