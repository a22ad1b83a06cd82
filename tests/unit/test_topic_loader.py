"""The shipped topic, and what is said of a topic file that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines import topics
from pipelines.topics.loader import load
from storewatch.errors import TopicError

FILES = {
    "topic.toml": 'name = "bikes"\nversion = "1"\n',
    "vendors.toml": '[[vendor]]\nname = "Ammaco"\naliases = ["ammaco"]\n',
    "brands.toml": 'retailer = ["halfords"]\n',
    "lang/xx.toml": '[store]\nown_store = ["concept store*"]\n',
    "lang/en.toml": 'also = ["en-x"]\n[store]\nown_store = ["shop"]\n[action]\nopen = ["opens"]\n',
}


def topic_folder(folder: Path, **changed: str | None) -> Path:
    """A small topic of its own; ``changed`` maps a file (``lang__en`` for lang/en.toml) to other content or None."""
    for name, content in FILES.items():
        new = changed.get(name.removesuffix(".toml").replace("/", "__"), content)
        if new is not None:
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(new, "utf-8")
    return folder


def test_the_shipped_topic_is_valid() -> None:
    topic = topics.load()
    assert topic.name == "retail"
    assert "Xiaomi" in topic.vendor_names
    assert {"en", "de", "zh", "es", "fr", "it"} <= set(topic.codes)


def test_a_topic_is_loaded_once() -> None:
    assert topics.load() is topics.load("retail")


def test_a_topic_of_ones_own(tmp_path: Path) -> None:
    topic = load(str(topic_folder(tmp_path)))
    assert topic.vendor_names == ("Ammaco",)
    assert [t.value for t in topic.find_terms("Ammaco opens a shop", "en")] == ["open", "own_store"]
    assert [t.value for t in topic.find_terms("Ammaco concept stores", "sv")] == ["own_store"]
    assert [b.name for b in topic.find_brands("at Halfords")] == ["halfords"]


def test_the_version_changes_with_every_word(tmp_path: Path) -> None:
    before, after = tmp_path / "a", tmp_path / "b"
    before.mkdir()
    after.mkdir()
    topic_folder(before)
    topic_folder(after, brands='retailer = ["evans"]\n')
    assert load(str(before)).version != load(str(after)).version
    assert load(str(before)).version.startswith("1+")


WRONG = [
    pytest.param({"topic": None}, "is no topic", "shipped topics: retail", id="no topic at all"),
    pytest.param({"topic": 'name = "x"\n'}, "topic.toml: version", "must be a text", id="version missing"),
    pytest.param({"topic": "name = \n"}, "topic.toml", "is not valid TOML", id="broken TOML"),
    pytest.param({"vendors": None}, "vendors.toml", "cannot be read", id="file missing"),
    pytest.param({"vendors": ""}, "vendors.toml: vendor", "names nobody", id="no vendor"),
    pytest.param({"vendors": '[[vendor]]\nname = ""\n'}, "vendor 1: name", "must be a text", id="vendor without name"),
    pytest.param(
        {"vendors": '[[vendor]]\nname = "A"\n'}, "vendor A: aliases", "at least one", id="vendor without alias"
    ),
    pytest.param(
        {"vendors": '[[vendor]]\nname = "A"\naliases = ["a"]\n' * 2},
        "vendor A",
        "stands there twice",
        id="vendor twice",
    ),
    pytest.param(
        {"vendors": '[[vendor]]\nname = "A"\naliases = "a"\n'}, "vendor A: aliases", "a list of texts", id="no list"
    ),
    pytest.param(
        {"vendors": '[[vendor]]\nname = "A"\naliases = ["a"]\nalias = 1\n'}, "alias", "no known key", id="unknown key"
    ),
    pytest.param(
        {"vendors": '[[vendor]]\nname = "A"\naliases = ["a"]\nbanners.mall = ["a mall"]\n'},
        "banners.mall",
        "is no store type",
        id="unknown store type",
    ),
    pytest.param({"brands": 'shop = ["x"]\n'}, "brands.toml: shop", "carrier, retailer", id="unknown kind of brand"),
    pytest.param({"lang__xx": None}, "xx.toml", "is missing", id="no international words"),
    pytest.param({"lang__en": '[store]\nshop = ["x"]\n'}, "en.toml: store.shop", "own_store", id="unknown value"),
    pytest.param({"lang__en": '[shop]\nopen = ["x"]\n'}, "en.toml: shop", "no known key", id="unknown kind"),
    pytest.param({"lang__en": 'store = ["x"]\n'}, "en.toml: store", "must be a table", id="kind without values"),
    pytest.param(
        {"lang__en": '[action]\nopen = ["op*n"]\n'}, "en.toml: action: open", "'op*n' has", id="pattern that cannot be"
    ),
    pytest.param({"lang__en": '[action]\nopen = ["a", "a"]\n'}, "action: open", "'a' twice", id="pattern twice"),
    pytest.param(
        {"lang__en": 'also = ["xx"]\n'}, "en.toml: also", "xx has a file already", id="language claimed twice"
    ),
]


@pytest.mark.parametrize(("changed", "where", "what"), WRONG)
def test_a_wrong_file_is_named_with_its_key(
    tmp_path: Path, changed: dict[str, str | None], where: str, what: str
) -> None:
    with pytest.raises(TopicError) as caught:
        load(str(topic_folder(tmp_path, **changed)))
    message = str(caught.value)
    assert where in message
    assert what in message
