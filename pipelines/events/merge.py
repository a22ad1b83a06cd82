"""The same thing told twice is one event; later words win."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipelines.events.draft import Draft
from pipelines.events.reading import Reading

_SINGLE = frozenset({"open", "plan", "close", "relocate", "online_store", "market_entry", "partner"})


def merged(drafts: Iterable[Draft], reading: Reading) -> list[Draft]:
    """Drafts with equal vendor, action, number and compatible places become one; order is that of the text."""
    kept: list[Draft] = []
    by_key: dict[tuple[object, ...], list[int]] = {}
    for draft in drafts:
        key = (draft.vendor, draft.action, draft.count)
        same = next((i for i in by_key.get(key, ()) if _compatible(kept[i], draft)), None)
        if same is None:
            by_key.setdefault(key, []).append(len(kept))
            kept.append(draft)
        else:
            kept[same] = _joined(kept[same], draft)
    return _without_empty(kept)


def _compatible(a: Draft, b: Draft) -> bool:
    """May two drafts of equal vendor, action and number be one event? Not in two cities or two countries."""
    if a.where.city and b.where.city and a.where.city != b.where.city:
        return False
    return not (a.where.country and b.where.country and a.where.country != b.where.country)


def _joined(a: Draft, b: Draft) -> Draft:
    """One draft of two: the text is better evidence than the title; missing fields are filled, later times win."""
    first, second = (b, a) if a.sentence.title and not b.sentence.title else (a, b)
    where = first.where if first.where.city or not second.where.city else second.where
    return replace(
        first,
        where=where if where.country or not second.where.country else replace(where, country=second.where.country),
        store_type=first.store_type if first.store_type != "own_store" else second.store_type,
        share=first.share if first.share is not None else second.share,
        region=first.region or second.region,
        horizon=b.horizon if b.horizon and b.horizon.value else a.horizon,
        partner=first.partner or second.partner,
        speaker=first.speaker or second.speaker,
        outlet=first.outlet or second.outlet,
        spans={**second.spans, **first.spans},
        more=(*first.more, second.sentence, *second.more),
    )


def _without_empty(drafts: list[Draft]) -> list[Draft]:
    """Leaves out drafts that only repeat another with less: no number and no place of their own."""
    out: list[Draft] = []
    for draft in drafts:
        twins = [d for d in drafts if d is not draft and d.vendor == draft.vendor and d.action == draft.action]
        bare = draft.count is None and draft.where.city is None
        covered = any(t.count is not None and _compatible(t, draft) for t in twins)
        if not (bare and covered and draft.action in _SINGLE):
            out.append(draft)
    return out
