"""What a save costs on a server: journeys, which are counted; and what happens when the server went away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, insert, select, text, update
from support import postgres
from support.stored import NOW, STORY, THIRD_STORY, lease, save, source, sql, store_page

from storewatch.db import models as m
from storewatch.db.postgresql import together
from storewatch.db.store import Store, open_store
from storewatch.errors import DatabaseError

pytestmark = pytest.mark.needs_postgres


@pytest.fixture
def store(migrated_postgres: str, postgres_server: postgres.Server) -> Iterator[Store]:
    name = postgres_server.new_database(template=migrated_postgres)
    with open_store(postgres_server.url(name)) as opened:
        source(opened)
        yield opened
    postgres_server.drop_database(name)


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(" ".join(statement.split()))

    event.listen(store._engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(store._engine, "before_cursor_execute", note)


def test_a_text_that_has_to_do_with_no_other_costs_four_questions(store: Store) -> None:
    """The page, texts like it, texts at its address or equal to it, and free numbers: what is written then travels
    together. Begin (with the lock), the writes and the commit are three more journeys."""
    run_id = store.start_run("storewatch crawl", NOW)
    store.add_page("https://a.example/1", now=NOW)
    page = lease(store, run_id, "https://a.example/1")
    with counted(store) as seen:
        save(store, run_id, page, story=THIRD_STORY, events=[])
    assert [one.split()[0] for one in seen].count("SELECT") == 4
    assert len(seen) == 11


def test_a_copy_costs_as_little(store: Store) -> None:
    run_id = store.start_run("storewatch crawl", NOW)
    store_page(store, run_id, "https://a.example/1", story=STORY)
    store.add_page("https://b.example/1", now=NOW)
    page = lease(store, run_id, "https://b.example/1")
    with counted(store) as seen:
        assert save(store, run_id, page, story=STORY).kind == "syndicated"
    assert len(seen) <= 17


def test_a_connection_that_the_server_has_closed_is_replaced(store: Store) -> None:
    run_id = store.start_run("storewatch crawl", NOW)
    others = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND pid <> :own")
    with store.reading() as connection:
        pid, name = connection.execute(text("SELECT pg_backend_pid(), current_database()")).one()
    with open_store(store._place.url.render_as_string(hide_password=False)) as other, other.reading() as connection:
        own = connection.scalar(text("SELECT pg_backend_pid()"))
        assert connection.scalars(others, {"name": name, "own": own}).all() == [True]
    assert store_page(store, run_id, "https://a.example/1").kind == "new"
    with store.reading() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) != pid


def test_a_transaction_that_reads_sees_one_state_and_cannot_write(store: Store) -> None:
    with store.reading() as connection:
        before = connection.scalars(select(m.hot_keys.c.key)).all()
        with open_store(store._place.url.render_as_string(hide_password=False)) as other, other.writing() as writer:
            writer.execute(insert(m.hot_keys), {"key": 7, "articles": 1})
        assert connection.scalars(select(m.hot_keys.c.key)).all() == before
    with pytest.raises(DatabaseError, match="read-only"), store.reading() as connection:
        connection.execute(insert(m.hot_keys), {"key": 8, "articles": 1})
    assert sql(store, "SELECT key FROM hot_keys") == [(7,)]


def test_what_travels_together_fails_together(store: Store) -> None:
    def write() -> None:
        with store.writing() as connection, together(connection):
            for statement in (insert(m.hot_keys), update(m.hot_keys), insert(m.hot_keys)):
                connection.execute(statement, {"key": 7, "articles": 1})

    with pytest.raises(DatabaseError, match="pk_hot_keys"):
        write()
    assert sql(store, "SELECT key FROM hot_keys") == []
