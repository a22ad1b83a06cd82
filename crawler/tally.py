"""The numbers of a run while it runs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields

from storewatch.types import RunCounts


@dataclass(slots=True)
class Tally:
    """The numbers of a run while it runs; the fields of :class:`RunCounts`, mutable."""

    sources_due: int = 0
    polls_ok: int = 0
    polls_unchanged: int = 0
    polls_failed: int = 0
    polls_failed_known: int = 0
    pages_new: int = 0
    pages_fetched: int = 0
    pages_failed: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    extracted: int = 0
    judged: Counter[str] = field(default_factory=Counter)
    relevant: int = 0
    uncertain: int = 0
    copies: int = 0
    revisions: int = 0
    events: int = 0
    storage_errors: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    audited: int = 0
    audit_found: int = 0
    rechecked: int = 0
    unchanged: int = 0
    revised: int = 0
    gone: int = 0
    trivial_edits: int = 0
    pages_leased: int = 0  # for the progress bar only

    def poll_failed(self, reason: str) -> None:
        self.polls_failed += 1
        self.errors[reason] += 1

    def page_failed(self, reason: str) -> None:
        self.pages_failed += 1
        self.errors[reason] += 1

    def storage_failed(self) -> None:
        self.storage_errors += 1
        self.errors["storage"] += 1

    def counts(self) -> RunCounts:
        values = {one.name: getattr(self, one.name) for one in fields(RunCounts)}
        by_kind = {name: dict(values[name]) for name in ("rejected", "judged", "errors")}
        return RunCounts(**values | by_kind)
