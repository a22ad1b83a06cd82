"""When to look again at an article that is stored: most edits come in its first hours and days.

Pure. An article is looked at at fixed ages (``refetch.hours``), each once: who runs storewatch once a day makes up for
the ages that have passed with one look. One that was found changed is asked again after half its age, for as long as
it keeps changing. Both ends at twice the last age, and after `LOOKS_PER_AGE` looks for each age: an edit war is
followed no further. What is due is cut to what a run, and each of its hosts, may be asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from storewatch.types import YoungArticle

LOOKS_PER_AGE = 3
"""So many looks for each age at most: with four ages twelve, which an article reaches that changes each time."""

_EXTENDED = 2
"""What keeps changing is followed until this multiple of the last age."""
_LEEWAY = timedelta(minutes=1)
"""A look so shortly before an age is the look at that age: runs do not start to the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """``ages``: growing, at least one. ``per_run``, ``per_host``: most looks of one run, and of one host in it."""

    ages: tuple[timedelta, ...]
    per_run: int
    per_host: int

    @classmethod
    def of(cls, hours: Iterable[float], *, per_run: int, per_host: int) -> Policy:
        """The policy of the settings ``refetch``."""
        return cls(ages=tuple(timedelta(hours=one) for one in hours), per_run=per_run, per_host=per_host)

    @property
    def longest(self) -> timedelta:
        """The age from which on no article is looked at."""
        return self.ages[-1] * _EXTENDED


def born(article: YoungArticle) -> datetime:
    """When it was published, at the latest; by our own clock where the page says a time to come (clock skew)."""
    if article.published is None:
        return article.first_seen_at
    return min(article.published.at_the_latest, article.first_seen_at)


def next_look(article: YoungArticle, policy: Policy) -> datetime | None:
    """When it is to be looked at again; None: never."""
    if article.checks >= LOOKS_PER_AGE * len(policy.ages):
        return None
    start = born(article)
    # A look that a clock since set back has dated before the publication is one at age nought.
    age = max(article.looked_at - start, timedelta())
    looks = [start + planned for planned in policy.ages if planned > age + _LEEWAY][:1]
    if article.edited:
        again = article.looked_at + max(policy.ages[0], age / 2)
        if again <= start + policy.longest:
            looks.append(again)
    return min(looks, default=None)


def due(
    articles: Iterable[YoungArticle], *, now: datetime, policy: Policy, without: Collection[str] = ()
) -> tuple[int, ...]:
    """The pages to look at now, as ids: those least often looked at first, then those that have waited longest.

    ``without``: hosts that may not be asked now; their articles stay due.
    """
    waiting: list[tuple[int, datetime, YoungArticle]] = []
    for article in articles:
        if article.host in without or now > born(article) + policy.longest:
            continue
        look = next_look(article, policy)
        if look is not None and look <= now:
            waiting.append((article.checks, look, article))
    asked: Counter[str] = Counter()
    chosen: list[int] = []
    for _, _, article in sorted(waiting, key=lambda one: (one[0], one[1], one[2].page_id)):
        if len(chosen) == policy.per_run:
            break
        if asked[article.host] < policy.per_host:
            asked[article.host] += 1
            chosen.append(article.page_id)
    return tuple(chosen)
