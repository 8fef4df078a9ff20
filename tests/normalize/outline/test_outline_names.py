"""Ids and anchors: paths as the document numbers them, and names that editing elsewhere leaves alone."""

from __future__ import annotations

import random

from jiaokan.normalize.hints import NO_HINTS
from jiaokan.normalize.outline import outline
from jiaokan.normalize.outline.identity import fold

BODY = "全市上下齐心协力，各项工作都取得了新的进展，主要指标稳中有升，群众得到了更多实惠。"


def report(chapters=4, sections=5, points=3):
    han = "一二三四五六七八九十"
    lines = ["甲市政府工作报告", "各位代表：", BODY]
    for c in range(chapters):
        lines.append(f"{han[c]}、第{han[c]}方面的工作")
        for s in range(sections):
            inside = "".join(f"{han[p]}是办好第{c}{s}{p}件实事。{BODY}" for p in range(points))
            lines += [f"（{han[s]}）做好第{c}之{s}项工作", BODY, inside]
    return lines


def test_ids_are_paths_of_kinds_and_ordinals():
    sections = outline("\n".join(report()), (), NO_HINTS)
    ids = {section.id for section in sections}
    assert {"c1", "c4.s5", "c2.s3.p1", "c2.s3.p3"} <= ids
    assert len(sections) == 1 + 4 + 4 * 5 + 4 * 5 * 3


def test_a_repeated_number_is_told_by_a_tilde():
    text = f"一、甲\n{BODY}\n二、乙\n{BODY}\n二、丙\n{BODY}"
    assert [section.id for section in outline(text, (), NO_HINTS)] == ["report", "c1", "c2", "c2~2"]


def test_a_heading_without_a_number_is_named_by_its_words():
    text = f"{BODY}\n过去五年的回顾\n{BODY}\n结束语\n{BODY}"
    last = outline(text, (), NO_HINTS)[-1]
    less = outline(f"{BODY}\n{BODY}\n结束语\n{BODY}", (), NO_HINTS)[-1]
    assert last.id == less.id
    assert last.anchor == less.anchor
    assert last.id.startswith("h-")


def test_the_anchor_depends_on_kind_heading_and_parent_only():
    before = outline(f"一、工作回顾\n（一）抓项目\n{BODY}", (), NO_HINTS)
    after = outline(f"{BODY}\n三、工作回顾\n{BODY}\n（四）抓 项目。{BODY}", (), NO_HINTS)
    assert [s.anchor for s in before[1:]] == [s.anchor for s in after[1:]]
    assert [s.id for s in before[1:]] == ["c1", "c1.s1"]
    assert [s.id for s in after[1:]] == ["c3", "c3.s4"]
    other = outline(f"二、工作安排\n（一）抓项目\n{BODY}", (), NO_HINTS)
    assert other[2].anchor != before[2].anchor


def test_folding_drops_marks_and_gaps():
    assert fold("聚焦重点、协同推进 “坚定”不移") == fold("聚焦重点协同推进坚定不移")
    assert fold(None) == ""


def test_names_outlive_edits_elsewhere():
    lines = report()
    before = {(s.id, s.anchor): s for s in outline("\n".join(lines), (), NO_HINTS)[1:]}
    kept = total = 0
    for seed in range(20):
        rng = random.Random(seed)
        bodies = [i for i, line in enumerate(lines) if line == BODY]
        picked = set(rng.sample(bodies, max(1, len(lines) // 10)))
        edited = []
        for i, line in enumerate(lines):
            if i not in picked:
                edited.append(line)
            elif (what := rng.randrange(3)) == 1:
                edited.append(line.replace("群众", "广大群众"))
            elif what == 2:
                edited += ["这是后来补写的一段文字，说明有关情况。", line]
        after = {(s.id, s.anchor) for s in outline("\n".join(edited), (), NO_HINTS)}
        total += len(before)
        kept += len(after & set(before))
    assert kept == total


def test_a_lost_point_leaves_the_others_their_names():
    text = f"（一）甲\n一是稳增长。{BODY}二是调结构。{BODY}三是惠民生。{BODY}\n（二）乙\n{BODY}"
    less = text.replace(f"二是调结构。{BODY}", "")
    ids = {s.id: s.anchor for s in outline(text, (), NO_HINTS)}
    for section in outline(less, (), NO_HINTS):
        assert ids[section.id] == section.anchor
