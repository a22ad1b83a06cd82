"""Certificates and proxies in real crawls."""

from __future__ import annotations

import json
from pathlib import Path

from support.certificates import self_signed
from support.crawling import article, world
from support.site import Reply, Site

RSS = "<rss version='2.0'><channel><title>x</title><item><title>t</title><link>{}</link></item></channel></rss>"


def test_certificates_that_are_not_valid(tmp_path: Path) -> None:
    crawls = world(tmp_path)
    with Site(hosts=2, tls=self_signed(tmp_path, "127.0.0.1")) as site:
        unknown, misnamed = site.feed("/feed", ["/1"]), site.feed("/feed", [], host=1)
        site.add("/1", article(4))
        outcome = crawls.crawl([unknown, misnamed])
        assert outcome.exit_code == 1
        first, second = sorted(outcome.lines)
        assert first.endswith(f"<{unknown}>: no secure connection could be made: certificate verify failed")
        assert second.endswith(f"<{misnamed}>: no secure connection could be made: the certificate is for another name")
        assert set(crawls.polls(outcome.run_id).values()) == {("failed", "tls")}
        assert site.log == []
        trusting = crawls.crawl([unknown], FETCH__VERIFY_CERTIFICATES="false")
    assert trusting.exit_code == 0
    assert crawls.rows("SELECT count(*) FROM v_articles") == [(1,)]


def test_everything_goes_through_the_proxy_and_nothing_inside(tmp_path: Path) -> None:
    with Site() as proxy:
        # A proxy is asked for whole addresses; its own is private, which is fine.
        proxy.add("http://paper.test/feed", Reply(RSS.format("http://paper.test/1"), content_type="text/xml"))
        proxy.add("http://paper.test/1", article(6))
        proxy.add("http://paper.test/inside", Reply(status=302, headers={"Location": "http://127.0.0.1:1/"}))
        crawls = world(tmp_path, FETCH__ALLOW_PRIVATE_ADDRESSES="false", FETCH__PROXY=proxy.url("").rstrip("/"))
        outcome = crawls.crawl(["http://paper.test/feed"])
        assert (outcome.exit_code, outcome.lines) == (0, ())
        assert crawls.rows("SELECT url FROM v_articles") == [("http://paper.test/1",)]
        assert {asked.path for asked in proxy.log} == {
            "http://paper.test/robots.txt",
            "http://paper.test/feed",
            "http://paper.test/1",
        }
        result = crawls.scrapy("crawl", "page", "-a", "url=http://paper.test/inside http://10.1.2.3/", "-a", "store=0")
    reasons = {line["url"]: line["reason"] for line in map(json.loads, result.stdout.splitlines())}
    assert set(reasons.values()) == {"address_refused"}
    assert len(reasons) == 2
