"""DOCX: a WordprocessingML package (ECMA-376) read part by part, with bounds.

python-docx has no list labels, no notes, no text boxes and no way back to a run, so the parts are read with lxml
themselves. Nothing outside the package is ever fetched: no external relationship, no entity, no template.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from io import BytesIO
from itertools import islice
from typing import Final

from lxml import etree

from ...edition import Encoding, Place
from ..errors import RejectedError
from ..hints import Hints
from ..reading import Reading
from .assembly import Assembly
from .docx_body import PART, RUN, Body
from .docx_numbering import Numbering
from .docx_styles import Styles
from .sniffing import HEAD, has_many_entries

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
READER: Final = ("docx", "3", f"lxml {'.'.join(map(str, etree.LXML_VERSION))}")

MAX_MEMBERS: Final = 5_000
"""The fullest package that we met (a yearbook with pictures) has some 400 members."""
_READ: Final = f"at most {MAX_MEMBERS} are read; open it in a word processor and save it again"
MAX_PART_BYTES: Final = 64 << 20
"""One part, unpacked. A report of 60,000 characters has 0.3 MB; a whole yearbook 12 MB."""
MAX_PARAGRAPHS: Final = 200_000
"""Paragraphs of one part, those in cells too: a yearbook of 1,400 pages of tables has fewer. Each takes some 3 KB until
its edition is written, so that the bound of memory holds (a package of 1.3 million empty ones has 180 KB)."""
MAX_RATIO: Final = 400
"""Unpacked against packed, for parts over a megabyte. WordprocessingML repeats itself: real reports reach 25."""

_RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_DAMAGED: Final = "the .docx file is damaged ({}); open it in a word processor, save it again and send that"


class Package:
    """The parts of a package, unpacked one at a time and never beyond the bounds."""

    def __init__(self, data: bytes) -> None:
        if has_many_entries(data):
            raise RejectedError("too-many-parts", f"the package has too many parts; {_READ}")
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError) as error:
            raise RejectedError("damaged", _DAMAGED.format("its directory cannot be read")) from error
        infos = self._zip.infolist()
        if len(infos) > MAX_MEMBERS:
            raise RejectedError("too-many-parts", f"the package has {len(infos)} parts; {_READ}")
        # Some writers use backslashes or other cases of letters in the names of parts (17.3.6 says: no matter).
        self._infos = {info.filename.replace("\\", "/").lstrip("/").lower(): info for info in infos}

    def part(self, name: str) -> etree._Element | None:
        """Parse one part; None when the package has none of that name.

        Raises:
            RejectedError: ``damaged``, ``too-large`` or ``encrypted``.
        """
        info = self._infos.get(name.lower())
        if info is None:
            return None
        if info.flag_bits & 0x1:
            raise RejectedError(
                "encrypted", "a part of the package is encrypted; remove the protection and send it again"
            )
        try:
            with self._zip.open(info) as stream:
                data = stream.read(MAX_PART_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError) as error:
            raise RejectedError("damaged", _DAMAGED.format(f"{name} cannot be unpacked")) from error
        packed = max(info.compress_size, 1)
        if len(data) > MAX_PART_BYTES or (len(data) > 1 << 20 and len(data) > MAX_RATIO * packed):
            raise RejectedError(
                "too-large", f"{name} unpacks to more than is read: {len(data)} bytes out of {packed}"
            )
        if sum(1 for _ in islice(_PARAGRAPH.finditer(data), MAX_PARAGRAPHS + 1)) > MAX_PARAGRAPHS:
            raise RejectedError(
                "too-large", f"{name} has more than {MAX_PARAGRAPHS} paragraphs; divide the document"
            )
        return _parse(data, name)

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Give the relationships of a part: id -> (type's last word, target inside the package or address)."""
        folder, base = posixpath.split(name)
        root = self.part(posixpath.join(folder, "_rels", base + ".rels"))
        found: dict[str, tuple[str, str]] = {}
        if root is None:
            return found
        for node in root.iter(f"{{{_RELATIONSHIPS}}}Relationship"):
            target = node.get("Target") or ""
            if node.get("TargetMode") != "External":
                target = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                target = posixpath.normpath(target)
            found[node.get("Id") or ""] = ((node.get("Type") or "").rsplit("/", 1)[-1], target)
        return found


_PARAGRAPH: Final = re.compile(rb"</(?:[\w.-]+:)?p>|<(?:[\w.-]+:)?p(?:\s[^<>]*)?/>")


def _parse(data: bytes, name: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise RejectedError("damaged", _DAMAGED.format(f"{name} is not well-formed XML")) from error
    if b"<!DOCTYPE" in data[:HEAD] or root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        # ECMA-376 part 2, 8.1.4: no part may have a DTD; one that has is an attack.
        raise RejectedError(
            "hostile", f"{name} declares a document type, which no word processor does; it is not read"
        )
    return root


class DocxPlaces:
    """The way from the reading back to part, run and characters."""

    __slots__ = ("_assembly", "_parts")

    def __init__(self, assembly: Assembly, parts: tuple[str, ...]) -> None:
        self._assembly = assembly
        self._parts = parts

    def locate(self, start: int, end: int) -> tuple[Place, ...]:
        """Name the runs behind ``text[start:end]``; a list label has the empty place before its paragraph."""
        return tuple(
            Place(
                part=self._parts[low >> PART],
                run=low >> RUN & (1 << (PART - RUN)) - 1,
                chars=(low & (1 << RUN) - 1, high & (1 << RUN) - 1),
            )
            for low, high in self._assembly.origins(start, end)
        )


def read(data: bytes, hints: Hints) -> Reading:  # noqa: ARG001 - the signature of a reader
    """Read a DOCX: body, list labels, tables, text boxes, notes.

    Raises:
        RejectedError: ``damaged``, ``embedded-document``, ``encrypted``, ``hostile`` or ``too-large``.
    """
    package = Package(data)
    main = next((target for kind, target in package.relations("").values() if kind == "officeDocument"), "")
    root = package.part(main) if main else None
    if root is None:
        main = "word/document.xml"
        root = package.part(main)
    if root is None:
        raise RejectedError("damaged", _DAMAGED.format("it has no main part"))
    relations = package.relations(main)
    parts = dict(relations.values())

    def related(kind: str) -> etree._Element | None:
        return package.part(parts[kind]) if kind in parts else None

    body = Body(Styles.parse(related("styles")), Numbering.parse(related("numbering")), relations)
    body.read(root)
    body.read_notes({"footnote": related("footnotes"), "endnote": related("endnotes")})
    names = (main, parts.get("footnotes", ""), parts.get("endnotes", ""))
    text = body.out.text()
    if body.findings and not text.strip():
        raise RejectedError(
            "embedded-document",
            "the text of this .docx is another file embedded in it, as some systems export pages; open it in a word "
            "processor, save it again as .docx and send that",
        )
    places = DocxPlaces(body.out, names)
    evidence = ("WordprocessingML says its encoding itself",)
    encoding = Encoding(None, 1000, None, evidence)
    return Reading(text, places, MEDIA_TYPE, encoding, READER, tuple(body.out.marks), tuple(body.findings))
