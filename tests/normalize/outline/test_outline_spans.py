"""Where nodes end, and where their own text begins."""

from __future__ import annotations

from jiaokan.normalize.hints import NO_HINTS
from jiaokan.normalize.outline import outline

BODY = "全市上下齐心协力，各项工作都取得了新的进展，主要指标稳中有升，群众得到了更多实惠。"


def by_id(text):
    return {s.id: s for s in outline(text, (), NO_HINTS)}


def test_the_body_of_a_run_in_node_begins_behind_the_stop():
    text = f"（一）降本增效。{BODY}\n（二）动能转换。{BODY}"
    node = by_id(text)["s1"]
    assert text[slice(*node.body)] == BODY + "\n"
    assert node.label == "（一）"


def test_a_node_of_one_sentence_has_an_empty_body():
    text = f"要求如下。一是抓好落实。二是加强督查。\n{BODY}"
    sections = by_id(text)
    for name in ("p1", "p2"):
        assert sections[name].body[0] == sections[name].body[1]


def test_what_stands_before_the_first_point_is_the_sections_own():
    text = f"（一）甲\n这是自己的话。一是抓招商。{BODY}二是抓服务。{BODY}"
    sections = by_id(text)
    assert text[slice(*sections["s1"].body)] == "这是自己的话。"
    assert sections["s1.p1"].span[1] == sections["s1.p2"].span[0]


def test_the_last_point_ends_with_its_paragraph():
    text = f"（一）甲\n一是抓招商。{BODY}二是抓服务。{BODY}\n后面的话。{BODY}\n（二）乙\n{BODY}"
    sections = by_id(text)
    assert text[sections["s1.p2"].span[1] :].startswith("后面的话")
    assert sections["s1"].span[1] == sections["s2"].span[0]


def test_a_closing_paragraph_is_not_the_last_sections():
    text = f"一、甲\n（一）甲。{BODY}\n（二）乙。{BODY}\n（三）丙。{BODY}\n各位代表！让我们奋勇前进。{BODY}"
    sections = by_id(text)
    assert text[sections["c1.s3"].span[1] :].startswith("各位代表")
    assert sections["c1"].span[1] == len(text)


def test_sections_on_lines_of_their_own_keep_what_follows():
    text = f"（一）甲\n{BODY}\n（二）乙\n{BODY}\n{BODY}"
    assert by_id(text)["s2"].span[1] == len(text)
