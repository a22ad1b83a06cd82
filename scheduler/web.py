"""The small HTTP server of ``serve``, for monitors on the same machine: ``/health`` and ``/metrics``.

It answers on 127.0.0.1 only. ``/health`` has the status 200, or 503 when storewatch is critical or its database does
not answer; ``/metrics`` is Prometheus' text format, with less in it then. Answers are kept for some seconds: each looks
at every source.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from storewatch.errors import ConfigError, DatabaseError

if TYPE_CHECKING:
    from scheduler.jobs import Context

Answer = tuple[int, str, str]
"""Status, content type and body."""

KEPT_S = 5.0
_HOST = "127.0.0.1"


@contextmanager
def answering(context: Context, port: int) -> Iterator[str]:
    """Answer on ``port`` (0: any that is free) while the block runs; gives the address, ``127.0.0.1:PORT``.

    :raises ConfigError: for a port that cannot be had.
    """
    answers: dict[str, Callable[[Context], Answer]] = {"/health": health, "/metrics": metrics}
    kept: dict[str, tuple[float, Answer]] = {}
    guard = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            status, kind, body = _answer(path) if path in answers else (404, "text/plain", "/health or /metrics\n")
            content = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Monitors ask every few seconds; nobody wants to read that."""

    def _answer(path: str) -> Answer:
        with guard:
            at, answer = kept.get(path, (float("-inf"), (0, "", "")))
            if time.monotonic() - at > KEPT_S:
                answer = answers[path](context)
                kept[path] = (time.monotonic(), answer)
            return answer

    with _server(port, Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, name="storewatch-web", daemon=True)
        thread.start()
        try:
            yield f"{_HOST}:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def _server(port: int, handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    try:
        return ThreadingHTTPServer((_HOST, port), handler)
    except OSError as error:
        hint = "choose another one, or 0 for none"
        raise ConfigError("schedule.port", f"{_HOST}:{port} cannot be had: {error.strerror}", hint=hint) from error


def health(context: Context) -> Answer:
    from scheduler.metrics import health_json
    from scheduler.reporting import current, without_database
    from storewatch.db.store import open_store

    try:
        with open_store(context.loaded.config.database.url, create=False) as store:
            found = current(store, context.loaded.config, datetime.now(UTC))
    except DatabaseError as error:
        found = without_database(context.loaded.config, error, datetime.now(UTC))
    return (503 if found.level > 1 else 200), "application/json", json.dumps(health_json(found)) + "\n"


def metrics(context: Context) -> Answer:
    from scheduler import reporting
    from scheduler.metrics import metrics_text, without_database
    from scheduler.reporting import current
    from storewatch.db.schedule import job_states
    from storewatch.db.store import open_store
    from storewatch.memory import resident_mb

    now = datetime.now(UTC)
    try:
        with open_store(context.loaded.config.database.url, create=False) as store:
            found = current(store, context.loaded.config, now)
            run = next(iter(store.runs(1)), None)
            states = job_states(store)
            waiting = sum(count for count, _ in store.waiting_hosts(now).values())
    except DatabaseError as error:
        found = reporting.without_database(context.loaded.config, error, now)
        text = without_database(found, memory_mb=resident_mb(os.getpid()))
        return 200, "text/plain; version=0.0.4", text
    text = metrics_text(found, run, states, waiting=waiting, memory_mb=resident_mb(os.getpid()))
    return 200, "text/plain; version=0.0.4", text


__all__ = ["Answer", "answering", "health", "metrics"]
