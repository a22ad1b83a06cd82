"""New keys for old addresses, where the rules that tell one page's addresses from another's have learned more.

Called by migrations only. Without it a page that is known under its old key would be fetched once more.
"""

from __future__ import annotations

from sqlalchemy import Connection, Table, bindparam, select, update

from storewatch.db import models as m

AT_ONCE = 5_000
"""Rows held in memory: a collection may have millions of pages."""


def rekey(connection: Connection) -> int:
    """Give every address the key that today's rules make; returns how many changed.

    Where two addresses have become one page, the second keeps its old key: nothing that is stored is thrown away, and
    the page is found under the first.
    """
    return sum(_rekey(connection, table) for table in (m.pages, m.articles, m.article_copies))


def _rekey(connection: Connection, table: Table) -> int:
    from storewatch.urls import url_key

    row_id = table.primary_key.columns[0]
    other = table.alias()
    taken = select(other.c.url_key).where(other.c.url_key == bindparam("key")).exists()
    statement = update(table).where(row_id == bindparam("this"), ~taken).values(url_key=bindparam("key"))
    batch = (
        select(row_id, table.c.url, table.c.url_key).where(row_id > bindparam("last")).order_by(row_id).limit(AT_ONCE)
    )
    changed = last = 0
    while rows := connection.execute(batch, {"last": last}).all():
        last = rows[-1][0]
        for this, url, old in rows:
            if (key := url_key(url)) != old:
                changed += connection.execute(statement, {"this": this, "key": key}).rowcount
    return changed
