"""Scrapy's settings, made from storewatch's configuration. The only place that maps one to the other.

Where a value has a reason of its own, the reason stands beside it.
"""

from __future__ import annotations

import sys
from importlib.metadata import version

from crawler.logs import take_over
from storewatch import logs
from storewatch.config import load
from storewatch.errors import ConfigError

try:
    _config = load().config
except ConfigError as error:
    # Scrapy would show a traceback; the message says all there is to say.
    sys.stderr.write(logs.spoken(f"storewatch: {error}", level="ERROR") + "\n")
    raise SystemExit(error.exit_code) from None
_fetch = _config.fetch
logs.use(_config.log.format, listen=False)
take_over()

BOT_NAME = "storewatch"
SPIDER_MODULES = ["crawler.spiders"]
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

_contact = f" (+{_fetch.contact})" if _fetch.contact else ""
USER_AGENT = _fetch.user_agent or f"storewatch/{version('storewatch')}{_contact}"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
}

# How many at a time. One item task per response instead of 100 nearly halves the CPU per page (scrapy issue 5182).
CONCURRENT_ITEMS = 1
CONCURRENT_REQUESTS = _fetch.concurrency
# Two, so that one page that hangs does not hold up its host; the delay between their starts is kept all the same.
CONCURRENT_REQUESTS_PER_DOMAIN = 2 if _fetch.delay_s else 4
DOWNLOAD_DELAY = _fetch.delay_s
DOWNLOAD_DELAY_JITTER = 0.0
# Name resolution blocks a thread; with the default of 10, 276 names without a network would take minutes.
REACTOR_THREADPOOL_MAXSIZE = 64
# Resolves IPv6 too; how long it may take is bounded by DOWNLOAD_TIMEOUT.
TWISTED_DNS_RESOLVER = "scrapy.resolver.CachingHostnameResolver"

# How much and how long.
DOWNLOAD_TIMEOUT = _fetch.timeout_s
DOWNLOAD_MAXSIZE = _fetch.max_bytes
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = True
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False
RETRY_TIMES = 2
RETRY_HTTP_CODES = [500, 502, 504, 522, 524]
# What may be gone a second later. Names, time-outs and refused connections cost as much again and wait for the next
# poll; 429 and 503 say themselves when to come back, or wait for it too.
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.ResponseDataLossError",
    "twisted.internet.error.ConnectionLost",
    "twisted.internet.error.ConnectionDone",
]
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"

# Whom to trust. Scrapy verifies no certificates by default, and runs any Python sent to its control port.
DOWNLOAD_VERIFY_CERTIFICATES = _fetch.verify_certificates
ALLOW_PRIVATE_ADDRESSES = _fetch.allow_private_addresses
PROXY = _fetch.proxy
HTTPPROXY_ENABLED = _fetch.proxy is not None
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
COOKIES_ENABLED = False
ROBOTSTXT_OBEY = False  # RobotsMiddleware does it: Scrapy's own lets everything through when robots.txt fails
# What runs is named here, all of it: what Scrapy would add by itself costs a fifth of a crawl's start and of each
# request, also where it is switched off (it is imported all the same).
DOWNLOAD_HANDLERS_BASE: dict[str, str] = {}
DOWNLOAD_HANDLERS = {
    "http": "crawler.handlers.GuardedHandler",
    "https": "crawler.handlers.GuardedHandler",
}
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.RobotsMiddleware": 100,
    # Before anything that looks at a request's headers, and again for each redirect.
    "crawler.middlewares.AccessMiddleware": 200,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,
    # Nearer to the network than the retry middleware, which must not see a 429 first.
    "crawler.middlewares.RetryLaterMiddleware": 560,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
}
if _fetch.proxy:
    DOWNLOADER_MIDDLEWARES |= {
        "crawler.middlewares.ProxyMiddleware": 740,
        "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
    }
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": 700,
}
REFERER_ENABLED = True  # without it the redirect middleware warns at every start
REFERRER_POLICY = "no-referrer"
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # the database knows every URL ever seen

# What comes of it.
ITEM_PIPELINES = {
    "pipelines.stages.ProcessStage": 100,
    "pipelines.stages.StoreStage": 200,
}
EXTENSIONS_BASE: dict[str, int] = {}
EXTENSIONS = {
    "crawler.runtime.Runtime": 0,
    "crawler.middlewares.HeadersGuard": 0,
    # Both do nothing unless a Scrapy user asks for it: -s CLOSESPIDER_PAGECOUNT=10, -o items.jsonl
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,
}
# The values that `storewatch crawl` sets with -s beside the configuration.
SUMMARY = False
RESULT_FD = None

LOG_LEVEL = "WARNING"
LOG_FORMAT = "%(message)s"
STATS_DUMP = False
WARN_ON_GENERATOR_RETURN_VALUE = False  # reads the source of every callback at the start, half a second
