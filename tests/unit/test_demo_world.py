"""The demo's press world: what it promises (outlets, languages, formats, stories), and how its servers answer."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections import Counter

import pytest

from crawler.feeds import parse
from storewatch.demo import pages
from storewatch.demo.server import Site, serve
from storewatch.demo.world import DAYS, Outlet, Story, load
from storewatch.urls import url_key

WORLD = load()
LIVE = [outlet for outlet in WORLD.outlets if outlet.feed != "gone"]
STORIES = [(outlet, story) for outlet in LIVE for story in outlet.stories]


def site_of(outlet: Outlet, day: int = 1) -> Site:
    return Site(outlet=outlet, base="http://127.0.0.1:8001", day=day)


def test_the_world_is_as_wide_as_promised() -> None:
    assert len(LIVE) >= 6
    assert len({outlet.lang for outlet in LIVE}) >= 6
    assert len({outlet.feed for outlet in LIVE}) >= 6
    assert len({outlet.template for outlet in LIVE}) >= 4
    assert len(STORIES) >= 40
    expected = Counter(story.expect for _, story in STORIES)
    assert expected["relevant"] * 3 >= len(STORIES)
    assert all(expected[kind] for kind in ("copy", "robots", "gone"))
    assert any(story.edited for _, story in STORIES)
    assert any(story.day == 2 for _, story in STORIES)


@pytest.mark.parametrize(("outlet", "story"), STORIES, ids=[outlet.name + story.path for outlet, story in STORIES])
def test_relevant_stories_have_facts_and_only_they(outlet: Outlet, story: Story) -> None:
    for telling in filter(None, (story.first, story.edited)):
        assert bool(telling.facts) == (story.expect == "relevant")
        assert telling.published.tzinfo is not None


def test_a_story_has_one_address() -> None:
    keys = [url_key(f"https://{outlet.name}.example{story.path}") for outlet, story in STORIES]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("outlet", LIVE, ids=lambda outlet: outlet.name)
def test_feed_lists_the_stories_of_the_day(outlet: Outlet, day: int) -> None:
    site = site_of(outlet, day)
    answer = site.answer(outlet.feed_path)
    feed = parse(answer.body, url=site.base + outlet.feed_path, content_type=answer.content_type)
    assert not feed.skipped
    assert [entry.title for entry in feed.entries] == [telling.title for _, telling in outlet.on(day)]
    for entry in feed.entries:
        story = next(story for story in outlet.stories if story.path in entry.url)
        assert site.answer(entry.url.removeprefix(site.base)).status == (404 if story.expect == "gone" else 200)


@pytest.mark.parametrize("outlet", LIVE, ids=lambda outlet: outlet.name)
def test_page_holds_the_story_in_the_outlets_encoding(outlet: Outlet) -> None:
    for story, telling in outlet.on(2):
        html = pages.page(outlet, story, telling, base="http://127.0.0.1:8001", day=2).decode(outlet.encoding)
        assert telling.text.split("\n\n")[0].split("&")[0][:60] in html.replace("&quot;", '"').replace("&#x27;", "'")
        assert "$" not in html


def test_edited_story_changes_on_the_second_day_only() -> None:
    outlet, story = next((outlet, story) for outlet, story in STORIES if story.edited)
    assert story.on(1) == story.first
    assert story.on(2) == story.edited
    assert story.edited is not None
    assert story.edited.published == story.first.published < (story.edited.changed or story.edited.published)
    path = outlet.feed_path
    assert site_of(outlet, 1).answer(path).etag != site_of(outlet, 2).answer(path).etag


def test_copy_has_the_words_of_its_original() -> None:
    (copy,) = [story for _, story in STORIES if story.expect == "copy"]
    others = [story for _, story in STORIES if story.first.text == copy.first.text and story is not copy]
    assert [story.expect for story in others] == ["relevant"]
    assert others[0].first.published < copy.first.published


def test_tracking_parameters_lead_to_the_same_page() -> None:
    outlet = next(outlet for outlet in LIVE if outlet.tracking)
    site = site_of(outlet)
    path = outlet.stories[0].path
    assert site.answer(f"{path}&{outlet.tracking}") == site.answer(path)
    assert site.answer("/noticia.php?id=1").status == 404


def get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(url, headers=headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as response:
            return response.status, dict(response.headers), response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def test_servers_answer_like_real_ones() -> None:
    with serve(WORLD) as world:
        named = {source.name: source.url for source in world.sources()}
        assert len({url.split("/")[2] for url in named.values()}) == len(WORLD.outlets)

        url = named["taschenfunk"]
        status, headers, _ = get(url)
        assert (status, headers["Content-Type"]) == (200, "application/rss+xml")
        assert get(url, **{"If-None-Match": headers["ETag"]})[0::2] == (304, b"")
        world.turn_to(2)
        assert get(url, **{"If-None-Match": headers["ETag"]})[0] == 200

        url = named["handelsbote"]
        _, headers, _ = get(url)
        assert "ETag" not in headers
        assert get(url, **{"If-Modified-Since": headers["Last-Modified"]})[0] == 304

        assert get(named["stummelpost"])[0] == 404
        wire = world.site("highstreet-wire")
        assert b"Disallow: /members/" in get(f"{wire.base}/robots.txt")[2]
        assert b"High Street Wire" in get(f"{wire.base}/")[2]
        assert get(f"{wire.base}/nothing")[0] == 404
        assert wire.requests[-1] == ("/nothing", 404)


def test_some_feed_stands_still_on_the_second_day() -> None:
    still = [o for o in LIVE if site_of(o, 1).answer(o.feed_path).body == site_of(o, 2).answer(o.feed_path).body]
    assert still
    assert len(still) < len(LIVE)
