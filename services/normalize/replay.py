"""From a stored edition and its source back to the clean text: every pass replayed, every place checked.

Nothing here trusts what is stored. ``verify`` collects what is wrong in sentences; ``reopen`` gives the Edition back,
so that ``trace`` can be asked long after the process that made it is gone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from jsonschema import Draft202012Validator

from ..edition import (
    NO_DATA,
    AppliedFinding,
    Edition,
    EditsError,
    Encoding,
    Mark,
    Metadata,
    Pass,
    Place,
    Quality,
    Region,
    Section,
    Source,
    Years,
    unpack_edits,
)
from ..edition.schema import CONTENT, RECORD, schema
from .decoding import decode
from .errors import JiaokanError, RejectedError
from .formats import read
from .hints import Hints
from .reading import Reading

_T = TypeVar("_T")

Read = Callable[[bytes, Hints], Reading]
"""As ``formats.read``: who serves strangers has risky sources read elsewhere."""

MOST_FLAWS: Final = 20
"""So many flaws are told at most: an edition with more is wrong as a whole, not in places."""


class ReplayError(JiaokanError):
    """A stored edition does not come out of its source. ``flaws`` says why, a sentence each."""

    def __init__(self, flaws: Sequence[str]) -> None:
        super().__init__("; ".join(flaws))
        self.flaws = tuple(flaws)

    def __reduce__(self) -> tuple[type[ReplayError], tuple[tuple[str, ...]]]:
        return type(self), (self.flaws,)


class Verification(NamedTuple):
    """What a verification looked at: characters, passes, edits, findings, sections."""

    characters: int
    passes: int
    edits: int
    findings: int
    sections: int


def verify(content: bytes, record: bytes, source: bytes) -> Verification:
    """Check a stored edition against its source, whole.

    The schemas; the three hashes; the text, rebuilt pass by pass; every span of section, mark and finding; and the
    places that the apparatus names, which must be the ones that the replay finds.

    Args:
        content: the content object, as stored.
        record: the record object, as stored.
        source: the bytes of the upload.

    Raises:
        ReplayError: something does not hold; its ``flaws`` say what.
    """
    edition, told = _reopened(content, record, source, read)
    flaws = list(_first(_flaws(edition, told)))
    if flaws:
        raise ReplayError(flaws)
    edits = sum(len(made.edits) for made in edition.passes)
    return Verification(
        len(edition.text), len(edition.passes), edits, len(edition.findings), len(edition.sections)
    )


def reopen(content: bytes, record: bytes, source: bytes, reader: Read = read) -> Edition:
    """Give the Edition back that was stored: ``trace``, ``edits`` and ``findings`` work, and so does the JSON.

    ``located_findings`` stays empty: a record keeps a finding's places, not its span in the reading.

    Args:
        content: the content object, as stored.
        record: the record object, as stored.
        source: the bytes of the upload.
        reader: reads what is no plain text again; what it raises is raised, but for ``RejectedError``.

    Raises:
        ReplayError: the objects do not belong together, or the text does not come out of the source.
    """
    edition, _ = _reopened(content, record, source, reader)
    vars(edition).update(_content=content, _record=record)
    return edition


def _reopened(content: bytes, record: bytes, source: bytes, reader: Read) -> tuple[Edition, dict[str, Any]]:
    told_content = _parsed(content, CONTENT)
    told_record = _parsed(record, RECORD)
    flaws = []
    if told_record["content"] != hashlib.sha256(content).hexdigest():
        flaws.append("the record belongs to another content (SHA-256)")
    told_source = told_record["source"]
    if told_source["sha256"] != hashlib.sha256(source).hexdigest() or told_source["bytes"] != len(source):
        flaws.append("the record belongs to another source (SHA-256)")
    if flaws:
        raise ReplayError(flaws)
    reading = _read_again(told_source, source, reader)
    passes = _replay(reading.text, told_record)
    text = passes[-1].after if passes else reading.text
    if text != told_content["text"]:
        raise ReplayError([_difference(text, told_content["text"])])
    return _edition(told_content, told_record, reading, passes), told_record


def _parsed(data: bytes, name: str) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ReplayError([f"the {name} is not JSON: {error}"]) from None
    validator = Draft202012Validator(schema(name))
    flaws = [
        f"{name}: {error.json_path}: {error.message[:200]}" for error in _first(validator.iter_errors(value))
    ]
    if flaws:
        raise ReplayError(flaws)
    checked: dict[str, Any] = value
    return checked


def _first(found: Iterator[_T]) -> Iterator[_T]:
    for _, value in zip(range(MOST_FLAWS), found, strict=False):
        yield value


def _read_again(told: Mapping[str, Any], source: bytes, reader: Read) -> Reading:
    encoding = told["encoding"]
    codec, media_type = encoding["codec"], told["media_type"]
    stated = Encoding(codec, encoding["confidence"], encoding["declared"], tuple(encoding["evidence"]))
    if codec is not None and media_type == "text/plain":
        # The verdict stands in the record: reading a text again needs no detection, only its codec.
        try:
            decoding = decode(source, codec)
        except LookupError:
            raise ReplayError([f"the record names a codec that is not known here: {codec}"]) from None
        return Reading(decoding.text, decoding.places, media_type, stated, ("replay", "1"))
    try:
        return reader(source, Hints(encoding=codec, declared=encoding["declared"], media_type=media_type))
    except RejectedError as error:
        raise ReplayError([f"the source cannot be read any more: {error.reason}"]) from None


def _replay(text: str, told: Mapping[str, Any]) -> tuple[Pass, ...]:
    packed = told["apparatus"]["edits"]
    if any("count" in entry and entry["count"] != len(entry["starts"]) for entry in packed):
        raise ReplayError(["the apparatus has columns of unequal length"])
    try:
        stages = unpack_edits(packed)
    except ValueError as error:
        raise ReplayError([f"the apparatus cannot be unpacked: {error}"]) from None
    passes: list[Pass] = []
    for entry in told["pipeline"]["passes"]:
        edits = stages.pop(entry["stage"], [])
        if len(edits) != entry["edits"]:
            raise ReplayError([f"pass {entry['stage']} has {len(edits)} edits and says {entry['edits']}"])
        if not edits:
            continue
        try:
            made = Pass.of(entry["stage"], entry["version"], text, edits)
        except EditsError as error:
            raise ReplayError([str(error)]) from None
        if made is None or len(made.edits) != len(edits):
            raise ReplayError([f"pass {entry['stage']} holds edits that change nothing"])
        passes.append(made)
        text = made.after
    if stages:
        raise ReplayError([f"the apparatus has edits of {min(stages)}, which is no pass of this pipeline"])
    return tuple(passes)


def _edition(
    content: Mapping[str, Any], record: Mapping[str, Any], reading: Reading, passes: tuple[Pass, ...]
) -> Edition:
    source, pipeline = record["source"], record["pipeline"]
    edition = Edition(
        text=content["text"],
        reading=reading.text,
        places=reading.places,
        passes=passes,
        stages=tuple((entry["stage"], entry["version"]) for entry in pipeline["passes"]),
        marks=tuple(
            Mark(
                mark["span"][0],
                mark["span"][1],
                mark["kind"],
                {key: mark[key] for key in mark if key not in ("kind", "span")},
            )
            for mark in content["marks"]
        ),
        located_findings=(),
        sections=tuple(
            Section(**{name: _as_span(section[name]) for name in Section._fields})
            for section in content["sections"]
        ),
        metadata=_metadata(content),
        source=Source(source["sha256"], source["bytes"], source["media_type"], _encoding(source["encoding"])),
        script=content["script"],
        script_found=record["script"]["found"],
        profile=pipeline["profile"],
        fingerprint=pipeline["fingerprint"],
        quality=Quality(
            **{name: record["quality"][name] for name in ("grade", "repaired", "doubtful", "unresolved")}
        ),
    )
    vars(edition)["findings"] = tuple(_finding(found) for found in record["apparatus"]["findings"])
    return edition


def _as_span(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _encoding(told: Mapping[str, Any]) -> Encoding:
    return Encoding(told["codec"], told["confidence"], told["declared"], tuple(told["evidence"]))


def _metadata(content: Mapping[str, Any]) -> Metadata:
    told = content["metadata"]
    region, covers, plans = told["region"], told["covers"], told["plans"]
    return Metadata(
        kind=told["kind"],
        title=content["title"],
        issuers=tuple(told["issuers"]),
        region=region and Region(region["code"], region["name"], region["level"]),
        covers=covers and Years(covers["from"], covers["to"]),
        plans=plans and Years(plans["from"], plans["to"]),
        number=told["number"],
        issued_on=told["issued_on"],
        session=told["session"],
        source=told["source"],
        evidence={name: _as_span(at) for name, at in told["evidence"].items()},
    )


def _finding(told: Mapping[str, Any]) -> AppliedFinding:
    return AppliedFinding(
        told["stage"],
        told["code"],
        tuple(_place(place) for place in told["source"]),
        _as_span(told["clean"]),
        told["message"],
        told["confidence"],
        told.get("data", NO_DATA),
    )


def _place(told: Mapping[str, Any]) -> Place:
    names = ("bytes", "part", "run", "chars", "page", "box")
    return Place(**{name: _as_span(told[name]) for name in names if name in told})


def _flaws(edition: Edition, told: Mapping[str, Any]) -> Iterator[str]:
    length = len(edition.text)
    for mark in edition.marks:
        if not 0 <= mark.start <= mark.end <= length:
            yield f"the mark {mark.kind} {list(mark.span)} does not lie in the text"
    for name, at in edition.metadata.evidence.items():
        if isinstance(at, tuple) and not at[0] <= at[1] <= length:
            yield f"the evidence for {name} does not lie in the text"
    yield from _flaws_of_sections(edition.sections, length)
    for finding in edition.findings:
        if finding.clean is not None and not finding.clean[0] <= finding.clean[1] <= length:
            yield f"the finding {finding.code} {list(finding.clean)} does not lie in the text"
        for place in finding.source:
            if place.bytes and not place.bytes[0] <= place.bytes[1] <= edition.source.bytes:
                yield f"the finding {finding.code} {list(place.bytes)} does not lie in the source"
    # What was, where it stood in the source and where it stands now are derived from the replay once more.
    stored = told["apparatus"]["edits"]
    found = json.loads(edition.record_json())["apparatus"]["edits"]
    if len(stored) != len(found):
        yield f"the apparatus has {len(stored)} entries, a replay gives {len(found)}"
    for number, (one, other) in enumerate(zip(stored, found, strict=False)):
        for name in sorted(set(one) | set(other)):
            if name in other and one.get(name) != other[name]:
                yield (
                    f"apparatus entry {number} ({other['stage']} {other['rule']}): {name} is "
                    f"{_short(one.get(name))}, by the replay {_short(other[name])}"
                )


def _flaws_of_sections(sections: Sequence[Section], length: int) -> Iterator[str]:
    root = sections[0]
    if root.kind != "report" or root.parent is not None or root.span != (0, length):
        yield "the first section is not the root, or does not cover the text"
    for section in sections:
        if not section.span[0] <= section.body[0] <= section.body[1] <= section.span[1]:
            yield f"the body of section {section.id} does not lie in its span"
    known = {root.id: root}
    end_of_last_child: dict[str, int] = {}
    for section in sections[1:]:
        start, end = section.span
        above = known.get(section.parent or "")
        if section.id in known:
            yield f"two sections have the id {section.id}"
        if above is None:
            yield f"section {section.id} has no parent before it"
        else:
            begin = end_of_last_child.get(above.id, above.body[1])
            if not begin <= start <= end <= above.span[1]:
                yield f"section {section.id} {list(section.span)} does not fit into {above.id}"
            if section.level <= above.level:
                yield f"section {section.id} is not deeper than its parent {above.id}"
            end_of_last_child[above.id] = end
        known[section.id] = section


def _difference(found: str, told: str) -> str:
    at = next(
        (at for at, (a, b) in enumerate(zip(found, told, strict=False)) if a != b), min(len(found), len(told))
    )
    return (
        f"the replay gives another text, from character {at} on: "
        f"{_short(found[at : at + 20])} where the content says {_short(told[at : at + 20])}"
    )


def _short(value: Any) -> str:
    told = json.dumps(value, ensure_ascii=False)
    return told if len(told) <= 120 else told[:119] + "…"
