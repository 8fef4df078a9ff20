"""The catalog's tables, for SQLite and PostgreSQL alike.

Times are milliseconds since 1970. Text that is sorted or compared by range has the collation of bytes, so that both
databases list in the same order. JSON is kept as text: nothing is asked of the database that SQLite cannot do.

``reports`` and ``facets`` change only where ``Ledger.reveal`` folds an entry; an edition may be seen as soon as the
counter ``visible`` has come to its sequence number.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

Sorted = Text().with_variant(Text(collation="C"), "postgresql")
"""Text in order of its bytes."""

Serial = BigInteger().with_variant(Integer(), "sqlite")
"""A number that the database gives; SQLite does so for INTEGER PRIMARY KEY alone."""

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

counters = Table(
    "counters",
    metadata,
    Column("name", Sorted, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""``assigned`` and ``visible``: one row each, so that numbers have no gap and commit in order."""

reports = Table(
    "reports",
    metadata,
    Column("id", Sorted, primary_key=True),
    Column("standing", Text, nullable=False),
    Column("labels", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("first_revision", Sorted, nullable=False),
    Column("latest", Integer),
    Column("latest_revision", Sorted),
    Column("content", Sorted),
    Column("changed", BigInteger, nullable=False, server_default="0"),
    Column("changed_at", BigInteger),
    Column("touched", BigInteger, nullable=False, server_default="0"),
    Column("editions", Integer, nullable=False, server_default="0"),
    Column("revisions", Integer, nullable=False, server_default="0"),
    Column("facts", Text),
    Column("bytes_left", Boolean, nullable=False, server_default=text("false")),
    Index("ix_reports_standing_changed", "standing", "changed", "id"),
    Index("ix_reports_standing_id", "standing", "id"),
    Index(
        "ix_reports_bytes_left",
        "id",
        sqlite_where=text("bytes_left"),
        postgresql_where=text("bytes_left"),
    ),
)
"""``content`` is the latest edition's; ``bytes_left``: erased, but its objects are not gone yet."""

revisions = Table(
    "revisions",
    metadata,
    Column("id", Sorted, primary_key=True),
    Column("report", Sorted, nullable=False),
    Column("source", Sorted, nullable=False),
    Column("source_bytes", BigInteger, nullable=False),
    Column("hints", Text, nullable=False),
    Column("profile", Text),
    Column("labels", Text, nullable=False),
    Column("name", Text),
    Column("uploader", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("parent", Sorted),
    Column("before", Text),
    Column("accepted_at", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("code", Text),
    Column("reason", Text),
    Column("settled_at", BigInteger),
    Index("ix_revisions_report_id", "report", "id"),
    Index("ix_revisions_source", "source"),
    Index(
        "ix_revisions_unsettled",
        "state",
        "id",
        sqlite_where=text("state NOT IN ('published', 'erased')"),
        postgresql_where=text("state NOT IN ('published', 'erased')"),
    ),
    Index(
        "ix_revisions_parent",
        "parent",
        sqlite_where=text("parent IS NOT NULL"),
        postgresql_where=text("parent IS NOT NULL"),
    ),
)

drafts = Table(
    "drafts",
    metadata,
    Column("revision", Sorted, nullable=False),
    Column("fingerprint", Sorted, nullable=False),
    Column("content", Sorted, nullable=False),
    Column("content_bytes", BigInteger, nullable=False),
    Column("record", Sorted, nullable=False),
    Column("record_bytes", BigInteger, nullable=False),
    Column("facts", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("held", Text),
    PrimaryKeyConstraint("revision", "fingerprint"),
    Index("ix_drafts_content", "content"),
    Index("ix_drafts_record", "record"),
    Index(
        "ix_drafts_held",
        "revision",
        sqlite_where=text("held IS NOT NULL"),
        postgresql_where=text("held IS NOT NULL"),
    ),
)
"""What a revision gives under a pipeline: unique, so that of two workers that race one wins."""

editions = Table(
    "editions",
    metadata,
    Column("report", Sorted, nullable=False),
    Column("number", Integer, nullable=False),
    Column("revision", Sorted, nullable=False),
    Column("fingerprint", Sorted, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("event", Text, nullable=False),
    Column("published_at", BigInteger, nullable=False),
    Column("reinstates", Integer),
    PrimaryKeyConstraint("report", "number"),
    Index("ix_editions_revision_fingerprint", "revision", "fingerprint"),
    Index("ix_editions_fingerprint", "fingerprint", "report"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("event", Text, nullable=False),
    Column("report", Sorted, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("edition", Integer),
    Column("revision", Sorted),
    Column("fingerprint", Sorted),
    Column("content", Sorted),
    Column("content_bytes", BigInteger, nullable=False, server_default="0"),
    Column("record", Sorted),
    Column("record_bytes", BigInteger, nullable=False, server_default="0"),
    Column("data", Text, nullable=False),
    Column("written", Boolean, nullable=False, server_default=text("false")),
    Index("ix_ledger_report_sequence", "report", "sequence"),
    Index("ix_ledger_at", "at", "sequence"),
    Index(
        "ix_ledger_unwritten",
        "sequence",
        sqlite_where=text("NOT written"),
        postgresql_where=text("NOT written"),
    ),
)

facets = Table(
    "facets",
    metadata,
    Column("name", Sorted, nullable=False),
    Column("value", Sorted, nullable=False),
    Column("report", Sorted, nullable=False),
    Column("changed", BigInteger, nullable=False),
    PrimaryKeyConstraint("name", "value", "report"),
    Index("ix_facets_changed", "name", "value", "changed", "report"),
    Index("ix_facets_report", "report"),
    Index(
        "ix_facets_access",
        "report",
        "value",
        sqlite_where=text("name = 'access'"),
        postgresql_where=text("name = 'access'"),
    ),
    sqlite_with_rowid=False,
)
"""What reports can be listed by: one row for each value, and one for each pair of values that is often asked for.
A list is a range of the primary key, in order of report ids; no filter needs a scan or a sort."""

work = Table(
    "work",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("revision", Sorted, nullable=False),
    Column("report", Sorted, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("wanted", Text, nullable=False, server_default=""),
    Column("run", BigInteger, nullable=False, server_default="0"),
    Column("state", Text, nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("created_at", BigInteger, nullable=False),
    Column("not_before", BigInteger, nullable=False, server_default="0"),
    Column("sent_at", BigInteger),
    Column("lease_until", BigInteger),
    Column("claimed_by", Text),
    Column("token", Text),
    Column("code", Text),
    Column("reason", Text),
    Column("trace", Text),
    UniqueConstraint("revision", "purpose", "wanted", "run"),
    Index(
        "ix_work_unsent",
        "queue",
        "not_before",
        "id",
        sqlite_where=text("state = 'waiting' AND sent_at IS NULL"),
        postgresql_where=text("state = 'waiting' AND sent_at IS NULL"),
    ),
    Index(
        "ix_work_sent",
        "queue",
        "sent_at",
        sqlite_where=text("state = 'waiting' AND sent_at IS NOT NULL"),
        postgresql_where=text("state = 'waiting' AND sent_at IS NOT NULL"),
    ),
    Index(
        "ix_work_claimed",
        "lease_until",
        sqlite_where=text("state = 'claimed'"),
        postgresql_where=text("state = 'claimed'"),
    ),
    Index(
        "ix_work_parked",
        "id",
        sqlite_where=text("state = 'parked'"),
        postgresql_where=text("state = 'parked'"),
    ),
)
"""The queue. ``run`` is 0 outside of renormalizations. ``trace`` is the W3C traceparent of the upload, if it was
traced: the catalog's alone, since a message carries only an id, and a trace is nobody's business after a rebuild."""

removals = Table(
    "removals",
    metadata,
    Column("key", Sorted, primary_key=True),
    Column("begun_at", BigInteger, nullable=False),
    Column("done_at", BigInteger),
)
"""Objects that are being removed or were lately: what is put under such a key meanwhile must be put again."""

runs = Table(
    "runs",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("state", Text, nullable=False),
    Column("which", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("reached", Sorted, nullable=False, server_default=""),
)

run_rows = Table(
    "run_rows",
    metadata,
    Column("run", BigInteger, nullable=False),
    Column("report", Sorted, nullable=False),
    Column("revision", Sorted, nullable=False),
    Column("state", Text, nullable=False),
    Column("before", Integer),
    Column("after", Integer),
    Column("fingerprint", Sorted),
    Column("difference", Text),
    PrimaryKeyConstraint("run", "report"),
    Index("ix_run_rows_run_state_report", "run", "state", "report"),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("scope", Sorted, nullable=False),
    Column("key", Sorted, nullable=False),
    Column("value", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("scope", "key"),
    Index("ix_idempotency_at", "at"),
)

followers = Table(
    "followers",
    metadata,
    Column("name", Sorted, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
)
"""How far each derived thing (search, subscriptions) has followed the ledger."""

sections = Table(
    "sections",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("report", Sorted, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("section", Sorted, nullable=False),
    Column("anchor", Sorted, nullable=False),
    Column("parent", Sorted),
    Column("kind", Text, nullable=False),
    Column("level", Integer, nullable=False),
    Column("ordinal", Integer),
    Column("label", Text),
    Column("heading", Text),
    Column("role", Text),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("own_end", Integer, nullable=False),
    Column("own", Text, nullable=False),
    Index("ix_sections_report", "report", "position", unique=True),
    Index("ix_sections_section", "section", "report"),
    Index("ix_sections_anchor", "anchor", "report", "position"),
    Index("ix_sections_kind_ordinal", "kind", "ordinal", "report"),
    Index(
        "ix_sections_own_trgm",
        "own",
        postgresql_using="gin",
        postgresql_ops={"own": "gin_trgm_ops"},
    ).ddl_if(dialect="postgresql"),
)
"""``own`` is label, heading and own text; the texts of all sections of a report make up its clean text.

SQLite's index is ``sections_search``, an FTS5 table without a copy of the text, kept by triggers (migration 0003).
"""
