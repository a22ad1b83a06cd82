"""Letters to an address of the web: one POST of JSON, with the message's id as its ``Idempotency-Key``."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from scheduler.alerts.digests import stories
from scheduler.alerts.rendering import plain, subject
from storewatch.types import Attempt, Fact, Letter

#: What a receiver may mean for now only (or until somebody puts the address right); every other 4xx is about the
#: letter itself.
_TRY_AGAIN = frozenset({401, 403, 404, 407, 408, 409, 421, 423, 424, 425, 429})
#: So much of an answer is read, to say what it was.
_ANSWER = 300


def body(letter: Letter) -> dict[str, Any]:
    """What is sent: for people ``title`` and ``text``, for programs the rest. The same whenever it is made. Pure."""
    digest = letter.digest
    return {
        "id": letter.message_id,
        "watch": digest.watch,
        "query": digest.query,
        "every": digest.every,
        "part": digest.number,
        "parts": digest.of,
        "made_at": letter.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "title": subject(digest),
        "text": plain(letter),
        "stories": [
            {
                "story_id": story.first.story_id,
                "title": story.first.title,
                "url": story.first.url,
                "facts": [
                    {"kind": line.news.kind, **_fact(line.fact), "before": dict(line.news.before)}
                    | {"also": [{"outlet": one.outlet, "url": one.url} for one in line.others]}
                    for line in story.lines
                ],
            }
            for story in stories(digest)
        ],
        "health": [
            {"source": one.source, "status": one.status, "evidence": one.evidence, "todo": one.todo}
            for one in (news.ailment for news in digest.news)
            if one is not None
        ],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in Fact.__slots__}


class _NoRedirect(HTTPRedirectHandler):
    """A redirected POST would become a GET without the letter."""

    def redirect_request(self, *_: Any) -> None:
        return None


def send(letter: Letter, url: str, timeout_s: float) -> Attempt:
    """Post the letter; any 2xx is taken as its receipt."""
    data = json.dumps(body(letter), ensure_ascii=False).encode("utf-8", "replace")
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "storewatch",
        "Idempotency-Key": letter.message_id,
    }
    try:
        request = Request(url, data=data, headers=headers, method="POST")
        with build_opener(_NoRedirect()).open(request, timeout=timeout_s) as answer:
            return _judged(answer)
    except HTTPError as error:
        with error:
            return _refused(error.code, error.headers, error.read(_ANSWER))
    except (URLError, HTTPException, OSError, ValueError) as error:
        why = getattr(error, "reason", None) or error
        return Attempt(ok=False, problem=f"the request failed: {why or type(error).__name__}")


def _judged(answer: HTTPResponse) -> Attempt:
    # The status is the receipt; what the body's end does is of no account.
    return Attempt(ok=True) if answer.status < 300 else _refused(answer.status, answer.headers, b"")


def _refused(status: int, headers: Message, said: bytes) -> Attempt:
    told = said.decode("utf-8", "replace").strip()
    return Attempt(
        ok=False,
        problem=f"HTTP {status}" + (f": {told}" if told else ""),
        permanent=400 <= status < 500 and status not in _TRY_AGAIN,
        wait_s=retry_after(headers.get("Retry-After"), datetime.now(UTC)),
    )


def retry_after(value: str | None, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for (RFC 9110, 10.2.3); None where it says nothing. Pure."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now.timestamp())
