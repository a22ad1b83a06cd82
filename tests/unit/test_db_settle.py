"""What the store makes of a decision: pure."""

from __future__ import annotations

import pytest
from support.stored import OTHER_STORY, STORY, page_read, processed

from storewatch.db.articles import Content
from storewatch.db.candidates import Address, Known, akin
from storewatch.db.saving import Arrival, settle
from storewatch.types import Candidate, Decision, Page

URL, KEY, ELSEWHERE = "https://golem.example/a", "golem.example/a", "heise.example/x"
HOME = Address(url=URL, url_key=KEY, outlet="golem.example", own_key=KEY, final_key=KEY, canonical_key=KEY)


def arrival(story: str = STORY) -> Arrival:
    result = processed(URL, story, title="T")
    content = Content(
        article=result.article,
        judgement=result.judgement,
        text_sha=story[:40],
        read=page_read(1, 1),
    )
    return Arrival(content=content, address=HOME, page=Page(url=URL, final_url=URL, body=b""), html=b"")


def candidate(article_id: int, key: str, story: str = STORY, title: str = "T") -> Candidate:
    return Candidate(
        article_id=article_id,
        url=f"https://{key}",
        url_key=key,
        title=title,
        text=story,
        text_sha=story[:40],
        outlet="",
    )


def known(*candidates: Candidate, here: frozenset[int] = frozenset(), old: frozenset[int] = frozenset()) -> Known:
    return Known(candidates=candidates, by_address=here, outdated=old, address=HOME)


AT_HOME = known(candidate(7, KEY), here=frozenset({7}))
EDITED = known(candidate(7, KEY, OTHER_STORY), here=frozenset({7}))
RENAMED = known(candidate(7, KEY, title="Other"), here=frozenset({7}))
AWAY = known(candidate(9, ELSEWHERE))
ONCE = known(candidate(9, ELSEWHERE), old=frozenset({9}))


@pytest.mark.parametrize(
    ("decided", "stored", "settled"),
    [
        pytest.param(Decision(kind="new"), known(), Decision(kind="new"), id="new"),
        pytest.param(Decision(kind="same", of=7), AT_HOME, Decision(kind="same", of=7), id="same"),
        pytest.param(
            Decision(kind="new"), AT_HOME, Decision(kind="same", of=7, detail="same address"), id="new-but-same"
        ),
        pytest.param(
            Decision(kind="new"), EDITED, Decision(kind="revision", of=7, detail="same address"), id="new-but-edited"
        ),
        pytest.param(
            Decision(kind="quotes", of=7),
            RENAMED,
            Decision(kind="revision", of=7, detail="same address"),
            id="new-headline",
        ),
        pytest.param(
            Decision(kind="duplicate", of=7),
            AT_HOME,
            Decision(kind="same", of=7, detail="same address"),
            id="of-itself",
        ),
        pytest.param(
            Decision(kind="syndicated", of=9, takes_over=True),
            AWAY,
            Decision(kind="syndicated", of=9, takes_over=True),
            id="takes-over",
        ),
        pytest.param(
            Decision(kind="syndicated", of=9, takes_over=True),
            ONCE,
            Decision(kind="syndicated", of=9),
            id="no-way-back-to-an-old-text",
        ),
    ],
)
def test_settle(decided: Decision, stored: Known, settled: Decision) -> None:
    assert settle(decided, stored, arrival()) == settled


def test_a_stranger_is_refused() -> None:
    with pytest.raises(ValueError, match="article 3, which is no candidate"):
        settle(Decision(kind="duplicate", of=3), AWAY, arrival())


CAKES = "A cake shop opens in Cologne, and its owner hopes for many guests. " * 5
SHENZHEN = "苹果公司将关闭位于深圳的零售店，原因尚未公布。员工将转往其他门店工作，顾客表示遗憾。"
CHINESE = "小米公司宣布，未来三年将在中国以外开设两千家门店，其中一半由合作伙伴经营。首家门店去年秋天在马德里开业。"


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        pytest.param(STORY, STORY, True, id="equal"),
        pytest.param(STORY, OTHER_STORY, True, id="a-figure-changed"),
        pytest.param(STORY, STORY[:120], True, id="shortened"),
        pytest.param(STORY, "UPDATE. " + STORY + " More to follow, as soon as there is more.", True, id="longer"),
        pytest.param(STORY, STORY.upper().replace(" ", "\n"), True, id="set-otherwise"),
        pytest.param(
            STORY, "A cake shop opens in Cologne, and its owner hopes for many guests. " * 5, False, id="other"
        ),
        pytest.param(CHINESE, CHINESE.replace("两千", "三千"), True, id="chinese-update"),
        pytest.param(
            CHINESE,
            "苹果公司将关闭位于深圳的零售店，原因尚未公布。员工将转往其他门店工作，顾客表示遗憾。",
            False,
            id="chinese-other",
        ),
        pytest.param(STORY, "", True, id="nothing-to-compare"),
        pytest.param("short", "other", False, id="very-short"),
    ],
)
def test_akin(one: str, other: str, alike: bool) -> None:
    assert akin(one, other) is alike
    assert akin(other, one) is alike
