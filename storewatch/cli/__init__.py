"""The command line: thin typer commands over the modules that do the work.

Importing this package imports nothing else. The commands import what they need when they run, so that
``storewatch --help`` loads neither pydantic nor SQLAlchemy, and no command loads Scrapy.
"""

from __future__ import annotations


def main() -> None:
    """The entry point of ``storewatch``."""
    from storewatch.cli.app import app

    app(prog_name="storewatch")
