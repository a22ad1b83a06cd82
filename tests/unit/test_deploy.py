"""The files of deploy/ and the operator's page say only what there is."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.typed import refusal, typed_in

from scheduler.daemon import STOP_S
from storewatch.config import load

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
UNITS = sorted(path.name for path in DEPLOY.glob("storewatch*.*") if path.suffix in {".service", ".timer"})
TYPED = sorted(
    {
        (path.name, arguments)
        for path in (*DEPLOY.iterdir(), ROOT / "docs/operate.md")
        for arguments in typed_in(path.read_text(encoding="utf-8"))
    }
)


def test_there_is_something_to_type() -> None:
    assert {"operate.md", "storewatch.cron", "storewatch.service", "storewatch-crawl.service"} <= {a for a, _ in TYPED}
    assert refusal(("db", "backup")) == "backup: Missing argument 'FILE'."
    assert refusal(("crawl", "--no-such")) == "crawl: No such option: --no-such"
    assert refusal(("no-such",)) is not None


@pytest.mark.parametrize(("where", "arguments"), TYPED, ids=[f"{where}: {' '.join(what)}" for where, what in TYPED])
def test_what_is_to_be_typed_is_taken(where: str, arguments: tuple[str, ...]) -> None:
    assert refusal(arguments) is None


@pytest.mark.parametrize(
    "link", sorted(set(re.findall(r"\]\(\.\./(deploy[^)]*)\)", (ROOT / "docs/operate.md").read_text())))
)
def test_the_files_of_the_page_are_there(link: str) -> None:
    assert (ROOT / link).exists()


@pytest.mark.parametrize("file", sorted(path.name for path in DEPLOY.iterdir()))
def test_every_file_is_on_the_page(file: str) -> None:
    assert f"(../deploy/{file})" in (ROOT / "docs/operate.md").read_text(encoding="utf-8")


# --- Docker -----------------------------------------------------------------------------------------------------------


def dockers_words(instruction: str) -> list[str]:
    """What stands behind every ``instruction`` of the Dockerfile, continued lines joined."""
    joined = DOCKERFILE.replace("\\\n", " ")
    return re.findall(rf"^{instruction}\s+(.*)$", joined, flags=re.MULTILINE)


def test_the_image_is_made_of_what_there_is() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {name for words in dockers_words("COPY") if "--from" not in words for name in words.split()[:-1]}
    assert copied == allowed
    assert all((ROOT / name).exists() for name in copied)
    assert {"storewatch", "crawler", "pipelines", "scheduler"} <= copied


def test_the_image_runs_serve_as_nobody_special() -> None:
    [user] = dockers_words("USER")
    assert re.search(rf"useradd .*\b{user}\b", DOCKERFILE.replace("\\\n", " "))
    entrypoint, command = (ast.literal_eval(dockers_words(one)[-1]) for one in ("ENTRYPOINT", "CMD"))
    assert entrypoint == ["storewatch"]
    assert refusal(tuple(command)) is None
    assert dockers_words("STOPSIGNAL") == ["SIGTERM"]
    assert dockers_words("VOLUME") == dockers_words("WORKDIR")[-1:]


def values(words: str) -> dict[str, str]:
    return dict(re.findall(r"(STOREWATCH_\w+)=(\S+)", words))


def test_the_settings_of_the_image_and_the_compose_file_are_taken() -> None:
    image = values(" ".join(dockers_words("ENV")))
    told = COMPOSE["services"]["storewatch"]["environment"]
    composed = {name: value for name, value in told.items() if name.startswith("STOREWATCH_")}
    config = load(environ={"STOREWATCH_CONFIG": "", **image, **composed}).config
    assert config.database.url == "postgresql://storewatch@db/storewatch"
    assert config.schedule.port == 8323
    assert f"127.0.0.1:{config.schedule.port}/health" in DOCKERFILE
    folder = str(config.schedule.backup_folder)
    assert folder in " ".join(dockers_words("RUN"))
    assert folder.startswith(dockers_words("VOLUME")[0])
    # No secret stands in a file: what is set to one refers to the environment.
    assert told["PGPASSWORD"] == COMPOSE["services"]["db"]["environment"]["POSTGRES_PASSWORD"]
    assert told["PGPASSWORD"].startswith("${POSTGRES_PASSWORD:?")


def test_the_compose_file_names_what_it_uses() -> None:
    services = COMPOSE["services"]
    assert set(services) == {"db", "storewatch"}
    assert (
        DEPLOY / services["storewatch"]["build"]["context"] / services["storewatch"]["build"]["dockerfile"]
    ).exists()
    for service in services.values():
        assert {volume.partition(":")[0] for volume in service["volumes"]} <= set(COMPOSE["volumes"])
        assert service["restart"] == "unless-stopped"
        assert int(service["stop_grace_period"].removesuffix("s")) > STOP_S
    assert "healthcheck" in services["db"]
    assert services["storewatch"]["volumes"] == [f"data:{dockers_words('VOLUME')[0]}"]
    # Backups need a pg_dump that is not older than the server.
    server = services["db"]["image"].partition(":")[2]
    assert f"postgresql-client-{server}" in DOCKERFILE


class Health(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/health" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False), (None, False)])
def test_a_container_is_healthy_when_it_says_so(status: int | None, healthy: bool) -> None:
    handler = type("Answer", (Health,), {"status": status})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        port = server.server_port
        thread = threading.Thread(target=server.serve_forever)
        if status is None:
            server.server_close()
        else:
            thread.start()
        command = ast.literal_eval(
            re.findall(r"HEALTHCHECK.*?CMD (\[.*?\])$", DOCKERFILE.replace("\\\n", " "), re.M)[0]
        )
        assert command[0] == "python"
        code = command[2].replace("8323", str(port))
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
        if status is not None:
            server.shutdown()
            thread.join()
    assert (done.returncode == 0) is healthy


# --- systemd, cron, logs ----------------------------------------------------------------------------------------------


def settings(unit: str) -> dict[str, str]:
    text = (DEPLOY / unit).read_text(encoding="utf-8")
    return dict(re.findall(r"^(\w+)=(.*)$", text, flags=re.MULTILINE))


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        # The units are for machines that have systemd; the rest of the file checks them without it.
        pytest.skip("needs systemd-analyze (package systemd)")
    for unit in UNITS:
        text = (DEPLOY / unit).read_text(encoding="utf-8")
        # Only the program itself is missing here.
        (tmp_path / unit).write_text(text.replace("/opt/storewatch/bin/storewatch", sys.executable), encoding="utf-8")
    command = [program, "verify", *(str(tmp_path / unit) for unit in UNITS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "storewatch" in line]) == (0, [])


def test_systemd_leaves_the_service_its_time_and_its_crawl() -> None:
    unit = settings("storewatch.service")
    assert int(unit["TimeoutStopSec"]) > STOP_S
    assert unit["KillMode"] == "mixed"
    assert unit["OOMPolicy"] == "continue"
    assert settings("storewatch-crawl.service")["SuccessExitStatus"] == "75"


def test_cron_takes_the_lines() -> None:
    lines = (DEPLOY / "storewatch.cron").read_text(encoding="utf-8").splitlines()
    jobs = [line for line in lines if line and not re.match(r"#|\w+=", line)]
    assert jobs
    for job in jobs:
        assert re.fullmatch(r"(?:[\d*/,-]+\s+){5}storewatch\s+cd /var/lib/storewatch && [^%]+", job)


def test_a_log_that_is_kept_open_is_cut() -> None:
    text = (DEPLOY / "storewatch.logrotate").read_text(encoding="utf-8")
    assert "copytruncate" in text
    assert "2>>/var/log/storewatch.log" in (ROOT / "docs/operate.md").read_text(encoding="utf-8")
