"""What people type into a search: ``vendor:xiaomi country:DE "mi store" -rumour since:2024``.

::

    query   = either                     nothing at all finds everything
    either  = both ("OR" both)*
    both    = ("-" | "NOT")? one, ...    all of them; "AND" may stand between
    one     = word | word* | "a phrase" | field:value | field:"a value" | ( query )

A field takes several values with commas (``country:DE,AT``: any of them). Field names: :data:`FIELDS`. Several fields
about an event that stand beside each other are about one event: ``vendor:vivo country:IN`` finds what vivo does in
India.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import get_args

from storewatch.errors import InputError
from storewatch.search.folding import Sought, sought
from storewatch.types import Action, Certainty, StoreType

#: Longer queries are mistakes (a pasted article); so are deeper nested ones.
MAX_LENGTH = 2_000
MAX_DEPTH = 20

#: Field names with what they match, in words for the documentation.
FIELDS: Mapping[str, str] = {
    "vendor": "event: the vendor's name",
    "action": "event: open, plan, stock, close, relocate, partner, market_entry, online_store",
    "type": "event: the kind of store (own_store, flagship, shop_in_shop, ...)",
    "country": "event: ISO 3166-1 code",
    "city": "event: English name of the city",
    "region": "event: part of the world, in the words of the article",
    "certainty": "event: confirmed, announced, rumoured, cancelled, denied",
    "partner": "event: who runs the stores with the vendor",
    "speaker": "event: who says so",
    "horizon": "event: by when, from its beginning: 2025 finds 2025-03 too",
    "count": "event: number of stores: 100, >100, >=100, <100, <=100, 100..200",
    "has": "article with something: event, copies, or an event with a count, place, horizon, partner, speaker",
    "title": "article: a word or phrase of the title",
    "lang": "article: ISO 639-1 code",
    "outlet": "article: registrable domain of its address",
    "source": "article: name of the source that brought it",
    "since": "article: published then or later",
    "until": "article: published then or earlier",
    "story": "article: number of its story",
    "id": "article: its number",
}
EVENT_FIELDS = frozenset(name for name, meaning in FIELDS.items() if meaning.startswith("event"))
#: The values of fields that have no others.
VALUES: Mapping[str, tuple[str, ...]] = {
    "action": get_args(Action),
    "type": get_args(StoreType),
    "certainty": get_args(Certainty),
}
HAS = ("event", "copies", "edits", "count", "place", "horizon", "partner", "speaker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A word or phrase somewhere in title or text; ``title``: in the title."""

    sought: Sought
    title: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Any of ``values`` in a field of :data:`FIELDS`."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number within bounds, both included."""

    name: str
    least: int | None
    most: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Published at ``since`` or later and before ``until``."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    part: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Any:
    parts: tuple[Node, ...]


Node = Text | Field | Number | Period | Not | All | Any
EVERYTHING = All(parts=())


def parse(query: str, *, now: datetime) -> Node:
    """What ``query`` asks for; ``now`` is what ``30d`` counts from.

    :raises InputError: for what cannot be meant, with the position (from 1) and the way out.
    """
    if len(query) > MAX_LENGTH:
        raise InputError("query", f"is {len(query)} characters long; {MAX_LENGTH} are allowed", hint="shorten it")
    return _Parser(query, now).parse()


def mistake(field: str, value: str) -> tuple[str, str] | None:
    """What is wrong with a value that no article or event can have in ``field``, and the way out; None: it may be one.

    >>> mistake("action", "opens")
    ("there is no action 'opens'", 'did you mean open?')
    """
    if field in VALUES and value.lower() not in VALUES[field]:
        near = get_close_matches(value.lower(), VALUES[field], n=1, cutoff=0.6)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(VALUES[field])}"
        return f"there is no {field} {_short(value)}", hint
    if field == "country" and not re.fullmatch("[A-Za-z]{2}", value):
        return f"{_short(value)} is no code of a country", "write it as in ISO 3166-1: DE"
    if field == "lang" and not re.fullmatch("[A-Za-z]{2,3}", value):
        return f"{_short(value)} is no code of a language", "write it as in ISO 639-1: de"
    return None


def texts(node: Node) -> tuple[Sought, ...]:
    """The words and phrases that a hit is marked and ranked by: all but those asked not to be there."""
    match node:
        case Text():
            return (node.sought,)
        case All(parts=parts) | Any(parts=parts):
            return tuple(found for part in parts for found in texts(part))
    return ()


def named(node: Node, field: str) -> tuple[str, ...]:
    """The values that a query asks for in ``field``."""
    match node:
        case Field(name=name, values=values) if name == field:
            return values
        case All(parts=parts) | Any(parts=parts):
            return tuple(value for part in parts for value in named(part, field))
    return ()


_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<open>\() | (?P<close>\))
      | (?P<minus>-(?=[^\s)]))
      | (?P<field>[A-Za-z_]+):(?=[^\s)])
      | "(?P<phrase>[^"]*)"
      | (?P<quote>")
      | (?P<word>[^\s()"]+)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    kind: str
    text: str
    at: int


class _Parser:
    def __init__(self, query: str, now: datetime) -> None:
        self._now = now
        # Typographic quotes come with text that was copied from a page.
        query = re.sub("[\u201c\u201d\u201e\u00ab\u00bb]", '"', query)
        self._tokens = [
            _Token(kind=str(found.lastgroup), text=found[str(found.lastgroup)], at=found.start())
            for found in _TOKEN.finditer(query)
        ]
        self._tokens.append(_Token(kind="end", text="", at=len(query)))
        self._place = 0

    def parse(self) -> Node:
        node = self._either(0)
        if self._next.kind == "close":
            raise _at(self._next, "closes a bracket that was never opened")
        return node

    @property
    def _next(self) -> _Token:
        while self._tokens[self._place].kind == "space":
            self._place += 1
        return self._tokens[self._place]

    def _take(self) -> _Token:
        token = self._next
        self._place += 1
        return token

    def _is(self, word: str) -> bool:
        return self._next.kind == "word" and self._next.text == word

    def _either(self, depth: int) -> Node:
        parts = [self._both(depth)]
        while self._is("OR"):
            sign = self._take()
            if parts[-1] == EVERYTHING or self._next.kind in ("end", "close"):
                raise _at(sign, "OR needs something on both sides", hint='write "OR" in quotes for the word')
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else Any(parts=tuple(parts))

    def _both(self, depth: int) -> Node:
        parts: list[Node] = []
        while self._next.kind not in ("end", "close") and not self._is("OR"):
            if self._is("AND") and parts:
                self._take()
                if self._next.kind in ("end", "close"):
                    raise _at(self._next, "AND needs something on both sides")
                continue
            parts.append(self._maybe_not(depth))
        return parts[0] if len(parts) == 1 else All(parts=tuple(parts))

    def _maybe_not(self, depth: int) -> Node:
        if self._next.kind == "minus" or self._is("NOT"):
            sign = self._take()
            if self._next.kind in ("end", "close", "minus"):
                raise _at(sign, "says not, but not what")
            return Not(part=self._one(depth))
        return self._one(depth)

    def _one(self, depth: int) -> Node:
        token = self._take()
        match token.kind:
            case "open":
                return self._bracket(token, depth)
            case "quote":
                raise _at(token, "opens a quotation that does not end", hint='close it with another "')
            case "field":
                return self._field(token)
            case "phrase":
                return self._text(token)
            case "word":
                return self._text(token)
        raise _at(token, "is not expected here")

    def _bracket(self, token: _Token, depth: int) -> Node:
        if depth >= MAX_DEPTH:
            raise _at(token, f"nests brackets deeper than {MAX_DEPTH}")
        node = self._either(depth + 1)
        if self._take().kind != "close":
            raise _at(token, "opens a bracket that does not end", hint="close it with )")
        return node

    def _text(self, token: _Token, *, title: bool = False) -> Text:
        text = token.text
        if token.kind == "word" and text[:-1].lower() in FIELDS and text.endswith(":"):
            raise _at(token, f"{text} needs a value, without a blank before it", hint=f'or write "{text}" in quotes')
        prefix = token.kind == "word" and text.endswith("*")
        found = sought(text.rstrip("*") if prefix else text, prefix=prefix)
        if not found.words:
            raise _at(token, f"{_short(text)} has no letter or digit to look for")
        return Text(sought=found, title=title)

    def _field(self, token: _Token) -> Node:
        name = token.text.lower()
        value = self._tokens[self._place]
        if name not in FIELDS:
            near = get_close_matches(name, FIELDS, n=1, cutoff=0.6)
            hint = f"did you mean {near[0]}:?" if near else f"fields are {', '.join(FIELDS)}"
            raise _at(
                token, f"there is no field {_short(name)}", hint=f'{hint} For the text itself write quotes: "a:b"'
            )
        if value.kind not in ("word", "phrase"):
            raise _at(value, f"{name}: needs a value")
        self._place += 1
        if name == "title":
            return self._text(value, title=True)
        if name in ("since", "until"):
            return self._period(name, value)
        if name in ("count", "story", "id"):
            return self._number(name, value)
        return self._values(name, value)

    def _values(self, name: str, token: _Token) -> Field:
        parts = [token.text] if token.kind == "phrase" else token.text.split(",")
        values = tuple(part.strip() for part in parts if part.strip())
        if not values:
            raise _at(token, f"{name}: needs a value")
        for value in values:
            if name == "has" and value.lower() not in HAS:
                raise _at(token, f"has: does not know {_short(value)}", hint=f"it knows {', '.join(HAS)}")
            if wrong := mistake(name, value):
                raise _at(token, wrong[0], hint=wrong[1])
        return Field(name=name, values=values)

    def _number(self, name: str, token: _Token) -> Node:
        if name == "count" and token.text == "*":
            return Field(name="has", values=("count",))
        found = re.fullmatch(r"(>=|<=|>|<|=)?(\d{1,18})|(\d{1,18})\.\.(\d{1,18})", token.text)
        if not found:
            hint = "write 100, >100, >=100, <100, <=100 or 100..200"
            raise _at(token, f"{name}: {_short(token.text)} is no number", hint=hint)
        sign, number, low, high = found.groups()
        if low is not None:
            return Number(name=name, least=int(low), most=int(high))
        value = int(number)
        least = {">": value + 1, ">=": value, "<": None, "<=": None}.get(sign, value)
        most = {"<": value - 1, "<=": value, ">": None, ">=": None}.get(sign, value)
        return Number(name=name, least=least, most=most)

    def _period(self, name: str, token: _Token) -> Period:
        try:
            start, end = period(token.text, self._now)
        except ValueError:
            hint = "write 2024, 2024-03, 2024-03-05, an ISO instant, 30d or 4w"
            raise _at(token, f"{name}: {_short(token.text)} is no date", hint=hint) from None
        return Period(since=start) if name == "since" else Period(until=end)


def period(text: str, now: datetime) -> tuple[datetime, datetime]:
    """The first instant of a date as people write it, and the first one after it.

    Years, months and days have a length; instants, and so many days or weeks before ``now``, have none.

    :raises ValueError: for what is no date.
    """
    try:
        return _period(text.strip(), now)
    except OverflowError as error:  # the end of time
        raise ValueError(text) from error


def _period(text: str, now: datetime) -> tuple[datetime, datetime]:
    if ago := re.fullmatch(r"(\d{1,4})([dw])", text, re.ASCII):
        days = int(ago[1]) * (7 if ago[2] == "w" else 1)
        at = now - timedelta(days=days)
        return at, at
    parts = re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", text, re.ASCII)
    if not parts:
        at = datetime.fromisoformat(text)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return at, at
    year, month, day = (int(part) if part else None for part in parts.groups())
    assert year is not None
    start = datetime(year, month or 1, day or 1, tzinfo=UTC)
    if day:
        return start, start + timedelta(days=1)
    if month:
        return start, datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return start, datetime(year + 1, 1, 1, tzinfo=UTC)


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")


def _at(token: _Token, problem: str, *, hint: str = "") -> InputError:
    return InputError(f"query, position {token.at + 1}", problem, hint=hint)
