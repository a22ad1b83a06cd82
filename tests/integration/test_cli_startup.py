"""Processes of the command line: what they load, and how they end. Each costs a start, so there are few."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

MAIN = "from storewatch.cli import main; main()"
# Runs a command and then tells which of the modules named are loaded.
LOADED = """
import sys
wanted, sys.argv = sys.argv[1].split(","), ["storewatch", *sys.argv[2:]]
from storewatch.cli import main
try:
    main()
except SystemExit as end:
    code = end.code
print("LOADED", code, *[name for name in wanted if name in sys.modules])
"""
HEAVY = ("scrapy", "twisted", "trafilatura", "lxml", "alembic")


def environment() -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("STOREWATCH_")}
    return {**clean, "STOREWATCH_CONFIG": ""}


def start(*arguments: str, cwd: Path, code: str = MAIN) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd,
        env=environment(),
        text=True,
        encoding="utf-8",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def loaded(wanted: tuple[str, ...], *arguments: str, cwd: Path) -> list[str]:
    """The exit code and those of ``wanted`` that a command has loaded."""
    with start(",".join(wanted), *arguments, cwd=cwd, code=LOADED) as process:
        out, err = process.communicate()
    assert "LOADED" in out, err
    return out.splitlines()[-1].split()[1:]


def test_importing_the_surface_loads_nothing_heavy(tmp_path: Path) -> None:
    modules = "storewatch.cli, storewatch.cli.app, scheduler, scheduler.runner"
    code = f"import sys, {modules}; print([name for name in {HEAVY} if name in sys.modules])"
    with start(cwd=tmp_path, code=code) as process:
        out, err = process.communicate()
    assert (out, err) == ("[]\n", "")


def test_help_loads_neither_pydantic_nor_sqlalchemy(tmp_path: Path) -> None:
    assert loaded(("pydantic", "sqlalchemy", *HEAVY), "--help", cwd=tmp_path) == ["0"]


def test_asking_loads_nothing_heavy(tmp_path: Path, migrated_sqlite: Path) -> None:
    shutil.copyfile(migrated_sqlite, tmp_path / "storewatch.db")
    assert loaded((*HEAVY, "typer"), "articles", cwd=tmp_path) == ["0", "typer"]


def test_a_reader_who_leaves_is_no_error(tmp_path: Path) -> None:
    with start("judge", "--workers", "1", cwd=tmp_path) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write('{"id": 1, "text": "first"}\n')
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 1
        process.stdout.close()
        process.stdin.write('{"id": 2, "text": "nobody reads this"}\n')
        process.stdin.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_ctrl_c_ends_with_130_and_no_traceback(tmp_path: Path) -> None:
    with start("judge", cwd=tmp_path) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write('{"id": 1, "text": "first"}\n')
        process.stdin.flush()
        assert process.stdout.readline()  # An answer tells that the command is under way.
        process.send_signal(signal.SIGINT)
        err = process.stderr.read()
        process.stdin.close()
    assert process.returncode == 130
    assert "Traceback" not in err
