"""A row of an SQL dump: the report in it, and not the crawler's columns."""

from __future__ import annotations

import pytest

from jiaokan.normalize import normalize
from jiaokan.normalize.formats import read, sniff
from jiaokan.normalize.hints import NO_HINTS

PROSE = "推行部门联合监管，是党中央、国务院作出的重大决策部署，是市场监管理念和方式的重大创新，是深化改革的内在要求。"


def row(content: str, html: str = "null", head: str = "(id, title, content, html)") -> str:
    return f"{head} values (7, '关于监管的意见', '{content}', {html});"


def test_the_report_is_read_from_its_column():
    page = f"<p>国务院关于监管的意见</p> <p>{PROSE}&nbsp;</p>"
    whole = f"<div>首页</div>{page}<div>网站地图</div>"
    data = row(page, f"'{whole}'").encode()
    assert sniff(data).name == "sql-row"
    edition = normalize(data)
    assert edition.text == f"国务院关于监管的意见\n{PROSE}"
    at = edition.text.index("重大创新")
    (place,) = edition.trace(at, at + 4).source
    assert data[slice(*place.bytes)].decode() == "重大创新"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("甲\\'乙", "甲'乙"),
        ("甲''乙", "甲'乙"),
        ("甲\\r\\n乙", "甲乙"),
        ('<b style=\\"x\\">甲</b>乙', "甲乙"),
        ("甲\\\\乙", "甲\\乙"),
    ],
)
def test_escapes_are_undone(written, meant):
    edition = normalize(row(f"<p>{written}</p><p>{PROSE * 2}</p>").encode())
    assert edition.text.split("\n")[0] == meant


def test_a_row_of_an_insert_statement_in_gbk():
    data = row(f"<p>{PROSE * 4}</p>", head="INSERT INTO `policy` (`id`, `title`, `content`, `html`)").encode(
        "gb18030"
    )
    assert read(data, NO_HINTS).text == PROSE * 4


@pytest.mark.parametrize(
    "text",
    [
        "(一)价值 values 观念\n",
        "(id, name)\n",
        "insert coin\n",
        "(a, b) values (1, 2)\n",
        "(a, b) values ('甲\n",
    ],
)
def test_what_only_looks_like_a_row_is_text(text):
    assert read((text + PROSE).encode(), NO_HINTS).text == text + PROSE
