"""Letters by mail, spoken to the server directly: apprise makes a new Message-ID each time, ours must stay the same."""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import parse_qs, unquote, urlsplit

from scheduler.alerts.rendering import html, plain, subject
from storewatch.errors import InputError
from storewatch.types import Attempt, Letter
from storewatch.wording import one_line

#: Hosts to which nothing goes over a network: there a server's certificate proves nothing.
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PERMANENT = 500
_PORTS = {"smtp": 25, "smtps": 465}
#: Where mail is handed in with a name and a password (RFC 6409).
_SUBMISSION = 587


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A mail server and how to speak to it; ``tls``: from the first byte on."""

    host: str
    port: int
    tls: bool
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"Server({self.host}:{self.port})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who writes to whom."""

    sender: str
    recipient: str


def server_of(url: str) -> Server:
    """The server that an ``smtp://`` or ``smtps://`` URL means.

    :raises InputError: for any other URL; without the URL, for it may hold a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InputError("the mail server", "is no address", hint="write smtp://HOST:PORT") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise InputError("the mail server", "is no address", hint="write smtp://HOST:PORT")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    usual = _SUBMISSION if user and parts.scheme == "smtp" else _PORTS[parts.scheme]
    return Server(host=parts.hostname, port=port or usual, tls=parts.scheme == "smtps", user=user, password=password)


def envelope_of(url: str, sender: str | None) -> Envelope:
    """Who is named in ``mailto:ADDRESS`` or in ``smtp://HOST/?to=ADDRESS&from=ADDRESS``.

    :raises InputError: where it is not one receiver.
    """
    asked = parse_qs(urlsplit(url).query)
    to = [unquote(url.removeprefix("mailto:"))] if url.startswith("mailto:") else asked.get("to", [])
    recipients = [one.strip() for value in to for one in value.split(",") if one.strip()]
    if len(recipients) != 1 or "@" not in recipients[0]:
        raise InputError("the address", "does not name one receiver", hint="write smtp://HOST/?to=desk@example.org")
    own = asked.get("from", [sender or f"storewatch@{socket.getfqdn()}"])[0]
    return Envelope(sender=one_line(own), recipient=one_line(recipients[0]))


def message(letter: Letter, envelope: Envelope) -> EmailMessage:
    """The letter as a mail: whenever it is made, only the boundary between its parts is another. Pure."""
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = f"<{letter.message_id}>"
    mail["Date"] = format_datetime(letter.created_at)
    mail["From"] = envelope.sender
    mail["To"] = envelope.recipient
    mail["Subject"] = subject(letter.digest)
    # RFC 3834: no out-of-office answers, please.
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Storewatch-Watch"] = one_line(letter.watch)
    mail.set_content(plain(letter))
    mail.add_alternative(html(letter), subtype="html")
    return mail


def send(letter: Letter, server: Server, envelope: Envelope, timeout_s: float) -> Attempt:
    """Hand the letter in. It counts as sent from the moment at which the server has taken it."""
    mail = message(letter, envelope)
    try:
        with _connected(server, timeout_s) as connection:
            connection.sendmail(envelope.sender, [envelope.recipient], mail.as_bytes())
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        return _refused(code, said)
    except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
        return _refused(error.smtp_code, error.smtp_error)
    except smtplib.SMTPResponseException as error:
        # Its greeting, or the name and password: that can be put right, and the letter is not to blame.
        return Attempt(ok=False, problem=f"the mail server said {error.smtp_code} {_text(error.smtp_error)}")
    except (smtplib.SMTPException, OSError) as error:
        return Attempt(
            ok=False, problem=f"the mail server {server.host}:{server.port}: {error or type(error).__name__}"
        )
    return Attempt(ok=True)


class _Session:
    """A connection that is ready for letters. What goes wrong while it is closed is of no account."""

    def __init__(self, connection: smtplib.SMTP) -> None:
        self._connection = connection

    def __enter__(self) -> smtplib.SMTP:
        return self._connection

    def __exit__(self, *_: object) -> None:
        with suppress(smtplib.SMTPException, OSError):
            self._connection.quit()
        self._connection.close()


def _connected(server: Server, timeout_s: float) -> _Session:
    # Whom to trust is read only where it is asked for: that takes longer than handing in the letter.
    connection: smtplib.SMTP
    if server.tls:
        connection = smtplib.SMTP_SSL(server.host, server.port, timeout=timeout_s, context=ssl.create_default_context())
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=timeout_s)
    try:
        connection.ehlo_or_helo_if_needed()
        if not server.tls and server.host not in LOOPBACK:
            if connection.has_extn("starttls"):
                connection.starttls(context=ssl.create_default_context())
                connection.ehlo()
            elif server.password:
                raise smtplib.SMTPException("offers no encryption, so it gets no password")
        if server.user:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return _Session(connection)


def _refused(code: int, said: bytes | str) -> Attempt:
    problem = f"the mail server said {code} {_text(said)}"
    return Attempt(ok=False, problem=problem, permanent=code >= _PERMANENT)


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
