"""What holds for the outline of any text: the tree rebuilds it, names are unique, the same in every process."""

# ruff: noqa: E501 - the pieces are read across

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from jiaokan.edition import Mark
from jiaokan.normalize.hints import NO_HINTS
from jiaokan.normalize.outline import outline

PIECES = (
    "一、工作回顾", "二、工作安排", "三、", "（一）", "（二）降本增效。", "（三）至（五）项", "第一章 总则", "第二章", "第一条 为了", "第三条【目的】", "一是", "二是抓落实。", "三是",
    "一要稳增长；", "首先，", "其次，", "最后，", "第一，大办农业", "1.目标", "2.", "3.10种有色金属", "4.1.2", "（1）", "(2)", "①甲；", "②乙。", "——", "●", "01综合",
    "附件", "附件：方案", "附件2 名词解释", "表1 产量", "名词解释", "结束语", "各位代表：", "2031年，甲市坚持发展。", "2032年，", "北京市", "广东省坚持开放。",
    "全力稳运行，大盘更加稳固。全年规模以上工业增加值增长百分之六。", "全力抓创新，能级加快跃升。全年新增专精特新企业一百二十家以上。", "聚焦重点、协同推进", "推动高质量发展",
    "全市上下齐心协力，各项工作都取得了新的进展，主要指标稳中有升，群众得到了更多实惠。", "甲\t1\t2", "；", "。", "：", "，", "“", "”。", " ", "\n", "\n", "\n", "12", "年",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@st.composite
def marked(draw):
    text = draw(TEXTS)
    marks = []
    for kind in draw(st.lists(st.sampled_from(("bold", "heading", "table")), max_size=4)):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, len(text)))
        marks.append(Mark(start, end, kind, {"level": draw(st.integers(1, 6))} if kind == "heading" else {}))
    return text, tuple(sorted(marks, key=lambda mark: mark[:3]))


def rebuilt(sections):
    """The text again: own text of every node, in the order of the tree; each character once."""
    children = {}
    for section in sections[1:]:
        children.setdefault(section.parent, []).append(section)

    def spans_of(section):
        at = section.span[0]
        for child in children.get(section.id, ()):
            yield at, child.span[0]
            yield from spans_of(child)
            at = child.span[1]
        yield at, section.span[1]

    return list(spans_of(sections[0]))


@given(marked())
@example(("", ()))
@example(("\n", ()))
@settings(max_examples=400)
def test_the_tree_rebuilds_the_text(marked_text):
    text, marks = marked_text
    sections = outline(text, marks, NO_HINTS)
    spans = rebuilt(sections)
    assert spans[0][0] == 0
    assert spans[-1][1] == len(text)
    for (_, end), (start, _) in pairwise(spans):
        assert end == start
    assert "".join(text[start:end] for start, end in spans) == text


@given(marked())
@settings(max_examples=300)
def test_nodes_lie_inside_their_parents_in_document_order(marked_text):
    text, marks = marked_text
    sections = outline(text, marks, NO_HINTS)
    by_id = {section.id: section for section in sections}
    assert len(by_id) == len(sections)
    root = sections[0]
    assert (root.id, root.kind, root.level, root.parent, root.span) == (
        "report",
        "report",
        0,
        None,
        (0, len(text)),
    )
    for section in sections[1:]:
        parent = by_id[section.parent]
        assert section.level == parent.level + 1
        assert parent.span[0] <= section.span[0] <= section.body[0] <= section.body[1] <= section.span[1]
        assert section.span[1] <= parent.span[1]
        assert section.span[0] < section.span[1]
        if section.label is not None:
            assert text.startswith(section.label, section.span[0])
        if section.kind in ("heading", "part") and section.label is None:
            assert section.ordinal is None
    assert [s.span[0] for s in sections] == sorted(s.span[0] for s in sections)


@given(TEXTS)
@settings(max_examples=50)
def test_the_outline_is_a_function_of_text_and_marks(text):
    assert outline(text, (), NO_HINTS) == outline(text, (), NO_HINTS)
