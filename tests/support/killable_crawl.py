"""``python killable_crawl.py URL N``: the store's part of a crawl, which kills itself before its N-th statement.

With N = 0 it runs to its end and prints the number of statements.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import Engine, event
from support.stored import DAY, NOW, OTHER_STORY, STORY, THIRD_STORY, page_read, poll, save

from storewatch.db.hosts import TurnWanted
from storewatch.db.lock import run_lock
from storewatch.db.store import Store, open_store
from storewatch.types import FeedEntry, FetchFailure, NewSource, PendingPage, Rejected

NEWS = {
    # One story at three addresses, the last of them the earliest.
    "https://golem.example/a": {"story": STORY, "published": NOW},
    "https://golem.example/b": {"story": STORY, "published": NOW + DAY},
    "https://heise.example/x": {"story": STORY, "published": NOW - DAY},
    "https://golem.example/other": {"story": OTHER_STORY, "published": NOW},
    "https://heise.example/third": {"story": THIRD_STORY, "published": NOW},
    "https://heise.example/doubt": {"story": "Maybe. " + THIRD_STORY, "published": NOW, "verdict": "uncertain"},
}
CAKE, GONE = "https://golem.example/cake", "https://heise.example/gone"


def handle(store: Store, run_id: int, page: PendingPage) -> None:
    if page.url == GONE:
        failure = FetchFailure(reason="http_404", status=404, permanent=True)
        store.fail(failure, page_id=page.page_id, now=NOW)
    elif page.url == CAKE:
        rejected = Rejected(url=page.url, reason="no_vendor", title="Cake", text="A cake shop.", score=0.0)
        store.reject(rejected, page_read(page.page_id, run_id), page=None)
    else:
        save(store, run_id, page, **NEWS[page.url])


def crawl(store: Store) -> None:
    names = ("golem", "heise")
    catalogue = [NewSource(name=name, url=f"https://{name}.example/rss", added_by="catalogue") for name in names]
    store.sync_catalogue(catalogue, NOW)
    run_id = store.start_run("storewatch crawl", NOW)
    store.release_leases()
    for source in store.due_sources(NOW):
        urls = [url for url in (*NEWS, CAKE, GONE) if f"//{source.name}." in url]
        store.record_poll(poll(source, run_id, etag="1"), [FeedEntry(url=url, title="News") for url in urls])
    while pages := store.lease_pages(run_id=run_id, now=NOW + timedelta(minutes=1), limit=3):
        for page in pages:
            store.reserve_hosts([TurnWanted(host=page.url.split("/")[2], delay_s=1.0)], lambda: NOW)
            handle(store, run_id, page)


def main(url: str, kill_at: int) -> None:
    statements = 0

    @event.listens_for(Engine, "before_cursor_execute")
    def count(*_: object) -> None:
        nonlocal statements
        statements += 1
        if statements == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    with run_lock(url, holder="storewatch crawl"), open_store(url) as store:
        crawl(store)
    sys.stdout.write(str(statements))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
