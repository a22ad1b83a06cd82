"""What is exported is read back the same: every row and value of articles, events and the ledger, in every format."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from bench.fill import fill
from sqlalchemy import select, update
from support.exported import FORMATS, as_kept, read_back

from storewatch.cli.ledgers import LEDGER_FIELDS, ledger_line
from storewatch.cli.stored import ARTICLE_FIELDS, EVENT_FIELDS, article_line, event_line
from storewatch.db import ledger, streaming
from storewatch.db import models as m
from storewatch.db.store import Store, open_store
from storewatch.export import About, export

#: What is hard to keep: quotes, line ends, formulas, blanks, signs of markup, other scripts, the bell.
HARD = (
    'said "2,000", then',
    "one\nline\r\nand\rmore",
    "=1+1",
    "+49 211 / @here",
    "  blanks around ",
    "<b>&amp;</b>",
    "小米之家 📱 المتجر",
    "a\tb",
    "null",
    "007",
    "1e5",
    "TRUE",
)
KINDS: dict[str, tuple[str, ...]] = {"articles": ARTICLE_FIELDS, "events": EVENT_FIELDS, "ledger": LEDGER_FIELDS}
BIG = 2**53 - 1


@pytest.fixture(scope="module")
def store(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("export") / "storewatch.db"
    shutil.copyfile(migrated_sqlite, path)
    fill(str(path), 40)
    with open_store(str(path)) as opened:
        with opened.writing() as connection:
            for number in connection.scalars(select(m.articles.c.article_id)).all():
                text = HARD[number % len(HARD)]
                own = m.events.c.article_id == number
                values = {"evidence": text, "speaker": text, "city": text, "store_count": BIG, "share": 0.1 + number}
                connection.execute(update(m.events).where(own).values(values))
                connection.execute(update(m.articles).where(m.articles.c.article_id == number).values(title=text))
                connection.execute(update(m.revisions).where(m.revisions.c.article_id == number).values(text=text))
            connection.execute(update(m.ledger).values(langs=["de", "zh"], baseline_count=5, counts=[]))
        yield opened


def rows(store: Store, kind: str) -> list[dict[str, Any]]:
    if kind == "articles":
        return [dict(article_line(row)) for row in streaming.articles(store)]
    if kind == "ledger":
        return [dict(ledger_line(row)) for row in ledger.stream(store)]
    return [dict(event_line(row)) for row in streaming.events(store)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("suffix", FORMATS)
def test_rows_come_back_as_they_were(store: Store, tmp_path: Path, kind: str, suffix: str) -> None:
    given = rows(store, kind)
    path = tmp_path / f"{kind}{suffix}"
    written = export(path, iter(given), About(kind=kind, columns=KINDS[kind], title="test"))
    assert written.count == len(given) > 12
    assert written.notes == ()
    found = list(read_back(path, kind))
    if suffix == ".sqlite":
        # It is a table with a key: it has no order of its own.
        given, found = (sorted(some, key=lambda row: row[KINDS[kind][0]]) for some in (given, found))
    assert found == [as_kept(row, suffix) for row in given]


@pytest.mark.parametrize("suffix", [".atom", ".json"])
def test_feeds_have_every_row_once(store: Store, tmp_path: Path, suffix: str) -> None:
    given = rows(store, "events")
    path = tmp_path / f"events{suffix}"
    assert export(path, iter(given), About(kind="events", columns=EVENT_FIELDS, title="a & b")).count == len(given)
    if suffix == ".json":
        feed = json.loads(path.read_text(encoding="utf-8"))
        ids = [item["id"] for item in feed["items"]]
        texts = [item["content_text"] for item in feed["items"]]
    else:
        names = {"atom": "http://www.w3.org/2005/Atom"}
        tree = ElementTree.parse(path).getroot()
        ids = [one.text for one in tree.findall("atom:entry/atom:id", names)]
        texts = [one.text for one in tree.findall("atom:entry/atom:summary", names)]
        newest = tree.findtext("atom:updated", namespaces=names)
        assert newest == max(row["published_at"] for row in given)
    assert ids == [f"urn:storewatch:events:{row['event_id']}" for row in given]
    plain = [row["evidence"].replace("\r\n", "\n").replace("\r", "\n") for row in given]
    assert [str(text).replace("\r\n", "\n").replace("\r", "\n") for text in texts] == plain
