"""The configuration: layers, origins, and what each mistake is answered with."""

from __future__ import annotations

from pathlib import Path

import pytest

from storewatch.config import Config, keys, load, without_secrets
from storewatch.errors import ConfigError


def write(folder: Path, text: str, name: str = "storewatch.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults_work_without_any_layer(tmp_path: Path) -> None:
    loaded = load(environ={}, cwd=tmp_path)
    assert loaded.config == Config()
    assert loaded.config.database.url == "sqlite:///storewatch.db"
    assert set(loaded.origins.values()) == {"default"}


def test_flag_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    write(tmp_path, "[database]\nurl = 'file.db'\n\n[fetch]\ndelay_s = 2\ntimeout_s = 5.5\n")
    loaded = load(
        flags={"database.url": "flag.db", "run.page_limit": None},
        environ={"STOREWATCH_DATABASE__URL": "variable.db", "STOREWATCH_FETCH__DELAY_S": "3"},
        cwd=tmp_path,
    )
    assert loaded.config.database.url == "sqlite:///flag.db"
    assert loaded.config.fetch.delay_s == 3.0
    assert loaded.config.fetch.timeout_s == 5.5
    assert loaded.config.run.page_limit is None
    assert {
        key: loaded.origins[key] for key in ("database.url", "fetch.delay_s", "fetch.timeout_s", "run.page_limit")
    } == {
        "database.url": "flag --db",
        "fetch.delay_s": "environment STOREWATCH_FETCH__DELAY_S",
        "fetch.timeout_s": "storewatch.toml line 6",
        "run.page_limit": "default",
    }


@pytest.mark.parametrize(
    ("given", "url"),
    [
        pytest.param("news.db", "sqlite:///news.db", id="relative path"),
        pytest.param("/var/news.db", "sqlite:////var/news.db", id="absolute path"),
        pytest.param(" news.db ", "sqlite:///news.db", id="path with blanks"),
        pytest.param("sqlite:////var/news.db", "sqlite:////var/news.db", id="sqlite URL"),
        pytest.param("postgresql://u:p@h/n", "postgresql://u:p@h/n", id="postgresql URL"),
        pytest.param("postgresql+psycopg://h/n", "postgresql+psycopg://h/n", id="with driver"),
    ],
)
def test_database_takes_url_or_path(given: str, url: str) -> None:
    assert load(flags={"database.url": given}, environ={"STOREWATCH_CONFIG": ""}).config.database.url == url


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        pytest.param("true", "allow_private_addresses", True, id="true"),
        pytest.param("0", "allow_private_addresses", False, id="0"),
        pytest.param("250000", "max_bytes", 250_000, id="whole number"),
        pytest.param("0.25", "delay_s", 0.25, id="number"),
        pytest.param("http://u:p@proxy:3128", "proxy", "http://u:p@proxy:3128", id="proxy"),
        pytest.param("", "proxy", None, id="empty is none where none is possible"),
    ],
)
def test_variables_are_read_as_the_type_of_their_key(text: str, key: str, value: object) -> None:
    loaded = load(environ={"STOREWATCH_CONFIG": "", f"STOREWATCH_FETCH__{key.upper()}": text})
    assert getattr(loaded.config.fetch, key) == value
    assert type(getattr(loaded.config.fetch, key)) is type(value)


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        pytest.param(
            "[fetch]\ndelay = 1\n",
            "fetch.delay (storewatch.toml line 2): unknown key (did you mean fetch.delay_s?)",
            id="near key",
        ),
        pytest.param(
            "[run]\ndelay_s = 1\n",
            "run.delay_s (storewatch.toml line 2): unknown key (did you mean fetch.delay_s?)",
            id="right key in the wrong section",
        ),
        pytest.param(
            "[fetsh]\ndelay_s = 1\n",
            "fetsh.delay_s (storewatch.toml line 1): unknown key (did you mean fetch.delay_s?)",
            id="misspelt section",
        ),
        pytest.param(
            "delay_s = 1\n",
            "delay_s (storewatch.toml line 1): unknown key (did you mean fetch.delay_s?)",
            id="key without section",
        ),
        pytest.param(
            "[qqq]\nzzz = 1\n",
            "qqq.zzz (storewatch.toml line 1): unknown key (`storewatch config` lists all keys)",
            id="nothing near",
        ),
        pytest.param(
            "fetch = 3\n",
            "fetch (storewatch.toml line 1): is a section, not a key: write [fetch] and its keys below",
            id="section as key",
        ),
        pytest.param(
            "fetch.delay_s = 'soon'\n",
            "fetch.delay_s (storewatch.toml line 1): wrong value 'soon' (expected a number of seconds from 0 to 3600)",
            id="wrong type, dotted key",
        ),
        pytest.param(
            "\n[fetch]\n# slow\ndelay_s = -1\n",
            "fetch.delay_s (storewatch.toml line 4): wrong value -1 (expected a number of seconds from 0 to 3600)",
            id="out of range",
        ),
        pytest.param(
            "[fetch]\ndelay_s = nan\n",
            "fetch.delay_s (storewatch.toml line 2): wrong value nan (expected a number of seconds from 0 to 3600)",
            id="not a number",
        ),
        pytest.param(
            "[extract]\nworkers = true\n",
            "extract.workers (storewatch.toml line 2): wrong value True (expected a whole number from 0 to 256)",
            id="boolean for a number",
        ),
        pytest.param(
            "[extract]\nprefilter = 'yes'\n",
            "extract.prefilter (storewatch.toml line 2): wrong value 'yes' (expected true or false)",
            id="text for a boolean",
        ),
        pytest.param(
            "[fetch.delay_s]\nhost = 3\n",
            "fetch.delay_s (storewatch.toml): wrong value {'host': 3} (expected a number of seconds from 0 to 3600)",
            id="table for a value",
        ),
        pytest.param(
            '[fetch]\nuser_agent = "a\\nX-Evil: b"\n',
            "fetch.user_agent (storewatch.toml line 2): wrong value 'a\\nX-Evil: b' "
            "(expected one line of printable ASCII characters)",
            id="header injection",
        ),
        pytest.param(
            "[database]\nurl = 'mysql://anna:geheim@db/news'\n",
            "database.url (storewatch.toml line 2): wrong value 'mysql://anna:***@db/news' "
            "(expected a file path, sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME)",
            id="database of another kind, password hidden",
        ),
        pytest.param(
            "[fetch]\ndelay_s = \n",
            "storewatch.toml, line 2, column 11: is not valid TOML: Invalid value",
            id="broken TOML",
        ),
        pytest.param(
            "[fetch\n",
            "storewatch.toml, line 1, column 7: is not valid TOML: Expected ']' at the end of a table declaration",
            id="broken header",
        ),
    ],
)
def test_mistakes_in_the_file_name_their_place(tmp_path: Path, toml: str, message: str) -> None:
    write(tmp_path, toml)
    with pytest.raises(ConfigError) as caught:
        load(environ={}, cwd=tmp_path)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        pytest.param(
            "STOREWATCH_FETCH__DELAY",
            "1",
            "STOREWATCH_FETCH__DELAY: unknown environment variable (did you mean STOREWATCH_FETCH__DELAY_S?)",
            id="near key",
        ),
        pytest.param(
            "STOREWATCH_DATABASE_URL",
            "x.db",
            "STOREWATCH_DATABASE_URL: unknown environment variable (did you mean STOREWATCH_DATABASE__URL?)",
            id="one underscore",
        ),
        pytest.param(
            "storewatch_fetch__proxy",
            "http://p:1",
            "storewatch_fetch__proxy: unknown environment variable (did you mean STOREWATCH_FETCH__PROXY?)",
            id="lower case",
        ),
        pytest.param(
            "STOREWATCH_QQQ__ZZZ",
            "1",
            "STOREWATCH_QQQ__ZZZ: unknown environment variable (`storewatch config` lists all keys)",
            id="unknown section",
        ),
        pytest.param(
            "STOREWATCH_RUN__FAILED_SHARE",
            "20%",
            "run.failed_share (environment STOREWATCH_RUN__FAILED_SHARE): wrong value '20%' "
            "(expected a number from 0 to 1)",
            id="wrong value",
        ),
        pytest.param(
            "STOREWATCH_FETCH__PROXY",
            "socks5://anna:geheim@proxy:1080",
            "fetch.proxy (environment STOREWATCH_FETCH__PROXY): wrong value 'socks5://anna:***@proxy:1080' "
            "(expected http://[USER:PASSWORD@]HOST:PORT)",
            id="proxy of another kind, password hidden",
        ),
        pytest.param(
            "STOREWATCH_FETCH__DELAY_S",
            "",
            "fetch.delay_s (environment STOREWATCH_FETCH__DELAY_S): wrong value '' "
            "(expected a number of seconds from 0 to 3600)",
            id="empty where a value is needed",
        ),
        pytest.param(
            "STOREWATCH_DATABASE__URL",
            ":memory:",
            "database.url (environment STOREWATCH_DATABASE__URL): wrong value ':memory:' "
            "(expected a file path, sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME)",
            id="database in memory",
        ),
    ],
)
def test_mistakes_in_the_environment_name_their_variable(variable: str, value: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(environ={"STOREWATCH_CONFIG": "", variable: value})
    assert str(caught.value) == message


def test_no_secret_hides_in_the_chain_of_an_error() -> None:
    with pytest.raises(ConfigError) as caught:
        load(flags={"database.url": "mysql://anna:geheim@db/news"}, environ={"STOREWATCH_CONFIG": ""})
    assert "geheim" not in f"{caught.value!r} {caught.value.__cause__}"


def test_reserved_variables_are_no_keys(tmp_path: Path) -> None:
    named = write(tmp_path, "run.page_limit = 7\n", "other.toml")
    loaded = load(
        environ={"STOREWATCH_REQUIRE_SERVICES": "1", "STOREWATCH_CONFIG": str(named), "PATH": "/bin"}, cwd=tmp_path
    )
    assert loaded.config.run.page_limit == 7
    assert loaded.origins["run.page_limit"] == "other.toml line 1"


def test_named_file_replaces_the_one_of_the_folder(tmp_path: Path) -> None:
    write(tmp_path, "run.page_limit = 1\n")
    write(tmp_path, "run.page_limit = 2\n", "by-variable.toml")
    by_flag = write(tmp_path, "run.page_limit = 3\n", "by-flag.toml")
    environ = {"STOREWATCH_CONFIG": "by-variable.toml"}
    assert load(environ=environ, cwd=tmp_path).config.run.page_limit == 2
    assert load(environ=environ, cwd=tmp_path, file=by_flag).config.run.page_limit == 3
    assert load(environ={"STOREWATCH_CONFIG": ""}, cwd=tmp_path).config.run.page_limit is None


def test_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"^gone\.toml: the configuration file that STOREWATCH_CONFIG names does not exist$"
    ):
        load(environ={"STOREWATCH_CONFIG": "gone.toml"}, cwd=tmp_path)
    with pytest.raises(ConfigError, match=r"^gone\.toml: the configuration file that --config names does not exist$"):
        load(environ={}, cwd=tmp_path, file=Path("gone.toml"))


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "storewatch.toml").write_bytes(b"[fetch]\ncontact = '\xfc'\n")
    with pytest.raises(ConfigError, match=r"^storewatch\.toml: is not UTF-8 \(byte 19\)$"):
        load(environ={}, cwd=tmp_path)
    with pytest.raises(ConfigError, match=r": cannot be read: Is a directory$"):
        load(environ={}, cwd=tmp_path, file=tmp_path)


def test_a_child_gets_the_same_values_whatever_file_lies_about(tmp_path: Path) -> None:
    write(tmp_path, "[fetch]\nproxy = 'http://anna:geheim@proxy:3128'\nverify_certificates = false\ndelay_s = 0.1\n")
    parent = load(flags={"run.page_limit": 5}, environ={}, cwd=tmp_path)
    write(tmp_path, "broken")
    child = load(environ=parent.environ(), cwd=tmp_path)
    assert child.config == parent.config
    assert load(environ=defaults_as_variables(), cwd=tmp_path).config == Config()


def defaults_as_variables() -> dict[str, str]:
    return load(environ={"STOREWATCH_CONFIG": ""}).environ()


def test_shown_values_hold_no_password() -> None:
    loaded = load(
        environ={
            "STOREWATCH_CONFIG": "",
            "STOREWATCH_DATABASE__URL": "postgresql://anna:geheim@db/news",
            "STOREWATCH_FETCH__PROXY": "http://anna:geheim@proxy:3128",
        }
    )
    shown = {line.key: line for line in loaded.shown()}
    assert shown["database.url"].value == "postgresql://anna:***@db/news"
    assert shown["database.url"].origin == "environment STOREWATCH_DATABASE__URL"
    assert shown["fetch.proxy"].value == "http://anna:***@proxy:3128"
    assert "geheim" not in f"{loaded.shown()} {loaded.config!r} {loaded!r}"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        pytest.param("postgresql://u:p@h/n", "postgresql://u:***@h/n", id="password"),
        pytest.param("postgresql://u:p@ss/w@h/n", "postgresql://u:***@h/n", id="password with @ and /"),
        pytest.param("postgresql://u@h:5432/n", "postgresql://u@h:5432/n", id="no password"),
        pytest.param("postgresql://h/n?user=u&password=p", "postgresql://h/n?user=u&password=***", id="in the query"),
        pytest.param("sqlite:///a.db", "sqlite:///a.db", id="file"),
        pytest.param("http://h:8080/x", "http://h:8080/x", id="port is no password"),
    ],
)
def test_without_secrets(text: str, safe: str) -> None:
    assert without_secrets(text) == safe


def test_unknown_flag_is_a_mistake() -> None:
    with pytest.raises(ConfigError, match=r"^fetch\.delay \(flag\): unknown key \(did you mean fetch\.delay_s\?\)$"):
        load(flags={"fetch.delay": 1}, environ={"STOREWATCH_CONFIG": ""})


def test_config_is_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Config().fetch.delay_s = 0


@pytest.mark.parametrize("key", keys(), ids=lambda key: key.name)
def test_every_key_says_what_it_means_and_wants(key: object) -> None:
    assert getattr(key, "meaning", "").endswith(".")
    assert getattr(key, "expected", "")
