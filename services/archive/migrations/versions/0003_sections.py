"""The sections of every report's latest edition, with their search index. Derived data: nothing is lost with it."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SORTED: Final = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SQLITE_SEARCH: Final = (
    "CREATE VIRTUAL TABLE sections_search USING fts5(own, content='sections', content_rowid='id', tokenize='trigram')",
    (
        "CREATE TRIGGER sections_search_added AFTER INSERT ON sections BEGIN "
        "INSERT INTO sections_search(rowid, own) VALUES (new.id, new.own); END"
    ),
    (
        "CREATE TRIGGER sections_search_removed AFTER DELETE ON sections BEGIN "
        "INSERT INTO sections_search(sections_search, rowid, own) VALUES ('delete', old.id, old.own); END"
    ),
)


def upgrade() -> None:
    """Make the table and its index."""
    op.create_table(
        "sections",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("report", SORTED, nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("section", SORTED, nullable=False),
        sa.Column("anchor", SORTED, nullable=False),
        sa.Column("parent", SORTED, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("heading", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("own_end", sa.Integer(), nullable=False),
        sa.Column("own", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sections"),
    )
    op.create_index("ix_sections_report", "sections", ["report", "position"], unique=True)
    op.create_index("ix_sections_section", "sections", ["section", "report"], unique=False)
    op.create_index("ix_sections_kind_ordinal", "sections", ["kind", "ordinal", "report"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        # A server without its contrib modules searches all the same, by reading: right, and slow.
        available = sa.text("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
        if op.get_bind().execute(available).first() is None:
            return
        op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        op.create_index(
            "ix_sections_own_trgm",
            "sections",
            ["own"],
            postgresql_using="gin",
            postgresql_ops={"own": "gin_trgm_ops"},
        )
    else:
        for statement in SQLITE_SEARCH:
            op.execute(statement)


def downgrade() -> None:
    """Drop them; following the ledger from its beginning makes them anew."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE sections_search")
    op.drop_table("sections")
    op.execute("DELETE FROM followers WHERE name = 'sections'")
