"""Where reports are kept: objects (a folder or S3), catalog (SQL), ledger.

Start here:

* ``open_archive(settings)`` gives an ``Archive`` with ``objects``, ``catalog`` and ``settings``;
* ``accept`` and ``amend`` take something in; ``publish`` makes a draft visible; ``withdraw``, ``restore``,
  ``erase`` and ``release`` change a report's standing;
* ``catalog.reports`` is what consumers may see, ``catalog.ledger.events`` the feed, ``catalog.ledger.head()`` the
  one number to poll; ``catalog.queue`` is the work, ``catalog.runs`` renormalization, ``catalog.database`` the way
  to tables of other rooms.
"""

from ..contract.kinds import EventKind, Queue, RevisionState, Scope, Standing
from .access import SCOPES, Audit, AuditEntry, Key, Keys
from .archive import Archive, open_archive
from .catalog import Catalog, Intake, Ledger, Reports, Runs, WorkQueue
from .database import Database
from .entries import LedgerReader, entries_from_json, entry_json
from .errors import (
    ArchiveError,
    ClaimLostError,
    DigestMismatchError,
    KeyRefusedError,
    LabelError,
    MigrationError,
    NoRoomError,
    ObjectDamagedError,
    ObjectMissingError,
    ReportClosedError,
    ReportIdError,
    ReportUnknownError,
    SettingsError,
    StandingError,
    TooLargeError,
    UnavailableError,
)
from .intake import Incoming, accept, adopt, amend
from .names import (
    check_labels,
    check_report_id,
    content_key,
    inbox_key,
    is_revision_id,
    is_sha256,
    ledger_key,
    record_key,
    revision_key,
    source_key,
)
from .objects import Objects, ObjectStat, check_key
from .packing import packed
from .publishing import Making, publish, publish_together, store, write_entry
from .rejecting import RejectionNote, note_rejection
from .revision_objects import read_revision, revision_from_json, revision_json
from .runs import Difference, Run, RunFilter, RunRow
from .sections import FoundSection, SectionFilter, SectionIndex
from .settings import Settings, load_settings
from .sql.touched import Touched, TouchedOnServer, close_touched, open_touched
from .standing import erase, held_of, release, release_report, restore, withdraw
from .subscriptions import Subscription, Subscriptions
from .times import from_rfc3339, to_rfc3339
from .values import (
    GRADES,
    QUEUES,
    Accepted,
    Claim,
    Draft,
    Event,
    Facts,
    Head,
    Page,
    PublishedEdition,
    Purpose,
    QueueStatus,
    Report,
    ReportFilter,
    Revision,
    WorkItem,
    WorkState,
)
from .variables import unknown_variables

__all__ = [
    "GRADES",
    "QUEUES",
    "SCOPES",
    "Accepted",
    "Archive",
    "ArchiveError",
    "Audit",
    "AuditEntry",
    "Catalog",
    "Claim",
    "ClaimLostError",
    "Database",
    "Difference",
    "DigestMismatchError",
    "Draft",
    "Event",
    "EventKind",
    "Facts",
    "FoundSection",
    "Head",
    "Incoming",
    "Intake",
    "Key",
    "KeyRefusedError",
    "Keys",
    "LabelError",
    "Ledger",
    "LedgerReader",
    "Making",
    "MigrationError",
    "NoRoomError",
    "ObjectDamagedError",
    "ObjectMissingError",
    "ObjectStat",
    "Objects",
    "Page",
    "PublishedEdition",
    "Purpose",
    "Queue",
    "QueueStatus",
    "RejectionNote",
    "Report",
    "ReportClosedError",
    "ReportFilter",
    "ReportIdError",
    "ReportUnknownError",
    "Reports",
    "Revision",
    "RevisionState",
    "Run",
    "RunFilter",
    "RunRow",
    "Runs",
    "Scope",
    "SectionFilter",
    "SectionIndex",
    "Settings",
    "SettingsError",
    "Standing",
    "StandingError",
    "Subscription",
    "Subscriptions",
    "TooLargeError",
    "Touched",
    "TouchedOnServer",
    "UnavailableError",
    "WorkItem",
    "WorkQueue",
    "WorkState",
    "accept",
    "adopt",
    "amend",
    "check_key",
    "check_labels",
    "check_report_id",
    "close_touched",
    "content_key",
    "entries_from_json",
    "entry_json",
    "erase",
    "from_rfc3339",
    "held_of",
    "inbox_key",
    "is_revision_id",
    "is_sha256",
    "ledger_key",
    "load_settings",
    "note_rejection",
    "open_archive",
    "open_touched",
    "packed",
    "publish",
    "publish_together",
    "read_revision",
    "record_key",
    "release",
    "release_report",
    "restore",
    "revision_from_json",
    "revision_json",
    "revision_key",
    "source_key",
    "store",
    "to_rfc3339",
    "unknown_variables",
    "withdraw",
    "write_entry",
]
