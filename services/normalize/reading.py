"""What a format reader gets out of a source."""

from __future__ import annotations

from dataclasses import dataclass

from ..edition import Encoding, Finding, Mark, Places


@dataclass(frozen=True, slots=True)
class Reading:
    r"""Decoded text plus marks, each with its place in the source.

    ``text`` has lines ended by ``\n``, ``\r\n`` or ``\f`` as the source has them; stages make it canonical.
    Marks and findings have their spans in ``text``. ``reader`` names the reader, its version and the versions of the
    libraries that it read with; all of it goes into the fingerprint.
    """

    text: str
    places: Places
    media_type: str
    encoding: Encoding
    reader: tuple[str, ...]
    marks: tuple[Mark, ...] = ()
    findings: tuple[Finding, ...] = ()
