"""A digest as people read it: a subject, plain text and HTML. Pure.

Everything that came from outside is one line of text here, escaped in HTML, and a link only where it is a web address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from html import escape

from scheduler.alerts.digests import Line, Story, counted, stories
from storewatch.types import Ailment, Digest, Fact, Letter, News
from storewatch.wording import count_text, event_text, one_line

#: Longer subjects are cut by those who show them.
SUBJECT = 120
_STYLE = "font-family:sans-serif;max-width:50em"


def subject(digest: Digest) -> str:
    """``[storewatch] Germany: Xiaomi plan 2000, own_store, DE (2 new)``."""
    first = next((what for one in digest.news if (what := _headline(one))), "")
    part = f", part {digest.number} of {digest.of}" if digest.of > 1 else ""
    tail = f" ({counted(digest)}{part})"
    head = one_line(f"[storewatch] {digest.watch}: {first}")
    room = SUBJECT - len(tail)
    return (head if len(head) <= room else head[: room - 1].rstrip() + "…") + tail


def _headline(news: News) -> str:
    if news.ailment is not None:
        return f"{news.ailment.source} is {news.ailment.status}"
    assert news.fact is not None
    return fact_text(news.fact)


def fact_text(fact: Fact) -> str:
    """An event in a line; the title where there is none."""
    return one_line(fact.title) if fact.event_id is None else event_text(asdict(fact))


def change_text(news: News) -> str:
    """What a changed fact said before: ``store_count was 1000, horizon was 2019``."""
    before = dict(news.before)
    said = []
    if "store_count" in before or "count_is" in before:
        assert news.fact is not None
        count = before.pop("store_count", news.fact.store_count)
        kind = before.pop("count_is", news.fact.count_is)
        told = count_text(None if count is None else int(count), None if kind is None else str(kind))
        said.append(f"the number was {told or 'not said'}")
    said += [f"{name} was {'not said' if value is None else value}" for name, value in before.items()]
    return one_line(", ".join(said))


# --- plain text -----------------------------------------------------------------------------------------------------


def plain(letter: Letter) -> str:
    """The letter as plain text."""
    digest = letter.digest
    blocks = [_head(digest)]
    blocks += ["\n".join(_plain_story(number, story)) for number, story in enumerate(stories(digest), start=1)]
    ailments = [f"* {_ailment_text(one)}\n  {one_line(one.todo)}" for one in _ailments(digest)]
    blocks += ["\n".join(["Health of sources", *ailments])] if ailments else []
    return "\n\n".join([*blocks, _foot(letter)]) + "\n"


def _head(digest: Digest) -> str:
    told = f"Watch {digest.watch} ({digest.every}): {counted(digest)}"
    told += f", part {digest.number} of {digest.of}" if digest.of > 1 else ""
    return one_line(told) + (f"\nQuery: {one_line(digest.query)}" if digest.query else "")


def _plain_story(number: int, story: Story) -> Iterator[str]:
    yield f"{number}. {one_line(story.first.title)}"
    for line in story.lines:
        yield f"   {_mark(line)}{fact_text(line.fact)}" if line.fact.event_id is not None else "   * new article"
        if line.news.before:
            yield f"     {change_text(line.news)}"
        if line.fact.evidence:
            yield f'     "{one_line(line.fact.evidence)}"'
        for fact in (line.fact, *line.others):
            yield f"     {_where(fact)} {one_line(fact.url)}"


def _mark(line: Line) -> str:
    return "* changed: " if line.news.kind == "changed" else "* "


def _where(fact: Fact) -> str:
    return one_line(", ".join(part for part in (fact.outlet, fact.published) if part)) + ":"


def _ailments(digest: Digest) -> list[Ailment]:
    return [one.ailment for one in digest.news if one.ailment is not None]


def _ailment_text(ailment: Ailment) -> str:
    return one_line(f"{ailment.source} is {ailment.status}: {ailment.evidence}")


def _foot(letter: Letter) -> str:
    return f"-- \nstorewatch, message {letter.message_id}"


# --- HTML -----------------------------------------------------------------------------------------------------------


def html(letter: Letter) -> str:
    """The letter as an HTML document without anything that is loaded from elsewhere."""
    digest = letter.digest
    parts = [f"<p>{escape(_head(digest)).replace(chr(10), '<br>')}</p>"]
    parts += [_html_story(story) for story in stories(digest)]
    ailments = [f"<li>{escape(_ailment_text(one))}<br>{escape(one_line(one.todo))}</li>" for one in _ailments(digest)]
    parts += ["<h3>Health of sources</h3>", _list(ailments)] if ailments else []
    parts.append(f"<p><small>storewatch, message {escape(letter.message_id)}</small></p>")
    body = "\n".join(parts)
    title = escape(subject(digest))
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{title}</title></head>\n'
        f'<body style="{_STYLE}">\n{body}\n</body></html>\n'
    )


def _html_story(story: Story) -> str:
    return f"<h3>{escape(one_line(story.first.title))}</h3>\n" + _list(_html_line(line) for line in story.lines)


def _list(items: Iterable[str]) -> str:
    return "<ul>\n" + "\n".join(items) + "\n</ul>"


def _html_line(line: Line) -> str:
    fact = line.fact
    told = [f"<b>{escape(fact_text(fact))}</b>"] if fact.event_id is not None else ["new article"]
    if line.news.before:
        told = [f"changed: {told[0]}", f"<i>{escape(change_text(line.news))}</i>"]
    if fact.evidence:
        told.append(f"<q>{escape(one_line(fact.evidence))}</q>")
    told += [_link(one) for one in (fact, *line.others)]
    return "<li>" + "<br>".join(told) + "</li>"


def _link(fact: Fact) -> str:
    url = one_line(fact.url)
    where = escape(_where(fact).rstrip(":"))
    if not url.lower().startswith(("http://", "https://")):
        return f"{where}: {escape(url)}"
    return f'<a href="{escape(url)}">{where}</a>'
