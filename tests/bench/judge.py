"""How fast the judge is: beside the extraction of the same texts, on bad input, and what it costs to start.

Run by hand: ``.venv/bin/python tests/bench/judge.py [--articles FILE.jsonl] [--rounds 3]``. Without a file the labelled
articles beside the checkout are taken (../shared/eval/topic/dev.jsonl), else sentences of tests/data. Prints, for one
process:

* start-up: seconds to import and load topic, weights and places, and the process's memory afterwards
* articles a second of the judge alone, milliseconds an article, the slowest article; the same by its rules alone, and
  how many articles the encoder is asked about
* milliseconds for everyday pages of about 3 kB, where ../shared/eval/extraction is there
* milliseconds an article that the extraction takes for the same texts, each wrapped into a plain page
* milliseconds for every 10 kB of bad input (issue 5 allows 50)
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.encoder.mind import Mind
    from storewatch.types import Document

ROOT = Path(__file__).resolve().parents[2]
LABELLED = ROOT.parent / "shared" / "eval" / "topic" / "dev.jsonl"
EVERYDAY = LABELLED.parents[1] / "extraction" / "truth.jsonl"
NAV = "<nav>" + "".join(f'<a href="/{n}">Section {n}</a> ' for n in range(40)) + "</nav>"


def megabytes() -> float:
    """The most memory the process has had resident (Linux counts in kilobytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def articles(path: Path | None) -> list[tuple[str, str, str]]:
    """(title, text, language) to judge."""
    source = path or LABELLED
    if source.exists():
        rows = [json.loads(line) for line in source.read_text("utf-8").splitlines() if line.strip()]
        return [(row.get("title") or "", row["text"], (row.get("lang") or "en").split("-")[0]) for row in rows]
    lines = (ROOT / "tests" / "data" / "relevance.tsv").read_text("utf-8").splitlines()
    return [(title, text, lang) for _, lang, title, text in (x.split("\t") for x in lines if not x.startswith("#"))]


def everyday() -> Iterator[Document]:
    """Real pages of two to five kilobytes, as a feed is full of, without anything about stores."""
    from storewatch.types import Document

    if not EVERYDAY.exists():
        return
    for line in EVERYDAY.read_text("utf-8").splitlines():
        row = json.loads(line)
        text = (row.get("text") or "").replace("\n\n", "\n")
        if 2000 < len(text.encode()) < 5000:
            yield Document(title=row.get("title") or "", text=text, lang=(row.get("lang") or "en").split("-")[0])


def bad_input() -> Iterator[tuple[str, str]]:
    """(name, text) of texts that no article should be."""
    story = "Xiaomi will open 40 new stores in Madrid by the end of 2025, half of them with partners. "
    yield "1 MB of one story", story * 11_500
    yield "no spaces", story.replace(" ", "") * 1_200
    yield "mojibake", "Xiaomi erÃ¶ffnet in MÃ¼nchen zwei LÃ¤den. " * 2_500
    yield "10,000 vendor mentions", "Xiaomi Apple Samsung Huawei Oppo " * 2_000
    yield "only capitals", story.upper() * 1_200
    yield "only digits", "2000 " * 20_000
    yield "Chinese without a full stop", "小米计划未来三年内开设2000家门店其中一半在中国以外" * 4_000
    yield "nested brackets", "(" * 50_000 + ")" * 50_000
    yield (
        "many languages",
        ("Xiaomi öffnet Läden. 小米开店。 Сяоми открыла магазин. シャオミ開店。 شاومي تفتتح متجرا. ") * 1_300,
    )


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def rules_alone(documents: Sequence[Document]) -> None:
    """What the judge takes without the encoder, and what it asks it about."""
    from pipelines import topics
    from pipelines.encoder.mind import shipped
    from pipelines.relevance import weigh

    topic, asked = topics.load(), 0

    def counted() -> Mind | None:
        nonlocal asked
        asked += 1
        return shipped()

    spent = sum(timed(partial(weigh, document, topic, encoder=lambda: None)) for document in documents)
    for document in documents:
        before = asked
        weigh(document, topic, encoder=counted)
        asked = min(asked, before + 1)
    print(
        f"by its rules alone: {1000 * spent / len(documents):.2f} ms an article; "
        f"the encoder is asked about {asked} of {len(documents)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--articles", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()

    begin = time.perf_counter()
    from pipelines.judge import judge
    from storewatch.types import Document, Page

    judge(Document(title="Xiaomi opens a store", text="Xiaomi opens a store in Madrid on 5 May 2025.", lang="en"))
    print(f"start-up with the first verdict: {time.perf_counter() - begin:.2f} s, memory {megabytes():.0f} MB")

    texts = articles(options.articles)
    documents = [Document(title=title, text=text, lang=lang) for title, text, lang in texts]
    for document in documents:  # every language's words are loaded once
        judge(document)
    rounds = [[timed(partial(judge, document)) for document in documents] for _ in range(options.rounds)]
    each = [min(times) for times in zip(*rounds, strict=True)]
    total = sum(each)
    print(
        f"judge: {len(each) / total:.0f} articles/s, {1000 * total / len(each):.2f} ms an article "
        f"(median {1000 * statistics.median(each):.2f}, slowest {1000 * max(each):.1f}); memory {megabytes():.0f} MB"
    )
    rules_alone(documents)
    spent = 0.0
    pages = list(everyday())
    if pages:
        spent = float(sum(timed(partial(judge, page)) for page in pages))
        size = sum(len(page.text.encode()) for page in pages) / len(pages) / 1000
        print(f"everyday pages of {size:.1f} kB: {1000 * spent / len(pages):.2f} ms each ({len(pages)} pages)")

    from pipelines.extract import extract

    html = []
    for title, text, _ in texts:
        body = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n"))
        page = f"<html><head><title>{escape(title)}</title></head><body>{NAV}<article><h1>{escape(title)}</h1>{body}"
        html.append(Page(url="https://press.example/a", final_url="https://press.example/a", body=page.encode()))
    extract(html[0])
    spent = sum(timed(partial(extract, page)) for page in html)
    print(f"extraction of the same texts: {1000 * spent / len(html):.2f} ms an article")

    for name, text in bad_input():
        bad = Document(title="", text=text, lang="en")
        spent = timed(partial(judge, bad))
        print(
            f"bad input, {name}: {1000 * spent:.0f} ms, {1000 * spent / (len(text.encode()) / 10_000):.1f} ms for 10 kB"
        )


if __name__ == "__main__":
    main()
