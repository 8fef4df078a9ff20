"""What a source is, told from its bytes alone: magic numbers, and a look inside containers.

A name or a declared type is never asked: half the ``.txt`` files of a real collection are something else. The
signatures are those of the formats' own specifications; where two families share one (ZIP, OLE2) the members decide.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

HEAD: Final = 4096
"""Bytes in which a format must show itself. A saved page has its doctype and a PDF its header well before."""

OLE2: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


class Refusal(NamedTuple):
    """A family of bytes that no reader takes: its name, how it begins, and what the uploader can do."""

    code: str
    magic: tuple[bytes, ...]
    reason: str


LEGACY_WORD: Final = Refusal(
    "legacy-word",
    (OLE2, b"{\\rtf"),
    "this is a document of Word 97–2003, WPS or RTF; install LibreOffice where uploads come in, so that it is "
    "converted on arrival, or save it as .docx and send that",
)
OPEN_DOCUMENT: Final = LEGACY_WORD._replace(
    reason="this is a document of OpenDocument (.odt, .fodt); install LibreOffice where uploads come in, so that it is "
    "converted on arrival, or save it as .docx and send that"
)
ENCRYPTED: Final = Refusal(
    "encrypted", (), "the document is protected by a password; remove the protection and send it again"
)
SPREADSHEET: Final = Refusal(
    "spreadsheet", (), "this is a spreadsheet, not a report; export the text or a PDF of it and send that"
)
SLIDES: Final = Refusal("slides", (), "these are slides, not a report; export a PDF of them and send that")
ARCHIVE: Final = Refusal(
    "archive",
    (b"\x1f\x8b\x08", *(b"BZh%d1AY&SY" % level for level in range(1, 10)), b"\xfd7zXZ\x00"),
    "this is an archive, which holds many reports; send it to the way in for archives, or send its members",
)
OFFICE_PACKAGE: Final = Refusal(
    "unsupported-package",
    (),
    "this package is neither .docx nor an archive of reports; export .docx or PDF and send that",
)

REFUSALS: Final = (
    Refusal(
        "apple-double",
        (b"\x00\x05\x16\x07", b"\x00\x05\x16\x00", b"\x00\x00\x00\x01Bud1"),
        "this is the stub in which macOS keeps a file's attributes (._name, .DS_Store); send the file itself",
    ),
    Refusal(
        "image",
        (
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff",
            b"GIF87a",
            b"GIF89a",
            b"II*\x00",
            b"MM\x00*",
            b"\x00\x00\x01\x00",
            b"\x00\x00\x00\x0cjP  ",
            b"8BPS",
            b"AT&TFORM",
        ),
        "this is a picture; run text recognition over it and send what that gives",
    ),
    Refusal(
        "program",
        (
            b"\x7fELF",
            b"\xfe\xed\xfa\xce",
            b"\xfe\xed\xfa\xcf",
            b"\xcf\xfa\xed\xfe",
            b"\xca\xfe\xba\xbe",
            b"\x00asm",
        ),
        "this is a program, not a report",
    ),
    Refusal(
        "database", (b"SQLite format 3\x00",), "this is a database; export the reports in it and send those"
    ),
    Refusal(
        "unsupported-archive",
        (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"MSCF\x00", b"LZIP\x01", b"\x28\xb5\x2f\xfd", b"\x1f\x9d"),
        "archives of this kind are not unpacked; pack the reports as .zip or .tar.gz and send that",
    ),
    Refusal(
        "sound-or-film",
        (
            b"ID3\x02",
            b"ID3\x03",
            b"ID3\x04",
            b"OggS\x00",
            b"fLaC\x00",
            b"\x1aE\xdf\xa3",
            b"FLV\x01",
            b"\x00\x00\x01\xba",
            b"\x00\x00\x01\xb3",
        ),
        "this is sound or film, not a report",
    ),
    Refusal(
        "font",
        (b"OTTO\x00", b"\x00\x01\x00\x00\x00", b"wOFF", b"wOF2", b"ttcf"),
        "this is a font, not a report",
    ),
    Refusal(
        "unsupported-document",
        (b"%!PS", b"ITSF", b"CAJ\x00", b"HN\x00", b"\xf7\x02\x01", b"\x31\xbe\x00\x00", b"\xdb\xa5\x2d\x00"),
        "documents of this kind are not read; export .docx or a PDF with text and send that",
    ),
)
"""Families that are refused by their first bytes alone."""


_MAGIC: Final = tuple(magic for refusal in REFUSALS for magic in refusal.magic)


def refused_family(data: bytes) -> Refusal | None:
    """Tell for which reason ``data`` is refused unread; None when a reader may try it."""
    head = data[:HEAD]
    if head.startswith(OLE2):
        return _ole_family(data)
    if head.startswith(b"{\\rtf") or (b"<" in head and _WORD_XML.search(head)):
        return LEGACY_WORD
    if b"<office:document" in head and b"opendocument" in head:
        return OPEN_DOCUMENT
    if head.startswith(ZIP) and b"mimetypeapplication/vnd.oasis.opendocument.text" in head:
        return OPEN_DOCUMENT
    for refusal in REFUSALS if head.startswith(_MAGIC) else ():
        if head.startswith(refusal.magic):
            return refusal
    if head.startswith(b"MZ") and b"PE\x00\x00" in head:
        return REFUSALS[2]
    if head.startswith(b"BM") and len(data) >= 26 and int.from_bytes(data[2:6], "little") == len(data):
        return REFUSALS[1]  # a BMP tells its own length; a text may begin with BM
    if head.startswith(b"RIFF") and head[8:12] in (b"WEBP", b"AVI ", b"WAVE"):
        return REFUSALS[1] if head[8:12] == b"WEBP" else REFUSALS[5]
    if head[4:8] == b"ftyp":
        return REFUSALS[1] if head[8:12] in (b"heic", b"heix", b"mif1", b"avif") else REFUSALS[5]
    if is_archive(data):
        return ARCHIVE
    return None


_BEGIN_CHINESE: Final = (
    frozenset(range(0x81, 0xFE)).union(b"0123456789")
    - {magic[0] for magic in (*_MAGIC, *ARCHIVE.magic, *ZIP, OLE2)}
    - {0xEF, 0xBB, 0xBF}  # the byte order mark of UTF-8
)
"""First bytes of characters in UTF-8, GB18030 and Big5, and digits (2024年…), with which no file that has a signature
begins."""


def is_plain_chinese(data: bytes) -> bool:
    """Tell at once that nothing but a plain text begins and goes on so: the cheap way out for a clean report.

    It begins with a digit or a character beyond ASCII, holds no sign of markup, and has none of the signatures that
    stand further in. Whatever is not told so is asked for format by format.
    """
    return (
        data[0] in _BEGIN_CHINESE
        and b"<" not in data[: 4 * HEAD]
        and not _may_be_markdown(data)
        and data.find(b"%PDF-", 0, 1024) < 0
        and data[4:8] != b"ftyp"
        and data[257:262] != b"ustar"
        and not data[148:156].strip(b" \x00").isdigit()
    )


_WORD_XML: Final = re.compile(rb"<\?mso-application\s+progid=.Word\.Document|<w:wordDocument\b")


def _ole_family(data: bytes) -> Refusal:
    """Tell what an OLE2 file is by the names of its streams ([MS-CFB] 2.6.1: UTF-16LE in the directory)."""

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        return ENCRYPTED
    if holds("WordDocument") or holds("WpsDocument"):
        return LEGACY_WORD
    if holds("Workbook") or holds("Book\x00"):
        return SPREADSHEET
    if holds("PowerPoint Document"):
        return SLIDES
    return LEGACY_WORD._replace(
        reason="this is a container of an old Office program without a Word document in it; save it as .docx"
    )


def is_archive(data: bytes) -> bool:
    """Tell whether ``data`` is a ZIP, tar, gzip, bzip2 or xz file that is not a document itself."""
    if data.startswith(ZIP):
        return package_family(data) is None
    return data.startswith(ARCHIVE.magic) or is_tar(data)


def is_tar(data: bytes) -> bool:
    """Tell a tar file by its magic, or by the checksum of its first header (the old form has no magic)."""
    if len(data) < 512:
        return False
    header = data[:512]
    if header[257:262] == b"ustar":
        return True
    stored = header[148:156].strip(b" \x00")
    if not stored or not stored.isdigit() or header[0] == 0:
        return False
    try:
        return int(stored, 8) == sum(header[:148]) + 256 + sum(header[156:])
    except ValueError:
        return False


_DOCX: Final = re.compile(rb"(?i)word/document\d*\.xml")
_PACKAGES: Final = (
    (b"xl/workbook", SPREADSHEET),
    (b"ppt/presentation", SLIDES),
    (b"OFD.xml", OFFICE_PACKAGE),
    (b"mimetypeapplication/", OFFICE_PACKAGE),
    (b"META-INF/container.xml", OFFICE_PACKAGE),
    (b"classes.dex", REFUSALS[2]),
)


def package_family(data: bytes) -> str | Refusal | None:
    """Tell what kind of document a ZIP file is: ``"docx"``, one that is refused, or None for a mere archive.

    Looks at names only (they stand uncompressed in the local headers and in the directory at the end), so that a
    broken directory does not matter here.
    """
    if not data.startswith(ZIP):
        return None
    packaged = b"[Content_Types].xml" in data
    if packaged and _DOCX.search(data):
        return "docx"
    for name, refusal in _PACKAGES:
        # The names of an archive's members may end so: a package has them at the root.
        if (packaged or refusal is not SPREADSHEET) and data.count(name) > data.count(b"/" + name):
            return refusal
    return None


MAX_ENTRIES: Final = 65_535
"""Entries in the directory of a ZIP file, as many as its old form counts: a million take 0.7 GB."""


def has_many_entries(data: bytes) -> bool:
    """Tell, by the signature before each (APPNOTE 4.3.12), whether a directory is longer than any that is listed."""
    return data.count(b"PK\x01\x02") > MAX_ENTRIES


def is_docx(data: bytes) -> bool:
    """Tell a WordprocessingML package (ECMA-376) from other ZIP files."""
    return package_family(data) == "docx"


def is_pdf(data: bytes) -> bool:
    """Tell a PDF; ISO 32000-1, annex H.3, lets the header stand anywhere in the first 1024 bytes."""
    at = data.find(b"%PDF-", 0, 1024)
    if at < 0:
        return False
    return not data[:at].strip(b"\xef\xbb\xbf \t\r\n\x00") or b" obj" in data[at : at + HEAD]


_HEADER: Final = re.compile(rb"[A-Za-z-]+:[^\n]*\n")
_MIME_HEAD: Final = re.compile(rb"(?im)^content-type:\s*multipart/related\b")


def is_mhtml(data: bytes) -> bool:
    """Tell a web archive (RFC 2557): a MIME message of type ``multipart/related``."""
    head = data[:HEAD].lstrip()
    return _HEADER.match(head) is not None and _MIME_HEAD.search(head) is not None


_HTML_ROOT: Final = re.compile(
    rb"(?i)\A[\s\x00]*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*(?:<!doctype\s+html|<(?:html|head|body|title|meta|table|div|script)[\s>])",
    re.DOTALL,
)
_HTML_HEAD: Final = re.compile(rb"(?i)<html[\s>]|<!doctype\s+html|<body[\s>]")


def is_html(data: bytes) -> bool:
    """Tell a web page: its root, doctype or first element stands at the very beginning, or ``<html>`` near it."""
    head = data[: 4 * HEAD]
    if b"<" not in head:
        return False  # the cheap way out for a clean report
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        codec = "utf-16-le" if head[0] == 0xFF else "utf-16-be"
        head = head[2:].decode(codec, "ignore").encode("ascii", "ignore")
    elif head[:400].count(0) > 100:
        head = head.replace(b"\x00", b"")
    head = head.removeprefix(b"\xef\xbb\xbf").removeprefix(b"\x84\x31\x95\x33")  # U+FEFF in UTF-8, GB18030
    return bool(_HTML_ROOT.match(head)) or (
        bool(_HTML_HEAD.search(head[:HEAD]))
        and re.search(rb"(?i)</(?:html|body|p|div|td|head)>", data) is not None
    )


_SQL_ROW: Final = re.compile(
    rb"(?i)\A(?:\xef\xbb\xbf)?\s*(?:insert\s+into\s+\S{1,80}\s*)?\([\s\w,`\"\[\]]{3,2000}\)\s*values\s*\("
)


def is_sql_row(data: bytes) -> bool:
    """Tell a row of an SQL dump: a list of columns, ``values``, and a list of values."""
    return data.lstrip(b"\xef\xbb\xbf \r\n\t")[:6].lower().startswith((b"(", b"insert")) and bool(
        _SQL_ROW.match(data[:HEAD])
    )


_JSON_RECORD: Final = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*(?:\[\s*)?\{\s*"[^"\n]{1,80}"\s*:')


def is_json_record(data: bytes) -> bool:
    """Tell a JSON object, or several, by how it begins and ends; whether it holds a report is the reader's question."""
    return (
        data[:1] in (b"{", b"[", b"\xef", b" ", b"\n", b"\r", b"\t")
        and _JSON_RECORD.match(data[:HEAD]) is not None
        and data.rstrip()[-1:] in (b"}", b"]")
    )


_MARKDOWN: Final = re.compile(rb"(?m)^ {0,3}\|? *:?-{3,}:? *\|[-| :]*$|^(?:```|~~~)")
_HEADING: Final = re.compile(rb"(?m)^(#{1,6}) +\S[^\n]*")
_SENTENCES: Final = tuple(
    mark.encode(codec) for mark in "。；，：" for codec in ("utf-8", "gb18030", "big5hkscs")
)
FEW_HEADINGS: Final = 3
"""Lines with ``#`` below which each is taken for a heading; of more it is asked whether they can be headings."""


def is_markdown(data: bytes) -> bool:
    """Tell Markdown from plain text: it has headings with ``#``, the ruling row of a table, or a fence.

    Emphasis proves nothing: ``**`` is residue in plain text, or a mask (全力推进**现代化建设). Nor does ``#`` where it
    stands before line after line, or before sentences: there it is a bullet or a remark.
    """
    if not _may_be_markdown(data) or b"\x00" in data[:HEAD]:
        return False
    return _MARKDOWN.search(data) is not None or _has_headings(data)


def _may_be_markdown(data: bytes) -> bool:
    """Look for the signs; one byte is looked for twenty times as fast as three."""
    return (
        b"#" in data
        or (b"|" in data and b"---" in data)
        or (b"`" in data and b"```" in data)
        or (b"~" in data and b"~~~" in data)
    )


def _has_headings(data: bytes) -> bool:
    total = doubtful = 0
    before: re.Match[bytes] | None = None
    for found in _HEADING.finditer(data):
        total += 1
        follows = before is not None and before.end() + 1 == found.start() and before[1] == found[1]
        doubtful += follows or found[0].rstrip().endswith(_SENTENCES)
        before = found
    return total > 0 and (total < FEW_HEADINGS or doubtful * 2 <= total) and not _is_program(data)


_STATEMENT: Final = re.compile(
    rb"(?m)^(?:#!/|(?:def|class|import|from|package|use|sub|function|var|const|let|public|static|void|int|require|export"
    rb"|if|for|while|msgid)\b[^\n]*[\w)\"';:{]\r?$|[A-Za-z_][\w.]* ?[+:]?= ?[\w\"'(\[{$])"
)
FEW_STATEMENTS: Final = 2
"""Lines of program text, or of settings, outside of any fence, from which on ``#`` begins a remark."""


def _is_program(data: bytes) -> bool:
    return len(_STATEMENT.findall(data[:HEAD])) >= FEW_STATEMENTS
