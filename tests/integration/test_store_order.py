"""Whatever pages come in whatever order: the same articles and copies, and nothing inconsistent."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.stored import NOW, STORY, THIRD_STORY, lease, save, source, sql

from storewatch import db
from storewatch.db.store import Store, open_store


class Visit(NamedTuple):
    """One page as it was found: ``text`` and ``hour`` (of its publication, None: undated) are small numbers."""

    outlet: int
    path: int
    text: int
    hour: int | None


TEXTS = [
    STORY,
    "Berlin (dpa) - " + STORY + " The shares fell a little in the afternoon.",
    STORY.replace("2,000", "3,000"),
    STORY[: STORY.index(" Partners")],
    THIRD_STORY,
]
OTHER = "A queue forms in front of an orange sign. " + "Its owner waits inside, counts chairs and says little. " * 6
LATER = "Nobody in town remembers the day of the opening. " + "The lamps are still on, and the floor is clean. " * 6
TITLES = ["Xiaomi plans stores", "Half of the shops abroad"]

visits = st.builds(
    Visit,
    outlet=st.integers(0, 2),
    path=st.integers(0, 3),
    text=st.integers(0, len(TEXTS) - 1),
    hour=st.one_of(st.none(), st.integers(0, 3)),
)
#: Examples are drawn afresh each time but the same for everybody: a failure can be repeated.
few = settings(
    max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def visit(store: Store, run_id: int, page: Visit) -> None:
    url = f"https://outlet{page.outlet}.example/{page.path}"
    store.add_page(url, now=NOW)
    published = None if page.hour is None else NOW + timedelta(hours=page.hour)
    leased = lease(store, run_id, url)
    save(store, run_id, leased, story=TEXTS[page.text], title=TITLES[page.path % 2], published=published)


def stored(template: Path, pages: Sequence[Visit]) -> list[object]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "storewatch.db"
        shutil.copyfile(template, path)
        with open_store(str(path)) as store:
            run_id = store.start_run("storewatch crawl", NOW)
            source(store)
            for page in pages:
                visit(store, run_id, page)
            result = outcome(store)
            check_consistent(store)
        assert db.check(str(path)) == []
    return result


def outcome(store: Store) -> list[object]:
    """What is stored, without the ids, which are given in the order of arrival."""
    groups: dict[int, set[str]] = {}
    stories: dict[int, set[str]] = {}
    for group_id, story_id, url in sql(store, "SELECT group_id, story_id, url FROM articles"):
        groups.setdefault(group_id, set()).add(url)
        stories.setdefault(story_id, set()).add(url)
    return [
        sql(store, "SELECT url, text, published_at, copies FROM v_articles ORDER BY url"),
        sql(
            store,
            "SELECT a.url, c.url, c.kind, c.published_at FROM v_copies c"
            " JOIN v_articles a ON a.article_id = c.article_id ORDER BY c.url",
        ),
        sql(store, "SELECT url, evidence_start FROM v_events ORDER BY url"),
        sorted(sorted(urls) for urls in groups.values()),
        sorted(sorted(urls) for urls in stories.values()),
        sql(store, "SELECT url, kinship FROM articles ORDER BY url"),
    ]


def check_consistent(store: Store) -> None:
    addresses = sql(store, "SELECT url_key FROM articles UNION ALL SELECT url_key FROM article_copies")
    assert len(addresses) == len(set(addresses)), "an address holds one text"
    lost = "SELECT url FROM pages WHERE state <> 'stored' OR article_id IS NULL"
    assert sql(store, lost) == [], "every page belongs to an article"
    dangling = (
        "SELECT a.article_id FROM articles a LEFT JOIN revisions r"
        " ON r.article_id = a.article_id AND r.number = a.revision WHERE r.revision_id IS NULL"
    )
    assert sql(store, dangling) == [], "every article has its present text"
    without = (
        "SELECT r.revision_id FROM revisions r LEFT JOIN fingerprints f ON f.revision_id = r.revision_id"
        " WHERE f.key IS NULL OR f.key <> r.text_sha"
    )
    assert sql(store, without) == [], "every text can be found again"
    lost = (
        "SELECT a.url FROM articles a LEFT JOIN articles l ON l.article_id = a.leader_id AND l.leader_id = l.article_id"
    )
    assert sql(store, lost + " WHERE l.article_id IS NULL") == [], "every text is shown with one that is shown"
    twice = "SELECT shown_id FROM articles WHERE leader_id = article_id GROUP BY shown_id HAVING count(*) > 1"
    assert sql(store, twice) == [], "an id shows one article"
    own_copy = "SELECT c.url FROM article_copies c JOIN articles a ON a.url_key = c.url_key"
    assert sql(store, own_copy) == [], "no article is its own copy"


@few
@given(pages=st.lists(visits, min_size=2, max_size=8, unique_by=lambda page: (page.outlet, page.path)), data=st.data())
def test_order_does_not_matter(migrated_sqlite: Path, pages: list[Visit], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(pages))
    assert stored(migrated_sqlite, pages) == stored(migrated_sqlite, shuffled)


@few
@given(pages=st.lists(visits, min_size=2, max_size=12))
def test_pages_that_change_leave_nothing_inconsistent(migrated_sqlite: Path, pages: list[Visit]) -> None:
    """The same addresses again and again, with other texts and dates."""
    once = stored(migrated_sqlite, pages)
    assert once == stored(migrated_sqlite, [*pages, pages[-1]]), "a page that did not change changes nothing"


CROWD = [Visit(n % 3, n // 3, (0, 1, 2, 3, 4, 1, 0, 2, 3, 1, 0, 4)[n], (n * 5) % 4 or None) for n in range(12)]


def test_two_at_once_give_the_same_groups(store_url: str, migrated_sqlite: Path) -> None:
    expected = stored(migrated_sqlite, CROWD)
    with open_store(store_url) as store:
        run_id = store.start_run("storewatch crawl", NOW)
        source(store)

    def crawl(pages: Sequence[Visit]) -> None:
        with open_store(store_url) as mine:
            for page in pages:
                visit(mine, run_id, page)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(crawl, [CROWD[::2], CROWD[1::2]]))
    with open_store(store_url) as store:
        check_consistent(store)
        # The times of one engine are text, those of the other are not.
        assert outcome(store)[2:] == expected[2:]


def test_tellings_of_one_event_are_one_story(store_url: str) -> None:
    with open_store(store_url) as store:
        run_id = store.start_run("storewatch crawl", NOW)
        source(store)
        days = {"a": (STORY, 0), "b": (THIRD_STORY, 5), "c": (OTHER, 10), "d": (LATER, 40)}
        for name, (story, day) in days.items():
            url = f"https://{name}.example/1"
            store.add_page(url, now=NOW)
            save(store, run_id, lease(store, run_id, url), story=story, published=NOW + timedelta(days=day))
        told = "SELECT DISTINCT story_id FROM v_articles WHERE url LIKE :url"
        assert len({sql(store, told, url=f"https://{name}.%")[0] for name in "abc"}) == 1
        assert sql(store, told, url="https://d.%") != sql(store, told, url="https://a.%")
        # The middle one turns out to be about something else: what it held together falls apart.
        store.add_page("https://b.example/1", now=NOW)
        save(store, run_id, lease(store, run_id, "https://b.example/1"), story="No shops at all. " * 12, events=())
        assert len({sql(store, told, url=f"https://{name}.%")[0] for name in "abc"}) == 3


def test_both_engines_agree(store_url: str, migrated_sqlite: Path) -> None:
    pages = [Visit(0, 0, 0, 2), Visit(1, 0, 0, 1), Visit(0, 0, 1, 2), Visit(2, 1, 0, None), Visit(1, 0, 1, 0)]
    with open_store(store_url) as store:
        run_id = store.start_run("storewatch crawl", NOW)
        source(store)
        for page in pages:
            visit(store, run_id, page)
        check_consistent(store)
        found = [
            sql(store, "SELECT url, text, copies FROM v_articles ORDER BY url"),
            sql(store, "SELECT url, kind FROM v_copies ORDER BY url"),
        ]
    articles, copies, *_ = stored(migrated_sqlite, pages)
    assert found[0] == [(row[0], row[1], row[3]) for row in articles]  # type: ignore[attr-defined]  # rows
    assert found[1] == [(row[1], row[2]) for row in copies]  # type: ignore[attr-defined]  # rows
