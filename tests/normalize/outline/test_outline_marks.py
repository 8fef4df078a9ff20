"""Headings that only bold type or a document's own styles show."""

from __future__ import annotations

from jiaokan.edition import Mark
from jiaokan.normalize.hints import NO_HINTS
from jiaokan.normalize.outline import outline

BODY = "全市上下齐心协力，各项工作都取得了新的进展，主要指标稳中有升，群众得到了更多实惠。"


def mark(text, words, kind, **data):
    start = text.index(words)
    return Mark(start, start + len(words), kind, data)


def told(text, *marks):
    return [
        (s.kind, s.level, s.heading)
        for s in outline(text, tuple(sorted(marks, key=lambda m: m.start)), NO_HINTS)[1:]
    ]


def test_a_documents_own_heading_styles():
    text = f"{BODY}\n经济运行\n{BODY}\n工业\n{BODY}\n农业\n{BODY}\n社会事业\n{BODY}"
    marks = [mark(text, "经济运行", "heading", level=1), mark(text, "社会事业", "heading", level=1)]
    marks += [mark(text, "工业", "heading", level=2), mark(text, "农业", "heading", level=2)]
    assert told(text, *marks) == [
        ("heading", 1, "经济运行"),
        ("heading", 2, "工业"),
        ("heading", 2, "农业"),
        ("heading", 1, "社会事业"),
    ]


def test_a_bold_run_is_the_heading_of_its_point():
    text = f"一是质量品牌建设 {BODY}二是数字化转型。{BODY}"
    assert told(text)[0][2] != "质量品牌建设"
    assert told(text, mark(text, "质量品牌建设", "bold"))[0] == ("point", 1, "质量品牌建设")


def test_a_bold_half_sentence_is_not():
    text = f"一是壮大绿色石化产业，建强基地。{BODY}二是数字化转型。{BODY}"
    assert told(text, mark(text, "壮大绿色石化产业", "bold"))[0] == ("point", 1, "壮大绿色石化产业，建强基地")


def test_lines_of_a_table_are_no_headings():
    text = f"{BODY}\n工业增加值\n单位产值能耗\n{BODY}"
    table = Mark(text.index("工业增加值"), text.index("单位产值能耗") + 6, "table", {"rows": []})
    assert told(text, table) == []


def test_a_caption_is_a_node_that_ends_with_its_table():
    text = f"一、综合\n{BODY}\n表1 2031年主要产品产量\n产品\t产量\n钢\t12\n{BODY}\n二、农业\n{BODY}"
    sections = outline(text, (), NO_HINTS)
    caption = next(s for s in sections if s.kind == "table")
    assert (caption.ordinal, caption.heading, caption.level) == (1, "2031年主要产品产量", 2)
    assert text[slice(*caption.span)] == "表1 2031年主要产品产量\n产品\t产量\n钢\t12\n"
