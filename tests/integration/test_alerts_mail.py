"""Mail to servers that want encryption and a password, over real connections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.certificates import self_signed
from support.receivers import Mailbox

from scheduler.alerts import sample, send_samples
from scheduler.alerts.sending import sender
from storewatch.config import Config, load
from storewatch.types import Attempt, Watch

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@contextmanager
def running(mailbox: Mailbox) -> Iterator[Mailbox]:
    mailbox.start()
    try:
        yield mailbox
    finally:
        mailbox.stop()


def attempt(target: str, environ: dict[str, str], smtp: str = "smtp://127.0.0.1:1") -> Attempt:
    config: Config = load(environ={"STOREWATCH_CONFIG": ""}, flags={"alerts.smtp": smtp}).config
    watch = Watch(name="Spain", query="country:ES", targets=(target,))
    return sender(config, environ)(sample(watch, target, NOW))


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A mail server with encryption and a password, whose certificate this machine trusts."""
    context = self_signed(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    with running(Mailbox(tls=context, password="geheim77")) as mailbox:
        yield mailbox


def test_a_letter_by_an_encrypted_connection_with_a_password(trusted: Mailbox) -> None:
    target = trusted.url.replace("://", "://desk:${MAIL_PASSWORD}@") + "/?to=desk@example.org&from=me@example.org"
    assert attempt(target, {"MAIL_PASSWORD": "geheim77"}) == Attempt(ok=True)
    (letter,) = trusted.letters
    assert (letter["To"], letter["From"]) == ("desk@example.org", "me@example.org")


def test_the_usual_server_may_have_a_password_too(trusted: Mailbox) -> None:
    smtp = trusted.url.replace("://", "://desk:${MAIL_PASSWORD}@")
    assert attempt("mailto:desk@example.org", {"MAIL_PASSWORD": "geheim77"}, smtp) == Attempt(ok=True)


def test_a_wrong_password_can_be_put_right_so_the_letter_waits(trusted: Mailbox) -> None:
    smtp = trusted.url.replace("://", "://desk:${MAIL_PASSWORD}@")
    done = attempt("mailto:desk@example.org", {"MAIL_PASSWORD": "falsch99"}, smtp)
    assert (done.ok, done.permanent) == (False, False)
    assert "535" in done.problem
    assert "falsch99" not in done.problem


def test_a_server_that_nobody_vouches_for_gets_no_password(tmp_path: Path) -> None:
    with running(Mailbox(tls=self_signed(tmp_path, "127.0.0.1"), password="geheim77")) as mailbox:
        done = attempt(f"smtps://desk:${{P}}@127.0.0.1:{mailbox.port}/?to=desk@example.org", {"P": "geheim77"})
        assert mailbox.passwords == []
    assert not done.ok
    assert "certificate verify failed" in done.problem


def test_nobody_at_the_mail_server() -> None:
    watch = Watch(name="Spain", query="x", targets=("mailto:a@b.example", "env:NOTHING"))
    loaded = load(environ={"STOREWATCH_CONFIG": ""}, flags={"alerts.smtp": "smtp://127.0.0.1:1"})
    told = send_samples(watch, loaded, now=NOW, environ={})
    assert [one.ok for one in told.values()] == [False, False]
    assert "127.0.0.1:1" in told["mailto:a@b.example"].problem
    assert "the variable NOTHING is not set" in told["env:NOTHING"].problem
