"""Contents and records as gzip, made once and kept beside: ``packed/contents/ab/<sha256>``.

Derived: made anew from the object whenever it is missing or wrong, left out of backups, gone with its object. Nothing
is packed when a report is published; who is first to ask for it packed has it made. See ADR 0085.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import zlib
from typing import Final, Literal

from .archive import Archive
from .errors import ArchiveError, ObjectMissingError
from .names import content_key, packed_key, record_key

LEVEL: Final = 6
"""zlib's level: a content of 30 KB takes 1 ms, level 9 half as long again for 1 % less."""

_log = logging.getLogger(__name__)


def packed(archive: Archive, kind: Literal["contents", "records"], digest: str) -> bytes:
    """Give the object of this SHA-256 as gzip; unpacked, it is that object byte for byte.

    Raises:
        ObjectMissingError: there is no such object.
        UnavailableError: the store does not answer.
    """
    key = content_key(digest) if kind == "contents" else record_key(digest)
    try:
        kept = archive.objects.get(packed_key(key))
        if _holds(kept, digest):
            return kept
        _log.warning("%s was not what it should be; it is made anew", packed_key(key))
    except ObjectMissingError:
        pass
    made = gzip.compress(archive.objects.get(key), LEVEL, mtime=0)
    try:
        archive.objects.put(packed_key(key), made, media_type="application/gzip")
        # An erasure that came meanwhile did not find it, and nothing of an erased report may stay. One that comes
        # later finds it.
        if digest not in archive.catalog.reports.digests_named(kind, [digest]):
            archive.objects.remove(packed_key(key))
    except ArchiveError as error:
        _log.warning("%s could not be kept: %s", packed_key(key), error)
    return made


def _holds(kept: bytes, digest: str) -> bool:
    try:
        return hashlib.sha256(gzip.decompress(kept)).hexdigest() == digest
    except (OSError, EOFError, zlib.error):
        return False
