"""Findings about messages of watches that do not arrive. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.health.findings import count, day
from storewatch.types import Undelivered

#: A message that failed so often will hardly arrive without help; before, its receiver may just be restarting.
_OFTEN = 3


def undelivered(letters: Sequence[Undelivered]) -> tuple[str, ...]:
    """A sentence for each watch and receiver with dead messages, or with one that has failed often."""
    found = []
    for watch, target in dict.fromkeys((letter.watch, letter.target) for letter in letters):
        mine = [letter for letter in letters if (letter.watch, letter.target) == (watch, target)]
        dead = [letter for letter in mine if letter.state == "dead"]
        failing = [letter for letter in mine if letter.state != "dead" and letter.failures >= _OFTEN]
        if not dead and not failing:
            continue
        parts = [f"{count(len(dead), 'message')} could not be delivered"] if dead else []
        parts += [f"{count(len(failing), 'message')} waiting after failures"] if failing else []
        oldest = min(letter.created_at for letter in (*dead, *failing))
        last = (dead or failing)[-1].error or "no reason is known"
        found.append(f"watch {watch}, {target}: {', '.join(parts)} since {day(oldest)}: {last}")
    return tuple(found)
