"""How the sources' health has changed since a watch last looked. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from storewatch.types import Ailment


def changes(told: Mapping[str, str], ailing: Mapping[str, tuple[str, str, str]]) -> tuple[Ailment, ...]:
    """What is to be told: sources that fell ill, whose status is another one, or that are well again.

    :param told: the status that was told last, by source.
    :param ailing: status, evidence and what to do of the sources that are not well now.
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
