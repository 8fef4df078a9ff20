"""Content told for people."""

from __future__ import annotations

from jiaokan.edition.rendering import markdown, outline_lines

TEXT = "某市报告\n一、回顾\n（一）稳住*大盘*。做到了。\n名称\t数量\n粮\t3\n二、安排\n- 抓落实"


def section(name, parent, kind, level, label, heading, span, body, role=None):
    return {
        "id": name, "anchor": name, "parent": parent, "kind": kind, "level": level, "label": label, "ordinal": 1,
        "heading": heading, "role": role, "span": span, "body": body,
    }  # fmt: skip


def place(piece):
    start = TEXT.index(piece)
    return [start, start + len(piece)]


CONTENT = {
    "title": "某市报告",
    "text": TEXT,
    "sections": [
        section("report", None, "report", 0, None, None, [0, len(TEXT)], [0, 5]),
        section("c1", "report", "chapter", 1, "一、", "回顾", [5, 35], [10, 10], "review"),
        section("c1.s1", "c1", "section", 2, "（一）", "稳住*大盘*", [10, 35], [20, 35]),
        section("c2", "report", "chapter", 1, "二、", "安排", [35, len(TEXT)], [40, len(TEXT)]),
    ],
    "marks": [{"kind": "table", "span": place("名称\t数量\n粮\t3")}],
}


def test_markdown_has_headings_tables_and_nothing_that_markdown_would_misread():
    assert markdown(CONTENT) == (
        "# 某市报告\n\n## 一、回顾\n\n### （一）稳住\\*大盘\\*。\n\n做到了。\n\n"
        "| 名称 | 数量 |\n| --- | --- |\n| 粮 | 3 |\n\n## 二、安排\n\n\\- 抓落实\n"
    )


def test_a_run_in_heading_is_bold_and_stays_in_its_paragraph():
    text = "一是抓项目。开工十个。"
    content = {
        "title": None,
        "text": text,
        "sections": [
            section("report", None, "report", 0, None, None, [0, 11], [0, 0]),
            section("p1", "report", "point", 1, "一是", "抓项目", [0, 11], [6, 11]),
        ],
        "marks": [],
    }
    assert markdown(content) == "**一是抓项目。**开工十个。\n"


def test_an_outline_is_a_line_a_section():
    assert list(outline_lines(CONTENT)) == [
        "某市报告  [report]",
        "  一、回顾  [c1]  (review)",
        "    （一）稳住*大盘*  [c1.s1]",
        "  二、安排  [c2]",
    ]
