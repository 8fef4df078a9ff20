"""An edition: what one source gives under one pipeline. Immutable; its two JSON forms are content and record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from .apparatus import AppliedEdit, AppliedFinding, pack_edits
from .collecting import collection_paused
from .kept import kept
from .metadata import Metadata
from .passes import Pass
from .places import Place, Places
from .proposals import NO_DATA, Mark
from .sections import Section

CONTENT_SCHEMA = "jiaokan/content/1"
RECORD_SCHEMA = "jiaokan/record/1"


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes of a source were read. ``codec`` is None for formats that carry their own (DOCX, PDF)."""

    codec: str | None
    confidence: int
    declared: str | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of one upload, named by their SHA-256."""

    sha256: str
    bytes: int
    media_type: str
    encoding: Encoding


@dataclass(frozen=True, slots=True)
class Quality:
    """How sure an edition is; docs/quality.md says what each grade means."""

    grade: str
    repaired: int
    doubtful: int
    unresolved: int

    def as_json(self) -> dict[str, Any]:
        """Give the member ``quality`` of a record."""
        return {
            "grade": self.grade,
            "repaired": self.repaired,
            "doubtful": self.doubtful,
            "unresolved": self.unresolved,
        }


class LocatedFinding(NamedTuple):
    """A finding before its source places are asked for: its span in the reading and in the clean text."""

    stage: str
    code: str
    reading: tuple[int, int] | None
    clean: tuple[int, int] | None
    message: str
    confidence: int
    data: Mapping[str, Any] = NO_DATA


class Trace(NamedTuple):
    """What lies behind a span of clean text: its places in the source, and the edits that made it."""

    source: tuple[Place, ...]
    edits: tuple[AppliedEdit, ...]


@dataclass(frozen=True)
class Edition:
    """What one source gives under one pipeline."""

    text: str
    reading: str
    """The text as the reader gave it, before the first pass."""
    places: Places
    """The way from the reading into the source."""
    passes: tuple[Pass, ...]
    stages: tuple[tuple[str, int], ...]
    """Name and version of every stage that ran, those without an edit too."""
    marks: tuple[Mark, ...]
    located_findings: tuple[LocatedFinding, ...]
    sections: tuple[Section, ...]
    metadata: Metadata
    source: Source
    script: str
    """Script of the clean text: Hans, Hant, mixed or other."""
    script_found: str
    profile: str
    fingerprint: str
    quality: Quality

    @property
    def title(self) -> str | None:
        """The document's title, if it has one."""
        return self.metadata.title

    @kept
    def edits(self) -> tuple[AppliedEdit, ...]:
        """The whole apparatus of edits, pass by pass, in document order within a pass."""
        return tuple(self._applied(range(len(self.passes))))

    @kept
    def findings(self) -> tuple[AppliedFinding, ...]:
        """Everything odd: repaired with doubt, or seen and left."""
        return tuple(
            AppliedFinding(
                found.stage,
                found.code,
                () if found.reading is None else self.places.locate(*found.reading),
                found.clean,
                found.message,
                found.confidence,
                found.data,
            )
            for found in self.located_findings
        )

    def trace(self, start: int, end: int) -> Trace:
        """Name the places in the source behind ``text[start:end]``, and the edits that made it.

        Raises:
            ValueError: the span does not lie in the text.
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"span {start}–{end} does not lie in a text of {len(self.text)} characters")
        edits: list[AppliedEdit] = []
        low, high = start, end
        for number in range(len(self.passes) - 1, -1, -1):
            edits[:0] = self._applied_of(number, self.passes[number].edits_behind(low, high))
            low, high = self.passes[number].back(low, high)
        return Trace(self.places.locate(low, high), tuple(edits))

    def reading_span(self, start: int, end: int, *, before: int | None = None) -> tuple[int, int]:
        """Carry a span of the clean text (or of the input of pass ``before``) back to the reading."""
        for number in range(len(self.passes) if before is None else before, 0, -1):
            start, end = self.passes[number - 1].back(start, end)
        return start, end

    def _applied(self, numbers: range) -> Iterator[AppliedEdit]:
        for number in numbers:
            yield from self._applied_of(number, range(self.passes[number].count))

    def _applied_of(self, number: int, which: Iterable[int]) -> Iterator[AppliedEdit]:
        this = self.passes[number]
        later = self.passes[number + 1 :]
        for at in which:
            edit = this.edits[at]
            start, end = self.reading_span(edit.start, edit.end, before=number)
            low, high = this.forward(edit.start, edit.end)
            for after in later:
                low, high = after.forward(low, high)
            yield AppliedEdit(
                this.stage,
                edit.rule,
                self.places.locate(start, end),
                (low, high),
                this.before[edit.start : edit.end],
                edit.new,
                edit.confidence,
            )

    def content_json(self) -> bytes:
        """Give the content object: what consumers read. The same edition gives the same bytes everywhere."""
        return self._content

    @kept
    def _content(self) -> bytes:
        with collection_paused():
            return self._tell_content()

    def _tell_content(self) -> bytes:
        return to_json(
            {
                "schema": CONTENT_SCHEMA,
                "title": self.title,
                "metadata": self.metadata.as_json(),
                "script": self.script,
                "text": self.text,
                "sections": [section.as_json() for section in self.sections],
                "marks": [{"kind": mark.kind, "span": mark.span, **mark.data} for mark in self.marks],
            }
        )

    def record_json(self) -> bytes:
        """Give the record object: how the content came about, with the whole apparatus."""
        return self._record

    @kept
    def _record(self) -> bytes:
        with collection_paused():
            return self._tell_record()

    def _tell_record(self) -> bytes:
        encoding = self.source.encoding
        return to_json(
            {
                "schema": RECORD_SCHEMA,
                "content": hashlib.sha256(self._content).hexdigest(),
                "source": {
                    "sha256": self.source.sha256,
                    "bytes": self.source.bytes,
                    "media_type": self.source.media_type,
                    "encoding": {
                        "codec": encoding.codec,
                        "confidence": encoding.confidence,
                        "declared": encoding.declared,
                        "evidence": encoding.evidence,
                    },
                },
                "pipeline": {
                    "fingerprint": self.fingerprint,
                    "profile": self.profile,
                    "passes": self._tell_passes(),
                },
                "script": {"found": self.script_found},
                "apparatus": {
                    "edits": pack_edits(self.passes, self._applied_of),
                    "findings": [_finding_json(found) for found in self.findings],
                },
                "quality": self.quality.as_json(),
            }
        )

    def _tell_passes(self) -> Sequence[dict[str, Any]]:
        told = _without_edits(self.stages)
        if not self.passes:
            return told
        counts = {this.stage: this.count for this in self.passes}
        return [{**stage, "edits": counts.get(stage["stage"], 0)} for stage in told]


@lru_cache(maxsize=4)
def _without_edits(stages: tuple[tuple[str, int], ...]) -> tuple[dict[str, Any], ...]:
    """Tell of the stages of a pipeline that none of them edited anything: the same of every clean report."""
    return tuple({"stage": name, "version": version, "edits": 0} for name, version in stages)


def _finding_json(found: AppliedFinding) -> dict[str, Any]:
    out: dict[str, Any] = {
        "stage": found.stage,
        "code": found.code,
        "source": [place.as_json() for place in found.source],
        "clean": found.clean,
        "message": found.message,
        "confidence": found.confidence,
    }
    if found.data:
        out["data"] = dict(found.data)
    return out


def to_json(value: Mapping[str, Any] | Sequence[Any]) -> bytes:
    """Serialize for keeping: UTF-8, no spaces, members in the order given (RFC 8259)."""
    try:
        return orjson.dumps(value)
    except TypeError:
        # orjson has no form for integers beyond 64 bits and named tuples; the standard library writes the same bytes.
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
