"""Reports and their editions, in lists and alone."""

from __future__ import annotations

from typing import Any

from ..kinds import EventKind, Standing
from ..typed import TypedDict


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


class ExportedReport(TypedDict):
    """A line of the export as NDJSON."""

    about: Edition
    content: dict[str, Any]
