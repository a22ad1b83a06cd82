"""The ledger for people, and what was known on a day, on both engines and on the command line."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.stored import DAY, NOW, event_about, lease, save, source
from typer.testing import CliRunner

import storewatch
from storewatch.cli.app import app
from storewatch.cli.ledgers import LEDGER_FIELDS
from storewatch.db import ledger, queries, streaming
from storewatch.db.rows import Filters
from storewatch.db.store import Store, open_store
from storewatch.errors import InputError
from storewatch.search.language import parse

Y2017, Y2019 = datetime(2017, 7, 12, tzinfo=UTC), datetime(2019, 9, 10, tzinfo=UTC)
ABROAD = {"country": None, "region": "outside China"}
GOAL = {"action": "plan", "store_count": 2000, "horizon": "2020", "speaker": "Wang Xiang", **ABROAD}
PLAN = "Xiaomi will open 2,000 stores outside China by 2020, said Wang Xiang."
STOCK = "Xiaomi now runs 1,000 stores outside China, half of them in one year."
SHOP = "vivo opens a flagship in Lima this Friday, and its manager is glad of it."
EDITED = "vivo opens two flagships in Lima this Friday, and its manager is glad of them."


def tell(store: Store, url: str, text: str, at: datetime, now: datetime = NOW, **event: Any) -> None:
    run_id = store.start_run("storewatch crawl", now)
    store.add_page(url, now=now)
    happened = event_about(text, text, **event)
    page = lease(store, run_id, url, at=now)
    save(store, run_id, page, story=text, title=text[:20], published=at, events=[happened], now=now)


def fill(store: Store) -> None:
    source(store)
    tell(store, "https://cnbc.example/a", PLAN, Y2017, **GOAL)
    tell(store, "https://golem.example/a", PLAN, Y2017 + DAY, **GOAL)
    tell(store, "https://other.example/b", STOCK, Y2019, action="stock", store_count=1000, **ABROAD)
    shop = {"vendor": "vivo", "action": "open", "country": "PE", "city": "Lima"}
    tell(store, "https://lima.example/c", SHOP, NOW - 9 * DAY, now=NOW - 9 * DAY, store_count=1, **shop)
    tell(store, "https://lima.example/c", EDITED, NOW - 9 * DAY, now=NOW, store_count=2, **shop)


@pytest.fixture(scope="module")
def store(shared_store_url: str) -> Iterator[Store]:
    with open_store(shared_store_url) as opened:
        fill(opened)
        yield opened


ALL = [("vivo", 2), ("Xiaomi", 1000), ("Xiaomi", 2000)]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        pytest.param(Filters(), ALL, id="newest"),
        pytest.param(Filters(sort="oldest"), ALL[::-1], id="oldest"),
        pytest.param(Filters(sort="count"), [ALL[2], ALL[1], ALL[0]], id="count"),
        pytest.param(Filters(sort="vendor"), [ALL[1], ALL[2], ALL[0]], id="vendor"),
        pytest.param(Filters(sort="country"), ALL, id="country"),
        pytest.param(Filters(sort="horizon"), [ALL[2], ALL[0], ALL[1]], id="horizon"),
        pytest.param(Filters(sort="outlets"), [ALL[2], ALL[0], ALL[1]], id="outlets"),
        pytest.param(Filters(limit=1, offset=1), ALL[1:2], id="page"),
        pytest.param(Filters(vendor="xiaomi", action="plan"), ALL[2:], id="vendor and action"),
        pytest.param(Filters(country="pe"), ALL[:1], id="country code"),
        pytest.param(Filters(status="overdue"), ALL[2:], id="status"),
        pytest.param(Filters(since=Y2019, until=NOW - 10 * DAY), ALL[1:2], id="first said"),
        pytest.param(Filters(outlet="lima.example"), ALL[:1], id="outlet"),
        pytest.param(Filters(query=parse("wang count:>100", now=NOW)), ALL[2:], id="words"),
        pytest.param(Filters(lang="de"), [], id="language"),
    ],
)
@pytest.mark.parametrize("as_of", [pytest.param(None, id="today"), pytest.param(NOW + DAY, id="as of tomorrow")])
def test_filters_and_orders(store: Store, filters: Filters, found: list[tuple[str, int]], as_of: Any) -> None:
    rows = ledger.ledger(store, replace(filters, as_of=as_of))
    assert [(row.vendor, row.store_count) for row in rows] == found
    if as_of is not None:
        today = ledger.ledger(store, filters)
        assert [replace(row, status="") for row in rows] == [replace(row, status="") for row in today]


@pytest.mark.parametrize(
    ("as_of", "known"),
    [
        pytest.param(Y2017, [], id="before"),
        pytest.param(Y2017 + DAY, [("announced", 1, None)], id="one outlet"),
        pytest.param(Y2019, [("announced", 2, None)], id="two outlets"),
        pytest.param(Y2019 + DAY, [("confirmed", 1, None), ("under_way", 2, 1000)], id="progress"),
        pytest.param(datetime(2021, 1, 1, tzinfo=UTC), [("confirmed", 1, None), ("under_way", 2, 1000)], id="in time"),
        pytest.param(datetime(2021, 1, 2, tzinfo=UTC), [("confirmed", 1, None), ("overdue", 2, 1000)], id="late"),
    ],
)
def test_the_ledger_as_it_stood(store: Store, as_of: datetime, known: list[Any]) -> None:
    rows = ledger.ledger(store, Filters(as_of=as_of))
    assert [(row.status, row.outlets, row.progress_count) for row in rows] == known


def test_pages_of_what_was_known(store: Store) -> None:
    wanted = Filters(as_of=NOW + DAY, sort="oldest")
    whole = queries.event_list(store, wanted)
    assert len(whole.rows) > 2
    assert queries.event_list(store, replace(wanted, after=whole.positions[0])).rows == whole.rows[1:]
    with pytest.raises(InputError, match="does not go with as_of"):
        ledger.ledger(store, Filters(as_of=NOW, after=ledger.ledger_list(store).positions[0]))


@pytest.mark.parametrize(
    ("as_of", "counts"),
    [
        pytest.param(Y2017 + DAY, [2000], id="the first article"),
        pytest.param(NOW - 5 * DAY, [1, 1000, 2000], id="before the edit"),
        pytest.param(NOW + DAY, [2, 1000, 2000], id="after it"),
    ],
)
def test_events_as_they_were_known(store: Store, as_of: datetime, counts: list[int]) -> None:
    filters = Filters(as_of=as_of)
    assert [row.store_count for row in queries.events(store, filters)] == counts
    assert [row.store_count for row in streaming.events(store, filters)] == counts


def test_events_of_the_past_are_asked_for_as_those_of_today(store: Store) -> None:
    was = Filters(as_of=NOW - 5 * DAY, query=parse("vendor:vivo count:1", now=NOW), country="PE", outlet="lima.example")
    (event,) = queries.events(store, was)
    assert (event.vendor, event.evidence, event.url) == ("vivo", SHOP, "https://lima.example/c")
    assert queries.events(store, Filters(as_of=NOW - 5 * DAY, query=parse("count:2", now=NOW))) == ()
    now = Filters(as_of=NOW + DAY)
    assert queries.events(store, now) == queries.events(store, Filters())
    (claim,) = ledger.ledger(store, Filters(as_of=NOW - 5 * DAY, vendor="vivo"))
    assert (claim.ledger_id, claim.store_count) == (None, 1), "no sentence of it is left"


def test_on_the_command_line(tmp_path: Path, migrated_sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "storewatch.db").write_bytes(migrated_sqlite.read_bytes())
    with open_store(str(tmp_path / "storewatch.db")) as opened:
        fill(opened)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STOREWATCH_CONFIG", "")

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})
        return result.exit_code, result.stdout

    code, out = run("ledger", "--vendor", "Xiaomi", "-f", "jsonl")
    plan = json.loads(out.splitlines()[1])
    assert code == 0
    assert tuple(plan) == LEDGER_FIELDS
    assert (plan["first_outlet"], plan["speaker"], plan["progress_at"]) == (
        "cnbc.example",
        "Wang Xiang",
        "2019-09-10T00:00:00Z",
    )
    assert plan["timeline"][0]["at"] == "2017-07-12T00:00:00Z"
    code, out = run("ledger", "--status", "overdue")
    assert "1000 in 2019-09" in out
    assert "cnbc.example" in out
    assert json.loads(run("ledger", "--as-of", "2017-07-12", "-f", "jsonl")[1])["outlets"] == 1
    assert len(run("events", "--as-of", "2017", "-f", "jsonl")[1].splitlines()) == 1
    assert run("ledger", "--as-of", "soon")[0] == 2
    assert run("ledger", "--sort", "luck")[0] == 2
    assert run("export", "ledger.csv", "--as-of", "2019")[0] == 0
    rows = list(csv.DictReader((tmp_path / "ledger.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row["store_count"] for row in rows] == ["1000", "2000"]
    assert run("export", "ledger.atom")[0] == 2
    assert run("export", "articles.csv", "--as-of", "2019")[0] == 2
    with storewatch.open(tmp_path / "storewatch.db") as db:
        assert [row.status for row in db.ledger(vendor="Xiaomi", as_of="2019", sort="oldest")] == [
            "under_way",
            "confirmed",
        ]
        with pytest.raises(InputError, match="as_of: is no filter"):
            db.articles(as_of="2019")


def test_one_claim_and_what_contradicts_it(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(store_url) as opened:
        fill(opened)
        half = PLAN.replace("2,000", "1,000") + " Our reporter was there."
        tell(opened, "https://half.example/d", half, Y2017 + DAY, **{**GOAL, "store_count": 1000})
        with opened.writing() as connection:
            connection.exec_driver_sql(
                "UPDATE articles SET story_id = 1 WHERE outlet IN ('cnbc.example', 'half.example')"
            )
        (plan,) = ledger.ledger(opened, Filters(action="plan", query=parse("count:2000", now=NOW)))
        assert plan.ledger_id is not None
        found = ledger.claim(opened, plan.ledger_id)
        assert found is not None
        assert found[0] == plan
        assert [event.url for event in found[1]] == ["https://cnbc.example/a"]
        assert [(other.store_count, other.first_outlet) for other in found[2]] == [(1000, "half.example")]
        assert ledger.claim(opened, 999) is None
    monkeypatch.setenv("STOREWATCH_CONFIG", "")

    def show(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["show", *arguments, "--db", store_url], env={"COLUMNS": "200"})
        return result.exit_code, result.stdout

    text = show(f"ledger:{plan.ledger_id}")[1]
    assert "first said 2017-07-12T00:00:00Z by cnbc.example" in text
    assert "progress: 1000 in 2019-09 (stock)" in text
    assert "1000 2020 (half.example)" in text
    whole = json.loads(show(f"ledger:{plan.ledger_id}", "-f", "json")[1])
    assert [one["evidence"] for one in whole["tellings"]] == [PLAN]
    assert [one["store_count"] for one in whole["contradicted_by"]] == [1000]
    assert show("ledger:999")[0] == 2
