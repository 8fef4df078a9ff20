"""The forms of all answers under ``/v1``, as the JSON objects that they are.

Within v1 members are only added (docs/promise.md): a reader ignores members that it does not know, and takes a value
of a listed kind that it does not know as one more kind.
"""

from __future__ import annotations

import sys
from typing import Any, Literal

if sys.version_info >= (3, 12):
    from typing import NotRequired, TypedDict
else:  # pydantic, which describes them for OpenAPI, asks for these before Python 3.12
    from typing_extensions import NotRequired, TypedDict  # noqa: UP035

Standing = Literal["open", "published", "withdrawn", "erased"]
EventKind = Literal[
    "added",
    "source-revised",
    "reprocessed-same",
    "reprocessed-changed",
    "reverted",
    "withdrawn",
    "restored",
    "erased",
]
RevisionState = Literal["pending", "published", "held", "rejected", "parked", "erased"]
Scope = Literal["upload", "read", "manage"]


class Region(TypedDict):
    """A place by GB/T 2260."""

    code: str
    name: str | None
    level: str | None


Years = TypedDict("Years", {"from": int, "to": int})


class StoredObject(TypedDict):
    """A content or record object: its SHA-256, its size, and where it is."""

    sha256: str
    bytes: int
    href: str


class Edition(TypedDict):
    """What is known of an edition besides its two objects; ``…/about``."""

    report: str
    number: int
    event: EventKind
    sequence: int
    published_at: str
    revision: str
    fingerprint: str
    reinstates: int | None
    content: StoredObject
    record: StoredObject
    title: str | None
    kind: str
    issuers: list[str]
    region: Region | None
    covers: Years | None
    plans: Years | None
    number_line: str | None
    issued_on: str | None
    script: str
    grade: str
    characters: int
    sections: int


class Editions(TypedDict):
    """All editions of a report, oldest first."""

    editions: list[Edition]


class Report(TypedDict):
    """A report and its latest edition. ``changed`` is the sequence of the last change of its text."""

    id: str
    labels: list[str]
    standing: Standing
    created_at: str
    changed: int | None
    changed_at: str | None
    editions: int
    revisions: int
    latest: Edition | None
    href: str


class Reports(TypedDict):
    """A page of reports; ``cursor`` is null on the last one."""

    reports: list[Report]
    cursor: str | None


class FilterValue(TypedDict):
    """A value that a filter can take, and how many reports have it."""

    value: str | int
    reports: int


class FilterValues(TypedDict):
    """The values of one filter."""

    values: list[FilterValue]


class OutlineSection(TypedDict):
    """A node of the outline, as the content has it."""

    id: str
    anchor: str
    parent: str | None
    kind: str
    level: int
    label: str | None
    ordinal: int | None
    heading: str | None
    role: str | None
    span: list[int]
    body: list[int]


class Outline(TypedDict):
    """The title and the sections without their text."""

    title: str | None
    sections: list[OutlineSection]


class SubSection(OutlineSection):
    """A section with its text, label first: ``text`` with all that is below it, ``own_text`` up to the first child."""

    text: str
    own_text: str


class Section(SubSection):
    """A section; with ``deep``, its descendants in document order."""

    sections: NotRequired[list[SubSection]]


class FoundSection(TypedDict):
    """A section that a query found."""

    report: str
    edition: int
    id: str
    anchor: str
    parent: str | None
    kind: str
    level: int
    label: str | None
    ordinal: int | None
    heading: str | None
    role: str | None
    span: list[int]
    href: str


class ListedSection(FoundSection):
    """A section of a list, with its own text."""

    own_text: str


class Sections(TypedDict):
    """A page of sections; true at ledger sequence ``true_at``."""

    sections: list[ListedSection]
    cursor: str | None
    true_at: int


class Snippet(TypedDict):
    """Text around a match; ``span`` and ``match`` are in the edition's clean text."""

    text: str
    span: list[int]
    match: list[int]


class Hit(FoundSection):
    """A section that a search found."""

    snippets: list[Snippet]


class Hits(TypedDict):
    """A page of hits; true at ledger sequence ``true_at``."""

    hits: list[Hit]
    cursor: str | None
    true_at: int


class SeriesYear(TypedDict):
    """A year, and the ids of the reports that cover it."""

    year: int
    reports: list[str]


class Series(TypedDict):
    """The years that a series has, and those between them that it lacks."""

    region: str
    kind: str
    issuer: str | None
    years: list[SeriesYear]
    missing: list[int]


class SourcePlace(TypedDict):
    """A place in the source, told as its format can tell it; with the bytes there and around, in hexadecimal."""

    bytes: NotRequired[list[int]]
    part: NotRequired[str]
    run: NotRequired[int]
    chars: NotRequired[list[int]]
    page: NotRequired[int]
    box: NotRequired[list[int]]
    hex: NotRequired[str]
    before: NotRequired[str]
    after: NotRequired[str]


class TracedEdit(TypedDict):
    """A change that reaches into the span."""

    stage: str
    rule: str
    source: list[SourcePlace]
    clean: list[int]
    was: str
    now: str
    confidence: int


class Trace(TypedDict):
    """A span of clean text, where it stands in the source, and what was changed there."""

    span: list[int]
    text: str
    source: list[SourcePlace]
    edits: list[TracedEdit]


class ComparedSection(TypedDict):
    """A section of one side of a comparison."""

    id: str
    anchor: str
    kind: str
    label: str | None
    heading: str | None


class TextRun(TypedDict):
    """A stretch of text: in both, only in the later, or only in the earlier."""

    op: Literal["equal", "insert", "delete"]
    text: str


class SectionDifference(TypedDict):
    """One section in both texts, or in one; ``runs`` is null where it was kept."""

    state: Literal["kept", "reworded", "new", "gone"]
    before: ComparedSection | None
    after: ComparedSection | None
    likeness: int
    moved: bool
    runs: list[TextRun] | None


class DifferenceCounts(TypedDict):
    """Sections by state."""

    kept: int
    reworded: int
    new: int
    gone: int


class Difference(TypedDict):
    """What differs, section by section; ``why``: source, hints, pipeline, or year."""

    why: list[str]
    counts: DifferenceCounts
    sections: list[SectionDifference]


class Event(TypedDict):
    """An entry of the ledger: ids and numbers, never text."""

    sequence: int
    event: EventKind
    report: str
    edition: int | None
    revision: str | None
    content: str | None
    record: str | None
    at: str
    href: str


class Feed(TypedDict):
    """Events in order; ``next`` is the number up to which nothing is missing, and what to ask with next time."""

    events: list[Event]
    next: int


class Done(TypedDict):
    """The event that a change of a report's standing gave; null where it was erased already."""

    event: Event | None


class ExportedReport(TypedDict):
    """A line of the export as NDJSON."""

    about: Edition
    content: dict[str, Any]


class Subscription(TypedDict):
    """Where changes are delivered to, and how far; ``reached`` is the last sequence that was told."""

    id: str
    url: str
    state: Literal["active", "paused", "disabled"]
    reached: int
    failures: int
    failing_since: str | None
    last_status: str | None
    created_at: str


class MadeSubscription(Subscription):
    """A new subscription with its secret, which is shown this once."""

    secret: str


class Subscriptions(TypedDict):
    """Subscriptions."""

    subscriptions: list[Subscription]


class Key(TypedDict):
    """What is known of an access key; its secret is not."""

    prefix: str
    name: str
    scopes: list[Scope]
    labels: list[str] | None
    created_at: str
    last_used_at: str | None
    revoked_at: str | None


class MadeKey(Key):
    """A new key with its token, which is shown this once."""

    token: str


class Keys(TypedDict):
    """All keys, revoked ones too."""

    keys: list[Key]


class AuditEntry(TypedDict):
    """One thing that was changed, by whom, in which request."""

    id: int
    at: str
    actor: str
    action: str
    subject: str
    request: str
    data: dict[str, Any]


class AuditPage(TypedDict):
    """Entries in order; ``next`` is what to ask with next time."""

    entries: list[AuditEntry]
    next: int


class SourceBytes(TypedDict):
    """The bytes of an upload."""

    sha256: str
    bytes: int


class Problem(TypedDict):
    """Problem details (RFC 9457); ``code`` is for programs, ``detail`` says what to do."""

    type: str
    title: str
    status: int
    detail: str
    code: str


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


class ProblemKind(TypedDict):
    """What a kind of problem means, and what to do about it."""

    code: str
    status: int
    means: str
    do: str


class ProblemKinds(TypedDict):
    """All kinds of problems."""

    problems: list[ProblemKind]
