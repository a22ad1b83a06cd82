"""What a worker process does with one line or page. Every function answers with a row, whatever comes in.

The heavy modules are imported when the first piece of work arrives, so that importing this one costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from storewatch.cli.inputs import Line, LineError, body_of, document, published_field, text_field
from storewatch.cli.rows import Row, error_row, judgement_row, moment_text, page_error_row, read_row
from storewatch.errors import PageError, StorewatchError
from storewatch.types import AS_SHIPPED, Article, Cleaning, Document, Judgement, Page, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFile:
    """A page in a file. ``name`` is what messages call it, ``url`` the address it was saved from, "" for unknown."""

    identity: object
    path: Path
    name: str
    url: str = ""


def judge_line(line: Line) -> Row:
    """One line of ``judge``."""
    if line.error is not None:
        return error_row(line.identity, line.error)
    try:
        found = document(line.row)
    except LineError as error:
        return error_row(line.identity, f"line {line.number}: {error}")
    from pipelines.judge import judge

    try:
        return {"id": line.identity, **judgement_row(judge(found))}
    except Exception as error:  # noqa: BLE001  a bug met in one text must not cost the answers to all others
        return error_row(line.identity, f"line {line.number}: {_bug(error)}")


def page_file(line: Line, folder: Path) -> PageFile | Row:
    """The page that a line ``{id, file, url?}`` of ``read --batch`` names, or the row that says why there is none.

    :param folder: where relative files start.
    """
    if line.error is not None:
        return error_row(line.identity, line.error)
    try:
        name, url = text_field(line.row, "file", required=True), text_field(line.row, "url")
    except LineError as error:
        return error_row(line.identity, f"line {line.number}: {error}")
    if not name or "\0" in name:
        return error_row(line.identity, f"line {line.number}: file is no path")
    return PageFile(identity=line.identity, path=folder / name, name=name, url=url)


def read_file(task: PageFile | Row, max_bytes: int, cleaning: Cleaning = AS_SHIPPED) -> Row:
    """One page file of ``read``: the article in it and what the judge says of it."""
    if isinstance(task, dict):
        return task
    try:
        page = page_in(task, max_bytes)
    except StorewatchError as error:
        return error_row(task.identity, str(error))
    return read_page(page, task.identity, cleaning)


def page_in(task: PageFile, max_bytes: int) -> Page:
    """The page in a file.

    :raises InputError: when the file cannot be read.
    :raises PageError: when it is larger than ``max_bytes``.
    """
    body = body_of(task.path, limit=max_bytes)
    if len(body) > max_bytes:
        raise PageError(task.name, f"is larger than fetch.max_bytes ({max_bytes})", reason="too_large")
    return Page(url=task.name, final_url=task.url, body=body, fetched_at=datetime.now(UTC))


def read_page(page: Page, identity: object, cleaning: Cleaning = AS_SHIPPED) -> Row:
    """The article on a page and what the judge says of it, or what stands in the article's place."""
    from pipelines.extract import extract

    try:
        article = extract(page, lenient=True, cleaning=cleaning)
        return {"id": identity, **read_row(article, judged(article))}
    except PageError as error:
        return page_error_row(identity, error)
    except StorewatchError as error:
        return error_row(identity, str(error))
    except Exception as error:  # noqa: BLE001  as in judge_line
        return error_row(identity, f"{page.url}: {_bug(error)}")


def judged(article: Article) -> Judgement:
    """What the judge says of an article; a list of articles is none, whatever stands in it."""
    if article.access == "listing":
        verdict = Verdict(verdict="rejected", score=0.0, reason="listing", lang=article.lang)
        return Judgement(verdict=verdict)
    from pipelines.judge import judge

    return judge(
        Document(
            title=article.title,
            text=article.text,
            lang=article.lang,
            published=article.published,
            url=article.canonical_url or article.url or None,
        )
    )


def dedup_row(line: Line) -> Mapping[str, Any]:
    """What ``dedup`` compares, from ``{id, title, text, url?, published?}``.

    :raises LineError: where a field is missing or of the wrong kind.
    """
    if line.identity is None:
        raise LineError("id is missing")
    return {
        "id": line.identity,
        "title": text_field(line.row, "title"),
        "text": text_field(line.row, "text", required=True),
        "url": text_field(line.row, "url"),
        "published": moment_text(published_field(line.row)),
    }


def _bug(error: Exception) -> str:
    return f"internal error, please report it: {type(error).__name__}: {error}"
