"""Which software a page shows, and where to look for the feeds of such a site. Pages are ours."""

from __future__ import annotations

import pytest

from crawler.discovery import feeds_to_try, section_of, sitemaps_to_try, systems_of
from crawler.discovery.newsroom import news_pages
from crawler.discovery.section import belongs

URL = "https://www.paper.example/"


def generator(name: str) -> str:
    return f'<html><head><meta name="generator" content="{name}"></head><body>News</body></html>'


@pytest.mark.parametrize(
    ("html", "headers", "url", "expected"),
    [
        pytest.param(generator("WordPress 6.8.1"), {}, URL, "WordPress", id="WordPress by generator"),
        pytest.param(
            '<html><head><meta content="WordPress 6.8" name="generator"></head>', {}, URL, "WordPress",
            id="attributes the other way round",
        ),
        pytest.param("<link href='/wp-content/themes/a/style.css'>", {}, URL, "WordPress", id="WordPress by its paths"),
        pytest.param(
            "<p>News</p>", {"Link": '</wp-json/>; rel="https://api.w.org/"'}, URL, "WordPress", id="by a header"
        ),
        pytest.param(generator("Ghost 5.80"), {}, URL, "Ghost", id="Ghost"),
        pytest.param("<script src='/public/ghost.min.js'></script>", {}, URL, "Ghost", id="Ghost by its paths"),
        pytest.param(generator("blogger"), {}, URL, "Blogger", id="Blogger"),
        pytest.param("<p>Blog</p>", {}, "https://phones.blogspot.co.uk/", "Blogger", id="Blogger by its host"),
        pytest.param(generator("Joomla! - Open Source Content Management"), {}, URL, "Joomla", id="Joomla"),
        pytest.param(generator("Hugo 0.140.2"), {}, URL, "Hugo", id="Hugo"),
        pytest.param(generator("Drupal 10 (https://www.drupal.org)"), {}, URL, "Drupal", id="Drupal"),
        pytest.param("<img src='/sites/default/files/a.jpg'>", {}, URL, "Drupal", id="Drupal by its paths"),
        pytest.param("<p>News</p>", {"X-Generator": "Drupal 9"}, URL, "Drupal", id="Drupal by a header"),
        pytest.param(generator("TYPO3 CMS"), {}, URL, "TYPO3", id="TYPO3"),
        pytest.param("<img src='/fileadmin/x.png'>", {}, URL, "TYPO3", id="TYPO3 by its paths"),
        pytest.param("<p>x</p>", {}, "https://medium.com/@someone", "Medium", id="Medium"),
        pytest.param("<p>x</p>", {}, "https://phones.substack.com/", "Substack", id="Substack"),
        pytest.param("<script src='https://substackcdn.com/a.js'></script>", {}, URL, "Substack", id="own domain"),
        pytest.param("<script src='//cdn.shopify.com/s.js'></script>", {}, URL, "Shopify", id="Shopify"),
        pytest.param(generator("Jekyll v4.3"), {}, URL, "Jekyll", id="Jekyll"),
        pytest.param("<script src='/bitrix/js/main.js'></script>", {}, URL, "Bitrix", id="Bitrix"),
    ],
)  # fmt: skip
def test_systems_of(html: str, headers: dict[str, str], url: str, expected: str) -> None:
    assert systems_of(html, url=url, headers=headers)[:1] == (expected,)


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<html><body>We moved our blog from WordPress to Ghost.</body></html>", id="names in a text"),
        pytest.param(generator("Some Home-made Thing"), id="unknown generator"),
        pytest.param('<meta name="description" content="WordPress news">', id="another meta"),
        pytest.param("", id="nothing"),
    ],
)
def test_no_system(html: str) -> None:
    assert systems_of(html, url=URL, headers={}) == ()


def test_the_generator_says_more_than_a_picture_of_another_site() -> None:
    html = generator("Hugo 0.1") + "<img src='https://other.example/wp-content/uploads/a.jpg'>"
    assert systems_of(html, url=URL, headers={}) == ("Hugo", "WordPress")


@pytest.mark.parametrize(
    ("url", "systems", "first"),
    [
        pytest.param("https://a.example/", ["WordPress"], ["https://a.example/feed/"], id="WordPress"),
        pytest.param(
            "https://a.example/category/phones/", ["WordPress"],
            ["https://a.example/category/phones/feed/", "https://a.example/feed/"], id="part of a WordPress",
        ),
        pytest.param("https://a.example/", ["Ghost"], ["https://a.example/rss/"], id="Ghost"),
        pytest.param("https://a.example/tag/x/", ["Ghost"], ["https://a.example/tag/x/rss/"], id="part of a Ghost"),
        pytest.param("https://a.example/", ["Blogger"], ["https://a.example/feeds/posts/default"], id="Blogger"),
        pytest.param(
            "https://a.example/search/label/Phones", ["Blogger"], ["https://a.example/feeds/posts/default/-/Phones"],
            id="label of a Blogger",
        ),
        pytest.param("https://a.example/", ["Joomla"], ["https://a.example/?format=feed&type=rss"], id="Joomla"),
        pytest.param(
            "https://a.example/news", ["Joomla"], ["https://a.example/news?format=feed&type=rss"], id="part of a Joomla"
        ),
        pytest.param("https://a.example/", ["Hugo"], ["https://a.example/index.xml"], id="Hugo"),
        pytest.param("https://a.example/posts/", ["Hugo"], ["https://a.example/posts/index.xml"], id="part of a Hugo"),
        pytest.param("https://a.example/", ["Drupal"], ["https://a.example/rss.xml"], id="Drupal"),
        pytest.param("https://a.example/", ["TYPO3"], ["https://a.example/rss.xml"], id="TYPO3"),
        pytest.param("https://medium.com/@joe", ["Medium"], ["https://medium.com/feed/@joe"], id="Medium"),
        pytest.param("https://a.substack.com/", ["Substack"], ["https://a.substack.com/feed"], id="Substack"),
        pytest.param("https://a.example/blogs/news", ["Shopify"], ["https://a.example/blogs/news.atom"], id="Shopify"),
        pytest.param("https://a.example/", [], ["https://a.example/feed/", "https://a.example/rss.xml"], id="any site"),
        pytest.param("https://a.example/phones", [], ["https://a.example/phones/feed/"], id="part of any site"),
    ],
)  # fmt: skip
def test_feeds_to_try(url: str, systems: list[str], first: list[str]) -> None:
    tried = feeds_to_try(url, systems)
    assert [candidate.url for candidate in tried][: len(first)] == first
    assert len({candidate.url for candidate in tried}) == len(tried)
    assert all("tried, as" in candidate.why for candidate in tried)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param('<a href="/newsroom/">Newsroom</a>', ["/newsroom/"], id="words and address"),
        pytest.param('<a href="/x/17">News &amp; Stories</a>', ["/x/17"], id="words alone"),
        pytest.param('<a href="/en/press-releases.html">Read</a>', ["/en/press-releases.html"], id="address alone"),
        pytest.param('<a href="/a">Pressemitteilungen</a>', ["/a"], id="German"),
        pytest.param('<a href="/a">新闻中心</a>', ["/a"], id="Chinese"),
        pytest.param('<a href="/a">보도자료</a>', ["/a"], id="Korean"),
        pytest.param('<a href="/a">News »</a><a href="/press">Press</a>', ["/press", "/a"], id="the surer first"),
        pytest.param('<a href="/news">News</a><a href="/news#top">News</a>', ["/news"], id="once"),
        pytest.param('<a href="/n"><img alt="x"><span>Press</span> <b>room</b></a>', ["/n"], id="words in elements"),
        pytest.param('<a href="/news/a-story">A story about news</a>', [], id="an article"),
        pytest.param('<a href="/newspaper">Our newspaper</a><a href="/shop">Shop</a>', [], id="other words"),
        pytest.param('<a href="https://other.example/news">News</a>', [], id="another site"),
        pytest.param('<a href="/">News</a><a href="javascript:x">News</a>', [], id="the page itself, a script"),
    ],
)
def test_news_pages(html: str, expected: list[str]) -> None:
    found = news_pages(f"<html><body>{html}</body></html>", url=URL)
    assert [page.url for page in found] == [f"{URL}{path[1:]}" for path in expected]


def test_a_newsroom_on_a_host_of_its_own() -> None:
    html = "<html><body><a href='https://newsroom.paper.example/'>Read more</a></body></html>"
    assert [page.url for page in news_pages(html, url=URL)] == ["https://newsroom.paper.example/"]


def test_sitemaps_to_try() -> None:
    wordpress = [candidate.url for candidate in sitemaps_to_try(URL, ["WordPress"])]
    assert wordpress[0] == f"{URL}news-sitemap.xml"
    assert f"{URL}wp-sitemap.xml" in wordpress
    assert f"{URL}sitemap.xml" in wordpress
    assert sitemaps_to_try(URL, [])[0].url == f"{URL}sitemap.xml"


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("", ""),
        ("/", ""),
        ("/index.html", ""),
        ("/feed/", ""),
        ("/rss.xml", ""),
        ("/de/", ""),
        ("/en-us", ""),
        ("/global/", ""),
        ("/en/newsroom/", "/en/newsroom"),
        ("/smartphones", "/smartphones"),
        ("/category/phones/", "/category/phones"),
        ("/news/index.php", "/news"),
        ("/2026/11/24/story", "/2026/11/24/story"),
        ("/news/a-story-about-many-stores", ""),
        ("/news/story-123456.html", ""),
    ],
)
def test_section_of(path: str, section: str) -> None:
    assert section_of(f"https://a.example{path}") == section


@pytest.mark.parametrize(
    ("address", "title", "expected"),
    [
        pytest.param("https://a.example/smartphones/feed/", "", True, id="below"),
        pytest.param("https://a.example/rss/smartphones.xml", "", True, id="by its name"),
        pytest.param("https://a.example/rss.php?topic=smartphones", "", True, id="by its query"),
        pytest.param("https://a.example/rss/5.xml", "The Paper: Smartphones", True, id="by its title"),
        pytest.param("https://a.example/feed/", "The Paper", False, id="the whole"),
        pytest.param("https://a.example/smartphonesque/feed/", "", False, id="a longer word"),
    ],
)
def test_belongs(address: str, title: str, expected: bool) -> None:
    assert belongs(address, title, "/smartphones") is expected
