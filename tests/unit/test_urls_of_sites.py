"""Addresses as real sites build them (``tests/data/urls.tsv``, our own): the same page, or one that looks alike."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

import pytest

from storewatch.urls import canonical_url, url_key

ROWS = Path(__file__).parents[1] / "data" / "urls.tsv"


class Pair(NamedTuple):
    verdict: str
    reason: str
    a: str
    b: str


def pairs(verdict: str) -> list[Pair]:
    with ROWS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [pair for row in rows if (pair := Pair(**row)).verdict == verdict]


SAME, DIFFERENT = pairs("same"), pairs("different")


@pytest.mark.parametrize("pair", SAME, ids=[pair.reason for pair in SAME])
def test_one_page_has_one_key(pair: Pair) -> None:
    assert url_key(pair.a) == url_key(pair.b)


@pytest.mark.parametrize("pair", DIFFERENT, ids=[pair.reason for pair in DIFFERENT])
def test_two_pages_share_neither_key_nor_address(pair: Pair) -> None:
    assert url_key(pair.a) != url_key(pair.b)
    assert canonical_url(pair.a) != canonical_url(pair.b)


@pytest.mark.parametrize("pair", SAME + DIFFERENT, ids=[pair.reason for pair in SAME + DIFFERENT])
def test_a_canonical_address_stays_and_keeps_its_key(pair: Pair) -> None:
    for url in (pair.a, pair.b):
        assert canonical_url(canonical_url(url)) == canonical_url(url)
        assert url_key(canonical_url(url)) == url_key(url)


ID_NAMES = """
    id ID p a n no nr idx idxno aid oid nid cid sid tid pid fid vid mid bid kid uid article articleid article_id artid
    news newsid news_id story storyid story_id item itemid item_id doc docid doc_id post postid post_id page_id num
    number seq code key slug title name entry ud contid content_id ref source src from via feature origin medium
    campaign channel partner session_id s r f m mod q t v w action view type format mode section li sh st trackingid
    segmentid single_id amp_story print_id
"""


@pytest.mark.parametrize("name", ID_NAMES.split())
@pytest.mark.parametrize("values", [("345678", "345679"), ("ab-12", "ab-13"), ("17/4", "17/5")], ids=str)
def test_whatever_may_be_an_id_is_kept(name: str, values: tuple[str, str]) -> None:
    one, other = (f"https://www.zeitung.example/lesen.php?kat=7&{name}={value}" for value in values)
    assert url_key(one) != url_key(other)
    assert name in canonical_url(one)
