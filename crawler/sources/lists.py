"""Lists of sources as people have them: OPML, JSONL or plain text. The content says which, not the file's name.

Every error names the file and the line. An address that stands twice is one source.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from crawler.sources.opml import read_opml
from crawler.sources.rows import AddedBy, RowError, source, with_own_names
from storewatch.errors import InputError
from storewatch.types import NewSource, Source

MAX_BYTES = 20_000_000
"""A list of a hundred thousand feeds has less."""


# A comment of a text begins with "#" at a line's start or after a blank. Two kinds of them are ours: a source that is
# switched off stands in one, so that no other program polls it, and one says how the address is read.
_COMMENT = re.compile(r"(?:^|\s)#.*")
_DISABLED = re.compile(r"^#\s*disabled:\s*(?=(?:https?|feed):)", re.I)
_KIND = re.compile(r"\s#\s*kind:\s*(feed|sitemap|listing)\s*$", re.I)


def read_list(path: Path | str, *, added_by: AddedBy = "file") -> tuple[NewSource, ...]:
    """The sources of the file ``path``.

    :raises InputError: where the file cannot be read, is in none of the formats, or holds no source.
    """
    path = Path(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror or error}") from None
    return parse_list(data, subject=str(path), added_by=added_by)


def parse_list(data: bytes, *, subject: str, added_by: AddedBy = "file") -> tuple[NewSource, ...]:
    """The sources in ``data``; ``subject`` is what errors call it.

    :raises InputError: as ``read_list``.
    """
    if len(data) > MAX_BYTES:
        raise InputError(subject, f"larger than {MAX_BYTES // 1_000_000} MB, so it is hardly a list of sources")
    if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<")):
        found = read_opml(data, subject=subject, added_by=added_by)
    else:
        found = _read_lines(data, subject=subject, added_by=added_by)
    if not found:
        raise InputError(subject, "holds no source")
    return found


def write_text(sources: Iterable[NewSource | Source]) -> str:
    """One address a line, as ``read_list`` understands it."""
    lines = []
    for one in sources:
        off = "" if one.enabled else "# disabled: "
        kind = "" if one.kind == "feed" else f"  # kind: {one.kind}"
        lines.append(f"{off}{one.url}{kind}\n")
    return "".join(lines)


def read_jsonl(data: bytes, *, subject: str, added_by: AddedBy) -> tuple[NewSource, ...]:
    """One JSON object a line, as it stands: nothing is renamed and nothing left out."""
    return tuple(_read_line(line, where, added_by) for where, line in _lines(data, subject))


def _read_lines(data: bytes, *, subject: str, added_by: AddedBy) -> tuple[NewSource, ...]:
    return with_own_names(_read_line(line, where, added_by) for where, line in _lines(data, subject))


def _lines(data: bytes, subject: str) -> list[tuple[str, str]]:
    """The lines that say something, each with its place."""
    lines = []
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        where = f"{subject}, line {number}"
        try:
            line = raw.decode("utf-8").strip()
        except UnicodeDecodeError:
            raise InputError(where, "not UTF-8") from None
        if line.startswith("{") or _DISABLED.match(line) or _COMMENT.sub("", line).strip():
            lines.append((where, line))
    return lines


def _read_line(line: str, where: str, added_by: AddedBy) -> NewSource:
    try:
        return source(_row(line), added_by=added_by)
    except RowError as error:
        raise InputError(where, str(error)) from None


def _row(line: str) -> dict[str, Any]:
    if not line.startswith("{"):
        plain, disabled = _DISABLED.subn("", line, count=1)
        kind = _KIND.search(plain)
        url, *title = _COMMENT.sub("", plain).strip().split(maxsplit=1)
        row: dict[str, Any] = {"url": url, "title": "".join(title).strip("\"'"), "enabled": not disabled}
        return row | ({"kind": kind.group(1).lower()} if kind else {})
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise RowError(f"no JSON object: {error}") from None
    if not isinstance(row, dict):
        raise RowError("no JSON object")
    return row


__all__ = ["parse_list", "read_jsonl", "read_list", "write_text"]
