"""Bytes that begin like a well-known kind of file which is not text."""

from __future__ import annotations

from typing import Final

SIGNATURES: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an XZ archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (OLE2: .doc, .xls, .wps)"),
    (b"%PDF-", "a PDF document"),
    (b"\x00\x05\x16\x07", "an AppleDouble stub (a file “._name” that macOS leaves beside the real one)"),
    (b"\x00\x05\x16\x00", "an AppleSingle file"),
    (b"\x7fELF", "a program (ELF)"),
    (b"\xca\xfe\xba\xbe", "a compiled Java class"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x00\x00\x01\x00", "a Windows icon"),
    (b"OggS\x00", "an Ogg recording"),
    (b"ID3\x03", "an MP3 recording"),
    (b"ID3\x04", "an MP3 recording"),
    (b"wOFF", "a web font"),
    (b"wOF2", "a web font"),
)
"""First bytes and what they begin. Those of the PNG, ZIP, PDF … specifications; all short of a false hit on text:
each holds a byte that no text begins with, or a word that only such files begin with."""


_BEGINNINGS: Final = tuple(signature for signature, _ in SIGNATURES)


def name_of(data: bytes) -> str | None:
    """Say what kind of file begins like this, or None when nothing speaks against text."""
    for signature, name in SIGNATURES if data.startswith(_BEGINNINGS) else ():
        if data.startswith(signature):
            # "BZh" and the like could begin a text; then the byte after them is no digit and no control.
            if signature == b"BZh" and not (data[3:4].isdigit() and data[4:10] == b"1AY&SY"):
                continue
            return name
    if data[4:8] == b"ftyp":
        return "a video or an HEIC image"
    if data[:4] == b"RIFF" and data[8:12] in (b"WAVE", b"AVI ", b"WEBP"):
        return "a picture, sound or video (RIFF)"
    return None
