"""Everything that the store needs to keep text groups and stories: it may not import it, so it is handed this."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pipelines import stories
from pipelines.dedup import groups, sketch
from pipelines.dedup.compare import MERGING, Likeness, Relation, relate
from pipelines.dedup.words import MAX_WORDS, analyse, words
from storewatch.types import Edit, Kinsman, Version


class Kinship:
    """Stateless; ``storewatch.db.grouping.Kinship`` and ``storewatch.db.stories.Storyteller`` describe it."""

    #: Likenesses that make two texts one group.
    merging = MERGING
    #: Shared runs that make two texts worth a comparison.
    enough = sketch.ENOUGH
    #: So many words of a text are compared.
    most_words = MAX_WORDS

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

    def classify(self, old: Version, new: Version) -> Edit:
        from pipelines.revisions import classify  # it compiles the phrases of boilerplate

        return classify(old, new)

    #: How far apart two tellings of one story may be.
    window = stories.WINDOW

    def telling(self, at: datetime | None, claims: Iterable[Mapping[str, Any]]) -> stories.Telling:
        return stories.telling(at, (stories.Claim(**claim) for claim in claims))

    def same_story(self, one: stories.Telling, other: stories.Telling) -> bool:
        return stories.same_story(one, other)

    def stories(self, tellings: Sequence[stories.Telling], joined: Sequence[tuple[int, int]]) -> list[int]:
        """The story of each telling, as the lowest index in it."""
        return stories.group(list(enumerate(tellings)), joined)


kinship = Kinship()
