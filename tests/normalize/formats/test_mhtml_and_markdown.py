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


def web_archive(*parts: tuple[str, bytes], start: str = "") -> bytes:
    said = f'; start="{start}"' if start else ""
    head = f'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"{said}\r\n\r\n'.encode()
    body = b"".join(
        f"--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-ID: <{name}>\r\n"
        f"Content-Location: http://a.gov.cn/{name}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode()
        + base64.encodebytes(page)
        + b"\r\n"
        for name, page in parts
    )
    return head + body + b"--b--\r\n"


FRAMES = b"<html><head><title>a</title></head><frameset rows=9,*><frame src=menu><frame src=text></frameset></html>"
MENU = "<html><body><a href=/>首页</a><a href=/a>概况</a></body></html>".encode()
TEXT = f"<html><body><h1>公报</h1><p>{PROSE}</p><p>{PROSE}</p></body></html>".encode()


def test_the_text_of_a_frame_is_read_and_its_menu_is_the_sites():
    reading = read(web_archive(("f", FRAMES), ("menu", MENU), ("text", TEXT)), NO_HINTS)
    at = reading.text.index("公报")
    (place,) = reading.places.locate(at, at + 2)
    assert place.part == "http://a.gov.cn/text"
    assert TEXT[slice(*place.bytes)].decode() == "公报"
    edition = normalize(web_archive(("f", FRAMES), ("menu", MENU), ("text", TEXT)))
    assert edition.text == f"公报\n{PROSE}\n{PROSE}"


def test_frames_beside_the_page_are_the_sites_unless_they_hold_prose():
    page = f"<html><body><h1>报告</h1><p>{PROSE}</p></body></html>".encode()
    counter = "<html><body>您是第1023位访问者。</body></html>".encode()
    assert normalize(web_archive(("p", page), ("c", counter), ("again", page))).text == f"报告\n{PROSE}"
    assert normalize(web_archive(("p", page), ("t", TEXT))).text == f"报告\n{PROSE}\n公报\n{PROSE}\n{PROSE}"


def test_the_page_that_the_archive_names_comes_first():
    page = f"<html><body><h1>报告</h1><p>{PROSE}</p></body></html>".encode()
    assert read(web_archive(("t", TEXT), ("p", page), start="<p>"), NO_HINTS).text.startswith("报告\n")


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
@pytest.mark.parametrize(
    "text",
    [
        "# 一季度情况\n# 二季度情况\n# 三季度情况\n# 四季度情况\n",
        "# 全市经济平稳运行。\n\n# 工业增长较快。\n\n# 投资增速回落，消费回暖；\n\n正文。\n",
    ],
)
def test_number_signs_before_every_line_or_before_sentences_are_no_headings(text, codec):
    assert read(text.encode(codec), NO_HINTS).media_type == "text/plain"


@pytest.mark.parametrize(
    "text",
    [
        "# 报告\n",
        "# 报告\n## 一、回顾\n### （一）工业\n正文。\n## 二、安排\n正文。\n",
        "# 一、回顾\n正文。\n\n# 二、安排\n正文。\n\n# 三、保障\n正文。\n\n# 四、其他\n",
        "# 目标\n# 任务\n正文\n",
        "# 甲\n# 乙\n# 丙\n# 丁\n\n| 一 | 二 |\n|---|---|\n| 1 | 2 |\n",
    ],
)
def test_headings_are_markdown(text):
    assert read(text.encode(), NO_HINTS).media_type == "text/markdown"


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
