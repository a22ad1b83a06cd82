"""What ``sources add`` finds at an address: told, and chosen from."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from storewatch.cli.output import say
from storewatch.cli.rows import Row
from storewatch.errors import InputError

if TYPE_CHECKING:
    from storewatch.config import Loaded
    from storewatch.types import NewSource

#: Above this an exit code says which signal ended the process.
EXIT_SIGNALLED = 128
#: So many addresses with the same problem share a line.
FEW = 3
#: What is worth adding without being asked for by its number.
WORTH = frozenset({"living", "undated", "quiet"})


def discovered(loaded: Loaded, url: str) -> list[Row]:
    """What the crawl child ``discover`` finds at an address, best first; all of it is told.

    :raises InputError: when there is nothing to follow.
    """
    from scheduler.runner import crawl_lines

    lines, outcome = crawl_lines(loaded, spider="discover", arguments={"url": url.strip()})
    found = [line for line in lines if line["url"]]
    for line in told(lines):
        say(line)
    if found:
        return found
    if outcome.exit_code > EXIT_SIGNALLED:
        raise typer.Exit(outcome.exit_code)
    ended = f"the crawl that looked at it ended early ({outcome.exit_code})"
    problem = next((line["error"] for line in lines if "error" in line), ended)
    raise InputError(url, problem, hint="--no-check takes an address as it stands")


def looked(loaded: Loaded, sources: Sequence[NewSource]) -> list[NewSource]:
    """Each source as what is best at its address, all of them looked at by one crawl child; those at whose address
    there is nothing are left out, and told."""
    from scheduler.runner import crawl_lines

    if not sources:
        return []
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "addresses.txt"
        wanted.write_text("".join(f"{source.url}\n" for source in sources), encoding="utf-8")
        lines, outcome = crawl_lines(loaded, spider="discover", arguments={"list": str(wanted)})
    if outcome.exit_code > EXIT_SIGNALLED:
        raise typer.Exit(outcome.exit_code)
    kept = []
    for source in sources:
        own = [line for line in lines if line["asked"] == source.url]
        if own and own[0]["url"]:
            kept.append(as_found(source, own[0]))
            if kept[-1].url != source.url:
                say(f"{source.url}: taken as {own[0]['url']} ({_facts(own[0])})")
        else:
            problem = next(
                (line["error"] for line in own if "error" in line), "the crawl that looked at it ended early"
            )
            say(f"{source.url}: left out, {problem}")
    return kept


def as_found(source: NewSource, line: Row) -> NewSource:
    """``source`` with what was found at its address. Pure."""
    return replace(
        source,
        url=line["url"],
        kind=line["kind"],
        title=source.title or line["title"],
        site=source.site or line["site"],
    )


def told(lines: Sequence[Row]) -> list[str]:
    """What was found, a line each, in the order of their ranks, then what was looked at in vain. Pure."""
    found = [line for line in lines if line["url"]]
    systems = next((line["systems"] for line in found if line.get("systems")), ())
    said = [f"the site is made with {' and '.join(systems)}"] if systems else []
    for number, line in enumerate(found, start=1):
        head = f"{number}. found" if len(found) > 1 else "found"
        said.append(f"{head} {line['url']} ({_facts(line)}): {line['why']}")
    problems: dict[str, list[str]] = {}
    for line in lines:
        if line.get("tried"):
            problems.setdefault(line["problem"], []).append(line["tried"])
    for problem, urls in problems.items():
        if len(urls) < FEW:
            said += [f"looked at {url}: {problem}" for url in urls]
        else:
            said.append(f"looked at {len(urls)} addresses, each of which {problem}: {' '.join(urls)}")
    return said


def chosen(found: Sequence[Row], *, pick: int | None = None, everything: bool = False) -> list[Row]:
    """Which of what was found to take: the best, the one of that number, or all that bring other items. Pure.

    :raises InputError: for a number that there is not.
    """
    if everything:
        return [line for line in found if line["state"] in WORTH and not line["copy_of"]] or list(found[:1])
    number = pick or 1
    if number > len(found):
        were = "was one" if len(found) == 1 else f"were {len(found)}"
        raise InputError("--pick", f"there is no number {number}", hint=f"there {were} found")
    return [found[number - 1]]


def warning(line: Row) -> str | None:
    """What is wrong with something that is taken all the same. Pure."""
    newest = f", its newest item is of {line['newest_at'][:10]}" if line["newest_at"] else ""
    return {
        "empty": f"{line['url']} has no items",
        "dead": f"{line['url']} looks dead{newest}",
        "quiet": f"{line['url']} is quiet{newest}",
    }.get(line["state"])


def as_row(line: Row) -> dict[str, Any]:
    """The source that a finding stands for. Pure."""
    return {name: line[name] for name in ("url", "kind", "title", "site")}


def _facts(line: Row) -> str:
    newest = f", newest {line['newest_at'][:10]}" if line["newest_at"] else ""
    full = ", full text" if line["full"] >= 0.5 else ""
    return f"{line['format']}, {line['items']} items{newest}{full}"
