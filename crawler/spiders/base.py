"""What all spiders of storewatch are to their runtime."""

from __future__ import annotations

from scrapy import Spider

from crawler.runtime import Runtime


class BaseSpider(Spider):
    """``runtime`` is set before the spider starts.

    ``stores``: it writes to the database and so takes the run lock; ``asked``: a person named what to fetch;
    ``stopping``: nothing more is to be asked for.
    """

    runtime: Runtime
    stores = True
    asked = True
    stopping = False

    @property
    def command(self) -> str:
        """What this run is called in the list of runs and by the lock."""
        return f"scrapy crawl {self.name}"
