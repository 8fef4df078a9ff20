"""Names: report ids, labels, revision ids, and the keys under which objects stand.

The keys are the archive's on-disk format. They never change meaning: a catalog can be rebuilt from them alone.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Sequence
from typing import Final

from .errors import LabelError, ReportIdError

MAX_SEGMENTS: Final = 8
MAX_SEGMENT: Final = 64
"""Characters of one segment of a report id."""

_RESERVED: Final = frozenset({".", "..", "-"})
_SIGNS: Final = frozenset("._-")
_LABEL: Final = re.compile(r"[\w][\w.:-]{0,63}")
_REVISION: Final = re.compile(r"[0-9a-f]{28}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def check_report_id(report: str) -> str:
    """Give ``report`` in NFC if it is a report id.

    A report id has 1–8 segments of letters, digits, combining marks and ``._-`` of any script, divided by ``/``; a
    segment has at most 64 characters and is not ``.``, ``..`` or ``-``.

    Raises:
        ReportIdError: it is not; the message says why.
    """
    report = unicodedata.normalize("NFC", report)
    segments = report.split("/")
    if len(segments) > MAX_SEGMENTS:
        raise ReportIdError(
            f"a report id has at most {MAX_SEGMENTS} segments, {report[:80]!r} has {len(segments)}"
        )
    for segment in segments:
        if not segment:
            raise ReportIdError(f"a report id has no empty segment: {report[:80]!r}")
        if len(segment) > MAX_SEGMENT:
            raise ReportIdError(
                f"a segment of a report id has at most {MAX_SEGMENT} characters: {segment[:80]!r}"
            )
        if segment in _RESERVED:
            raise ReportIdError(f"{segment!r} cannot be a segment of a report id")
        for character in segment:
            if character not in _SIGNS and unicodedata.category(character)[0] not in "LNM":
                raise ReportIdError(
                    f"a report id has letters, digits and . _ - only; {character!r} stands in {segment[:80]!r}"
                )
    return report


def check_labels(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Give the labels sorted, each once.

    Raises:
        LabelError: one has other characters than letters, digits and ``._:-``, or more than 64.
    """
    for label in labels:
        if not _LABEL.fullmatch(label):
            raise LabelError(
                f"a label is a letter or digit and up to 63 letters, digits and . _ : -; not {label[:80]!r}"
            )
    return tuple(sorted({unicodedata.normalize("NFC", label) for label in labels}))


def new_revision_id(at: int, *, after: str | None = None) -> str:
    """Make the id of a revision accepted at ``at`` (milliseconds since 1970).

    Ids sort by time, so that the order of revisions stands in the object store itself. An id is higher than
    ``after``, whatever the clock says.
    """
    if after is not None:
        at = max(at, int(after[:12], 16) + 1)
    return f"{at:012x}{secrets.token_hex(8)}"


def is_revision_id(text: str) -> bool:
    """Tell whether this can be a revision id: 12 hexadecimal digits of milliseconds, 16 of chance."""
    return _REVISION.fullmatch(text) is not None


def is_sha256(text: str) -> bool:
    """Tell whether this is a SHA-256 in lower-case hexadecimal digits."""
    return _SHA256.fullmatch(text) is not None


def source_key(sha256: str) -> str:
    """Name the object that holds a source: ``sources/ab/<sha256>``."""
    return f"sources/{sha256[:2]}/{sha256}"


def content_key(sha256: str) -> str:
    """Name the object that holds a content: ``contents/ab/<sha256>``."""
    return f"contents/{sha256[:2]}/{sha256}"


def record_key(sha256: str) -> str:
    """Name the object that holds a record: ``records/ab/<sha256>``."""
    return f"records/{sha256[:2]}/{sha256}"


def packed_key(key: str) -> str:
    """Name the object that holds another one as gzip: derived, made anew when it is asked for."""
    return f"packed/{key}"


def revision_key(revision: str) -> str:
    """Name the object that holds a revision: ``revisions/<id>.json``."""
    return f"revisions/{revision}.json"


REVISIONS_PACKED_MOST: Final = 12
"""Revisions in one object at most: their ids stand in its name, and a name has 240 bytes (``MAX_KEY_SEGMENT``)."""

_TIME: Final = 12
"""Hexadecimal digits of milliseconds that an id begins with."""


def revision_pack_key(ids: Sequence[str]) -> str:
    """Name the object that holds several revisions of one millisecond: ``revisions/<id>-<rest of id>….json``.

    All their ids stand in it, so that a listing tells which revisions there are, as it does with one to an object.
    """
    first, *others = sorted(ids)
    assert len(ids) <= REVISIONS_PACKED_MOST
    assert all(other[:_TIME] == first[:_TIME] for other in others)
    return f"revisions/{'-'.join([first, *(other[_TIME:] for other in others)])}.json"


def revisions_of_time(revision: str) -> str:
    """Give the prefix under which the objects of all revisions stand that have this one's millisecond."""
    return f"revisions/{revision[:_TIME]}"


def revisions_in(key: str) -> tuple[str, ...]:
    """Give the ids of the revisions that an object holds, in order; none when it is something else.

    >>> revisions_in("revisions/018bcfe568000123456789abcdef.json")
    ('018bcfe568000123456789abcdef',)
    """
    if not key.startswith("revisions/") or not key.endswith(".json"):
        return ()
    first, *others = key.removeprefix("revisions/").removesuffix(".json").split("-")
    ids = (first, *(first[:_TIME] + other for other in others))
    return ids if all(map(is_revision_id, ids)) else ()


def ledger_key(sequence: int) -> str:
    """Name the object that holds one ledger entry; twelve digits, so that keys sort by number."""
    return f"ledger/{sequence:012d}.json"


def ledger_pack_key(first: int, last: int) -> str:
    """Name the object that holds the ledger entries ``first`` to ``last``; sorts where the first one's would."""
    return f"ledger/{first:012d}-{last:012d}.json"


def inbox_key(upload: str) -> str:
    """Name the object that a presigned upload fills before it is promoted."""
    return f"inbox/{upload}"
