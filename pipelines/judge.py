"""What an article is: its language, whether it is about the topic, and what it says."""

from __future__ import annotations

from dataclasses import replace

from pipelines import topics
from pipelines.relevance import weigh
from pipelines.topics import Topic
from storewatch.types import Document, Judgement


def judge(document: Document, topic: Topic | None = None) -> Judgement:
    """The verdict on ``document`` and, unless it is rejected, its events. Never raises on any text.

    Without ``topic`` the shipped one is used; a document without ``lang`` is read in the language its text is in.
    Offsets refer to ``document.title`` and ``document.text`` as they came. Raises TopicError when the shipped topic
    cannot be loaded.
    """
    if document.lang is None:
        document = replace(document, lang=_language(document))
    return weigh(document, topic or topics.load())


def _language(document: Document) -> str | None:
    # Imported late: the module's package brings the extractor, which takes a quarter of a second to load.
    from pipelines.extract.language import identify

    return identify(document.text, title=document.title)
