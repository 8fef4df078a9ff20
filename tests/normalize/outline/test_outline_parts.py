"""Compilations, halves that look back and ahead, and parts as reports of their own."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from jiaokan.edition import Section
from jiaokan.normalize.hints import NO_HINTS
from jiaokan.normalize.outline import outline
from jiaokan.normalize.outline.roles import role_of_heading
from jiaokan.normalize.parts import part_reports

BODY = (
    "全年规模以上工业增加值增长百分之六，新增企业一百二十家，投资和消费都有新的增长，发展的基础更加牢固。" * 2
)


def member(place, first="（一）{}。", *, turn=True):
    lines = [f"2031年，{place}坚持以实业立身，工业经济稳中向好，各项任务全面完成。"]
    lines += [
        f"（{n}）{place}{what}成效明显。{BODY}"
        for n, what in zip("一二三", ("投资", "创新", "服务"), strict=True)
    ]
    if turn:
        lines.append(f"2032年，{place}将继续抓好工业经济工作，努力实现新的发展。")
        lines += [
            f"（{n}）加快{what}。{BODY}" for n, what in zip("一二三", ("投资", "创新", "服务"), strict=True)
        ]
    return lines


def compilation(*places):
    lines = ["2031年以来，各地工业经济总体向好。本刊特约请广东、四川、云南等地撰稿，总结工作、畅谈思路。"]
    for place in places:
        lines += member(place)
    return "\n".join(lines)


def test_each_member_is_a_part_headed_by_its_region():
    text = compilation("广东", "四川省", "云南")
    sections = outline(text, (), NO_HINTS)
    parts = [s for s in sections if s.kind == "part" and s.level == 1]
    assert [part.heading for part in parts] == ["广东省", "四川省", "云南省"]
    assert [part.label for part in parts] == [None] * 3
    assert [text[part.span[0] :][:8] for part in parts] == ["2031年，广东", "2031年，四川", "2031年，云南"]
    assert sections[0].body[1] == parts[0].span[0]


def test_each_member_turns_to_the_coming_year():
    text = compilation("广东", "四川省", "云南")
    sections = outline(text, (), NO_HINTS)
    halves = [s for s in sections if s.kind == "part" and s.level == 2]
    assert [text[half.span[0] :][:6] for half in halves] == ["2032年，"] * 3
    assert {half.role for half in halves} == {"plan"}
    by_parent = {s.id: s for s in sections}
    for section in sections:
        if section.kind == "section":
            ahead = by_parent[section.parent].level == 2
            assert section.role == ("plan" if ahead else "review")


def test_one_report_that_begins_again_turns_and_is_no_compilation():
    text = "\n".join(member("广东"))
    sections = outline(text, (), NO_HINTS)
    assert [(s.kind, s.heading, s.role) for s in sections if s.kind == "part"] == [("part", None, "plan")]
    assert part_reports(SimpleNamespace(sections=sections)) == ()


def test_an_ordinary_report_has_no_parts():
    text = (
        f"2031年，广东坚持发展。{BODY}\n一、甲\n（一）乙\n{BODY}\n（二）丙\n{BODY}\n"
        f"二、丁\n（一）戊\n{BODY}\n（二）己\n{BODY}"
    )
    assert not [s for s in outline(text, (), NO_HINTS) if s.kind == "part"]


def test_a_report_that_praises_several_provinces_is_no_compilation():
    text = "\n".join(
        [
            "一、工作回顾",
            f"2031年，广东增长较快。{BODY}",
            f"2031年，四川增长较快。{BODY}",
            "二、工作安排",
            BODY,
        ]
    )
    assert not [s for s in outline(text, (), NO_HINTS) if s.kind == "part"]


def test_parts_as_reports_of_their_own():
    text = compilation("广东", "四川省")
    edition = SimpleNamespace(sections=outline(text, (), NO_HINTS), text=text)
    first, second = part_reports(edition)
    assert (first.name, second.name) == ("广东省", "四川省")
    assert first.span[1] == second.span[0]
    assert second.span[1] == len(text)
    assert text[slice(*second.span)].startswith("2031年，四川省")
    assert first.id != second.id


def test_a_lone_named_part_is_no_compilation():
    root = Section("report", "report", None, "report", 0, None, None, None, None, (0, 9), (0, 9))
    lone = root._replace(id="pt-1", kind="part", parent="report", heading="广东省")
    assert part_reports(SimpleNamespace(sections=(root, lone))) == ()


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("2031年工作回顾", "review"),
        ("过去五年的回顾", "review"),
        ("2032年主要工作安排", "plan"),
        ("今后五年的主要任务", "plan"),
        ("加强政府自身建设", None),
        ("未来产业积蓄新动能", None),
        (None, None),
    ],
)
def test_headings_that_tell_where_they_look(heading, role):
    assert role_of_heading(heading) == role
