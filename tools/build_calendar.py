"""Writes pipelines/data/calendar.toml: month and weekday names of the topic's languages from Unicode CLDR (babel).

Run from the checkout: ``.venv/bin/python tools/build_calendar.py``. Names that people write besides CLDR's (Czech
locative, Ukrainian "лютому", Indian spellings) stand in ``EXTRA`` below.
"""

from __future__ import annotations

from pathlib import Path

from babel import Locale

TARGET = Path(__file__).parent.parent / "pipelines" / "data" / "calendar.toml"
LANGUAGES = (
    "en de fr es it pt nl pl cs sk ru uk bg hr hu ro el sv da no fi et lt ca tr id vi th hi mr bn pa te ta ml "
    "sw ar fa ur"
)
_FINNISH = "tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu"
BABEL = {"no": "nb"}
EXTRA_MONTHS: dict[str, dict[int, str]] = {
    "en": {9: "sept"},
    "de": {1: "jänner", 2: "feber"},
    "es": {9: "setiembre"},
    "pl": {
        1: "styczniu",
        2: "lutym",
        3: "marcu",
        4: "kwietniu",
        5: "maju",
        6: "czerwcu",
        7: "lipcu",
        8: "sierpniu",
        9: "wrześniu",
        10: "październiku",
        11: "listopadzie",
        12: "grudniu",
    },
    "cs": {
        1: "lednu",
        2: "únoru",
        3: "březnu",
        4: "dubnu",
        5: "květnu",
        6: "červnu",
        7: "červenci",
        8: "srpnu",
        10: "říjnu",
        12: "prosinci",
    },
    "sk": {
        1: "januári",
        2: "februári",
        3: "marci",
        4: "apríli",
        5: "máji",
        6: "júni",
        7: "júli",
        8: "auguste",
        9: "septembri",
        10: "októbri",
        11: "novembri",
        12: "decembri",
    },
    "ru": {
        1: "январе",
        2: "феврале",
        3: "марте",
        4: "апреле",
        5: "мае",
        6: "июне",
        7: "июле",
        8: "августе",
        9: "сентябре",
        10: "октябре",
        11: "ноябре",
        12: "декабре",
    },
    "uk": {
        1: "січні",
        2: "лютому",
        3: "березні",
        4: "квітні",
        5: "травні",
        6: "червні",
        7: "липні",
        8: "серпні",
        9: "вересні",
        10: "жовтні",
        11: "листопаді",
        12: "грудні",
    },
    "hi": {2: "फरवरी", 9: "सितम्बर", 10: "अक्तूबर", 11: "नवम्बर", 12: "दिसम्बर"},
    "bn": {1: "জানুয়ারি|জানুয়ারি", 2: "ফেব্রুয়ারি|ফেব্রুয়ারি", 8: "অগস্ট"},
    "fi": {i: f"{stem}kuussa|{stem}kuun" for i, stem in enumerate(_FINNISH.split(), 1)},
    "ar": {
        1: "كانون الثاني",
        2: "شباط",
        3: "آذار",
        4: "نيسان|إبريل",
        5: "أيار|ماي",
        6: "حزيران",
        7: "تموز",
        8: "آب|غشت",
        9: "أيلول",
        10: "تشرين الأول",
        11: "تشرين الثاني",
        12: "كانون الأول",
    },
    "el": {
        1: "ιανουάριο",
        2: "φεβρουάριο",
        3: "μάρτιο",
        4: "απρίλιο",
        5: "μάιο",
        6: "ιούνιο",
        7: "ιούλιο",
        8: "αύγουστο",
        9: "σεπτέμβριο",
        10: "οκτώβριο",
        11: "νοέμβριο",
        12: "δεκέμβριο",
    },
    "ca": {4: "d'abril", 8: "d'agost", 10: "d'octubre"},
}
EXTRA_DAYS: dict[str, dict[int, str]] = {
    "de": {5: "sonnabend"},
    "pl": {2: "środę", 5: "sobotę", 6: "niedzielę"},
    "cs": {2: "středu", 5: "sobotu", 6: "neděli"},
    "sk": {2: "stredu", 5: "sobotu", 6: "nedeľu"},
    "ru": {2: "среду|среды", 4: "пятницу|пятницы", 5: "субботу|субботы"},
    "uk": {
        0: "понеділка",
        1: "вівторка",
        2: "середу|середи",
        3: "четверга",
        4: "п'ятниця|п'ятницю|п’ятницю|п'ятниці|п’ятниці",
        5: "суботу|суботи",
        6: "неділю|неділі",
    },
    "hu": {0: "hétfőn", 1: "kedden", 2: "szerdán", 3: "csütörtökön", 4: "pénteken", 5: "szombaton"},
    "pt": {0: "segunda", 1: "terça", 2: "quarta", 3: "quinta", 4: "sexta"},
}  # fmt: skip


def _names(tables: dict[str, dict[str, dict[int, str]]], index: int, widths: tuple[str, ...], extra: str) -> str:
    contexts = ("format", "stand-alone")
    names = [tables[c][width][index].strip().rstrip(".॰").lower() for c in contexts for width in widths]
    names.extend(extra.split("|") if extra else [])
    # babel leaves a Swahili weekday among those of languages that are not written in Latin letters.
    latin = any("a" <= letter <= "z" for letter in names[0])
    kept = [name for name in dict.fromkeys(names) if name and not name.isdigit() and (latin or not name.isascii())]
    return "|".join(kept)


def main() -> None:
    lines = [
        "# Month and weekday names after Unicode CLDR (Unicode License v3), made by tools/build_calendar.py.",
        "# months: January to December; days: Monday to Sunday; | between the forms of one name.",
    ]
    for lang in LANGUAGES.split():
        locale = Locale(BABEL.get(lang, lang))
        months = [
            _names(locale.months, i, ("wide", "abbreviated"), EXTRA_MONTHS.get(lang, {}).get(i, ""))  # type: ignore[arg-type]  # babel's tables are LocaleDataDict
            for i in range(1, 13)
        ]
        days = [_names(locale.days, i, ("wide",), EXTRA_DAYS.get(lang, {}).get(i, "")) for i in range(7)]  # type: ignore[arg-type]  # as above
        lines += ["", f"[{lang}]", _toml("months", months)]
        lines.append(_toml("days", days))
    TARGET.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{TARGET}: {TARGET.stat().st_size} bytes")


def _toml(key: str, values: list[str]) -> str:
    return f"{key} = [" + ", ".join(f'"{value}"' for value in values) + "]"


if __name__ == "__main__":
    main()
