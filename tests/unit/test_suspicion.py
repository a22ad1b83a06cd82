"""What stands in the place of a feed or page, and what must never be taken for such a thing."""

from __future__ import annotations

import pytest
from support.blocked import AKAMAI, BANNER, CONSENT_DE, DATA, JSD, LONG, MISCREANT, RECAPTCHA, WORDS, links, page

from crawler.suspicion import suspect

SUSPECTED = [
    # --- bot walls
    pytest.param(403, {"cf-mitigated": "challenge"}, "", "bot_wall", id="Cloudflare's header"),
    pytest.param(403, {"CF-Mitigated": "challenge"}, MISCREANT, "bot_wall", id="header in capitals"),
    pytest.param(503, {}, MISCREANT, "bot_wall", id="Cloudflare's title"),
    pytest.param(200, {}, page("Einen Moment…", "<p>Bitte warten</p>"), "bot_wall", id="its German title"),
    pytest.param(403, {}, page("Un momento…", ""), "bot_wall", id="its Spanish title"),
    pytest.param(403, {}, page("请稍候…", ""), "bot_wall", id="its Chinese title"),
    pytest.param(403, {}, page("Подождите...", ""), "bot_wall", id="its Russian title"),
    pytest.param(403, {}, page("لحظة…", ""), "bot_wall", id="its Arabic title"),
    pytest.param(403, {}, page("Attention Required! | Cloudflare", "blocked"), "bot_wall", id="Cloudflare's block"),
    pytest.param(200, {}, page("", "<script>window._cf_chl_opt={a:1}</script>"), "bot_wall", id="challenge script"),
    pytest.param(200, {"server": "AkamaiGHost"}, AKAMAI, "bot_wall", id="Akamai with 200"),
    pytest.param(403, {"server": "AkamaiGHost"}, "", "bot_wall", id="Akamai without a body"),
    pytest.param(403, {"x-datadome": "protected"}, '{"url":"https://a.example/"}', "bot_wall", id="DataDome's header"),
    pytest.param(403, {}, '{"url":"https://geo.captcha-delivery.com/captcha"}', "bot_wall", id="DataDome's JSON"),
    pytest.param(
        200, {}, page("news.example", "<script src='https://ct.captcha-delivery.com/c.js'></script>"), "bot_wall",
        id="DataDome's script",
    ),
    pytest.param(
        200, {}, page("", "<iframe src='/_Incapsula_Resource?x=1&incident_id=12-3'>Request</iframe>"), "bot_wall",
        id="Imperva's frame",
    ),
    pytest.param(
        200, {}, page("Pardon Our Interruption", "<p>As you were browsing something made us think you were a bot.</p>"),
        "bot_wall", id="Imperva's page",
    ),
    pytest.param(202, {"x-amzn-waf-action": "challenge"}, "", "bot_wall", id="AWS WAF"),
    pytest.param(
        200, {}, page("Robot or human?", '<div id="px-captcha"></div><p>Press & hold to confirm</p>'), "bot_wall",
        id="PerimeterX",
    ),
    pytest.param(
        200, {}, page("", '<meta http-equiv="refresh" content="0;/.well-known/sgcaptcha/?r=%2Ffeed">'), "bot_wall",
        id="SiteGround",
    ),
    pytest.param(
        200, {}, page("Making sure you're not a bot!", '<script id="anubis_challenge">{}</script>'), "bot_wall",
        id="Anubis",
    ),
    pytest.param(403, {"server": "ddos-guard"}, page("DDoS-Guard", ""), "bot_wall", id="DDoS-Guard"),
    pytest.param(
        429, {}, page("Sorry", "<p>Our systems have detected unusual traffic from your network.</p>" + RECAPTCHA),
        "bot_wall", id="unusual traffic",
    ),
    pytest.param(200, {}, page("news.example", RECAPTCHA), "bot_wall", id="a captcha and nothing else"),
    pytest.param(
        200, {}, page("Ой!", "<p>Подтвердите, что вы не робот. Нам очень жаль.</p>"), "bot_wall", id="Yandex"
    ),
    pytest.param(200, {}, page("安全验证", "<p>请完成下方验证后继续操作</p>"), "bot_wall", id="Chinese captcha"),
    pytest.param(
        200, {}, page("", "<p>Bitte bestätigen Sie, dass Sie kein Roboter sind.</p>"), "bot_wall", id="German words"
    ),
    pytest.param(200, {}, page("", "<script>document.cookie='humans_21909=1'</script>"), "bot_wall", id="a cookie"),
    pytest.param(
        200, {}, page("Request Rejected", "The requested URL was rejected. Please consult with your administrator."),
        "bot_wall", id="F5",
    ),
    # --- consent pages
    pytest.param(200, {}, CONSENT_DE, "consent_wall", id="German consent"),
    pytest.param(
        200, {}, page("Before you continue to Google", "<p>We use cookies and data to</p><button>Accept all</button>"),
        "consent_wall", id="Google's consent",
    ),
    pytest.param(
        200, {},
        page("Yahoo", "<p>We and our partners use cookies.</p><form><input type=submit value='Accept all'></form>"),
        "consent_wall", id="button as an input",
    ),
    pytest.param(
        200, {},
        page("Le Journal", "<p>Nous et nos 312 partenaires utilisons des cookies.</p><button>Tout accepter</button>")
        .replace("Tout accepter", "Accepter tout"),
        "consent_wall", id="French consent",
    ),
    pytest.param(
        200, {}, page("DPG Media Privacy Gate", "<p>Wij en onze partners.</p><button>Akkoord</button>"), "consent_wall",
        id="Dutch privacy gate",
    ),
    # --- parked domains and default pages
    pytest.param(200, {}, page("phones.example", "<p>This domain is for sale! Buy now.</p>"), "parking", id="for sale"),
    pytest.param(
        200, {}, page("phones.example", "<script src='https://d1.sedoparking.com/x.js'></script>"), "parking", id="Sedo"
    ),
    pytest.param(
        200, {}, "<html><body><script>window.onload=function(){window.location.href='/lander'}</script></body></html>",
        "parking", id="lander",
    ),
    pytest.param(200, {}, page("", "<p>Diese Domain steht zum Verkauf.</p>"), "parking", id="German parking"),
    pytest.param(200, {}, page("", "<p>Срок регистрации домена истек</p>"), "parking", id="Russian expiry"),
    pytest.param(200, {}, page("Welcome to nginx!", "<p>If you see this page ...</p>"), "parking", id="nginx"),
    pytest.param(200, {}, page("Account Suspended", "<p>Contact your host.</p>"), "parking", id="suspended"),
    pytest.param(404, {}, page("Site not found · GitHub Pages", ""), "parking", id="no such pages site"),
    # --- logins
    pytest.param(
        200, {}, page("The Paper", "<form><input type=email><input type=password></form>"), "login", id="password"
    ),
    pytest.param(
        200, {}, page("Anmelden – Die Zeitung", "<form><input name=user></form>"), "login", id="title and a form"
    ),
    # --- pages for scripts
    pytest.param(
        200, {}, page("News", '<div id="root"></div><script src="/main.js"></script>'), "js_only", id="empty root"
    ),
    pytest.param(
        200, {},
        page("News", "<noscript>You need to enable JavaScript to run this app.</noscript><div id=x></div>"),
        "js_only", id="noscript",
    ),
    pytest.param(
        200, {}, page("Nachrichten", "<p>Bitte aktivieren Sie JavaScript, um fortzufahren.</p>"), "js_only", id="German"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("status", "headers", "body", "kind"), SUSPECTED)
def test_suspected(status: int, headers: dict[str, str], body: str, kind: str) -> None:
    found = suspect(status, headers, body.encode())
    assert found is not None
    assert found.kind == kind
    assert len(found.evidence) > 8


RSS = f"<rss version='2.0'><channel><title>Just a moment</title><item>Verify you are human. {WORDS}</item>"

INNOCENT = [
    pytest.param(200, {}, RSS, id="a feed about captchas"),
    pytest.param(200, {"server": "cloudflare"}, page("News", LONG + JSD), id="Cloudflare's script in an article"),
    pytest.param(
        200, {}, page("Access denied: how shops lock doors", LONG), id="a headline that begins like a wall's title"
    ),
    pytest.param(
        200, {},
        page("Why sites ask you to verify you are human", f"<article><p>{WORDS}</p><p>Sites say: verify you are human."
             "</p></article>"),
        id="a short article about captchas",
    ),
    pytest.param(
        200, {}, page("Captcha", f"<p>Just a moment: please complete the captcha, sites say.</p>{LONG}"),
        id="a long page about captchas",
    ),
    pytest.param(
        200, {}, page("Captcha", "<p>Verify you are human, sites say.</p>", DATA), id="says that it is a NewsArticle"
    ),
    pytest.param(
        200, {}, page("Captcha", "<p>Verify you are human.</p>", '<meta property="og:type" content="article">'),
        id="says that it is an article",
    ),
    pytest.param(200, {}, page("News", LONG + BANNER), id="an article with a cookie banner"),
    pytest.param(200, {}, page("News", f"<article><p>{WORDS}</p></article>{BANNER}"), id="a short one with a banner"),
    pytest.param(200, {}, page("News", f"<ul>{links(40)}</ul>{BANNER}"), id="a front page with a cookie banner"),
    pytest.param(
        200, {},
        page("Cookie rules", f"<article><h1>Cookie rules</h1><p>We value your privacy, sites say. {WORDS}</p></article>"
             + BANNER),
        id="an article about cookies, with a banner",
    ),
    pytest.param(
        200, {}, page("Contact", f"<form><input type=email><textarea></textarea></form>{RECAPTCHA}"),
        id="a form with a captcha",
    ),
    pytest.param(200, {}, page("News", LONG + RECAPTCHA), id="a captcha beside the comments"),
    pytest.param(
        200, {}, page("News", f"<form><input type=password></form>{LONG}"), id="a login box beside an article"
    ),
    pytest.param(200, {}, page("News", f"<form><input type=password></form>{links(30)}"), id="login, front page"),
    pytest.param(404, {}, page("404 Not Found", "<center>nginx</center>"), id="a plain 404"),
    pytest.param(403, {}, page("403 Forbidden", "<center>nginx</center>"), id="a plain 403"),
    pytest.param(403, {"server": "nginx"}, "", id="an empty 403"),
    pytest.param(200, {"server": "AkamaiGHost"}, page("News", LONG), id="Akamai that lets us through"),
    pytest.param(200, {"x-iinfo": "1-2-3"}, page("News", LONG), id="Imperva that lets us through"),
    pytest.param(404, {"server": "ddos-guard"}, page("Not found", "<p>Nothing here</p>"), id="a 404 behind DDoS-Guard"),
    pytest.param(500, {}, page("Error", '<div id="root"></div><script></script>'), id="a broken page for scripts"),
    pytest.param(200, {}, "", id="nothing"),
    pytest.param(200, {}, "<urlset></urlset>", id="an empty sitemap"),
    pytest.param(200, {}, '{"version": "https://jsonfeed.org/version/1", "items": []}', id="a JSON feed"),
    pytest.param(
        200, {}, page("News", f'<div id="root"><p>{WORDS}</p></div><script src="/a.js"></script>'
                      "<noscript>Please enable JavaScript for comments</noscript>"),
        id="a filled root",
    ),
    pytest.param(
        200, {},
        page("Domains", f"<article><p>The owner wrote: this domain is for sale. {WORDS}</p></article>"),
        id="an article about a domain for sale",
    ),
    pytest.param(200, {}, page("Shop log in troubles", LONG), id="login in a headline"),
    pytest.param(200, {}, page("Anmeldung zum Lauf", f"<p>{WORDS}</p><form><input></form>"), id="Anmeldung"),
    pytest.param(200, {}, page("Coming soon: the new stores", f"<p>{WORDS}</p>"), id="coming soon with a story"),
    pytest.param(200, {}, page("Blocked road", f"<p>{WORDS}</p>"), id="blocked with more words"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "headers", "body"), INNOCENT)
def test_innocent(status: int, headers: dict[str, str], body: str) -> None:
    assert suspect(status, headers, body.encode()) is None


# As such pages are on the web, their words cut short.


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        pytest.param("https://consent.search.example/m?continue=x", "consent_wall", id="a host for consent"),
        pytest.param("https://www.news.example/", None, id="any host"),
    ],
)
def test_the_address_counts_with_one_other_sign(url: str, kind: str | None) -> None:
    found = suspect(200, {}, page("News", "<p>Cookies!</p><button>Accept</button>").encode(), url=url)
    assert (found and found.kind) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("Please verify you are human to read on.", "bot_wall", id="words"),
        pytest.param("We and our partners like cookies.", None, id="one phrase of a banner"),
        pytest.param("This domain is for sale", "parking", id="parking"),
        pytest.param("Please enable JavaScript to view this page.", "js_only", id="scripts"),
        pytest.param(WORDS, None, id="a short story"),
        pytest.param(f"{WORDS}\n" * 20, None, id="a long text"),
    ],
)
def test_plain_texts(text: str, kind: str | None) -> None:
    found = suspect(200, {"Content-Type": "text/plain"}, text.encode())
    assert (found and found.kind) == kind


def test_a_page_cut_in_the_middle_of_a_tag_is_read_all_the_same() -> None:
    assert suspect(200, {}, MISCREANT.encode()[:-30]) is not None


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"\x00" * 50, b"<html>" + b"<div>" * 3000, b"%PDF-1.7\x00\x01\x02"])
def test_nothing_breaks_it(body: bytes) -> None:
    assert suspect(200, {}, body) is None
