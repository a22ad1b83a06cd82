"""Stores of companies that are no watched vendors: whoever is named in passing does not own them."""

from __future__ import annotations

import pytest

from pipelines import topics
from pipelines.events import find_events
from pipelines.judge import judge
from storewatch.types import Document

TOPIC = topics.load()

PASSING = [
    ("de", "Vodafone baut 40 Filialen um", "Vodafone baut bis Jahresende 40 Filialen um. "
     "Auf den Tischen liegen Geräte von Apple, Samsung und Sony. "
     "Insgesamt betreibt der Konzern rund 1.200 Läden."),
    ("en", "IKEA opens ten city shops", "IKEA opens ten small shops in British towns. "
     "Phones by Apple, Samsung and Xiaomi can be charged at the till. "
     "The group now runs 480 stores."),
    ("fr", "Orange rénove ses boutiques", "Orange rénove 60 boutiques en France. "
     "On y essaie des téléphones Apple, Samsung et Xiaomi. "
     "Le groupe exploite 540 magasins."),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "title", "text"), [pytest.param(*c, id=f"{c[0]}-{i}") for i, c in enumerate(PASSING)])
def test_makers_listed_in_passing_own_nothing(lang: str, title: str, text: str) -> None:
    document = Document(title=title, text=text, lang=lang)
    assert [event for event in find_events(document, TOPIC) if (event.store_count or 0) > 1] == []
    assert not judge(document).verdict.relevant
