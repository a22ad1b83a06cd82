"""What all tables share: the metadata, and columns that come in the same form again and again."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, MetaData

from storewatch.db.columns import Id, Text, UtcTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def moment(name: str) -> tuple[Column[object], ...]:
    """The three columns of a ``Moment``: the first instant that fits, the page's own zone, how much was said."""
    return (
        Column(f"{name}_at", UtcTime),
        Column(f"{name}_offset_min", Integer),
        Column(f"{name}_precision", Text),
    )


def refers(name: str, target: str, *, on_delete: str, nullable: bool = False) -> Column[object]:
    """A reference to another table's key."""
    return Column(name, Id, ForeignKey(target, ondelete=on_delete), nullable=nullable)
