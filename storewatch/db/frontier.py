"""The frontier: pages that wait, who takes which, and what happens when one cannot be had.

A page is ``pending`` until a run leases it (``leased``); it ends as ``stored``, ``rejected`` or ``failed``. A run that
is killed leaves leases behind, and the next run releases them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from storewatch.db import models as m
from storewatch.db.columns import upsert
from storewatch.db.polling import NewPage, pending_values
from storewatch.db.records import AnyRow, Values, pending_page
from storewatch.db.sources import CLOCKS_DIFFER
from storewatch.types import FetchFailure, PendingPage

#: Pauses after the first, second, ... failed try: five tries within 48 hours.
RETRY_GAPS = (timedelta(minutes=15), timedelta(minutes=105), timedelta(hours=8), timedelta(hours=38))

_t = m.pages


def release_leases(connection: Connection) -> int:
    """Give back what a killed run had leased; only under the run lock, where no other run can be at work."""
    statement = update(_t).where(_t.c.state == "leased").values(state="pending", lease_until=None)
    return connection.execute(statement).rowcount


def lease_pages(
    connection: Connection,
    *,
    run_id: int,
    now: datetime,
    limit: int,
    lease_s: int,
    source_ids: Sequence[int] | None = None,
    url_keys: Sequence[str] | None = None,
) -> tuple[PendingPage, ...]:
    """Take up to ``limit`` waiting pages, host by host in turn, the newest of each host first.

    In turn, because a host is asked once a delay: a batch of one host would be fetched one page at a time.
    """
    wanted = [_waiting(now)]
    if source_ids is not None:
        wanted.append(_t.c.source_id.in_(source_ids))
    if url_keys is not None:
        wanted.append(_t.c.url_key.in_(url_keys))
    said_or_seen = func.coalesce(_t.c.entry_published_at, _t.c.first_seen_at)
    turn = func.row_number().over(partition_by=_t.c.host, order_by=(_t.c.attempts, said_or_seen.desc(), _t.c.page_id))
    ranked = select(_t.c.page_id, turn.label("turn")).where(*wanted).subquery()
    chosen = list(
        connection.execute(select(ranked.c.page_id).order_by(ranked.c.turn, ranked.c.page_id).limit(limit)).scalars()
    )
    if not chosen:
        return ()
    lease: Values = {"state": "leased", "lease_until": now + timedelta(seconds=lease_s), "run_id": run_id}
    connection.execute(update(_t).where(_t.c.page_id.in_(chosen)).values(lease))
    rows = page_rows(connection, chosen)
    return tuple(pending_page(rows[page_id]) for page_id in chosen)


def leased_pages(connection: Connection) -> int:
    return int(connection.scalar(select(func.count()).select_from(_t).where(_t.c.state == "leased")) or 0)


def waiting_hosts(
    connection: Connection, now: datetime, source_ids: Sequence[int] | None = None
) -> dict[str, tuple[int, str]]:
    """The hosts whose pages wait, with how many and the address of one of them."""
    wanted = [_waiting(now)]
    if source_ids is not None:
        wanted.append(_t.c.source_id.in_(source_ids))
    statement = select(_t.c.host, func.count(), func.min(_t.c.url)).where(*wanted).group_by(_t.c.host)
    return {host: (count, url) for host, count, url in connection.execute(statement)}


def _waiting(now: datetime) -> ColumnElement[bool]:
    # Nothing is put off for longer than the last gap, but by a clock that was wrong.
    too_far = now + RETRY_GAPS[-1] + CLOCKS_DIFFER
    may_try = or_(_t.c.next_try_at.is_(None), _t.c.next_try_at <= now, _t.c.next_try_at > too_far)
    return or_(
        and_(_t.c.state == "pending", may_try),
        and_(_t.c.state == "leased", _t.c.lease_until <= now),
    )


def page_rows(connection: Connection, page_ids: Sequence[int]) -> dict[int, AnyRow]:
    """The rows of pages by their ids, each with the name of its source."""
    statement = (
        select(_t, m.sources.c.name.label("source"))
        .outerjoin(m.sources, m.sources.c.source_id == _t.c.source_id)
        .where(_t.c.page_id.in_(page_ids))
    )
    return {row.page_id: row for row in connection.execute(statement)}


def add_page(connection: Connection, page: NewPage, *, source_id: int | None, now: datetime) -> int:
    """Queue one page that a person asked for, known or not; returns its id."""
    values = pending_values(page, source_id, now)
    statement = (
        upsert(connection, _t)
        .values(values)
        .on_conflict_do_update(
            index_elements=[_t.c.url_key],
            set_={"state": "pending", "attempts": 0, "next_try_at": None, "lease_until": None},
        )
        .returning(_t.c.page_id)
    )
    return int(connection.execute(statement).scalar_one())


def fail(connection: Connection, failure: FetchFailure, *, page_id: int, now: datetime) -> None:
    """Note a failed fetch: try again later, or give up when it is permanent or was the fifth try in vain.

    A page that is stored already stays so: what was once published is not taken back by an outage or a 404.
    """
    row = connection.execute(select(_t.c.attempts, _t.c.article_id, _t.c.gone_at).where(_t.c.page_id == page_id)).one()
    attempts = row.attempts + 1
    values: Values = {
        "attempts": attempts,
        "reason": failure.reason,
        "detail": failure.detail or None,
        "last_status": failure.status,
        "lease_until": None,
        "next_try_at": None,
    }
    if row.article_id is not None and failure.status in (404, 410):
        values["gone_at"] = row.gone_at or now
    if failure.permanent or attempts > len(RETRY_GAPS):
        values["state"] = "failed" if row.article_id is None else "stored"
    else:
        values |= {"state": "pending", "next_try_at": now + RETRY_GAPS[attempts - 1]}
    connection.execute(update(_t).where(_t.c.page_id == page_id).values(values))
