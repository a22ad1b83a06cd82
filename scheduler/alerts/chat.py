"""Letters by any service that apprise knows. None of them takes an id, so it stands in the text."""

from __future__ import annotations

import logging
from importlib.util import find_spec
from typing import Any

from scheduler.alerts.rendering import plain, subject
from storewatch.types import Attempt, Letter

_MISSING = "apprise is not installed: pip install 'storewatch[alerts]'"


def knows(url: str) -> bool:
    """Is this web address one of a service that wants its own form (``https://hooks.slack.com/...``)?"""
    return find_spec("apprise") is not None and _service(url) is not None


def _service(url: str) -> Any:
    import apprise

    return apprise.Apprise.instantiate(url, suppress_exceptions=True)


def _receivers(service: Any) -> Any:
    """As an apprise of its own, which turns plain text into what the service wants."""
    import apprise

    receivers = apprise.Apprise()
    receivers.add(service)
    return receivers


def send(letter: Letter, url: str) -> Attempt:
    """Hand the letter to the service; apprise cuts it up where the service takes less at a time."""
    if find_spec("apprise") is None:
        return Attempt(ok=False, problem=_MISSING)
    service = _service(url)
    if service is None:
        return Attempt(ok=False, problem="apprise knows no such address")
    if "overflow=" not in url:
        service.overflow_mode = "split"
    receivers = _receivers(service)
    # What it could not do apprise only logs.
    heard = _Heard()
    logger = logging.getLogger("apprise")
    logger.addHandler(heard)
    try:
        ok = receivers.notify(title=subject(letter.digest), body=plain(letter), body_format="text")
    except Exception as error:  # noqa: BLE001  a plugin of a hundred and seventy; a letter waits, whatever it raises
        return Attempt(ok=False, problem=f"{service.service_name}: {type(error).__name__}: {error}")
    finally:
        logger.removeHandler(heard)
    return Attempt(ok=bool(ok), problem="" if ok else f"{service.service_name}: {heard.last or 'did not take it'}")


class _Heard(logging.Handler):
    """Keeps the last warning."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.last = record.getMessage()
