"""What the catalog knows, as frozen values. Times are whole milliseconds since 1970 (UTC)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Literal, NamedTuple, TypeVar, get_args

from ..contract.kinds import EventKind, Queue, RevisionState, Standing

QUEUES: Final[tuple[Queue, ...]] = get_args(Queue)
"""The one that is asked first stands first."""

Purpose = Literal["publish", "draft"]
"""``publish``: make the edition and publish it. ``draft``: make it for a renormalization run, publish nothing."""

WorkState = Literal["waiting", "claimed", "done", "parked", "dropped"]

EVENT_KINDS: Final[tuple[EventKind, ...]] = get_args(EventKind)
GRADES: Final = ("A", "B", "C", "D")
"""Best first; what each means stands in docs/quality.md."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What an edition's content and record say that lists are filtered by. ``Facts.of`` reads it out of them.

    ``covers`` is (first year, last year), both included. ``region`` is the GB/T 2260 code, six digits.
    """

    title: str | None = None
    kind: str = "other"
    issuers: tuple[str, ...] = ()
    region: str | None = None
    region_name: str | None = None
    region_level: str | None = None
    covers: tuple[int, int] | None = None
    plans: tuple[int, int] | None = None
    number: str | None = None
    issued_on: str | None = None
    script: str = ""
    grade: str = ""
    characters: int = 0
    sections: int = 0

    @classmethod
    def of(cls, content: Mapping[str, Any], record: Mapping[str, Any]) -> Facts:
        """Read the facts out of the two JSON objects of an edition."""
        metadata = content.get("metadata") or {}
        region = metadata.get("region") or {}
        covers = metadata.get("covers")
        plans = metadata.get("plans")
        return cls(
            title=content.get("title"),
            kind=metadata.get("kind") or "other",
            issuers=tuple(metadata.get("issuers") or ()),
            region=region.get("code"),
            region_name=region.get("name"),
            region_level=region.get("level"),
            covers=(covers["from"], covers["to"]) if covers else None,
            plans=(plans["from"], plans["to"]) if plans else None,
            number=metadata.get("number"),
            issued_on=metadata.get("issued_on"),
            script=content.get("script") or "",
            grade=(record.get("quality") or {}).get("grade") or "",
            characters=len(content.get("text") or ""),
            sections=len(content.get("sections") or ()),
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """What one revision gives under one pipeline, stored but not (yet) numbered. One per (revision, fingerprint).

    ``content`` and ``record`` are SHA-256 digests and name the two objects. ``held``: why it was not published.
    """

    revision: str
    fingerprint: str
    content: str
    content_bytes: int
    record: str
    record_bytes: int
    facts: Facts
    made_at: int
    held: str | None = None


@dataclass(frozen=True, slots=True)
class PublishedEdition:
    """A numbered edition of a report, as consumers may see it.

    ``sequence`` is its ledger entry's. ``reinstates`` is the number of the earlier edition whose bytes this one
    brings back (a reverted renormalization), else None.
    """

    report: str
    number: int
    revision: str
    fingerprint: str
    content: str
    content_bytes: int
    record: str
    record_bytes: int
    sequence: int
    event: EventKind
    published_at: int
    facts: Facts
    reinstates: int | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """(report, source, hints), and where it stands. ``id`` sorts by time: the highest id is the newest revision.

    ``hints`` is the JSON form of ``jiaokan.normalize.Hints``. ``code`` and ``reason`` tell why it was rejected,
    parked or held. ``name`` is the file's name as uploaded, ``by`` the key or person, ``origin`` how it came in
    (``upload``, ``presigned``, ``scan``, ``watch``, ``push``, ``amend``, ``archive``, ``part``).
    ``parent`` is the revision whose source (an archive file, a compilation) this one was taken from. ``before`` tells
    what the report's latest edition covered and planned when this revision came: input, like the hints, so that the
    finding ``year-changed`` comes out the same whenever and wherever it is made.
    """

    id: str
    report: str
    source: str
    source_bytes: int
    hints: Mapping[str, Any]
    accepted_at: int
    labels: tuple[str, ...] = ()
    profile: str | None = None
    name: str | None = None
    by: str = ""
    origin: str = "upload"
    parent: str | None = None
    before: Mapping[str, Any] | None = None
    state: RevisionState = "pending"
    code: str | None = None
    reason: str | None = None
    settled_at: int | None = None


def same_input(one: Revision, other: Revision) -> bool:
    """Tell whether two revisions of a report are the same input: source, hints and profile."""
    return (
        one.source == other.source
        and one.profile == other.profile
        and json.dumps(one.hints, sort_keys=True) == json.dumps(other.hints, sort_keys=True)
    )


@dataclass(frozen=True, slots=True)
class Report:
    """A report: one work that is published again and again.

    ``latest`` is the newest edition of the highest revision that has one, None until then. ``changed`` is the ledger
    sequence of the last event that changed what consumers read (text, withdrawal, restoration); ``touched`` that of
    the last event of any kind.
    """

    id: str
    labels: tuple[str, ...]
    standing: Standing
    created_at: int
    latest: PublishedEdition | None = None
    changed: int = 0
    changed_at: int | None = None
    touched: int = 0
    editions: int = 0
    revisions: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the ledger. ``data`` tells who and why, and what the event is about besides its members."""

    sequence: int
    event: EventKind
    report: str
    at: int
    edition: int | None = None
    revision: str | None = None
    fingerprint: str | None = None
    content: str | None = None
    content_bytes: int = 0
    record: str | None = None
    record_bytes: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One thing to be done: (revision, purpose, wanted fingerprint). The catalog's table of these *is* the queue.

    ``attempts`` counts claims that ended without an outcome. ``run`` is the renormalization it belongs to. ``wanted``
    is the fingerprint of the pipeline that is to do it; empty: whatever pipeline the worker has.
    """

    id: int
    revision: str
    report: str
    purpose: Purpose
    queue: Queue
    wanted: str
    state: WorkState
    attempts: int
    created_at: int
    not_before: int = 0
    sent_at: int | None = None
    lease_until: int | None = None
    claimed_by: str | None = None
    run: int | None = None
    code: str | None = None
    reason: str | None = None
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A work item that this worker holds until ``lease_until``. ``token`` proves it; every later call needs it."""

    item: WorkItem
    revision: Revision
    token: str
    lease_until: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """What ``accept`` gives: ``outcome`` is ``known`` when the report's newest revision already was just this."""

    report: str
    revision: Revision
    outcome: Literal["new", "known"]
    item: int | None = None
    """The work item to be dispatched; None when nothing is to be done."""
    queue: Queue | None = None
    sent: bool = False
    """The catalog notes the item as sent already: the caller sends it now, and saves a transaction."""


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """Which reports; every member that is set must hold. What is filtered by is the *latest* edition.

    ``labels`` is what an access key may see (a report needs one of them; None: all); ``label`` what is asked for.
    ``region`` is an exact code; ``within`` a code that may be a province or prefecture around it. ``year`` lies in
    the years covered. ``changed_after`` is a ledger sequence; ``changed_since`` a time in milliseconds.
    is for ids: a prefix ending anywhere.
    """

    label: str | None = None
    region: str | None = None
    within: str | None = None
    issuer: str | None = None
    kind: str | None = None
    year: int | None = None
    grade: str | None = None
    script: str | None = None
    changed_after: int | None = None
    changed_since: int | None = None
    prefix: str | None = None
    labels: tuple[str, ...] | None = None
    standing: Standing = "published"


class Head(NamedTuple):
    """How far the ledger has come. ``visible``: every event up to it may be read, and none is missing."""

    assigned: int
    visible: int


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a list, and where the next begins. ``cursor`` is opaque; None: this was the last page for now."""

    items: tuple[T, ...]
    cursor: str | None


class WaitingKind(NamedTuple):
    """What waits in one queue for one purpose: how many, and the age of the oldest in milliseconds."""

    queue: Queue
    purpose: Purpose
    items: int
    oldest: int


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """How the queue stands. ``oldest`` is the age in milliseconds of the item that has waited longest."""

    waiting: Mapping[str, int]
    claimed: int
    parked: int
    sent: int
    oldest: int
    kinds: tuple[WaitingKind, ...] = ()
