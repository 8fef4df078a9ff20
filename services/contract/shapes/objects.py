"""What is stored of an edition and served byte for byte: content and record, as ``/v1/schemas`` describes them."""

from __future__ import annotations

from typing import Any

from ..typed import NotRequired, TypedDict
from .reports import Region, Years
from .sections import OutlineSection


class Metadata(TypedDict):
    """What the document itself determines or the uploader stated; null where neither does."""

    kind: str
    issuers: list[str]
    region: Region | None
    covers: Years | None
    plans: Years | None
    number: str | None
    issued_on: str | None
    session: str | None
    source: str | None
    evidence: dict[str, list[int] | str]


class Mark(TypedDict):
    """A stand-off annotation: bold, heading, table and others; further members belong to the kind."""

    kind: str
    span: list[int]
    level: NotRequired[int]
    rows: NotRequired[list[list[str]]]


class Content(TypedDict):
    """The content of an edition: what consumers read. Spans are half-open, in code points of ``text``."""

    schema: str
    title: str | None
    metadata: Metadata
    script: str
    text: str
    sections: list[OutlineSection]
    marks: list[Mark]


class Encoding(TypedDict):
    """How bytes became text; ``codec`` is null for formats that carry their own."""

    codec: str | None
    confidence: int
    declared: str | None
    evidence: list[str]


class RecordedSource(TypedDict):
    """The bytes that the edition was made from."""

    sha256: str
    bytes: int
    media_type: str
    encoding: Encoding


class RecordedPass(TypedDict):
    """A stage of the pipeline, and how many edits it made."""

    stage: str
    version: int
    edits: int


class Pipeline(TypedDict):
    """What made the edition; ``passes`` in the order in which they ran."""

    fingerprint: str
    profile: str
    passes: list[RecordedPass]


class FoundScript(TypedDict):
    """The script that the source was in."""

    found: str


class Place(TypedDict):
    """Where in the source: bytes; part, run and chars (DOCX); page and box (PDF)."""

    bytes: NotRequired[list[int]]
    part: NotRequired[str]
    run: NotRequired[int]
    chars: NotRequired[list[int]]
    page: NotRequired[int]
    box: NotRequired[list[int]]


class RecordedEdit(TypedDict):
    """One edit, or ``count`` edits of one rule in columns: those have ``starts`` instead of places."""

    stage: str
    rule: str
    confidence: int
    was: str | list[str]
    now: str | list[str]
    at: NotRequired[list[int]]
    source: NotRequired[list[Place]]
    clean: NotRequired[list[int]]
    alignment: NotRequired[list[list[int]]]
    count: NotRequired[int]
    starts: NotRequired[list[int]]


class RecordedFinding(TypedDict):
    """Something odd: repaired with doubt, or seen and left."""

    stage: str
    code: str
    source: list[Place]
    clean: list[int] | None
    message: str
    confidence: int
    data: NotRequired[dict[str, Any]]


class Apparatus(TypedDict):
    """Everything that was changed, and everything that was noticed."""

    edits: list[RecordedEdit]
    findings: list[RecordedFinding]


class Quality(TypedDict):
    """A grade, and what it counts."""

    grade: str
    repaired: int
    doubtful: int
    unresolved: int


class Record(TypedDict):
    """The record of an edition: how its content came about."""

    schema: str
    content: str
    source: RecordedSource
    pipeline: Pipeline
    script: FoundScript
    apparatus: Apparatus
    quality: Quality
