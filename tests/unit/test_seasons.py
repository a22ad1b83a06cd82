"""Seasons as times: resolved where the half of the globe is known, kept as words where it is not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.horizons import find_horizons
from storewatch.types import Moment

MAY = datetime(2024, 5, 15, tzinfo=UTC)
DECEMBER = datetime(2024, 12, 10, tzinfo=UTC)
JANUARY = datetime(2024, 1, 20, tzinfo=UTC)

# words in [brackets] are the horizon; value and where it lies
CASES = [
    ("en", MAY, "It opens this [autumn].", "2024", "future"),
    ("en", MAY, "It opens in the [fall].", "2024", "future"),
    ("en", MAY, "It opened [last summer].", "2023", "past"),
    ("en", MAY, "It opens in early [spring 2026].", "2026", "future"),
    ("en", MAY, "It opens this [winter].", None, "future"),
    ("en", DECEMBER, "It opened in [autumn].", "2024", "past"),
    ("en", JANUARY, "It opens in [autumn].", "2024", "future"),
    ("de", MAY, "Der Laden öffnet im [Herbst].", "2024", "future"),
    ("de", MAY, "Der Laden öffnet im [kommenden Frühjahr].", "2025", "future"),
    ("de", MAY, "Der Laden öffnete im [vergangenen Sommer].", "2023", "past"),
    ("de", MAY, "Der Laden öffnet noch diesen [Sommer].", "2024", "future"),
    ("fr", MAY, "La boutique ouvrira à l'[automne].", "2024", "future"),
    ("fr", MAY, "La boutique ouvrira cet [été].", "2024", "future"),
    ("es", MAY, "La tienda abrirá en [otoño].", None, "unknown"),
    ("es", MAY, "La tienda abrirá en [otoño de 2025].", "2025", "future"),
    ("pt", MAY, "A loja abre no [outono].", None, "unknown"),
    ("it", MAY, "Il negozio aprirà in [autunno].", "2024", "future"),
    ("nl", MAY, "De winkel opent dit [najaar].", "2024", "future"),
    ("pl", MAY, "Salon ruszy [jesienią].", "2024", "future"),
    ("cs", MAY, "Prodejna otevře na [podzim].", "2024", "future"),
    ("sk", MAY, "Predajňa otvorí na [jeseň].", "2024", "future"),
    ("ru", MAY, "Магазин откроется [осенью].", "2024", "future"),
    ("uk", MAY, "Магазин відкриється [восени].", "2024", "future"),
    ("hu", MAY, "Az üzlet [ősszel] nyílik.", "2024", "future"),
    ("ro", MAY, "Magazinul se deschide în [toamnă].", "2024", "future"),
    ("el", MAY, "Θα ανοίξει το [φθινόπωρο].", "2024", "future"),
    ("sv", MAY, "Butiken öppnar i [höst].", "2024", "future"),
    ("da", MAY, "Butikken åbner til [efteråret].", "2024", "future"),
    ("no", MAY, "Butikken åpner til [høsten].", "2024", "future"),
    ("fi", MAY, "Myymälä avataan [syksyllä].", "2024", "future"),
    ("tr", MAY, "Mağaza [sonbaharda] açılacak.", "2024", "future"),
    ("ar", MAY, "يفتتح المتجر [في الخريف].", "2024", "future"),
    ("fa", MAY, "فروشگاه [پاییز] باز می‌شود.", "2024", "future"),
    ("zh", MAY, "门店将于[今秋]开业。", "2024", "future"),
    ("ja", MAY, "[今秋]オープンする。", "2024", "future"),
    ("ko", MAY, "매장은 [올가을] 문을 연다.", "2024", "future"),
    ("en", MAY, "It opens in the [coming spring].", "2025", "future"),
    ("en", MAY, "It opens in [this coming spring].", "2024", "unknown"),
    ("it", MAY, "Il negozio aprirà in [questa primavera].", "2024", "unknown"),
]


@pytest.mark.parametrize(
    ("lang", "published", "marked", "value", "lies"),
    [pytest.param(*case, id=f"{case[0]}-{index}") for index, case in enumerate(CASES)],
)
def test_a_season_is_a_time(lang: str, published: datetime, marked: str, value: str | None, lies: str) -> None:
    text = marked.replace("[", "").replace("]", "")
    (horizon,) = find_horizons(text, lang, Moment(at=published))
    assert text[horizon.start : horizon.end] == marked[marked.index("[") + 1 : marked.index("]")]
    assert (horizon.value, horizon.lies(published.date())) == (value, lies)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Prices fall by a third in the summer sale's spring collection."),
        ("en", "Phones with a spring hinge fall often."),
        ("fr", "La boutique a été ouverte."),
        ("de", "Frau Sommer eröffnet den Laden."),
        ("zh", "小米在春熙路开店。"),
    ],
    ids=["verb", "noun", "participle", "surname", "street"],
)
def test_words_that_look_like_a_season(lang: str, text: str) -> None:
    found = {text[h.start : h.end] for h in find_horizons(text, lang, Moment(at=MAY))}
    assert found <= {"summer"}


def test_a_season_of_an_unknown_day_is_kept_as_words() -> None:
    (horizon,) = find_horizons("It opens this autumn.", "en", None)
    assert (horizon.value, horizon.first) == (None, None)
