"""The topic as values: who is watched (vendors), and the words by which each language speaks of stores."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeVar

from pipelines.topics.folding import fold
from pipelines.topics.matching import Matcher, Pattern
from storewatch.types import StoreType

TermKind = Literal["store", "action", "hedge", "speaker", "cue", "trap", "ignore"]
BrandKind = Literal["carrier", "retailer", "brand"]
HintKind = Literal["vendor", "banner", "strong", "weak"]

# What may stand under each kind of a language file. "maybe" are nouns that mean a store only beside a vendor.
VALUES: Mapping[str, frozenset[str]] = {
    "store": frozenset(
        (
            *("own_store", "flagship", "experience", "popup", "kiosk", "shop_in_shop", "partner_store", "online"),
            *("service_centre", "maybe"),
        )
    ),
    "action": frozenset(
        ["open", "plan", "close", "relocate", "partner", "market_entry", "online_store", "stock", "expand"]
    ),
    "hedge": frozenset(["rumour", "cancel", "deny", "negation", "future", "past"]),
    "speaker": frozenset(["said"]),
    "cue": frozenset(["retail", "market", "own", "place", "phone"]),
    "trap": frozenset(
        (
            *("app_store", "factory", "office", "carrier", "car", "product_launch", "deal", "service_centre", "repair"),
            *("software", "break_in", "queue", "visit", "results", "other_goods", "event", "jobs", "offline_shop"),
        )
    ),
    "ignore": frozenset(["phrase"]),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A watched vendor under its canonical name. ``ambiguous`` aliases count only beside a ``cue`` of it.

    ``products`` (iPhone, Galaxy) prove an ambiguous alias like cues do; beside a seller or a store they stand for the
    vendor (``find_products``).
    """

    name: str
    aliases: tuple[Pattern, ...]
    ambiguous: tuple[Pattern, ...] = ()
    cues: tuple[Pattern, ...] = ()
    products: tuple[Pattern, ...] = ()
    not_before: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    banners: Mapping[Pattern, StoreType] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorMatch:
    """A vendor named in a text. ``ambiguous``: the word may be no name here (nothing, honor, apple, 荣耀).
    ``store_type`` is set where the name is that of its stores (Mi Home, 小米之家, Apple Store)."""

    vendor: str
    start: int
    end: int
    ambiguous: bool = False
    store_type: StoreType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandMatch:
    """A company that is no watched vendor: ``kind`` is carrier, retailer (sells phones of many makers) or brand."""

    name: str
    kind: BrandKind
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word of the topic found in a text; ``kind`` and ``value`` are those of ``VALUES``."""

    kind: TermKind
    value: str
    start: int
    end: int


M = TypeVar("M", VendorMatch, BrandMatch)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Language:
    """The words of one language: (pattern, (kind, value)) in the order of the file."""

    code: str
    entries: tuple[tuple[Pattern, tuple[TermKind, str]], ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Topic:
    """A topic, loaded and checked. Frozen; its automata are built on first use and kept.

    - ``name``, ``version`` (data version + hash of all files: changes whenever a word changes)
    - ``vendors``: all ``Vendor`` values; ``vendor_names``: their canonical names
    - ``find_vendors(text, lang)`` -> ``VendorMatch(vendor, start, end, ambiguous, store_type)``, ordered, not
      overlapping; ``store_type`` is None unless the name is a store banner
    - ``find_brands(text)`` -> ``BrandMatch(name, kind, start, end)``: carriers, retailers and other brands, useful as
      partner or as the wrong owner
    - ``find_terms(text, lang)`` -> ``Term(kind, value, start, end)``, ordered by start. Kinds and values:

      - ``store``: own_store, flagship, experience, popup, kiosk, shop_in_shop, partner_store, online, service_centre,
        and ``maybe`` (space, unit, 店, Fläche: a store only beside a vendor, number or action)
      - ``action``: open, plan, close, relocate, partner, market_entry, online_store, stock (has N, totals, runs),
        expand (adds, rolls out, grows to)
      - ``hedge``: rumour, cancel, deny, negation, future (will, soon, by 2020), past
      - ``speaker``: said ("told", "sagte", "表示")
      - ``cue``: retail (retail, offline, sales network), market (market, country's sales), own (official, brand-owned,
        first), place (mall, shopping street), phone (smartphone, handset)
      - ``trap``: app_store, factory, office, carrier, car, product_launch, deal, service_centre, repair, software,
        break_in, queue, visit, results, other_goods, event, jobs

      A term inside a longer one of the same kind, or inside a longer trap or neutral phrase, is left out; terms of
      different kinds may share characters.
    - ``language(lang)``: the ``Language`` used for a code; unknown codes get the international words only
    - ``codes``: the languages there are files for
    """

    name: str
    version: str
    vendors: tuple[Vendor, ...]
    languages: Mapping[str, Language]
    brands: tuple[tuple[Pattern, tuple[str, BrandKind]], ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(sorted(self.languages))

    @property
    def vendor_names(self) -> tuple[str, ...]:
        return tuple(vendor.name for vendor in self.vendors)

    def language(self, lang: str | None) -> Language:
        code = (lang or "").replace("_", "-").split("-")[0].lower()
        return self.languages.get(code, self.languages["xx"])

    @cached_property
    def _vendor_matcher(self) -> Matcher[tuple[Vendor, str, StoreType | None]]:
        entries: list[tuple[Pattern, tuple[Vendor, str, StoreType | None]]] = []
        for vendor in self.vendors:
            entries += [(p, (vendor, "name", None)) for p in vendor.aliases]
            entries += [(p, (vendor, "ambiguous", None)) for p in vendor.ambiguous]
            entries += [(p, (vendor, "cue", None)) for p in (*vendor.cues, *vendor.products)]
            entries += [(p, (vendor, "name", kind)) for p, kind in vendor.banners.items()]
        return Matcher(entries)

    @cached_property
    def _brand_matcher(self) -> Matcher[tuple[str, BrandKind]]:
        return Matcher(self.brands)

    @cached_property
    def _term_matchers(self) -> dict[str, Matcher[tuple[TermKind, str]]]:
        return {}

    def _term_matcher(self, lang: str | None) -> Matcher[tuple[TermKind, str]]:
        language = self.language(lang)
        if language.code not in self._term_matchers:
            self._term_matchers[language.code] = Matcher(language.entries)
        return self._term_matchers[language.code]

    def find_vendors(self, text: str, lang: str | None = None) -> tuple[VendorMatch, ...]:
        """The vendors named in ``text``, longest name first where names overlap."""
        folded = fold(text)
        hits = [hit for hit in self._vendor_matcher.find(text, folded) if not _blocked(hit[2][0], folded, *hit[:2])]
        proven = {
            vendor.name
            for start, end, (vendor, role, _) in hits
            if role != "ambiguous" or _named_by_case(text, start, end)
        }
        named = [hit for hit in hits if hit[2][1] != "cue"]
        named.sort(key=lambda hit: (hit[0] - hit[1], hit[0], hit[2][1] != "name"))
        return tuple(
            _without_overlaps(
                VendorMatch(
                    vendor=vendor.name,
                    start=start,
                    end=end,
                    ambiguous=role == "ambiguous" and vendor.name not in proven,
                    store_type=store_type,
                )
                for start, end, (vendor, role, store_type) in named
            )
        )

    @cached_property
    def _product_matcher(self) -> Matcher[str]:
        return Matcher((p, vendor.name) for vendor in self.vendors for p in vendor.products)

    def find_products(self, text: str) -> tuple[VendorMatch, ...]:
        """Where the vendors' products are named: who sells the iPhone sells for Apple."""
        found = [VendorMatch(vendor=v, start=a, end=b) for a, b, v in self._product_matcher.find(text, fold(text))]
        return tuple(_without_overlaps(sorted(found, key=lambda m: (m.start - m.end, m.start))))

    @cached_property
    def _hint_matcher(self) -> Matcher[HintKind]:
        entries: list[tuple[Pattern, HintKind]] = []
        for vendor in self.vendors:
            entries += [(p, "vendor") for p in (*vendor.aliases, *vendor.ambiguous, *vendor.products)]
            entries += [(p, "banner") for p in vendor.banners]
        for language in self.languages.values():
            entries += [(p, hint) for p, (kind, value) in language.entries if (hint := _hint(kind, value))]
        entries += [(p, "weak") for p, (_, kind) in self.brands if kind != "brand"]
        return Matcher(dict.fromkeys(entries))

    def find_hints(self, text: str) -> Mapping[HintKind, Sequence[int]]:
        """Where ``text``, of whatever language, hints at the topic: ordered starts by kind of hint.

        ``vendor``: vendors and their products; ``banner``: names of their stores; ``strong``: store words and entry
        into a market; ``weak``: what else a story of retail may be told with.
        """
        found: dict[HintKind, list[int]] = {"vendor": [], "banner": [], "strong": [], "weak": []}
        for start, _, hint in self._hint_matcher.find(text, fold(text)):
            found[hint].append(start)
        return {hint: sorted(starts) for hint, starts in found.items()}

    def find_brands(self, text: str) -> tuple[BrandMatch, ...]:
        """The companies named in ``text`` that are no vendors."""
        hits = self._brand_matcher.find(text, fold(text))
        found = [BrandMatch(name=name, kind=kind, start=start, end=end) for start, end, (name, kind) in hits]
        return tuple(_without_overlaps(sorted(found, key=lambda m: (m.start - m.end, m.start))))

    def find_terms(self, text: str, lang: str | None = None) -> tuple[Term, ...]:
        """The words of the topic in ``text``, read as language ``lang`` (ISO 639-1, None: international words)."""
        hits = self._term_matcher(lang).find(text, fold(text))
        terms = [Term(kind=kind, value=value, start=start, end=end) for start, end, (kind, value) in hits]
        terms.sort(key=lambda t: (t.start, -t.end, t.kind != "ignore"))
        return tuple(term for term in _drop_covered(terms) if term.kind != "ignore")


_WEAK = frozenset(
    ("action", value) for value in ("partner", "close", "expand", "online_store", "relocate")
) | frozenset([("cue", "retail"), ("cue", "market"), ("store", "maybe")])


def _hint(kind: TermKind, value: str) -> HintKind | None:
    """What a word of a language file hints at when the language of the text is unknown."""
    if (kind == "store" and value not in ("maybe", "service_centre")) or (kind, value) == ("action", "market_entry"):
        return "strong"
    return "weak" if (kind, value) in _WEAK else None


def _blocked(vendor: Vendor, folded: str, start: int, end: int) -> bool:
    """Does a neighbouring word say that this is no vendor (小米粥, honor killing, Vivo Empresas)?"""
    if vendor.not_before and folded[end : end + 24].lstrip(" ").startswith(vendor.not_before):
        return True
    return bool(vendor.not_after) and folded[max(0, start - 24) : start].rstrip(" ").endswith(vendor.not_after)


_LOWER_BEFORE = re.compile(r"(?:^|\s)[^\sA-ZÀ-ÞŁŚŠŽА-ЯЁІЇЄΑ-Ω.!?:;\"“„«»'’()\[\]…–—-]+,?[ \u00a0]$")


def _named_by_case(text: str, start: int, end: int) -> bool:
    """Does a capital in the middle of a sentence show that an ordinary word ("Nothing") is a name here?

    The word before it must be small, so that titles in capitals prove nothing.
    """
    word = text[start:end]
    if not word[:1].isupper() or word[1:2].isupper():
        return False
    return _LOWER_BEFORE.search(text, max(0, start - 30), start) is not None


def _without_overlaps(found: Iterable[M]) -> list[M]:
    """The matches that overlap no earlier one of the list, ordered by place."""
    kept: list[M] = []
    occupied: set[int] = set()
    for match in found:
        span = range(match.start, match.end)
        if occupied.isdisjoint(span):
            occupied.update(span)
            kept.append(match)
    return sorted(kept, key=lambda m: m.start)


def _drop_covered(terms: Sequence[Term]) -> list[Term]:
    """Without doubles and without terms inside a longer one of the same kind, or inside a longer trap, or that are
    (a part of) a neutral phrase. ``terms`` is ordered by start, longer first, neutral phrases first."""
    kept: list[Term] = []
    active: list[Term] = []
    for term in terms:
        active = [a for a in active if a.end > term.start]
        covered = any(
            a == term
            or (
                a.end >= term.end
                and a.end - a.start > term.end - term.start
                and (a.kind == term.kind or a.kind == "trap")
            )
            or (a.kind == "ignore" and a.end >= term.end)
            for a in active
        )
        if not covered:
            kept.append(term)
        active.append(term)
    return kept
