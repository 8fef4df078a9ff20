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
        "# 某市报告\n\n## 一、回顾\n\n### （一）稳住\\*大盘\\*\n\n做到了。\n\n"
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
    assert markdown(content) == "**一是抓项目**。开工十个。\n"


def test_what_follows_the_last_point_is_not_lost():
    text = "一、任务\n一是抓项目。二是抓人才。\n让我们奋勇前进！"
    content = {
        "title": None,
        "text": text,
        "sections": [
            section("report", None, "report", 0, None, None, [0, len(text)], [0, 0]),
            section("c1", "report", "chapter", 1, "一、", "任务", [0, len(text)], [5, 5]),
            section("c1.p1", "c1", "point", 2, "一是", "抓项目", [5, 11], [11, 11]),
            section("c1.p2", "c1", "point", 2, "二是", "抓人才", [11, 18], [18, 18]),
        ],
        "marks": [],
    }
    assert markdown(content) == "## 一、任务\n\n**一是抓项目**。**二是抓人才**。\n\n让我们奋勇前进！\n"


def test_what_markdown_would_read_as_a_list_is_escaped():
    text = "1. 不是列表\n+ 也不是\n2031年[1]<br>"
    content = {
        "title": None,
        "text": text,
        "sections": [section("report", None, "report", 0, None, None, [0, len(text)], [0, len(text)])],
        "marks": [],
    }
    assert markdown(content) == "1\\. 不是列表\n\n\\+ 也不是\n\n2031年\\[1\\]\\<br\\>\n"


def test_an_outline_is_a_tree_with_spans_lengths_and_ids():
    lines = list(outline_lines(CONTENT))
    assert lines[:2] == ["某市报告", f"{len(TEXT)} characters, 3 sections"]
    assert [line.split() for line in lines[2:]] == [
        ["├─", "一、", "回顾", "review", "5–35", "30", "c1"],
        ["│", "└─", "（一）", "稳住*大盘*", "10–35", "25", "c1.s1"],
        ["└─", "二、", "安排", f"35–{len(TEXT)}", str(len(TEXT) - 35), "c2"],
    ]
    assert len({line.index("–") for line in lines[2:4]}) <= 2


def test_the_outline_tells_what_is_known_and_how_a_nameless_section_begins():
    text = "第一条 为了规范管理，制定本办法。"
    content = {
        "title": None,
        "text": text,
        "metadata": {
            "kind": "work-report",
            "region": {"code": "440000", "name": "广东省", "level": "province"},
            "issuers": ["广东省人民政府"],
            "covers": {"from": 2030, "to": 2030},
            "plans": {"from": 2031, "to": 2035},
        },
        "sections": [
            section("report", None, "report", 0, None, None, [0, len(text)], [0, 0]),
            section("a1", "report", "article", 1, "第一条", None, [0, len(text)], [4, len(text)]),
        ],
        "marks": [],
    }
    lines = list(outline_lines(content))
    assert lines[:2] == [
        "(no title)",
        "government work report · 广东省 · 广东省人民政府 · covers 2030 · plans 2031–2035 · 17 characters, 1 sections",
    ]
    assert "(为了规范管理" in lines[2]


def test_a_long_heading_is_cut_so_that_spans_stand_in_one_column():
    text = "一、" + "很长的标题" * 20
    content = {
        "title": None,
        "text": text,
        "sections": [
            section("report", None, "report", 0, None, None, [0, len(text)], [0, 0]),
            section(
                "c1",
                "report",
                "chapter",
                1,
                "一、",
                "很长的标题" * 20,
                [0, len(text)],
                [len(text), len(text)],
            ),
        ],
        "marks": [],
    }
    line = list(outline_lines(content))[2]
    assert "…" in line
    assert len(line) < 80
