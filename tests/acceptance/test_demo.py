"""``storewatch demo``: run once as a user would, then compare the database with what is known of the press world."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from storewatch.db import queries
from storewatch.db.store import Store, open_store
from storewatch.demo.world import Story, load

WORLD = load()
STORIES = [story for outlet in WORLD.outlets for story in outlet.stories]
LAST_DAY = 2


@dataclass(frozen=True)
class Shown:
    """What the demo printed, and the database it left behind."""

    out: str
    err: str
    store: Store

    def article(self, story: Story) -> queries.ArticleRow | None:
        return next((row for row in queries.articles(self.store) if path_of(row.url) == story.path), None)


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def demo(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    # A user's own settings must not change the demo: this proxy leads nowhere.
    env = {name: value for name, value in os.environ.items() if not name.startswith("STOREWATCH_")}
    env |= {"STOREWATCH_FETCH__PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9", "COLUMNS": "200"}
    command = [sys.executable, "-c", "from storewatch.cli import main; main()", "demo", *arguments]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp("demo")
    run = demo("--db", str(folder / "demo.db"), cwd=folder)
    assert run.returncode == 0, run.stderr
    with open_store(str(folder / "demo.db"), create=False) as store:
        yield Shown(out=run.stdout, err=run.stderr, store=store)


def test_relevant_stories_are_the_articles_and_others_are_not(shown: Shown) -> None:
    """The judge weighs evidence, so a later one may err once in either direction; how well it judges is measured in
    tests/eval."""
    found = {path_of(row.url) for row in queries.articles(shown.store)}
    relevant = {story.path for story in STORIES if story.expect == "relevant"}
    assert len(relevant - found) <= 1, relevant - found
    assert len(found - relevant) <= 1, found - relevant


def test_texts_are_the_stories_without_ad_tokens(shown: Shown) -> None:
    wrong = {}
    for story in STORIES:
        row, telling = shown.article(story), story.on(LAST_DAY)
        if row is None or telling is None:
            continue
        paragraphs = [paragraph.removeprefix("## ") for paragraph in telling.text.split("\n\n")]
        words = [paragraph for paragraph in paragraphs if paragraph[0] not in "[{"]
        # The headline and the line with the author's name may stand above; nothing may follow or stand between.
        lines = row.text.split("\n")
        above, body = lines[: -len(words)], lines[-len(words) :]
        odd = [line for line in above if line != telling.title and story.author not in line]
        if row.title != telling.title or body != words or odd:
            wrong[story.path] = row.title, row.text
    assert wrong == {}


def test_events_say_what_the_stories_say(shown: Shown) -> None:
    """Three quarters of the facts, every field of each: a floor under the whole route; tests/eval measures events."""
    missed = {}
    facts = 0
    for story in STORIES:
        row, telling = shown.article(story), story.on(LAST_DAY)
        if row is None or telling is None:
            continue
        events = [event for event in queries.events(shown.store) if event.article_id == row.article_id]
        for fact in telling.facts:
            facts += 1
            said = [[getattr(event, key) for key in fact] for event in events]
            if list(fact.values()) not in said:
                missed[story.path] = dict(fact), said
    assert facts >= 15
    assert len(missed) <= facts / 4, missed


def test_every_event_has_its_proof(shown: Shown) -> None:
    texts = {row.article_id: row for row in queries.articles(shown.store)}
    events = queries.events(shown.store)
    assert events
    for event in events:
        source = getattr(texts[event.article_id], event.evidence_in)
        assert source[event.evidence_start : event.evidence_end] == event.evidence


def test_copy_on_another_outlet_is_no_article_of_its_own(shown: Shown) -> None:
    (copied,) = [story for story in STORIES if story.expect == "copy"]
    (original,) = [story for story in STORIES if story.first.text == copied.first.text and story is not copied]
    row = shown.article(original)
    assert row is not None
    detail = queries.article(shown.store, row.article_id)
    assert detail is not None
    assert [(copy.kind, path_of(copy.url)) for copy in detail.copies] == [("syndicated", copied.path)]


def test_edit_of_the_second_day_is_a_revision(shown: Shown) -> None:
    (edited,) = [story for story in STORIES if story.edited]
    row = shown.article(edited)
    assert row is not None
    assert edited.edited is not None
    detail = queries.article(shown.store, row.article_id)
    assert detail is not None
    assert [revision.title for revision in detail.revisions] == [edited.first.title, edited.edited.title]
    assert f"now: {edited.edited.title}" in shown.out
    assert "before: OnePlus plan 5 IN" in shown.out
    assert "now: OnePlus plan 10 IN" in shown.out


@pytest.mark.parametrize(("expect", "reason"), [("robots", "robots"), ("gone", "http_404")])
def test_pages_that_cannot_be_had_have_their_reason(shown: Shown, expect: str, reason: str) -> None:
    (story,) = [story for story in STORIES if story.expect == expect]
    (row,) = [row for row in queries.rejected(shown.store, limit=None) if path_of(row.url).startswith(story.path)]
    assert (row.state, row.reason) == ("failed", reason)


def test_everything_is_accounted_for(shown: Shown) -> None:
    """Each story is an article, uncertain, a copy, or left out with a reason; nothing is lost on the way."""
    rows = queries.rejected(shown.store, limit=None)
    assert all(row.reason for row in rows)
    articles = (*queries.articles(shown.store), *queries.articles(shown.store, queries.Filters(uncertain=True)))
    stored = {path_of(row.url) for row in articles}
    left_out = {path_of(row.url).partition("&")[0] for row in rows}
    copies = {story.path for story in STORIES if story.expect == "copy"}
    assert not stored & left_out
    assert stored | left_out | copies == {story.path for story in STORIES}


def test_second_day_asks_for_what_has_changed_only(shown: Shown) -> None:
    second, first = shown.store.runs(10)
    assert (first.counts.polls_ok, first.counts.polls_unchanged) == (8, 0)
    assert (second.counts.polls_ok, second.counts.polls_unchanged) == (4, 4)
    assert second.counts.pages_fetched == 1 + sum(story.day == LAST_DAY for story in STORIES)
    assert (first.exit_code, second.exit_code) == (0, 0)


def test_dead_feed_is_named(shown: Shown) -> None:
    (dead,) = [source for source in shown.store.sources() if source.failures]
    assert (dead.name, dead.failures) == ("stummelpost", 2)
    assert "stummelpost" in shown.out
    assert "stummelpost" in shown.err


def test_prints_every_part(shown: Shown) -> None:
    for heading in (
        "Articles (",
        "Events (",
        "The same text elsewhere",
        "What was edited",
        "Left out, and why",
        "Feeds",
    ):
        assert heading in shown.out
    assert "storewatch events --db" in shown.out


def test_the_service_goes_on_by_itself(shown: Shown) -> None:
    """What is due is crawled once, then nothing is, then what was added meanwhile; on a database of its own."""
    lines = [line.strip() for line in shown.out.partition("By itself: storewatch serve")[2].splitlines()[1:]]
    told = ["run 1: 2 feeds read", "nothing was due", "", "run 2: 1 feeds read"]
    assert [line.startswith(start) for line, start in zip(lines, told, strict=False)] == [True] * 4, lines
    assert lines[2].endswith("is added while it works")
    assert lines[4].startswith("stopped within")
    assert len(shown.store.runs(10)) == 2


def test_a_database_in_use_is_refused(shown: Shown, tmp_path: Path) -> None:
    path = str(shown.store.path)
    again = demo("--db", path, cwd=tmp_path)
    assert again.returncode == 2
    assert again.stderr.count("\n") == 1
    assert "holds sources already" in again.stderr


def test_keep_does_not_write_over_a_kept_one(tmp_path: Path) -> None:
    kept = tmp_path / "storewatch-demo.db"
    kept.write_bytes(b"mine")
    run = demo("--keep", cwd=tmp_path)
    assert run.returncode == 2
    assert "storewatch-demo.db: is there already" in run.stderr
    assert kept.read_bytes() == b"mine"
