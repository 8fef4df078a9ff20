"""An object store in memory: for tests, and for trying things out."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from threading import Lock
from types import MappingProxyType
from typing import BinaryIO

from ..errors import ArchiveError, ObjectMissingError
from ..objects import ObjectStat, check_key
from .pieces import PIECE


class MemoryObjects:
    """See ``objects.Objects``."""

    def __init__(self) -> None:
        self._objects: dict[str, tuple[bytes, ObjectStat]] = {}
        self._lock = Lock()

    def put(
        self,
        key: str,
        data: bytes | BinaryIO,
        *,
        size: int | None = None,
        media_type: str = "application/octet-stream",
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        check_key(key)
        held = data if isinstance(data, bytes) else data.read()
        if size is not None and len(held) != size:
            raise ArchiveError(f"{key}: {size} bytes were announced, {len(held)} came")
        stat = ObjectStat(
            key, len(held), time.time_ns() // 1_000_000, media_type, MappingProxyType(dict(metadata or {}))
        )
        with self._lock:
            self._objects[key] = held, stat

    def get(self, key: str, *, start: int = 0, end: int | None = None) -> bytes:
        return self._find(key)[0][start:end]

    def stream(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        data = self.get(key, start=start, end=end)
        return (data[at : at + PIECE] for at in range(0, len(data), PIECE))

    def stat(self, key: str) -> ObjectStat:
        return self._find(key)[1]

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectStat]:
        with self._lock:
            keys = sorted(self._objects, key=str.encode)
        for key in keys[bisect_right(keys, after.encode(), key=str.encode) :]:
            found = self._objects.get(key)
            if key.startswith(prefix) and found is not None:
                yield ObjectStat(key, found[1].size, found[1].modified)

    def remove(self, key: str) -> None:
        with self._lock:
            self._objects.pop(check_key(key), None)

    def presign_get(self, key: str, *, seconds: int, filename: str | None = None) -> str:
        return f"memory:///{check_key(key)}?seconds={seconds}&filename={filename or ''}"

    def presign_put(self, key: str, *, seconds: int) -> str:
        return f"memory:///{check_key(key)}?seconds={seconds}"

    def check(self) -> None:
        """Nothing can be wrong with it."""

    def _find(self, key: str) -> tuple[bytes, ObjectStat]:
        try:
            return self._objects[check_key(key)]
        except KeyError:
            raise ObjectMissingError(key) from None
