"""An edition as Markdown and as a tree."""

from __future__ import annotations

from types import SimpleNamespace

from jiaokan.edition import Mark
from jiaokan.normalize.hints import NO_HINTS
from jiaokan.normalize.metadata import describe
from jiaokan.normalize.outline import outline
from jiaokan.normalize.rendering import to_markdown, to_outline

BODY = "全省上下齐心协力，各项工作都取得了新的进展，主要指标稳中有升，群众得到了更多实惠。"


def edition(text, *marks):
    sections = outline(text, marks, NO_HINTS)
    metadata, _ = describe(text, sections, marks, NO_HINTS)
    return SimpleNamespace(text=text, sections=sections, metadata=metadata, marks=marks, title=metadata.title)


def test_sections_become_headings_and_points_bold():
    text = (
        f"贵州省2030年水利工作情况\n{BODY}\n一、工作回顾\n（一）降本增效。{BODY}\n"
        f"二、工作安排\n一是抓招商。{BODY}二是抓服务。{BODY}"
    )
    assert to_markdown(edition(text)).split("\n\n") == [
        "# 贵州省2030年水利工作情况",
        BODY,
        "## 一、工作回顾",
        "### （一）降本增效",
        BODY,
        "## 二、工作安排",
        f"**一是抓招商**。{BODY}**二是抓服务**。{BODY}\n",
    ]


def test_what_markdown_would_read_is_escaped():
    text = f"{BODY}\n20*年[1]<br>_下划线_\n1. 不是列表的行，{BODY}\n- 也不是，{BODY}"
    out = to_markdown(edition(text))
    assert r"20\*年\[1\]\<br\>\_下划线\_" in out
    assert "\n\n\\- 也不是" in out
    assert "1\\. 不是" in out


def test_a_table_becomes_a_pipe_table():
    text = f"{BODY}\n产品\t产量\n钢|铁\t12\n{BODY}"
    start = text.index("产品")
    table = Mark(start, text.index("12") + 2, "table", {"rows": [["产品", "产量"], ["钢|铁", "12"]]})
    assert "| 产品 | 产量 |\n| --- | --- |\n| 钢\\|铁 | 12 |" in to_markdown(edition(text, table))


def test_an_empty_text_gives_an_empty_page():
    assert to_markdown(edition("")) == ""
    assert to_outline(edition("")).startswith("(no title)")


def test_the_tree_tells_spans_and_lengths():
    text = (
        f"贵州省2030年水利工作情况\n{BODY}\n一、2030年工作回顾\n（一）降本增效。{BODY}\n"
        f"（二）{'很长的标题' * 12}\n{BODY}\n二、2031年工作安排\n{BODY}"
    )
    tree = to_outline(edition(text))
    lines = tree.split("\n")
    assert lines[0] == "贵州省2030年水利工作情况"
    assert "贵州省" in lines[1]
    assert "covers 2030" in lines[1]
    chapter = edition(text).sections[1]
    assert lines[2].startswith("├─ 一、 2030年工作回顾")
    assert f"{chapter.span[0]}–{chapter.span[1]}" in lines[2]
    assert lines[2].endswith(str(chapter.span[1] - chapter.span[0]))
    assert lines[3].startswith("│  ├─ （一） 降本增效")
    assert "…" in lines[4]
    assert lines[5].startswith("└─ 二、 2031年工作安排")
    assert "plan" in lines[5]


def test_a_node_without_a_heading_is_told_by_how_it_begins():
    assert "(为了规范管理" in to_outline(
        edition("第一条 为了规范管理，制定本办法。\n第二条 本市适用本办法。")
    )
