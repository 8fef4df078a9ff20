"""The two kinds of failure at the edge of the archive: worth another try, and not.

Errors of a driver (psycopg, sqlite3, urllib3, minio, OSError) are translated where they arise; nothing above the
archive knows their names.
"""

from __future__ import annotations


class ArchiveError(Exception):
    """Base of what the archive raises on purpose. Not worth another try unless it is an UnavailableError."""


class UnavailableError(ArchiveError):
    """Object store, catalog or broker did not answer, or not in time: the same call may succeed later.

    Attributes:
        part: ``objects``, ``catalog`` or ``broker``.
    """

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(f"{part} unavailable: {reason}")
        self.part = part
        self.reason = reason


class NoRoomError(UnavailableError):
    """A part answers, and has no room left: the same call succeeds once somebody has made some."""


class ObjectMissingError(ArchiveError):
    """The object store has no object of this key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"no object {key!r}")
        self.key = key


class ObjectDamagedError(ArchiveError):
    """The bytes under a key named by a digest do not have that digest."""

    def __init__(self, key: str, found: str) -> None:
        super().__init__(f"object {key!r} holds bytes whose SHA-256 is {found}")
        self.key = key


class KeyRefusedError(ArchiveError):
    """A key that the object stores cannot all hold (empty segment, ``..``, too long, NUL)."""


class ReportIdError(ArchiveError):
    """Not a report id; the message says which rule it breaks."""


class LabelError(ArchiveError):
    """Not a label; the message says which rule it breaks."""


class DigestMismatchError(ArchiveError):
    """The bytes that arrived do not have the digest or size that was declared for them."""


class TooLargeError(ArchiveError):
    """More bytes arrived than the limit allows.

    Attributes:
        limit: the limit in bytes.
    """

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


class ReportUnknownError(ArchiveError):
    """No report of this id (or none that the asker may know of)."""

    def __init__(self, report: str) -> None:
        super().__init__(f"no report {report!r}")
        self.report = report


class ReportClosedError(ArchiveError):
    """The report was withdrawn (restore it first) or erased (final); it takes no new revision.

    Attributes:
        standing: ``withdrawn`` or ``erased``.
    """

    def __init__(self, report: str, standing: str) -> None:
        super().__init__(f"report {report!r} is {standing}")
        self.report = report
        self.standing = standing


class StandingError(ArchiveError):
    """What was asked does not fit how things stand: to restore what is not withdrawn, to release what is not held."""


class ClaimLostError(ArchiveError):
    """The lease ran out and another worker may have the item: stop, and write nothing more for it."""


class SettingsError(ArchiveError):
    """A setting that cannot work; the message says what to do."""


class MigrationError(ArchiveError):
    """The catalog has another schema than this release needs; the message names the command that mends it."""


class RemovedMeanwhileError(ArchiveError):
    """An object was removed (erased, swept) between being put and being named: put it again.

    Attributes:
        key: the object's key.
    """

    def __init__(self, key: str) -> None:
        super().__init__(f"object {key!r} was removed meanwhile")
        self.key = key
