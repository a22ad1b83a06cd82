"""Which language a text is in: declared and detected must agree, or the text wins."""

from __future__ import annotations

import py3langid

# The languages of the shipped catalogue and topic, and those that press and blogs about phones are commonly written in.
_CODES = """
af am ar az bg bn bs ca cs da de el en es et eu fa fi fr gl gu he hi hr hu hy id is it ja ka kk km kn ko lo lt lv mk ml
mr ms my ne nl no pa pl pt ro ru si sk sl sq sr sv sw ta te th tl tr uk ur uz vi xh zh zu
"""
LANGUAGES = frozenset(_CODES.split())
_SAMPLE = 4_000
_ENOUGH = 60
"""Characters of text below which the declared language counts more than the detected."""
# Told apart badly by letters alone: here the page's own word decides.
_CLOSE = (
    frozenset({"id", "ms"}),
    frozenset({"hr", "sr", "bs", "sl"}),
    frozenset({"cs", "sk"}),
    frozenset({"da", "no", "sv"}),
    frozenset({"es", "gl", "ca"}),
    frozenset({"pt", "gl"}),
    frozenset({"bg", "mk"}),
    frozenset({"ru", "uk", "bg"}),
    frozenset({"fa", "ur", "ar"}),
    frozenset({"hi", "mr", "ne"}),
)
# Old, local and three-letter codes, and country codes that pages give for a language.
_ALIASES = {
    "nb": "no",
    "nn": "no",
    "iw": "he",
    "in": "id",
    "fil": "tl",
    "cmn": "zh",
    "zho": "zh",
    "chi": "zh",
    "jp": "ja",
    "cn": "zh",
    "kr": "ko",
    "gr": "el",
    "ua": "uk",
    "cz": "cs",
    "dk": "da",
    "se": "sv",
    "vn": "vi",
    "eng": "en",
    "deu": "de",
    "ger": "de",
    "fra": "fr",
    "fre": "fr",
    "spa": "es",
    "ita": "it",
    "por": "pt",
}
_ready = False


def identify(text: str, *, title: str = "", declared: str | None = None) -> str | None:
    """ISO 639-1 code of the language of ``text``, None where nothing tells."""
    said = _ALIASES.get(declared or "", declared)
    said = said if said and len(said) == 2 else None
    sample = f"{title}\n{text[:_SAMPLE]}".strip()
    if sum(c.isalpha() for c in sample) < _ENOUGH // 3:
        return said
    found = _ALIASES.get(code := _classify(sample), code)
    if said and said != found and (len(sample) < _ENOUGH or any({said, found} <= group for group in _CLOSE)):
        return said
    return found


def _classify(sample: str) -> str:
    global _ready  # the model is loaded once, and only when a page is read
    if not _ready:
        py3langid.set_languages([code for code in _model_languages() if code in LANGUAGES or code in ("nb", "nn")])
        _ready = True
    return str(py3langid.classify(sample)[0])


def _model_languages() -> list[str]:
    return [str(code) for code, _ in py3langid.rank("a")]
