"""What a source is, told from its bytes: never from a name."""

from __future__ import annotations

import io
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiaokan.normalize import RejectedError
from jiaokan.normalize.formats import FORMATS, MAX_BYTES, read, sniff
from jiaokan.normalize.formats.sniffing import is_plain_chinese
from jiaokan.normalize.hints import NO_HINTS

REPORT = "各位代表：\n一、二〇二三年工作回顾\n过去一年，全市经济平稳运行。\n"


def reason_of(data: bytes) -> str:
    with pytest.raises(RejectedError) as caught:
        read(data, NO_HINTS)
    assert len(caught.value.reason) > 20
    return caught.value.code


SIGNS = (
    b"<html><body>",
    b"</p>",
    b"# ",
    b"|a|\n|---|",
    b"```",
    b"%PDF-1.4 obj",
    b"Content-Type: multipart/related\n",
    b"insert into a (b) values (",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\x89PNG\r\n\x1a\n",
    b"\xfd7zXZ\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"ftyp",
    b"RIFF",
    b"BM",
    b"\n",
)


@given(
    st.lists(
        st.one_of(st.sampled_from(SIGNS), st.text("经济。\n1a", max_size=6).map(str.encode)), max_size=8
    ),
    st.integers(0, 600),
    st.sampled_from((b"", b"ustar", b"0001234\x00")),
)
@settings(max_examples=300)
def test_what_is_plain_at_a_glance_no_other_format_asks_for(pieces, padding, sign):
    data = b"".join(pieces)
    data += "报".encode() * padding
    data = data[:148] + sign + data[148:257] + sign + data[257:]
    if data and is_plain_chinese(data):
        assert next(candidate.name for candidate in FORMATS if candidate.sniff(data)) == "text"


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "big5"])
def test_a_clean_report_is_plain_at_a_glance(codec):
    assert is_plain_chinese(REPORT.encode(codec, "ignore"))
    assert not is_plain_chinese(f"{REPORT}# 一\n".encode(codec, "ignore"))


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "big5", "utf-16", "utf-16-le"])
def test_a_report_is_text_in_any_encoding(codec):
    assert (
        sniff(REPORT.replace("二〇", "二零").replace("经济平稳运", "和").encode(codec, "ignore")).name
        == "text"
    )


@pytest.mark.parametrize(
    "text",
    [
        "MZ年报",
        "BM项目进展情况",
        "ID3算法",
        "II类水体比例",
        "GIF格式的图",
        "PK赛",
        "增长<5%，其中<p为概率>",
        "From: 办公室\nTo: 各处\n\n内容",
        "%PDF是一种格式",
        "**一是**坚持",
        "全力推进**现代化建设",
        "- 1 -\n- 2 -",
        "#标签没有空格",
        "价格|数量",
        "----",
    ],
)
def test_text_that_begins_like_another_format_is_text(text):
    assert sniff((text + "\n" + REPORT).encode()).name == "text"


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "image"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 60, "image"),
        (b"GIF89a" + b"\0" * 60, "image"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image"),
        (b"MZ" + b"\0" * 60 + b"PE\0\0" + b"\0" * 60, "program"),
        (b"\x7fELF" + b"\0" * 60, "program"),
        (b"SQLite format 3\0" + b"\0" * 60, "database"),
        (b"Rar!\x1a\x07\x01\0", "unsupported-archive"),
        (b"7z\xbc\xaf\x27\x1c" + b"\0" * 30, "unsupported-archive"),
        (b"\0\0\0\x18ftypmp42" + b"\0" * 30, "sound-or-film"),
        (b"\0\x05\x16\x07\0\x02\0\0Mac OS X" + b"\0" * 60, "apple-double"),
        (b"\0\0\0\x01Bud1" + b"\0" * 60, "apple-double"),
        (b"{\\rtf1\\ansi", "legacy-word"),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>', "legacy-word"),
        (b"%!PS-Adobe-3.0\n", "unsupported-document"),
        (
            b"PK\3\4" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text" + b"PK\3\4",
            "legacy-word",
        ),
        (
            b'<?xml version="1.0"?>\n<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">',
            "legacy-word",
        ),
        (
            b"PK\3\4" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.graphics",
            "unsupported-package",
        ),
    ],
)
def test_what_no_reader_takes_is_refused_with_a_reason(head, code):
    assert reason_of(head) == code


@pytest.mark.parametrize(
    ("stream", "code"),
    [
        ("WordDocument", "legacy-word"),
        ("WpsDocument", "legacy-word"),
        ("Workbook", "spreadsheet"),
        ("PowerPoint Document", "slides"),
        ("EncryptedPackage", "encrypted"),
        ("SomethingElse", "legacy-word"),
    ],
)
def test_ole_files_are_told_by_their_streams(stream, code):
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + stream.encode("utf-16-le") + b"\0" * 100
    assert reason_of(data) == code


def test_the_reason_for_old_word_says_what_to_do():
    with pytest.raises(RejectedError, match="LibreOffice"):
        read(b"{\\rtf1\\ansi hello}", NO_HINTS)


def test_packages_are_told_by_their_members(make):
    types = b"<Types/>"
    assert sniff(make.docx(make.paragraph("甲"))).name == "docx"
    assert reason_of(make.zipped({"[Content_Types].xml": types, "xl/workbook.xml": b"<x/>"})) == "spreadsheet"
    assert reason_of(make.zipped({"[Content_Types].xml": types, "ppt/presentation.xml": b"<x/>"})) == "slides"
    assert reason_of(make.zipped({"OFD.xml": b"<x/>"})) == "unsupported-package"
    assert reason_of(make.zipped({"报告.txt": REPORT.encode()})) == "archive"
    # A mere archive in which somebody unpacked a spreadsheet is an archive.
    assert reason_of(make.zipped({"data/xl/workbook.xml": b"<x/>", "a.txt": b"a"})) == "archive"


def test_tar_and_gzip_are_archives():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
    assert reason_of(out.getvalue()) == "archive"
    assert reason_of(b"\x1f\x8b\x08\0" + b"\0" * 20) == "archive"


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html><html><body>甲</body></html>",
        "\ufeff  <html lang=zh><p>甲",
        "<!-- saved -->\n<HTML><BODY>甲</BODY></HTML>",
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "x"><html xmlns="y"><body>甲</body></html>',
        "<table><tr><td>甲</td></tr></table>",
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16"])
def test_pages_are_told_by_their_beginning(page, codec):
    assert sniff(page.encode(codec)).name == "html"


def test_markdown_is_told_by_headings_tables_and_fences():
    assert sniff("# 报告\n\n内容\n".encode()).name == "markdown"
    assert sniff("内容\n\n## 第一章　总则\n".encode()).name == "markdown"
    assert sniff("|甲|乙|\n|---|:-:|\n|1|2|\n".encode()).name == "markdown"
    assert sniff("```\n内容\n```\n".encode()).name == "markdown"


def test_mhtml_and_pdf_are_told():
    assert (
        sniff(b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\r\n").name
        == "mhtml"
    )
    assert sniff(b"%PDF-1.4\n...").name == "pdf"
    assert sniff(b"\xef\xbb\xbf\n%PDF-1.4\n...").name == "pdf"


def test_a_source_beyond_all_bounds_is_refused_unread():
    class Huge(bytes):
        def __len__(self) -> int:
            return MAX_BYTES + 1

    assert reason_of(Huge(b"a")) == "too-large"


def test_every_format_has_its_reader():
    for candidate in FORMATS:
        assert __import__(f"jiaokan.normalize.formats.{candidate.module}", fromlist=["read"]).read
