"""Where: cities, countries, states and wider regions named in a text.

``find_places`` gives canonical English city names and ISO 3166-1 codes for names in the topic's languages, inflected
forms and exonyms included (в Москве, w Warszawie, İstanbul'da, Mailand, 慕尼黑). The data is described in
data/README.md.
"""

from pipelines.places.finder import find_places
from pipelines.places.model import Place

__all__ = ["Place", "find_places"]
