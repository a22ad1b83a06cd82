"""Searching: the folded words of every present text, and the engine's own index of them."""

import sqlalchemy as sa
from alembic import op

from storewatch.db import searching
from storewatch.db.columns import Id, Text

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_texts",
        sa.Column("article_id", Id, nullable=False),
        sa.Column("title", Text, nullable=False),
        sa.Column("body", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.article_id"], name=op.f("fk_search_texts_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_search_texts")),
    )
    op.create_index(op.f("ix_events_country_action"), "events", ["country", "action"])
    connection = op.get_bind()
    postgresql = connection.dialect.name == "postgresql"
    for statement in searching.POSTGRESQL_DDL if postgresql else searching.SQLITE_DDL:
        connection.exec_driver_sql(statement)
    searching.index_missing(connection)
