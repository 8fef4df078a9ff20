"""MHTML: a web page saved as one MIME message (RFC 2557). Its HTML part is read as a page is."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from typing import Final

from ...edition import Place, Places
from ..errors import RejectedError
from ..hints import Hints
from ..reading import Reading
from .html import declared_charset, read_page

MEDIA_TYPE: Final = "multipart/related"
READER: Final = ("mhtml", "2")
MAX_PARTS: Final = 2_000
"""A saved page has a part for every picture and style sheet: some hundreds."""


class MhtmlPlaces:
    """The way back to bytes of the decoded HTML part: in the file they stand as quoted-printable or base64."""

    __slots__ = ("_page", "_part")

    def __init__(self, page: Places, part: str) -> None:
        self._page = page
        self._part = part

    def locate(self, start: int, end: int) -> tuple[Place, ...]:
        """Name the byte ranges of the part behind ``text[start:end]``."""
        return tuple(replace(place, part=self._part) for place in self._page.locate(start, end))


def read(data: bytes, hints: Hints) -> Reading:
    """Read a web archive.

    Raises:
        RejectedError: ``damaged`` when there is no HTML in it, ``too-deep``, or as the reader of pages does.
    """
    try:
        message = email.message_from_bytes(data.lstrip(), policy=email.policy.compat32)
    except RecursionError as error:
        raise RejectedError(
            "too-deep", "the web archive nests its parts too deep; save the page as HTML and send that"
        ) from error
    for count, part in enumerate(_walk(message)):
        if count > MAX_PARTS:
            break
        if part.get_content_type() not in ("text/html", "application/xhtml+xml"):
            continue
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes) or not payload.strip():
            continue
        charset = part.get_param("charset")
        declared = charset if isinstance(charset, str) else declared_charset(payload)
        reading, places = read_page(payload, hints, declared)
        name = str(part.get("Content-Location") or "text/html")
        return replace(
            reading,
            places=MhtmlPlaces(places, name),
            media_type=MEDIA_TYPE,
            reader=(*READER, *reading.reader),
        )
    raise RejectedError("damaged", "the web archive holds no page; save the page as HTML and send that")


def _walk(message: Message) -> Iterator[Message]:
    """Give the parts in order, without recursion: a hostile message nests thousands."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        payload = part.get_payload()
        if isinstance(payload, list):
            waiting.extend(inner for inner in reversed(payload) if isinstance(inner, Message))
        else:
            yield part
