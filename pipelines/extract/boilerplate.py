"""Which elements of a page are not its article, told by their class and id.

Names are compared by whole parts: ``relatedArticles``, ``related_articles`` and ``related-articles`` are the same three
parts. A match is a suspicion only: :mod:`pipelines.extract.prepare` removes a suspect when little of the page's text is
in it.
"""

from __future__ import annotations

import re
from functools import lru_cache

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

# Boxes that lead to other articles, by the words sites name them with.
_RELATED = r"""
    related(?:-\w+)? | relacionad[oa]s? | recommend(?:ed|ations?|er)? | reco | read-?(?:next|also|more) | readmore
  | more-?(?:stories|news|posts|articles|from|coverage|reading|like-this|to-explore)
  | most-?(?:read|popular|viewed|shared|commented|recent) | trending | popular-?(?:posts|articles|stories|news)
  | up-?next | next-?(?:up|article|post|story) | prev(?:ious)?-?(?:article|post|story)
  | (?:latest|recent|top|featured|other|similar|suggested|further|linked)-?
    (?:news|posts|articles|stories|reads?|reading|headlines|entries|content)
  | also-?(?:read|like|see|interesting) | you-?(?:may|might)(?:-?also)?(?:-?like)? | see-?also
  | yarpp | jp-relatedposts | crp-related | outbrain | taboola | zergnet | revcontent | mgid
  | teaser-?(?:list|group|box|grid|block) | lesen-?sie-?auch | mehr-?zum-?thema | lire-?aussi | a-?lire
  | leia-?(?:mais|tambem) | leggi-?anche | lees-?ook
  | post-?navigation | nav-?links | pagination | pager | article-?(?:list|teasers?) | story-?(?:list|package)
  | in-?article-?(?:link|related|promo) | inline-?(?:related|promo|link|story) | story-?link
  | promo(?:s|tion)?-?(?:box|block|link|unit|card)? | cross-?links? | topics?-?(?:list|links)
"""
_SHARE = r"""
    share(?:d|s|r)?(?:-\w+)? | share(?:bar|box|buttons?|links?|tools?|this) | sharing(?:-\w+)? | socials?(?:-\w+)?
  | addthis[\w-]* | addtoany[\w-]* | a2a-kit | sharedaddy
  | follow-?us | heateor[\w-]* | sassy[\w-]*
"""
_COMMENTS = r"""
    comments?(?:-?(?:list|section|area|box|wrapper|container|thread|form|respond|count|title))? | disqus[\w-]* | respond
  | reader-?comments | livefyre | viafoura | openweb | spot-?im[\w-]* | coral[\w-]* | fb-comments
"""
_AUTHOR = r"""
    author-?(?:bio|box|info|card|profile|about|description|desc|block|area|section|details|widget|container|wrap)
  | author-?(?:meta|archive)
  | about-?(?:the-?)?(?:author|us) | bio-?(?:box|block) | (?:post|article|entry)-?author | saboxplugin[\w-]*
  | abh-box[\w-]*  | m-a-box[\w-]* | ts-fab[\w-]*
"""
_NAVIGATION = r"""
    bread-?crumbs?(?:-\w+)? | nav(?:bar|igation)?(?:-?(?:menu|bar|list|links|wrapper|container))?
  | menu(?:-?(?:item|list|wrapper|container))? | site-?(?:header|footer|nav(?:igation)?)
  | footer-?(?:widgets?|nav|menu|links|content) | skip-?links? | toc-?(?:widget|toggle) | back-?to-?top
  | screen-?reader(?:-?text)? | sr-?only | visually-?hidden
"""
_KIND = re.compile(
    rf"""(?:^|[\s-])(?:
      (?P<related>{_RELATED}) | (?P<share>{_SHARE}) | (?P<comments>{_COMMENTS})
    | (?P<author>{_AUTHOR}) | (?P<navigation>{_NAVIGATION})
    )(?=$|[\s-]|\d)""",
    re.VERBOSE,
)
# Parts of a name for which trafilatura throws an element away, whatever it holds.
_MISLEADING = re.compile(
    r"sidebar|banner|bread-?crumb|button|social|^shar|viral|newsletter|syndication|tags|author|footer|share|nav|menu|"
    r"elated|premium|(?:^|-)ad-|bar|widget|byline|embed|cookie|consent|modal-content|permission|next-|-stories|"
    r"most-popular|more-on|meta|rating|attachment|timestamp|user-info|user-profile|-icon|article-infos|message|slide|"
    r"viewport|overlay|options|expand|obfuscated|blurred|hid|noprint|notloaded|-reply-|akismet|teaser|bottom|link|"
    r"comment|paid-?content|yin|nfoline|dfp|sociable|border|^jp-|bmdh",
    re.IGNORECASE,
)


@lru_cache(maxsize=16_384)
def kind_of(names: str) -> str | None:
    """The kind of boilerplate that these class and id names speak of, or None."""
    parts = _CAMEL.sub("-", names).lower().replace("_", "-")
    found = _KIND.search(parts)
    return found.lastgroup if found else None


@lru_cache(maxsize=4_096)
def without_misleading(names: str) -> str:
    """The names without those that trafilatura takes for boilerplate."""
    return " ".join(name for name in names.split() if not _MISLEADING.search(name))
