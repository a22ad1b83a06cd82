"""Bytes to text, by evidence: byte order mark, valid UTF-8, what header and page declare if it fits, then a detector.

A declaration is a hint, not a fact: servers send ``charset=iso-8859-1`` for everything and templates keep the meta tag
of another century.
"""

from __future__ import annotations

import codecs
import re

from pipelines.extract.language import identify

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.\-]{2,40})|<\?xml[^>]{0,100}encoding\s*=\s*["']([A-Za-z0-9_:.\-]{2,40})""",
    re.IGNORECASE,
)
# What a label means in practice (WHATWG Encoding Standard): the superset that browsers decode it with.
_SUPERSETS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
}
_DETECTABLE = """
cp1252 cp1250 cp1251 koi8_r koi8_u cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp874 iso8859_2 iso8859_5 iso8859_7
iso8859_15 gb18030 big5 cp932 euc_jp cp949 mac_roman cp866
"""
# Codecs that pages may name: Python knows others ("undefined", "rot13", "idna") that are no charsets.
_FURTHER = """
utf-8 utf-16 utf-16-le utf-16-be utf-32 big5hkscs iso2022_jp iso2022_kr ptcp154 iso8859-3 iso8859-4 iso8859-6 iso8859-8
iso8859-10 iso8859-13 iso8859-14 iso8859-16 johab
"""
_ON_THE_WEB = frozenset(codecs.lookup(name).name for name in [*_DETECTABLE.split(), *_FURTHER.split()])
_DEFAULT = "cp1252"
"""What servers and templates declare without looking: any other declaration is tried before it."""
_LATIN = frozenset(
    {
        "cp1250",
        "cp1252",
        "cp1254",
        "cp1257",
        "cp1258",
        "iso8859-2",
        "iso8859-9",
        "iso8859-13",
        "iso8859-15",
        "mac-roman",
    }
)
# Which of them a language is written in; all others in cp1252.
_LATIN_BY_LANGUAGE = {
    **dict.fromkeys(("bs", "cs", "hr", "hu", "pl", "ro", "sk", "sl", "sq"), "cp1250"),
    **dict.fromkeys(("et", "lt", "lv"), "cp1257"),
    **dict.fromkeys(("az", "tr"), "cp1254"),
    "vi": "cp1258",
}
# Letters of other alphabets, read as cp1252: signs inside words, Icelandic letters, Czech r, e and c with caron.
_MISREAD = re.compile(
    r"[^\W\d_][³£¹¿¶±¼¾¥ðþý]+[^\W\d_]|£[a-z]{3}|[a-z]{2}¿|[ðþ][a-z]|[a-z][ðþ]|ø.{0,400}ì|ì.{0,400}ø", re.DOTALL
)
_MAX_BAD = 0.005
_MAX_BAD_UTF8 = 0.02
"""Broken sequences among the non-ASCII characters of a text that is still UTF-8 (cut off, or spliced with another)."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_CONTROL_BYTES = bytes(b for b in range(0x80) if _CONTROL.match(chr(b)) and b != 0x1B)  # ESC switches in ISO 2022
_MARKS = tuple(mark for mark, _ in _BOMS if mark != codecs.BOM_UTF8)
_C1 = re.compile("[\x80-\x9f]")
_TAGS = re.compile(rb"<(?:script|style)\b.*?</(?:script|style)\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(r"<[^>]*>")
_FEW = 3
_WORDS = re.compile(r"[^\W\d_]+")


def decode(body: bytes, header: str | None) -> str:
    """The text of a page; ``header`` is the charset of the HTTP header. Control characters are left out."""
    wide = body[:2000].count(0) > 0 or body.startswith(_MARKS)
    if not wide:
        return _decode(body.translate(None, _CONTROL_BYTES), header)
    return _CONTROL.sub("", _decode(body, header))


def _decode(body: bytes, header: str | None) -> str:
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    declared = [name for name in (_known(header), *map(_known, declared_in(body))) if name]
    wide = _wide(body)
    if wide:
        return body.decode(wide, "replace")
    if b"\x1b$" in body and ("iso2022_jp" in declared or b"\x1b(" in body):
        return body.decode("iso2022_jp_2", "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    lenient = body.decode("utf-8", "replace")
    if _mostly_utf8(lenient):
        return lenient
    return _by_declaration(body, declared) or _by_detection(body, declared)


def declared_in(body: bytes) -> list[str]:
    """The charsets named in the head of the page."""
    found = _META.findall(body[:8192])
    return [(meta or xml).decode("ascii") for meta, xml in found][:3]


def _known(label: str | None) -> str | None:
    """The codec that browsers use for a label, None for an unknown one."""
    if not label:
        return None
    try:
        name = codecs.lookup(label.strip().strip("\"'").lower()).name
    except (LookupError, ValueError):
        return None
    name = _SUPERSETS.get(name, name)
    return name if name in _ON_THE_WEB else None


def _wide(body: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of ASCII markup is zero."""
    sample = body[:2000]
    if len(sample) < 20 or sample.count(0) < len(sample) // 5:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if min(even, odd) > max(even, odd) // 10:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _mostly_utf8(text: str) -> bool:
    bad = text.count("\ufffd")
    wide = sum(1 for c in text if c > "\x7f")
    return bad <= max(1, _MAX_BAD_UTF8 * wide) and wide > 3 * bad


def _by_declaration(body: bytes, declared: list[str]) -> str | None:
    """The first declared charset in which the whole page decodes to plausible text, the common default last."""
    for name in sorted(dict.fromkeys(declared), key=_DEFAULT.__eq__):
        if name.startswith("utf"):
            continue
        text = body.decode(name, "replace")
        if text.count("\ufffd") <= _MAX_BAD * sum(1 for c in text if c > "\x7f") and _plausible(text, name):
            return text
    return None


def _plausible(text: str, name: str) -> bool:
    """No control codes; for a Latin charset, accents among ASCII letters, not words of them, and no misread letters."""
    if len(_C1.findall(text)) > _FEW or any("\ue000" <= c <= "\uf8ff" for c in text[:200_000]):
        return False
    if name not in _LATIN:
        return True
    shown = _MARKUP.sub(" ", text)
    strange = [word for word in _WORDS.findall(shown) if len(word) > 3 and not word.isascii()]
    dense = sum(1 for word in strange if sum(c > "\x7f" for c in word) > 0.6 * len(word))
    if dense > max(2, 0.2 * len(strange)):
        return False
    return name != _DEFAULT or len(_MISREAD.findall(shown)) <= _FEW or _language(shown) in ("is", "fo", "da", "no")


def _by_detection(body: bytes, declared: list[str]) -> str:
    """charset_normalizer on the page's text, and its language for alphabets that differ by few letters."""
    from charset_normalizer import from_bytes  # needed for one page in a hundred

    sample = _TAGS.sub(b" ", body)
    lines = [line for line in sample.split(b"\n") if any(byte > 0x7F for byte in line)]
    sample = b"\n".join(lines)[:20_000] or sample[:20_000]
    match = from_bytes(
        sample, cp_isolation=_DETECTABLE.split(), threshold=0.5, steps=5, chunk_size=512, preemptive_behaviour=False
    ).best()
    name = codecs.lookup(match.encoding).name if match is not None else (declared or [_DEFAULT])[0]
    if name in _LATIN:
        name = _latin(sample)
    return body.decode(name, "replace")


def _latin(sample: bytes) -> str:
    """The Latin charset of a text by its language, which the ASCII letters tell well enough."""
    name = _LATIN_BY_LANGUAGE.get(_language(sample.decode(_DEFAULT, "replace")), _DEFAULT)
    if name == "cp1250" and not any(0x80 <= byte <= 0x9F for byte in sample):
        return "iso8859-2"  # no byte of the range that only Windows' alphabet uses
    return name


def _language(text: str) -> str:
    return identify(" ".join(text.split())) or ""
