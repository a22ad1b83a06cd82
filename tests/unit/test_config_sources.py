"""Headers and cookies of single sources: how they are written, what each mistake is answered with, who gets them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from scrapy import Request

from crawler.checkup import Visit
from crawler.middlewares import AccessMiddleware
from storewatch.config import load
from storewatch.config.access import check_names, from_json, may_carry, resolved, to_json
from storewatch.errors import ConfigError
from storewatch.types import PendingPage, Source

GOLEM = """[fetch]
delay_s = 2

[sources.golem]
headers = {Authorization = "env:GOLEM_TOKEN", X-Client = "reader-77"}
cookies = {consent = "yes-77", session = "env:GOLEM_SESSION"}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "storewatch.toml"
    path.write_text(text, encoding="utf-8")
    return folder


def test_values_come_from_the_environment(tmp_path: Path) -> None:
    loaded = load(environ={}, cwd=write(tmp_path, GOLEM))
    assert loaded.config.fetch.delay_s == 2
    assert list(loaded.sources) == ["golem"]
    headers = resolved("golem", loaded.sources["golem"], {"GOLEM_TOKEN": "Bearer x", "GOLEM_SESSION": "s"})
    assert headers == {
        "Authorization": "Bearer x",
        "X-Client": "reader-77",
        "Cookie": "consent=yes-77; session=s",
    }


def test_the_crawl_process_gets_the_same(tmp_path: Path) -> None:
    loaded = load(environ={"GOLEM_TOKEN": "secret-1"}, cwd=write(tmp_path, GOLEM))
    environ = loaded.environ()
    assert "secret-1" not in str(environ)
    assert load(environ=environ).sources == loaded.sources
    assert load(environ=environ).sources["golem"].origin == "storewatch.toml line 4"


def test_nothing_secret_is_shown(tmp_path: Path) -> None:
    loaded = load(environ={}, cwd=write(tmp_path, GOLEM))
    lines = {line.key: (line.value, line.origin) for line in loaded.shown() if line.key.startswith("sources.")}
    assert lines == {
        "sources.golem.headers": ("Authorization=env:GOLEM_TOKEN, X-Client=***", "storewatch.toml line 4"),
        "sources.golem.cookies": ("consent=***, session=env:GOLEM_SESSION", "storewatch.toml line 4"),
    }
    assert "77" not in repr(loaded.sources)


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        pytest.param(
            "[sources.golem]\nheader = {}\n",
            "sources.golem.header (storewatch.toml line 1): unknown key (did you mean sources.golem.headers?)",
            id="unknown key",
        ),
        pytest.param(
            "[sources.golem]\nheaders = 'x-77'\n",
            "sources.golem.headers (storewatch.toml line 1): is no table of names and values "
            '(expected headers = {Name = "value"})',
            id="no table",
        ),
        pytest.param(
            '[sources.golem]\nheaders = {X = "a\\nb-77"}\n',
            'sources.golem.headers.X (storewatch.toml line 1): wrong value (expected "env:VARIABLE" or one line of '
            "printable ASCII characters)",
            id="two lines",
        ),
        pytest.param(
            '[sources.golem]\ncookies = {a = "b; c-77"}\n',
            'sources.golem.cookies.a (storewatch.toml line 1): wrong value (expected "env:VARIABLE" or one line of '
            "printable ASCII characters without ;)",
            id="two cookies",
        ),
        pytest.param(
            '[sources.golem]\nheaders = {cookie = "a-77"}\n',
            "sources.golem.headers.cookie (storewatch.toml line 1): is not set as a header "
            "(write sources.golem.cookies)",
            id="cookie as header",
        ),
        pytest.param(
            '[sources.golem]\nheaders = {Host = "a-77"}\n',
            "sources.golem.headers.Host (storewatch.toml line 1): is set by storewatch itself (leave it out)",
            id="host",
        ),
        pytest.param(
            '[sources.golem]\nheaders = {"X Y" = "a-77"}\n',
            "sources.golem.headers.X Y (storewatch.toml line 1): is no name of a header "
            "(letters, digits and dashes are)",
            id="blank in a name",
        ),
        pytest.param(
            '[sources.golem]\nheaders = {X = "env:"}\n',
            'sources.golem.headers.X (storewatch.toml line 1): names no environment variable (write "env:VARIABLE")',
            id="no variable",
        ),
        pytest.param(
            '[sources.golem]\nheaders = {X = "env:STOREWATCH_TOKEN"}\n',
            "sources.golem.headers.X (storewatch.toml line 1): cannot be the variable STOREWATCH_TOKEN "
            "(variables that begin with STOREWATCH_ are for keys; choose another name)",
            id="our own variable",
        ),
        pytest.param(
            "[sources]\ngolem = 1\n",
            "sources.golem (storewatch.toml): is a table of a source, not a key (write [sources.golem])",
            id="a key",
        ),
        pytest.param(
            "[sources.'Golem.de']\n",
            "sources.Golem.de (storewatch.toml line 1): is no name of a source "
            "(`storewatch sources list` shows the names)",
            id="no slug",
        ),
        pytest.param(
            "sources = 1\n",
            "sources (storewatch.toml): is no table (write [sources.NAME] and its keys below)",
            id="no tables",
        ),
    ],
)
def test_mistakes_are_named_with_their_place(tmp_path: Path, toml: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(environ={}, cwd=write(tmp_path, toml))
    assert str(caught.value) == message
    assert "77" not in message


@pytest.mark.parametrize(
    ("environ", "problem"),
    [
        pytest.param({}, "the environment variable GOLEM_TOKEN is not set (set it for golem)", id="missing"),
        pytest.param(
            {"GOLEM_TOKEN": ""}, "the environment variable GOLEM_TOKEN is not set (set it for golem)", id="empty"
        ),
        pytest.param(
            {"GOLEM_TOKEN": "x\r\nHost: y"},
            "the environment variable GOLEM_TOKEN cannot be sent (expected one line of printable ASCII characters)",
            id="two lines",
        ),
    ],
)
def test_a_variable_that_cannot_be_used_names_its_source(tmp_path: Path, environ: dict[str, str], problem: str) -> None:
    access = load(environ={}, cwd=write(tmp_path, GOLEM)).sources["golem"]
    with pytest.raises(ConfigError) as caught:
        resolved("golem", access, environ)
    assert str(caught.value) == f"sources.golem.headers.Authorization (storewatch.toml line 4): {problem}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", 'STOREWATCH_SOURCES: is not valid JSON ({"NAME": {"headers": {...}, "cookies": {...}}})'),
        (
            '{"golem": {"cookie": {}}}',
            "sources.golem.cookie (environment STOREWATCH_SOURCES): unknown key (did you mean sources.golem.cookies?)",
        ),
        (
            "[]",
            "sources (environment STOREWATCH_SOURCES): is no table (write [sources.NAME] and its keys below)",
        ),
    ],
)
def test_the_variable_is_checked_too(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        from_json(text)
    assert str(caught.value) == message
    assert (from_json(""), to_json({})) == ({}, "")


def test_an_unknown_source_is_named_with_the_nearest() -> None:
    access = from_json('{"golem": {}, "heize": {}}')
    check_names(access, {"golem", "heize"})
    with pytest.raises(ConfigError) as caught:
        check_names(access, {"golem", "heise"})
    assert str(caught.value) == (
        "sources.heize (environment STOREWATCH_SOURCES): there is no source of this name (did you mean sources.heise?)"
    )


@pytest.mark.parametrize(
    ("home", "url", "allowed"),
    [
        ("https://golem.example/rss", "https://golem.example/1", True),
        ("https://golem.example/rss", "https://GOLEM.example:443/1", True),
        ("http://golem.example/rss", "https://golem.example/1", True),
        ("https://golem.example/rss", "http://golem.example/1", False),
        ("https://golem.example/rss", "https://www.golem.example/1", False),
        ("https://golem.example/rss", "https://golem.example.evil.example/1", False),
        ("https://golem.example/rss", "https://golem.example@evil.example/1", False),
        ("https://golem.example/rss", "https://golem.example:8443/1", False),
        ("http://golem.example:8080/rss", "https://golem.example/1", False),
        ("http://golem.example:8080/rss", "http://golem.example:8080/1", True),
        ("https://golem.example/rss", "https://golem.example:http/1", False),
        ("unusable:", "unusable:", False),
    ],
)
def test_who_gets_the_headers(home: str, url: str, allowed: bool) -> None:
    assert may_carry(home, url) is allowed


def test_headers_go_with_polls_and_pages_of_their_host_and_no_further() -> None:
    asked: list[str] = []

    async def home(name: str) -> str | None:
        asked.append(name)
        return {"golem": "https://golem.example/rss"}.get(name)

    middleware = AccessMiddleware(access={"golem": {"X-Token": "t", "Cookie": "a=b"}}, home=home)
    source = Source(source_id=1, name="golem", url="https://golem.example/rss")
    page = PendingPage(page_id=1, url="https://golem.example/1", source="golem")

    def sent(request: Request) -> bool:
        asyncio.run(middleware.process_request(request))
        assert (b"X-Token" in request.headers) is (b"Cookie" in request.headers)
        return b"X-Token" in request.headers

    poll = Request(source.url, cb_kwargs={"source": source}, headers={"Accept": "x"})
    assert sent(poll)
    elsewhere = poll.replace(url="https://cdn.example/rss")
    assert b"X-Token" in elsewhere.headers
    assert not sent(elsewhere)
    assert elsewhere.headers["Accept"] == b"x"
    assert sent(elsewhere.replace(url="https://golem.example/feed"))
    assert sent(Request(page.url, cb_kwargs={"page": page}))
    assert not sent(Request("https://other.example/1", cb_kwargs={"page": page}))
    assert asked == ["golem"]
    visit = Visit(asked=source.url, name="golem")
    assert sent(Request(source.url, cb_kwargs={"visit": visit}))
    assert not sent(Request("https://cdn.example/rss", cb_kwargs={"visit": visit}))
    others = PendingPage(page_id=2, url="https://golem.example/2", source="heise")
    assert not sent(Request(others.url, cb_kwargs={"page": others}))
    assert not sent(Request("https://golem.example/robots.txt"))
