"""Which schemas this storewatch knows, without importing Alembic: opening a database must be quick.

A test compares these constants with the migrations and the views. Who adds a revision appends its id here.
"""

from __future__ import annotations

#: Alembic's table, under a name of our own: a database of another project that uses Alembic is not taken for ours.
TABLE = "storewatch_version"
#: Every revision from the first to the newest.
REVISIONS = tuple(f"{number:04}" for number in range(1, 21))
HEAD = REVISIONS[-1]
#: ``views.digest()`` at ``HEAD``.
VIEWS = "53ca1c162a48"
