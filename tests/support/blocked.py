"""Pages that stand in the place of others, for the tests of crawler.suspicion."""

from __future__ import annotations

import json

WORDS = (
    "The company said on Tuesday that it wants to run forty shops of its own in the three largest cities by the end of "
    "next year. Until now its phones were sold by carriers and by two chains, which keep their shelves. A manager of "
    "the northern branch called the plan modest and said that rents decide where the first doors open. "
)


def page(title: str, body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def links(count: int) -> str:
    return "".join(f'<li><a href="/news/{n}">A headline about phones number {n}</a></li>' for n in range(count))


LONG = "".join(f"<p>{WORDS}</p>" for _ in range(4))
BANNER = (
    '<div id="banner"><p>We and our partners store and/or access information on a device, such as cookies.</p>'
    '<button>Accept all</button><button>Reject all</button><a href="/privacy">Privacy</a></div>'
)
RECAPTCHA = '<script src="https://www.google.com/recaptcha/api.js"></script><div class="g-recaptcha"></div>'
JSD = "<script>var d=document;d.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js';</script>"
DATA = f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle"})}</script>'
AKAMAI = page(
    "Access Denied",
    'You don\'t have permission to access "http://news.example/feed" on this server.<p>Reference #18.2f1c'
    "<p>https://errors.edgesuite.net/18.2f1c",
)
MISCREANT = page("Just a moment...", "<noscript>Enable JavaScript and cookies to continue</noscript>")
CONSENT_DE = page(
    "Ihre Privatsphäre",
    "<p>Wir und unsere 214 Partner speichern Informationen auf einem Gerät. Sie können Ihre Einwilligung jederzeit "
    "widerrufen.</p><button>Alle akzeptieren</button><a href='/abo'>Mit PUR-Abo ohne Werbung lesen</a>",
)
