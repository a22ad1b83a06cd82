"""storewatch: which smartphone vendor opens, plans or closes stores, where, how many, by when, and who says so.

From Python: ``storewatch.open("storewatch.db")`` gives a :class:`storewatch.collection.Collection`.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    # Loaded on first use: `import storewatch` itself costs nothing.
    if name == "open":
        from storewatch.collection import open_collection

        return open_collection
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
