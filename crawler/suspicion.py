"""Whether an answer is what was asked for, or a page that stands in its place: a bot wall, a consent page, a parked
domain, a login, an empty frame for scripts. Pure; servers give such pages with any status, 200 above all.

What such pages say is data (``data/walls.toml``). A mark counts for nothing on a page that has something to read: an
article that quotes "verify you are human", or one with a cookie banner and a captcha beside its comments, is an
article. Only headers in which a server says itself that it refused count on their own.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

from crawler.feeds.bodies import decode, sniff
from crawler.glance import Glance, glance

SuspicionKind = Literal["bot_wall", "consent_wall", "parking", "login", "js_only"]

# Pages that stand in another's place are small; what they would hide lies at their start.
MAX_BYTES = 1_000_000
# So many characters in paragraphs of its own, or so many links with words, make a page that is there to be read.
# Measured on the walls known: the most talkative (Google's, Imperva's) have 600 characters beside their marks.
_READABLE = 800
_PARAGRAPH = 60
_TITLE = 300
_LINKS = 25
# Walls link their terms, an imprint and the way to a subscription; more than this, and there is something to choose.
_WALL_LINKS = 6
# A consent page explains purposes and partners at length, in words that only speak of those.
_CONSENT_LENGTH = 4000
_FRAME_LENGTH = 250
_REFUSING = frozenset({401, 403, 405, 406, 409, 418, 429, 430, 444, 451, 456, 503})
_CONSENT_WORDS = re.compile(
    r"cookie|consent|partner|privacy|datenschutz|einwillig|zustimm|werbung|tracking|advertis|vendor|personal data"
    r"|données|confidentialité|publicité|privacidad|consentimi|pubblicità|consenso|privac|toestemming|zgod|reklam"
    r"|fornitori|socios|dispositiv|soukrom|partneř|samtycke|samtykke|souhlas|hozzájár|consimț|rıza|согласи|реклам|προσωπικ|同意|クッキー|쿠키"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """What an answer probably is instead of what was asked for; ``evidence`` says by what that shows, for people."""

    kind: SuspicionKind
    evidence: str


def suspect(status: int, headers: Mapping[str, str], body: bytes, *, url: str = "") -> Suspicion | None:
    """Suspect an answer, or None. A feed, a sitemap and other data are never suspected by what they say.

    :param headers: names in any case; the last of a repeated header.
    :param url: where redirects led, if that is known: consent pages have hosts of their own.
    """
    known = {name.lower(): value.lower() for name, value in headers.items()}
    if found := _by_headers(status, known):
        return found
    text = decode(body[:MAX_BYTES], known.get("content-type"))
    kind = sniff(text) if text.strip() else "text"
    if kind == "html":
        return _judge(_folded(glance(text)), status=status, url=url.lower())
    if kind in ("text", "other_json") and len(text) < 5000:
        return _judge(_folded(Glance(blocks=(text,), markup=text)), status=status, url=url.lower(), words_only=True)
    return None


def _judge(seen: Glance, *, status: int, url: str, words_only: bool = False) -> Suspicion | None:
    marks = _marks()
    if not seen.is_article and len(seen.links) < _LINKS:
        bare = not _has_prose(seen.blocks, marks.any_phrase, _READABLE)
        found = (bare and (_bot_wall(seen, marks) or _parking(seen, marks))) or None
        found = found or _consent(seen, marks, url, words_only=words_only)
        if found := found or ((bare and _login(seen, marks)) or None):
            return found
    return _js_only(seen, marks, words_only=words_only) if 200 <= status < 300 else None


def _by_headers(status: int, headers: Mapping[str, str]) -> Suspicion | None:
    marks = _marks()
    rules = [*marks.headers, *(marks.servers if status in _REFUSING else ())]
    for name, value, what in rules:
        if name in headers and value.search(headers[name]):
            return Suspicion(kind="bot_wall", evidence=what)
    return None


def _bot_wall(seen: Glance, marks: _Marks) -> Suspicion | None:
    if marks.bot_titles.fullmatch(seen.title):
        return Suspicion(kind="bot_wall", evidence=f"its title is {seen.title!r}")
    if found := _first(marks.bot_phrases, seen.blocks):
        return Suspicion(kind="bot_wall", evidence=f"it says {found!r}")
    for part, whose in marks.bot_markup:
        if part in seen.markup:
            return Suspicion(kind="bot_wall", evidence=f"its markup holds {whose} ({part})")
    letters = sum(map(len, seen.blocks))
    if letters < 500 and not seen.fields and any(captcha in seen.markup for captcha in marks.captchas):
        return Suspicion(kind="bot_wall", evidence="it is a captcha and hardly anything else")
    if letters < 500 and "reference #" in " ".join(seen.blocks) and "edgesuite" in " ".join(seen.blocks):
        return Suspicion(kind="bot_wall", evidence="it is Akamai's refusal")
    return None


def _parking(seen: Glance, marks: _Marks) -> Suspicion | None:
    for titles, phrases, what in (
        (marks.parking_titles, marks.parking_phrases, "it says"),
        (marks.default_titles, marks.default_phrases, "it is a server's own page:"),
    ):
        if titles.fullmatch(seen.title):
            return Suspicion(kind="parking", evidence=f"its title is {seen.title!r}")
        if found := _first(phrases, seen.blocks):
            return Suspicion(kind="parking", evidence=f"{what} {found!r}")
    for address in marks.parking_addresses:
        if address in seen.markup:
            return Suspicion(kind="parking", evidence=f"it loads from or sends to {address}")
    if not seen.blocks and re.search(r"location(?:\.href)?\s*=\s*[\"']/lander", seen.markup):
        return Suspicion(kind="parking", evidence="its script sends to /lander, as parked domains do")
    return None


def _consent(seen: Glance, marks: _Marks, url: str, *, words_only: bool) -> Suspicion | None:
    """A consent page speaks of nothing else, in the voice of one who asks, and has a button to agree."""
    length = sum(map(len, seen.blocks))
    other = sum(
        len(block) for block in seen.blocks if not (_CONSENT_WORDS.search(block) or marks.consent_phrases.search(block))
    )
    elsewhere = sum(not _CONSENT_WORDS.search(link) for link in seen.links)
    if length > _CONSENT_LENGTH or other >= _READABLE // 2 or elsewhere > _WALL_LINKS:
        return None
    titled = marks.consent_titles.fullmatch(seen.title)
    by_address = marks.consent_address.search(url)
    if other > length - other and not (titled or by_address):
        return None  # a short page with a banner
    phrases = {found for block in seen.blocks for found in marks.consent_phrases.findall(block)}
    button = next((label for label in seen.buttons if marks.consent_buttons.fullmatch(label)), None)
    signs = [
        f"its address is {by_address.group()!r}" if by_address else "",
        f"its title is {seen.title!r}" if titled else "",
        f"it says {min(phrases)!r}" if phrases else "",
        f"it has a button {button!r}" if button else "",
    ]
    found = [sign for sign in signs if sign]
    enough = len(phrases) >= 2 if words_only else len(found) >= 2
    return Suspicion(kind="consent_wall", evidence=", ".join(found)) if enough else None


def _login(seen: Glance, marks: _Marks) -> Suspicion | None:
    if sum(map(len, seen.blocks)) >= _READABLE or len(seen.links) > _WALL_LINKS:
        return None
    if "password" in seen.fields:
        return Suspicion(kind="login", evidence="it asks for a password and says little else")
    if seen.fields and marks.login_titles.fullmatch(seen.title):
        return Suspicion(kind="login", evidence=f"its title is {seen.title!r}, and it has a form")
    return None


def _js_only(seen: Glance, marks: _Marks, *, words_only: bool) -> Suspicion | None:
    letters = sum(len(block) for block in seen.blocks if not marks.js_phrases.search(block))
    asks = _first(marks.js_phrases, (*seen.blocks, seen.noscript)) if letters < _FRAME_LENGTH else None
    if asks and (words_only or len(seen.links) < 5):
        return Suspicion(kind="js_only", evidence=f"it says {asks!r} and hardly anything else")
    if letters < _FRAME_LENGTH and len(seen.links) < 5 and seen.scripts and seen.ids & marks.js_roots:
        root = min(seen.ids & marks.js_roots)
        return Suspicion(kind="js_only", evidence=f"its element {root!r} is empty until a script fills it")
    return None


def _has_prose(blocks: Iterable[str], marks: re.Pattern[str], length: int) -> bool:
    """Whether the paragraphs without marks have ``length`` characters together. Stops as soon as they have."""
    total = 0
    for block in blocks:
        if len(block) >= _PARAGRAPH and not marks.search(block) and (total := total + len(block)) >= length:
            return True
    return False


def _first(phrases: re.Pattern[str], blocks: tuple[str, ...]) -> str | None:
    return next((found.group() for block in blocks if (found := phrases.search(block))), None)


# --- words and data --------------------------------------------------------------------------------------------------


def _fold(text: str) -> str:
    """Small letters, straight apostrophes, single blanks."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("’", "'").replace("\N{COMBINING DOT ABOVE}", "")
    return " ".join(plain.split())


def _folded(seen: Glance) -> Glance:
    blocks = tuple(block for block in map(_fold, seen.blocks) if block)
    return replace(
        seen,
        title=_fold(seen.title[:_TITLE]).strip(" .…!?-–"),
        blocks=blocks,
        noscript=_fold(seen.noscript),
        markup=seen.markup.lower(),
        buttons=tuple(map(_fold, seen.buttons)),
        links=tuple(map(_fold, seen.links)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marks:
    """``data/walls.toml``, compiled."""

    bot_titles: re.Pattern[str]
    bot_phrases: re.Pattern[str]
    bot_markup: tuple[tuple[str, str], ...]
    captchas: tuple[str, ...]
    headers: tuple[tuple[str, re.Pattern[str], str], ...]
    servers: tuple[tuple[str, re.Pattern[str], str], ...]
    consent_address: re.Pattern[str]
    consent_titles: re.Pattern[str]
    consent_phrases: re.Pattern[str]
    consent_buttons: re.Pattern[str]
    parking_titles: re.Pattern[str]
    parking_phrases: re.Pattern[str]
    parking_addresses: tuple[str, ...]
    default_titles: re.Pattern[str]
    default_phrases: re.Pattern[str]
    login_titles: re.Pattern[str]
    js_phrases: re.Pattern[str]
    js_roots: frozenset[str]
    any_phrase: re.Pattern[str]


@lru_cache(maxsize=1)
def _marks() -> _Marks:
    data = tomllib.loads((resources.files("crawler") / "data" / "walls.toml").read_text("utf-8"))
    phrases = {kind: table["phrases"] for kind, table in data.items() if "phrases" in table}
    bot, consent, parking, default = (data[name] for name in ("bot_wall", "consent_wall", "parking", "default_page"))
    login = "|".join(data["login"]["words"])
    return _Marks(
        bot_titles=_either(bot["titles"]),
        bot_phrases=_either(phrases["bot_wall"]),
        bot_markup=tuple((part, whose) for part, whose in bot["markup"]),
        captchas=tuple(bot["captchas"]),
        headers=_header_rules(bot["headers"]),
        servers=_header_rules(bot["servers"]),
        consent_address=re.compile(consent["address"]),
        consent_titles=_either(consent["titles"]),
        consent_phrases=_either(phrases["consent_wall"]),
        consent_buttons=_either(consent["buttons"]),
        parking_titles=_either(parking["titles"]),
        parking_phrases=_either(phrases["parking"]),
        parking_addresses=tuple(parking["addresses"]),
        default_titles=_either(default["titles"]),
        default_phrases=_either(phrases["default_page"]),
        # "Sign in", "Sign in - Name of the site", "Name of the site | Sign in"
        login_titles=re.compile(rf"(?:.{{1,60}} ?[-–—|:•·] ?)?(?:{login})(?: ?[-–—|:•·] ?.{{1,60}})?"),
        js_phrases=_either(phrases["js_only"]),
        js_roots=frozenset(data["js_only"]["roots"]),
        any_phrase=_either([phrase for kind in phrases.values() for phrase in kind]),
    )


def _either(alternatives: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in alternatives))


def _header_rules(rows: list[list[Any]]) -> tuple[tuple[str, re.Pattern[str], str], ...]:
    return tuple((name, re.compile(value), what) for name, value, what in rows)


__all__ = ["Suspicion", "SuspicionKind", "suspect"]
