"""Wraps, pages, contents, lines: what is joined, what is dropped, and what must stay as it is."""

# ruff: noqa: ISC004 - a paragraph is longer than a line

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiaokan.edition import Edit, Finding, Mark, Pass
from jiaokan.normalize.stage import Context, Stage, run_stages
from jiaokan.normalize.stages import contents, lines, pages, wraps
from jiaokan.normalize.stages.cohesion import coheres, goes_on, tears_word
from jiaokan.normalize.stages.line_units import units_of
from jiaokan.normalize.stages.measures import UNSET, layout_of
from jiaokan.normalize.stages.rows import is_flat_row

LAYOUT = (
    Stage("drop-page-numbers", 1, pages.drop_page_numbers),
    Stage("drop-running-heads", 1, pages.drop_running_heads),
    Stage("drop-contents", 1, contents.drop_contents),
    Stage("join-torn-lines", 1, wraps.join_torn_lines),
    Stage("one-line-a-paragraph", 1, lines.one_line_a_paragraph),
)


def laid_out(text, marks=()):
    return run_stages(text, LAYOUT, Context(marks=tuple(marks)))


def edits_of(propose, text, marks=()):
    context = Context(alphabet=frozenset(text), marks=tuple(marks))
    return [proposal for proposal in propose(text, context) if isinstance(proposal, Edit)]


PARAGRAPHS = (
    "为推动全县中小企业高质量发展，切实增强市场主体活力和竞争力，加快形成大企业顶天立地、小企业铺天盖地的发展格局，"
    "根据国家和省有关文件精神，结合我县实际，制定本方案。",
    "各镇街要把服务企业摆在突出位置，主要负责同志亲自研究、亲自部署，定期听取企业意见，帮助协调解决用地用电用工等"
    "实际困难，营造重商亲商安商的良好氛围。",
    "县财政每年安排专项资金。",
)


def wrapped(paragraph, columns=25):
    """Set a paragraph as it is printed: two ideographs less in its first line; the indent itself is lost."""
    first = columns - 2
    rest = paragraph[first:]
    return [paragraph[:first], *(rest[at : at + columns] for at in range(0, len(rest), columns))]


WRAPPED = "\n".join(line for paragraph in PARAGRAPHS for line in wrapped(paragraph))


def test_a_hard_wrapped_plan_becomes_paragraphs():
    assert laid_out(WRAPPED).text.split("\n") == list(PARAGRAPHS)


def test_its_measure_is_found_and_headings_have_none():
    assert layout_of(units_of(WRAPPED, Context())).measures == (50,)
    headings = "\n".join(
        f"（{n}）切实抓好第{n}项重点工作任务落实\n" + "各镇街要认真落实。" * 12 for n in "一二三四五六七八九"
    )
    assert layout_of(units_of(headings, Context())) == UNSET


@pytest.mark.parametrize(
    "text",
    [
        "一、工作回顾\n过去一年，全县各项工作取得新的成绩。",
        "任务全面完成。\n下一步抓好三件事。",
        "深化改革、扩大开放\n推动高质量发展",
        "会议听取了报告。”\n会议认为，成绩来之不易。",
        "县长 高云岭\n各位代表：",
        "促进民族团结和社会和谐\n”十五”期间，各项事业全面进步。",
        "加快发展、协同推进\n（一）工业提速。",
        "达到全省先进水平\n2024年1月5日",
        "第一行英文 text here\nsecond line in English",
    ],
)
def test_what_ends_a_paragraph_stays_the_end_of_one(text):
    assert edits_of(wraps.join_torn_lines, text) == []


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("实体经\n\n济进一步融合，成效明显。", "实体经济进一步融合，成效明显。"),
        ("审议通过的《\n发展规划\n》", "审议通过的《发展规划》"),
        ("增长到\n35%，再创新高。", "增长到35%，再创新高。"),
        ("采用新指标的\n方法", "采用新指标的方法"),
        ("为31.\n6万人", "为31.6万人"),
    ],
)
def test_a_tear_inside_a_clause_is_mended(text, joined):
    assert laid_out(text).text == joined


def test_rows_and_cells_are_not_joined():
    table = "木材 6100 万立方米 -4.5\n硫酸 1494.7 万吨 11.8\n纯碱 568.4 万吨 2.1\n水泥 40500 万吨 10.1"
    assert all(is_flat_row(row) for row in table.split("\n"))
    assert laid_out(table).text == table
    cells = "行政\n区名\n用地\n性质\n大类\n编号"
    assert laid_out(cells).text == cells


def test_a_row_with_a_date_is_none():
    assert not is_flat_row("2023 年 12 月 5 日")
    assert not is_flat_row("增长 5.2 %，达到 30 亿元")


def test_a_marked_table_keeps_its_empty_cells():
    text = "前文。\n\n甲\t乙\n\t2\n\n后文。"
    table = Mark(5, 12, "table")
    assert text[5:12] == "甲\t乙\n\t2\n"
    assert "甲\t乙\n\t2" in laid_out(text, [table]).text


def test_empty_lines_that_a_table_reaches_over_go():
    text = "前文。\n\n甲\t乙\n1\t2\n\n\n后文。"
    for end in range(12, 16):
        outcome = laid_out(text, [Mark(5, end, "table")])
        assert outcome.text == "前文。\n甲\t乙\n1\t2\n后文。"


def test_a_page_number_leaves_a_mark_and_no_join():
    outcome = laid_out("要求如下。 \n\f—4— \n1．文化程度")
    assert outcome.text == "要求如下。\n1．文化程度"
    assert [(mark.kind, mark.data["number"]) for mark in outcome.marks] == [("page-break", "4")]


@pytest.mark.parametrize(
    "line", ["2023", "增长-3.2%", "第3页所列", "3 of the 7 items", "—", "1—11月", "|", "5", "·"]
)
def test_these_are_no_page_numbers(line):
    assert edits_of(pages.drop_page_numbers, line) == []


def test_bare_numbers_need_a_page_break_or_a_row_of_their_own():
    page = "\n".join(["全县各项工作平稳有序推进，项目按季度调度，年底考核，群众满意。"] * 12)
    rising = "\n".join(f"{page}\n{number}" for number in range(1, 5))
    assert len(edits_of(pages.drop_page_numbers, rising)) == 4
    cells = "\n".join(f"{number}\n企业" for number in range(1, 9))
    assert edits_of(pages.drop_page_numbers, cells) == []
    row = (
        "企业登记一窗办理\n申请人只到一个窗口，由窗口分送各部门，限时办结。\n县市场监管局\n县政务服务局\n全县"
    )
    assert edits_of(pages.drop_page_numbers, "\n".join(f"{n}\n{row}" for n in range(1, 9))) == []


def test_a_bare_number_inside_a_word_is_a_pages():
    torn = "发扬马上就办、真抓实干、持之以恒的优良传统，把工作落\n{}\n实到每一个环节，做到事事有回音。\n各镇照此执行。"
    assert laid_out(torn.format(1)).text.startswith(
        "发扬马上就办、真抓实干、持之以恒的优良传统，把工作落实到"
    )
    apart = "企业服务平台，全年办件\n7\n合计，含镇街。"
    assert edits_of(pages.drop_page_numbers, apart) == []


def test_running_heads_go_cells_at_page_ends_stay():
    page = "云岭县招商手册\n招商工作由县里统一部署，各镇落实。\n项目按季度调度，年底考核。\n企业满意是唯一标准。\n"
    outcome = laid_out("\f".join(page for _ in range(5)))
    assert outcome.text.count("云岭县招商手册") == 1
    table = "行政\n区\n用地\n大类\n编号\n面积\n"
    assert edits_of(pages.drop_running_heads, "\f".join(table for _ in range(5))) == []


def test_salutations_repeat_without_being_heads():
    text = "各位代表！\n任务完成。\n" * 6
    assert edits_of(pages.drop_running_heads, text) == []


def test_a_table_of_contents_goes_only_when_its_headings_come_again():
    listed = "目录\n一、要求\n二、任务\n三、保障\n"
    body = "一、要求\n落实。\n二、任务\n抓紧。\n三、保障\n到位。"
    assert laid_out(listed + body).text == body
    assert laid_out(listed + "没有下文。").text == listed + "没有下文。"
    assert edits_of(contents.drop_contents, "目录") == []


@pytest.mark.parametrize("line", ["等等……", "省略……2023年", "增长5.2", "共计....", "……………… 3"])
def test_these_are_no_entries(line):
    assert not contents.is_entry(line)


def test_lines_end_in_one_way():
    assert (
        laid_out("\ufeff　　一段。\r\n\r\n\u3000二段。\u2028三段。\x0b\n\n").text == "一段。\n二段。\n三段。"
    )
    assert edits_of(lines.one_line_a_paragraph, "一段。\n二段。") == []


def test_crlf_is_one_line_end():
    assert list(lines.split_lines("甲\r\n乙\r丙")) == [(0, 1), (3, 4), (5, 6)]


def test_pairs():
    assert coheres("产", "业")
    assert not coheres("好", "粤")
    assert tears_word("经", "济")
    assert not tears_word("治", "理")
    assert goes_on("到", "3") > 0 > goes_on("强", "坚")


PIECES = st.sampled_from(
    [
        "全县工业增长",
        "一、回顾\n",
        "\n",
        "\n\n",
        "\f",
        "—3—\n",
        "。",
        "，",
        "3",
        "的",
        "《",
        "》",
        "目录\n",
        "GDP",
        " ",
        "　",
        "\t",
        "经\n济",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_layout_comes_to_rest(text):
    once = laid_out(text).text
    assert laid_out(once).text == once


@given(st.lists(PIECES, max_size=30).map("".join))
def test_layout_takes_nothing_but_white_space_and_furniture(text):
    kept = "".join(laid_out(text).text.split())
    source = iter("".join(text.split()))
    assert all(char in source for char in kept)


@pytest.mark.parametrize(
    "piece", ["\n", " \n", "经\n济", "3\n", "\f\n", "第一条\n", "目录\n", "　", "甲……\n"]
)
def test_cost_is_a_straight_line(piece, costs_at_most):
    def propose(count):
        text = piece * count
        for stage in LAYOUT:
            proposed = list(stage.propose(text, Context(alphabet=frozenset(text))))
            Pass.of(stage.name, 1, text, [edit for edit in proposed if isinstance(edit, Edit)])
            assert not any(isinstance(found, Finding) for found in proposed)

    # Sixteen times the text may cost forty times the time, for the machine's own noise; a square would be 256.
    costs_at_most(lambda: propose(16000), lambda: propose(1000), times=40, slack=0.5)


SENTENCE = (
    "一年来，全县上下坚持稳中求进，统筹发展和安全，扎实做好改革发展稳定各项工作，经济社会保持了平稳健康发展的好势头，"
    "群众得到更多实惠。"
)
TORN_BETWEEN_WORDS = (
    SENTENCE + "全县工业总产值比上年增长百分之八；粮食产量前",
    "三年共增加十六万吨，而去年一年就增加十一万吨。",
)


def indented_document(before, after, indent="\u3000\u3000"):
    whole = [indent + SENTENCE] * 8
    return "\n\n".join([*whole, indent + before, after, *whole])


def test_a_line_without_the_indent_of_paragraphs_goes_on():
    before, after = TORN_BETWEEN_WORDS
    assert before + after in laid_out(indented_document(before, after)).text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (TORN_BETWEEN_WORDS[0], "\u3000\u3000" + TORN_BETWEEN_WORDS[1]),
        (TORN_BETWEEN_WORDS[0], "二、" + TORN_BETWEEN_WORDS[1]),
        (SENTENCE, TORN_BETWEEN_WORDS[1]),
        ("工作回顾", TORN_BETWEEN_WORDS[1]),
        (TORN_BETWEEN_WORDS[0], "云岭县人民政府"),
    ],
    ids=["indented", "labelled", "full stop", "heading", "signature"],
)
def test_a_paragraph_among_indented_ones_keeps_its_end(before, after):
    assert before + "\n" + after.lstrip("\u3000") in laid_out(indented_document(before, after)).text


def test_without_indents_nothing_is_told_from_them():
    before, after = TORN_BETWEEN_WORDS
    assert before + "\n" + after in laid_out(indented_document(before, after, indent="")).text
