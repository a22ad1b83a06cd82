"""What storewatch looks for, as data: see docs/topic.md."""

from pipelines.topics.loader import load
from pipelines.topics.model import BrandMatch, HintKind, Language, Term, Topic, Vendor, VendorMatch

__all__ = ["BrandMatch", "HintKind", "Language", "Term", "Topic", "Vendor", "VendorMatch", "load"]
