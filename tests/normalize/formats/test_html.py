"""Web pages: what a browser shows, line by line, each character with its bytes."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiaokan.normalize import RejectedError, normalize
from jiaokan.normalize.formats.html import declared_charset, read
from jiaokan.normalize.formats.html_tokens import attributes, tokens
from jiaokan.normalize.formats.html_tree import MAX_DEPTH, build
from jiaokan.normalize.hints import NO_HINTS

PROSE = "全市经济运行总体平稳，稳中有进，主要指标好于预期，高质量发展取得新成效，人民生活水平稳步提高。"


def page(body: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


def lines(body: str) -> list[str]:
    return [block.text() for block in build(body).blocks if block.text().strip()]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<p>甲<p>乙", ["甲", "乙"]),
        ("甲<br>乙<br/>丙", ["甲", "乙", "丙"]),
        ("<div>甲<span>乙</span>丙</div>丁", ["甲乙丙", "丁"]),
        ("<p>甲  \n\t 乙 a</p>", ["甲乙 a"]),
        ("<p>a\nb 甲 乙</p>", ["a b 甲 乙"]),
        ("<p>甲&nbsp;&nbsp;乙&lt;丙&#20840;&#x5E02;&hellip;</p>", ["甲\u00a0\u00a0乙<丙全市…"]),
        ("<p>增长<5%，其中a < b</p>", ["增长<5%，其中a < b"]),
        ("<p>AT&T、&不是引用</p>", ["AT&T、&不是引用"]),
        ("甲<!-- 乙 > -->丙<!-->丁-->戊", ["甲丙丁-->戊"]),
        ("<script>var a='<p>乙</p>'</script>甲<style>p{}</style>", ["甲"]),
        ("<SCRIPT>if(a<b){}</ScRiPt >甲", ["甲"]),
        ("<ul><li>甲<li>乙</ul>丙", ["甲", "乙", "丙"]),
        ("<table><tr><td>甲<td>乙<tr><td>丙</table>", ["甲", "乙", "丙"]),
        ("<pre>甲\n  乙</pre>", ["甲", "  乙"]),
        ("<select><option>甲<option>乙</select>丙", ["丙"]),
        ("<noscript>甲</noscript><template>乙</template>丙", ["丙"]),
        ("<ruby>工<rp>(</rp><rt>gōng</rt><rp>)</rp></ruby>业", ["工业"]),
        ("<![if !supportLists]>一、<![endif]>甲<o:p></o:p>", ["一、甲"]),
        ("<?xml:namespace prefix = o />甲", ["甲"]),
        ("<p title='a>b'>甲</p>", ["甲"]),
        ("<p title='a>甲", ["甲"]),
        ("<p>甲</p", ["甲"]),
        ("<head><title>题</title><p>甲", ["甲"]),
    ],
)
def test_lines_are_those_of_a_browser(source, shown):
    assert lines(source) == shown


def test_titles_and_metas_are_known():
    held = build('<title>公报 | 某县</title><meta name="ArticleTitle" content="公报"><p>甲')
    assert held.titles == ["公报 | 某县"]
    assert held.metas == {"articletitle": "公报"}


def test_tokens_cover_the_page_in_order():
    source = "甲<p a=1 b='>' c>乙</p><!--x--><br/>丙<"
    held = list(tokens(source))
    assert [source[t.start : t.end] for t in held if t.kind != "text"] == ["<p a=1 b='>' c>", "</p>", "<br/>"]
    assert "".join(source[t.start : t.end] for t in held if t.kind == "text") == "甲乙丙<"
    assert attributes(" a=1 b='>' c A=2 d=\"&amp;\"") == {"a": "1", "b": ">", "c": "", "d": "&"}


@given(st.text(alphabet="<>/!-'\"=&;# \npdivtablescript甲乙", max_size=200))
def test_any_soup_is_read_without_an_error_and_in_order(soup):
    held = build(soup)
    at = 0
    for block in held.blocks:
        for text, place, length, _ in block.pieces:
            assert at <= place
            assert place + length <= len(soup)
            assert text
            at = place + length


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16"])
def test_every_character_leads_back_to_its_bytes(codec):
    source = f"<html><head></head><body><h1>统计公报</h1><p>{PROSE}&ldquo;十四五&rdquo;<b>规划</b>。</p></body></html>"
    data = source.encode(codec)
    reading = read(data, NO_HINTS)
    bare = codec if codec != "utf-16" else "utf-16-le"
    for word in ("统计公报", "高质量发展", "规划"):
        at = reading.text.index(word)
        (place,) = reading.places.locate(at, at + len(word))
        assert data[slice(*place.bytes)].decode(bare) == word
    quote = reading.text.index("“")
    (place,) = reading.places.locate(quote, quote + 1)
    assert data[slice(*place.bytes)].decode(bare) == "&ldquo;"
    torn = reading.text.index("”规划")
    assert len(reading.places.locate(torn, torn + 3)) == 2


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("gb2312", "gb18030"),
        ("utf-8", "gb18030"),
        ("gb2312", "utf-8"),
        ("", "gb18030"),
        ("iso-8859-1", "gb18030"),
    ],
)
def test_a_wrong_or_missing_declaration_does_no_harm(declared, codec):
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    data = page(f"<p>{PROSE * 3}</p>", meta).decode().encode(codec)
    assert PROSE in read(data, NO_HINTS).text


def test_the_declared_charset_is_found_in_all_its_forms():
    assert declared_charset(b"<meta charset=gbk>") == "gbk"
    assert declared_charset(b"<META http-equiv=Content-Type content='text/html; charset=gb2312'>") == "gb2312"
    assert declared_charset(b'<?xml version="1.0" encoding="Big5"?>') == "Big5"
    assert declared_charset(b"<p>charset=gbk</p>") is None


def test_marks_carry_what_the_page_knew():
    body = (
        f"<h2>一、综合</h2><p>{PROSE}<strong>其中</strong>，<a href='/x.html'>链接</a>，面积5m<sup>2</sup>。"
        "<img src='a.png' alt='图'></p><ol><li>甲项工作</li><li>乙项工作</li></ol>"
    )
    reading = read(page(body), NO_HINTS)
    found = {(m.kind, reading.text[m.start : m.end]) for m in reading.marks}
    assert {("heading", "一、综合"), ("bold", "其中"), ("link", "链接"), ("superscript", "2")} <= found
    assert [m.data for m in reading.marks if m.kind == "image"] == [{"target": "a.png", "about": "图"}]
    assert "1. 甲项工作\n2. 乙项工作" in reading.text


def test_items_that_bear_a_label_get_no_other():
    assert "\n（一）甲" in read(page(f"<p>{PROSE}</p><ol><li>（一）甲</li></ol>"), NO_HINTS).text


def test_data_tables_are_rows(article):
    table = (
        "<table><tr><th rowspan=2>指标</th><th colspan=2>产值</th></tr><tr><td>绝对值</td><td>增长<br>(%)</td></tr>"
        "<tr><td>全市</td><td>100</td><td></td></tr></table>"
    )
    data = page(f"<p>{PROSE}</p>{table}<p>{PROSE}</p>")
    assert "\n指标\t产值\t\n\t绝对值\t增长 (%)\n全市\t100\t\n" in article(data)
    (mark,) = [m for m in normalize(data).marks if m.kind == "table"]
    assert [len(row) for row in mark.data["rows"]] == [3, 3, 3]
    assert mark.data["rows"][1][0] == ""
    assert mark.data["rows"][2] == ["全市", "100", ""]
    assert mark.data["merged"] == [[0, 0, 2, 1], [0, 1, 1, 2]]


def test_tables_that_lay_out_a_page_are_lines(article):
    inner = "".join(f"<tr><td>{PROSE}</td></tr>" for _ in range(3))
    data = page(f"<table><tr><td><table>{inner}</table></td><td>&nbsp;</td></tr></table>")
    assert article(data) == "\n".join([PROSE] * 3)


def test_a_label_and_its_value_in_elements_of_their_own_are_one_line(article):
    block = (
        "<dl><dd><label>索 引 号：</label><div>014-2023</div></dd>"
        "<dd><label>文号：</label><div>某发〔2023〕1号</div></dd></dl>"
    )
    rows = "<table><tr><td>发布机构：</td><td>某局</td></tr><tr><td>生成日期：</td><td>2023-05-11</td></tr></table>"
    text = article(page(f"<div>{block}{rows}<p>{PROSE}</p></div>"))
    assert text.split("\n")[:4] == [
        "索 引 号：014-2023",
        "文号：某发〔2023〕1号",
        "发布机构：某局",
        "生成日期：2023-05-11",
    ]


def test_depth_is_bounded():
    with pytest.raises(RejectedError) as caught:
        read(page("<div>" * (MAX_DEPTH + 10) + PROSE), NO_HINTS)
    assert caught.value.code == "too-deep"
    # Paragraphs, items and cells that nobody closes nest nothing.
    assert read(page("<p>甲" * 20_000), NO_HINTS).text.count("甲") == 20_000
    assert read(page("<table>" + "<tr><td>甲" * 5_000), NO_HINTS).text.count("甲") == 5_000


@pytest.mark.parametrize(
    "soup",
    [
        "<!--" * 50_000,
        "<a b='" * 50_000,
        "<script>" * 30_000,
        "<" * 200_000,
        "&#" * 100_000,
        "</p" * 70_000,
        "<b><table><div>" * 1000 + "</b>" * 50_000,
    ],
)
@pytest.mark.timeout(60)
def test_hostile_soup_costs_no_more_than_its_length(soup):
    with suppress(RejectedError):
        read(page(soup), NO_HINTS)


def test_nothing_is_fetched(make):
    away = "http://127.0.0.1:9/x"
    body = (
        f'<link rel=stylesheet href="{away}"><img src="{away}"><iframe src="{away}"></iframe><p>{PROSE}</p>'
    )
    assert PROSE in read(page(body), NO_HINTS).text


@pytest.mark.parametrize(
    "body",
    [
        f"<div>2024-01-01 {chr(0xA0) * 60_000}来源</div>",
        f"<a href='{'.ceb#' * 60_000}\n\n.'>附件</a>",
    ],
    ids=["blanks of a label", "an address of signs"],
)
def test_what_a_label_may_be_is_looked_for_within_bounds(body):
    began = time.process_time()
    assert "经济运行" in read(page(f"<div><p>{PROSE}</p><p>{PROSE}</p>{body}</div>"), NO_HINTS).text
    assert time.process_time() - began < 5


def test_a_charset_is_looked_for_within_bounds(costs_at_most):
    def asked(size):
        assert declared_charset(b"<meta charset=" + b" " * size + b"\x01") is None

    costs_at_most(lambda: asked(8000), lambda: asked(1000), times=20, slack=0.01)
