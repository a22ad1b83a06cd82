"""``review``, ``label`` and ``labels``: what the judge was not sure of, and what a person decided."""

from __future__ import annotations

import getpass
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from storewatch.cli.options import ConfigFile, Database, Output
from storewatch.cli.output import Column, Format, print_rows, say, write_jsonl
from storewatch.cli.rows import Row, instant_text, moment_text
from storewatch.cli.session import configuration, database, now
from storewatch.cli.stored import published
from storewatch.errors import InputError

if TYPE_CHECKING:
    from storewatch.db.rows import ArticleDetail

REVIEW_FIELDS = (
    "article_id",
    "score",
    "reason",
    "url",
    "title",
    "lang",
    "published_at",
    "vendors",
    "signals",
    "evidence",
)
REVIEW_COLUMNS = (
    Column(head="id", value=lambda row: row["article_id"], right=True, least=3),
    Column(head="score", value=lambda row: row["score"], right=True, least=5),
    Column(head="reason", value=lambda row: row["reason"], least=10, most=16, rank=3),
    Column(head="title", value=lambda row: row["title"], least=20, most=70),
    Column(head="evidence", value=lambda row: (row["evidence"] or [""])[0], least=20, most=120, rank=1),
    Column(head="signals", value=lambda row: "; ".join(row["signals"][:2]), least=20, most=90, rank=2),
)
LABEL_FIELDS = ("id", "lang", "published", "title", "text", "relevant", "borderline", "events", "note", "url", "score")


class Answer(StrEnum):
    """A person's decision."""

    yes = "yes"
    no = "no"


def review(
    limit: Annotated[int, typer.Option(min=0, metavar="N", help="At most N articles; 0: all.")] = 20,
    output: Output = Format.table,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """List the articles the judge was not sure of and nobody has decided on, the likeliest first."""
    with database(configuration(db, config)) as store:
        from storewatch.db import queries

        found = queries.articles(store, replace(queries.EVERYTHING, uncertain=True, sort="score", limit=limit or None))
        details = [queries.article(store, row.article_id) for row in found]
    print_rows([_review_row(one) for one in details if one], REVIEW_COLUMNS, output, fields=REVIEW_FIELDS)
    if output is Format.table and found:
        say("`storewatch show ID` prints one of them, `storewatch label ID yes|no` decides")


def _review_row(detail: ArticleDetail) -> Row:
    article = detail.article
    return {
        "article_id": article.article_id,
        "score": None if article.score is None else round(article.score, 2),
        "reason": detail.reason,
        "url": article.url,
        "title": article.title,
        "lang": article.lang,
        "published_at": moment_text(published(article)) or instant_text(article.first_seen_at),
        "vendors": list(detail.vendors),
        "signals": list(detail.signals),
        "evidence": [one["text"] for one in detail.evidence],
    }


def label(
    article: Annotated[int, typer.Argument(metavar="ID", help="An article's id, as `review` or `articles` shows it.")],
    relevant: Annotated[Answer, typer.Argument(metavar="DECISION", help="yes or no: is it about a vendor's stores?")],
    note: Annotated[str, typer.Option(help="Why.")] = "",
    by: Annotated[str, typer.Option(help="Who decides; default: the user's name.", show_default=False)] = "",
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Decide whether an article is relevant. The decision wins over the judge everywhere; a later one replaces it."""
    with database(configuration(db, config)) as store:
        known = store.label(article, relevant is Answer.yes, now(), by=by or _user(), note=note)
    if not known:
        raise InputError(f"article {article}", "there is none of this id", hint="`storewatch review` lists the ids")
    say(f"article {article}: {'relevant' if relevant is Answer.yes else 'not relevant'}")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a user database
        return ""


def labels(db: Database = None, config: ConfigFile = None) -> None:
    """Export the decisions as labelled articles, JSONL as tools/train_judge.py reads it, the earliest first."""
    with database(configuration(db, config)) as store:
        from storewatch.db import queries
        from storewatch.db.labels import labelled

        for decision in labelled(store):
            detail = queries.article(store, decision.article_id)
            if detail is not None:
                write_jsonl(_label_row(detail, decision.relevant, decision.note))


def _label_row(detail: ArticleDetail, relevant: bool, note: str | None) -> Row:
    """``events`` stays empty: a person has decided on the verdict only."""
    article = detail.article
    return {
        "id": f"article-{article.article_id}",
        "lang": article.lang or "xx",
        "published": (moment_text(published(article)) or "")[:10] or None,
        "title": article.title,
        "text": article.text,
        "relevant": relevant,
        "borderline": False,
        "events": [],
        "note": note or "",
        "url": article.url,
        "score": article.score,
    }
