"""The URL rules, one pair a line: our own pairs, apart from the evaluation file."""

from __future__ import annotations

import socket
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storewatch.urls import canonical_url, is_web_url, outlet, url_key

PAGE = "https://www.fonblatt.example/mobil/2017/07/oppo-filiale-wien"

SAME = {
    "utm in capitals": (PAGE, f"{PAGE}?UTM_Source=x&Utm_Medium=y"),
    "utm among ids": (f"{PAGE}?page=2&id=9", f"{PAGE}?id=9&utm_id=4&page=2"),
    "escaped tracking name": (PAGE, f"{PAGE}?utm%5Fsource=x"),
    "google click": (PAGE, f"{PAGE}?gclid=Cj0&gbraid=0AA&gad_source=1"),
    "yandex click": (PAGE, f"{PAGE}?yclid=123&ysclid=lq"),
    "matomo": (PAGE, f"{PAGE}?mtm_campaign=a&pk_campaign=b"),
    "hubspot": (PAGE, f"{PAGE}?_hsenc=p2&_hsmi=8&hsa_acc=1"),
    "marketo": (PAGE, f"{PAGE}?mkt_tok=eyJ"),
    "analytics linker": (PAGE, f"{PAGE}?_ga=2.1&_gl=1*x"),
    "webtrekk": (PAGE, f"{PAGE}?wt_zmc=fix.int.zonpmr"),
    "twitter referrer": (PAGE, f"{PAGE}?ref_src=twsrc%5Etfw&ref_url=https%3A%2F%2Fa.example%2F"),
    "ref of a feed": (PAGE, f"{PAGE}?ref=rss"),
    "ref of a site": (PAGE, f"{PAGE}?ref=techgeplauder.example"),
    "source of a feed": (PAGE, f"{PAGE}?source=rss----5d7f---4"),
    "source homepage": (PAGE, f"{PAGE}?src=homepage"),
    "feature share": (PAGE, f"{PAGE}?feature=share"),
    "via twitter": (PAGE, f"{PAGE}?via=twitter"),
    "from wechat": (PAGE, f"{PAGE}?from=timeline&isappinstalled=0"),
    "cid of a social network": (PAGE, f"{PAGE}?cid=social_20170712"),
    "partner feed": (PAGE, f"{PAGE}?partner=rss"),
    "wordpress share button": (PAGE, f"{PAGE}?share=facebook"),
    "wordpress comment reply": (PAGE, f"{PAGE}?replytocom=815#respond"),
    "twice escaped feed": (f"{PAGE}?id=5&page=2", f"{PAGE}?id=5&amp;page=2&amp;utm_source=rss"),
    "order of parameters": (f"{PAGE}?a=1&b=2", f"{PAGE}?b=2&a=1"),
    "empty parameters": (f"{PAGE}?id=5", f"{PAGE}?&id=5&&"),
    "bare name": (f"{PAGE}?showall", f"{PAGE}?showall="),
    "escaped brackets in the query": (f"{PAGE}?f[0]=oppo", f"{PAGE}?f%5B0%5D=oppo"),
    "session beside an id": (
        "https://forum.example/viewtopic.php?t=5",
        "https://forum.example/viewtopic.php?t=5&sid=0123456789abcdef0123456789abcdef",
    ),
    "session in the path": (PAGE, f"{PAGE};jsessionid=1A2B3C.node2"),
    "asp session": ("https://laden.example/neu.aspx", "https://laden.example/(S(lit3py55t21z5v55vlm25s55))/neu.aspx"),
    "host in capitals": (PAGE, PAGE.replace("www.fonblatt", "WWW.FonBlatt")),
    "scheme in capitals": (PAGE, PAGE.replace("https", "HTTPS")),
    "http and a variant host": (PAGE, PAGE.replace("https://www.", "http://m.")),
    "www and m": (PAGE, PAGE.replace("www.", "www.m.")),
    "m within the host": ("https://de.fon.example/a-b", "https://de.m.fon.example/a-b"),
    "print host": (PAGE, PAGE.replace("www.", "print.")),
    "port of http": ("http://fon.example:80/x", "https://fon.example:443/x"),
    "no path": ("https://fon.example", "https://fon.example/"),
    "dot segments": ("https://fon.example/a/b", "https://fon.example/a/./c/../b"),
    "brackets in the path": ("https://wiki.example/Mi_(Marke)", "https://wiki.example/Mi_%28Marke%29"),
    "composed and decomposed": ("https://fon.example/caf\u00e9", "https://fon.example/cafe\u0301"),
    "chinese path": ("https://fon.example/小米", "https://fon.example/%E5%B0%8F%E7%B1%B3"),
    "international host": ("https://füchse.example/a", "https://XN--FCHSE-KVA.example/a"),
    "line break within": (PAGE, PAGE.replace("-filiale", "-\nfiliale")),
    "user and password": (PAGE, PAGE.replace("https://", "https://leser:geheim@")),
    "fragment": (PAGE, f"{PAGE}#kommentare"),
    "text fragment": (PAGE, f"{PAGE}#:~:text=zehn%20Filialen"),
    "amp behind": (PAGE, f"{PAGE}/amp/"),
    "amp before": (PAGE, PAGE.replace("/mobil/", "/amp/mobil/")),
    "amp flag": (PAGE, f"{PAGE}?amp"),
    "amp value": (PAGE, f"{PAGE}/?amp=1"),
    "amp file": (f"{PAGE}.html", f"{PAGE}.amp.html"),
    "noamp": (PAGE, f"{PAGE}?noamp=mobile"),
    "amp viewer": (PAGE, "https://www.google.com/amp/s/www.fonblatt.example/mobil/2017/07/oppo-filiale-wien"),
    "amp viewer of a country": (
        PAGE,
        "https://www.google.co.in/amp/s/www.fonblatt.example/mobil/2017/07/oppo-filiale-wien",
    ),
    "amp cache without tls": (
        PAGE,
        "https://fonblatt-example.cdn.ampproject.org/v/m.fonblatt.example/mobil/2017/07/oppo-filiale-wien/amp?amp_js_v=0.1",
    ),
    "print behind": (PAGE, f"{PAGE}/print"),
    "print before": (PAGE, PAGE.replace("/mobil/", "/print/mobil/")),
    "print of joomla": (f"{PAGE}?id=4", f"{PAGE}?id=4&tmpl=component&print=1"),
    "feed of a news agency": (PAGE, f"{PAGE}?feedType=RSS&feedName=technologyNews"),
    "feed of a paper": (PAGE, f"{PAGE}?partner=rss&emc=rss"),
    "coremetrics": (PAGE, f"{PAGE}?cm_mmc=a-_-b"),
    "blogger on its own domain": (
        "https://laden.example/2017/07/neu.html",
        "https://laden.example/2017/07/neu.html?m=1",
    ),
    "wechat, shared": (
        "https://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1&sn=ab",
        "http://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1&sn=ab&chksm=cd&scene=21&mpshare=1#wechat_redirect",
    ),
    "print view": (PAGE, f"{PAGE}?view=print"),
    "phone view of blogger": (
        "https://laden.blogspot.com/2017/07/neu.html",
        "http://laden.blogspot.co.uk/2017/07/neu.html?m=1",
    ),
    "index of php": ("https://fon.example/?p=7", "https://fon.example/index.php?p=7"),
    "default of asp": ("https://fon.example/neu/", "https://fon.example/neu/Default.aspx"),
    "google news of old": (
        "https://fon.example/2026/11/neu",
        "https://news.google.com/rss/articles/CBMiH2h0dHBzOi8vZm9uLmV4YW1wbGUvMjAyNi8xMS9uZXXSAQA?oc=5&hl=de",
    ),
    "google news of today": (
        "https://news.google.com/rss/articles/CBMiqwFBVV95cUxNb25lX3R3b190aHJlZQ",
        "https://news.google.com/rss/articles/CBMiqwFBVV95cUxNb25lX3R3b190aHJlZQ",
    ),
    "google alert": (PAGE, f"https://www.google.de/url?sa=t&url={PAGE}&usg=AO"),
    "facebook in facebook": (PAGE, f"https://l.facebook.com/l.php?u={PAGE}%3Ffbclid%3DIw&h=AT"),
    "instagram": (PAGE, f"https://l.instagram.com/?u={PAGE}&e=AT"),
    "youtube link": (PAGE, f"https://www.youtube.com/redirect?event=video&q={PAGE}"),
    "vk": (PAGE, f"https://vk.com/away.php?to={PAGE}"),
    "outlook filter": (PAGE, f"https://eur01.safelinks.protection.outlook.com/?url={PAGE}&data=05"),
    "yahoo result": (
        PAGE,
        "https://r.search.yahoo.com/_ylt=A/RV=2/RE=1/RO=10/RU=https%3a%2f%2fwww.fonblatt.example%2fmobil%2f2017%2f07%2f"
        "oppo-filiale-wien/RK=2/RS=x-",
    ),
    "duckduckgo": (PAGE, f"https://duckduckgo.com/l/?uddg={PAGE}&rut=1"),
    "redirector in redirector": (
        PAGE,
        f"https://www.google.com/url?q=https%3A%2F%2Fout.reddit.com%2Ft3%3Furl%3D{PAGE}",
    ),
    "tweet": ("https://twitter.com/oppo/status/12", "https://mobile.twitter.com/oppo/status/12?s=20&t=Ab"),
}

DIFFERENT = {
    "id of one letter": ("https://fon.example/?p=1", "https://fon.example/?p=2"),
    "id named like tracking": (f"{PAGE}?source=41", f"{PAGE}?source=42"),
    "cid as id": (f"{PAGE}?cid=1001", f"{PAGE}?cid=1002"),
    "short sid": (f"{PAGE}?sid=a1b2c3", f"{PAGE}?sid=a1b2c4"),
    "long sid alone": (
        "https://fon.example/story?sid=0123456789abcdef0123456789abcdef",
        "https://fon.example/story?sid=fedcba9876543210fedcba9876543210",
    ),
    "from with to": ("https://fon.example/vergleich?from=hp&to=x", "https://fon.example/vergleich?from=x&to=x"),
    "channel is a section": ("https://fon.example/list?channel=android", "https://fon.example/list?channel=apple"),
    "campaign id": ("https://fon.example/c?campaign_id=7", "https://fon.example/c?campaign_id=8"),
    "page": (f"{PAGE}?page=1", f"{PAGE}?page=2"),
    "page in the path": (f"{PAGE}/2", f"{PAGE}/3"),
    "page and article": (PAGE, f"{PAGE}?seite=2"),
    "language": (f"{PAGE}?hl=de", f"{PAGE}?hl=en"),
    "amp in a word": ("https://fon.example/amplifier", "https://fon.example/lifier"),
    "amp as a tag": ("https://fon.example/tag/amp", "https://fon.example/tag"),
    "amp alone": ("https://fon.example/amp", "https://fon.example/"),
    "print as a section": ("https://fon.example/news/print", "https://fon.example/news"),
    "print as a folder": ("https://fon.example/print/4711", "https://fon.example/4711"),
    "m is a month": ("https://fon.example/archiv?y=2017&m=1", "https://fon.example/archiv?y=2017&m=0"),
    "session of a conference": ("https://fon.example/?session_id=12", "https://fon.example/?session_id=13"),
    "path in capitals": (PAGE, PAGE.replace("oppo", "Oppo")),
    "host of another section": ("https://shop.fon.example/a", "https://fon.example/a"),
    "variant label is the domain": ("https://m.co.uk/a", "https://mobile.co.uk/a"),
    "mobile.de is no variant of de": ("https://mobile.de/a", "https://amp.de/a"),
    "blogs of one host": ("https://a.blogspot.com/2017/x.html", "https://b.blogspot.com/2017/x.html"),
    "blog named m": ("https://m.blogspot.com/x.html", "https://www.blogspot.com/x.html"),
    "port": ("http://127.0.0.1:8001/a", "http://127.0.0.1:8002/a"),
    "address": ("http://127.0.0.1/a", "http://127.0.0.2/a"),
    "encoded question mark": ("https://fon.example/a%3Fid=1", "https://fon.example/a?id=1"),
    "encoded percent": ("https://fon.example/100%25", "https://fon.example/100"),
    "encoded ampersand": ("https://fon.example/s?q=a%26b=1", "https://fon.example/s?q=a&b=1"),
    "plus sign": ("https://fon.example/s?q=c%2B%2B", "https://fon.example/s?q=c++"),
    "query not in utf-8": ("https://fon.example/s?q=%C4%E3", "https://fon.example/s?q=%C4%E2"),
    "hash-bang": ("https://fon.example/#!neu/1", "https://fon.example/#!neu/2"),
    "hash route": ("https://fon.example/#/neu/1", "https://fon.example/#/neu/2"),
    "value order of one name": (f"{PAGE}?t=1&t=2", f"{PAGE}?t=2&t=1"),
    "videos": ("https://youtu.be/aaa?si=x", "https://youtu.be/aab?si=x"),
    "google search is no redirector": ("https://www.google.com/search?q=https://a.example/1", "https://a.example/1"),
    "url parameter elsewhere": ("https://fon.example/url?q=https://a.example/1", "https://a.example/1"),
    "redirectors to two pages": (
        "https://www.google.com/url?q=https%3A%2F%2Fa.example%2F1",
        "https://www.google.com/url?q=https%3A%2F%2Fa.example%2F2",
    ),
    "wechat": ("https://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1", "https://mp.weixin.qq.com/s?__biz=M&mid=2&idx=1"),
    "file and folder": ("https://fon.example/neu.php", "https://fon.example/neu"),
    "long addresses": (f"https://fon.example/{'a' * 600}1", f"https://fon.example/{'a' * 600}2"),
}


@pytest.mark.parametrize(("a", "b"), SAME.values(), ids=SAME)
def test_same_page_same_key(a: str, b: str) -> None:
    assert url_key(a) == url_key(b)


@pytest.mark.parametrize(("a", "b"), DIFFERENT.values(), ids=DIFFERENT)
def test_other_page_other_key(a: str, b: str) -> None:
    assert url_key(a) != url_key(b)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        pytest.param(f" {PAGE}?utm_source=x#oben\n", PAGE, id="tracking and fragment go"),
        pytest.param(
            "HTTP://M.Fon.Example:80/A/?b=2&a=1", "http://m.fon.example/A/?b=2&a=1", id="what leads elsewhere stays"
        ),
        pytest.param("https://fon.example/a//b/?amp=1", "https://fon.example/a//b/?amp=1", id="folded in the key only"),
        pytest.param(
            "https://fon.example/%7ex/%e4%bd%a0 你", "https://fon.example/~x/%E4%BD%A0%20%E4%BD%A0", id="escapes"
        ),
        pytest.param("https://fon.example/50%-rabatt", "https://fon.example/50%25-rabatt", id="lone percent sign"),
        pytest.param("https://leser:geheim@fon.example/", "https://fon.example/", id="no password is stored"),
        pytest.param("https://fon.example", "https://fon.example/", id="root"),
        pytest.param("https://fon.example/#!neu/1", "https://fon.example/#!neu/1", id="hash-bang route stays"),
        pytest.param("https://straße.example/", "https://xn--strae-oqa.example/", id="sharp s is a letter of its own"),
        pytest.param("http://[2001:DB8::1]:8080/a", "http://[2001:db8::1]:8080/a", id="ipv6"),
        pytest.param(" mailto:a@fon.example ", "mailto:a@fon.example", id="no web address"),
        pytest.param("http://[::1/", "http://[::1/", id="broken"),
        pytest.param("", "", id="empty"),
    ],
)
def test_canonical(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        pytest.param("https://www.fonblatt.de/a", "fonblatt.de", id="www"),
        pytest.param("https://news.bbc.co.uk/a", "bbc.co.uk", id="suffix of two labels"),
        pytest.param("https://laden.blogspot.com/", "laden.blogspot.com", id="a blog"),
        pytest.param("https://laden.blogspot.co.uk/", "laden.blogspot.com", id="a blog seen from elsewhere"),
        pytest.param("https://fans.github.io/mi/", "fans.github.io", id="pages"),
        pytest.param("https://wordpress.com/blog", "wordpress.com", id="the host of blogs itself"),
        pytest.param("https://www.blogspot.com/", "blogspot.com", id="the host of blogs with www"),
        pytest.param("https://news.füchse.de/", "xn--fchse-kva.de", id="international"),
        pytest.param("http://127.0.0.1:8001/a", "127.0.0.1:8001", id="loopback with port"),
        pytest.param("http://127.0.0.2/a", "127.0.0.2", id="loopback"),
        pytest.param("http://localhost:8001/a", "localhost:8001", id="localhost"),
        pytest.param("http://[::1]:8001/a", "[::1]:8001", id="ipv6"),
        pytest.param("http://intranet/a", "intranet", id="lone name"),
        pytest.param("https://news.fon.intern/", "fon.intern", id="unknown suffix"),
        pytest.param("https://co.uk/", "co.uk", id="a suffix alone"),
        pytest.param("https://www.google.com/url?q=https://fonblatt.de/a", "fonblatt.de", id="redirector"),
        pytest.param("ftp://fonblatt.de/a", "", id="not the web"),
    ],
)
def test_outlet(url: str, domain: str) -> None:
    assert outlet(url) == domain


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (PAGE, True),
        ("http://127.0.0.1:8001/", True),
        ("http://localhost/", True),
        ("HTTPS://FON.EXAMPLE", True),
        ("https://füchse.example/", True),
        ("//fon.example/a", False),
        ("/a", False),
        ("fon.example/a", False),
        ("ftp://fon.example/", False),
        ("javascript:void(0)", False),
        ("https://", False),
        ("https:///a", False),
        ("https://fon example/", False),
        ("https://fon..example/", False),
        ("https://fon.example:99999/", False),
        ("https://fon.example:0/", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_is_web_url(url: str, expected: bool) -> None:
    assert is_web_url(url) is expected


def test_key_is_short() -> None:
    assert len(url_key(f"https://fon.example/{'ö' * 5000}?{'a=1&' * 500}")) == 512


def test_key_of_host_without_scheme() -> None:
    assert url_key("http://www.fon.example/neu/?b=2&a=1") == "fon.example/neu?a=1&b=2"


def test_domains_need_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    from storewatch import urls

    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    urls._suffixes.cache_clear()
    urls._registrable.cache_clear()
    assert outlet("https://a.b.co.jp/") == "b.co.jp"


URLS = st.builds(
    "{}://{}{}{}/{}{}".format,
    st.sampled_from(["http", "https", "HTTP"]),
    st.sampled_from(["", "www.", "m.", "amp.", "user@"]),
    st.sampled_from(["fon.example", "a.co.uk", "x.blogspot.de", "127.0.0.1", "[::1]", "ü.example"]),
    st.sampled_from(["", ":80", ":8080"]),
    st.text(alphabet=string.ascii_letters + string.digits + "/.%;&=?#!+ ü你\u0301", max_size=40),
    st.text(alphabet=string.printable, max_size=20),
)


@given(URLS)
def test_canonical_is_stable_and_keeps_the_key(url: str) -> None:
    canonical = canonical_url(url)
    assert canonical_url(canonical) == canonical
    assert url_key(canonical) == url_key(url)


@given(st.text(max_size=60))
def test_any_text_is_taken(text: str) -> None:
    assert canonical_url(canonical_url(text)) == canonical_url(text)
    assert len(url_key(text)) <= 512
    assert isinstance(outlet(text), str)
    assert is_web_url(text) in {True, False}
