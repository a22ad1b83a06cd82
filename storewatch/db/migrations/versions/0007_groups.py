"""Text groups and stories: sketches by which similar texts are found, pairs found akin, and each article's role."""

import sqlalchemy as sa
from alembic import op

from storewatch.db.columns import Id, Text

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sketch_keys",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision_id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["revisions.revision_id"],
            name=op.f("fk_sketch_keys_revision_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", "revision_id", name=op.f("pk_sketch_keys")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_sketch_keys_revision_id"), "sketch_keys", ["revision_id"])
    op.create_table(
        "hot_keys",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_hot_keys")),
    )
    op.create_table(
        "relations",
        sa.Column("article_id", Id, autoincrement=False, nullable=False),
        sa.Column("other_id", Id, autoincrement=False, nullable=False),
        sa.Column("likeness", Text, nullable=False),
        sa.Column("detail", Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.article_id"], name=op.f("fk_relations_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["articles.article_id"], name=op.f("fk_relations_other_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "other_id", name=op.f("pk_relations")),
    )
    op.create_index(op.f("ix_relations_other_id"), "relations", ["other_id"])
    op.add_column("articles", sa.Column("words", sa.Integer(), nullable=True))
    op.add_column("articles", sa.Column("kinship", Text, nullable=True))
    for name in ("group_id", "leader_id", "shown_id", "story_id"):
        op.add_column("articles", sa.Column(name, Id, nullable=True))
        op.create_index(op.f(f"ix_articles_{name}"), "articles", [name])
    # Texts stored so far stand for themselves: each is its own group.
    itself = "group_id = article_id, leader_id = article_id, shown_id = article_id, story_id = article_id"
    op.execute(f"UPDATE articles SET {itself}, kinship = 'canonical'")
