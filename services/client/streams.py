"""Streams as they come: Server-Sent Events, lines of JSON, plain bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final, Generic, TypeVar

from ..contract.shapes import Event
from .errors import ClientError

T = TypeVar("T")

LINE_MOST: Final = 256 * 1024 * 1024
"""Bytes of one line at most: a content object of the largest source that is taken."""


class Events:
    """Server-Sent Events (WHATWG HTML 9.2.6) as events of the feed; ``last`` is the sequence of the last one."""

    def __init__(self, after: int) -> None:
        self.last = after
        self._lines = _Lines()
        self._data: list[str] = []

    def feed(self, piece: bytes) -> Iterable[Event]:
        """Take the next bytes; give the events that they complete."""
        for line in self._lines.feed(piece):
            if line:
                name, _, value = line.decode("utf-8", "replace").partition(":")
                if name == "data":
                    self._data.append(value.removeprefix(" "))
                continue
            if self._data:
                event: Event = json.loads("\n".join(self._data))
                self._data = []
                # A server that was asked again may begin before the break; nothing is told twice.
                if event["sequence"] > self.last:
                    self.last = event["sequence"]
                    yield event

    def end(self) -> Iterable[Event]:
        """An event that is not whole is not told (the same section); it comes again after the reconnect."""
        return ()


class JsonLines(Generic[T]):
    """A JSON object a line."""

    def __init__(self) -> None:
        self._lines = _Lines()

    def feed(self, piece: bytes) -> Iterable[T]:
        """Take the next bytes; give the objects that they complete."""
        for line in self._lines.feed(piece):
            if line:
                yield json.loads(line)

    def end(self) -> Iterable[T]:
        """Raise an error for half a line: the stream was torn."""
        if self._lines.left:
            raise ClientError("the stream ended in the middle of a line; ask again", retry=True)
        return ()


class Pieces:
    """The bytes themselves."""

    def feed(self, piece: bytes) -> Iterable[bytes]:
        """Give the bytes."""
        return (piece,) if piece else ()

    def end(self) -> Iterable[bytes]:
        """Give nothing more."""
        return ()


class _Lines:
    """Cuts bytes at line ends; a line may come in any number of pieces."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    @property
    def left(self) -> bool:
        return any(self._parts)

    def feed(self, piece: bytes) -> Iterable[bytes]:
        *whole, rest = piece.split(b"\n")
        for line in whole:
            yield (b"".join(self._parts) + line).removesuffix(b"\r")
            self._parts, self._size = [], 0
        self._parts.append(rest)
        self._size += len(rest)
        if self._size > LINE_MOST:
            raise ClientError(f"a line of more than {LINE_MOST} bytes")
