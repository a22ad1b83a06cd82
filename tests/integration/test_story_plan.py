"""How the stories of the same days are looked up: by their days, not by going through all articles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import event
from support import stored

from storewatch.db.store import open_store


def test_stories_of_the_same_days_are_looked_up_by_their_days(tmp_path: Path) -> None:
    asked: list[tuple[str, Any]] = []
    with open_store(str(tmp_path / "storewatch.db")) as store:
        run_id = store.start_run("crawl", stored.NOW)
        with store.reading() as connection:
            engine = connection.engine
        event.listen(engine, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
        stored.store_page(store, run_id, "https://golem.example/a")
        near = [(text, values) for text, values in asked if "dated_at BETWEEN" in text]
        assert near
        with store.reading() as connection:
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {near[0][0]}", near[0][1])]
    assert "USING INDEX ix_articles_dated_at_shown_id (dated_at>? AND dated_at<?)" in plan[0]
