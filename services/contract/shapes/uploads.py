"""The way in: receipts, and what became of a revision."""

from __future__ import annotations

from typing import Any, Literal

from ..kinds import RevisionState
from ..typed import NotRequired, TypedDict
from .problems import Problem


class SourceBytes(TypedDict):
    """The bytes of an upload."""

    sha256: str
    bytes: int


class Receipt(TypedDict):
    """An upload is durable. ``known``: the report's newest revision is just this."""

    report: str
    revision: str
    outcome: Literal["new", "known"]
    state: RevisionState
    source: SourceBytes
    follow: str
    href: str


class FileResult(TypedDict):
    """A receipt with the file's name, or the problem of this file alone."""

    name: str
    problem: NotRequired[Problem]
    report: NotRequired[str]
    revision: NotRequired[str]
    outcome: NotRequired[Literal["new", "known", "expanded"]]
    state: NotRequired[RevisionState]
    source: NotRequired[SourceBytes]
    follow: NotRequired[str]
    href: NotRequired[str]


class ArchiveReceipt(TypedDict):
    """An archive was unpacked at the door; each member has a result of its own."""

    report: str
    outcome: Literal["expanded"]
    source: SourceBytes
    members: list[FileResult]
    href: str


class UploadResult(FileResult):
    """What became of one file of a form; an archive has ``members``."""

    members: NotRequired[list[FileResult]]


class Uploads(TypedDict):
    """A result for each file of a form, in order."""

    uploads: list[UploadResult]


class UploadPromise(TypedDict):
    """PUT the bytes to ``put`` before ``expires_at``, then POST to ``complete``."""

    upload: str
    put: str
    expires_at: str
    complete: str


class PublishedAs(TypedDict):
    """The edition that a revision gave."""

    number: int
    title: str | None
    grade: str
    content: str
    record: str
    href: str


class ListedRevision(TypedDict):
    """(report, source, hints), and what became of it."""

    revision: str
    report: str
    state: RevisionState
    code: str | None
    reason: str | None
    source: SourceBytes
    hints: dict[str, Any]
    labels: list[str]
    profile: str | None
    name: str | None
    by: str
    origin: str
    parent: str | None
    accepted_at: str
    settled_at: str | None
    follow: str


class Revision(ListedRevision):
    """A revision with its attempts, its edition and the revisions that were made of its parts."""

    attempts: int
    edition: PublishedAs | None
    children: list[ListedRevision]


class Revisions(TypedDict):
    """Revisions; ``cursor`` where they come in pages."""

    revisions: list[ListedRevision]
    cursor: NotRequired[str | None]


class Hastened(TypedDict):
    """The scan of the bucket begins now."""

    hastened: bool
