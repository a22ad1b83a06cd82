"""The lines above an article's first paragraph that repeat its metadata: title, by-line, date, rubric."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.metadata.moments import MONTHS, parse
from storewatch.types import Removal

_LOOK_AT = 5
_LONGEST_TITLE = 500
_LONGEST = 140
_BYLINE = re.compile(
    r"^(?:by|von|par|por|di|door|av|af|autor(?:in)?|author|text|written by|posted by|reported by|от|автор|oleh|yazan|"
    r"作者|文|記者|记者)\s*[:：]?\s",
    re.IGNORECASE,
)
_DATE_WORDS = re.compile(
    r"(?:published|updated|posted|last updated|modified|stand|veröffentlicht|aktualisiert|publié|mis à jour|publicado|"
    r"actualizado|atualizado|pubblicato|aggiornato|gepubliceerd|publisert|oppdatert|publicerad|uppdaterad|opublikowano|"
    r"опубликовано|обновлено|on|at|le|el|am|um|uhr|h|est|edt|gmt|utc|bst|cet|cest|ist|pm|a\.m|p\.m|date|datum|fecha|data|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|wed|thu|fri|sat|sun|montag|dienstag|mittwoch|"
    r"donnerstag|freitag|samstag|sonntag|[\W\d_])+",
    re.IGNORECASE,
)


def strip_opening(text: str, *, titles: Sequence[str], authors: Sequence[str]) -> tuple[str, tuple[Removal, ...]]:
    """Take title, by-line and date lines off the head of ``text``. The text is never emptied."""
    lines = text.split("\n")
    wanted = {_squeeze(title) for title in titles} - {""}
    people = {_squeeze(author) for author in authors} - {""}
    removed: list[Removal] = []
    kept: list[str] = []
    for line in lines[:_LOOK_AT]:
        rule = _rule(line, wanted, people)
        if rule is None or len(removed) + 1 == len(lines):
            kept.append(line)
        else:
            removed.append(Removal(rule=rule, text=line, position=sum(len(k) + 1 for k in kept)))
    return "\n".join([*kept, *lines[_LOOK_AT:]]), tuple(removed)


def _rule(line: str, titles: set[str], people: set[str]) -> str | None:
    if len(line) > _LONGEST_TITLE:
        return None
    squeezed = _squeeze(line)
    if squeezed in titles:
        return "title"
    if len(line) > _LONGEST:
        return None
    byline = _BYLINE.match(line)
    if squeezed in people or (byline and _squeeze(line[byline.end() :]) in people):
        return "byline"
    return "date" if _is_date(line) else None


def _is_date(line: str) -> bool:
    """A date and nothing else, whatever words announce it."""
    if len(line) > 60 or not any(c.isdigit() for c in line):
        return False
    moment = parse(line)
    if moment is not None and moment.precision in ("day", "instant"):
        rest = _DATE_WORDS.sub(" ", line).split()
        return not rest or (len(rest) == 1 and rest[0].lower() in MONTHS)
    return False


def _squeeze(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
