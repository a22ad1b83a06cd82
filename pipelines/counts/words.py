"""Numbers written in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import regex

from pipelines.counts.lexicon import Atom, Lexicon
from pipelines.counts.model import Count, CountKind

_WORD = regex.compile(r"[\p{L}\p{M}]+(?:['’\u200c-](?=[\p{L}])[\p{L}\p{M}]+)*")
_GAP = regex.compile(r"[ \u00a0-]|, (?=\p{L})")
_MAX_COMPOUND = 48

Token = tuple[int, int, Atom]


def _compound_value(word: str, lexicon: Lexicon) -> Atom | None:
    """The value of a number written in one word, None if the word is none; remembered per word."""
    known = lexicon.compounds
    if word in known:
        return known[word]
    if len(known) > 20_000:
        known.clear()
    atom = None
    if lexicon.compound is not None and len(word) <= _MAX_COMPOUND:
        parts = lexicon.compound.findall(word)
        if len(parts) > 1 and sum(map(len, parts)) == len(word):
            known_parts = (lexicon.words.get(part) or lexicon.inside.get(part) for part in parts)
            atoms = [part for part in known_parts if part is not None]
            if len(atoms) > 1:
                atom = Atom(compose(atoms), "cardinal")
    known[word] = atom
    return atom


def compose(atoms: list[Atom]) -> int | float:
    """The value of number words in a row: 'two hundred thousand and five' -> 200005."""
    total = current = 0.0
    for atom in atoms:
        if atom.role == "scale":
            if atom.value >= 1000:
                total += (current or 1) * atom.value
                current = 0
            else:  # multiplies only what is smaller: a hundred and two tens are 120
                low = current % (atom.value * 10)
                current += (low or 1) * atom.value - low
        else:
            current += atom.value
    value = total + current
    return int(value) if value == int(value) else value


def _atom(word: str, lexicon: Lexicon) -> Atom | None:
    lower = word.lower()
    atom = lexicon.words.get(lower)
    if atom is None and lexicon.compound is not None:
        atom = _compound_value(lower, lexicon)
    return atom


def _tokens(text: str, lexicon: Lexicon) -> Iterator[Token | tuple[int, int, None]]:
    """Words with their number value; words that join numbers ("and") come with None."""
    matches = list(_WORD.finditer(text)) if lexicon.words else []
    index = 0
    while index < len(matches):
        match = matches[index]
        word = match.group().lower()
        phrase = _phrase(word, matches, index, lexicon)
        if phrase is not None:
            length, atom = phrase
            yield match.start(), matches[index + length - 1].end(), atom
            index += length
            continue
        found = _atom(word, lexicon)
        if found is not None and word == "năm" and not _vietnamese_five(matches, index, text):
            found = None
        if found is not None:
            yield match.start(), match.end(), found
        elif lexicon.lang == "ar" and word[0] == "و" and _atom(word[1:], lexicon) is not None:
            yield match.start(), match.start() + 1, None
            yield match.start() + 1, match.end(), cast(Atom, _atom(word[1:], lexicon))
        elif "-" in word:
            yield from _hyphenated(match, lexicon)
        elif word in lexicon.joins:
            yield match.start(), match.end(), None
        elif word in lexicon.inside and lexicon.compound is None:
            yield match.start(), match.end(), lexicon.inside[word]
        index += 1


def _vietnamese_five(matches: list[regex.Match[str]], index: int, text: str) -> bool:
    """Is "năm" five here, not the year? It is when a noun follows that is no word of time."""
    behind = text[matches[index].end() : matches[index].end() + 8].lstrip().lower()
    before = text[max(0, matches[index].start() - 8) : matches[index].start()]
    if regex.match(r"\p{Nd}|nay|sau|tới|trước|ngoái|qua|nữa|đầu|cuối|liền|$|[.,;)]", behind):
        return False
    return regex.search(r"\p{Nd}\s$|(?:mười|hai|ba|bốn|mươi|trong|một|mỗi|cuối|đầu|giữa|những)\s$", before) is None


def _hyphenated(match: regex.Match[str], lexicon: Lexicon) -> Iterator[Token]:
    """The parts of "twenty-five", "vingt-cinq"; of "two-storey" only the number."""
    start = match.start()
    for part in match.group().split("-"):
        atom = _atom(part, lexicon)
        if atom is not None:
            yield start, start + len(part), atom
        start += len(part) + 1


def _phrase(word: str, matches: list[regex.Match[str]], index: int, lexicon: Lexicon) -> tuple[int, Atom] | None:
    for parts, atom in lexicon.phrases.get(word, ()):
        if index + len(parts) <= len(matches) and all(
            matches[index + k].group().lower() == part
            and (k == 0 or matches[index + k].start() - matches[index + k - 1].end() == 1)
            for k, part in enumerate(parts)
        ):
            return len(parts), atom
    return None


def word_numbers(text: str, lexicon: Lexicon) -> Iterator[Count]:
    """Numbers in words; neighbouring words form one number (zwei hundert, two thousand and five)."""
    if lexicon.substring is not None:
        yield from _substring_numbers(text, lexicon)
        return
    run: list[Token] = []
    joined = False
    for start, end, atom in _tokens(text, lexicon):
        if atom is None:
            joined = bool(run) and _GAP.fullmatch(text, run[-1][1], start) is not None
            continue
        between = text[run[-1][1] : start] if run else ""
        near = bool(run) and (_GAP.fullmatch(between) is not None or (joined and len(between) <= 6))
        if run and not (near and _extends(run, atom, joined)):
            if not (near and atom.role == "collective" and len(run) == 1 and run[0][2].value == 1):
                yield from _finish(run)  # else the article of "une centaine", "una docena"
            run = []
        if run or atom.role != "inside":
            run.append((start, end, atom))
        joined = False
    yield from _finish(run)


def _extends(run: list[Token], atom: Atom, joined: bool) -> bool:
    """May ``atom`` be the next part of the number in ``run``?"""
    last = run[-1][2]
    if atom.role == "ordinal":
        return _ends_ordinal(last, atom)
    if last.role not in ("cardinal", "scale", "collective"):
        return False
    if atom.role == "scale":
        return last.role != "collective" or atom.value > last.value
    if atom.role == "inside":
        return last.value >= 10
    if atom.role != "cardinal" or last.role == "collective":
        return False
    if last.role == "scale":
        return atom.value < last.value
    return (
        (last.value >= 20 and last.value % 10 == 0 and atom.value < 10)
        or (joined and atom.value >= 20 and atom.value % 10 == 0 and last.value < 10 and len(run) == 1)
        or (last.value in (60, 80) and 10 < atom.value < 20)  # soixante-quinze, quatre-vingt-douze
        or (last.value >= 100 and last.value % 100 == 0 and atom.value < 100)
    )


def _ends_ordinal(last: Atom, atom: Atom) -> bool:
    """Is ``atom`` the ranking end of a longer number: twenty-first, one hundredth, dwudziesty pierwszy?"""
    if atom.value in (100, 1000):
        return last.role == "cardinal" and 1 <= last.value < 100
    tens = last.role in ("cardinal", "ordinal", "scale") and last.value >= 20 and last.value % 10 == 0
    return tens and atom.value < min(last.value, 100 if last.value >= 100 else 10)


def _finish(run: list[Token]) -> Iterator[Count]:
    if not run:
        return
    atoms = [token[2] for token in run]
    role = atoms[-1].role
    kind: CountKind = "share" if role == "share" else "ordinal" if role == "ordinal" else "cardinal"
    collective = any(atom.role == "collective" for atom in atoms)
    if kind == "ordinal" and len(atoms) > 1:
        atoms[-1] = Atom(atoms[-1].value, "scale" if atoms[-1].value in (100, 1000) else "cardinal")
    value = atoms[-1].value if kind == "share" else compose([_as_cardinal(atom) for atom in atoms])
    collective = collective or (len(run) == 1 and atoms[0].vague)
    if len(run) == 1 and role == "scale" and (atoms[0].value >= 100_000 or run[0][1] - run[0][0] == 1):
        return  # "a million" is no number of stores, a lone k or m no number
    yield Count(
        start=run[0][0],
        end=run[-1][1],
        value=value,
        kind=kind,
        digits=False,
        collective=collective,
        count_is="at_least" if collective else "exact",
    )


def _as_cardinal(atom: Atom) -> Atom:
    return atom if atom.role == "scale" else Atom(atom.value, "cardinal")


def _substring_numbers(text: str, lexicon: Lexicon) -> Iterator[Count]:
    """Number words of scripts without spaces; neighbours that touch form one number (สองพัน)."""
    run: list[Token] = []
    assert lexicon.substring is not None
    for match in lexicon.substring.finditer(text):
        atom = lexicon.words.get(match.group()) or lexicon.inside.get(match.group())
        if atom is None or (atom.role == "inside" and not (run and match.start() == run[-1][1])):
            continue
        if run and (match.start() != run[-1][1] or not _extends(run, atom, False)):
            yield from _finish(run)
            run = []
        run.append((match.start(), match.end(), atom))
    yield from _finish(run)
