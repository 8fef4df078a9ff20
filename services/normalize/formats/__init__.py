"""One reader per family of formats: bytes in, a Reading out.

A reader is found by what the bytes are, never by a name or a declared type alone. Each is imported only when a
source of its kind comes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Final, NamedTuple, Protocol

from ..errors import RejectedError
from ..hints import Hints
from ..reading import Reading
from .sniffing import (
    Refusal,
    is_docx,
    is_html,
    is_json_record,
    is_markdown,
    is_mhtml,
    is_pdf,
    is_plain_chinese,
    is_sql_row,
    package_family,
    refused_family,
)

Sniff = Callable[[bytes], bool]


class Reader(Protocol):
    """Reads one family of formats. Raises RejectedError for what it cannot read; never guesses."""

    def __call__(self, data: bytes, hints: Hints) -> Reading:
        """Read ``data``, whole."""
        ...


class Format(NamedTuple):
    """One family of formats: how its bytes are known, and where its reader is."""

    name: str
    media_type: str
    sniff: Sniff
    module: str
    """Module of this package; its function ``read`` is the Reader."""


MAX_BYTES: Final = 256 << 20
"""No report comes near: the largest PDF of a yearbook that we met has 60 MB."""


def _anything(data: bytes) -> bool:  # noqa: ARG001 - one signature for every sniffer
    return True


def _refused(data: bytes) -> bool:
    return refused_family(data) is not None or isinstance(package_family(data), Refusal)


FORMATS: Final = (
    Format(
        "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", is_docx, "docx"
    ),
    Format("pdf", "application/pdf", is_pdf, "pdf"),
    Format("refused", "application/octet-stream", _refused, "refused"),
    Format("mhtml", "multipart/related", is_mhtml, "mhtml"),
    Format("sql-row", "text/html", is_sql_row, "sqlrow"),
    Format("json-record", "application/json", is_json_record, "json_record"),
    Format("html", "text/html", is_html, "html"),
    Format("markdown", "text/markdown", is_markdown, "markdown"),
    Format("text", "text/plain", _anything, "plain"),
)
"""In the order in which they are asked; the last one takes what nobody else did."""


def sniff(data: bytes) -> Format:
    """Tell which format the bytes have, by their content."""
    if data and is_plain_chinese(data):
        return FORMATS[-1]
    return next(candidate for candidate in FORMATS if candidate.sniff(data))


def read(data: bytes, hints: Hints) -> Reading:
    """Read a source with the reader of its format.

    Raises:
        RejectedError: the bytes cannot be read.
    """
    if len(data) > MAX_BYTES:
        raise RejectedError("too-large", f"the file has {len(data)} bytes; at most {MAX_BYTES} are read")
    return _reader(sniff(data).module)(data, hints)


@cache
def _reader(module: str) -> Reader:
    reader: Reader = import_module(f".{module}", __package__).read
    return reader
