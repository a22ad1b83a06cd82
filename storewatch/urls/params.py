"""Which query parameters say nothing about the page: tracking, sessions and ways to show it.

A parameter is dropped only when its *name* has no other use than tracking (``utm_source``), or when its name is
ambiguous (``ref``, ``from``, ``sid``) and its *value* gives it away (``rss``, ``twitter``, a long random token).
Everything else may be an id and stays.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import unquote


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TRACKING_PREFIXES = (
    "utm_", "mtm_", "matomo_", "piwik_", "hsa_", "fb_action_", "guce_", "_hs", "__hs", "vero_", "aspsessionid",
    "at_custom", "at_link_", "elqtrack", "ktm_", "vn_source", "vn_medium", "vn_campaign", "__xts__", "bv_sessionid",
)  # fmt: skip

_TRACKING_NAMES = _words(
    # click ids of advertisers and networks
    "fbclid gclid gclsrc dclid gbraid wbraid gad_source gad_campaignid msclkid yclid ysclid twclid ttclid igshid igsh "
    "li_fat_id epik rdt_cid srsltid sccid dicbo irclickid obclickid tblci qclid rb_clickid yadclid unicorn_click_id "
    "mkcid mkevt mkrid ef_id s_kwcid zanpid mibextid "
    # newsletters
    "mc_cid mc_eid ml_subscriber ml_subscriber_hash mkt_tok oly_enc_id oly_anon_id bxid cndid esrc et_rid dm_i elqaid "
    "elqat elqcampaignid sfmc_id sfmc_sub ck_subscriber_id nr_email_referer __s _kx _bta_tid _bta_c "
    # web analytics
    "at_medium at_campaign at_campaign_type at_ptr_name at_bbc_team at_format at_creation at_variant at_platform "
    "at_network at_channel pk_campaign pk_kwd pk_keyword pk_source pk_medium pk_content pk_cid pk_cpn ns_mchannel "
    "ns_source ns_campaign ns_linkname ns_fee ns_ice_pstn wt_mc wt_zmc wt.mc_id wt.mc_ev wt_mc_id wt.tsrc itm_source "
    "itm_medium itm_campaign itm_content itm_term stm_source stm_medium stm_campaign trk_contact trk_msg trk_module "
    "trk_sid trk _ga _gl _gac _openstat xtor xts s_cid sc_cid sc_campaign sc_channel sc_content sc_country sc_geo "
    "sc_outcome hsctatracking _branch_match_id _branch_referrer cmpid ncid icid intcid int_cid ito ftag mbid spm "
    "maca wtrid wpisrc wpmm leadsource tpcc .tsrc __source _utl_t traffic_source refresh_ce refresh_ce-cp "
    "guccounter wickedid wickedsource gaa_at gaa_n gaa_sig gaa_ts srnd smid smtyp smprod cm_mmc cm_mmca1 cm_ven cm_cat "
    "cm_pla cm_ite cm_lm ocid ex_cid wprss feedtype feedname gws_rd "
    # share buttons, social networks, AMP viewers, messengers
    "share_token share_source share_medium share_from share_tag share_plat share_session_id shareuid sr_share "
    "soc_src soc_trk xing_share fb_ref fb_source fref __cft__ __tn__ __twitter_impression twitter_impression ref_src "
    "amp_js_v amp_gsa amp_agsa amp_cct amp_kit amp_r amp_ct amp_tf amp_viewer amp_latest_update_time "
    "ref_url referrer referer referral usqp aoh nsukey isappinstalled replytocom fb_comment_id action_object_map "
    "action_type_map action_ref_map sms_ss awesm trkinfo "
    # sessions
    "phpsessid jsessionid oscsid zenid cfid cftoken sessid bv_engineid"
)

_AMBIGUOUS_NAMES = _words(
    "ref from source src feature via partner origin medium campaign cid cmp channel share shared sharedby sns "
    "link_source link_medium mod smp emc sref rss oc scm s sid sessionid session_id"
)
"""Names used for tracking and for ids alike: the value decides."""

_SESSION_NAMES = _words("s sid sessionid session_id")
_PLACEMENT_NAMES = _words("ref from source src via feature")

_MEDIUM = re.compile(
    r"(?:rss(?:\d|feed)?|atom|feed|newsfeed|feedly|feedburner|twitter|twt|tw|facebook|fb|instagram|ig|linkedin|reddit|pinterest"
    r"|whatsapp|wa|telegram|tg|wechat|weixin|weibo|kakao(?:talk)?|vk|xing|mastodon|bluesky|bsky|threads|flipboard"
    r"|smartnews|newsbreak|google-?news|gnews|msn|hackernews|hn|techmeme|e-?mail|newsletter|push|share|sharing|sharebar"
    r"|social(?:media|flow)?|sns|copy[-_]?link)(?:[-_.:+ ].*)?"
)
"""Where a reader came from: a feed, a network, a mail."""

_PLACEMENT = re.compile(
    r"(?:google|bing|yahoo|qq|line|x|pocket|homepage|home|hp|frontpage|startseite|teaser|sidebar|related|recommended"
    r"|mostread|embed|widget|app|youtu\.be|timeline|singlemessage|groupmessage|desktop|mobile|amp|search|mail|nav|menu"
    r"|top|newsticker|ticker)(?:[-_.:][a-z_.:-]*)?"
)
"""Where on a site the link stood. Such words also name sections, so only in names that mean an origin."""

_DOMAIN_VALUE = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,12}")
_SESSION_VALUE = re.compile(r"(?=[0-9a-z]*\d)(?=[0-9a-z]*[a-z])[0-9a-z]{24,64}")
"""Random tokens as PHP, phpBB and vBulletin make them; ids of articles are shorter."""

_AMP_NAMES = _words("amp amphtml isamp is_amp noamp")
_VIEW_NAMES = _words("outputtype output view mode layout format type action do facet")
_PRINT_NAMES = _words("print printable printview printerfriendly printer_friendly printpagedarticle")
_WHOLE_NAMES = _words("page seite pagina pagewanted")
"""With the value ``all``: every page of a long article at once."""
_FLAG_NAMES = _words("mobile single reduced homepage autoref noredirect no-redirect")
"""Switches: all pages at once, the preview before a wall, no reload."""
_BLOGGER_POST = re.compile(r"/\d{4}/\d{2}/[^/]+\.html")
_TRUE = frozenset({"", "0", "1", "true", "false", "yes", "no", "y", "on", "off"})


def is_tracking(name: str, value: str, *, others: Collection[str]) -> bool:
    """Does the parameter only say who came from where? ``others``: the names (lower case) that stand beside it."""
    name, value = unquote(name).lower(), unquote(value.replace("+", " ")).lower()
    if name in _TRACKING_NAMES or name.startswith(_TRACKING_PREFIXES):
        return True
    if name not in _AMBIGUOUS_NAMES:
        return False
    if name in _SESSION_NAMES:
        # Alone it may be the page's id; a session stands beside one.
        return bool(others) and _SESSION_VALUE.fullmatch(value) is not None
    if name == "oc":  # Google News
        return re.fullmatch(r"\d", value) is not None
    if name == "scm":  # Alibaba
        return re.fullmatch(r"\d+(\.[\w-]+)+", value) is not None
    if name in {"rss", "share", "shared"} and value in _TRUE:
        return True
    if name == "from" and "to" in others:  # a range, a pair of languages
        return False
    if name == "ref" and _DOMAIN_VALUE.fullmatch(value):
        return True
    return _MEDIUM.fullmatch(value) is not None or (
        name in _PLACEMENT_NAMES and _PLACEMENT.fullmatch(value) is not None
    )


def is_variant(name: str, value: str, *, host: str, path: str) -> bool:
    """Does the parameter only choose how the page is shown: AMP, print, a phone's layout?"""
    name, value = unquote(name).lower(), value.lower()
    if name in _AMP_NAMES:
        return value in _TRUE or value in {"amp", "mobile", "available"}
    if name in _PRINT_NAMES:
        return value in _TRUE or value == "print"
    if name in _VIEW_NAMES:
        # Arc Publishing has outputType=amp-type.
        return value in {"amp", "print"} or (name == "outputtype" and "amp" in re.split(r"[-_]", value))
    if name in _WHOLE_NAMES:
        return value == "all"
    if name in _FLAG_NAMES:
        return value in _TRUE
    if name == "tmpl":  # Joomla's print view
        return value == "component"
    if name == "m" and value in {"0", "1"}:
        return host.endswith(".blogspot.com") or _BLOGGER_POST.fullmatch(path) is not None
    return False


__all__ = ["is_tracking", "is_variant"]
