"""A rejection is final, so it stands in the object store: a rebuilt catalog tells the uploader the same.

``rejections/<revision>.json`` is written before the catalog is told.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from ..edition import to_json
from .archive import Archive
from .errors import ArchiveError

REJECTION_SCHEMA: Final = "jiaokan/rejection/1"


@dataclass(frozen=True, slots=True)
class RejectionNote:
    """Why a revision was rejected: a word for programs and a sentence that the uploader can act on."""

    revision: str
    code: str
    reason: str


def rejection_key(revision: str) -> str:
    """Name the object that keeps a rejection."""
    return f"rejections/{revision}.json"


def note_rejection(archive: Archive, note: RejectionNote) -> None:
    """Put a rejection; telling the catalog is the caller's next step."""
    told = {"schema": REJECTION_SCHEMA, "revision": note.revision, "code": note.code, "reason": note.reason}
    archive.objects.put(rejection_key(note.revision), to_json(told), media_type="application/json")


def rejection_from_json(data: bytes) -> RejectionNote:
    """Read what ``note_rejection`` wrote.

    Raises:
        ArchiveError: it is something else.
    """
    try:
        value = json.loads(data)
        if value["schema"] != REJECTION_SCHEMA:
            raise ArchiveError(f"a rejection of schema {value['schema']!r}")
        return RejectionNote(value["revision"], value["code"], value["reason"])
    except (KeyError, TypeError, ValueError) as error:
        raise ArchiveError(f"not a rejection: {error!r}") from error
