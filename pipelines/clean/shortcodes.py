"""Shortcodes beside the ad tokens: the second list (forms, sharing, reading time, page builders), and the user's names.

``pipelines/data/other_shortcodes.txt`` has the names of the second list. They are no ads, so they have a switch of
their own (``clean.other_shortcodes``); the rules by which a token is left where a text explains it hold for them too.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.clean.words import read_sections

SHORTCODE = "shortcode"
"""The rule under which removals of the second list are recorded."""

# Straight, single and typographic quotes, and quotes that were escaped.
QUOTED = (
    r"""(?:"[^"\n\]]*"|'[^'\n\]]*'|[“”„«»″][^“”„«»″\n\]]*[“”«»″]|[‘’‚′][^‘’‚′\n\]]*[‘’′]"""
    r"""|&(?:quot|\#34|\#822[01]);.*?&(?:quot|\#34|\#822[01]);)"""
)
UNCLOSED_QUOTE = r"""(?:"[^"\n\]\[]*"|'[^'\n\]\[]*'|[“”″][^“”″\n\]\[]*[“”″])"""
ATTRIBUTE = rf"""[\w-]+\s*=\s*(?:{QUOTED}|[^\s\[\]{{}}"'“”„«»]+)"""

_LISTS = read_sections("other_shortcodes.txt")
_NAMES = "|".join(entry for section in ("forms", "sharing", "reading", "builders") for entry in _LISTS[section])
_WORDS = "|".join(_LISTS["words"])
_CURLY = "|".join(_LISTS["curly"])
OTHER = re.compile(
    rf"""
    \[\s*/?(?:{_NAMES})(?:\s+{ATTRIBUTE})*\s*/?\s*\](?:\s*min(?:ute)?s?(?:\s+read)?\b\.?)?
  | \[\s*/(?:{_WORDS})\s*\]
  | \[\s*(?:{_WORDS})(?:\s+{ATTRIBUTE})+\s*/?\s*\]
  | (?P<bare>\[\s*(?:{_WORDS})\s*/?\s*\])
  | \{{\s*/?\s*(?:{_CURLY})(?:\s[^{{}}\n]{{0,120}})?\}}
  | \[javascript\ protected\ email\ address\]
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_bare_word(match: re.Match[str]) -> bool:
    """Is it an ordinary word in brackets? Inside a line that is an editor's remark: ``[video] The store opens``."""
    return match["bare"] is not None


@lru_cache(maxsize=16)
def named_by_user(names: tuple[str, ...]) -> re.Pattern[str]:
    """The tokens with one of ``names`` (as written, case ignored), in any form that plugins use."""
    name = "|".join(re.escape(one) for one in sorted(names, key=len, reverse=True))
    return re.compile(
        rf"""
        \[\s*/?(?:{name})(?:\s+{ATTRIBUTE})*\s*/?\s*\]
      | \{{\{{\s*[<%]?\s*/?(?:{name})(?![\w-])[^{{}}\n]{{0,120}}?[>%]?\s*\}}\}}
      | \{{\s*/?\s*(?:{name})(?:\s[^{{}}\n]{{0,120}})?\}}
      | <!\s*(?:-{{1,3}}|–|—)\s*(?:{name})\s*(?:-{{1,3}}|–|—)\s*>
      | %%(?:{name})%%
        """,
        re.IGNORECASE | re.VERBOSE,
    )


__all__ = ["ATTRIBUTE", "OTHER", "QUOTED", "SHORTCODE", "UNCLOSED_QUOTE", "is_bare_word", "named_by_user"]
