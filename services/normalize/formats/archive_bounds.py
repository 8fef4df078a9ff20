"""The bounds of unpacking: how many members, how many bytes; what is read counts, not what headers claim."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol

from ..errors import RejectedError

PIECE: Final = 1 << 20
"""Bytes unpacked at a time."""
GRACE: Final = 16 << 20
"""Bytes that any archive may unpack to, whatever its size: the ratio of a small file of blanks proves nothing."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold, all levels together: counts and bytes."""

    members: int = 1_000
    levels: int = 3
    ratio: int = 100
    total_bytes: int = 1 << 30


@dataclass(slots=True)
class Count:
    """What was unpacked so far, against the bounds."""

    limits: Limits
    packed: int
    members: int = 0
    unpacked: int = 0
    names: set[str] = field(default_factory=set)

    @property
    def room(self) -> int:
        """Bytes that may still come."""
        most = min(self.limits.total_bytes, max(self.limits.ratio * self.packed, GRACE))
        return most - self.unpacked

    def member(self) -> None:
        """Count one member."""
        self.members += 1
        if self.members > self.limits.members:
            raise RejectedError(
                "too-many-members",
                f"the archive has more than {self.limits.members} members; split it, or raise the limit",
            )

    def take(self, size: int) -> None:
        """Count unpacked bytes."""
        if size > self.room:
            raise RejectedError(
                "archive-bomb",
                f"the archive unpacks to more than {self.limits.total_bytes} bytes, or to more than "
                f"{self.limits.ratio} times its size; split it, or raise the limit",
            )
        self.unpacked += size

    def unique(self, path: str) -> str:
        """Give a path that no member had before."""
        name, number = path, 2
        stem, dot, end = path.rpartition(".")
        while name in self.names:
            name = f"{stem}~{number}.{end}" if dot and "/" not in end else f"{path}~{number}"
            number += 1
        self.names.add(name)
        return name


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


def bounded(stream: _Stream, count: Count) -> bytes:
    """Read a stream to its end, counting."""
    pieces = []
    while piece := stream.read(PIECE):
        count.take(len(piece))
        pieces.append(piece)
    return b"".join(pieces)


def damaged(what: str) -> RejectedError:
    """Give the rejection of an archive that cannot be unpacked; ``what`` says where it ended."""
    return RejectedError("damaged", f"the archive is damaged ({what}); pack the files again and send that")
