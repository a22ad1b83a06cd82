"""``storewatch demo``: the whole thing in a minute, without the internet."""

from __future__ import annotations

from typing import TextIO


def run_demo(*, db: str | None, keep: bool, out: TextIO, err: TextIO) -> int:
    """Serve a small press world on loopback, crawl it twice, show the answers; see ``storewatch.demo.run``."""
    from storewatch.demo.run import run_demo as run

    return run(db=db, keep=keep, out=out, err=err)


__all__ = ["run_demo"]
