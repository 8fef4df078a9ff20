"""The watched folder: a file is taken in when it is at rest, and stays where it lies.

Nobody tells when a copy is complete. So a file is at rest when size and time have not changed between two looks, and
the last change is some seconds ago. Names that programs use while they write are left alone, and so are symbolic
links: whoever may write into the folder must not publish what only this process may read.
"""

from __future__ import annotations

import logging
import os
import stat
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from ..archive import Archive, ArchiveError, Incoming, UnavailableError
from ..normalize import RejectedError
from ..web import ProblemError
from .manifest import MOST_BYTES, NAMES, ReadManifests
from .marks import Marks
from .naming import report_ids
from .scanning import Scan
from .statements import Statement, read_statement
from .taking import outcome_of, take, with_defaults

_logger: Final = logging.getLogger(__name__)

REST_SECONDS: Final = 2.0
"""Since the last change. Copies over a network write every few 100 ms; FAT keeps times to 2 seconds."""

UNFINISHED: Final = (".part", ".partial", ".tmp", ".crdownload", ".download", ".filepart", ".swp")
"""Endings under which browsers, editors and transfer programs write what is not complete."""

_PIECE: Final = 1 << 16


class _State(NamedTuple):
    size: int
    modified: int


def _without_links(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW)


class FolderWatcher:
    """Watches one folder, and all in it."""

    def __init__(self, archive: Archive, folder: Path, *, rest: float = REST_SECONDS) -> None:
        self._archive = archive
        self._folder = folder
        self._rest_ns = int(rest * 1e9)
        self._marks = Marks(archive.objects, "watch")
        self._manifests = ReadManifests()
        self._seen: dict[str, _State] = {}
        self._refused: set[tuple[str, int, int]] = set()

    def scan(self) -> Scan:
        """Look once: take in what is at rest and was not taken in before.

        Raises:
            UnavailableError: store or catalog did not answer; the next look goes on.
        """
        now = time.time_ns()
        found = dict(self._files())
        stated = self._manifest()
        ids = dict(zip(found, report_ids(list(found)), strict=True))
        counts = {"new": 0, "known": 0, "refused": 0}
        for path, state in found.items():
            at_rest = self._seen.get(path) == state and now - state.modified >= self._rest_ns
            if not at_rest or (path, *state) in self._refused or self._marks.has(path, *state):
                continue
            try:
                outcome = self._take(path, state, ids[path], stated)
            except UnavailableError:
                raise
            except OSError as error:
                _logger.warning("%s cannot be read: %s", path, error.strerror)
            except (ArchiveError, RejectedError, ProblemError) as error:
                _logger.warning("%s was refused: %s", path, error)
                self._refused.add((path, *state))
                counts["refused"] += 1
            else:
                if outcome is not None:
                    self._marks.add(path, *state)
                    counts[outcome] += 1
        self._seen = found
        return Scan(**counts)

    def _files(self) -> Iterator[tuple[str, _State]]:
        for folder, inner, names in os.walk(self._folder):
            inner[:] = sorted(name for name in inner if not name.startswith("."))
            for name in sorted(names):
                if name.startswith((".", "~$")) or name.lower().endswith(UNFINISHED):
                    continue
                path = Path(folder, name)
                relative = path.relative_to(self._folder).as_posix()
                if relative in NAMES:
                    continue
                try:
                    status = path.lstat()
                except OSError:
                    continue  # gone since it was listed
                if stat.S_ISLNK(status.st_mode):
                    self._tell_of_link(relative)
                elif stat.S_ISREG(status.st_mode):
                    yield relative, _State(status.st_size, status.st_mtime_ns)

    def _tell_of_link(self, path: str) -> None:
        if (path, 0, 0) not in self._refused:
            self._refused.add((path, 0, 0))
            _logger.warning("%s is a symbolic link and is left alone: put the file itself here", path)

    def _manifest(self) -> Mapping[str, Statement]:
        stated: dict[str, Statement] = {}
        for name in NAMES:
            try:
                state = (self._folder / name).lstat()
                if stat.S_ISLNK(state.st_mode):
                    self._tell_of_link(name)
                elif stat.S_ISREG(state.st_mode):
                    fetch = partial(self._fetch, name)
                    stated |= self._manifests.read(name, state.st_size, state.st_mtime_ns, fetch)
            except FileNotFoundError:
                continue
            except OSError as error:
                _logger.warning("%s cannot be read: %s", name, error.strerror)
        return stated

    def _fetch(self, name: str) -> bytes:
        """Read a manifest, and no more of it than one too many: it may grow while it is read."""
        with self._open(name) as file:
            return file.read(MOST_BYTES + 1)

    def _open(self, path: str) -> BinaryIO:
        """Open a file, not through a link that has taken its place since it was looked at."""
        return open(self._folder / path, "rb", opener=_without_links)

    def _take(self, path: str, state: _State, named: str, stated: Mapping[str, Statement]) -> str | None:
        fields = {"report": named, **(stated[path].as_json() if path in stated else {})}
        statement = with_defaults(read_statement(fields), name=path.rpartition("/")[2], declared=None)
        with Incoming(limit=self._archive.settings.max_upload) as incoming:
            with self._open(path) as file:
                while piece := file.read(_PIECE):
                    incoming.write(piece)
                after = os.fstat(file.fileno())
            if _State(after.st_size, after.st_mtime_ns) != state or incoming.size != state.size:
                return None  # it changed while it was read: the next look sees it again
            return outcome_of(take(self._archive, statement, incoming, origin="watch", queue="bulk"))
