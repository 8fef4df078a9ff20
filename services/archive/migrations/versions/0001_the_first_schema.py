"""The first schema: reports, revisions, drafts, editions, ledger, facets, work and renormalization runs."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SORTED: Final = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table, and the two counters of the ledger."""
    op.create_table(
        "counters",
        sa.Column("name", SORTED, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )
    op.create_table(
        "drafts",
        sa.Column("revision", SORTED, nullable=False),
        sa.Column("fingerprint", SORTED, nullable=False),
        sa.Column("content", SORTED, nullable=False),
        sa.Column("content_bytes", sa.BigInteger(), nullable=False),
        sa.Column("record", SORTED, nullable=False),
        sa.Column("record_bytes", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("revision", "fingerprint", name="pk_drafts"),
    )
    op.create_index("ix_drafts_content", "drafts", ["content"], unique=False)
    op.create_index(
        "ix_drafts_held",
        "drafts",
        ["revision"],
        unique=False,
        sqlite_where=sa.text("held IS NOT NULL"),
        postgresql_where=sa.text("held IS NOT NULL"),
    )
    op.create_index("ix_drafts_record", "drafts", ["record"], unique=False)
    op.create_table(
        "editions",
        sa.Column("report", SORTED, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", SORTED, nullable=False),
        sa.Column("fingerprint", SORTED, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("reinstates", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("report", "number", name="pk_editions"),
    )
    op.create_index("ix_editions_fingerprint", "editions", ["fingerprint", "report"], unique=False)
    op.create_index("ix_editions_revision_fingerprint", "editions", ["revision", "fingerprint"], unique=False)
    op.create_table(
        "facets",
        sa.Column("name", SORTED, nullable=False),
        sa.Column("value", SORTED, nullable=False),
        sa.Column("report", SORTED, nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", "value", "report", name="pk_facets"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_facets_changed", "facets", ["name", "value", "changed", "report"], unique=False)
    op.create_index("ix_facets_report", "facets", ["report"], unique=False)
    op.create_table(
        "followers",
        sa.Column("name", SORTED, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_followers"),
    )
    op.create_table(
        "idempotency",
        sa.Column("scope", SORTED, nullable=False),
        sa.Column("key", SORTED, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name="pk_idempotency"),
    )
    op.create_index("ix_idempotency_at", "idempotency", ["at"], unique=False)
    op.create_table(
        "ledger",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("report", SORTED, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=True),
        sa.Column("revision", SORTED, nullable=True),
        sa.Column("fingerprint", SORTED, nullable=True),
        sa.Column("content", SORTED, nullable=True),
        sa.Column("content_bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("record", SORTED, nullable=True),
        sa.Column("record_bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("written", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_ledger"),
    )
    op.create_index("ix_ledger_at", "ledger", ["at", "sequence"], unique=False)
    op.create_index("ix_ledger_report_sequence", "ledger", ["report", "sequence"], unique=False)
    op.create_index(
        "ix_ledger_unwritten",
        "ledger",
        ["sequence"],
        unique=False,
        sqlite_where=sa.text("NOT written"),
        postgresql_where=sa.text("NOT written"),
    )
    op.create_table(
        "removals",
        sa.Column("key", SORTED, nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_removals"),
    )
    op.create_table(
        "reports",
        sa.Column("id", SORTED, nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("labels", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("first_revision", SORTED, nullable=False),
        sa.Column("latest", sa.Integer(), nullable=True),
        sa.Column("latest_revision", SORTED, nullable=True),
        sa.Column("content", SORTED, nullable=True),
        sa.Column("changed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=True),
        sa.Column("touched", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("editions", sa.Integer(), server_default="0", nullable=False),
        sa.Column("revisions", sa.Integer(), server_default="0", nullable=False),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.Column("bytes_left", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
    )
    op.create_index(
        "ix_reports_bytes_left",
        "reports",
        ["id"],
        unique=False,
        sqlite_where=sa.text("bytes_left"),
        postgresql_where=sa.text("bytes_left"),
    )
    op.create_index("ix_reports_standing_changed", "reports", ["standing", "changed"], unique=False)
    op.create_index("ix_reports_standing_id", "reports", ["standing", "id"], unique=False)
    op.create_table(
        "revisions",
        sa.Column("id", SORTED, nullable=False),
        sa.Column("report", SORTED, nullable=False),
        sa.Column("source", SORTED, nullable=False),
        sa.Column("source_bytes", sa.BigInteger(), nullable=False),
        sa.Column("hints", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=True),
        sa.Column("labels", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("uploader", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("parent", SORTED, nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("accepted_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_revisions"),
    )
    op.create_index(
        "ix_revisions_parent",
        "revisions",
        ["parent"],
        unique=False,
        sqlite_where=sa.text("parent IS NOT NULL"),
        postgresql_where=sa.text("parent IS NOT NULL"),
    )
    op.create_index("ix_revisions_report_id", "revisions", ["report", "id"], unique=False)
    op.create_index("ix_revisions_source", "revisions", ["source"], unique=False)
    op.create_index(
        "ix_revisions_unsettled",
        "revisions",
        ["state", "id"],
        unique=False,
        sqlite_where=sa.text("state NOT IN ('published', 'erased')"),
        postgresql_where=sa.text("state NOT IN ('published', 'erased')"),
    )
    op.create_table(
        "run_rows",
        sa.Column("run", sa.BigInteger(), nullable=False),
        sa.Column("report", SORTED, nullable=False),
        sa.Column("revision", SORTED, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("after", sa.Integer(), nullable=True),
        sa.Column("fingerprint", SORTED, nullable=True),
        sa.Column("difference", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("run", "report", name="pk_run_rows"),
    )
    op.create_index("ix_run_rows_run_state_report", "run_rows", ["run", "state", "report"], unique=False)
    op.create_table(
        "runs",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("which", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("reached", SORTED, server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_table(
        "work",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("revision", SORTED, nullable=False),
        sa.Column("report", SORTED, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), server_default="", nullable=False),
        sa.Column("run", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_work"),
        sa.UniqueConstraint(
            "revision", "purpose", "wanted", "run", name="uq_work_revision_purpose_wanted_run"
        ),
    )
    op.create_index(
        "ix_work_claimed",
        "work",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("state = 'claimed'"),
        postgresql_where=sa.text("state = 'claimed'"),
    )
    op.create_index(
        "ix_work_parked",
        "work",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'parked'"),
        postgresql_where=sa.text("state = 'parked'"),
    )
    op.create_index(
        "ix_work_sent",
        "work",
        ["queue", "sent_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting' AND sent_at IS NOT NULL"),
        postgresql_where=sa.text("state = 'waiting' AND sent_at IS NOT NULL"),
    )
    op.create_index(
        "ix_work_unsent",
        "work",
        ["queue", "not_before", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting' AND sent_at IS NULL"),
        postgresql_where=sa.text("state = 'waiting' AND sent_at IS NULL"),
    )
    counters = sa.table("counters", sa.column("name"), sa.column("value"))
    op.bulk_insert(counters, [{"name": "assigned", "value": 0}, {"name": "visible", "value": 0}])


def downgrade() -> None:
    """Leave nothing."""
    op.drop_index(
        "ix_work_unsent",
        table_name="work",
        sqlite_where=sa.text("state = 'waiting' AND sent_at IS NULL"),
        postgresql_where=sa.text("state = 'waiting' AND sent_at IS NULL"),
    )
    op.drop_index(
        "ix_work_sent",
        table_name="work",
        sqlite_where=sa.text("state = 'waiting' AND sent_at IS NOT NULL"),
        postgresql_where=sa.text("state = 'waiting' AND sent_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_work_parked",
        table_name="work",
        sqlite_where=sa.text("state = 'parked'"),
        postgresql_where=sa.text("state = 'parked'"),
    )
    op.drop_index(
        "ix_work_claimed",
        table_name="work",
        sqlite_where=sa.text("state = 'claimed'"),
        postgresql_where=sa.text("state = 'claimed'"),
    )
    op.drop_table("work")
    op.drop_table("runs")
    op.drop_index("ix_run_rows_run_state_report", table_name="run_rows")
    op.drop_table("run_rows")
    op.drop_index(
        "ix_revisions_unsettled",
        table_name="revisions",
        sqlite_where=sa.text("state NOT IN ('published', 'erased')"),
        postgresql_where=sa.text("state NOT IN ('published', 'erased')"),
    )
    op.drop_index("ix_revisions_source", table_name="revisions")
    op.drop_index("ix_revisions_report_id", table_name="revisions")
    op.drop_index(
        "ix_revisions_parent",
        table_name="revisions",
        sqlite_where=sa.text("parent IS NOT NULL"),
        postgresql_where=sa.text("parent IS NOT NULL"),
    )
    op.drop_table("revisions")
    op.drop_index("ix_reports_standing_id", table_name="reports")
    op.drop_index("ix_reports_standing_changed", table_name="reports")
    op.drop_index(
        "ix_reports_bytes_left",
        table_name="reports",
        sqlite_where=sa.text("bytes_left"),
        postgresql_where=sa.text("bytes_left"),
    )
    op.drop_table("reports")
    op.drop_table("removals")
    op.drop_index(
        "ix_ledger_unwritten",
        table_name="ledger",
        sqlite_where=sa.text("NOT written"),
        postgresql_where=sa.text("NOT written"),
    )
    op.drop_index("ix_ledger_report_sequence", table_name="ledger")
    op.drop_index("ix_ledger_at", table_name="ledger")
    op.drop_table("ledger")
    op.drop_index("ix_idempotency_at", table_name="idempotency")
    op.drop_table("idempotency")
    op.drop_table("followers")
    op.drop_index("ix_facets_report", table_name="facets")
    op.drop_index("ix_facets_changed", table_name="facets")
    op.drop_table("facets")
    op.drop_index("ix_editions_revision_fingerprint", table_name="editions")
    op.drop_index("ix_editions_fingerprint", table_name="editions")
    op.drop_table("editions")
    op.drop_index("ix_drafts_record", table_name="drafts")
    op.drop_index(
        "ix_drafts_held",
        table_name="drafts",
        sqlite_where=sa.text("held IS NOT NULL"),
        postgresql_where=sa.text("held IS NOT NULL"),
    )
    op.drop_index("ix_drafts_content", table_name="drafts")
    op.drop_table("drafts")
    op.drop_table("counters")
