"""What stands in the place of a feed or page, and what must never be taken for such a thing."""

# ruff: noqa: E501  a page in one line is seen whole
from __future__ import annotations

import json

import pytest

from crawler.suspicion import suspect

WORDS = (
    "The company said on Tuesday that it wants to run forty shops of its own in the three largest cities by the end of "
    "next year. Until now its phones were sold by carriers and by two chains, which keep their shelves. A manager of "
    "the northern branch called the plan modest and said that rents decide where the first doors open. "
)


def page(title: str, body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def links(count: int) -> str:
    return "".join(f'<li><a href="/news/{n}">A headline about phones number {n}</a></li>' for n in range(count))


LONG = "".join(f"<p>{WORDS}</p>" for _ in range(4))
BANNER = (
    '<div id="banner"><p>We and our partners store and/or access information on a device, such as cookies.</p>'
    '<button>Accept all</button><button>Reject all</button><a href="/privacy">Privacy</a></div>'
)
RECAPTCHA = '<script src="https://www.google.com/recaptcha/api.js"></script><div class="g-recaptcha"></div>'
JSD = "<script>var d=document;d.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js';</script>"
DATA = f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle"})}</script>'
AKAMAI = page(
    "Access Denied",
    'You don\'t have permission to access "http://news.example/feed" on this server.<p>Reference #18.2f1c'
    "<p>https://errors.edgesuite.net/18.2f1c",
)
MISCREANT = page("Just a moment...", "<noscript>Enable JavaScript and cookies to continue</noscript>")
CONSENT_DE = page(
    "Ihre Privatsphäre",
    "<p>Wir und unsere 214 Partner speichern Informationen auf einem Gerät. Sie können Ihre Einwilligung jederzeit "
    "widerrufen.</p><button>Alle akzeptieren</button><a href='/abo'>Mit PUR-Abo ohne Werbung lesen</a>",
)

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
FROM_LIFE = [
    pytest.param(
        "bot_wall",
        403,
        {},
        page(
            "Access denied | www.paper.example used Cloudflare to restrict access",
            "<h1>Error 1020</h1><p>What happened? This website is using a security service to protect itself from online attacks.</p>",
        ),
        id="cloudflare 1020",
    ),
    pytest.param(
        "bot_wall",
        429,
        {"server": "cloudflare"},
        page(
            "Access denied | paper.example used Cloudflare to restrict access",
            "<h1>Error 1015</h1><h2>You are being rate limited</h2><p>The owner of this website (paper.example) has banned you temporarily from accessing this website.</p>",
        ),
        id="cloudflare 1015",
    ),
    pytest.param(
        "bot_wall",
        403,
        {},
        page(
            "paper.example",
            '<p id="cmsg">Please enable JS and disable any ad blocker</p><script data-cfasync="false">var dd={"rt":"c","cid":"x","host":"geo.captcha-delivery.com"}</script><script src="https://ct.captcha-delivery.com/c.js"></script>',
        ),
        id="datadome page",
    ),
    pytest.param(
        "bot_wall",
        405,
        {},
        page(
            "Human Verification",
            '<div id="captcha-container"></div><script src="https://x.token.awswaf.com/x/challenge.js"></script><p>Confirm you are human</p>',
        ),
        id="aws waf page",
    ),
    pytest.param(
        "bot_wall",
        403,
        {},
        page(
            "Sucuri WebSite Firewall - Access Denied",
            "<h1>Access Denied - Sucuri Website Firewall</h1><p>If you are the site owner, please whitelist your IP. Block reason: your request looks like an automated one.</p>",
        ),
        id="sucuri",
    ),
    pytest.param(
        "bot_wall",
        503,
        {},
        page(
            "Your access to this site has been limited by the site owner",
            "<p>Your access to this service has been limited. (HTTP response code 503)</p><p>Generated by Wordfence</p>",
        ),
        id="wordfence",
    ),
    pytest.param(
        "bot_wall",
        406,
        {},
        page(
            "Not Acceptable!",
            "<h1>Not Acceptable!</h1><p>An appropriate representation of the requested resource could not be found on this server. This error was generated by Mod_Security.</p>",
        ),
        id="mod_security",
    ),
    pytest.param(
        "bot_wall",
        200,
        {},
        page("One moment, please...", "<p>Please wait while your request is being verified...</p><script>x()</script>"),
        id="imunify",
    ),
    pytest.param(
        "bot_wall", 403, {}, page("Bot Verification", "<p>Verifying that you are not a robot...</p>"), id="litespeed"
    ),
    pytest.param(
        "bot_wall",
        200,
        {},
        page(
            "Radware Captcha Page",
            "<p>We apologize for the inconvenience. Your activity and behavior on this website made us think that you are a bot.</p>",
        ),
        id="radware page",
    ),
    pytest.param(
        "bot_wall",
        200,
        {},
        page("Radware Bot Manager Captcha", "<p>Please solve this CAPTCHA to request unblock to the website</p>"),
        id="radware captcha",
    ),
    pytest.param("bot_wall", 200, {}, page("百度安全验证", "<p>网络不给力，请稍后重试</p>"), id="baidu"),
    pytest.param(
        "bot_wall",
        200,
        {},
        page("Вы не робот?", "<p>Нам очень жаль, но запросы с вашего устройства похожи на автоматические.</p>"),
        id="yandex",
    ),
    pytest.param(
        "bot_wall",
        200,
        {},
        page("Please wait...", "<p>We are checking your browser... paper.example</p>"),
        id="waiting page",
    ),
    pytest.param(
        "bot_wall",
        403,
        {},
        page(
            "ERROR: The request could not be satisfied",
            "<h1>403 ERROR</h1><h2>The request could not be satisfied.</h2><p>Request blocked. We can't connect to the server for this app or website at this time. There might be too much traffic or a configuration error.</p><p>Generated by cloudfront (CloudFront)</p>",
        ),
        id="cloudfront",
    ),
    pytest.param(
        "bot_wall",
        200,
        {},
        page(
            "Client Challenge",
            "<p>A required part of this site couldn’t load. This may be due to a browser extension, network issues, or browser settings.</p>",
        ),
        id="fastly",
    ),
    pytest.param(
        "bot_wall",
        403,
        {},
        page("Blocked", "<h1>whoa there, pardner!</h1><p>Your request has been blocked due to a network policy.</p>"),
        id="reddit",
    ),
    pytest.param(
        "bot_wall",
        403,
        {},
        page("Zugriff verweigert", "<p>Ihre Anfrage wurde aus Sicherheitsgründen blockiert.</p>"),
        id="german refusal",
    ),
    pytest.param(
        "bot_wall",
        403,
        {},
        page(
            "Access to this page has been denied.",
            "<p>Access to this page has been denied because we believe you are using automation tools to browse the website.</p>",
        ),
        id="perimeterx page",
    ),
    pytest.param(
        "bot_wall",
        200,
        {},
        page("Vérification de sécurité", "<p>Veuillez confirmer que vous êtes un humain.</p>"),
        id="french check",
    ),
    pytest.param(
        "bot_wall", 200, {}, page("StackPath", "<p>Please wait while we check your browser...</p>"), id="stackpath"
    ),
    pytest.param(
        "bot_wall",
        200,
        {},
        page("", "<p>Please turn JavaScript on and reload the page.</p><p>DDoS protection by DDoS-GUARD</p>"),
        id="ddos-guard page",
    ),
    pytest.param("bot_wall", 403, {}, "Access denied. Your IP address has been blocked. Reason: bot.", id="plain text"),
    pytest.param(
        "bot_wall",
        200,
        {},
        page(
            "Are you a robot?",
            "<p>Please make sure your browser supports JavaScript and cookies and that you are not blocking them from loading.</p><p>Bloomberg</p>",
        ),
        id="bloomberg",
    ),
    pytest.param(
        "consent_wall",
        200,
        {},
        page(
            "Golem.de: IT-News für Profis",
            "<h1>Cookies zustimmen</h1><p>Besuchen Sie Golem.de wie gewohnt mit Werbung und Cookies, indem Sie der Nutzung aller Cookies zustimmen.</p><button>Zustimmen und weiter</button><p>... oder Golem pur bestellen</p><p>Mit Golem pur ab 4 Euro im Monat nutzen Sie Golem.de ohne Analyse-Cookies, Werbung und ohne Scripte.</p><a href='/pur'>Zu Golem pur</a>",
        ),
        id="golem",
    ),
    pytest.param(
        "consent_wall",
        200,
        {},
        page(
            "Before you continue to YouTube",
            "<p>We use cookies and data to deliver and maintain Google services</p><form><button>Reject all</button><button>Accept all</button></form>",
        ),
        id="youtube",
    ),
    pytest.param(
        "consent_wall",
        200,
        {},
        page(
            "Yahoo ist Teil der Yahoo Markenfamilie",
            "<p>Wenn Sie unsere Websites und Apps nutzen, verwenden wir Cookies.</p><button>Alle akzeptieren</button><button>Alle ablehnen</button>",
        ),
        id="yahoo",
    ),
    pytest.param(
        "consent_wall",
        200,
        {},
        page(
            "Zustimmung | Zeitung",
            "<p>Zeitung mit Werbung lesen: Besuchen Sie uns wie gewohnt mit Werbung und Tracking. Details zum Tracking finden Sie in der Datenschutzerklärung.</p><button>Akzeptieren und weiter</button>",
        ),
        id="german wall",
    ),
    pytest.param(
        "consent_wall",
        200,
        {},
        page(
            "HLN.be",
            "<h1>HLN respecteert je privacy</h1><p>Wij en onze 193 partners gebruiken cookies.</p><button>Akkoord</button><button>Instellen</button>",
        ),
        id="hln",
    ),
    pytest.param(
        "consent_wall",
        200,
        {},
        page(
            "Nastavení soukromí", "<p>My a naši partneři ukládáme informace v zařízení.</p><button>Souhlasím</button>"
        ),
        id="czech wall",
    ),
    pytest.param(
        "consent_wall",
        200,
        {},
        page(
            "Il Giornale",
            "<p>Noi e i nostri 850 fornitori archiviamo informazioni su dispositivo.</p><button>Accetta e continua</button><a>Rifiuta e abbonati</a>",
        ),
        id="italian wall",
    ),
    pytest.param(
        "consent_wall",
        200,
        {},
        page(
            "El Diario",
            "<p>Nosotros y nuestros 700 socios almacenamos o accedemos a información en un dispositivo.</p><button>Aceptar y continuar</button>",
        ),
        id="spanish wall",
    ),
    pytest.param(
        "consent_wall",
        200,
        {},
        page(
            "Onet",
            "<p>Drogi Użytkowniku, my i nasi zaufani partnerzy przetwarzamy Twoje dane. W każdej chwili możesz cofnąć zgodę.</p><button>Przejdź do serwisu</button>",
        ),
        id="polish wall",
    ),
    pytest.param(
        "parking",
        200,
        {},
        page(
            "paper.example is for sale | HugeDomains",
            "<h1>paper.example is for sale</h1><p>Make 24 monthly payments</p>",
        ),
        id="hugedomains",
    ),
    pytest.param(
        "parking",
        200,
        {},
        page(
            "paper.example",
            "<p>paper.example</p><p>Interested in this domain? Contact us</p><iframe src='https://www.sedo.com/search/details.php4?domain=paper.example'></iframe>",
        ),
        id="sedo frame",
    ),
    pytest.param(
        "parking",
        200,
        {},
        page("Domain geparkt", "<p>Diese Domain ist bereits registriert. Hier entsteht eine neue Website.</p>"),
        id="german parked",
    ),
    pytest.param(
        "parking", 200, {}, page("Index of /", "<h1>Index of /</h1><a href='cgi-bin/'>cgi-bin/</a>"), id="empty index"
    ),
    pytest.param(
        "parking",
        200,
        {},
        page(
            "403 Forbidden",
            "<p>This Account has been suspended.</p><p>Contact your hosting provider for more information.</p>",
        ),
        id="suspended",
    ),
    pytest.param(
        "parking",
        200,
        {},
        page(
            "Apache2 Ubuntu Default Page: It works",
            "<p>This is the default welcome page used to test the correct operation of the Apache2 server.</p>",
        ),
        id="apache",
    ),
    pytest.param(
        "parking",
        200,
        {},
        page("Домен paper.example продаётся", "<p>Домен продаётся. Купить домен.</p>"),
        id="russian sale",
    ),
    pytest.param(
        "parking",
        200,
        {},
        page("この ドメインは", "<p>このドメインは、お名前.comで取得されています。</p>"),
        id="japanese registrar",
    ),
    pytest.param(
        "login",
        200,
        {},
        page(
            "Log In ‹ The Paper — WordPress",
            "<form><input name=log><input type=password name=pwd></form><a>Lost your password?</a>",
        ),
        id="wordpress login",
    ),
    pytest.param(
        "login", 200, {}, page("Sign in to continue - Intranet", "<form><input type=email></form>"), id="sign in"
    ),
    pytest.param(
        "js_only", 200, {}, page("Newsroom", '<div id="__next"></div><script src=a.js></script>'), id="next.js"
    ),
    pytest.param(
        "js_only",
        200,
        {},
        page(
            "realme",
            "<noscript><strong>We're sorry but the site doesn't work properly without JavaScript enabled. Please enable it to continue.</strong></noscript><div id=\"app\"></div><script src=/js/app.js></script>",
        ),
        id="realme",
    ),
    pytest.param(
        None,
        200,
        {},
        page(
            "About us",
            "<p>We are a small paper in a small town. We write about phones.</p><ul><li><a href=1>News about phones</a><li><a href=2>News about shops and malls</a><li><a href=3>News about people here</a><li><a href=4>Our printed paper</a><li><a href=5>Advertise with us here</a><li><a href=6>The people behind it</a><li><a href=7>How to write to us</a></ul><div>We and our partners use cookies <button>Accept all</button></div>",
        ),
        id="about page with a banner",
    ),
    pytest.param(
        None,
        200,
        {},
        page(
            "Press",
            "".join(
                f"<li><a href='/p/{i}'>Opening number {i} of our stores</a><p>Short words.</p></li>" for i in range(9)
            )
            + "<div><p>We value your privacy. We and our partners use cookies.</p><button>Accept all</button></div>",
        ),
        id="press page with a banner",
    ),
    pytest.param(
        None,
        200,
        {},
        page(
            "Forum",
            "<form><input name=u><input type=password></form>"
            + "".join(f"<li><a href='/t/{i}'>Thread about phone number {i}</a></li>" for i in range(9)),
        ),
        id="forum with a login box",
    ),
    pytest.param(
        None,
        200,
        {},
        page(
            "Company opens store",
            "<h1>Company opens store</h1><p>The company opened its first store in the town on Monday, and many came. It sells phones and watches there, as it said. A second one is to follow in spring, at the station. A manager said that he hopes for more, and that rents are fair. Readers may know the place from the former bakery that closed two years ago, after forty years.</p><div><p>We and our partners use cookies.</p><button>Accept</button></div>",
        ),
        id="short story with a banner",
    ),
    pytest.param(
        None,
        404,
        {},
        page(
            "Page not found",
            "<p>Sorry, the page you asked for is not here. Please enable JavaScript for our search.</p>",
        ),
        id="404 page",
    ),
    pytest.param(
        None, 500, {}, page("Internal Server Error", "<p>The server encountered an internal error</p>"), id="500 page"
    ),
    pytest.param(None, 503, {}, page("Maintenance", "<p>We'll be back soon.</p>"), id="maintenance"),
    pytest.param(
        None,
        403,
        {},
        page(
            "403 Forbidden",
            "<h1>Forbidden</h1><p>You don't have permission to access this resource.</p><address>Apache</address>",
        ),
        id="apache 403",
    ),
]


@pytest.mark.parametrize(("kind", "status", "headers", "body"), FROM_LIFE)
def test_pages_as_they_are(kind: str | None, status: int, headers: dict[str, str], body: str) -> None:
    found = suspect(status, headers, body.encode())
    assert (found and found.kind) == kind


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
