"""Web archives and Markdown: one reader over another, and what is theirs."""

from __future__ import annotations

import base64
import quopri

import pytest

from jiaokan.edition import Place
from jiaokan.normalize import RejectedError, normalize
from jiaokan.normalize.formats import read
from jiaokan.normalize.hints import NO_HINTS
from jiaokan.normalize.stage import Context, Stage, run_stages
from jiaokan.normalize.stages.markdown import take_off_markdown

PROSE = "全市经济运行总体平稳，稳中有进，主要指标好于预期，高质量发展取得新成效。"


def mhtml(page: bytes, coding: str, charset: str = "utf-8") -> bytes:
    body = quopri.encodestring(page) if coding == "quoted-printable" else base64.encodebytes(page)
    return (
        b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"
        b'\ttype="text/html";\r\n\tboundary="----b"\r\n\r\n------b\r\nContent-Type: text/html; charset='
        + charset.encode()
        + b"\r\nContent-Transfer-Encoding: "
        + coding.encode()
        + b"\r\nContent-Location: http://a.gov.cn/x.html\r\n\r\n"
        + body
        + b"\r\n------b\r\nContent-Type: image/png\r\n"
        + b"Content-Transfer-Encoding: base64\r\n\r\niVBORw0=\r\n------b--\r\n"
    )


@pytest.mark.parametrize("coding", ["quoted-printable", "base64"])
@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_a_web_archive_is_read_as_its_page(coding, codec):
    page = f"<html><body><h1>公报</h1><p>{PROSE}</p></body></html>".encode(codec)
    reading = read(mhtml(page, coding, "gb2312" if codec == "gb18030" else "utf-8"), NO_HINTS)
    assert (reading.media_type, reading.text) == ("multipart/related", f"公报\n{PROSE}")
    (place,) = reading.places.locate(0, 2)
    assert place.part == "http://a.gov.cn/x.html"
    assert page[slice(*place.bytes)].decode(codec) == "公报"


def test_a_web_archive_without_a_page_is_refused():
    with pytest.raises(RejectedError) as caught:
        read(
            b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n"
            b"--b\nContent-Type: image/png\n\nx\n--b--\n",
            NO_HINTS,
        )
    assert caught.value.code == "damaged"


def test_markdown_keeps_its_bytes():
    data = "# 报告\n\n内容。\n".encode()
    reading = read(data, NO_HINTS)
    assert (reading.media_type, reading.text) == ("text/markdown", data.decode())
    assert reading.places.locate(2, 4) == (Place(bytes=(2, 8)),)


def taken(text: str, media_type: str = "text/markdown"):
    outcome = run_stages(text, (Stage("m", 1, take_off_markdown),), Context(media_type=media_type))
    return outcome.text, [(m.kind, outcome.text[m.start : m.end]) for m in outcome.marks]


@pytest.mark.parametrize(
    ("text", "clean", "marks"),
    [
        ("# 报告\n", "报告\n", [("heading", "报告")]),
        ("###  一、回顾 ##\n", "一、回顾\n", [("heading", "一、回顾")]),
        ("报告\n====\n正文\n", "报告\n正文\n", [("heading", "报告")]),
        ("甲\n\n---\n\n乙\n", "甲\n\n\n乙\n", []),
        ("> 引文\n>> 深\n", "引文\n深\n", []),
        ("- 甲\n* 乙\n", "甲\n乙\n", [("list-item", "甲"), ("list-item", "乙")]),
        ("见[附件](a.docx)。\n", "见附件。\n", [("link", "附件")]),
        ("![图](a.png)后\n", "后\n", [("image", "")]),
        ("```\n甲\n```\n", "甲\n", []),
        ("甲<!-- 乙 -->丙\n", "甲丙\n", []),
        ("---\ntitle: 报告\ndate: 2024\n---\n正文\n", "正文\n", []),
    ],
)
def test_markup_goes_and_its_meaning_stays(text, clean, marks):
    assert taken(text) == (clean, marks)


@pytest.mark.parametrize(
    "text",
    [
        "#标签\n",
        "1. 一\n",
        "全力推进**现代化\n",
        "增长-3.2%\n",
        "——2024年1月\n",
        "（附件）[1]\n",
        "a|b\n",
        "5 - 3\n",
        "====\n",
    ],
)
def test_what_is_no_markup_stays(text):
    assert taken(text)[0] == text


def test_plain_texts_are_left_alone():
    text = "# 报告\n\n> 引\n- 甲\n"
    assert taken(text, "text/plain") == (text, [])


def test_tables_become_rows():
    data = "# 表\n\n| 指标 | 产值 |\n|:--|--:|\n| 全市 | １０ |\n|| ２０ |\n\n完。\n".encode()
    edition = normalize(data)
    assert edition.text.split("\n")[1:3] == ["指标\t产值", "全市\t10"]
    (table,) = [mark for mark in edition.marks if mark.kind == "table"]
    assert table.data["rows"] == [["指标", "产值"], ["全市", "10"], ["", "20"]]


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "text",
    ["[" * 50_000, "# " * 50_000, "|" * 50_000 + "\n|-|\n", "> " * 50_000, "<!--" * 30_000, "[a](" * 20_000],
)
def test_hostile_markdown_costs_no_more_than_its_length(text):
    taken(text)


def test_a_web_archive_that_nests_thousands_of_parts_is_refused():
    head = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b{0}\r\n\r\n--b{0}\r\n"
    with pytest.raises(RejectedError) as caught:
        read("".join(head.format(number) for number in range(5000)).encode(), NO_HINTS)
    assert caught.value.code == "too-deep"
