"""Notes in the log where a bound takes effect: each once for a connection, for what meets it comes a thousand times."""

from __future__ import annotations

import logging

from sqlalchemy import Connection

_logger = logging.getLogger(__name__)
#: So many different notes are remembered.
_MOST = 10_000


def note(connection: Connection, about: tuple[str, int], message: str, *values: object) -> None:
    """Log a warning, unless there was one ``about`` the same before."""
    told: set[tuple[str, int]] = connection.info.setdefault("storewatch_noted", set())
    if about not in told and len(told) < _MOST:
        told.add(about)
        _logger.warning(message, *values)
