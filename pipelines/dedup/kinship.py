"""Everything that the store needs of this package to keep text groups: it may not import it, so it is handed this."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pipelines.dedup import groups, sketch
from pipelines.dedup.compare import MERGING, Likeness, Relation, relate
from pipelines.dedup.words import analyse, words
from storewatch.types import Kinsman


class Kinship:
    """Stateless; ``storewatch.db.grouping.Kinship`` describes it."""

    #: Likenesses that make two texts one group.
    merging = MERGING
    #: Shared runs that make two texts worth a comparison.
    enough = sketch.ENOUGH

    def words(self, text: str) -> int:
        return len(words(text))

    def keys(self, title: str, text: str) -> frozenset[int]:
        return sketch.keys(analyse(title, text))

    def is_special(self, key: int) -> bool:
        return sketch.is_special(key)

    def relate(self, title_a: str, text_a: str, title_b: str, text_b: str) -> Relation:
        return relate(title_a, text_a, title_b, text_b)

    def arrange(
        self, members: Sequence[Kinsman], likeness: Callable[[int, int], Likeness]
    ) -> Mapping[int, tuple[int, Likeness]]:
        """For each article the one it is shown with, and what it is to that."""
        plain = [groups.Member(key=m.article_id, words=m.words, rank=m.rank) for m in members]
        roles = groups.arrange(plain, likeness)
        return {article_id: (role.leader, role.likeness) for article_id, role in roles.items()}


kinship = Kinship()
