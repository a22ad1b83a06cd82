"""Watches in the configuration file, the addresses that they may name, and references to secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from storewatch.config import load, references
from storewatch.config.watches import addresses, checked
from storewatch.errors import ConfigError, InputError
from storewatch.types import Watch


def test_watches_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "storewatch.toml").write_text(
        '[watches.Germany]\nquery = "country:DE"\nto = "mailto:a@b.example,c@d.example"\n\n'
        '[watches."All of it"]\nhealth = true\nevery = "weekly"\nto = ["env:SLACK_URL"]\n',
        encoding="utf-8",
    )
    loaded = load(environ={}, cwd=tmp_path)
    assert loaded.watches == {
        "Germany": Watch(
            name="Germany",
            query="country:DE",
            targets=("mailto:a@b.example", "mailto:c@d.example"),
            origin="storewatch.toml line 1",
        ),
        "All of it": Watch(
            name="All of it",
            query=None,
            targets=("env:SLACK_URL",),
            every="weekly",
            health=True,
            origin="storewatch.toml line 5",
        ),
    }
    assert ("watches.Germany", "country:DE") in [(line.key, line.value) for line in loaded.shown()]


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        pytest.param("watches = 3", "watches (storewatch.toml): is no table", id="no table"),
        pytest.param("[watches]\nx = 1", "watches.x (storewatch.toml): is a table of a watch, not a key", id="a key"),
        pytest.param('[watches.x]\nqery = "a"', "did you mean watches.x.query?", id="unknown key"),
        pytest.param("[watches.x]\nquery = 3", "watches.x.query (storewatch.toml line 1): wrong value", id="query"),
        pytest.param('[watches.x]\nquery = "a"\nto = 3', "watches.x.to (storewatch.toml line 1): wrong value", id="to"),
        pytest.param('[watches.x]\nquery = "a"\nevery = "hourly"', "expected instant or daily or weekly", id="every"),
        pytest.param('[watches.x]\nquery = "a"\nhealth = "yes"', "expected true or false", id="health"),
        pytest.param('[watches.x]\nquery = "a"', "watches.x (storewatch.toml line 1), to: names nobody", id="nobody"),
        pytest.param(
            '[watches.x]\nto = "mailto:a@b.c"', "x (storewatch.toml line 1), query: there is none", id="nothing"
        ),
        pytest.param(
            '[watches.x]\nquery = "a"\nto = "https://u:geheim@h/"',
            "to: holds a secret, which would be stored",
            id="secret",
        ),
    ],
)
def test_mistakes_name_their_place(tmp_path: Path, toml: str, message: str) -> None:
    (tmp_path / "storewatch.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load(environ={}, cwd=tmp_path)
    assert message in str(raised.value)
    assert "geheim" not in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "mailto:desk@example.org",
        "https://example.org/hook",
        "https://example.org/hook/${TOKEN}?key=${KEY}",
        "http://127.0.0.1:8080/a-long-path-without-any-number-in-it",
        "smtp://me:${PASSWORD}@mail.example:587/?to=desk@example.org",
        "smtps://me:${file:/run/secrets/mail}@mail.example/?to=desk@example.org",
        "slack://${TOKENS}/#news",
        "env:SLACK_URL",
        "file:/run/secrets/slack",
    ],
)
def test_addresses_are_kept_as_they_are_written(text: str) -> None:
    assert addresses(f" {text} ") == (text,)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("desk@example.org", "is no address", id="no scheme"),
        pytest.param("", "is no address", id="nothing"),
        pytest.param("https://", "names no host", id="no host"),
        pytest.param("https://x:y:z/", "is no address", id="no port"),
        pytest.param("mailto:desk", "'desk' is no mail address", id="no mail address"),
        pytest.param("mailto:a@b.c\nBcc: x@y.z", "is no address", id="two lines"),
        pytest.param("mailto://u:geheim@gmail.com", "mailto:// is not understood", id="mailto with slashes"),
        pytest.param("https://u:geheim@h/", "holds a secret", id="password"),
        pytest.param("https://h/?token=geheim", "holds a secret", id="token"),
        pytest.param("https://h/?a=b&api_key=geheim", "holds a secret", id="key"),
        pytest.param("smtp://u:geheim@h/?to=a@b.c", "holds a secret", id="mail password"),
        pytest.param("https://hooks.example/T0/B0/abcdefghij0123456789geheim", "looks like a secret", id="path"),
        pytest.param("slack://geheim/#news", "a slack address may hold a secret", id="chat"),
        pytest.param("https://h/${not a name}", "refers to no environment variable", id="no variable"),
        pytest.param("env:", "refers to no environment variable", id="no name"),
        pytest.param("env:STOREWATCH_DATABASE__URL", "cannot refer to the variable", id="our own"),
    ],
)
def test_addresses_that_are_refused(text: str, problem: str) -> None:
    with pytest.raises(InputError) as raised:
        addresses(text)
    assert problem in str(raised.value)
    assert "geheim" not in str(raised.value)


@pytest.mark.parametrize(
    "name", [pytest.param("", id="none"), pytest.param("a\nb", id="lines"), pytest.param("x" * 81, id="long")]
)
def test_names_that_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="NAME: is no name"):
        checked(Watch(name=name, query="a", targets=("mailto:a@b.c",)))


def test_references_are_looked_up(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from a file\n", encoding="utf-8")
    environ = {"KEY": "k/1", "URL": "https://h/x"}
    assert references.resolve("env:URL", environ, "to").text == "https://h/x"
    assert references.resolve(f"file:{secret}", environ, "to").text == "from a file"
    found = references.resolve(f"https://h/${{KEY}}?x=${{file:{secret}}}", environ, "to")
    assert found.text == "https://h/k/1?x=from a file"
    assert found.without_secrets("asked k/1, k%2F1 and from a file") == "asked ***, *** and ***"
    assert "k/1" not in repr(found)


def test_parts_of_a_secret_address_are_blotted_out_too() -> None:
    found = references.resolve("env:CHAT", {"CHAT": "slack://T0abcdef/B0abcdef/geheim%2F77/#x"}, "to")
    told = found.without_secrets("cannot post to https://hooks.slack.com/services/T0abcdef/B0abcdef/geheim/77")
    assert told == "cannot post to https://hooks.slack.com/services/***/***/***"


def test_a_text_without_references_is_left_alone() -> None:
    assert references.resolve("https://h/$x/{y}", {}, "to").text == "https://h/$x/{y}"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("env:KEY", "the variable KEY is not set", id="not set"),
        pytest.param("https://h/${EMPTY}", "the variable EMPTY is not set", id="empty"),
        pytest.param("env:LINES", "LINES holds more than one line", id="lines"),
        pytest.param("file:/nowhere/at/all", "cannot be read: No such file", id="no file"),
    ],
)
def test_references_that_lead_nowhere(text: str, problem: str) -> None:
    with pytest.raises(ConfigError) as raised:
        references.resolve(text, {"EMPTY": " ", "LINES": "geheim\nb"}, "to")
    assert problem in str(raised.value)
    assert "geheim" not in str(raised.value)
