"""Keys of an older version: the upgrade makes them anew, and no page is fetched twice for them."""

from __future__ import annotations

from support.stored import NOW, STORY, THIRD_STORY, source, sql, store_page

from storewatch.db.rekey import rekey
from storewatch.db.store import open_store
from storewatch.urls import url_key

SHORT = "https://youtu.be/abcdefghijk"
LONG = "https://www.youtube.com/watch?v=abcdefghijk"
TABLES = ("pages", "articles")


def test_old_keys_are_made_anew(store_url: str) -> None:
    with open_store(store_url) as store:
        run_id = store.start_run("storewatch crawl", NOW)
        source(store)
        store_page(store, run_id, SHORT, story=STORY)
        store_page(store, run_id, "https://a.example/2", story=THIRD_STORY)
        with store.writing() as connection:
            for table in TABLES:
                connection.exec_driver_sql(f"UPDATE {table} SET url_key = 'old' WHERE url = '{SHORT}'")
            assert rekey(connection) == len(TABLES)
            assert rekey(connection) == 0
        for table in TABLES:
            assert sql(store, f"SELECT url_key FROM {table} WHERE url = '{SHORT}'") == [(url_key(SHORT),)]


def test_of_two_addresses_of_one_page_the_second_keeps_its_key(store_url: str) -> None:
    with open_store(store_url) as store:
        run_id = store.start_run("storewatch crawl", NOW)
        source(store)
        store_page(store, run_id, SHORT, story=STORY)
        with store.writing() as connection:
            connection.exec_driver_sql(
                "INSERT INTO pages (url, url_key, host, state, attempts, refetches, first_seen_at)"
                f" SELECT '{LONG}', 'old', host, state, attempts, refetches, first_seen_at FROM pages"
            )
            assert rekey(connection) == 0
        assert sql(store, "SELECT url, url_key FROM pages ORDER BY page_id") == [(SHORT, url_key(SHORT)), (LONG, "old")]
