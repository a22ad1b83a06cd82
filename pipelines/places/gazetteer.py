"""The table of place names, loaded on first use."""

from __future__ import annotations

import gzip
import itertools
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import regex

from pipelines.places.model import PlaceKind
from pipelines.topics.folding import fold
from pipelines.topics.matching import Matcher, Pattern, parse

_ACRONYMS = frozenset(
    [
        "us",
        "uk",
        "usa",
        "uae",
        "u.s",
        "u.s.",
        "u.k",
        "u.k.",
        "vae",
        "eau",
        "eua",
        "abd",
        "eeuu",
        "ee",
        "ksa",
        "brd",
        "as",
        "bae",
        "čr",
        "сша",
        "оаэ",
        "рф",
        "юар",
        "nrw",
        "nyc",
        "bkc",
        "bgc",
        "rpa",
        "ncr",
        "cee",
        "gcc",
    ]
)
"""Names that count only in capitals: "us" is a pronoun, "as" and "eau" are words."""

_OUTSHINES = 10
"""A city so many times as populous as its namesake is meant where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A place that a name may mean. For ``home`` entries ``canonical`` is the language they hold for."""

    kind: PlaceKind
    canonical: str
    country: str | None
    people: int = 0
    small: bool = False
    """A form that is written small, too: the adjective of a city (pražský, parisienne)."""


@dataclass(frozen=True, slots=True, eq=False)
class Gazetteer:
    """``names``: folded name -> line numbers in ``rows``; ``own``: names from our own lists, which go first."""

    rows: list[str]
    names: dict[str, str]
    own: dict[str, tuple[Entry, ...]]
    first_words: dict[str, int]
    adjectives: Matcher[str]
    acronyms: frozenset[str]
    common: frozenset[str]
    prefixes: dict[str, int]

    def entries(self, name: str) -> tuple[Entry, ...]:
        """The places that a folded name may mean, the likeliest first."""
        found = self.own.get(name, ())
        if found and found[0].kind != "city":
            return found
        listed = list(self.namesakes(name))
        if found:  # namesakes of another country that are not much smaller: Valencia, Hyderabad
            known = {entry.country for entry in found}
            return (*found, *(e for e in listed if e.country not in known and e.people * _OUTSHINES >= found[0].people))
        if len(listed) > 1 and listed[0].kind == "city":
            biggest = max(listed, key=lambda entry: entry.people)
            if biggest.people > _OUTSHINES * listed[0].people:
                listed.sort(key=lambda entry: entry is not biggest)
        return tuple(listed)

    def namesakes(self, name: str) -> tuple[Entry, ...]:
        """All cities and countries that GeoNames and CLDR know by a folded name, however small."""
        ids = self.names.get(name)
        return tuple(_entry(self.rows[int(i)]) for i in ids.split(",")) if ids else ()


def _entry(row: str) -> Entry:
    kind, canonical, iso, people = row.split("\t")
    return Entry("city" if kind == "city" else "country", canonical, iso, int(people))


def _read(name: str) -> list[str]:
    raw = (files("pipelines") / "data" / name).read_text("utf-8")
    return [line for line in raw.splitlines() if line and not line.startswith("#")]


def _adjectives(spelling: str) -> list[Pattern]:
    """Patterns of an adjective such as ``american[oa]s?`` or ``deutsch*``."""
    parts: list[list[str]] = []
    for token in regex.findall(r"\[[^]]+\][+?]?|.\?|.", spelling.rstrip("*+")):
        if token.startswith("["):
            parts.append([*token.strip("[]+?")])
        elif token.endswith("?"):
            parts.append(["", token[0]])
        else:
            parts.append([token])
    tail = "*" if spelling.endswith(("*", "+")) else ""
    return [parse("".join(combination).strip() + tail) for combination in itertools.product(*parts)]


def _own(big: dict[str, int]) -> dict[str, tuple[Entry, ...]]:
    own: dict[str, list[Entry]] = {}
    kinds: dict[str, PlaceKind] = {"city": "city", "district": "district", "state": "state", "home": "home"}
    for line in _read("places_extra.tsv"):
        kind, canonical, iso, names = line.split("\t")
        if kind == "of_city":
            for name in names.split("|"):
                own.setdefault(fold(name), []).append(Entry("district", canonical, iso, small=True))
        if kind not in kinds:
            continue
        for name in (*names.split("|"), *([canonical] if kind in ("city", "state") else [])):
            entry = Entry(kinds[kind], canonical, iso, max(big.get(canonical, 0), 150_000) if kind == "city" else 0)
            own.setdefault(fold(name), []).append(entry)
    for line in _read("countries_extra.tsv"):
        iso, names, _ = line.split("\t")
        for name in names.split("|"):
            own.setdefault(fold(name), []).insert(0, Entry("country", iso, iso))
    for line in _read("regions.tsv"):
        canonical, names = line.split("\t")
        for name in names.split("|"):
            own.setdefault(fold(name), []).append(Entry("region", canonical, None))
    return {name: tuple(dict.fromkeys(entries)) for name, entries in own.items()}


def _numbers(part: str) -> dict[str, int]:
    pairs = (line.split("\t") for line in part.split("\n"))
    return {word: int(size) for word, size in pairs}


@cache
def gazetteer() -> Gazetteer:
    """The table; the first call takes about a quarter of a second."""
    raw = gzip.decompress((files("pipelines") / "data" / "places.tsv.gz").read_bytes()).decode("utf-8")
    head, firsts, easts, tail = raw.split("\n\n")
    rows = head.split("\n")
    names: dict[str, str] = dict(line.split("\t") for line in tail.split("\n"))
    big: dict[str, int] = {}
    for row in rows:
        kind, canonical, _, people = row.split("\t")
        if kind == "city":
            big.setdefault(canonical, int(people))
    own = _own(big)
    first_words = _numbers(firsts)
    prefixes = _numbers(easts)
    # An apostrophe parts words in a text (Xi'an, Coeur d'Alene), but did not when the table was made.
    for name in itertools.chain(own, (name for name in names if "'" in name)):
        words = regex.split(r"[ .']+", name)
        if len(words) > 1:
            first_words[words[0]] = max(first_words.get(words[0], 1), len(words))
        if "\u0e00" <= name[0] <= "\u0e7f" or "\u3040" <= name[0] <= "\u9fff":
            prefixes[name[:2]] = max(prefixes.get(name[:2], 1), len(name))
    countries = [line.split("\t") for line in _read("countries_extra.tsv")]
    adjectives = [
        (p, iso) for iso, _, stems in countries for stem in stems.split("|") if stem for p in _adjectives(stem)
    ]
    return Gazetteer(
        rows=rows,
        names=names,
        own=own,
        first_words=first_words,
        adjectives=Matcher(adjectives),
        acronyms=_ACRONYMS,
        common=frozenset(fold(word) for line in _read("places_common.txt") for word in line.split("|")),
        prefixes=prefixes,
    )
