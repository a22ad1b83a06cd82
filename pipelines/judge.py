"""What an article is: its language, whether it is about the topic, and what it says."""

from __future__ import annotations

from dataclasses import replace

from pipelines import topics
from pipelines.relevance import assess
from pipelines.topics import Topic
from storewatch.types import Document, Judgement, RetailEvent

try:
    from pipelines.events import find_events
except ImportError:  # until the module lands

    def find_events(document: Document, topic: Topic) -> tuple[RetailEvent, ...]:
        return ()


def judge(document: Document, topic: Topic | None = None) -> Judgement:
    """The verdict on ``document`` and, unless it is rejected, its events. Never raises on any text.

    Without ``topic`` the shipped one is used; a document without ``lang`` is read in the language its text is in.
    Offsets refer to ``document.title`` and ``document.text`` as they came. Raises TopicError when the shipped topic
    cannot be loaded.
    """
    topic = topic or topics.load()
    if document.lang is None:
        document = replace(document, lang=_language(document))
    verdict = assess(document, topic)
    if verdict.verdict == "rejected":
        return Judgement(verdict=verdict)
    return Judgement(verdict=verdict, events=find_events(document, topic))


def _language(document: Document) -> str | None:
    # Imported late: the module's package brings the extractor, which takes a quarter of a second to load.
    from pipelines.extract.language import identify

    return identify(document.text, title=document.title)
