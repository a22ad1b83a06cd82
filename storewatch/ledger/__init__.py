"""The ledger: which claims the events of all articles make, who made them first, and what became of them. Pure.

:func:`claims` turns events into claims, :class:`Figures` tells what later events say about a plan, :func:`status`
where a claim stands on a day. The outcome is a function of the set of events: no order of arrival and no number that
the database gave shows in it. The rules are explained in docs/ledger.md.
"""

from storewatch.ledger.claims import claims
from storewatch.ledger.progress import Figures, status
from storewatch.ledger.subjects import FAMILIES, Subject, cell_key, family_of, kind_of, standing, subject_of

__all__ = [
    "FAMILIES",
    "Figures",
    "Subject",
    "cell_key",
    "claims",
    "family_of",
    "kind_of",
    "standing",
    "status",
    "subject_of",
]
