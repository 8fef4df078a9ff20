# os.path is several times faster than pathlib, and this is the path of every put:
# ruff: noqa: PTH100, PTH102, PTH108, PTH105, PTH112, PTH113, PTH116, PTH118, PTH120, PTH123
"""A folder as an object store: keys are paths below it, and what was put survives a power cut.

A put writes a temporary file, syncs it, renames it into place and syncs the folder: a reader sees the old bytes or
the new, and a crash leaves at most a file under ``.part/``. An object's media type and metadata, when there are any,
stand beside the tree in ``.about/``.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from ..errors import ArchiveError, KeyRefusedError, NoRoomError, ObjectMissingError, UnavailableError
from ..objects import ObjectStat, check_key
from ..signing import Signer
from .pieces import PIECE

PARTS: Final = ".part"
ABOUT: Final = ".about"
_PLAIN: Final = "application/octet-stream"
_STALE: Final = 86_400.0
"""Seconds after which a temporary file was left by a process that died."""


class FolderObjects:
    """See ``objects.Objects``. ``durable=False`` leaves out the syncs (tests, data that can be had again)."""

    def __init__(self, root: Path, *, durable: bool = True, signer: Signer | None = None) -> None:
        self._root = os.path.abspath(root)
        self._durable = durable
        self._signer = signer
        self._known: set[str] = set()
        """Folders that this process has made or seen, and synced."""
        try:
            for folder in (self._root, os.path.join(self._root, PARTS), os.path.join(self._root, ABOUT)):
                self._make_folder(folder)
        except OSError as error:
            raise UnavailableError("objects", str(error)) from error

    def put(
        self,
        key: str,
        data: bytes | BinaryIO,
        *,
        size: int | None = None,
        media_type: str = _PLAIN,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        path = self._path(key)
        told = {} if media_type in {_PLAIN, "application/json"} else {"media_type": media_type}
        about = (
            json.dumps(told | {"metadata": dict(metadata)})
            if metadata
            else json.dumps(told)
            if told
            else None
        )
        try:
            # What is told about an object comes first: an object is complete as soon as it can be seen.
            if about is not None:
                self._replace(self._about(key), about.encode(), None, key)
            self._replace(path, data, size, key)
            if about is None:
                with suppress(FileNotFoundError, NotADirectoryError):
                    os.unlink(self._about(key))
        except (NotADirectoryError, IsADirectoryError) as error:
            raise KeyRefusedError(
                f"a folder store holds no object beside a folder of its name: {key!r}"
            ) from error
        except OSError as error:
            raise _translated(error, key) from error

    def get(self, key: str, *, start: int = 0, end: int | None = None) -> bytes:
        try:
            with open(self._path(key), "rb", buffering=0) as file:
                if start:
                    file.seek(start)
                return file.readall() if end is None else _read(file, max(0, end - start))
        except OSError as error:
            raise _translated(error, key) from error

    def stream(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        try:
            file = open(self._path(key), "rb", buffering=0)  # noqa: SIM115 - closed by the iterator
            if os.path.isdir(self._path(key)):
                raise IsADirectoryError
        except OSError as error:
            raise _translated(error, key) from error
        return _pieces(file, start, end, key)

    def stat(self, key: str) -> ObjectStat:
        path = self._path(key)
        try:
            found = os.stat(path)
        except OSError as error:
            raise _translated(error, key) from error
        if not os.path.isfile(path):
            raise ObjectMissingError(key)
        told: dict[str, object] = {}
        with suppress(FileNotFoundError, NotADirectoryError):
            told = json.loads(Path(self._about(key)).read_bytes())
        metadata = told.get("metadata", {})
        assert isinstance(metadata, dict)
        return ObjectStat(
            key, found.st_size, found.st_mtime_ns // 1_000_000, str(told.get("media_type", _PLAIN)), metadata
        )

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectStat]:
        # Only the folder in which the prefix ends is walked, and of it only what can sort behind `after`.
        head = prefix.rpartition("/")[0]
        top = os.path.join(self._root, head) if head else self._root
        try:
            yield from self._walk(top, f"{head}/" if head else "", prefix, after)
        except OSError as error:
            raise _translated(error, prefix) from error

    def remove(self, key: str) -> None:
        path = self._path(key)
        try:
            with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError):
                if not os.path.isdir(path):
                    os.unlink(path)
                    self._sync_folder(os.path.dirname(path))
            with suppress(FileNotFoundError, NotADirectoryError):
                os.unlink(self._about(key))
        except OSError as error:
            raise _translated(error, key) from error

    def presign_get(self, key: str, *, seconds: int, filename: str | None = None) -> str:
        return self._signing().url("GET", check_key(key), seconds=seconds, filename=filename)

    def presign_put(self, key: str, *, seconds: int) -> str:
        return self._signing().url("PUT", check_key(key), seconds=seconds)

    def check(self) -> None:
        probe = os.path.join(self._root, PARTS, f"check-{secrets.token_hex(8)}")
        try:
            with open(probe, "xb") as file:
                file.write(b"jiaokan")
            os.unlink(probe)
        except OSError as error:
            raise _translated(error, f"{self._root} cannot be written") from error

    def sweep_parts(self) -> int:
        """Remove temporary files that dead processes left a day ago or longer; tells how many."""
        removed = 0
        parts = os.path.join(self._root, PARTS)
        for entry in os.scandir(parts):
            with suppress(FileNotFoundError):
                if time.time() - entry.stat().st_mtime > _STALE:
                    os.unlink(entry.path)
                    removed += 1
        return removed

    def _walk(self, folder: str, base: str, prefix: str, after: str) -> Iterator[ObjectStat]:
        try:
            entries = list(os.scandir(folder))
        except (FileNotFoundError, NotADirectoryError):
            return
        # A folder sorts as its name with a slash: S3 orders whole keys, in which "a.b" < "a/b" < "a0".
        found = [
            (os.fsencode(entry.name + "/" if entry.is_dir() else entry.name), entry)
            for entry in entries
            if base or entry.name not in {PARTS, ABOUT}
        ]
        found.sort(key=lambda pair: pair[0])
        last = after.encode()
        for name, entry in found:
            key = base + os.fsdecode(name)
            if key.endswith("/"):
                # All keys in it begin with `key`: skip it when none of them can match or come behind `after`.
                whole = key.encode()
                if not (key.startswith(prefix) or prefix.startswith(key)):
                    continue
                if last[: len(whole)] > whole:
                    continue
                yield from self._walk(entry.path, key, prefix, after)
            elif key.startswith(prefix) and key.encode() > last:
                with suppress(FileNotFoundError):
                    stat = entry.stat()
                    yield ObjectStat(key, stat.st_size, stat.st_mtime_ns // 1_000_000)

    def _path(self, key: str) -> str:
        check_key(key)
        if key.startswith((f"{PARTS}/", f"{ABOUT}/")) or key in {PARTS, ABOUT}:
            raise KeyRefusedError(f"a key does not begin with {PARTS} or {ABOUT}: {key!r}")
        return f"{self._root}/{key}"

    def _about(self, key: str) -> str:
        return f"{self._root}/{ABOUT}/{key}"

    def _replace(self, path: str, data: bytes | BinaryIO, size: int | None, key: str) -> None:
        folder = os.path.dirname(path)
        part = f"{self._root}/{PARTS}/{secrets.token_hex(12)}"
        try:
            with open(part, "xb", buffering=0) as file:
                written = _write(file, data)
                _check_size(key, written, size)
                if self._durable:
                    os.fsync(file.fileno())
            if folder not in self._known:
                self._make_folder(folder)
            try:
                os.replace(part, path)
            except FileNotFoundError:
                self._known.discard(folder)  # someone removed the folder
                self._make_folder(folder)
                os.replace(part, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(part)
            raise
        self._sync_folder(folder)

    def _make_folder(self, folder: str) -> None:
        if not os.path.isdir(folder):
            parent = os.path.dirname(folder)
            if parent != folder:
                self._make_folder(parent)
            with suppress(FileExistsError):
                os.mkdir(folder)
            if not os.path.isdir(folder):
                raise NotADirectoryError(errno.ENOTDIR, "a file stands where a folder is needed", folder)
            self._sync_folder(parent)
        self._known.add(folder)

    def _sync_folder(self, folder: str) -> None:
        if not self._durable:
            return
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _signing(self) -> Signer:
        if self._signer is None:
            raise ArchiveError("this folder store was opened without a key to sign URLs with")
        return self._signer


def _write(file: BinaryIO, data: bytes | BinaryIO) -> int:
    if isinstance(data, bytes | bytearray | memoryview):
        view = memoryview(data)
        done = 0
        while done < len(view):
            done += file.write(view[done:])
        return done
    shutil.copyfileobj(data, file, PIECE)
    return file.tell()


def _check_size(key: str, written: int, size: int | None) -> None:
    if size is not None and written != size:
        raise ArchiveError(f"{key}: {size} bytes were announced, {written} came")


def _read(file: BinaryIO, count: int) -> bytes:
    pieces = []
    while count > 0 and (piece := file.read(count)):
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def _pieces(file: BinaryIO, start: int, end: int | None, key: str) -> Iterator[bytes]:
    with file:
        try:
            file.seek(start)
            left = -1 if end is None else max(0, end - start)
            while left != 0 and (piece := file.read(PIECE if left < 0 else min(PIECE, left))):
                yield piece
                left -= len(piece) if left > 0 else 0
        except OSError as error:
            raise _translated(error, key) from error


def _translated(error: OSError, key: str) -> Exception:
    if isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError):
        return ObjectMissingError(key)
    if error.errno == errno.ENAMETOOLONG:
        return KeyRefusedError(f"the file system takes no name this long: {key!r}")
    kind = NoRoomError if error.errno in _FULL else UnavailableError
    return kind("objects", f"{error.strerror or error} ({key})")


_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
