"""``read``, ``judge`` and ``dedup``: pages and texts through the pure pipeline, nothing stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storewatch.cli.inputs import Line, LineError, parsed, raw_lines
from storewatch.cli.options import ConfigFile, InputFile, Workers
from storewatch.cli.ordered import ordered
from storewatch.cli.output import Format, json_text, say, write, write_jsonl
from storewatch.cli.rows import Row, error_row
from storewatch.cli.session import configuration
from storewatch.cli.work import PageFile, dedup_row, judge_line, page_file, read_file, read_page
from storewatch.errors import InputError, PageError, WorkerError

if TYPE_CHECKING:
    from storewatch.config import Loaded
    from storewatch.types import Cleaning, Page


def judge(file: InputFile = None, workers: Workers = None, config: ConfigFile = None) -> None:
    """Judge texts: is it about a vendor's retail, and what does it say?

    Reads JSONL {id, title, text, lang?, published?, url?}; writes one line for each line, in the same order and with
    its id: relevant, verdict, score, reason, lang, vendors, events. A line that cannot be used gives
    {id, error, text: null}.
    """
    extract = configuration(file=config).config.extract
    answers = ordered(
        judge_line,
        parsed(raw_lines(file)),
        failed=lambda line, error: error_row(line.identity, str(error)),
        subject=lambda line: f"line {line.number}",
        workers=extract.workers if workers is None else workers,
        timeout_s=extract.timeout_s,
        preload=("pipelines.judge",),
        alone_s=1.0,
    )
    for row in answers:
        write_jsonl(row)


def dedup(file: InputFile = None) -> None:
    """Compare texts with each other: which tell the same article?

    Reads JSONL {id, title, text, url?, published?}; writes one line for each line, in the same order: {id, kind, of,
    group, story}. A line that cannot be used gives {id, error, text: null}. All lines are read before the first answer.
    """
    for row in dedup_rows(parsed(raw_lines(file))):
        write_jsonl(row)


def dedup_rows(lines: Iterator[Line]) -> Iterator[Row]:
    """The answers to all lines in their order; broken lines do not take part in the comparison."""
    from pipelines.dedup import group

    taken: list[Mapping[str, Any]] = []
    broken: list[Row | None] = []
    for line in lines:
        try:
            if line.error is not None:
                raise LineError(line.error)
            taken.append(dedup_row(line))
            broken.append(None)
        except LineError as error:
            message = str(error) if line.error is not None else f"line {line.number}: {error}"
            broken.append(error_row(line.identity, message))
    answers = group(taken)
    for row in broken:
        yield next(answers) if row is None else row


def read(
    pages: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE|URL", help="Pages: HTML files, gzipped or not, or addresses."),
    ] = None,
    url: Annotated[
        str, typer.Option("--url", help="The address that the file was saved from (dates, links, the page's outlet).")
    ] = "",
    batch: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="JSONL {id, file, url?}, gzipped or not; - is standard input."),
    ] = None,
    workers: Workers = None,
    output: Annotated[
        Format, typer.Option("--format", "-f", help="Of pages named one by one: jsonl, json, or table to read them.")
    ] = Format.jsonl,
    config: ConfigFile = None,
) -> None:
    """Read pages: the article on each, cleaned, with metadata, verdict and events; nothing is stored.

    Writes one line of JSON a page. With --batch one for each line, in the same order and with its id; relative files
    start at the batch file's folder. A page that cannot be read gives {id, error, text: null}.
    """
    if bool(pages) == (batch is not None):
        raise InputError("read", "give either pages or --batch FILE")
    if url and (batch is not None or len(pages or ()) != 1 or _is_address(str((pages or [""])[0]))):
        raise InputError("--url", "belongs to a single file", hint="in a batch each line has its own url")
    if output is Format.csv or (batch is not None and output is not Format.jsonl):
        hint = "--batch writes jsonl; pages named one by one may be json or table, too"
        raise InputError(f"--format {output}", "does not fit here", hint=hint)
    loaded = configuration(file=config)
    if batch is not None:
        folder = Path() if str(batch) == "-" else batch.parent
        _read_files((page_file(line, folder) for line in parsed(raw_lines(batch))), loaded, workers)
    else:
        _read_pages(pages or [], url, loaded, output)


def _read_files(tasks: Iterator[PageFile | Row], loaded: Loaded, workers: int | None) -> None:
    extract = loaded.config.extract
    answers = ordered(
        read_file,
        tasks,
        loaded.config.fetch.max_bytes,
        cleaning_of(loaded),
        failed=_lost,
        subject=lambda task: task.name if isinstance(task, PageFile) else "a broken line",
        workers=extract.workers if workers is None else workers,
        timeout_s=extract.timeout_s,
        preload=("pipelines.extract", "pipelines.judge"),
    )
    for row in answers:
        write_jsonl(row)


def cleaning_of(loaded: Loaded) -> Cleaning:
    """The user's switches and names for the cleaning of texts."""
    from storewatch.types import Cleaning

    return Cleaning(**dict(loaded.config.clean))


def _lost(task: PageFile | Row, error: WorkerError) -> Row:
    return error_row(task.identity, str(error)) if isinstance(task, PageFile) else task


def _read_pages(pages: Sequence[str], url: str, loaded: Loaded, output: Format) -> None:
    """Pages named one by one: each error is said aloud as well, and when no page could be read the command fails."""
    cleaning = cleaning_of(loaded)
    fetched = iter(_fetched([page for page in pages if _is_address(page)], loaded))
    rows = []
    for page in pages:
        if _is_address(page):
            answer = next(fetched)
            row = error_row(page, str(answer)) if isinstance(answer, PageError) else read_page(answer, page, cleaning)
        else:
            task = PageFile(identity=page, path=Path(page), name=page, url=url)
            row = read_file(task, loaded.config.fetch.max_bytes, cleaning)
        rows.append(row)
        if output is Format.jsonl:
            write_jsonl(row)
        elif output is Format.table and "error" not in row:
            from storewatch.cli.reading import print_article

            print_article(row, removed=True)
        if "error" in row:
            say(f"storewatch: {row['error']}")
    if output is Format.json:
        write(json_text(rows, indent=2) + "\n")
    if all("error" in row for row in rows):
        raise typer.Exit(InputError.exit_code)


def _fetched(addresses: Sequence[str], loaded: Loaded) -> Sequence[Page | PageError]:
    """Pages of the web, fetched by a crawl process under the same guard and delays as every crawl.

    :raises InputError: for an address that is none.
    """
    if not addresses:
        return ()
    from scheduler.runner import fetch_pages
    from storewatch.urls import is_web_url

    for address in addresses:
        if not is_web_url(address) or len(address.split()) != 1:
            raise InputError(address, "is no http(s) address")
    return fetch_pages(loaded, addresses)


def _is_address(page: str) -> bool:
    return page.lower().startswith(("http://", "https://"))
