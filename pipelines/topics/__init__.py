"""What storewatch looks for, as data: see docs/topic.md."""

from pipelines.topics.loader import load
from pipelines.topics.model import BrandMatch, Language, Term, Topic, Vendor, VendorMatch

__all__ = ["BrandMatch", "Language", "Term", "Topic", "Vendor", "VendorMatch", "load"]
