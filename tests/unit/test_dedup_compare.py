"""What two texts are to each other."""

from __future__ import annotations

import pytest

from pipelines.dedup.compare import relate

STORY = (
    "Xiaomi will open 2,000 stores in Spain by 2028, said a manager in Madrid. The first of them stands in a mall "
    "beside the river and sells scooters, lamps and phones. Partners such as Fnac run most of the shops today. "
    "The company sold 23 million phones in the second quarter. It wants to sell half of them in shops of its own. "
    "Rents have fallen since the spring, which helps with the plan. Customers can have their phones repaired on site."
)
TITLE = "Xiaomi to open 2,000 stores"
OTHER = (
    "A bakery in the old town closes after ninety years. The owner finds nobody to take over the ovens, and the house "
    "will be sold in the autumn. Neighbours collected signatures, wrote to the mayor and baked a cake for the last day."
)
CHINESE = (
    "小米公司宣布，未来三年将在土耳其开设三百家门店，其中一半由合作伙伴经营。"
    "首家门店去年秋天在安卡拉开业，顾客可以在店内维修手机。"
)

CASES = {
    "same": (TITLE, "By Ana Kovac\n" + STORY + "\n(Reporting by Ana Kovac)", "same"),
    "another headline": ("Half of the shops abroad", STORY, "equal"),
    "a figure": (TITLE, STORY.replace("2,000", "1,000"), "update"),
    "a figure in a heading": (TITLE, "Plan 2\n" + STORY, "same"),
    "a correction": (TITLE, STORY + " Correction: an earlier version of this article named another mall.", "update"),
    "a teaser": (TITLE, STORY[: STORY.index(" Partners")] + " Continue reading.", "partial"),
    "another vendor": ("Oppo to open 2,000 stores", STORY.replace("Xiaomi", "Oppo"), "distinct"),
    "another country": (TITLE, STORY.replace("Spain", "Poland"), "distinct"),
    "another partner": (TITLE, STORY.replace("such as Fnac", "such as Euronics"), "distinct"),
    "a passage": ("Weekly round-up", OTHER + " " + STORY[STORY.index("The company") : STORY.index(" Rents")], "quotes"),
    "unrelated": ("Bakery", OTHER, "unrelated"),
}


@pytest.mark.parametrize(("title", "text", "likeness"), CASES.values(), ids=CASES)
def test_likeness(title: str, text: str, likeness: str) -> None:
    found = relate(title, text, TITLE, STORY)
    turned = relate(TITLE, STORY, title, text)
    assert (found.likeness, turned.likeness) == (likeness, likeness)
    assert (found.share_a, found.share_b) == (turned.share_b, turned.share_a)


def test_characters_of_chinese() -> None:
    assert relate("", CHINESE + "记者报道。", "", CHINESE).likeness == "same"
    assert relate("", CHINESE.replace("小米", "华为"), "", CHINESE).likeness == "distinct"


@pytest.mark.parametrize("text", ["", "…", "one two three four five"])
def test_too_little_to_tell(text: str) -> None:
    assert relate("", text, "", text).likeness == "unrelated"
