"""Watches from the database to a real mail server and a real address of the web, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from support.alerted import World, alerted
from support.stored import DAY, HOUR, NOW, STORY, THIRD_STORY, event_about, sql

from scheduler.alerts import Delivery
from storewatch.db import letters, watching
from storewatch.db.deleting import delete_url
from storewatch.db.lock import alert_lock
from storewatch.errors import RunLocked
from storewatch.types import Watch

OTHER_TEXT = (
    "Xiaomi closes its counter in Vigo. The lease has run out, says the landlord, and a bakery will move in by autumn. "
    "Customers are sent to the next town, where a partner repairs screens on Tuesdays and on every second Thursday."
)


@pytest.fixture
def world(store_url: str) -> Iterator[World]:
    with alerted(store_url) as made:
        yield made


def test_what_is_new_is_told_once_by_mail_and_web(world: World) -> None:
    world.article()
    world.watch()
    assert world.deliver() == Delivery()
    url = world.article(THIRD_STORY)
    assert world.deliver() == Delivery(sent=2)
    assert world.deliver() == Delivery()
    (letter,) = world.mailbox.letters
    assert letter["To"] == "desk@example.org"
    assert letter["From"] == "storewatch@example.org"
    assert letter["Subject"] == "[storewatch] Spain: Xiaomi plan, own_store, ES, confirmed (1 new)"
    plain, html = (part.get_content() for part in letter.iter_parts())
    for part in (plain, html):
        assert "Xiaomi looks for shops in Bilbao." in part
        assert url in part
    ((key, body),) = world.hook.posts
    assert body["id"] == key
    assert world.told == [[("new", "Xiaomi", None)]]
    assert key != world.mailbox.ids[0]


def test_what_the_query_does_not_find_is_not_told(world: World) -> None:
    world.watch("country:DE")
    world.article()
    assert world.deliver() == Delivery()


def test_an_article_without_an_event_is_told_too(world: World) -> None:
    world.watch("queue")
    world.article(THIRD_STORY, events=())
    assert world.deliver().sent == 2
    assert world.deliver() == Delivery()
    assert world.told == [[("new", None, None)]]


def test_a_changed_fact_is_told_as_a_change(world: World) -> None:
    world.watch()
    events = [event_about(STORY, STORY.split(". ")[0] + ".", store_count=2000)]
    url = world.article(events=events)
    world.deliver()
    world.edit(url, STORY + " It rained.", store_count=2000)
    assert world.deliver() == Delivery()
    world.edit(url, STORY + " It rained. The company has put its number right.", store_count=1000)
    world.deliver()
    assert world.told[1:] == [[("changed", "Xiaomi", 1000)]]
    assert "the number was 2000" in world.mailbox.letters[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]  # a letter has one


def test_copies_of_what_was_told_are_not_told(world: World) -> None:
    world.watch()
    world.article()
    assert world.deliver().sent == 2
    world.article()
    assert world.deliver() == Delivery()
    # An earlier one takes the place of the text, and its events are new rows.
    world.article(published=NOW - DAY)
    assert world.deliver() == Delivery()


def test_articles_that_become_one_are_not_told_again(world: World) -> None:
    world.watch()
    first, second = world.article(published=NOW), world.article(THIRD_STORY, published=NOW - DAY)
    assert world.deliver().sent == 2
    world.edit(second, STORY)
    assert world.deliver() == Delivery()
    assert {url for (url,) in sql(world.store, "SELECT url FROM v_articles")} <= {first, second}
    assert sql(world.store, "SELECT count(*) FROM v_articles") == [(1,)]


def test_a_change_that_leaves_the_query_is_told_of_what_was_told(world: World) -> None:
    world.watch("certainty:confirmed")
    url = world.article()
    world.deliver()
    world.edit(url, STORY + " No, it will not.", certainty="cancelled")
    world.deliver()
    assert world.told[1:] == [[("changed", "Xiaomi", None)]]


def test_an_edit_of_what_was_there_before_the_watch_is_no_news(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "MARGIN", 0)
    url = world.article()
    world.watch()
    world.edit(url, STORY + " It rained.")
    assert world.deliver() == Delivery()
    world.edit(url, STORY + " It rained. In fact all is off.", certainty="cancelled")
    world.deliver()
    assert world.told == [[("changed", "Xiaomi", None)]]


def test_what_becomes_relevant_late_is_told(world: World) -> None:
    world.watch()
    world.article(verdict="uncertain")
    assert world.deliver() == Delivery()
    ((article_id,),) = sql(world.store, "SELECT shown_id FROM articles")
    world.store.label(article_id, True, world.now)
    assert world.deliver().sent == 2


def test_a_digest_is_told_at_its_time_and_never_without_news(world: World) -> None:
    world.watch(every="daily")
    world.article()
    assert world.deliver(HOUR) == Delivery()
    assert world.deliver(DAY).sent == 2  # NOW is noon, digests are made at eight.
    assert world.deliver(DAY) == Delivery()
    world.article(THIRD_STORY)
    assert world.deliver(HOUR) == Delivery()
    assert world.deliver(DAY).sent == 2


def test_a_digest_tells_what_is_left_when_it_is_made(world: World) -> None:
    world.watch(every="daily", targets=(world.hook.url,))
    url = world.article()
    deleted, denied = world.article(THIRD_STORY), world.article(OTHER_TEXT)
    world.deliver(HOUR)
    world.edit(url, STORY + " It will be a thousand.", store_count=1000)
    assert delete_url(world.store, deleted, world.now)
    ((article_id,),) = sql(world.store, "SELECT article_id FROM v_articles WHERE url = :url", url=denied)
    world.store.label(article_id, False, world.now)
    world.deliver(HOUR)
    assert world.deliver(DAY).sent == 1
    assert world.told == [[("new", "Xiaomi", 1000)]]
    world.store.label(article_id, True, world.now)
    assert world.deliver(DAY).sent == 1


def test_a_long_digest_is_told_in_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "MOST", 1)
    world.watch(every="daily")
    world.article()
    world.article(THIRD_STORY)
    assert world.deliver(DAY).sent == 4
    assert [letter["Subject"][-14:] for letter in world.mailbox.letters] == [", part 1 of 2)", ", part 2 of 2)"]
    assert [body["part"] for _, body in world.hook.posts] == [1, 2]
    assert len(set(world.mailbox.ids + world.hook.ids)) == 4


def test_secrets_come_from_the_environment_and_stand_nowhere(world: World) -> None:
    world.watch(targets=(world.hook.url + "?key=${HOOK_KEY}",))
    world.article()
    missing = world.deliver()
    assert "the variable HOOK_KEY is not set" in missing.problems[0]
    world.environ["HOOK_KEY"] = "geheim77"
    world.hook.answers = [500]
    assert world.deliver(HOUR).failed == 1
    assert world.deliver(HOUR).sent == 1
    stored = sql(world.store, "SELECT * FROM watches"), sql(world.store, "SELECT * FROM deliveries")
    assert "geheim77" not in repr(stored)
    assert "HOOK_KEY" in repr(stored)


def test_watches_of_the_file_come_go_and_change(world: World) -> None:
    world.article()
    watch = Watch(name="Spain", query="country:ES", targets=(world.hook.url,), origin="storewatch.toml line 1")
    world.watches = {"Spain": watch}
    assert world.deliver() == Delivery()
    world.article(THIRD_STORY)
    world.watches = {}
    assert world.deliver() == Delivery()
    world.watches = {"Spain": replace(watch, query="vendor:vivo"), "Bad": replace(watch, name="Bad", query="vender:x")}
    changed = world.deliver()
    # What the former query found while nobody looked is told; what the new one finds counts from now on.
    assert changed.sent == 1
    assert changed.problems[0].startswith("watches.Bad.query (storewatch.toml line 1): query, position 1")
    assert world.told == [[("new", "Xiaomi", None)]]


def test_only_one_process_delivers(world: World) -> None:
    world.watch()
    told = "alert lock is held by `storewatch serve`"
    with alert_lock(world.url, holder="storewatch serve"), pytest.raises(RunLocked, match=told):
        world.deliver()


def test_health_is_told_when_it_changes(world: World) -> None:
    world.watch(None, health=True, targets=(world.hook.url,))
    world.article()
    assert world.deliver(30 * DAY).sent == 1  # Nobody has polled the source for a month.
    assert [(one["source"], one["status"]) for one in world.hook.posts[0][1]["health"]] == [
        ("golem", "unpolled"),
        ("All sources", "critical"),
    ]
    assert world.deliver() == Delivery()
    world.store.set_enabled("golem", False)
    assert world.deliver().sent == 1
    assert [one["status"] for one in world.hook.posts[1][1]["health"]] == ["ok", "ok"]
