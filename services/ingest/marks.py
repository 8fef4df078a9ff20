"""What a scan has taken in already: one empty object a file, in the object store itself.

A name holds path, size and time, so that a file that changes is new. Marks are found by listing, survive a lost
catalog, and are shared by all that scan. A mark that is lost costs one look: the bytes are known.
"""

from __future__ import annotations

import hashlib
from typing import Final

from ..archive import Objects

PREFIX: Final = "scanned/"


class Marks:
    """The marks of one kind of scan (``bucket`` or ``watch``)."""

    def __init__(self, objects: Objects, kind: str) -> None:
        self._objects = objects
        self._prefix = f"{PREFIX}{kind}/"
        self._known: set[str] | None = None

    def has(self, path: str, size: int, modified: int) -> bool:
        """Tell whether this state of the file was taken in."""
        return self._name(path, size, modified) in self._all()

    def add(self, path: str, size: int, modified: int) -> None:
        """Note that it was; after the receipt, never before."""
        name = self._name(path, size, modified)
        self._objects.put(name, b"")
        self._all().add(name)

    def _all(self) -> set[str]:
        if self._known is None:
            self._known = {found.key for found in self._objects.list(self._prefix)}
        return self._known

    def _name(self, path: str, size: int, modified: int) -> str:
        told = f"{path}\n{size}\n{modified}".encode(errors="surrogatepass")
        return f"{self._prefix}{hashlib.sha256(told).hexdigest()}"
