"""What an object store can do: the least that a folder and every S3 service share.

Three of them stand behind this interface and pass the same tests: a folder (``folder.py``), any S3 service through
the ``minio`` client (``s3.py``), and one in memory (``memory.py``). No conditional PUT, no rename, no append.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Final, Protocol

from .errors import KeyRefusedError

MAX_KEY: Final = 1024
"""Bytes of a key; the limit of S3."""

MAX_KEY_SEGMENT: Final = 240
"""Bytes between two slashes: a file name has 255, and a temporary name needs a few more than the name itself."""

_FORBIDDEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")
"""S3 services disagree on control characters, and MinIO takes a backslash for a slash on some systems."""


@dataclass(frozen=True, slots=True)
class ObjectStat:
    """What is known of an object without reading it. ``modified`` is in milliseconds since 1970.

    A listing gives no ``media_type`` and no ``metadata`` (S3 does not tell them there); ``stat`` does.
    """

    key: str
    size: int
    modified: int
    media_type: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


class Objects(Protocol):
    """An object store. Every method may raise UnavailableError (worth another try) and KeyRefusedError (not)."""

    def put(
        self,
        key: str,
        data: bytes | BinaryIO,
        *,
        size: int | None = None,
        media_type: str = "application/octet-stream",
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        """Keep ``data`` under ``key``, replacing what stood there; durable when this returns.

        A reader sees the old bytes or the new, never a part. A stream is read from where it stands to its end and
        needs ``size``, its number of bytes (ArchiveError when it holds another number). ``metadata`` keys are lower
        case ASCII; values may be any text.
        """

    def get(self, key: str, *, start: int = 0, end: int | None = None) -> bytes:
        """Give the bytes ``start`` to ``end`` (half-open; to the last by default).

        Raises:
            ObjectMissingError: there is none. A range that lies outside gives fewer bytes, or none.
        """

    def stream(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Give the same bytes in pieces of about 64 KiB; memory stays flat. A missing object raises at the call.

        Close the iterator (or exhaust it) to free its connection.
        """

    def stat(self, key: str) -> ObjectStat:
        """Tell size, time and metadata.

        Raises:
            ObjectMissingError: there is none.
        """

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectStat]:
        """Give every object whose key begins with ``prefix`` and sorts behind ``after``, in order of UTF-8 bytes."""

    def remove(self, key: str) -> None:
        """Remove the object; removing what is not there is no error."""

    def presign_get(self, key: str, *, seconds: int, filename: str | None = None) -> str:
        """Sign a URL by which anyone may GET the object for ``seconds``, as an attachment if ``filename`` is given."""

    def presign_put(self, key: str, *, seconds: int) -> str:
        """Sign a URL by which anyone may PUT the object for ``seconds``."""

    def check(self) -> None:
        """Raise UnavailableError or SettingsError if the store cannot be used (no such bucket, no permission)."""


def check_key(key: str) -> str:
    """Give ``key`` if every kind of store can hold it.

    Raises:
        KeyRefusedError: an empty segment, ``.`` or ``..``, a control character, or too long.
    """
    if len(key.encode(errors="surrogatepass")) > MAX_KEY:
        raise KeyRefusedError(f"a key has at most {MAX_KEY} bytes: {key[:80]!r}…")
    for segment in key.split("/"):
        if segment in {"", ".", ".."}:
            raise KeyRefusedError(f"a key has no segment {segment!r}: {key!r}")
        try:
            size = len(segment.encode())
        except UnicodeEncodeError:
            raise KeyRefusedError(f"a key is valid Unicode: {key!r}") from None
        if size > MAX_KEY_SEGMENT:
            raise KeyRefusedError(
                f"a segment of a key has at most {MAX_KEY_SEGMENT} bytes: {segment[:80]!r}…"
            )
    if _FORBIDDEN.search(key):
        raise KeyRefusedError(f"a key has no control characters and no backslash: {key!r}")
    return key
