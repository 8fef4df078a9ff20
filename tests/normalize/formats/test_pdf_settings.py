"""PDF as offices set it: columns that fall, readings over names, notes behind the text, tables over pages."""

from __future__ import annotations

from jiaokan.normalize.formats.pdf import read
from jiaokan.normalize.hints import NO_HINTS

LONG = (
    "全市经济运行总体平稳，稳中有进，地区生产总值比上年增长百分之五点二，"
    "高于全国平均水平，质量效益持续提升，发展基础更加牢固。"
)
POINT = (
    "二是着力扩大内需，社会消费品零售总额稳步增长，固定资产投资结构优化，重大项目加快建设，发展后劲不断增强。"
)


def laid(make, lines, *, climbing):
    """Set lines along the height of the page: they climb from its left edge, or fall from its right one."""
    page = ""
    for number, line in enumerate(lines):
        text = line.lstrip("\u3000")
        inset = 12 * (len(line) - len(text))
        turn, x, y = (
            ("0 1 -1 0", 120 + 24 * number, 90 + inset)
            if climbing
            else ("0 -1 1 0", 480 - 24 * number, 750 - inset)
        )
        page += f"BT /F1 12 Tf {turn} {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj ET\n"
    return page


def test_lines_that_fall_or_climb_are_read_as_their_reader_holds_the_page(make):
    wanted = [LONG, POINT, LONG]
    for climbing in (True, False):
        data = make.pdf([laid(make, make.set_text(wanted), climbing=climbing)])
        reading = read(data, NO_HINTS)
        assert reading.text.split("\n") == wanted
        at = reading.text.index("二是")
        (place,) = reading.places.locate(at, at + 1)
        left, bottom, right, top = place.box
        assert right > left
        assert top > bottom
        assert (place.page, bottom > 700_000) == (1, not climbing)


def test_a_level_page_with_one_column_of_figures_on_its_side_is_not_turned(make):
    page = make.page_of(make.set_text([LONG, POINT]))
    page += f"BT /F1 8 Tf 0 1 -1 0 560 90 Tm <{'2024年统计'.encode('utf-16-be').hex()}> Tj ET\n"
    assert LONG in read(make.pdf([page]), NO_HINTS).text


def test_readings_over_rare_names_leave_and_do_not_tear_the_line(make, article):
    page = make.text_at(114, 740, "全镇有") + make.text_at(150, 752, "sh\u00e8", 6)
    page += make.text_at(150, 740, "㴔水、") + make.text_at(186, 752, "g\u01ce", 6)
    page += make.text_at(186, 740, "尕山等地名四十一条，均列入保护名录，定期公布有关")
    page += make.page_of(["保护情况，接受社会监督。", *make.set_text([POINT])], top=716)
    data = make.pdf([page])
    assert article(data).startswith("全镇有㴔水、尕山等地名四十一条，均列入保护名录，定期公布有关保护情况，")
    reading = read(data, NO_HINTS)
    assert [reading.text[m.start : m.end] for m in reading.marks if m.kind == "ruby"] == [
        "sh\u00e8",
        "g\u01ce",
    ]


def test_a_small_line_of_letters_that_stands_over_nothing_stays(make, article):
    page = make.page_of(make.set_text([LONG])) + make.text_at(90, 600, "m\u00e1 f\u00e1n", 6)
    assert "m\u00e1 f\u00e1n" in article(make.pdf([page]))


def test_notes_behind_the_text_are_counted_in_roman_figures(make, article):
    page = (
        make.page_of(make.set_text([LONG]))
        + make.text_at(114, 660, "年末常住人口")
        + make.text_at(186, 666, "i", 7)
    )
    page += make.text_at(190, 660, "三百一十二万人，城镇化率稳步提高，") + make.page_of(
        make.set_text([POINT]), top=636
    )
    page += make.text_at(90, 120, "1", 5) + make.text_at(93, 118, "本报告为初步数。", 9)
    page += make.text_at(114, 560, "全文完") + make.text_at(150, 566, "1", 7) + make.text_at(154, 560, "。")
    last = make.text_at(90, 760, "i常住人口指居住半年以上的人口。", 9)
    text = article(make.pdf([page, last]))
    assert "年末常住人口三百一十二万人" in text
    assert text.endswith("\n本报告为初步数。\n常住人口指居住半年以上的人口。")


def test_letters_of_the_text_are_no_signs_of_notes(make, article):
    lines = [*make.set_text([LONG]), "\u3000\u3000建成ii型仓库和v型支架各十座。"]
    assert "建成ii型仓库和v型支架各十座。" in article(make.pdf([make.page_of(lines)]))


def test_a_figure_at_the_foot_of_two_pages_is_a_cell_where_others_stand_beside_it(make, article):
    pages = []
    for number in range(4):
        page = make.page_of(make.set_text([LONG, POINT]), top=760)
        for column, cell in enumerate(
            (f"科目{'甲乙丙丁'[number]}", f"{1180 + number}万元", "超额完成", "二级")
        ):
            page += make.text_at(90 + 100 * column, 60, cell)
        pages.append(page)
    text = article(make.pdf(pages))
    assert text.count("超额完成") == 4
    assert text.count("二级") == 4


def test_two_headings_of_one_length_do_not_make_the_edge_of_the_page(make):
    wanted = [
        "1.1 评估背景",
        LONG[:17] + "。",
        "1.2 评估方法",
        "采用定量与定性相结合的方法。",
        "2 评估结果",
        "总体得分八十七分。",
    ]
    lines = ["\u3000\u3000" + line for line in wanted]
    assert read(make.pdf([make.page_of(lines)]), NO_HINTS).text.split("\n") == wanted


def test_a_title_that_stands_out_over_short_paragraphs_is_one_line(make):
    title = "北仓港务区管理委员会关于进一步优化营商环境的实施意见"
    page = make.text_at(98, 780, title[:19], 22) + make.text_at(230, 752, title[19:], 22)
    lines = ["\u3000\u3000为深入贯彻上级决策部署，结合我区实际，提出以下实施意见，请认真组织", "实施。"]
    lines += [
        "\u3000\u3000一、总体目标",
        "\u3000\u3000营商环境进入前列。",
        "\u3000\u3000二、主要任务",
        "\u3000\u3000降低物流成本。",
    ]
    page += make.page_of(lines, size=12.5, top=700, leading=28)
    assert read(make.pdf([page]), NO_HINTS).text.startswith(title + "\n为深入")
