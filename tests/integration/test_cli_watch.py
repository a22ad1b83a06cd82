"""The commands of watches, from making one to a message that does not arrive."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import stored
from support.receivers import Hook, Mailbox, receivers
from typer.testing import CliRunner, Result

from storewatch.cli.app import app
from storewatch.cli.watch import LETTER_FIELDS, WATCH_FIELDS
from storewatch.db.store import open_store


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, migrated_sqlite: Path) -> Path:
    """An empty folder but for an empty database."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STOREWATCH_CONFIG", raising=False)
    shutil.copyfile(migrated_sqlite, tmp_path / "storewatch.db")
    return tmp_path


@pytest.fixture
def world(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Mailbox, Hook]]:
    with receivers() as (mailbox, hook):
        monkeypatch.setenv("STOREWATCH_ALERTS__SMTP", mailbox.url)
        monkeypatch.setenv("HOOK", hook.url)
        yield mailbox, hook


def command(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["watch", *arguments])
    assert result.exit_code == code, result.output
    return result


def listed(*arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in command("list", *arguments, "-f", "jsonl").stdout.splitlines()]


def article(**more: Any) -> None:
    with open_store("storewatch.db") as store:
        stored.store_page(store, store.start_run("crawl", stored.NOW), "https://golem.example/a", **more)


def test_a_watch_is_made_listed_tested_run_and_removed(world: tuple[Mailbox, Hook]) -> None:
    mailbox, hook = world
    command("add", "Spain", "country:ES", "--to", "mailto:a@b.example", "--to", "env:HOOK")
    assert "sent" in command("test", "Spain").stderr
    assert len(mailbox.letters) == len(hook.posts) == 1
    article()
    assert command("run").output == ""
    assert command("run").output == ""
    assert len(mailbox.letters) == len(hook.posts) == 2
    (row,) = listed()
    assert tuple(row) == WATCH_FIELDS
    assert (row["to"], row["sent"], row["dead"], row["error"]) == (["mailto:a@b.example", "env:HOOK"], 2, 0, None)
    assert hook.url not in command("list").output
    assert "removed" in command("remove", "Spain").stderr
    assert listed() == []


def test_what_does_not_arrive_is_told_listed_and_tried_again(world: tuple[Mailbox, Hook]) -> None:
    _, hook = world
    command("add", "Spain", "country:ES", "--to", "env:HOOK")
    article()
    hook.answers = [410]
    assert "watch Spain, env:HOOK: HTTP 410 (given up)" in command("run", code=3).stderr
    (row,) = listed("--undelivered")
    assert tuple(row) == LETTER_FIELDS
    assert (row["watch"], row["state"], row["error"]) == ("Spain", "dead", "HTTP 410")
    assert "1 message is dead" in command("list").stderr
    health = CliRunner().invoke(app, ["health"])
    assert "warning: watch Spain, env:HOOK: 1 message could not be delivered" in health.stderr
    assert health.exit_code != 0
    command("run", "--again")
    assert hook.ids == [row["message_id"]]
    assert listed("--undelivered") == []


# A plugin of apprise that is not asked for imports it.
@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
def test_a_chat_service_is_told_through_apprise(world: tuple[Mailbox, Hook], monkeypatch: pytest.MonkeyPatch) -> None:
    _, hook = world
    address = hook.url.replace("http://", "json://anna:geheim77@")
    monkeypatch.setenv("CHAT", address)
    command("add", "Spain", "country:ES", "--to", "env:CHAT")
    article()
    hook.answers = [500]
    told = command("run", code=3).stderr
    assert "500" in told
    assert "geheim77" not in told + command("list").output
    command("run", "--again")
    ((_, body),) = hook.posts
    assert body["title"].startswith("[storewatch] Spain: Xiaomi plan")
    assert "@storewatch.invalid" in body["message"]


def test_watches_of_the_file_are_run_listed_and_not_removed(folder: Path, world: tuple[Mailbox, Hook]) -> None:
    mailbox, _ = world
    (folder / "storewatch.toml").write_text('[watches.Spain]\nquery = "country:ES"\nto = "mailto:a@b.example"\n')
    (row,) = listed()
    assert (row["origin"], row["added_at"]) == ("storewatch.toml line 1", None)
    command("run")
    article()
    command("run")
    assert len(mailbox.letters) == 1
    assert "stands in storewatch.toml line 1" in command("remove", "Spain", code=2).stderr
    assert "there is one of this name" in command("add", "Spain", "x", "--to", "mailto:a@b.example", code=2).stderr


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        pytest.param(("add", "x", "vender:vivo", "--to", "mailto:a@b.c"), "did you mean vendor:", id="query"),
        pytest.param(("add", "x", "vivo"), "names nobody", id="nobody"),
        pytest.param(("add", "x", "--to", "mailto:a@b.c"), "there is none", id="nothing"),
        pytest.param(("add", "x", "vivo", "--to", "https://h/?token=geheim"), "holds a secret", id="secret"),
        pytest.param(("remove", "x"), "there is none of this name", id="remove"),
        pytest.param(("test", "x"), "there is none of this name", id="test"),
    ],
)
def test_mistakes_end_with_2_and_one_line(folder: Path, arguments: tuple[str, ...], problem: str) -> None:
    result = command(*arguments, code=2)
    assert problem in result.stderr
    assert result.stderr.count("\n") == 1
    assert "geheim" not in result.output


def test_without_a_watch_nothing_is_done(folder: Path) -> None:
    assert command("run").output == ""
    assert not (folder / "storewatch.db.alerts.lock").exists()
