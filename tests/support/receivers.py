"""Receivers of alerts on loopback: a mail server and an address of the web. They keep what they get, and can be told
how to answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


def _nothing() -> None:
    pass


class Mailbox(Controller):
    """A mail server that keeps letters. ``answers`` are given to the next letters in turn, then all are taken;
    ``hang_up``: it leaves without a word when it is said goodbye. ``taken`` is called when it has a letter and before
    it says so."""

    def __init__(self, *, tls: SSLContext | None = None, password: str = "") -> None:
        self.taken: Callable[[], None] = _nothing
        self.letters: list[EmailMessage] = []
        self.answers: list[str] = []
        self.hang_up = False
        self.passwords: list[str] = []

        def known(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
            self.passwords.append(given.password.decode())
            return AuthResult(success=given.password.decode() == password, handled=False)

        asked: dict[str, Any] = {"authenticator": known, "auth_require_tls": False}
        more = asked if password else {}
        super().__init__(_Clerk(self), hostname="127.0.0.1", port=0, ssl_context=tls, **more)

    @property
    def url(self) -> str:
        return f"smtp{'s' if self.ssl_context else ''}://127.0.0.1:{self.port}"

    @property
    def ids(self) -> list[str]:
        return [str(letter["Message-ID"]).strip("<>") for letter in self.letters]

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class _Clerk:
    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self._mailbox.answers.pop(0) if self._mailbox.answers else "250 OK"
        if answer.startswith(("250", "drop")):
            # A server that takes a letter and dies before it says so has the letter all the same.
            letter = message_from_bytes(envelope.original_content or b"", policy=default)
            assert isinstance(letter, EmailMessage)
            self._mailbox.letters.append(letter)
            self._mailbox.taken()
        if answer.startswith("drop"):
            server.transport.close()
        return answer

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self._mailbox.hang_up:
            server.transport.close()
        return "221 Bye"


class Hook:
    """An address of the web that keeps what is posted to it. ``answers`` are the next statuses in turn, then 204;
    ``taken`` as a mailbox has it."""

    def __init__(self) -> None:
        self.taken: Callable[[], None] = _nothing
        self.posts: list[tuple[str, dict[str, Any]]] = []
        self.answers: list[int] = []
        self.headers: dict[str, str] = {}
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status = owner.answers.pop(0) if owner.answers else 204
                if status < 300:
                    owner.posts.append((self.headers["Idempotency-Key"], body))
                    owner.taken()
                self.send_response(status)
                for name, value in owner.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/hook"

    @property
    def ids(self) -> list[str]:
        return [key for key, _ in self.posts]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@contextmanager
def receivers() -> Iterator[tuple[Mailbox, Hook]]:
    """Both, running."""
    mailbox, hook = Mailbox(), Hook()
    mailbox.start()
    hook.start()
    try:
        yield mailbox, hook
    finally:
        mailbox.stop()
        hook.stop()
