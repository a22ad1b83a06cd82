"""The thin rim: a letter to its target, by mail, to a web address, or by apprise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from storewatch.config import references
from storewatch.errors import StorewatchError
from storewatch.types import Attempt, Letter
from storewatch.wording import one_line

if TYPE_CHECKING:
    from storewatch.config import Config

Send = Callable[[Letter], Attempt]
#: Problems are shown in tables; a server may say a whole page.
_LONGEST = 500


def sender(config: Config, environ: Mapping[str, str]) -> Send:
    """What sends letters as ``config`` says, with the secrets of ``environ``. It never raises for a letter: what is
    wrong with its address or receiver is what came of the attempt, and no secret is in it."""

    def send(letter: Letter) -> Attempt:
        try:
            target = references.resolve(letter.target, environ, "to")
            server = references.resolve(config.alerts.smtp, environ, "alerts.smtp")
        except StorewatchError as error:
            return Attempt(ok=False, problem=str(error))
        try:
            attempt = _send(letter, target.text, server.text, config)
        except StorewatchError as error:
            attempt = Attempt(ok=False, problem=str(error))
        except Exception as error:  # noqa: BLE001  one letter that cannot be written must not hold up all others
            attempt = Attempt(ok=False, problem=f"{type(error).__name__}: {error}")
        problem = server.without_secrets(target.without_secrets(_without_password(attempt.problem, server.text)))
        return Attempt(
            ok=attempt.ok,
            problem=one_line(problem)[:_LONGEST],
            permanent=attempt.permanent,
            wait_s=attempt.wait_s,
        )

    return send


def _send(letter: Letter, url: str, server: str, config: Config) -> Attempt:
    scheme = url.partition(":")[0].lower()
    timeout_s = config.alerts.timeout_s
    if scheme in ("mailto", "smtp", "smtps"):
        from scheduler.alerts import mail

        own = mail.server_of(server if scheme == "mailto" else url)
        return mail.send(letter, own, mail.envelope_of(url, config.alerts.sender), timeout_s)
    from scheduler.alerts import chat

    if scheme == "http" or (scheme == "https" and not chat.knows(url)):
        from scheduler.alerts import webhook

        return webhook.send(letter, url, timeout_s)
    return chat.send(letter, url)


def _without_password(text: str, url: str) -> str:
    """Without the password of ``alerts.smtp``, which may stand in the configuration file."""
    from urllib.parse import unquote, urlsplit

    password = urlsplit(url).password
    return text.replace(unquote(password), "***").replace(password, "***") if password else text
