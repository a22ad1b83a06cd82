"""What the user can type or set is documented: an undocumented command, option, key or exit code fails here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from storewatch.cli import checking, health, ledgers, planned, queries, run_rows, sources, stored, upkeep, watch
from storewatch.cli.app import app
from storewatch.config import RESERVED, Key, keys
from storewatch.errors import StorewatchError

DOCS = Path(__file__).parents[2] / "docs"
COMMANDS = (DOCS / "commands.md").read_text(encoding="utf-8")
CONFIGURATION = (DOCS / "configuration.md").read_text(encoding="utf-8")


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its full name."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        if not hasattr(command, "commands") or command.invoke_without_command:
            yield " ".join((*path, name)), command


ALL = dict(commands(get_command(app)))


def sections(text: str) -> dict[str, str]:
    """The parts of a document by their headings of third level."""
    parts = re.split(r"^### (.+)$", text, flags=re.MULTILINE)
    return {head.strip(): body for head, body in zip(parts[1::2], parts[2::2], strict=True)}


SECTIONS = sections(COMMANDS)
COMMON = COMMANDS[COMMANDS.index("## What all have in common") : COMMANDS.index("## Collect")]
OPTIONS = [
    pytest.param(name, option, id=f"{name} {option}")
    for name, command in ALL.items()
    for parameter in command.params
    for option in (*parameter.opts, *parameter.secondary_opts)
]


def test_every_command_is_documented_and_every_documented_one_is_there() -> None:
    assert set(SECTIONS) - {"Filters"} == set(ALL)


@pytest.mark.parametrize(("name", "option"), OPTIONS)
def test_every_option_is_documented(name: str, option: str) -> None:
    text = SECTIONS[name] + COMMON
    if "[FILTERS]" in text:
        text += SECTIONS["Filters"]
    if option.startswith("-"):
        assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", text)
    else:
        parameter = next(one for one in ALL[name].params if option in one.opts)
        for word in str(parameter.metavar or option).split("|"):
            assert re.search(rf"(?<!\w){re.escape(word.upper())}(?!\w)", text), word


@pytest.mark.parametrize("name", ALL)
def test_every_documented_option_is_there(name: str) -> None:
    there = {option for one in ALL[name].params for option in (*one.opts, *one.secondary_opts)}
    elsewhere = {"--feeds", "--state"} if name in {"sources import", "sources export", "events"} else set()
    told = set(
        re.findall(r"(?<![\w-])--[a-z][a-z-]+", re.sub(r"`sources import`.*|`crawl --feeds`", "", SECTIONS[name]))
    )
    assert told - elsewhere <= there


@pytest.mark.parametrize("name", ALL)
def test_every_command_says_what_it_does(name: str) -> None:
    assert (ALL[name].help or "").strip()
    for parameter in ALL[name].params:
        assert getattr(parameter, "help", ""), parameter.name


@pytest.mark.parametrize(
    ("section", "columns"),
    [
        pytest.param("articles", stored.ARTICLE_FIELDS, id="articles"),
        pytest.param("articles", stored.REJECTED_FIELDS, id="rejected pages"),
        pytest.param("articles", stored.REASON_FIELDS, id="reasons"),
        pytest.param("events", stored.EVENT_FIELDS, id="events"),
        pytest.param("search", ("relevance", "snippet", "marks"), id="search"),
        pytest.param("stats", stored.STAT_FIELDS, id="stats"),
        pytest.param("stories", stored.STORY_FIELDS, id="stories"),
        pytest.param("ledger", ledgers.LEDGER_FIELDS, id="ledger"),
        pytest.param("show", stored.TELLING_FIELDS, id="tellings"),
        pytest.param("runs", run_rows.RUN_FIELDS, id="runs"),
        pytest.param("sources list", sources.FIELDS, id="sources"),
        pytest.param("sources check", checking.FIELDS, id="sources check"),
        pytest.param("config", upkeep.CONFIG_FIELDS, id="config"),
        pytest.param("crawl", planned.FIELDS, id="dry run"),
        pytest.param("health", health.HEALTH_FIELDS, id="health"),
        pytest.param("health", health.CHECK_FIELDS, id="health of the whole"),
        pytest.param("watch list", watch.WATCH_FIELDS, id="watches"),
        pytest.param("watch list", watch.LETTER_FIELDS, id="undelivered messages"),
    ],
)
def test_every_column_is_documented(section: str, columns: tuple[str, ...]) -> None:
    named = set(re.findall(r"`(\w+)`", SECTIONS[section]))
    assert set(columns) <= named


def test_every_value_of_a_choice_is_documented() -> None:
    from typing import get_args

    from storewatch.types import Action

    for value in (*get_args(Action), *get_args(queries.State)):
        assert f"`{value}`" in SECTIONS["Filters"] + SECTIONS["articles"]


def test_every_field_of_a_query_is_documented() -> None:
    from storewatch.search.language import FIELDS, HAS

    text = (DOCS / "search.md").read_text(encoding="utf-8")
    assert set(FIELDS) == set(re.findall(r"`([a-z]+):`", text))
    assert all(f"`{what}`" in text for what in HAS)


def test_every_order_is_documented() -> None:
    from storewatch.db.queries import ARTICLE_SORTS, EVENT_SORTS

    for order in {*ARTICLE_SORTS, *EVENT_SORTS}:
        assert f"`{order}`" in SECTIONS["Filters"]


def test_every_format_of_an_export_is_documented() -> None:
    from storewatch.export import WRITERS

    assert all(f"`{suffix}`" in SECTIONS["export"] for suffix in WRITERS)


def test_everything_to_count_by_is_documented() -> None:
    from storewatch.db.finding import STATS

    assert all(f"`{by}`" in SECTIONS["stats"] for by in STATS)


def exit_codes(kind: type[StorewatchError] = StorewatchError) -> set[int]:
    return {kind.exit_code}.union(*(exit_codes(one) for one in kind.__subclasses__()))


def test_every_exit_code_is_documented() -> None:
    told = {int(code) for code in re.findall(r"^\| `(\d+)` \|", COMMON, flags=re.MULTILINE)}
    assert told == exit_codes() | {0, 1, 3, 130}


@pytest.mark.parametrize("key", keys(), ids=lambda key: key.name)
def test_every_key_is_documented_with_its_default(key: Key) -> None:
    rows = [line for line in CONFIGURATION.splitlines() if line.startswith(f"| `{key.name}` |")]
    assert len(rows) == 1
    default = rows[0].split("|")[3].strip()
    if key.default is None or key.default == ():
        assert default == "none"
    elif isinstance(key.default, bool):
        assert default == f"`{str(key.default).lower()}`"
    elif isinstance(key.default, tuple):
        assert default == f"`[{', '.join(f'{one:g}' for one in key.default)}]`"
    else:
        assert default == f"`{key.default}`"


def test_every_documented_key_is_there() -> None:
    told = set(re.findall(r"^\| `(\w+\.\w+)` \|", CONFIGURATION, flags=re.MULTILINE))
    assert told == {key.name for key in keys()}


@pytest.mark.parametrize("variable", sorted(RESERVED))
def test_every_reserved_variable_is_documented(variable: str) -> None:
    assert f"`{variable}`" in CONFIGURATION


def test_the_example_configuration_is_valid(tmp_path: Path) -> None:
    from storewatch.config import load

    (example,) = re.findall(r"```toml\n(.*?)```", CONFIGURATION, flags=re.DOTALL)
    (tmp_path / "storewatch.toml").write_text(example, encoding="utf-8")
    assert load(environ={}, cwd=tmp_path).config.fetch.contact == "crawler@example.org"
