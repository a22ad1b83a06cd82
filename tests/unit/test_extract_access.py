"""How much of an article a page gives: whole pages in, status and evidence out."""

from __future__ import annotations

import pytest

from pipelines.extract import STORED, extract
from storewatch.errors import PageError
from storewatch.types import Page

URL = "https://paper.example/news/vendor-opens-stores-2024"
SENTENCES = [
    f"The vendor said on day {n} that it would open {n + 3} more stores in the region before the year is over."
    for n in range(24)
]
BODY = "".join(f"<p>{one} {two}</p>" for one, two in zip(SENTENCES[::2], SENTENCES[1::2], strict=True))
START = f"<p>{SENTENCES[0]}</p><p>{SENTENCES[1]}</p>"
ARTICLE_DATA = '<meta property="og:type" content="article">'
MENU = "".join(f'<li><a href="/r{n}">Section {n}</a></li>' for n in range(9))


def html(body: str, *, title: str = "Vendor opens stores", head: str = "") -> bytes:
    frame = f"<nav><ul>{MENU}</ul></nav>{body}<footer><p>All rights reserved.</p></footer>"
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{frame}</body></html>".encode()


def status_of(body: bytes, *, url: str = URL, final_url: str | None = None, **values: object) -> tuple[str, str]:
    """The status and its evidence, as a crawl gets them."""
    page = Page(url=url, final_url=final_url or url, body=body, **values)  # type: ignore[arg-type]  # fields by name
    try:
        article = extract(page)
    except PageError as error:
        return error.reason, "; ".join(error.evidence)
    return article.access, "; ".join(article.access_evidence)


def article(text: str) -> str:
    return f"<main><article><h1>Vendor opens stores</h1>{text}</article></main>"


def test_a_whole_article_is_full_and_needs_no_evidence() -> None:
    assert status_of(html(article(BODY), head=ARTICLE_DATA)) == ("full", "")


def teasers(count: int, *, words: str = "") -> str:
    return "".join(
        f'<div class="item"><h3><a href="/news/story-{n}">Story {n} about shops</a></h3>'
        f"<p>{SENTENCES[n % 24]} {words}</p></div>"
        for n in range(count)
    )


BOT_WALLS = {
    "Cloudflare": html(
        "<h1>paper.example</h1><p>Checking if the site connection is secure</p>"
        "<script src='/cdn-cgi/challenge-platform/h/b/orchestrate/jsch/v1'></script>",
        title="Just a moment...",
    ),
    "DataDome": b"<html><head><title>paper.example</title></head><body><script src='https://ct.captcha-delivery.com/c.js'>"
    b"</script><p>Please enable JS and disable any ad blocker</p></body></html>",
    "PerimeterX": html(
        "<h1>Access to this page has been denied</h1><div id='px-captcha'></div>", title="Access denied"
    ),
    "Akamai": b"<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY><H1>Access Denied</H1>You don't have permission to"
    b" access this server.<P>Reference #18.2d&#46;edgesuite https://errors.edgesuite.net/18.2d</BODY></HTML>",
    "Incapsula": b"<html><head></head><body><iframe src='/_Incapsula_Resource?x=1'>Request unsuccessful. Incapsula"
    b" incident ID: 1</iframe><p>Request unsuccessful. Incapsula incident ID: 1</p></body></html>",
    "question": html("<h1>Are you a robot?</h1><p>Please complete the captcha to go on.</p>", title="Are you a robot?"),
    "German": html("<p>Bitte bestätigen Sie, dass Sie kein Roboter sind.</p>", title="Sicherheitsprüfung"),
    "Chinese": html("<p>请完成安全验证后继续访问</p>", title="安全验证"),
    "Russian": html("<p>Подтвердите, что запросы отправляли вы, а не робот</p>", title="Проверка"),
}
ERROR_PAGES = {
    "number": html("<h1>404</h1><p>Try the start page.</p>", title="404 Not Found | Paper"),
    "sentence": html("<h1>Oops! The page you are looking for could not be found.</h1>", title="Paper"),
    "German": html("<h1>Seite nicht gefunden</h1><p>Vielleicht hilft die Suche.</p>", title="Fehler 404 - Zeitung"),
    "French": html("<h1>Page introuvable</h1><p>Revenez à l'accueil.</p>", title="Erreur 404"),
    "Spanish": html("<h1>Página no encontrada</h1>", title="Página no encontrada - Diario"),
    "Italian": html("<h1>La pagina non è stata trovata</h1>", title="Giornale"),
    "Portuguese": html("<h1>Página não encontrada</h1>", title="Jornal"),
    "Dutch": html("<h1>Pagina niet gevonden</h1>", title="Krant"),
    "Polish": html("<h1>Strona nie została znaleziona</h1>", title="Gazeta"),
    "Russian": html("<h1>Страница не найдена</h1>", title="Газета"),
    "Turkish": html("<h1>Aradığınız sayfa bulunamadı</h1>", title="Gazete"),
    "Indonesian": html("<h1>Halaman tidak ditemukan</h1>", title="Koran"),
    "Japanese": html("<p>お探しのページが見つかりません。</p>", title="新聞"),
    "Chinese": html("<p>您访问的页面不存在</p>", title="新闻"),
    "Korean": html("<p>페이지를 찾을 수 없습니다.</p>", title="신문"),
    "Arabic": html("<h1>الصفحة غير موجودة</h1>", title="جريدة"),
    "gone": html("<h1>This article is no longer available</h1>", title="Paper"),
    "with teasers": html(f"<h1>Page not found</h1><p>Read these instead.</p>{teasers(4)}", title="404 - Paper"),
    "maintenance": html("<h1>Service Temporarily Unavailable</h1>", title="503 Service Temporarily Unavailable"),
}
CONSENT = (
    "<h1>We value your privacy</h1><p>We and our 812 partners store and/or access information on a device, such as"
    " cookies, for personalised ads and content.</p><p>Some partners rely on their legitimate interest.</p>"
    "<button>Accept all</button><p>Accept all</p><p>Reject all</p><p>Manage settings</p>"
)
CONSENT_WALLS = {
    "English": html(CONSENT, title="Before you continue"),
    "German": html(
        "<h1>Mit Werbung weiterlesen</h1><p>Wir und unsere 190 Partner benötigen Ihre Einwilligung für Cookies.</p>"
        "<p>Alle akzeptieren</p><p>Oder werbefrei lesen im Pur-Abo ohne Tracking.</p><p>Datenschutzeinstellungen</p>",
        title="Zeitung",
    ),
    "French": html(
        "<p>Nous et nos 600 partenaires utilisons des cookies pour mesurer l'audience.</p><p>Tout accepter</p>"
        "<p>Continuer sans accepter</p><p>Gérer mes choix</p><p>Votre vie privée est notre priorité</p>",
        title="Journal",
    ),
    "Dutch": html(
        "<p>Wij en onze partners plaatsen cookies en vragen uw toestemming.</p><p>Alle cookies accepteren</p>"
        "<p>Cookie-instellingen</p><p>Jouw privacy is belangrijk</p>",
        title="DPG Media Privacy Gate",
    ),
    "Czech": html(
        "<p>My a naši partneři používáme cookies a potřebujeme váš souhlas.</p><p>Přijmout vše</p>"
        "<p>Nastavení soukromí</p>",
        title="Nastavení soukromí",
    ),
}
PAYWALLS = {
    "English": html(
        article("<p>Subscribe now to continue reading this article.</p><p>Already a subscriber? Log in.</p>")
    ),
    "German": html(article("<p>Jetzt Digital-Abo testen und weiterlesen</p><p>Sie haben bereits ein Abo?</p>")),
    "Japanese": html(article("<p>この記事は有料会員限定です。</p><p>残り 1,024 文字</p>")),
}
LISTINGS = {
    "teasers": html(f"<main>{teasers(9)}</main>", title="Shops"),
    "collection": html(
        f"<main>{teasers(5, words='More of it follows in the next edition of this paper, as every year.')}</main>",
        head='<script type="application/ld+json">{"@type": "CollectionPage", "name": "Shops"}</script>',
        title="Shops",
    ),
}
CASES = [
    *[pytest.param("bot_wall", body, id=f"bot wall {name}") for name, body in BOT_WALLS.items()],
    *[pytest.param("error_page", body, id=f"error {name}") for name, body in ERROR_PAGES.items()],
    *[pytest.param("consent_wall", body, id=f"consent {name}") for name, body in CONSENT_WALLS.items()],
    *[pytest.param("paywalled", body, id=f"paywall {name}") for name, body in PAYWALLS.items()],
    *[pytest.param("listing", body, id=f"listing {name}") for name, body in LISTINGS.items()],
    pytest.param("empty", html("<div><img src='x.jpg'></div><p>A caption.</p>"), id="empty caption"),
]


@pytest.mark.parametrize(("status", "body"), CASES)
def test_walls_errors_and_lists_are_no_articles(status: str, body: bytes) -> None:
    found, evidence = status_of(body)
    assert found == status, evidence
    assert found not in STORED
    assert evidence


def test_a_redirect_to_the_start_page_is_no_article() -> None:
    status, evidence = status_of(html(f"<main>{BODY}</main>"), final_url="https://paper.example/")
    assert (status, evidence) == ("listing", "redirected to the site's start page")


def test_an_address_of_consent_needs_one_phrase_only() -> None:
    body = html("<p>Cookie settings for this site</p><p>Choose what we may do with the data of your visit.</p>")
    assert status_of(body, final_url="https://consent.paper.example/collectConsent?x=1")[0] == "consent_wall"


def test_what_the_server_called_an_error_is_one() -> None:
    assert status_of(html(article(BODY)), status=503) == ("error_page", "the server answered 503")


TEASERS = {
    "paywall phrase": (START + "<p>Subscribe to continue reading.</p>", "", "text ends with"),
    "data and a break": (START + "<p>The mall's owner told our reporter that…</p>", "", "breaks off"),
    "German": (START + "<p>Weiterlesen mit Zeitung Plus</p>", "", "Weiterlesen mit"),
    "Spanish": (START + "<p>Suscríbete para seguir leyendo</p>", "", "Suscríbete"),
    "French": (
        START + "<p>Il vous reste 82.5% de cet article à lire. La suite est réservée aux abonnés.</p>",
        "",
        "reste",
    ),
    "Chinese": (START + "<p>登录后阅读全文</p>", "", "登录"),
    "not for free": (
        START,
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Vendor opens stores",'
        ' "isAccessibleForFree": false}</script>',
        "isAccessibleForFree",
    ),
    "word count": (
        START,
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Vendor opens stores",'
        ' "wordCount": 900}</script>',
        "wordCount 900",
    ),
    "elsewhere": (START + "<p>Continue reading on the site of the Harbour Post</p>", "", "Continue reading"),
}


@pytest.mark.parametrize("name", TEASERS)
def test_a_beginning_is_stored_and_marked(name: str) -> None:
    text, head, why = TEASERS[name]
    status, evidence = status_of(html(article(text), head=ARTICLE_DATA + head))
    assert status == "teaser"
    assert why in evidence


FULL = {
    "paywalled but all there": html(
        article(BODY),
        head='<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Vendor opens stores",'
        ' "isAccessibleForFree": false, "wordCount": 400}</script>',
    ),
    "about error 404": html(article(BODY), title="404 errors cost shops money, a study says"),
    "about cookies": html(
        article(f"<p>Browsers will block all cookies from next year, and shops must ask for consent.</p>{BODY}"),
        title="Cookie consent: what changes for shops",
    ),
    "about robots": html(article(BODY), title="Are you a robot? Xiaomi's store in Berlin is run by one"),
    "quotes a paywall early": html(article(f"<p>Subscribe to continue reading, the wall says.</p>{BODY}")),
    "with related articles": html(article(BODY) + f"<aside class='related'>{teasers(4)}</aside>"),
    "heading links to itself": html(f"<main><h2><a href='{URL}'>Vendor opens stores</a></h2>{BODY}</main>{teasers(3)}"),
    "consent dialog below": html(article(BODY) + f"<div class='cookie-dialog'>{CONSENT}</div>"),
    "short news": html(article(START), head=ARTICLE_DATA),
    "ends with a quotation that trails off": html(article(f"{BODY}<p>“We shall see...</p>")),
}


@pytest.mark.parametrize("name", FULL)
def test_articles_that_look_a_little_like_it_are_full(name: str) -> None:
    assert status_of(FULL[name]) == ("full", "")


def test_who_asks_for_a_list_gets_its_text() -> None:
    listing = extract(Page(url=URL, final_url=URL, body=LISTINGS["teasers"]), lenient=True)
    assert (listing.access, bool(listing.text), bool(listing.access_evidence)) == ("listing", True, True)
    with pytest.raises(PageError) as raised:
        extract(Page(url=URL, final_url=URL, body=CONSENT_WALLS["English"]), lenient=True)
    assert raised.value.reason == "consent_wall"


def test_what_a_feed_announced_under_this_very_title_is_no_list() -> None:
    body = html(f"<main><h1>Five shops to see</h1>{teasers(5)}</main>", title="Five shops to see")
    assert status_of(body)[0] == "listing"
    assert status_of(body, entry_title="Five shops to see")[0] == "full"
