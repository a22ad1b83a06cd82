"""How the sources' health has changed since a watch last looked. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.health import Report
from storewatch.types import Ailment

#: What is wrong with something: its status, a sentence of evidence, another one of what to do.
Ill = tuple[str, str, str]


def of_report(found: Report) -> dict[str, Ill]:
    """What is wrong, by the source's name; by a name that no source can have (sources are slugs), what is wrong with
    all of them, with the watches' messages, or with the whole."""
    ill = {one.source: (one.status, one.evidence, one.todo) for one in found.sources if not one.well}
    if found.critical:
        ill["All sources"] = ("critical", "; ".join(found.critical), "`storewatch health` says more.")
    if found.warnings:
        todo = "`storewatch watch list --undelivered` says why."
        ill["Messages of watches"] = ("undelivered", "; ".join(found.warnings), todo)
    for check in found.system:
        if check.level:
            status = "critical" if check.level > 1 else "warning"
            ill[f"storewatch: {check.check}"] = (status, check.told, check.todo)
    return ill


def changes(told: Mapping[str, str], ailing: Mapping[str, Ill]) -> tuple[Ailment, ...]:
    """What is to be told: sources that fell ill, whose status is another one, or that are well again.

    :param told: the status that was told last, by source.
    :param ailing: what is not well now.
    """
    ill = [
        Ailment(source=source, status=status, evidence=evidence, todo=todo)
        for source, (status, evidence, todo) in ailing.items()
        if told.get(source) != status
    ]
    recovered = [
        Ailment(source=source, status="ok", evidence=f"is well again, or not asked any more (it was {status})",
                todo="Nothing.")
        for source, status in told.items()
        if status != "ok" and source not in ailing
    ]  # fmt: skip
    return (*ill, *recovered)
