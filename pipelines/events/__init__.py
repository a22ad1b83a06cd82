"""Facts: what a document says about vendors' stores, each with the sentence that proves it."""

from pipelines.events.finder import find_events, find_likely

__all__ = ["find_events", "find_likely"]
