"""Which language a text is in: declared and detected must agree, or the text wins."""

from __future__ import annotations

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

# The languages of the shipped catalogue and topic, and those that press and blogs about phones are commonly written in.
_CODES = """
af am ar az bg bn bs ca cs da de el en es et eu fa fi fr gl gu he hi hr hu hy id is it ja ka kk km kn ko lo lt lv mk ml
mr ms my ne nl no pa pl pt ro ru si sk sl sq sr sv sw ta te th tl tr uk ur uz vi xh zh zu
"""
LANGUAGES = frozenset(_CODES.split())
_SAMPLE = 1_000
"""Characters looked at: more costs time (0.7 ms for each thousand) and tells nothing new."""
_ENOUGH = 60
"""Characters of text below which the declared language counts more than the detected."""
# Told apart badly by short texts: here the page's own word decides.
_CLOSE = (
    frozenset({"id", "ms"}),
    frozenset({"hr", "sr", "bs"}),
    frozenset({"cs", "sk"}),
    frozenset({"da", "no"}),
    frozenset({"es", "gl"}),
    frozenset({"pt", "gl"}),
    frozenset({"bg", "mk"}),
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


def identify(text: str, *, title: str = "", declared: str | None = None) -> str | None:
    """ISO 639-1 code of the language of ``text``, None where nothing tells."""
    said = _ALIASES.get(declared or "", declared)
    said = said if said and len(said) == 2 else None
    sample = f"{title}\n{text[:_SAMPLE]}".strip()
    if sum(map(str.isalpha, sample)) < _ENOUGH // 3:
        return said
    found = _ALIASES.get(code := _classify(sample), code)
    if said and said != found and (len(sample) < _ENOUGH or any({said, found} <= group for group in _CLOSE)):
        return said
    return found


def _classify(sample: str) -> str:
    return str(_identifier().classify(sample)[0])


@cache
def _identifier() -> LanguageIdentifier:
    """Our own, restricted to our languages; py3langid's module functions share one that others may restrict."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages([label for label in identifier.labels if label in LANGUAGES or label in ("nb", "nn")])
    return identifier
