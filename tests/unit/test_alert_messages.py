"""What a message looks like, as mail, text, HTML and JSON, with the worst that a page can put into it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from typing import Any

import pytest

from scheduler.alerts import sample
from scheduler.alerts.digests import stories
from scheduler.alerts.mail import Envelope, envelope_of, message, server_of
from scheduler.alerts.rendering import SUBJECT, html, plain, subject
from scheduler.alerts.webhook import body
from storewatch.errors import InputError
from storewatch.types import Ailment, Digest, Fact, Letter, News, Watch

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
#: The line before a signature (RFC 3676, 4.3) ends with a blank.
MARK = "-- "
DESK = Envelope(sender="storewatch@example.org", recipient="desk@example.org")


def fact(number: int, **more: Any) -> Fact:
    said: dict[str, Any] = {
        "article_id": number,
        "revision_id": number,
        "event_id": number,
        "story_id": 1,
        "url": f"https://outlet{number}.example/a",
        "outlet": f"outlet{number}.example",
        "title": f"Title {number}",
        "published": f"2017-07-{10 + number}",
        "vendor": "Xiaomi",
        "action": "plan",
        "store_count": 2000,
        "count_is": "at_least",
        "region": "outside China",
        "horizon": "2020",
        "certainty": "announced",
        "evidence": "Xiaomi will open 2,000 stores.",
        **more,
    }
    return Fact(**said)


def letter(*news: News, **more: Any) -> Letter:
    digest = Digest(watch="Spain", query="country:ES", every="daily", news=news, **more)
    return Letter(
        delivery_id=1, message_id="abc.1.1@storewatch.invalid", watch="Spain", target="mailto:x", digest=digest,
        created_at=AT,
    )  # fmt: skip


def new(number: int, **more: Any) -> News:
    return News(kind="new", fact=fact(number, **more))


def test_a_message_as_plain_text() -> None:
    change = News(kind="changed", fact=fact(3, story_id=2, certainty="denied"),
                  before={"certainty": "announced", "store_count": 1000, "count_is": "about"})  # fmt: skip
    ailment = Ailment(source="golem", status="blocked", evidence="answers 403", todo="Ask its owner.")
    told = plain(letter(new(2), new(1), change, News(kind="health", ailment=ailment)))
    assert (
        told
        == f"""\
Watch Spain (daily): 2 new, 1 changed, 1 of health
Query: country:ES

1. Title 1
   * Xiaomi plan 2000+, outside China, when: 2020, announced
     "Xiaomi will open 2,000 stores."
     outlet2.example, 2017-07-12: https://outlet2.example/a
     outlet1.example, 2017-07-11: https://outlet1.example/a

2. Title 3
   * changed: Xiaomi plan 2000+, outside China, when: 2020, denied
     the number was ~1000, certainty was announced
     "Xiaomi will open 2,000 stores."
     outlet3.example, 2017-07-13: https://outlet3.example/a

Health of sources
* golem is blocked: answers 403
  Ask its owner.

{MARK}
storewatch, message abc.1.1@storewatch.invalid
"""
    )


def test_a_fact_is_one_line_with_all_who_tell_it_and_another_number_another_line() -> None:
    (story,) = stories(letter(new(1), new(2), new(3, store_count=1000), new(2)).digest)
    assert [(line.fact.event_id, [one.outlet for one in line.others]) for line in story.lines] == [
        (1, ["outlet2.example"]),
        (3, []),
    ]


def test_articles_without_a_story_or_an_event_stand_alone() -> None:
    plain_article = fact(4, event_id=None, vendor=None, story_id=None, evidence=None)
    found = stories(letter(new(1, story_id=None), News(kind="new", fact=plain_article)).digest)
    assert [story.first.title for story in found] == ["Title 1", "Title 4"]
    assert "* new article" in plain(letter(News(kind="new", fact=plain_article)))


class Tags(HTMLParser):
    """The tags and links of a document, and its text."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str | None] = []
        self.text = ""
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


EVIL = "<script>alert(1)</script>\r\nBcc: all@example.org\x1b[31m\u202e\"'&amp;"


def test_nothing_from_outside_becomes_a_tag_a_header_or_a_dangerous_link() -> None:
    evil = new(1, title=EVIL, evidence=EVIL, city=EVIL, partner=EVIL, outlet=EVIL, url="javascript:alert(1)")
    one = letter(evil, News(kind="health", ailment=Ailment(source=EVIL, status=EVIL, evidence=EVIL, todo=EVIL)))
    one = replace(one, watch=EVIL, digest=replace(one.digest, watch=EVIL, query=EVIL))
    document = Tags(html(one))
    assert document.tags <= {
        "html",
        "head",
        "meta",
        "title",
        "body",
        "p",
        "br",
        "small",
        "h3",
        "ul",
        "li",
        "b",
        "i",
        "q",
    }
    assert document.links == []
    assert "<script>alert(1)</script>" in document.text
    mail = message_from_bytes(message(one, DESK).as_bytes(), policy=default)
    own = {"Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "X-Storewatch-Watch"}
    assert set(mail.keys()) == {*own, "MIME-Version", "Content-Type"}
    assert "\x1b" not in plain(one)
    assert "\u202e" not in plain(one) + html(one)


@pytest.mark.parametrize(
    "title", [pytest.param("小米之家今年将新开2000家线下门店", id="zh"), pytest.param("वनप्लस दिल्ली में स्टोर", id="hi"),
              pytest.param("x" * 5000, id="long")]
)  # fmt: skip
def test_every_script_arrives_as_it_was(title: str) -> None:
    mail = message_from_bytes(message(letter(new(1, title=title, evidence=title)), DESK).as_bytes(), policy=default)
    text, markup = mail.iter_parts()  # type: ignore[attr-defined]  # the default policy makes EmailMessage
    assert title in text.get_content()
    assert title in markup.get_content()


def test_a_repeat_is_the_same_message() -> None:
    first, second = (message(letter(new(1)), DESK) for _ in range(2))
    assert first.items()[:7] == second.items()[:7]
    assert first["Message-ID"] == "<abc.1.1@storewatch.invalid>"
    assert [part.get_content() for part in first.iter_parts()] == [part.get_content() for part in second.iter_parts()]
    assert body(letter(new(1))) == body(letter(new(1)))


def test_a_long_subject_is_cut_and_keeps_its_count() -> None:
    told = subject(letter(new(1, partner="p" * 200), new(2), number=2, of=3).digest)
    assert len(told) == SUBJECT
    assert told.endswith("… (2 new, part 2 of 3)")


def test_a_message_as_json() -> None:
    said = body(letter(new(1), new(2)))
    assert (said["id"], said["every"], said["part"], said["parts"]) == ("abc.1.1@storewatch.invalid", "daily", 1, 1)
    ((story),) = said["stories"]
    assert story["facts"][0]["store_count"] == 2000
    assert story["facts"][0]["also"] == [{"outlet": "outlet2.example", "url": "https://outlet2.example/a"}]


def test_a_sample_can_be_told() -> None:
    one = sample(Watch(name="Spain", query=None, targets=("mailto:x@example.org",)), "mailto:x@example.org", AT)
    assert "This is a test of the watch Spain" in plain(one)


@pytest.mark.parametrize(
    ("url", "host", "port", "tls"),
    [
        pytest.param("smtp://localhost", "localhost", 25, False, id="plain"),
        pytest.param("smtp://me:pw@mail.example", "mail.example", 587, False, id="submission"),
        pytest.param("smtps://me:pw@mail.example", "mail.example", 465, True, id="tls"),
        pytest.param("smtp://mail.example:2525/?to=a@b.c", "mail.example", 2525, False, id="port"),
    ],
)
def test_servers(url: str, host: str, port: int, tls: bool) -> None:
    server = server_of(url)
    assert (server.host, server.port, server.tls) == (host, port, tls)
    assert "pw" not in repr(server)


def test_a_password_is_decoded() -> None:
    assert server_of("smtp://me%40example.org:p%40ss@mail.example").password == "p@ss"


@pytest.mark.parametrize("url", [pytest.param("http://x", id="http"), pytest.param("smtp://", id="no host"),
                                 pytest.param("smtp://x:99999", id="port")])  # fmt: skip
def test_no_server(url: str) -> None:
    with pytest.raises(InputError, match="mail server: is no address"):
        server_of(url)


@pytest.mark.parametrize(
    ("url", "sender", "recipient"),
    [
        pytest.param("mailto:desk@example.org", "me@example.org", "desk@example.org", id="mailto"),
        pytest.param("smtp://h/?to=a%40b.c&from=x@y.z", "x@y.z", "a@b.c", id="smtp"),
        pytest.param("smtp://h/?to=a@b.c", "me@example.org", "a@b.c", id="usual sender"),
    ],
)
def test_envelopes(url: str, sender: str, recipient: str) -> None:
    assert envelope_of(url, "me@example.org") == Envelope(sender=sender, recipient=recipient)


@pytest.mark.parametrize(
    "url", [pytest.param("smtp://h/", id="nobody"), pytest.param("smtp://h/?to=a@b.c,d@e.f", id="two")]
)
def test_a_letter_has_one_receiver(url: str) -> None:
    with pytest.raises(InputError, match="does not name one receiver"):
        envelope_of(url, None)
