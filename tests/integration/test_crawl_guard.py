"""The address guard in a real crawl: whatever way leads to a private address, no connection is made."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.crawling import world
from support.guarded_settings import OPEN_ADDRESS
from support.site import Reply, Site

# Every form of "this machine" that a URL can have; {port} is where a server of this machine listens.
FORMS = {
    "dotted": "http://127.0.0.1:{port}/secret",
    "other-loopback": "http://127.9.9.9:{port}/secret",
    "ipv6": "http://[::1]:{port}/secret",
    "mapped": "http://[::ffff:127.0.0.1]:{port}/secret",
    "mapped-hex": "http://[::ffff:7f00:1]:{port}/secret",
    "decimal": "http://2130706433:{port}/secret",
    "hex": "http://0x7f000001:{port}/secret",
    "octal": "http://0177.0.0.1:{port}/secret",
    "short": "http://127.1:{port}/secret",
    "unspecified": "http://0.0.0.0:{port}/secret",
    "name": "http://localhost:{port}/secret",
    "tls": "https://127.0.0.1:{port}/secret",
    "tls-name": "https://localhost:{port}/secret",
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, dict[str, object]], Site]]:
    """One crawl that asks for every form, once directly and once by a redirect from a host that may be asked."""
    crawls = world(tmp_path_factory.mktemp("guard"), FETCH__ALLOW_PRIVATE_ADDRESSES="false", FETCH__TIMEOUT_S="5")
    with Site(addresses=("127.0.0.1", OPEN_ADDRESS)) as site:
        site.add("/secret", "secret")
        urls = {}
        for name, form in FORMS.items():
            target = form.format(port=site.port)
            urls[f"{name} directly"] = target
            urls[f"{name} by redirect"] = site.add(f"/{name}", Reply(status=302, headers={"Location": target}), host=1)
        urls["allowed"] = site.add("/allowed", "in the open", host=1)
        arguments = ("-a", "url=" + " ".join(urls.values()), "-a", "store=0", "-a", "form=page")
        result = crawls.scrapy("crawl", "page", *arguments, settings="support.guarded_settings")
        lines = {line["url"]: line for line in map(json.loads, result.stdout.splitlines())}
        yield {name: lines[url] for name, url in urls.items()}, site


@pytest.mark.parametrize("way", ["directly", "by redirect"])
@pytest.mark.parametrize("form", FORMS)
def test_no_way_leads_inside(answers: tuple[dict[str, dict[str, object]], Site], form: str, way: str) -> None:
    line = answers[0][f"{form} {way}"]
    # IPv6 may be switched off on the machine; a name that then has no address cannot be connected to either.
    assert line.get("reason") == "address_refused", line


def test_the_guard_lets_the_rest_through(answers: tuple[dict[str, dict[str, object]], Site]) -> None:
    assert "body" in answers[0]["allowed"]


def test_nobody_inside_was_asked(answers: tuple[dict[str, dict[str, object]], Site]) -> None:
    assert {asked.host for asked in answers[1].log} == {OPEN_ADDRESS}


def test_the_reason_names_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/feed"
        crawls = world(tmp_path, FETCH__ALLOW_PRIVATE_ADDRESSES="false")
        outcome = crawls.crawl([url])
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert outcome.exit_code == 1
    [line] = outcome.lines
    hint = "(fetch.allow_private_addresses = true allows it)"
    assert line.endswith(f"<{url}>: its host is the loopback address 127.0.0.1 {hint}")
    assert crawls.polls(outcome.run_id) == {url: ("failed", "address_refused")}
