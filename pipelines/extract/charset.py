"""Bytes to text, by evidence: byte order mark, valid UTF-8, what header and page declare if it fits, then a detector.

A declaration is a hint, not a fact: servers send ``charset=iso-8859-1`` for everything and templates keep the meta tag
of another century.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

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
_WESTERN = frozenset({"cp1252", "cp1254", "iso8859-15", "cp1250", "iso8859-2", "cp1257", "mac-roman", "cp1258"})
_MAX_BAD_UTF8 = 0.02
"""Broken sequences among the non-ASCII characters of a text that is still UTF-8 (cut off, or spliced with another)."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_C1 = re.compile("[\x80-\x9f]")
_TAGS = re.compile(rb"<(?:script|style)\b.*?</(?:script|style)\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_WORDS = re.compile(r"[^\W\d_]+")


def decode(body: bytes, header: str | None) -> str:
    """The text of a page; ``header`` is the charset of the HTTP header. Control characters are left out."""
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
    return _by_declaration(body, declared) or _by_detection(body, declared) or lenient


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
    return _SUPERSETS.get(name, name)


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
    """The first declared charset in which the whole page decodes to plausible text."""
    for name in dict.fromkeys(declared):
        if name in ("utf-8", "utf-16", "utf-32"):
            continue
        try:
            text = body.decode(name)
        except (UnicodeDecodeError, LookupError):
            text = body.decode(name, "replace") if name == "cp1252" else ""
        if text and _plausible(text, name):
            return text
    return None


def _plausible(text: str, name: str) -> bool:
    """No control codes; and for a Western charset, accents sprinkled over ASCII letters, no words of accents."""
    if len(_C1.findall(text)) > 3 or any("\ue000" <= c <= "\uf8ff" for c in text[:200_000]):
        return False
    if name not in _WESTERN:
        return True
    strange = [word for word in _WORDS.findall(re.sub(r"<[^>]*>", " ", text)) if len(word) > 3 and not word.isascii()]
    dense = sum(1 for word in strange if sum(c > "\x7f" for c in word) > 0.6 * len(word))
    return dense <= max(2, 0.2 * len(strange))


def _by_detection(body: bytes, declared: list[str]) -> str | None:
    """charset_normalizer on the page's text; the declared charset, broken places replaced, when it finds nothing."""
    sample = _TAGS.sub(b" ", body)
    lines = [line for line in sample.split(b"\n") if any(byte > 0x7F for byte in line)]
    sample = b"\n".join(lines)[:20_000] or sample[:20_000]
    match = from_bytes(
        sample, cp_isolation=_DETECTABLE.split(), threshold=0.5, steps=5, chunk_size=512, preemptive_behaviour=False
    ).best()
    if match is not None:
        return body.decode(match.encoding, "replace")
    return body.decode(declared[0], "replace") if declared else body.decode("cp1252", "replace")
