"""Answers: bytes under strong ETags, conditional requests, digests, ranges, content negotiation."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from ..edition import to_json
from ..web import ProblemError

NO_CACHE: Final = "no-cache"
"""Kept by clients and proxies, but asked for again each time: the answer may have been withdrawn."""

IMMUTABLE: Final = "private, max-age=31536000, immutable"
"""Only for addresses that name the hash of what they give."""


GZIP_LEAST: Final = 1024
"""Below this size compression saves less than a packet."""


def takes_gzip(accept_encoding: bytes) -> bool:
    """Tell whether ``Accept-Encoding`` takes gzip (RFC 9110 12.5.3).

    >>> takes_gzip(b"br, gzip"), takes_gzip(b"gzip;q=0, br"), takes_gzip(b"deflate;q=1, GZIP;q=0.5"), takes_gzip(b"")
    (True, False, True, False)
    """
    if b";" not in accept_encoding:
        return b"gzip" in accept_encoding.lower()
    for part in accept_encoding.lower().split(b","):
        name, *parameters = (piece.strip() for piece in part.split(b";"))
        if name == b"gzip":
            return not any(re.fullmatch(rb"q=0(\.0*)?", one) for one in parameters)
    return False


def json_answer(value: Mapping[str, object], **headers: str) -> Response:
    """Answer with JSON that is made for this request."""
    return Response(
        to_json(value), headers={"Cache-Control": NO_CACHE, **headers}, media_type="application/json"
    )


def repr_digest(sha256: str) -> str:
    """Give the field ``Repr-Digest`` (RFC 9530) from a digest in hexadecimal."""
    return f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"


def matches(wanted: str | None, etag: str) -> bool:
    """Tell whether ``If-None-Match`` holds this ETag (RFC 9110 13.1.2: weak comparison)."""
    if not wanted:
        return False
    if wanted.strip() == "*":
        return True
    return any(part.strip().removeprefix("W/") == f'"{etag}"' for part in wanted.split(","))


def tagged(
    request: Request,
    body: bytes,
    *,
    media_type: str,
    etag: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with bytes under a strong ETag (their SHA-256 unless given), or 304 when the client has them."""
    digest = hashlib.sha256(body).hexdigest()
    etag = etag or digest
    fields = {"ETag": f'"{etag}"', "Cache-Control": NO_CACHE, **(headers or {})}
    if matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=fields)
    return Response(body, headers={**fields, "Repr-Digest": repr_digest(digest)}, media_type=media_type)


def preferred(request: Request, offered: Sequence[str]) -> str:
    """Choose among the media types offered by ``Accept``; the first one when the client does not mind.

    Raises:
        ProblemError: 406, none of them is accepted.
    """
    # An empty list of wishes is none (RFC 9110 12.5.1 has it so for a field that is absent).
    accept = request.headers.get("accept", "").strip() or "*/*"
    best: tuple[float, int, str] | None = None
    for order, media_type in enumerate(offered):
        quality = _quality(accept, media_type)
        if quality > 0 and (best is None or (-quality, order) < best[:2]):
            best = (-quality, order, media_type)
    if best is None:
        raise ProblemError(
            406, "not-acceptable", f"this resource comes as {', '.join(offered)}", offered=list(offered)
        )
    return best[2]


def _quality(accept: str, media_type: str) -> float:
    """Give the weight that ``Accept`` gives a media type; the most specific range decides (RFC 9110 12.5.1)."""
    found = (-1, 0.0)
    bare = media_type.partition(";")[0]
    for part in accept.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.lower().startswith("q="):
                try:
                    weight = float(parameter[2:])
                except ValueError:
                    weight = 0.0
        for precision, candidate in enumerate(("*/*", f"{bare.partition('/')[0]}/*", bare)):
            if name.lower() == candidate and precision > found[0]:
                found = (precision, weight)
    return found[1]


def byte_range(request: Request, size: int, etag: str) -> tuple[int, int] | None:
    """Give the one byte range that is asked for, half-open; None for the whole (RFC 9110 14).

    Several ranges, or one under another ``If-Range``, give the whole.

    Raises:
        ProblemError: 416, the range lies outside.
    """
    asked = request.headers.get("range", "")
    unit, _, ranges = asked.partition("=")
    if unit.strip().lower() != "bytes" or "," in ranges or not ranges:
        return None
    condition = request.headers.get("if-range")
    if condition is not None and condition.strip() != f'"{etag}"':
        return None
    first, dash, last = ranges.strip().partition("-")
    if not dash or not (first + last).isascii() or not (first + last).isdigit():
        return None
    if first:
        start, end = int(first), min(int(last) + 1 if last else size, size)
    else:
        start, end = max(0, size - int(last)), size
    if start >= size or start >= end:
        raise ProblemError(
            416,
            "range-outside",
            f"the bytes asked for lie outside of {size}",
            headers={"Content-Range": f"bytes */{size}"},
        )
    return start, end
