"""Finds place names in running text and decides what they mean there."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files

import regex

from pipelines.counts.lexicon import lexicon
from pipelines.places.gazetteer import Entry, Gazetteer, gazetteer
from pipelines.places.inflection import inflected
from pipelines.places.model import Place
from pipelines.topics.folding import fold

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_EAST = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}ー・\p{Thai}]{2,}")
_MAX_TAIL = 6
"""Longest ending glued to a name in Korean or an Indian script: -에서부터, -యునైటెడ్ has spaces, -ിലെ, -য়ে, -च्या."""
_KOREAN_TAIL = regex.compile(
    r"(?:에|에서|에는|에서는|에만|에도|의|은|는|이|가|을|를|로|으로|와|과|도|만|까지|부터|시|시에|시내|점|역|구|현지|법인|본사|내|산|인|행|发|향|서|보다|판|처럼|에서도|에서의|으로의|로의|에서만|이나|나|이고|지역|시장|당국|정부|매장|공장|측|국|본토|전역|호점)?$"
)
_SMALL = 100_000
"""Cities with fewer people count only with a word such as "in" before them or their country behind."""
_KATAKANA = regex.compile(r"[\p{Katakana}ー]")
_BESIDE = regex.compile(r", ?| ?\(")
_CITY_WORDS = regex.compile(r"\s?(?:市|県|區|区|州|府|都)")


@cache
def _locatives() -> tuple[dict[str, frozenset[str]], regex.Pattern[str], regex.Pattern[str]]:
    table = tomllib.loads((files("pipelines") / "data" / "locatives.toml").read_text("utf-8"))
    before = {lang: frozenset(words.split()) for lang, words in table["before"].items()}
    longest = sorted(table["outside"]["before"].split("|"), key=len, reverse=True)
    ahead = regex.compile(
        rf"(?<![\p{{L}}\p{{M}}])(?:{'|'.join(longest)})\s?(?:the |of |von |de |la |mainland )?$", regex.I
    )
    behind = regex.compile(
        rf"[’']?\w{{0,4}}\s?(?:{'|'.join(sorted(table['outside']['after'].split('|'), key=len, reverse=True))})"
    )
    return before, ahead, behind


def find_places(text: str, lang: str | None) -> tuple[Place, ...]:
    """The places named in ``text``, ordered, not overlapping. ``lang`` (ISO 639-1) decides on case endings.

    A name that several places bear means the one whose country the text names too, else the most populous.
    """
    table, code = gazetteer(), (lang or "").lower().replace("_", "-").split("-")[0]
    folded = fold(text)
    found = [*_spaced(text, folded, code, table), *_east(text, folded, code, table), *_adjectives(text, folded, table)]
    kept = [hit for hit in _disjoint(found) if not (hit[2][0].kind == "city" and _is_street(folded, hit[0], hit[1]))]
    countries = {e[0].country for _, _, e in kept if e[0].kind in ("country", "state") and len(e) == 1}
    places = [
        _place(hit[0], hit[1], _beside(text, folded, kept, index, table) or _choose(hit[2], countries), text)
        for index, hit in enumerate(kept)
    ]
    return tuple(_outside(text, places))


Hit = tuple[int, int, tuple[Entry, ...]]


@cache
def _street_words() -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    table = tomllib.loads((files("pipelines") / "data" / "locatives.toml").read_text("utf-8"))["street"]
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}])(?:{table['before']})\s(?:{table['between']})?$"), regex.compile(
        rf"(?:{table['behind']})"
    )


def _is_street(folded: str, start: int, end: int) -> bool:
    """Does a street or square bear the city's name (boulevard de Sébastopol, via Firenze, 南京东路)?"""
    before, behind = _street_words()
    return before.search(folded, max(0, start - 24), start) is not None or behind.match(folded, end) is not None


def _disjoint(hits: Iterable[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h[0], -h[1], h[2][0].kind == "adjective")):
        if not kept or hit[0] >= kept[-1][1]:
            kept.append(hit)
    return kept


def _choose(entries: tuple[Entry, ...], countries: set[str | None]) -> Entry:
    first = entries[0]
    if first.kind in ("city", "country") and len(entries) > 1 and first.country not in countries:
        return next((entry for entry in entries if entry.country in countries), first)
    return first


def _beside(text: str, folded: str, hits: list[Hit], index: int, table: Gazetteer) -> Entry | None:
    """What the place written right beside a name says of it: Atlanta, Georgia; London, Ontario; Paris (Texas)."""
    start, end, entries = hits[index]
    before, after = (hits[index - 1] if index else None), (hits[index + 1] if index + 1 < len(hits) else None)
    if entries[0].kind == "country" and before and before[2][0].kind == "city":
        if _BESIDE.fullmatch(text, before[1], start):
            return next((entry for entry in entries if entry.country == before[2][0].country), None)
    elif entries[0].kind == "city" and after and _BESIDE.fullmatch(text, end, after[0]):
        wider = {entry.country for entry in after[2] if entry.kind in ("country", "state")}
        if wider and entries[0].country not in wider:
            return next((entry for entry in table.namesakes(folded[start:end]) if entry.country in wider), None)
    return None


def _place(start: int, end: int, entry: Entry, text: str) -> Place:
    kind = entry.kind
    if kind == "country" and end - start <= 3 and text[end : end + 1] == "-":
        kind = "adjective"  # US-Sender, EU-Markt
    city = entry.canonical if kind in ("city", "district") else None
    region = entry.canonical if kind in ("state", "region") else None
    return Place(start=start, end=end, kind=kind, city=city, country=entry.country, region=region, people=entry.people)


def _outside(text: str, places: list[Place]) -> Iterator[Place]:
    """Marks "outside China" and 中国以外: the country is then no place of the event, the rest of the world is."""
    _, ahead, behind = _locatives()
    for place in places:
        if place.kind not in ("country", "region"):
            yield place
            continue
        before = ahead.search(text, max(0, place.start - 24), place.start)
        after = None if before else behind.match(text, place.end, min(len(text), place.end + 14))
        if before is None and after is None:
            yield place
            continue
        name = place.region or _english(place.country)
        start = before.start() if before else place.start
        end = after.end() if after else place.end
        yield replace(place, start=start, end=end, country=None, region=f"outside {name}", outside=True, kind="region")


@cache
def _english(country: str | None) -> str:
    """The English name of a country code."""
    rows = (row.split("\t") for row in gazetteer().rows if row.startswith("country"))
    return next((canonical for _, canonical, iso, _ in rows if iso == country), country or "")


def _adjectives(text: str, folded: str, table: Gazetteer) -> Iterator[Hit]:
    for start, end, iso in table.adjectives.find(text, folded):
        if end - start > 2:
            yield start, end, (Entry("adjective", iso, iso),)


def _spaced(text: str, folded: str, lang: str, table: Gazetteer) -> Iterator[Hit]:
    """Names in scripts with spaces between words."""
    words = [match.span() for match in _WORD.finditer(folded)]
    capitals = text.isupper()
    after = -1
    for index, (start, _) in enumerate(words):
        if start < after:
            continue
        code = ord(text[start])
        if code < 0x530 or 0x1E00 <= code < 0x2000:
            hit = _cased(text, folded, words, index, lang, table, capitals)
        elif 0x900 <= code < 0xD80 or 0xAC00 <= code < 0xD7B0:
            hit = _tailed(folded, words, index, lang, table)
        elif 0x600 <= code < 0x780:
            hit = _arabic(folded, words, index, table)
        else:
            continue
        if hit is not None:
            after = hit[1]
            yield hit


def _phrase(
    folded: str, words: list[tuple[int, int]], index: int, table: Gazetteer
) -> tuple[int, tuple[Entry, ...]] | None:
    """The longest known name of several words that starts at ``index``: its end and places."""
    start, end = words[index]
    longest = table.first_words.get(folded[start:end], 1)
    for length in range(min(longest, len(words) - index), 1, -1):
        stop = words[index + length - 1][1]
        if stop - start > 48:
            continue
        for key_end in (stop, stop + 1):
            entries = table.entries(folded[start:key_end])
            if entries:
                return key_end, entries
    return None


def _cased(
    text: str, folded: str, words: list[tuple[int, int]], index: int, lang: str, table: Gazetteer, capitals: bool
) -> Hit | None:
    start, end = words[index]
    if not text[start].isupper():
        return _home(folded, words, index, lang, table)
    phrase = _phrase(folded, words, index, table)
    if phrase is not None and _allowed(text, folded, start, phrase[0], phrase[1], lang, table):
        return start, phrase[0], phrase[1]
    word = folded[start:end]
    if word in table.acronyms and not (text[start:end].isupper() and not capitals):
        return None
    entries = table.entries(word)
    if entries and word in lexicon(lang).words:
        return None  # "Lima tahun" is five years
    if not entries and end - start > 3:
        entries = inflected(word, lang)
    if not entries or not _allowed(text, folded, start, end, entries, lang, table):
        return None
    return start, end, _spoken(entries, lang)


def _spoken(entries: tuple[Entry, ...], lang: str) -> tuple[Entry, ...]:
    """Without words for the reader's own country that belong to another language."""
    return tuple(e for e in entries if e.kind != "home" or e.canonical == lang) or entries


def _home(folded: str, words: list[tuple[int, int]], index: int, lang: str, table: Gazetteer) -> Hit | None:
    """Small words for the reader's country, regions (worldwide, im Ausland) and adjectives of cities (pražský)."""
    start, end = words[index]
    word = folded[start:end]
    entries = table.own.get(word, ())
    if not entries and word not in table.first_words:
        return None
    phrase = _phrase(folded, words, index, table)
    stop, entries = phrase if phrase is not None else (end, entries)
    usable = tuple(
        e
        for e in entries
        if (e.kind == "home" and e.canonical == lang) or (e.kind == "region" and e.canonical == "World") or e.small
    )
    return (start, stop, usable) if usable else None


def _allowed(
    text: str, folded: str, start: int, end: int, entries: tuple[Entry, ...], lang: str, table: Gazetteer
) -> bool:
    """Is a name in a cased script a place here? Ordinary words and small towns need a word such as "in" before."""
    entry = entries[0]
    if entry.kind == "home":
        return any(e.kind == "home" and e.canonical == lang for e in entries)
    if folded[start:end] in table.own and entry.kind != "city":
        return folded[start:end] not in table.acronyms or text[start:end].isupper()
    common = folded[start:end] in table.common
    if (not common and entry.people >= _SMALL) or (not common and entry.kind == "country"):
        return True
    if common and entry.people < _SMALL:
        return False
    before, _, _ = _locatives()
    previous = regex.search(r"([\p{L}\p{M}']+)[\s']+$", folded[max(0, start - 16) : start])
    if previous is not None and previous.group(1) in before.get(lang, ()):
        return not common or lang not in ("de",) or previous.group(1) in ("in", "nach", "aus")
    return _named_behind(folded, end, entry, table)


def _named_behind(folded: str, end: int, entry: Entry, table: Gazetteer) -> bool:
    """Does the country or a state stand behind a comma or bracket: "Natick, Massachusetts"?"""
    match = regex.match(r"(?:, | \(|,)([\p{L}]+(?: [\p{L}]+)?)", folded[end : end + 30])
    if match is None:
        return False
    for name in (match.group(1), match.group(1).split(" ")[0]):
        if any(e.kind in ("country", "state") and e.country == entry.country for e in table.entries(name)):
            return True
    return False


def _tailed(folded: str, words: list[tuple[int, int]], index: int, lang: str, table: Gazetteer) -> Hit | None:
    """Names in Korean and the scripts of India, where case endings are glued to the name."""
    start, end = words[index]
    phrase = _phrase(folded, words, index, table)
    if phrase is not None:
        return start, phrase[0], _spoken(phrase[1], lang)
    word = folded[start:end]
    for size in range(len(word), 1, -1):
        tail = len(word) - size
        if tail > _MAX_TAIL:
            break
        name = word[:size]
        entries = table.entries(name)
        if not entries or name in table.common or (entries[0].kind == "city" and entries[0].people < _SMALL):
            continue
        if lang == "ko" and not _KOREAN_TAIL.fullmatch(word[size:]):
            continue
        if size == 2 and tail and lang != "ko":
            continue
        usable = tuple(e for e in entries if e.kind != "home" or e.canonical == lang)
        if usable:
            return start, start + size, usable
    return None


def _arabic(folded: str, words: list[tuple[int, int]], index: int, table: Gazetteer) -> Hit | None:
    """Names behind the glued words و ف ب ل ك; لل stands for ل + ال."""
    phrase = _phrase(folded, words, index, table)
    start, end = words[index]
    if phrase is not None:
        return start, phrase[0], phrase[1]
    word = folded[start:end]
    forms = [(word, start)]
    if len(word) > 3 and word[0] in "وفبلك":
        phrase = _phrase(folded, [(start + 1, end), *words[index + 1 : index + 5]], 0, table)
        if phrase is not None:
            return start + 1, phrase[0], phrase[1]
        forms.append((word[1:], start + 1))
    if word.startswith("لل") and len(word) > 5:
        forms.append(("ال" + word[2:], start))
    for form, at in forms:
        entries = table.entries(form)
        if entries and form not in table.common and (entries[0].kind != "city" or entries[0].people >= _SMALL):
            return at, end, entries
    return None


def _east(text: str, folded: str, lang: str, table: Gazetteer) -> Iterator[Hit]:
    """Names in scripts without word spaces, longest first."""
    prefixes = table.prefixes
    for run in _EAST.finditer(folded):
        position, stop = run.span()
        while position < stop - 1:
            longest = prefixes.get(folded[position : position + 2])
            hit = _east_at(folded, position, min(position + longest, stop), lang, table) if longest else None
            if hit is None:
                position += 1
            else:
                yield hit
                position = hit[1]


def _east_at(folded: str, position: int, stop: int, lang: str, table: Gazetteer) -> Hit | None:
    thai = "\u0e00" <= folded[position] <= "\u0e7f"
    for size in range(stop - position, 3 if thai else 1, -1):
        name = folded[position : position + size]
        entries = table.entries(name)
        if not entries or name in table.common or not _whole_kana(folded, position, position + size):
            continue
        usable = tuple(e for e in entries if e.kind != "home" or e.canonical == lang)
        if not usable:
            continue
        if usable[0].kind == "city" and usable[0].people < 300_000 and not _east_certain(folded, position, size):
            continue
        return position, position + size, usable
    return None


def _whole_kana(folded: str, start: int, end: int) -> bool:
    """A name in katakana must be a whole run of it: ニース is no part of ソニーストア."""
    if not _KATAKANA.match(folded[start]):
        return True
    return not (_KATAKANA.match(folded, start - 1) if start else None) and not _KATAKANA.match(folded, end)


def _east_certain(folded: str, position: int, size: int) -> bool:
    """Is a lesser name of the East marked as a place (市, or at least three characters)?"""
    return size >= 3 or _CITY_WORDS.match(folded, position + size) is not None
