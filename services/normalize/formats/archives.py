"""Archives: ZIP, tar, gzip, bzip2 and xz, unpacked in memory and within bounds.

Nothing is ever written to a disk, so no name is ever a path; links and devices are refused; what the headers claim is
never believed: every stream is read piece by piece until it ends or a bound is met.
"""

from __future__ import annotations

import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Final, NamedTuple

from ..errors import RejectedError
from .archive_bounds import Count, Limits, bounded, damaged
from .archive_names import names_codec, path_of, zip_names
from .archive_streams import decompress
from .archive_tars import entries_of
from .sniffing import MAX_ENTRIES, REFUSALS, ZIP, has_many_entries, is_archive, is_tar


class Member(NamedTuple):
    """One file of an archive.

    ``path`` is its name inside, ``/`` between the parts, NFC, unique in the archive, free of ``.`` and ``..`` and of
    control characters; a member of an archive inside has that archive's path before its own. ``refusal`` says why a
    member was not unpacked (a link, a device, encrypted, damaged); its ``data`` are then empty.
    """

    path: str
    data: bytes
    refusal: RejectedError | None = None


def expand(data: bytes, limits: Limits | None = None) -> Iterator[Member]:
    """Unpack an archive, archives inside it too, member by member in their order.

    Stubs that macOS and Windows leave (``__MACOSX``, ``._name``, ``.DS_Store``, ``Thumbs.db``) are passed over.

    Raises:
        RejectedError: ``not-an-archive``, ``damaged``, ``too-many-members`` or ``archive-bomb``: the whole archive.
            What is declared is checked before the first member comes, what is real while unpacking: whoever wants
            all or nothing takes the list.
    """
    if not is_archive(data):
        raise RejectedError("not-an-archive", "this is neither ZIP, tar, gzip, bzip2 nor xz")
    yield from _expand(data, "", 1, Count(limits or Limits(), len(data)))


def _expand(data: bytes, prefix: str, level: int, count: Count) -> Iterator[Member]:
    if data.startswith(ZIP):
        yield from _zip(data, prefix, level, count)
    elif is_tar(data):
        yield from _tar(data, prefix, level, count)
    else:
        name, inner = decompress(data, count)
        if is_tar(inner):  # .tar.gz is one level
            yield from _tar(inner, prefix, level, count)
        else:
            count.member()
            yield from _member(inner, path_of(prefix, name or "content"), level, count)


def _member(data: bytes, path: str, level: int, count: Count) -> Iterator[Member]:
    if data.startswith(_STUB_MAGIC):
        return
    path = count.unique(path)
    if not is_archive(data):
        yield Member(path, data)
    elif level >= count.limits.levels:
        yield _refused(
            path, "archive-too-deep", f"archives inside archives are unpacked to {count.limits.levels} levels"
        )
    else:
        try:
            yield from _expand(data, path, level + 1, count)
        except RejectedError as error:
            if error.code != "damaged":
                raise
            yield Member(path, b"", error)


_STUB_MAGIC: Final = REFUSALS[0].magic
_STUB: Final = re.compile(r"(?i)(?:^|/)(?:__MACOSX/.*|\._[^/]*|\.DS_Store|Thumbs\.db|desktop\.ini)$")


def _refused(path: str, code: str, reason: str) -> Member:
    return Member(path, b"", RejectedError(code, reason))


# ZIP


def _zip(data: bytes, prefix: str, level: int, count: Count) -> Iterator[Member]:
    if has_many_entries(data):
        raise RejectedError("too-many-members", f"the archive has more than {MAX_ENTRIES} entries; divide it")
    try:
        archive = zipfile.ZipFile(BytesIO(data))
        infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, EOFError) as error:
        raise damaged("its directory cannot be read") from error
    files = [info for info in infos if not info.filename.endswith("/")]
    if count.members + len(files) > count.limits.members:
        count.members = count.limits.members
        count.member()
    if sum(info.file_size for info in files) > count.room:
        count.take(count.room + 1)
    names = zip_names(files)
    for info, name in zip(files, names, strict=True):
        count.member()
        path = path_of(prefix, name)
        if _STUB.search("/" + name.replace("\\", "/")):
            continue
        kind = info.external_attr >> 28
        if kind and kind not in (0x8, 0x4):  # S_IFREG, S_IFDIR (some writers set nothing)
            yield _refused(
                count.unique(path), "link-or-device", "links and devices are not followed; send the file"
            )
            continue
        if info.flag_bits & 0x1:
            yield _refused(
                count.unique(path), "encrypted", "the member is encrypted; send it without a password"
            )
            continue
        try:
            with archive.open(info) as stream:
                content = bounded(stream, count)
        except RejectedError:
            raise
        except (
            zipfile.BadZipFile,
            zlib.error,
            lzma.LZMAError,
            NotImplementedError,
            EOFError,
            OSError,
            ValueError,
        ) as error:
            yield _refused(
                count.unique(path), "damaged", f"the member cannot be unpacked ({error}); pack it again"
            )
            continue
        yield from _member(content, path, level, count)


# tar


def _tar(data: bytes, prefix: str, level: int, count: Count) -> Iterator[Member]:
    entries = list(entries_of(data, count))
    decode = names_codec([entry.name for entry in entries])
    for entry in entries:
        name = decode(entry.name)
        path = path_of(prefix, name)
        if _STUB.search("/" + name):
            continue
        if not entry.is_file:
            yield _refused(
                count.unique(path), "link-or-device", "links and devices are not followed; send the file"
            )
            continue
        if entry.start + entry.size > len(data):
            yield _refused(count.unique(path), "damaged", "the archive ends inside the member; pack it again")
            continue
        count.take(entry.size)
        yield from _member(data[entry.start : entry.start + entry.size], path, level, count)
