"""Preparing a tree: what is removed, what is protected, what is repaired."""

from __future__ import annotations

import pytest
from lxml.html import HtmlElement

from pipelines.extract.boilerplate import kind_of, without_misleading
from pipelines.extract.mass import weigh
from pipelines.extract.prepare import hide_outside, prepare, show_outside
from pipelines.extract.tree import code_tokens, parse

LONG = "<p>" + "The vendor opened a store in the middle of the town and said that more would follow. " * 5 + "</p>"
SHORT = "<p>One more store opens in the north of the town this year.</p>"


def tree_of(body: str) -> HtmlElement:
    tree = parse(f"<!DOCTYPE html><html><head><title>t</title></head><body>{body}</body></html>")
    assert tree is not None
    return tree


def text_after(body: str) -> str:
    tree = tree_of(body)
    prepare(tree)
    return " ".join(tree.text_content().split())


SUSPECTS = [
    ("related-articles", "related"),
    ("relatedArticles", "related"),
    ("article__related-links", "related"),
    ("you-may-also-like", "related"),
    ("jp-relatedposts", "related"),
    ("lire-aussi", "related"),
    ("social-share", "share"),
    ("shareButtons", "share"),
    ("comments-area", "comments"),
    ("author-bio", "author"),
    ("post-author", "author"),
    ("breadcrumbs", "navigation"),
    ("main-menu", "navigation"),
    ("entry-content", None),
    ("unrelated", None),
    ("shareholder-news", None),
    ("commentary", None),
    ("authority", None),
    ("", None),
]


@pytest.mark.parametrize(("names", "kind"), SUSPECTS)
def test_names_speak_of_boilerplate_by_whole_parts(names: str, kind: str | None) -> None:
    assert kind_of(names) == kind


def test_misleading_names_are_told_apart() -> None:
    assert without_misleading("sidebar-grid article__content") == "article__content"
    assert without_misleading("entry-content") == "entry-content"


@pytest.mark.parametrize("names", ["related-posts", "share-bar", "author-box", "comments", "post-navigation"])
def test_a_box_with_a_boilerplate_name_and_little_text_goes(names: str) -> None:
    assert "Box" not in text_after(f'<article>{LONG}{LONG}<div class="{names}">Box <p>{SHORT}</p></div></article>')


def test_an_article_inside_a_suspicious_element_stays() -> None:
    assert "in the middle" in text_after(f'<div class="related-content">{LONG}{LONG}</div>{SHORT}')


def test_a_site_that_builds_its_articles_of_suspicious_boxes_keeps_them() -> None:
    boxes = "".join(f'<div class="next-story">{LONG}</div>' for _ in range(6))
    assert text_after(boxes).count("in the middle") == 30


def test_a_heading_of_the_first_rank_saves_its_box() -> None:
    assert "Title" in text_after(f'{LONG}<div class="share"><h1>Title</h1></div>')


def test_the_frame_of_an_article_loses_names_and_tags_that_would_throw_it_away() -> None:
    tree = tree_of(f'<header class="sidebar-grid body" style="display:none" hidden>{LONG}{LONG}</header>')
    prepare(tree)
    frame = tree.find(".//p").getparent()
    assert (frame.tag, dict(frame.attrib)) == ("div", {"class": "body"})


def test_menus_and_footers_are_no_frames_and_can_be_hidden_for_a_while() -> None:
    head, foot = f"<header>Head<nav>{LONG * 3}</nav></header>", f"<footer>{LONG * 3}</footer>"
    body = f"{head} after <main><h1>T</h1> {LONG}</main>{foot} end"
    tree = tree_of(body)
    before = tree.text_content()
    mass = weigh(tree)
    assert mass.share(tree.find(".//main")) == 1
    hidden = hide_outside(mass)
    assert " ".join(tree.text_content().split()) == f"t after T {tree_of(LONG).findtext('.//p').strip()} end"
    show_outside(hidden)
    assert tree.text_content() == before


def test_a_page_without_paragraphs_is_weighed_by_its_blocks() -> None:
    sentence = "The vendor opened a store in the middle of the town. "
    tree = tree_of(f'<div id="a">{sentence * 8}<br>{sentence * 8}</div><div id="b"><a href="/">{sentence}</a></div>')
    mass = weigh(tree)
    assert mass.share(tree.get_element_by_id("a")) > 0.9


def test_a_body_in_several_pieces_becomes_one() -> None:
    piece = f'<div class="article__body grid">{LONG}</div>'
    tree = tree_of(f'<article><div class="chunks">{piece}<div class="x">Ad</div>{piece}<hr>{piece}</div></article>')
    prepare(tree)
    assert [e.get("class") for e in tree.iter("div") if e.get("class")] == ["article-body", "x"]


def test_a_list_of_posts_is_not_one_body() -> None:
    post = f'<div class="post"><h2><a href="/x">A post</a></h2><div class="entry-content">{LONG}</div></div>'
    tree = tree_of(f'<div class="list">{post * 3}</div>')
    prepare(tree)
    assert sum(e.get("class") == "entry-content" for e in tree.iter("div")) == 3


def test_teasers_inside_an_article_go_and_updates_of_a_live_blog_stay() -> None:
    teaser = f'<article><h3><a href="/other">Other</a></h3>{SHORT}</article>'
    update = f"<article><h3>10:30 Opening</h3>{SHORT}</article>"
    assert "Other" not in text_after(f"<article>{LONG}{LONG}{teaser * 2}</article>")
    assert "Opening" in text_after(f"<article>{LONG}{LONG}{update * 2}</article>")
    assert "Other" in text_after(f"<article>{SHORT}{teaser * 6}</article>")


def test_sentences_full_of_links_lose_them_and_link_lists_keep_them() -> None:
    linked = (
        '<p>The <a href="/v">vendor</a> opened <a href="/s">a store</a> in the old town of Lyon, a paper reported.</p>'
    )
    tree = tree_of(f'<article>{LONG}{linked}<p><a href="/x">{"Another headline " * 5}.</a></p></article>')
    prepare(tree)
    assert [a.get("href") for a in tree.iter("a")] == ["/x"]


def test_text_after_an_icon_is_kept() -> None:
    tree = tree_of(f'<article>{LONG}<p>Before <i class="icon"></i>after</p></article>')
    prepare(tree)
    assert tree.xpath("string(//p[2])") == "Before after"
    assert not list(tree.iter("i"))


def test_tokens_shown_as_code_are_known() -> None:
    markup = "<p>Write</p><pre>[adrotate group=1]</pre><p><code>{loadposition x}</code> [quads id=1]</p>"
    assert code_tokens(tree_of(markup), markup) == {"[adrotate group=1]", "{loadposition x}"}


@pytest.mark.parametrize(
    "markup",
    [
        '<!DOCTYPE html PUBLIC "-//W3C//DTD/HTML" "http://x/y"><html><body><p>x</p></body></html>',
        '<html lang="de"/><body><p>x</p></body></html>',
        "<p>x",
        "<html><body><p " + " ".join(f"a{i}=v" for i in range(90_000)) + ">x</p></body></html>",
    ],
    ids=["doctype with slashes", "html closed at once", "fragment", "90,000 attributes"],
)
def test_odd_pages_are_parsed(markup: str) -> None:
    tree = parse(markup)
    assert tree is not None
    assert tree.xpath("string(//p)") == "x"


@pytest.mark.parametrize("markup", ["", "   ", "<!-- x -->"])
def test_nothing_is_nothing(markup: str) -> None:
    assert parse(markup) is None
