"""Watches, and what they found, to columns and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from storewatch.db import models as m
from storewatch.db.queries import shown_as, v_articles, v_events
from storewatch.db.records import AnyRow, Values
from storewatch.types import Ailment, Digest, Fact, News, Noted, Watch

_FACT = tuple(field.name for field in fields(Fact))
#: How much of a date is shown, by what was said of it.
_LENGTHS = {"year": 4, "month": 7}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredWatch:
    """A watch with its state. ``enabled`` is False while the configuration file does not name it any more."""

    watch_id: int
    watch: Watch
    enabled: bool
    added_at: datetime
    after_revision: int
    looked_revision: int
    looked_at: datetime
    digested_at: datetime
    ailing: dict[str, str]


def watch_values(watch: Watch) -> Values:
    return {
        "name": watch.name,
        "query": watch.query,
        "targets": list(watch.targets),
        "every": watch.every,
        "health": watch.health,
        "origin": watch.origin,
        "enabled": True,
    }


def watch_of(row: AnyRow) -> StoredWatch:
    watch = Watch(
        name=row.name,
        query=row.query,
        targets=tuple(row.targets),
        every=row.every,
        health=row.health,
        origin=row.origin,
    )
    return StoredWatch(
        watch_id=row.watch_id,
        watch=watch,
        enabled=row.enabled,
        added_at=row.added_at,
        after_revision=row.after_revision,
        looked_revision=row.looked_revision,
        looked_at=row.looked_at,
        digested_at=row.digested_at,
        ailing=dict(row.ailing),
    )


def news_json(news: News) -> dict[str, Any]:
    """Without what is None: it is stored once for each item and once for each letter."""
    said = {"kind": news.kind, "before": dict(news.before) or None}
    said |= {"fact": fact_json(news.fact)} if news.fact else {}
    said |= {"ailment": asdict(news.ailment)} if news.ailment else {}
    return {name: value for name, value in said.items() if value is not None}


def fact_json(fact: Fact) -> dict[str, Any]:
    return {name: value for name, value in asdict(fact).items() if value is not None}


def fact_of(content: dict[str, Any]) -> Fact:
    return Fact(**{name: content.get(name) for name in _FACT})  # type: ignore[arg-type]  # as fact_json wrote them


def news_of(content: dict[str, Any]) -> News:
    return News(
        kind=content["kind"],
        fact=fact_of(content["fact"]) if "fact" in content else None,
        before=content.get("before", {}),
        ailment=Ailment(**content["ailment"]) if "ailment" in content else None,
    )


def noted_json(noted: Noted) -> dict[str, Any]:
    told = {"told": True} if noted.told else {}
    return told | (news_json(noted.news) if noted.news else {"fact": fact_json(noted.fact)})


def noted_of(content: dict[str, Any]) -> Noted:
    news = news_of(content) if "kind" in content else None
    return Noted(fact=fact_of(content["fact"]), news=news, told=content.get("told", False))


def digest_json(digest: Digest) -> dict[str, Any]:
    return {
        "watch": digest.watch,
        "query": digest.query,
        "every": digest.every,
        "news": [news_json(one) for one in digest.news],
        "number": digest.number,
        "of": digest.of,
    }


def digest_of(content: dict[str, Any]) -> Digest:
    return Digest(
        watch=content["watch"],
        query=content["query"],
        every=content["every"],
        news=tuple(news_of(one) for one in content["news"]),
        number=content["number"],
        of=content["of"],
    )


def event_facts() -> Select[Any]:
    """The events of accepted articles with what a :class:`Fact` says of them."""
    a = m.articles
    return select(v_events, *_of_article()).join(a, shown_as(v_events)).order_by(a.c.dated_at, v_events.c.event_id)


def older_facts(article_ids: Sequence[int], last: int) -> Select[Any]:
    """What accepted texts with a number up to ``last`` said, of the articles shown under ``article_ids``."""
    e, r, a = m.events, m.revisions, m.articles
    said = [column for column in e.c if column.name in _FACT and column.name not in ("article_id", "revision_id")]
    return (
        select(*said, e.c.revision_id, a.c.shown_id.label("article_id"), a.c.url, a.c.outlet, a.c.published_at)
        .add_columns(*_of_article())
        .join(r, r.c.revision_id == e.c.revision_id)
        .join(a, a.c.article_id == e.c.article_id)
        .where(a.c.shown_id.in_(article_ids), r.c.revision_id <= last, r.c.verdict == "relevant")
        .order_by(e.c.revision_id, e.c.position)
    )


def article_facts() -> Select[Any]:
    """The accepted articles, without their texts."""
    a, t, r = m.articles, v_articles, m.revisions
    columns = (t.c.article_id, t.c.url, t.c.outlet, t.c.published_at, r.c.revision_id)
    return (
        select(*columns, *_of_article())
        .join(a, shown_as(t))
        .join(r, (r.c.article_id == a.c.article_id) & (r.c.number == a.c.revision))
        .order_by(a.c.dated_at, t.c.article_id)
    )


def _of_article() -> tuple[ColumnElement[Any], ...]:
    a = m.articles.c
    return a.title, a.story_id, a.published_offset_min, a.published_precision


def found_fact(row: AnyRow) -> Fact:
    """A row of :func:`event_facts` or :func:`article_facts`."""
    said = row._mapping
    return Fact(**{name: said.get(name) for name in _FACT if name != "published"}, published=_published(row))  # type: ignore[arg-type]  # the columns have the fields' types


def _published(row: AnyRow) -> str | None:
    if row.published_at is None:
        return None
    local: datetime = row.published_at + timedelta(minutes=row.published_offset_min or 0)
    return local.date().isoformat()[: _LENGTHS.get(row.published_precision, 10)]
