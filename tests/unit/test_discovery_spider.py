"""What the spider ``discover`` does when an address does not answer."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError
from twisted.python.failure import Failure

from crawler.spiders.discover import DiscoverSpider


class Runtime:
    """Of a crawl's runtime, what the spider calls here."""

    code = 0

    def fail_with(self, code: int) -> None:
        self.code = code


@pytest.mark.parametrize(
    ("asked", "url", "error", "again"),
    [
        pytest.param(
            "a.example", "https://a.example", DownloadConnectionRefusedError, ["http://a.example"], id="no TLS"
        ),
        pytest.param("a.example", "http://a.example", DownloadConnectionRefusedError, [], id="neither answers"),
        pytest.param(
            "https://a.example", "https://a.example", DownloadConnectionRefusedError, [], id="HTTPS asked for"
        ),
        pytest.param("a.example", "https://a.example", CannotResolveHostError, [], id="no such host"),
    ],
)
def test_a_site_without_a_scheme_is_tried_without_https(
    asked: str, url: str, error: type[Exception], again: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    spider: Any = DiscoverSpider(url=asked)
    spider.runtime = Runtime()
    failure: Any = Failure(error("no"))
    failure.request = spider._request(asked, url)
    assert [request.url for request in asyncio.run(spider.on_failed(failure))] == again
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["asked"], line["url"]) for line in lines] == ([] if again else [(asked, None)])
    assert spider.runtime.code == (0 if again else 1)
