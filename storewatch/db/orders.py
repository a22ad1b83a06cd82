"""In which orders articles and events can be listed."""

from __future__ import annotations

from sqlalchemy import FromClause, func

from storewatch.db import models as m
from storewatch.db.columns import codepoints
from storewatch.db.paging import Order, down, up

_DATED = down(m.articles.c.dated_at, m.articles.c.shown_id)
_OLDEST = up(m.articles.c.dated_at, m.articles.c.shown_id)
#: Orders of a list of articles, by name; what is equal is in the order of the newest.
ARTICLE_SORTS: dict[str, Order] = {
    "newest": _DATED,
    "oldest": _OLDEST,
    "score": (*down(func.coalesce(m.articles.c.score, -1.0)), *_DATED),
    "outlet": (*up(codepoints(m.articles.c.outlet)), *_DATED),
    "seen": down(m.articles.c.first_seen_at, m.articles.c.shown_id),
}


def event_sorts(t: FromClause) -> dict[str, Order]:
    """Orders of a list of events of the view or query ``t``, by name; events of one article in the order of its text.

    What has no value comes last, on both engines.
    """
    last = up(t.c.event_id)
    return {
        "newest": (*_DATED, *last),
        "oldest": (*_OLDEST, *last),
        "count": (*down(func.coalesce(t.c.store_count, -1)), *_DATED, *last),
        **{
            name: (*up(codepoints(func.coalesce(t.c[name], "~"))), *_DATED, *last)
            for name in ("vendor", "country", "horizon")
        },
    }
