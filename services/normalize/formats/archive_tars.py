"""The headers of a tar file: POSIX.1-1988 (ustar), POSIX.1-2001 (pax) and GNU, read in one pass without recursion.

Python's ``tarfile`` follows a header that describes the next one by calling itself, so that a thousand of them end it,
and searches what pax records hold with patterns whose cost is a square (80 kB of digits took 9 s).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ..errors import RejectedError
from .archive_bounds import Count, damaged

BLOCK: Final = 512
MAX_HEADERS: Final = 100_000
"""Headers of all kinds: directories and descriptions of the next header are no members, and cost 5 µs each."""
MAX_DESCRIPTION: Final = 1 << 20
"""Bytes that describe the next header. A name of 4,096 bytes, the longest of Linux, and times take 5,000."""

_FILES: Final = (b"0", b"\0", b"7")
_WITHOUT_DATA: Final = (b"1", b"2", b"3", b"4", b"5", b"6")
_SPARSE: Final = b"S"
_LONGEST_NUMBER: Final = 20
"""Digits of the largest size that a record gives: 64 bits have as many."""


class Entry(NamedTuple):
    """A member: its name as written, where its bytes are, and whether it is a file (no link, device or sparse map)."""

    name: bytes
    start: int
    size: int
    is_file: bool


def entries_of(data: bytes, count: Count) -> Iterator[Entry]:
    """Give the members of a tar file, but for directories; each is counted.

    Raises:
        RejectedError: ``damaged`` where a header cannot be read, ``too-many-members``.
    """
    at = 0
    described: dict[bytes, bytes] = {}
    for _ in range(MAX_HEADERS):
        header = data[at : at + BLOCK]
        if not header.strip(b"\0"):
            return
        if len(header) < BLOCK or not _is_summed(header):
            raise damaged("a header cannot be read")
        at += BLOCK
        kind = header[156:157]
        stated = described.get(b"size")
        size = _number(header[124:136]) if stated is None else _decimal(stated)
        if size < 0:
            raise damaged("a header cannot be read")
        if kind == _SPARSE:
            at = _behind_map(data, at, header[482])
        start, at = at, at if kind in _WITHOUT_DATA else at + -(-size // BLOCK) * BLOCK
        if kind in (b"x", b"X", b"L"):
            if size > MAX_DESCRIPTION:
                raise damaged(f"a header has more than {MAX_DESCRIPTION} bytes beside it")
            held = data[start : start + size]
            described |= {b"path": held.split(b"\0", 1)[0]} if kind == b"L" else _records(held)
            continue
        if kind in (b"g", b"K"):  # what holds for all, and where links lead
            continue
        name = described.get(b"path") or _name(header)
        sparse = kind == _SPARSE or any(key.startswith(b"GNU.sparse.") for key in described)
        described = {}
        if kind == b"5" or (kind == b"\0" and name.endswith(b"/")):
            continue
        count.member()
        yield Entry(name, start, size, kind in _FILES and not sparse)
    raise RejectedError("too-many-members", f"the archive has more than {MAX_HEADERS} headers; divide it")


def _is_summed(header: bytes) -> bool:
    """Tell whether a header's checksum is right; some old writers added its bytes as signed ones."""
    total = sum(header[:148]) + 256 + sum(header[156:])
    stored = _number(header[148:156])
    return stored == total or stored == total - 256 * sum(byte > 0x7F for byte in header)


def _number(field: bytes) -> int:
    """Read a number: octal digits, or, behind a byte of 128, all bits (GNU); -1: it is none, or below nothing."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b"\0 ")
    if not digits:
        return 0
    return int(digits, 8) if digits.isdigit() and not digits.strip(b"01234567") else -1


def _decimal(value: bytes) -> int:
    """Read the size of a pax record; -1: it is none."""
    return int(value) if value.isdigit() and len(value) <= _LONGEST_NUMBER else -1


def _name(header: bytes) -> bytes:
    name = header[:100].split(b"\0", 1)[0]
    prefix = header[345:500].split(b"\0", 1)[0] if header[257:263] == b"ustar\0" else b""
    return prefix + b"/" + name if prefix else name


def _records(held: bytes) -> dict[bytes, bytes]:
    """Read pax records, ``27 path=…`` with a newline behind each, up to the first that is none."""
    found: dict[bytes, bytes] = {}
    at = 0
    while at < len(held):
        length, space, _ = held[at : at + _LONGEST_NUMBER].partition(b" ")
        end = at + int(length) if space and length.isdigit() else at
        if not at + len(length) < end <= len(held):
            break
        key, _, value = held[at + len(length) + 1 : end - 1].partition(b"=")
        found[key] = value
        at = end
    return found


def _behind_map(data: bytes, at: int, more: int) -> int:
    """Give where the data of a sparse file begin: its map may go on in blocks of its own."""
    while more and at + BLOCK <= len(data):
        more = data[at + 504]
        at += BLOCK
    return at
