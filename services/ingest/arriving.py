"""Bytes off the wire: hashed and counted while they arrive, as a whole body or as the parts of a form."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import Message
from typing import Final
from urllib.parse import unquote

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser

from ..archive import Incoming, TooLargeError
from .statements import StatementError

MOST_FIELD: Final = 8 << 20
"""Bytes of all fields of a form together; a manifest may be one of them."""

MOST_FILES: Final = 100
"""Files of one form: each may hold 1 MB in memory before it goes to disk. Whoever has more sends them one by one."""

MOST_FIELDS: Final = 10_000
"""Fields of a form: empty ones have no bytes, and still a name. Ten for each of a hundred files are a tenth of it."""

MOST_HEADERS: Final = 8
LONGEST_HEADER: Final = 4096
"""Header lines of one part of a form (browsers send two), and bytes of one of them."""


_PARAMETER: Final = re.compile(r';\s*([\w*-]+)=(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))')


@dataclass(slots=True)
class ArrivedFile:
    """A file part of a form."""

    part: str
    name: str
    content_type: str | None
    incoming: Incoming
    stated: dict[str, str] = field(default_factory=dict)
    """The fields that stood before it and behind the file before: they are about this one alone."""


class Form:
    """A multipart form: its fields, and its files hashed. Close it when done."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.files: list[ArrivedFile] = []

    def close(self) -> None:
        """Throw the files away."""
        for file in self.files:
            file.incoming.close()


async def receive_body(pieces: AsyncIterator[bytes], *, limit: int, length: str | None) -> Incoming:
    """Take a whole body as one source.

    Args:
        pieces: the body as it arrives.
        limit: bytes at most.
        length: the Content-Length that was declared; one above the limit is refused before a byte is read.

    Raises:
        TooLargeError: it is over the limit.
    """
    if length is not None and length.isascii() and length.isdecimal() and int(length) > limit:
        raise TooLargeError(limit)
    incoming = Incoming(limit=limit)
    try:
        async for piece in pieces:
            if piece:
                incoming.write(piece)
    except BaseException:
        incoming.close()
        raise
    return incoming


async def receive_form(pieces: AsyncIterator[bytes], content_type: str, *, limit: int) -> Form:
    """Take a multipart form: every file hashed while it arrives, none held in memory whole.

    Args:
        pieces: the body as it arrives.
        content_type: with its boundary.
        limit: bytes of one file at most.

    Raises:
        StatementError: not a form, or too many parts.
        TooLargeError: a file is over the limit.
    """
    message = Message()
    message["content-type"] = content_type
    boundary = message.get_param("boundary")
    if message.get_content_type() != "multipart/form-data" or not isinstance(boundary, str):
        raise StatementError("send a multipart form, or PUT the bytes to /v1/reports/<id>/-/source")
    parts = _Parts(limit)
    try:
        parser = MultipartParser(
            boundary.encode("latin-1", "replace"),
            parts.callbacks(),  # type: ignore[arg-type]
            max_header_count=MOST_HEADERS,
            max_header_size=LONGEST_HEADER,
        )
        async for piece in pieces:
            if piece:
                parser.write(piece)
        parser.finalize()
        parts.check_end()
    except FormParserError as error:
        parts.form.close()
        raise StatementError(f"not a multipart form: {error}") from None
    except BaseException:
        parts.form.close()
        raise
    return parts.form


class _Parts:
    """What the parser calls, turned into fields and files."""

    def __init__(self, limit: int) -> None:
        self.form = Form()
        self.ended = False
        self._limit = limit
        self._fields = 0
        self._field_bytes = 0
        self._pending: dict[str, str] = {}
        self._headers: dict[str, str] = {}
        self._name = bytearray()
        self._value = bytearray()
        self._field: str | None = None
        self._data = bytearray()
        self._file: ArrivedFile | None = None

    def callbacks(self) -> dict[str, object]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._name.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._header,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._part_data,
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def check_end(self) -> None:
        if not self.ended:
            raise StatementError("the form ends before its last boundary; send it again")

    def _begin(self) -> None:
        self._headers = {}
        self._field = self._file = None
        self._data = bytearray()

    def _header(self) -> None:
        # Browsers and clients write names of files in UTF-8, unencoded (RFC 7578, 4.2).
        value = self._value.decode("utf-8", "replace")
        self._headers[self._name.decode("latin-1").strip().lower()] = value
        self._name.clear()
        self._value.clear()

    def _headers_finished(self) -> None:
        name, filename = _disposition(self._headers.get("content-disposition", ""))
        if name is None:
            raise StatementError("a part of the form has no name")
        if filename is None:
            self._fields += 1
            if self._fields > MOST_FIELDS:
                raise StatementError(f"a form has at most {MOST_FIELDS} fields")
            self._field = name
            return
        if len(self.form.files) >= MOST_FILES:
            raise StatementError(f"a form has at most {MOST_FILES} files")
        incoming = Incoming(limit=self._limit)
        self._file = ArrivedFile(name, filename, self._headers.get("content-type"), incoming, self._pending)
        self._pending = {}
        self.form.files.append(self._file)

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None:
            self._file.incoming.write(data[start:end])
            return
        self._field_bytes += end - start
        if self._field_bytes > MOST_FIELD:
            raise StatementError(f"the fields of a form have at most {MOST_FIELD} bytes")
        self._data.extend(data[start:end])

    def _end(self) -> None:
        if self._field is not None:
            try:
                value = self._data.decode()
            except UnicodeDecodeError:
                raise StatementError(f"the field {self._field!r} is not UTF-8") from None
            self.form.fields[self._field] = value
            self._pending[self._field] = value

    def _finish(self) -> None:
        self.ended = True


def _disposition(value: str) -> tuple[str | None, str | None]:
    """Read ``form-data; name="file"; filename="a.txt"``; quotes are escaped by ``%22`` or a backslash."""
    found: dict[str, str] = {}
    for key, quoted, bare in _PARAMETER.findall(value):
        found[key.lower()] = quoted.replace('\\"', '"').replace("%22", '"') if quoted else bare
    name, filename = found.get("name"), found.get("filename")
    if "filename*" in found:
        charset, _, rest = found["filename*"].partition("'")
        with contextlib.suppress(LookupError):
            filename = unquote(rest.partition("'")[2], charset or "utf-8", "replace")
    return name, filename
