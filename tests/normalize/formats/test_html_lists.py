"""What stands before the items of a list: what a page says, and what an office's page has lost."""

from __future__ import annotations

import pytest

from jiaokan.normalize import normalize
from jiaokan.normalize.formats.html import read
from jiaokan.normalize.hints import NO_HINTS

PROSE = "<p>全县上下同心协力，经济社会保持平稳健康发展，各项任务圆满完成，人民生活继续改善。</p>"


def page(body: str, head: str = "") -> bytes:
    return (
        f"<html><head><meta charset=utf-8>{head}</head><body><p>某县工作报告</p>{body}{PROSE}</body></html>"
    ).encode()


OFFICE = '<meta name="generator" content="LibreOffice 7.4.7.2 (Linux)">'


def inferred(data: bytes) -> list[str]:
    reading = read(data, NO_HINTS)
    return [
        reading.text[finding.start : finding.end]
        for finding in reading.findings
        if finding.code == "numerals-inferred"
    ]


def two(tag: str, item: str = "<li>") -> bytes:
    return page(f"{PROSE}{tag}{item}甲项工作要点{item}乙项工作要点</ol>")


@pytest.mark.parametrize(
    ("tag", "labels"),
    [
        ("<ol>", ("1. ", "2. ")),
        ("<ol type=a>", ("a. ", "b. ")),
        ("<ol type=A start=3>", ("C. ", "D. ")),
        ("<ol type=I>", ("I. ", "II. ")),
        ("<ol style='list-style-type: cjk-ideographic'>", ("一、", "二、")),
        ("<ol style='list-style: simp-chinese-informal inside'>", ("一、", "二、")),
        ("<ol style='list-style-type:none'>", ("", "")),
        ("<ol class='custom_cn2 list-paddingleft-1'>", ("（一）", "（二）")),
        ("<ol class='custom_num2'>", ("（1）", "（2）")),
        ("<ol start=x>", ("1. ", "2. ")),
        ("<ol start=999999999>", ("1. ", "2. ")),
    ],
)
def test_a_list_that_says_how_it_is_counted_is_counted_so(tag, labels):
    text = read(two(tag), NO_HINTS).text
    assert f"\n{labels[0]}甲项工作要点\n{labels[1]}乙项工作要点\n" in text


def test_the_style_sheet_and_the_items_themselves_are_asked_too():
    sheet = "<style>.chapters, ol.x { margin: 0; list-style-type: cjk-ideographic }</style>"
    data = page("<ol class=chapters><li>甲项工作要点<li value=5>戊项工作要点<li>己项工作要点</ol>", sheet)
    assert "\n一、甲项工作要点\n五、戊项工作要点\n六、己项工作要点\n" in read(data, NO_HINTS).text


CHAPTERS = (
    f"<ol><li><p><b>上年工作回顾</b></p></ol>{PROSE}"
    f"<ol><ol><li><p>经济稳中有进</p></ol></ol>{PROSE}<ol><ol start=2><li><p>民生持续改善</p></ol></ol>{PROSE}"
    f"<ol start=2><li><p><b>今年工作安排</b></p></ol>{PROSE}"
)


def test_headings_that_an_office_wrote_without_numerals_are_counted_by_the_standard():
    edition = normalize(page(CHAPTERS, OFFICE))
    assert [(one.kind, one.level, one.label) for one in edition.sections[1:]] == [
        ("chapter", 1, "一、"),
        ("section", 2, "（一）"),
        ("section", 2, "（二）"),
        ("chapter", 1, "二、"),
    ]
    assert [one.code for one in edition.findings] == ["numerals-inferred"] * 2


def test_each_list_of_which_something_is_inferred_is_told_once():
    assert inferred(page(CHAPTERS, OFFICE)) == ["一、", "（一）"]


def test_numerals_that_somebody_typed_say_what_is_outside_and_inside():
    typed = f"<p>一、上年工作回顾</p><ol><li>经济稳中有进</ol>{PROSE}<ol start=2><li>民生持续改善</ol>"
    assert inferred(page(typed, OFFICE)) == ["（一）"]
    both = (
        f"<p>一、工作回顾</p><p>（一）经济</p><ol><li>工业增长较快</ol>{PROSE}<ol start=2><li>农业稳定</ol>"
    )
    assert inferred(page(both, OFFICE)) == []
    assert "\n2. 农业稳定\n" in read(page(both, OFFICE), NO_HINTS).text


def test_a_list_between_two_headings_is_not_taken_for_their_going_on():
    body = (
        f"<ol><li><b>指导思想</b></ol>{PROSE}<ol start=2><li><b>重点工作</b></ol><p>（一）教育改革</p>"
        f"<ol><li>完善招生政策。<li>推进教师轮岗。</ol><ol start=3><li><b>工作要求</b></ol>{PROSE}"
    )
    text = read(page(body, OFFICE), NO_HINTS).text
    assert "\n1. 完善招生政策。\n2. 推进教师轮岗。\n三、工作要求\n" in text


def test_a_list_that_was_opened_for_one_inside_it_goes_on_where_its_own_stood():
    body = (
        f"<ol><li>主要做法</ol>{PROSE}<ol><ol><li>压实责任</ol></ol>{PROSE}"
        "<ol><ol><ol><li>排查隐患多处；<li>更换胶管多根。</ol></ol><li>存在问题</ol>"
        f"{PROSE}<ol start=3><li>下步打算</ol>"
    )
    lines = read(page(body, OFFICE), NO_HINTS).text.split("\n")
    assert [line for line in lines if line[1:2] == "、"] == ["一、主要做法", "二、存在问题", "三、下步打算"]


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (CHAPTERS, ""),  # another writer's list looks in the browser as it was
        ("<ol><li>甲项工作<li>乙项工作<li>丙项工作</ol>", OFFICE),  # no headings
        (
            f"<ol><li>完成甲项工作；完成乙项工作。</ol>{PROSE}<ol start=2><li>完成丙项。再完成丁项。</ol>",
            OFFICE,
        ),
    ],
)
def test_what_has_no_evidence_is_counted_as_a_browser_counts(body, head):
    assert inferred(page(body, head)) == []
    assert "\n1. " in read(page(body, head), NO_HINTS).text


def test_a_page_of_very_many_lists_is_left_as_shown():
    assert inferred(page(f"<ol><li>甲</ol>{PROSE}" * 2_500, OFFICE)) == []


def test_bullets_are_written_where_a_word_processor_showed_them():
    body = "<ul><li>三月底前完成</ul>"
    assert "\n• 三月底前完成\n" in read(page(body, OFFICE), NO_HINTS).text
    assert "\n三月底前完成\n" in read(page(body), NO_HINTS).text  # a site takes them off by its style sheet


def test_what_introduces_a_list_is_not_the_label_of_its_first_item():
    body = "<ol><li>推行电子化。包括：<ol><li>营业执照；<li>许可证。</ol></ol>"
    assert "\n1. 推行电子化。包括：\n1. 营业执照；\n" in read(page(PROSE + body), NO_HINTS).text
