"""Is an article about the topic?"""

from pipelines.relevance.verdict import assess

__all__ = ["assess"]
