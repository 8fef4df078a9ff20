"""Archives: ZIP, tar, gzip, bzip2 and xz, unpacked in memory and within bounds.

Nothing is ever written to a disk, so no name is ever a path; links and devices are refused; what the headers claim is
never believed: every stream is read piece by piece until it ends or a bound is met.
"""

from __future__ import annotations

import bz2
import lzma
import re
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final, NamedTuple, Protocol

from ..errors import RejectedError
from .sniffing import REFUSALS, ZIP, is_archive, is_tar

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
    yield from _expand(data, "", 1, _Count(limits or Limits(), len(data)))


@dataclass(slots=True)
class _Count:
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


def _expand(data: bytes, prefix: str, level: int, count: _Count) -> Iterator[Member]:
    if data.startswith(ZIP):
        yield from _zip(data, prefix, level, count)
    elif is_tar(data):
        yield from _tar(data, prefix, level, count)
    else:
        name, inner = _decompress(data, count)
        if is_tar(inner):  # .tar.gz is one level
            yield from _tar(inner, prefix, level, count)
        else:
            count.member()
            yield from _member(inner, _path(prefix, name or "content"), level, count)


def _member(data: bytes, path: str, level: int, count: _Count) -> Iterator[Member]:
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


def _path(prefix: str, name: str) -> str:
    """Make a name of what an archive calls a member: it names, it never leads anywhere."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/"))
    name = re.sub(r"^[A-Za-z]:(?=/)", "", name)
    parts = (
        "".join(char for char in part if unicodedata.category(char)[0] != "C").strip()
        for part in name.split("/")
    )
    kept = [part for part in parts if part not in ("", ".", "..")]
    return "/".join(([prefix] if prefix else []) + (kept or ["content"]))


def _bounded(stream: _Stream, count: _Count) -> bytes:
    """Read a stream to its end, counting."""
    pieces = []
    while piece := stream.read(PIECE):
        count.take(len(piece))
        pieces.append(piece)
    return b"".join(pieces)


# ZIP


def _zip(data: bytes, prefix: str, level: int, count: _Count) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(BytesIO(data))
        infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, EOFError) as error:
        raise _damaged("its directory cannot be read") from error
    files = [info for info in infos if not info.is_dir()]
    if count.members + len(files) > count.limits.members:
        count.members = count.limits.members
        count.member()
    if sum(info.file_size for info in files) > count.room:
        count.take(count.room + 1)
    names = _zip_names(files)
    for info, name in zip(files, names, strict=True):
        count.member()
        path = _path(prefix, name)
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
                content = _bounded(stream, count)
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


UTF8_NAME: Final = 0x800
_UNICODE_PATH: Final = 0x7075


def _zip_names(files: list[zipfile.ZipInfo]) -> list[str]:
    """Read the names: UTF-8 where the archive says so, else in the code page that all names of the archive bear."""
    raw = [
        b"" if info.flag_bits & UTF8_NAME else info.orig_filename.encode("cp437", "replace") for info in files
    ]
    decode = _names_codec([name for name in raw if name])
    return [
        _unicode_path(info) or (decode(name) if name else info.filename)
        for info, name in zip(files, raw, strict=True)
    ]


def _unicode_path(info: zipfile.ZipInfo) -> str | None:
    """Read the extra field in which Info-ZIP keeps a name in UTF-8 (APPNOTE 4.6.9)."""
    extra, at = info.extra, 0
    while at + 4 <= len(extra):
        kind, size = (
            int.from_bytes(extra[at : at + 2], "little"),
            int.from_bytes(extra[at + 2 : at + 4], "little"),
        )
        if kind == _UNICODE_PATH and size > 5:
            try:
                return extra[at + 9 : at + 4 + size].decode("utf-8")
            except UnicodeDecodeError:
                return None
        at += 4 + size
    return None


def _names_codec(names: list[bytes]) -> Callable[[bytes], str]:
    """Find how the names of an archive are written: UTF-8, GBK (Windows in China), Big5, or the PC's old code page."""
    whole = b"\n".join(names)
    for codec in ("ascii", "utf-8", "gb18030", "big5hkscs"):
        try:
            whole.decode(codec)
        except UnicodeDecodeError:
            continue
        return lambda name: name.decode(codec)
    return lambda name: name.decode("gb18030", "replace")


# tar


def _tar(data: bytes, prefix: str, level: int, count: _Count) -> Iterator[Member]:
    try:
        archive = tarfile.open(fileobj=BytesIO(data), mode="r:", encoding="utf-8", errors="surrogateescape")  # noqa: SIM115
    except (tarfile.TarError, ValueError, OverflowError, EOFError) as error:
        raise _damaged("its first header cannot be read") from error
    with archive:
        entries = _entries(archive, count)
        decode = _names_codec([info.name.encode("utf-8", "surrogateescape") for info in entries])
        for info in entries:
            name = decode(info.name.encode("utf-8", "surrogateescape"))
            path = _path(prefix, name)
            if _STUB.search("/" + name):
                continue
            if not info.isreg() or info.issparse():
                yield _refused(
                    count.unique(path), "link-or-device", "links and devices are not followed; send the file"
                )
                continue
            try:
                stream = archive.extractfile(info)
                content = b"" if stream is None else _bounded(stream, count)
            except RejectedError:
                raise
            except (tarfile.TarError, OSError, ValueError, EOFError) as error:
                yield _refused(
                    count.unique(path), "damaged", f"the member cannot be unpacked ({error}); pack it again"
                )
                continue
            yield from _member(content, path, level, count)


def _entries(archive: tarfile.TarFile, count: _Count) -> list[tarfile.TarInfo]:
    entries: list[tarfile.TarInfo] = []
    try:
        for info in archive:
            if info.isdir():
                continue
            count.member()
            entries.append(info)
    except (tarfile.TarError, ValueError, OverflowError, EOFError) as error:
        raise _damaged("a header cannot be read") from error
    return entries


# One file, compressed


def _decompress(data: bytes, count: _Count) -> tuple[str, bytes]:
    """Unpack gzip, bzip2 or xz; give the name that gzip keeps, too."""
    try:
        if data.startswith(b"\x1f\x8b"):
            return _gzip_name(data), _inflate(data, count)
        make = bz2.BZ2Decompressor if data.startswith(b"BZh") else _xz
        return "", _unpack(data, count, make)
    except (zlib.error, OSError, EOFError, lzma.LZMAError, ValueError) as error:
        if isinstance(error, lzma.LZMAError) and "emory" in str(error):
            raise RejectedError(
                "archive-bomb",
                f"unpacking takes more than {MAX_DICTIONARY >> 20} MiB of memory; pack it as .zip",
            ) from error
        raise _damaged("its stream breaks off") from error


MAX_DICTIONARY: Final = 200 << 20
"""Bytes that unpacking an xz file may take; `xz -9` takes 65 MB."""


def _xz() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(memlimit=MAX_DICTIONARY)


MAX_STREAMS: Final = 1_000
"""Compressed streams that follow one another in a file, as parallel compressors write them, a megabyte each."""


def _inflate(data: bytes, count: _Count) -> bytes:
    pieces: list[bytes] = []
    for _ in range(MAX_STREAMS):
        stream = zlib.decompressobj(wbits=31)
        feed = data
        while True:
            piece = stream.decompress(feed, PIECE)
            count.take(len(piece))
            pieces.append(piece)
            feed = stream.unconsumed_tail
            if stream.eof:
                break
            if not feed and not piece:
                raise EOFError
        data = stream.unused_data
        if not data.startswith(b"\x1f\x8b"):
            return b"".join(pieces)
    raise _damaged("it has too many streams")


def _unpack(
    data: bytes, count: _Count, make: Callable[[], bz2.BZ2Decompressor | lzma.LZMADecompressor]
) -> bytes:
    pieces: list[bytes] = []
    for _ in range(MAX_STREAMS):
        stream = make()
        feed = data
        while True:
            piece = stream.decompress(feed, PIECE)
            count.take(len(piece))
            pieces.append(piece)
            feed = b""
            if stream.eof:
                break
            if stream.needs_input:
                raise EOFError
        data = stream.unused_data.lstrip(b"\x00")
        if not data.startswith((b"BZh", b"\xfd7zXZ")):
            return b"".join(pieces)
    raise _damaged("it has too many streams")


def _gzip_name(data: bytes) -> str:
    """Read the name in a gzip header (RFC 1952, 2.3); flag 4 is an extra field before it, flag 8 the name."""
    flags, at = data[3], 10
    if flags & 4:
        at += 2 + int.from_bytes(data[at : at + 2], "little")
    if not flags & 8:
        return ""
    end = data.find(b"\x00", at, at + 1024)
    raw = data[at:end] if end > at else b""
    return _names_codec([raw])(raw) if raw else ""


def _damaged(what: str) -> RejectedError:
    return RejectedError("damaged", f"the archive is damaged ({what}); pack the files again and send that")
