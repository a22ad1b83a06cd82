"""Ad tokens: the placeholders that ad plugins and CMS leave in a published text.

A token is removed when its name stands in the closed list ``pipelines/data/ad_tokens.txt``, or when its form is that of
a shortcode and one whole part of its name is an ad word (``[my-ad-slot id=3]``; not ``[address]`` or ``[admin]``).
Brackets alone never suffice: ``[sic]``, ``[1]``, ``{0}`` and ``{a, b, ad}`` are text.

A token stays when the text explains it: it stands inside a sentence which says so ("put [the_ad id=1] into your post"),
or alone below a line that announces it ("Insert this shortcode:"), or the caller names it in ``keep``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipelines.clean.shortcodes import ATTRIBUTE, OTHER, QUOTED, SHORTCODE, UNCLOSED_QUOTE, is_bare_word, named_by_user
from pipelines.clean.words import read_sections
from storewatch.types import AS_SHIPPED, Cleaning

_LISTS = {name: f"(?:{'|'.join(entries)})" for name, entries in read_sections("ad_tokens.txt").items()}
_DASHES = r"(?:-{1,3}|–|—)"
_TOKEN = re.compile(
    rf"""
    (?P<shortcode>\[\s*{_LISTS["shortcodes"]}(?:\s+rotate)?(?:\s+{ATTRIBUTE})*\s*/?\s*\])
  | (?P<unclosed>\[{_LISTS["shortcodes"]}\s+[\w-]+\s*=\s*{UNCLOSED_QUOTE})
  | (?P<wrapped>\[\s*(?:sc|shortcode|widget|block|snippet)\s+(?:{ATTRIBUTE}\s*)+/?\s*\])
  | (?P<named>\[\s*/?(?P<name>[A-Za-z][\w-]{{1,60}})(?P<arguments>(?:\s+{ATTRIBUTE})*)\s*/?\s*\])
  | (?P<plugin>\{{\s*/?\s*{_LISTS["plugin_tags"]}(?:\b[^{{}}\n]{{0,120}})?\}})
  | (?P<module>\{{\s*module\s+(?:\d+|[\w-]+\s*=\s*{QUOTED}[^{{}}\n]{{0,80}}|[A-Za-z][^{{}}\n:;=()]{{0,60}})\s*\}})
  | (?P<comment><!\s*{_DASHES}\s*{_LISTS["comments"]}\s*{_DASHES}\s*>)
  | (?P<hugo>\{{\{{\s*[<%]\s*/?(?P<template>[\w./-]+)[^{{}}\n]{{0,120}}?[>%]\s*\}}\}})
  | (?P<liquid>\{{%-?\s*include(?:_cached|_relative)?\s+["']?(?P<included>[\w./-]+)[^{{}}\n]{{0,120}}?-?%\}})
  | (?P<contao>\{{\{{\s*(?:insert_module|insert_ad|banner|ad)::[\w-]+(?:::[\w-]+)*\s*\}}\}})
  | (?P<banner>\{{\{{\s*[\w-]+\s*=\s*["“”'][^"“”'\n{{}}]{{0,160}}["“”']\s*\}}\}})
  | (?P<macro>%%{_LISTS["macros"]}%%|\$\{{(?:CACHEBUSTER|CLICK_?URL(?:_ENC)?)\}})
  | (?P<script>
        \(\s*adsbygoogle\s*=\s*window\.adsbygoogle\s*\|\|\s*\[\s*\]\s*\)\s*\.push\(\s*\{{[^{{}}]*\}}\s*\)\s*;?
      | googletag\.cmd\.push\(\s*function\s*\(\)\s*\{{[^{{}}\n]{{0,300}}\}}\s*\)\s*;?
      | googletag\.(?:display|enableServices|pubads)\([^()\n]{{0,80}}\)\s*;?
      | google_ad_(?:client|slot|width|height|format)\s*=\s*["']?[\w-]+["']?\s*;)
    """,
    re.IGNORECASE | re.VERBOSE,
)
# A line without one of these holds no token: most lines are passed at the price of one search.
_HINT = re.compile(r"\[\s*/?[A-Za-z]|\{\s*[/%{<a-zA-Z]|<!|%%[A-Z]|\$\{|adsbygoogle|googletag|google_ad_")
_ROTATE = re.compile(r"\s*\|\s*rotate\s*\|\s*", re.IGNORECASE)
# Forms that stand for many things: the group with the name that must have an ad word in it.
_NEEDS_AD_WORD = {"named": "name", "hugo": "template", "liquid": "included", "banner": "banner", "wrapped": "wrapped"}
_PART = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
_AD_WORD = re.compile(_LISTS["ad_words"], re.IGNORECASE)
_EXPLAINS = re.compile(rf"\b{_LISTS['explaining']}\b|{_LISTS['explaining_unspaced']}", re.IGNORECASE)
_ANNOUNCES = re.compile(rf"\b{_LISTS['announcing']}\b|{_LISTS['explaining_unspaced']}", re.IGNORECASE)
_ENDS_SENTENCE = re.compile(r"""(?:[.!?…。！？।॥؟։]|\.{3})["'”’»›)\]]*\s*$""")
_SENTENCE_START = re.compile(r"""[.!?…。！？।؟]["'”’»)]*\s+""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A piece of a line to take out; ``start`` and ``end`` are offsets in the line."""

    rule: str
    start: int
    end: int
    text: str


def find_tokens(
    line: str, *, previous: str = "", keep: frozenset[str] = frozenset(), cleaning: Cleaning = AS_SHIPPED
) -> list[Cut]:
    """The tokens to take out of ``line``, in order.

    ``previous`` is the last line with text before it; tokens in ``keep`` stay.
    """
    if "|" in line and _ROTATE.fullmatch(line):
        return [Cut(rule="ad_token", start=0, end=len(line), text=line.strip())]
    if not _HINT.search(line):
        return []
    found = [(rule, m) for rule, m in _matches(line, cleaning) if m.group().strip() not in keep]
    if not found:
        return []
    if _without(line, [m for _, m in found]).strip():
        found = [(rule, m) for rule, m in found if not _belongs_to_sentence(line, m)]
        found = [(rule, m) for rule, m in found if not (rule == SHORTCODE and is_bare_word(m))]
    elif _announces(previous):
        found = []
    return [Cut(rule=rule, start=m.start(), end=m.end(), text=m.group().strip()) for rule, m in found]


def tokens_in(text: str, cleaning: Cleaning = AS_SHIPPED) -> frozenset[str]:
    """Every token in ``text``, explained or not: what a page shows as code is to be kept in its text."""
    if not _HINT.search(text):
        return frozenset()
    return frozenset(m.group().strip() for line in text.split("\n") for _, m in _matches(line, cleaning))


def _matches(line: str, cleaning: Cleaning) -> list[tuple[str, re.Match[str]]]:
    """Rule and place of everything that has the form of a token, in order and without overlaps."""
    found = [("ad_token", m) for m in _TOKEN.finditer(line) if _is_token(m)]
    if cleaning.ad_names:
        found += [("ad_token", m) for m in named_by_user(cleaning.ad_names).finditer(line)]
    if cleaning.other_shortcodes:
        found += [(SHORTCODE, m) for m in OTHER.finditer(line)]
    kept: list[tuple[str, re.Match[str]]] = []
    for rule, match in sorted(found, key=lambda one: (one[1].start(), -one[1].end())):
        if not kept or match.start() >= kept[-1][1].end():
            kept.append((rule, match))
    return kept


def _is_token(match: re.Match[str]) -> bool:
    form = next((form for form in _NEEDS_AD_WORD if match[form] is not None), None)
    return form is None or _has_ad_word(match[_NEEDS_AD_WORD[form]])


@lru_cache(maxsize=4096)
def _has_ad_word(name: str) -> bool:
    """Is an ad word one whole part of the name? Parts end at ``_``, ``-``, ``.``, ``/``, digits and capitals."""
    return any(_AD_WORD.fullmatch(part) for part in _PART.findall(name))


def _without(line: str, found: Sequence[re.Match[str]]) -> str:
    pieces, done = [], 0
    for match in found:
        pieces.append(line[done : match.start()])
        done = match.end()
    return "".join([*pieces, line[done:]])


def _announces(previous: str) -> bool:
    """Does the line above say that an example follows?"""
    above = previous.rstrip()
    return bool(_ANNOUNCES.search(above)) or (above.endswith((":", "：")) and bool(_EXPLAINS.search(above)))


def _belongs_to_sentence(line: str, match: re.Match[str]) -> bool:
    """Is the token a word of its sentence? Then it is a leftover only if nothing in the sentence explains it."""
    before, after = line[: match.start()].rstrip(), line[match.end() :].lstrip()
    goes_on = after[:1].islower() or after[:1] in (",", ";")
    if (not before or _ENDS_SENTENCE.search(before)) and not goes_on:
        return False
    sentence = _SENTENCE_START.split(before)[-1]
    if not after and not _EXPLAINS.search(sentence):
        return False
    if (
        "named" in match.re.groupindex
        and match["named"] is not None
        and not match["arguments"]
        and _AD_WORD.fullmatch(match["name"])
    ):
        return True  # [ads], [Anzeige]: an editor's insertion as long as it stands inside a sentence
    return bool(_EXPLAINS.search(f"{sentence} {_SENTENCE_START.split(after, maxsplit=1)[0]}"))
