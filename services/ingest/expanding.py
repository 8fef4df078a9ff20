"""Archives: one upload, many reports. A member's id is ``<archive id>/<path inside>``, without its ending.

The archive is gone through twice. The first time finds the names, and whether it keeps within bounds: an archive that
does not is refused whole, before anything of it is taken in. The second time takes the members in, one after another,
so that no more than one is in memory. A broken-off upload is sent again, and what was taken in is known.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from ..archive import ArchiveError, Incoming, Settings, TooLargeError, UnavailableError
from ..normalize import RejectedError
from ..normalize.formats.archive_bounds import Limits
from ..normalize.formats.archives import expand
from ..normalize.formats.sniffing import ARCHIVE, ZIP, is_tar
from ..web import ProblemError
from ..web.problems import problem_of, problem_response
from .legacy import is_legacy
from .manifest import NAMES, ManifestError, read_manifest
from .naming import report_ids
from .statements import Statement, StatementError, read_statement

Taker = Callable[[Statement, Incoming], dict[str, Any]]

_HEAD: Final = 1024
"""Bytes that tell whether a closer look is worth reading all of it."""

_LEGACY: Final = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf")
"""Compound files (Word 97–2003, WPS) and RTF."""


def is_packed(source: Incoming) -> bool:
    """Tell whether a source may be an archive or a legacy document: then it is looked at whole."""
    head = source.rewound().read(_HEAD)
    return head.startswith((*ZIP, *ARCHIVE.magic, *_LEGACY)) or is_tar(head) or is_legacy(head)


def expanded(
    settings: Settings, statement: Statement, source: Incoming, data: bytes, take: Taker
) -> dict[str, Any]:
    """Take the members of an archive in; gives a receipt with one for each of them.

    What was stated of the archive holds for each member; a manifest at its top says more.

    Raises:
        RejectedError: it is no archive that can be unpacked, or it is out of bounds.
        UnavailableError: store or catalog did not answer; sending it again goes on.
    """
    assert statement.report is not None
    limits = Limits(total_bytes=min(Limits().total_bytes, 16 * settings.max_upload))
    manifest: Mapping[str, Statement] = {}
    paths: list[str] = []
    for member in expand(data, limits):
        if member.path in NAMES:
            manifest = _manifest(member.data)
        else:
            paths.append(member.path)
    if not paths:
        raise RejectedError("empty", "the archive holds no file")
    ids = dict(zip(paths, report_ids([f"{statement.report}/{path}" for path in paths]), strict=True))
    members = []
    for member in expand(data, limits):
        if member.path not in ids:
            continue
        try:
            if member.refusal is not None:
                raise member.refusal
            if len(member.data) > settings.max_upload:
                raise TooLargeError(settings.max_upload)
            told = _take(settings, statement, manifest.get(member.path), ids[member.path], member, take)
        except UnavailableError:
            raise
        except (ArchiveError, RejectedError, ProblemError) as error:
            problem = error if isinstance(error, ProblemError) else problem_of(error)
            told = {"problem": json.loads(bytes(problem_response(problem).body))}
        members.append({"name": member.path, **told})
    return {
        "report": statement.report,
        "outcome": "expanded",
        "source": {"sha256": source.sha256, "bytes": source.size},
        "members": members,
        "href": f"/v1/reports?prefix={quote(statement.report, safe='')}/",
    }


def _take(
    settings: Settings, whole: Statement, own: Statement | None, report: str, member: Any, take: Taker
) -> dict[str, Any]:
    fields = replace(whole, report=report, name=member.path, sha256=None).as_json()
    if own is not None:
        fields |= own.as_json()
    with Incoming(limit=settings.max_upload) as incoming:
        incoming.write(member.data)
        return take(read_statement(fields), incoming)


def _manifest(data: bytes) -> Mapping[str, Statement]:
    try:
        return read_manifest(data)
    except ManifestError as error:
        raise StatementError(str(error)) from None
