"""What of the found facts is news: new ones, and those that say something else than what was known. Pure.

A text that is edited gets new events. Those that say what its text said before are not told again; one that says
something else about the same thing is told as a change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from storewatch.types import Fact, Found, News, Noted

#: What makes a fact another one, in the order in which changes are told. A reworded sentence is no change.
COMPARED = (
    "action",
    "store_count",
    "count_is",
    "store_type",
    "city",
    "country",
    "region",
    "share",
    "horizon",
    "partner",
    "certainty",
    "speaker",
)
#: What two versions of one fact have in common, and how much that says. The vendor is always the same.
_WEIGHTS: Mapping[str, int] = {"action": 4, "city": 2, "country": 2, "region": 1, "store_count": 1, "horizon": 1}
#: Below it they are two facts: as much as the same action, or the same city and country.
_ENOUGH = 4


def news(found: Sequence[Found], known: Mapping[int, Sequence[Noted]]) -> tuple[Noted, ...]:
    """What to make of each found fact.

    ``known``: what is known by the article's number, the latest last. A fact that does not fit the query is told only
    as the change of one that was told.
    """
    by_article: dict[int, list[Found]] = defaultdict(list)
    for one in found:
        by_article[one.fact.article_id].append(one)
    return tuple(
        noted for article_id, facts in by_article.items() for noted in _of_article(facts, known.get(article_id, ()))
    )


def _of_article(found: Sequence[Found], known: Sequence[Noted]) -> list[Noted]:
    former = _former(known, {one.fact.revision_id for one in found})
    noted, rest = [], []
    for one in found:
        if one.fact.event_id is None:
            noted.append(Noted(fact=one.fact, told=True) if known else _new(one.fact))
            continue
        same = next((old for old in former if _differences(old.fact, one.fact) == {}), None)
        if same is None:
            rest.append(one)
        else:
            former.remove(same)
            noted.append(Noted(fact=one.fact, told=same.told))
    return noted + _changed(rest, former)


def _former(known: Sequence[Noted], present: set[int]) -> list[Noted]:
    """What the texts before the present ones said."""
    newest: dict[int, int] = {}
    older = [one for one in known if one.fact.event_id is not None and one.fact.revision_id not in present]
    for one in older:
        newest[one.fact.article_id] = max(newest.get(one.fact.article_id, 0), one.fact.revision_id)
    return [one for one in older if one.fact.revision_id == newest[one.fact.article_id]]


def _changed(rest: Sequence[Found], former: Sequence[Noted]) -> list[Noted]:
    """The likeliest pairs of a former and a present fact are changes, what is left is new."""
    pairs = sorted(
        ((likeness(old.fact, one.fact), place, number)
         for place, one in enumerate(rest) for number, old in enumerate(former)),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )  # fmt: skip
    partner: dict[int, int] = {}
    for score, place, number in pairs:
        if score >= _ENOUGH and place not in partner and number not in partner.values():
            partner[place] = number
    return [_settled(one, former[partner[place]] if place in partner else None) for place, one in enumerate(rest)]


def _settled(found: Found, old: Noted | None) -> Noted:
    if old is not None and (found.fits or old.told):
        change = News(kind="changed", fact=found.fact, before=_differences(old.fact, found.fact))
        return Noted(fact=found.fact, news=change, told=True)
    return _new(found.fact) if found.fits else Noted(fact=found.fact)


def _new(fact: Fact) -> Noted:
    return Noted(fact=fact, news=News(kind="new", fact=fact), told=True)


def likeness(one: Fact, other: Fact) -> int:
    """How likely it is that the two say something of the same thing; 0 for different vendors."""
    if one.vendor != other.vendor:
        return 0
    alike = {name for name in _WEIGHTS if getattr(one, name) is not None and getattr(one, name) == getattr(other, name)}
    return sum(_WEIGHTS[name] for name in alike)


def _differences(old: Fact, new: Fact) -> dict[str, str | int | float | None]:
    """What the former fact said where the present one says something else; the vendor too, where it is another one."""
    names = (*COMPARED, "vendor")
    return {name: getattr(old, name) for name in names if getattr(old, name) != getattr(new, name)}


def settled(news: Sequence[News]) -> Sequence[News]:
    """The news without those that later ones of the same digest correct: what was new and has changed since is new, as
    it is now; what has changed twice has changed once; what has changed back has not."""
    told: list[News | None] = []
    places: dict[int, list[int]] = defaultdict(list)
    for one in news:
        article = one.fact.article_id if one.fact else 0
        place = (
            next((number for number in places[article] if _is_before(told[number], one)), None) if one.before else None
        )
        if place is None:
            places[article].append(len(told))
            told.append(one)
        else:
            told[place] = _together(told[place], one)
    return [one for one in told if one is not None]


def _together(old: News | None, new: News) -> News | None:
    """Two changes of one fact, or its coming and its change, as one; None where it is as it was."""
    if old is None or old.kind != "changed":
        return News(kind="new", fact=new.fact)
    before = {**new.before, **old.before}
    left = {name: value for name, value in before.items() if value != getattr(new.fact, name)}
    return News(kind="changed", fact=new.fact, before=left) if left else None


def _is_before(old: News | None, new: News) -> bool:
    """Does ``old`` tell what ``new`` says was said before?"""
    if old is None or old.fact is None or new.fact is None:
        return False
    names = (*COMPARED, "vendor")
    return all(getattr(old.fact, name) == new.before.get(name, getattr(new.fact, name)) for name in names)
