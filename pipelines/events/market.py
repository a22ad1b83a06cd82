"""Events without stores: entering or leaving a country's market, and sellers won or lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.events import who
from pipelines.events.draft import Draft
from pipelines.events.heads import Head
from pipelines.events.reading import Reading, Sentence
from pipelines.events.where import Where
from pipelines.places import Place
from storewatch.types import Action


def market_drafts(
    sentence: Sentence, heads: list[Head], stores: Sequence[Draft], reading: Reading, carried: who.Owner
) -> Iterator[Draft]:
    """Market entries and exits, and partners, of a sentence that tells no store event."""
    if stores or not sentence.vendors:
        return
    vendor = sentence.vendors[0]
    entry = sentence.of("action", "market_entry")
    place = _country(sentence)
    if entry and place is not None:
        closing = [t for t in sentence.of("action", "close") if abs(t.start - entry[0].start) < 60]
        yield _draft(
            sentence, vendor.vendor, "close" if closing else "market_entry", place, (vendor.start, vendor.end), reading
        )
        return
    partners = [t for t in sentence.of("action", "partner")]
    named = who.partner(partners[0].start, sentence, vendor.vendor) if partners else None
    if partners and named is not None:
        draft = _draft(sentence, vendor.vendor, "partner", place, (vendor.start, vendor.end), reading, named)
        yield draft


def _country(sentence: Sentence) -> Place | None:
    return next((p for p in sentence.places if p.kind in ("country", "home") and p.country and p.country != "CN"), None)


def _draft(
    sentence: Sentence,
    vendor: str,
    action: Action,
    place: Place | None,
    span: tuple[int, int],
    reading: Reading,
    partner: tuple[str, int, int] | None = None,
) -> Draft:
    spans = {"vendor": span}
    if place is not None:
        spans["country"] = (place.start, place.end)
    horizons = reading.horizons(sentence)
    return Draft(
        sentence=sentence,
        vendor=vendor,
        action=action,
        store_type="partner_store" if action == "partner" else "market",
        where=Where(country=place.country, places=(place,)) if place else Where(),
        horizon=horizons[0] if horizons else None,
        partner=partner,
        speaker=who.speaker(sentence, reading),
        outlet=who.source_outlet(sentence, reading),
        spans=spans,
    )
