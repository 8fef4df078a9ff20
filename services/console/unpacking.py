"""Archives on the command line: each member is a file of its own, named below the archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Final

from ..ingest.naming import short_names
from ..normalize import RejectedError
from ..normalize.formats.archives import expand
from ..normalize.formats.sniffing import ARCHIVE, ZIP, is_archive, is_tar
from .files import Named

_HEAD: Final = 1024


def unpacked(files: Iterable[Named], max_bytes: int) -> list[Named]:
    """Put the members of archives in the place of the archives; each archive is gone through for its names.

    A member that cannot be unpacked, or an archive that is out of bounds, carries its refusal.
    """
    found: list[Named] = []
    for file in files:
        data = _archive(file.path, max_bytes)
        if data is None:
            found.append(file)
            continue
        below = short_names([file.relative])[0]
        before = len(found)
        try:
            for member in expand(data):
                refusal = None if member.refusal is None else str(member.refusal)
                relative = PurePosixPath(below, member.path)
                found.append(Named(file.path, relative, member.path, refusal))
        except RejectedError as error:
            del found[before:]
            found.append(replace(file, refusal=str(error)))
    return found


def with_data(files: Sequence[Named], max_bytes: int) -> Iterator[tuple[Named, bytes | None]]:
    """Give each file with its bytes if it is a member of an archive; of other files their path is enough."""
    for path, group in groupby(files, key=lambda file: file.path):
        together = list(group)
        if together[0].member is None:
            for file in together:
                yield file, None
            continue
        data = _archive(path, max_bytes)
        members = iter(()) if data is None else expand(data)
        for file, member in zip(together, members, strict=False):
            yield file, member.data


def _archive(path: Path, max_bytes: int) -> bytes | None:
    """Read an archive; None for everything else, also for what cannot be read (that is told later)."""
    if str(path) == "-":
        return None
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            if not (head.startswith((*ZIP, *ARCHIVE.magic)) or is_tar(head)):
                return None
            data = head + file.read(max_bytes)
    except OSError:
        return None
    return data if len(data) <= max_bytes and is_archive(data) else None
