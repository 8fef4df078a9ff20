"""The bucket scan: what lies below a prefix is taken in, whoever put it there.

A notification only hastens the next scan; the scan finds everything without one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Final, NamedTuple

from ..archive import Archive, ArchiveError, Incoming, ObjectMissingError, ObjectStat, UnavailableError
from ..normalize import RejectedError
from ..web import ProblemError
from .manifest import NAMES, ReadManifests
from .marks import Marks
from .naming import report_ids
from .statements import HINT_FIELDS, Statement, read_statement
from .taking import outcome_of, take, with_defaults

_logger: Final = logging.getLogger(__name__)

STATED: Final = ("report", "labels", "profile", "name", "sha256", "hints", "parts", *HINT_FIELDS)
"""Object metadata (``x-amz-meta-…``) that states something; other metadata is somebody else's."""


class Scan(NamedTuple):
    """What one scan came to."""

    new: int = 0
    known: int = 0
    refused: int = 0


class BucketScanner:
    """Scans the prefix of the archive's own store."""

    def __init__(self, archive: Archive, prefix: str) -> None:
        self._archive = archive
        self._prefix = prefix
        self._marks = Marks(archive.objects, "bucket")
        self._manifests = ReadManifests()
        self._refused: set[tuple[str, int, int]] = set()

    def scan(self) -> Scan:
        """Look once at everything; take in what is new or has changed.

        What is refused (a wrong manifest line, bytes over the limit) is logged, once, and looked at again when it
        changes or the process starts anew.

        Raises:
            UnavailableError: store or catalog did not answer; the next scan goes on.
        """
        listed = [found for found in self._archive.objects.list(self._prefix) if not found.key.endswith("/")]
        stated = self._manifest(listed)
        files = [found for found in listed if self._path(found) not in NAMES]
        ids = report_ids([self._path(found) for found in files])
        counts = {"new": 0, "known": 0, "refused": 0}
        for found, named in zip(files, ids, strict=True):
            state = (found.key, found.size, found.modified)
            if state in self._refused or self._marks.has(*state):
                continue
            try:
                outcome = self._take(found, named, stated)
            except UnavailableError:
                raise
            except ObjectMissingError:
                continue  # it was removed since it was listed
            except (ArchiveError, RejectedError, ProblemError) as error:
                _logger.warning("%s was refused: %s", found.key, error)
                self._refused.add(state)
                counts["refused"] += 1
            else:
                self._marks.add(*state)
                counts[outcome] += 1
        return Scan(**counts)

    def _path(self, found: ObjectStat) -> str:
        return found.key.removeprefix(self._prefix).lstrip("/")

    def _manifest(self, listed: list[ObjectStat]) -> Mapping[str, Statement]:
        stated: dict[str, Statement] = {}
        for found in listed:
            if self._path(found) in NAMES:
                fetch = partial(self._archive.objects.get, found.key)
                with suppress(ObjectMissingError):  # it was removed since it was listed
                    stated |= self._manifests.read(found.key, found.size, found.modified, fetch)
        return stated

    def _take(self, found: ObjectStat, named: str, stated: Mapping[str, Statement]) -> str:
        objects, settings = self._archive.objects, self._archive.settings
        metadata = objects.stat(found.key).metadata
        fields: dict[str, Any] = dict(_stated_in(metadata))
        path = self._path(found)
        if path in stated:
            fields |= stated[path].as_json()
        fields.setdefault("report", named)
        statement = with_defaults(read_statement(fields), name=path.rpartition("/")[2], declared=None)
        with Incoming(limit=settings.max_upload) as incoming:
            for piece in objects.stream(found.key):
                incoming.write(piece)
            return outcome_of(take(self._archive, statement, incoming, origin="scan", queue="bulk"))


def _stated_in(metadata: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in metadata.items():
        # S3 hands names of metadata back in lower case; hyphens stand for what a header cannot hold.
        plain = name.lower().removeprefix("x-amz-meta-").replace("-", "_")
        if plain in STATED:
            yield plain, value
