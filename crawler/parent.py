"""The line to the process that has started a crawl: it is told of the run, and the crawl ends when it is gone."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping

_KILLED = 137


class Parent:
    """``descriptor`` is that of an inherited socket; None where nobody waits for our word."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor

    def watch(self) -> None:
        """End at once when the process that started us is gone: nobody would read our exit code, and the next run
        would find the lock taken. Nothing is lost by it, as by any other death."""
        if self._descriptor is not None:
            asyncio.get_running_loop().add_reader(self._descriptor, os._exit, _KILLED)

    def tell(self, values: Mapping[str, object]) -> None:
        """One line of JSON."""
        if self._descriptor is not None:
            os.write(self._descriptor, (json.dumps(values) + "\n").encode())

    def leave(self, values: Mapping[str, object]) -> None:
        """The last word."""
        if self._descriptor is not None:
            asyncio.get_running_loop().remove_reader(self._descriptor)
            self.tell(values)
            os.close(self._descriptor)
            self._descriptor = None
