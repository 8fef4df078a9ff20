"""Requests as values: what is asked, what its answer means, and how many requests make one list, stream or dialogue.

Nothing here does any input or output, so the drivers for threads and for asyncio share all of it (ADR 0095).
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Final, Generic, Protocol, TypeVar, cast
from urllib.parse import quote, urlencode

from .errors import ClientError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
P = TypeVar("P")
Source = bytes | Path
"""What is uploaded: bytes, or a file that is opened anew for every attempt."""

PIECE: Final = 64 * 1024
"""Bytes of a source that are read at a time."""

JSON: Final = "application/json"

REPORT: Final = "/v1/reports/{report}"
"""Where all that belongs to one report stands."""

PAGE: Final = 500
"""Entries that a page of a list is asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx or 304 as it arrived; ``body`` is decoded from what the line compressed."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def etag(self) -> str | None:
        """The entity tag, quotes and all."""
        return self.headers.get("etag")


@dataclass(frozen=True, slots=True)
class Stored(Generic[T]):
    """Bytes with what travels beside them: the entity tag and, for a part of an edition, its number."""

    body: bytes
    etag: str | None
    media_type: str
    edition: int | None

    @property
    def value(self) -> T:
        """The object that the bytes are, read anew each time.

        Raises:
            ClientError: they are no JSON.
        """
        return cast("T", _json(self.body))


@dataclass(frozen=True, slots=True)
class Request(Generic[T]):
    """One request.

    Attributes:
        method: of HTTP.
        template: the path as the OpenAPI document has it, ``/v1/reports/{report}``.
        read: makes the result of the answer.
        values: fill the template, percent-encoded; slashes of a report's id stay.
        query: parameters; None is left out.
        headers: further fields.
        body: bytes, or a file that is streamed.
        files: parts of a form: field, file name, bytes or file.
        fields: of the form, before its files.
        repeatable: whether it may be sent again when nobody knows whether it arrived (RFC 9110 9.2.2).
        elsewhere: a whole URL of another service, to which the key is not told.
    """

    method: str
    template: str
    read: Callable[[Answer], T]
    values: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Source | None = None
    files: tuple[tuple[str, str, Source], ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    repeatable: bool = True
    elsewhere: str | None = None

    @property
    def path(self) -> str:
        """The path and query to ask for."""
        path = self.template
        for name, value in self.values.items():
            path = path.replace(f"{{{name}}}", quote(value))
        pairs = [(name, _plain(value)) for name, value in self.query.items() if value is not None]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def asking(self, **headers: str) -> Request[T]:
        """Give the same request with further header fields."""
        return replace(self, headers={**self.headers, **headers})


@dataclass(frozen=True, slots=True)
class Pages(Generic[P, T]):
    """A list that comes in pages: the first request, the entries of a page, and the request for the next one."""

    first: Request[P]
    entries: Callable[[P], Iterable[T]]
    after: Callable[[P], Request[P] | None]


class Decoder(Protocol[T_co]):
    """Makes entries of bytes as they come."""

    def feed(self, piece: bytes) -> Iterable[T_co]:
        """Take the next bytes; give the entries that they complete."""
        ...

    def end(self) -> Iterable[T_co]:
        """The stream is over: give what is left, or raise ``ClientError`` when it was torn."""
        ...


@dataclass(frozen=True, slots=True)
class Stream(Generic[T]):
    """An answer that is read as it comes. ``resume`` gives the request that goes on after a break, if there is one."""

    first: Request[Any]
    decoder: Callable[[], Decoder[T]]
    resume: Callable[[Decoder[T]], Request[Any] | None]


Dialogue = Generator[Request[Any], Any, T]
"""Several requests, each made of the answers before; what it returns is the result."""


def as_json(answer: Answer) -> Any:
    """Read an answer as JSON.

    Raises:
        ClientError: it is none.
    """
    return _json(answer.body)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        raise ClientError("the answer is not the JSON that it says it is", retry=True) from None


def as_stored(answer: Answer) -> Stored[Any]:
    """Read an answer as bytes, checked against their digest.

    Raises:
        ClientError: the bytes are not those that the entity tag names.
    """
    named = (answer.etag or "").removeprefix("W/").strip('"').removesuffix("-gzip")
    if len(named) == 64 and hashlib.sha256(answer.body).hexdigest() != named:
        raise ClientError("other bytes arrived than the answer names; ask again", retry=True)
    number = answer.headers.get("jiaokan-edition")
    return Stored(
        answer.body,
        answer.etag,
        answer.headers.get("content-type", ""),
        int(number) if number else None,
    )


def as_stored_unless_unchanged(answer: Answer) -> Stored[Any] | None:
    """Read an answer as bytes; None when the bytes that the client has still hold."""
    return None if answer.status == 304 else as_stored(answer)


def as_text(answer: Answer) -> str:
    """Read an answer as text."""
    return answer.body.decode("utf-8", "replace")


def nothing(_: Answer) -> None:
    """Read nothing: the status said it all."""


def body_of(value: Mapping[str, Any]) -> bytes:
    """Write what is sent as JSON."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


def digest_of(source: Source) -> str:
    """Give the SHA-256 of what is uploaded, in hexadecimal; a file is read piece by piece."""
    digest = hashlib.sha256()
    with opened(source) as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def opened(source: Source) -> BinaryIO:
    """Open what is uploaded."""
    return source.open("rb") if isinstance(source, Path) else io.BytesIO(source)


def size_of(source: Source) -> int:
    """Tell how many bytes there are."""
    return source.stat().st_size if isinstance(source, Path) else len(source)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) or not isinstance(value, Sequence):
        return str(value)
    return ",".join(str(one) for one in value)
