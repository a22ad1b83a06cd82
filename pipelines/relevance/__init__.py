"""Is an article about the topic?"""

from pipelines.relevance.verdict import assess, weigh

__all__ = ["assess", "weigh"]
