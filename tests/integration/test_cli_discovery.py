"""Sites of several kinds on loopback: what is found at them, what a check says of them. Each crawl process costs
seconds, so each looks at many."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from support.crawling import World, article
from support.site import Reply, Site
from typer.testing import CliRunner

from scheduler.runner import crawl_lines
from storewatch.cli.app import app

WORDPRESS, DEAD, PRESS, WALL, GHOST, MOVED, PARTS, VENDOR = range(8)
NOW = datetime.now(UTC)
CHALLENGE = Reply("<title>Just a moment...</title>", status=403, headers={"cf-mitigated": "challenge"})


def rss(site: Site, host: int, *, age: timedelta = timedelta(0), items: int = 10, text: str = "A teaser.") -> Reply:
    rows = "".join(
        f"<item><title>Item {n}</title><link>{site.url(f'/story-{n}', host=host)}</link>"
        f"<description>{text}</description><pubDate>{format_datetime(NOW - age - timedelta(hours=n))}</pubDate></item>"
        for n in range(items)
    )
    body = f"<rss version='2.0'><channel><title>Paper {host}</title>{rows}</channel></rss>"
    return Reply(body, content_type="application/rss+xml", etag=True)


def news_sitemap(site: Site, host: int) -> Reply:
    rows = "".join(
        f"<url><loc>{site.url(f'/news-{n}', host=host)}</loc><n:news><n:title>News {n}</n:title>"
        f"<n:publication_date>{(NOW - timedelta(hours=n)).isoformat()}</n:publication_date></n:news></url>"
        for n in range(6)
    )
    spaces = (
        "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'"
    )
    return Reply(f"<urlset {spaces}>{rows}</urlset>", content_type="application/xml")


def newsroom(day: datetime) -> str:
    """A page of teasers without any feed."""
    teasers = "".join(
        f'<article><h2><a href="/press/{day:%Y/%m/%d}/new-stores-in-town-number-{n}">Xiaomi opens {n} new stores'
        f" in town</a></h2><time>{day:%Y-%m-%d}</time><p>Short words about the plans for town {n}.</p></article>"
        for n in range(2, 8)
    )
    return (
        f"<html><head><title>Newsroom</title></head><body><nav><a href='/about'>About</a></nav>{teasers}</body></html>"
    )


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site(hosts=8) as site:
        generator = '<html><head><meta name="generator" content="{}">{}</head><body>News</body></html>'
        site.add("/", generator.format("WordPress 6.8", ""), host=WORDPRESS)
        site.add("/feed/", rss(site, WORDPRESS, text="Long words of an article. " * 60), host=WORDPRESS)
        old = '<link rel="alternate" type="application/rss+xml" href="/old.xml">'
        site.add("/", f"<html><head>{old}</head><body>News</body></html>", host=DEAD)
        site.add("/old.xml", rss(site, DEAD, age=timedelta(days=500)), host=DEAD)
        robots = f"User-agent: *\nCrawl-delay: 0.1\nSitemap: {site.url('/news.xml', host=DEAD)}"
        site.add("/robots.txt", Reply(robots, content_type="text/plain"), host=DEAD)
        site.add("/news.xml", news_sitemap(site, DEAD), host=DEAD)
        site.add("/press/", newsroom(NOW), host=PRESS)
        for n in range(2, 8):
            site.add(f"/press/{NOW:%Y/%m/%d}/new-stores-in-town-number-{n}", article(n), host=PRESS)
        site.add("/", CHALLENGE, host=WALL)
        site.add("/feed", CHALLENGE, host=WALL)
        site.add("/", generator.format("Ghost 5.8", ""), host=GHOST)
        site.add("/rss/", rss(site, GHOST), host=GHOST)
        site.add("/old", Reply(status=301, headers={"Location": site.url("/new", host=MOVED)}), host=MOVED)
        site.add("/new", rss(site, MOVED), host=MOVED)
        app = '<link rel="alternate" type="application/rss+xml" href="/rss/"></head><body><div id="app"></div>'
        site.add("/app/", f"<html><head><title>App</title>{app}<script src='/a.js'></script></body></html>", host=GHOST)
        whole = '<link rel="alternate" type="application/rss+xml" href="/feed/">'
        site.add("/category/phones/", generator.format("WordPress 6.8", whole), host=PARTS)
        site.add("/feed/", rss(site, PARTS, items=20), host=PARTS)
        site.add("/category/phones/feed/", rss(site, PARTS, items=5), host=PARTS)
        site.add("/empty.xml", rss(site, PARTS, items=0), host=PARTS)
        site.add("/", "<body><p>News</p><a href='/our-feeds/rss'>RSS</a></body>", host=MOVED)
        feeds = "<a href='/sport.xml'>Sport</a><a href='/new'>New</a><a href='/all.rss'>All news</a>"
        site.add("/our-feeds/rss", f"<body><h1>Our feeds</h1>{feeds}</body>", host=MOVED)
        site.add("/all.rss", rss(site, MOVED), host=MOVED)
        site.add("/", "<body><a href='/phones'>Phones</a><a href='/en/newsroom'>Newsroom</a></body>", host=VENDOR)
        site.add("/en/newsroom", newsroom(NOW), host=VENDOR)
        goods = "".join(
            f"<url><loc>{site.url(f'/phones/phone-{n}', host=VENDOR)}</loc><lastmod>{NOW:%Y-%m-%d}</lastmod></url>"
            for n in range(40)
        )
        site.add("/sitemap.xml", Reply(f"<urlset>{goods}</urlset>", content_type="application/xml"), host=VENDOR)
        yield site


def test_each_site_gives_its_best_source(site: Site, tmp_path: Path) -> None:
    asked = {
        "WordPress": site.url("/", host=WORDPRESS),
        "dead feed": site.url("/", host=DEAD),
        "newsroom": site.url("/press/", host=PRESS),
        "wall": site.url("/", host=WALL),
        "Ghost": site.url("/", host=GHOST),
        "a part": site.url("/category/phones/", host=PARTS),
        "vendor": site.url("/", host=VENDOR),
        "a list of feeds": site.url("/", host=MOVED),
        "a feed": site.url("/empty.xml", host=PARTS),
        "a page for scripts": site.url("/app/", host=GHOST),
        "a feed that is gone": site.url("/gone/rss.xml", host=GHOST),
    }
    lines, outcome = crawl_lines(
        World(tmp_path, {}).config(), spider="discover", arguments={"url": " ".join(asked.values())}
    )
    found: dict[str, list[dict[str, Any]]] = {
        name: [line for line in lines if line["asked"] == url] for name, url in asked.items()
    }
    best = {name: (rows[0]["url"], rows[0].get("kind")) for name, rows in found.items()}
    assert best == {
        "WordPress": (site.url("/feed/", host=WORDPRESS), "feed"),
        "dead feed": (site.url("/news.xml", host=DEAD), "sitemap"),
        "newsroom": (site.url("/press/", host=PRESS), "listing"),
        "wall": (None, None),
        "Ghost": (site.url("/rss/", host=GHOST), "feed"),
        "a part": (site.url("/category/phones/feed/", host=PARTS), "feed"),
        "vendor": (site.url("/en/newsroom", host=VENDOR), "listing"),
        "a list of feeds": (site.url("/all.rss", host=MOVED), "feed"),
        "a feed": (site.url("/empty.xml", host=PARTS), "feed"),
        "a page for scripts": (site.url("/rss/", host=GHOST), "feed"),
        "a feed that is gone": (site.url("/rss/", host=GHOST), "feed"),
    }
    assert (found["WordPress"][0]["full"], found["WordPress"][0]["systems"]) == (1.0, ["WordPress"])
    assert [row["state"] for row in found["dead feed"] if row["url"]] == ["living", "dead"]
    assert "bot wall" in found["wall"][-1]["error"]
    assert [row["url"] for row in found["a part"] if row["url"]][1] == site.url("/feed/", host=PARTS)
    assert (found["a feed"][0]["state"], found["a feed"][0]["site"]) == ("empty", None)
    assert outcome.exit_code == 1  # of the wall
    # A site is spared: nothing is asked for twice, and not much in vain.
    wordpress = [one.path for one in site.log if one.host == site.addresses[WORDPRESS]]
    assert wordpress == ["/robots.txt", "/", "/feed/"]
    walled = [one.path for one in site.log if one.host == site.addresses[WALL]]
    assert len(walled) == len(set(walled)) <= 9


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STOREWATCH_CONFIG", "")
    for name, value in (
        ("FETCH__ALLOW_PRIVATE_ADDRESSES", "true"),
        ("FETCH__DELAY_S", "0"),
        ("EXTRACT__WORKERS", "1"),
    ):
        monkeypatch.setenv(f"STOREWATCH_{name}", value)
    return tmp_path


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_a_newsroom_without_feed_is_followed_by_its_links(site: Site, folder: Path) -> None:
    code, _, said = run("sources", "add", site.url("/press/", host=PRESS), "--name", "newsroom")
    assert code == 0
    assert f"found {site.url('/press/', host=PRESS)} (listing, 6 items" in said
    assert run("crawl", "newsroom", "--limit", "2")[0] == 0
    [source] = [json.loads(line) for line in run("sources", "list", "newsroom", "-f", "jsonl")[1].splitlines()]
    assert (source["kind"], source["state"], source["title"]) == ("listing", "ok", "Newsroom")
    articles = [json.loads(line) for line in run("articles", "-f", "jsonl")[1].splitlines()]
    assert len(articles) == 2
    assert all(site.url("/press/", host=PRESS) in one["url"] for one in articles)


def test_a_list_of_sites_is_imported_as_what_is_best_of_them(site: Site, folder: Path) -> None:
    urls = [site.url("/", host=WORDPRESS), site.url("/press/", host=PRESS), site.url("/none", host=PARTS)]
    (folder / "sites.txt").write_text("\n".join([f"{urls[0]}  The Paper", *urls[1:], site.url("/new", host=MOVED)]))
    code, _, said = run("sources", "import", "sites.txt", "--look")
    assert code == 0
    assert said.splitlines()[-1] == "sites.txt: 3 added, 0 known already, 1 with nothing to follow"
    assert f"{urls[2]}: left out, " in said
    rows = [json.loads(line) for line in run("sources", "list", "-f", "jsonl")[1].splitlines()]
    assert {(row["url"], row["kind"], row["title"], row["site"]) for row in rows if row["added_by"] == "user"} == {
        (site.url("/feed/", host=WORDPRESS), "feed", "The Paper", urls[0]),
        (urls[1], "listing", "Newsroom", urls[1]),
        (site.url("/new", host=MOVED), "feed", f"Paper {MOVED}", None),
    }


def test_a_check_tells_the_good_from_the_bad(site: Site, folder: Path) -> None:
    run("sources", "add", site.url("/feed/", host=WORDPRESS), "--name", "good", "--no-check")
    urls = {
        "moved": site.url("/old", host=MOVED),
        "bot_wall": site.url("/feed", host=WALL),
        "dead": site.url("/old.xml", host=DEAD),
        "not_a_feed": site.url("/press/", host=PRESS),
        "empty": site.url("/empty.xml", host=PARTS),
        "http_404": site.url("/none", host=PARTS),
    }
    code, out, _ = run("sources", "check", "good", *urls.values(), "-f", "jsonl")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [row["asked"] for row in rows] == [site.url("/feed/", host=WORDPRESS), *urls.values()]
    assert [row["verdict"] for row in rows] == ["ok", "ok", "bot_wall", "dead", "not_a_feed", "empty", "http_404"]
    good, moved, wall, dead, *_ = rows
    assert (good["name"], good["items"], good["full"], good["etag"], good["robots"]) == ("good", 10, 1.0, True, "none")
    assert (moved["redirects"], moved["url"]) == (
        [{"url": urls["moved"], "status": 301}],
        site.url("/new", host=MOVED),
    )
    assert moved["notes"][0]["code"] == "moved"
    assert (wall["status"], wall["reason"], wall["suspicion"]) == (403, "http_403", "bot_wall")
    assert (dead["robots"], dead["crawl_delay_s"]) == ("allowed", 0.1)
