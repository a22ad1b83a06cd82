"""Text that was decoded wrongly before it was published: put right where that is certain, told where it is not.

UTF-8 read as windows-1252 (``MÃ¼nchen``, ``itâ€™s``) or as windows-1251 (``РџСЂРё``) leaves sequences that no language
writes, and can be undone sequence by sequence. The signs of other mistakes only say that something went wrong.
"""

from __future__ import annotations

import re
from functools import lru_cache

_BYTES = range(0x80, 0xC0)


def _image(codec: str, byte: int) -> str:
    """How a byte looks when it is read in ``codec``; as browsers do, undefined ones become control codes."""
    try:
        return bytes([byte]).decode(codec)
    except UnicodeDecodeError:
        return chr(byte)


_WEST = "".join(_image("cp1252", b) for b in _BYTES)
_EAST = "".join(_image("cp1251", b) for b in _BYTES)
_W = f"[{re.escape(_WEST)}]"
_E = f"[{re.escape(_EAST)}]"
_TO_BYTE = {codec: {_image(codec, b): b for b in range(0x80, 0x100)} for codec in ("cp1252", "cp1251")}
_QUOTES = "“”‘’„‚«»‹›"
_WEST_SEQUENCE = rf"(?:[\u00c2-\u00df]{_W}|[\u00e0-\u00ef]{_W}{_W}|[\u00f0-\u00f4]{_W}{_W}{_W})"
# Certain by itself: what stands for Latin-1 letters and signs (but for a capital before a closing quote) and for
# typographic signs; of other alphabets two sequences in a row.
_WEST_SURE = re.compile(rf"[ÂÃ](?![{_QUOTES}]){_W}|â€{_W}|Å[¡¾\u2019’]|{_WEST_SEQUENCE}{{2,}}")
_WEST_ANY = re.compile(_WEST_SEQUENCE)
_EAST_SURE = re.compile(rf"(?:[РС]{_E}){{3,}}|вЂ[{re.escape(_EAST[:0x30])}]")
_EAST_ANY = re.compile(rf"(?:[РС]{_E})+|вЂ{_E}|В[«»\u00a0]")
_HINTS = ("Ã", "Â", "â€", "Ð", "Ñ", "Ø", "Ù", "Î", "×", "å", "ä", "ã", "Å")

# What is left of mistakes that cannot be undone.
_LOST = re.compile("\ufffd|ï¿½|烫烫烫")
# Two characters U+FFFD read as GBK, which Chinese readers know by sight; no text has them twice for another reason.
_LOST_TWICE = re.compile("锟斤拷")
_DENSE = re.compile("(?<![^\\W\\d_])[\u00c0-\u00ff]{4,}(?![^\\W\\d_])|[\u00a1-\u00ff]{6,}")
_UPSIDE_DOWN = re.compile(r"(?<!\w)[а-я][А-Я]{3,}(?!\w)")
_CUT_KANA = re.compile("[縺繧繝]")
_RUNS = re.compile("[^\x00-\x7f]{2,}")
_DENSE_RUN = 4
"""The shortest run that ``_DENSE`` and ``_UPSIDE_DOWN`` can find."""
_FEW = 3
_MANY = 5
_LOST_SHARE = 0.002


def repair(text: str) -> str:
    """``text`` with the sequences of wrongly read UTF-8 put right; most texts cost a few searches only."""
    if any(hint in text for hint in _HINTS) and _WEST_SURE.search(text):
        text = _WEST_ANY.sub(lambda match: _redecoded(match.group(), "cp1252"), text)
    if ("Р" in text or "вЂ" in text) and _EAST_SURE.search(text):
        text = _EAST_ANY.sub(lambda match: _redecoded(match.group(), "cp1251"), text)
    return text


def is_mojibake(text: str) -> bool:
    """Does the text still show that it was decoded wrongly?"""
    lost = len(_LOST.findall(text))
    if lost > max(_FEW, _LOST_SHARE * len(text)) or len(_LOST_TWICE.findall(text)) > 1:
        return True
    # All the rest shows in characters beyond ASCII that stand side by side; most texts of the West have none.
    longest = max(map(len, _RUNS.findall(text)), default=0)
    if longest == 0:
        return False
    if len(_WEST_SURE.findall(text)) + len(_EAST_SURE.findall(text)) >= _FEW:
        return True
    if longest >= _DENSE_RUN and (len(_DENSE.findall(text)) >= _MANY or len(_UPSIDE_DOWN.findall(text)) >= _MANY):
        return True
    return len(_CUT_KANA.findall(text)) > max(_MANY, 0.05 * len(text))


@lru_cache(maxsize=1_024)
def _redecoded(sequence: str, codec: str) -> str:
    """The sequence read as UTF-8 after all; itself where that gives nothing a text could mean."""
    table = _TO_BYTE[codec]
    try:
        text = bytes(table[c] for c in sequence).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return sequence
    return text if all(c.isprintable() or c == "\u00a0" for c in text) else sequence
