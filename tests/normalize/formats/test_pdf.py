"""PDF: paragraphs by geometry, columns, tables, running heads; each character with page and box."""

from __future__ import annotations

import zlib
from pathlib import Path
from runpy import run_path

import pytest

from jiaokan.normalize import RejectedError, normalize
from jiaokan.normalize.formats import pdf_pages, pdf_square_font
from jiaokan.normalize.formats.pdf import read
from jiaokan.normalize.formats.pdf_forms import refuse_endless_drawings
from jiaokan.normalize.formats.pdf_streams import refuse_swelling
from jiaokan.normalize.hints import NO_HINTS

LONG = (
    "全市经济运行总体平稳，稳中有进，地区生产总值比上年增长百分之五点二，"
    "高于全国平均水平，质量效益持续提升，发展基础更加牢固。"
)
POINT = (
    "二是着力扩大内需，社会消费品零售总额稳步增长，固定资产投资结构优化，重大项目加快建设，发展后劲不断增强。"
)
FULL = "过去一年是全面贯彻落实党的二十大精神的开局之年，全市上下团结奋斗、砥砺前行，交出了一份亮丽的成绩单。"


def kinds(reading, kind):
    return [reading.text[m.start : m.end] for m in reading.marks if m.kind == kind]


def test_wraps_are_joined_and_paragraphs_are_kept(make):
    lines = make.set_text([LONG, POINT, FULL, "三、工作安排", LONG])
    assert read(make.pdf([make.page_of(lines)]), NO_HINTS).text.split("\n") == [
        LONG,
        POINT,
        FULL,
        "三、工作安排",
        LONG,
    ]


@pytest.mark.parametrize("measure", [18, 20, 25, 27, 30, 33])
def test_any_measure_is_seen(make, measure):
    wanted = [LONG, "一、工作回顾", POINT, FULL, LONG + POINT, "（一）目标", FULL]
    lines = make.set_text(wanted, measure=measure)
    data = make.pdf([make.page_of(lines, leading=20)])
    assert read(data, NO_HINTS).text.split("\n") == wanted


def test_paragraphs_without_indents_end_where_there_was_room(make):
    wanted = [LONG, FULL, POINT]
    lines = make.set_text(wanted, measure=28, indent=0)
    assert read(make.pdf([make.page_of(lines)]), NO_HINTS).text.split("\n") == wanted


def test_a_paragraph_goes_on_over_a_page_and_its_number(make, article):
    lines = make.set_text([LONG, POINT, FULL])
    pages = [make.page_of(lines[:4]), make.page_of(lines[4:])]
    pages = [page + make.text_at(285, 40, f"— {n} —", 10) for n, page in enumerate(pages, 1)]
    data = make.pdf(pages)
    reading = read(data, NO_HINTS)
    assert kinds(reading, "page-number") == ["— 1 —", "— 2 —"]
    assert [m.data["page"] for m in reading.marks if m.kind == "page-break"] == [1, 2]
    assert article(data).split("\n") == [LONG, POINT, FULL]


def test_running_heads_leave_and_stand_in_the_apparatus(make, article):
    pages = []
    for number in range(1, 6):
        page = make.page_of(make.set_text([LONG, POINT]), top=700)
        page += make.text_at(90, 800, "某某市国民经济和社会发展计划", 9) + make.text_at(
            290, 30, str(number + 6), 9
        )
        pages.append(page)
    data = make.pdf(pages)
    reading = read(data, NO_HINTS)
    assert kinds(reading, "running-head") == ["某某市国民经济和社会发展计划"] * 5
    assert kinds(reading, "page-number") == [str(n + 6) for n in range(1, 6)]
    assert article(data).split("\n") == [LONG, POINT] * 5
    edition = normalize(data)
    assert "计划" not in edition.text
    assert any("国民经济" in edit.was for edit in edition.edits if edit.stage == "take-off-page-furniture")


def test_numbers_that_are_text_stay(make, article):
    # A table's figure at the foot of a page is no page number, nor is a heading that stands high on one page.
    pages = [
        make.page_of([*make.set_text([LONG]), "1024"], leading=20),
        make.page_of(["附表一", *make.set_text([POINT])]),
    ]
    text = article(make.pdf(pages))
    assert "1024" in text
    assert "附表一" in text


def test_two_columns_are_read_one_after_the_other(make):
    left = make.set_text([LONG, POINT, FULL], measure=17)
    right = make.set_text([POINT, FULL, LONG], measure=17)
    title = make.text_at(200, 790, "某某市发展研究", 20)
    page = title
    for number, (one, other) in enumerate(
        zip(left, right, strict=False)
    ):  # row by row, as some writers set them
        y = 740 - 20 * number
        for line, x in ((one, 60), (other, 320)):
            shown = line.lstrip("\u3000")
            page += make.text_at(x + 12 * (len(line) - len(shown)), y, shown)
    text = read(make.pdf([page]), NO_HINTS).text.split("\n")
    assert text[0] == "某某市发展研究"
    assert text[1] == LONG
    assert text[2] == POINT
    assert text.index(FULL) == 3
    assert text[4] == POINT


def test_a_paragraph_goes_on_in_the_next_column(make):
    lines = make.set_text([LONG + POINT, FULL, LONG, POINT], measure=17)
    half = 9
    page = "".join(
        make.text_at(x + 12 * (len(line) - len(line.lstrip("\u3000"))), 740 - 20 * n, line.lstrip("\u3000"))
        for x, column in ((60, lines[:half]), (320, lines[half:]))
        for n, line in enumerate(column)
    )
    assert read(make.pdf([page]), NO_HINTS).text.split("\n") == [LONG + POINT, FULL, LONG, POINT]


def table_page(make, *, ruled: bool) -> str:
    rows = [
        ["指标", "2022年", "2023年"],
        ["地区生产总值", "12345.6", "12987.6"],
        ["居民收入", "31000", "32860"],
        ["人口", "488.4", "487.9"],
    ]
    page = make.page_of(make.set_text([LONG]), top=780)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            page += make.text_at(95 + 140 * column, 640 - 24 * number, text)
    if ruled:
        for number in range(5):
            page += make.rule(90, 656 - 24 * number, 510, 656 - 24 * number)
        for column in range(4):
            page += make.rule(90 + 140 * column, 656, 90 + 140 * column, 560)
    return page + make.page_of(make.set_text([POINT]), top=520)


@pytest.mark.parametrize("ruled", [True, False])
def test_tables_come_out_as_rows(make, ruled):
    edition = normalize(make.pdf([table_page(make, ruled=ruled)]))
    (table,) = [mark for mark in edition.marks if mark.kind == "table"]
    assert table.data["rows"] == [
        ["指标", "2022年", "2023年"],
        ["地区生产总值", "12345.6", "12987.6"],
        ["居民收入", "31000", "32860"],
        ["人口", "488.4", "487.9"],
    ]
    assert edition.text.split("\n")[0] == LONG
    assert edition.text.split("\n")[-1] == POINT


def test_cells_that_reach_over_others_and_wrap(make):
    page = "".join(make.rule(90, y, 510, y) for y in (700, 676, 600)) + make.rule(90, 640, 300, 640)
    page += "".join(make.rule(x, 700, x, 600) for x in (90, 510)) + make.rule(300, 676, 300, 600)
    page += make.text_at(250, 684, "主要指标")
    page += make.text_at(95, 655, "地区生产总值") + make.text_at(95, 615, "人口")
    page += make.text_at(305, 650, "一万二千亿元，其中") + make.text_at(305, 630, "第一产业一千亿元")
    (table,) = [mark for mark in normalize(make.pdf([page])).marks if mark.kind == "table"]
    assert table.data["rows"] == [
        ["主要指标", ""],
        ["地区生产总值", "一万二千亿元，其中第一产业一千亿元"],
        ["人口", ""],
    ]
    assert table.data["merged"] == [[0, 0, 1, 2], [1, 1, 2, 1]]


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_turned_pages_are_read_as_they_are_shown(make, turned):
    content = make.page_of(make.set_text([LONG, POINT]), top=500, x=60)
    matrix = {0: "1 0 0 1 0 0", 90: "0 1 -1 0 595 0", 180: "-1 0 0 -1 595 842", 270: "0 -1 1 0 0 842"}[turned]
    data = make.pdf([f"q {matrix} cm {content} Q"], rotate=turned)
    reading = read(data, NO_HINTS)
    assert reading.text.split("\n") == [LONG, POINT]


def test_each_character_leads_back_to_page_and_box(make):
    data = make.pdf([make.text_at(100, 700, "前一页", 20), make.text_at(90, 600, "全市经济", 10)])
    reading = read(data, NO_HINTS)
    at = reading.text.index("经济")
    (place,) = reading.places.locate(at, at + 2)
    assert place.page == 2
    left, bottom, right, top = place.box
    assert (left, right) == (110_000, 130_000)
    assert bottom < 600_000 < top <= 612_000
    both = reading.places.locate(0, len(reading.text))
    assert [place.page for place in both] == [1, 2]


def test_a_span_over_two_lines_has_two_boxes(make):
    data = make.pdf([make.page_of(make.set_text([LONG]))])
    reading = read(data, NO_HINTS)
    assert len(reading.places.locate(20, 40)) == 2


def test_bold_headings_are_marks(make):
    page = make.text_at(90, 740, "一是稳中求进。", 12, "F2") + make.text_at(
        174, 740, "全市经济运行总体平稳。", 12
    )
    page += make.page_of(make.set_text([LONG, POINT]), top=700)
    assert kinds(read(make.pdf([page]), NO_HINTS), "bold") == ["一是稳中求进。"]


def test_latin_words_keep_their_space_and_lose_their_hyphen(make):
    page = make.text_at(90, 740, "Government work report of the people's") + make.text_at(
        90, 716, "government of the province"
    )
    assert "people's government" in read(make.pdf([page]), NO_HINTS).text.replace("\n", " ")


def test_contents_lines_are_not_joined(make):
    lines = [
        f"{label}{'.' * dots}{page}"
        for label, dots, page in (("第一章总则", 80, 1), ("第二章目标", 80, 4), ("第三章附则", 79, 12))
    ]
    text = read(make.pdf([make.page_of(lines, size=9)]), NO_HINTS).text
    assert text.split("\n") == lines


def test_a_table_of_contents_is_furniture(make, article):
    lines = ["目　录", *(f"第{n}章某某某某{'.' * 70}{n}" for n in "一二三")]
    lines = [
        lines[0],
        *(f"{line[:-1]}{number}" for number, line in enumerate(lines[1:], 1)),
        f"第四章{'.' * 76}12",
    ]
    data = make.pdf([make.page_of(lines, size=9) + make.page_of(make.set_text([LONG]), top=500)])
    assert article(data) == LONG


def test_a_heading_with_its_label_begins_a_paragraph_after_a_full_line(make, article):
    # As LibreOffice sets a numbered heading: at the edge, under an indented paragraph whose last line is full.
    full = "全市经济运行总体平稳，稳中有进，生产总值增长百分之五。"
    lines = ["\u3000\u3000" + FULL[:26], full, "一、工作回顾"]
    for _ in range(5):
        lines += make.set_text([LONG + POINT], measure=28)
    text = article(make.pdf([make.page_of(lines)]))
    assert text.startswith(f"{FULL[:26]}{full}\n一、工作回顾\n{LONG}")


def test_the_head_of_a_single_page_says_its_title_again(make, article):
    title = "云山市政府工作报告"
    body = make.page_of(make.set_text([LONG, POINT]), top=640)
    page = make.text_at(250, 800, title, 9) + make.text_at(180, 720, title, 22) + body
    assert article(make.pdf([page])) == f"{title}\n{LONG}\n{POINT}"
    other = make.text_at(250, 800, "云山市人民政府文件", 9) + make.text_at(180, 720, title, 22) + body
    assert article(make.pdf([other])) == f"云山市人民政府文件\n{title}\n{LONG}\n{POINT}"
    alike = make.text_at(180, 760, title, 16) + make.text_at(180, 720, title, 16) + body
    assert article(make.pdf([alike])).startswith(f"{title}\n{title}\n")


def test_notes_that_no_sign_calls_for_stay_on_their_page(make, article):
    page = make.page_of(make.set_text([LONG, POINT])) + make.text_at(90, 120, "注：本表为快报数。", 9)
    text = article(make.pdf([page, make.page_of(make.set_text([FULL]))]))
    assert text == f"{LONG}\n{POINT}\n注：本表为快报数。\n{FULL}"


def test_raised_signs_leave_the_text_and_notes_wait(make, article):
    first = make.set_text([LONG])
    page = make.page_of(first[:1]) + make.text_at(90, 716, "新增建设用地") + make.text_at(162, 722, "2", 7)
    page += make.text_at(166, 716, "200公顷，其余用地按照计划有序安排，切实保障民生")
    page += make.text_at(90, 120, "2", 5) + make.text_at(93, 118, "指年度内完成转用手续的土地。", 9)
    later = make.page_of(["\u3000" * 0 + "项目和重大工程，确保应保尽保。", *make.set_text([POINT])])
    text = article(make.pdf([page, later]))
    assert "新增建设用地200公顷" in text
    assert "切实保障民生项目和重大工程，确保应保尽保。\n二是" in text
    assert text.endswith("发展后劲不断增强。\n指年度内完成转用手续的土地。")


def test_a_raised_sign_in_a_line_without_an_ideograph_leaves(make, article):
    wrapped = make.set_text(["\u3000" * 0 + FULL[:28]], measure=28, indent=0)
    page = make.page_of(wrapped) + make.text_at(90, 716, "91.2%") + make.text_at(120, 722, "2", 7)
    page += make.text_at(124, 716, "。") + make.page_of(make.set_text([LONG]), top=690)
    page += make.text_at(90, 120, "2", 5) + make.text_at(93, 118, "按不变价格计算。", 9)
    assert "91.2%。" in article(make.pdf([page]))
    level = (
        make.page_of(wrapped)
        + make.text_at(90, 716, "91.22。")
        + make.page_of(make.set_text([LONG]), top=690)
    )
    assert "91.22。" in article(make.pdf([level]))


def test_the_same_note_on_every_page_is_a_note(make, article):
    pages = []
    for text in (LONG, POINT, FULL, LONG):
        page = (
            make.page_of(make.set_text([text]))
            + make.text_at(90, 560, "其中工业增加值")
            + make.text_at(174, 566, "1", 7)
        )
        page += make.text_at(178, 560, "增长。") + make.text_at(90, 90, "1", 5)
        pages.append(page + make.text_at(93, 88, "按不变价格计算。", 9))
    assert article(make.pdf(pages)).count("按不变价格计算。") == 4
    # The same line without a sign is a running foot.
    pages = [
        make.page_of(make.set_text([text])) + make.text_at(93, 88, "内部资料注意保存", 9)
        for text in (LONG, POINT, FULL, LONG)
    ]
    assert "内部资料" not in article(make.pdf(pages))


def test_marks_that_hang_into_the_gutter_are_not_in_its_way(make):
    page = ""
    for x, paragraphs in ((60, [LONG, POINT, FULL]), (60 + 12 * 17 + 20, [POINT, FULL, LONG])):
        lines = make.set_text(paragraphs, measure=17)
        lines[2] += "，"  # as a word processor lets a mark hang, a whole em over the edge
        for number, line in enumerate(lines):
            shown = line.lstrip("\u3000")
            page += make.text_at(x + 12 * (len(line) - len(shown)), 740 - 20 * number, shown)
    text = read(make.pdf([page]), NO_HINTS).text
    assert "\t" not in text
    assert text.count("\n") == 5
    assert text.split("\n")[1:3] == [POINT, FULL]


def test_fonts_of_this_machine_have_no_say(make, monkeypatch):
    text = read(make.pdf([make.page_of(make.set_text([LONG]))]), NO_HINTS).text
    assert text == LONG
    assert len(pdf_square_font.SQUARE) < 1000


def test_the_square_font_is_the_one_that_its_script_makes():
    pytest.importorskip("fontTools", reason="fontTools is not installed")
    script = run_path(str(Path(__file__).with_name("square_font.py")))
    assert script["build"]() == pdf_square_font.SQUARE


PICTURE = "q 500 0 0 700 40 40 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x00 EI Q\n"


def test_a_scan_is_refused_as_one(make):
    with pytest.raises(RejectedError) as caught:
        read(make.pdf([PICTURE, PICTURE]), NO_HINTS)
    assert caught.value.code == "scan-without-text"
    assert "recognition" in caught.value.reason
    # One page of text among pictures is a text with gaps.
    reading = read(make.pdf([make.page_of(make.set_text([LONG])), PICTURE]), NO_HINTS)
    assert [finding.code for finding in reading.findings] == ["page-without-text"]


def test_a_scan_with_a_stamp_on_each_page_is_one(make):
    stamped = [PICTURE + make.text_at(240, 20, f"扫描全能王 创建 {number}", 8) for number in (1, 2)]
    for pages in (stamped, [*stamped, PICTURE]):
        with pytest.raises(RejectedError) as caught:
            read(make.pdf(pages), NO_HINTS)
        assert caught.value.code == "scan-without-text"


def test_short_pages_that_differ_are_text(make):
    pages = [PICTURE + make.text_at(240, 420, title, 20) for title in ("某某市城市总体规划", "第一册文本")]
    assert "第一册文本" in read(make.pdf(pages), NO_HINTS).text
    # Without a picture a line that every page repeats is what they say.
    assert "内部资料" in read(make.pdf([make.text_at(240, 420, "内部资料", 20)] * 2), NO_HINTS).text


def test_pages_without_anything_are_empty(make):
    with pytest.raises(RejectedError) as caught:
        read(make.pdf(["", ""]), NO_HINTS)
    assert caught.value.code == "empty"


def test_text_of_private_codes_is_refused(make):
    with pytest.raises(RejectedError) as caught:
        read(make.pdf([make.text_at(90, 700, "\ue001\ue002\ue003\ue004\ue005")]), NO_HINTS)
    assert caught.value.code in ("illegible-text", "empty")


def test_a_damaged_file_is_refused():
    with pytest.raises(RejectedError) as caught:
        read(b"%PDF-1.4\nnothing", NO_HINTS)
    assert caught.value.code == "damaged"


def test_pages_are_counted(make, monkeypatch):
    monkeypatch.setattr(pdf_pages, "MAX_PAGES", 3)
    with pytest.raises(RejectedError) as caught:
        read(make.pdf([""] * 4), NO_HINTS)
    assert caught.value.code == "too-many-pages"
    monkeypatch.setattr(pdf_pages, "MAX_PAGE_CHARS", 10)
    with pytest.raises(RejectedError) as caught:
        read(make.pdf([make.page_of(make.set_text([LONG]))]), NO_HINTS)
    assert caught.value.code == "too-large"


@pytest.mark.timeout(60)
def test_ten_thousand_pages_are_refused_at_once(make):
    with pytest.raises(RejectedError) as caught:
        read(make.pdf([""] * 10_000), NO_HINTS)
    assert caught.value.code == "too-many-pages"


def test_a_stream_compressed_twice_is_refused(make):
    data = make.pdf([make.page_of(["甲"])]).replace(
        b"<< /Length", b"<< /Filter [/FlateDecode /FlateDecode] /Length"
    )
    with pytest.raises(RejectedError) as caught:
        read(data, NO_HINTS)
    assert caught.value.code == "hostile"


def unpacked_to(make, size: int, dictionary: bytes = b"") -> bytes:
    """Give a PDF whose page has lines drawn over and over, compressed once, and a text."""
    drawn = b"0 0 m 9 9 l S\n"
    packer = zlib.compressobj(9)
    stream = b"".join(packer.compress(drawn * 70_000) for _ in range(size // (70_000 * len(drawn)) + 1))
    stream += packer.compress(make.page_of([LONG[:20]]).encode()) + packer.flush()
    text = make.page_of([LONG[:20]]).encode()
    filled = b"<< /Filter /FlateDecode %b /Length %d >>\nstream\n" % (dictionary, len(stream)) + stream
    return make.pdf([make.page_of([LONG[:20]])]).replace(
        b"<< /Length %d >>\nstream\n" % len(text) + text, filled
    )


@pytest.mark.timeout(60)
def test_a_stream_that_swells_to_hundreds_of_megabytes_is_refused_unread(make):
    data = unpacked_to(make, 300 << 20)
    assert len(data) < 2 << 20
    with pytest.raises(RejectedError) as caught:
        read(data, NO_HINTS)
    assert (caught.value.code, "64 MB" in str(caught.value)) == ("hostile", True)


def test_a_drawing_that_repeats_itself_is_read(make):
    assert read(unpacked_to(make, 3 << 20), NO_HINTS).text == LONG[:20]


def test_a_picture_may_be_as_large_as_it_is(make):
    refuse_swelling(unpacked_to(make, 100 << 20, b"/Subtype /Image"))


def test_a_gap_divides_paragraphs_where_it_stands_after_every_line_that_ends_early(make, article):
    # At the edge, without an indent; a last line may be full, and a line in the midst may begin like a list.
    ends_early = [
        "全市经济运行总体平稳稳中有进生产总值增长百分之五点二民生",
        "福祉持续增进社会大局保持和谐稳定各项事业都取得了新的进",
        "步。",
    ]
    ends_full = [
        "要看到发展中还有不少困难和问题七是公共服务有短板。其中，",
        "八是落实责任还有薄弱环节有的干部本领不强要切实加以解决。",
    ]
    paragraphs = [ends_early] * 9 + [ends_full] * 2 + [ends_early]
    content, top = "", 800
    for paragraph in paragraphs:
        for line in paragraph:
            content += make.text_at(70, top, line, 16)
            top -= 20
        top -= 5
    assert article(make.pdf([content])) == "\n".join("".join(paragraph) for paragraph in paragraphs)


def test_a_line_that_waits_for_a_quoted_word_is_no_paragraphs_last(make):
    # Programs that know no East Asian quotes break neither before nor behind one: 地⏎区“三个 leaves two ems free.
    body = make.set_text([LONG + POINT] * 2, measure=28)
    torn = [
        "\u3000\u3000新阶段扶贫开发是全市工作的重中之重，要着力解决地",
        "区“三个基本”问题，净减少低收入人口十万人。",
    ]
    assert "解决地区“三个基本”" in read(make.pdf([make.page_of([*body, *torn, *body])]), NO_HINTS).text
    short = [
        "\u3000\u3000新阶段扶贫开发是全市工作的重中之重，要着力解决",
        "贫困地区“三个基本”问题，净减少低收入人口十万人。",
    ]
    # Three ems are free, and 贫 needs one: the author ended the line.
    assert "着力解决\n贫困地区" in read(make.pdf([make.page_of([*body, *short, *body])]), NO_HINTS).text


def test_a_quote_behind_a_full_stop_holds_nothing_together(make):
    body = make.set_text([LONG + POINT] * 3, measure=28, indent=0)
    lines = [
        "新阶段扶贫开发是全市工作的重中之重，各项任务都已完成。",
        "要“两手抓”，净减少低收入人口十万人。",
    ]
    assert "完成。\n要“两手抓”" in read(make.pdf([make.page_of([*body, *lines, *body])]), NO_HINTS).text


def test_a_count_that_goes_on_inside_a_paragraph_is_no_list(make):
    body = make.set_text([LONG, FULL, POINT] * 2, measure=28, indent=0)
    counted = [
        "主要目标：（1）生产总值增长百分之五；（2）收入增长七成；",
        "（3）能耗降低百分之四。",
    ]
    assert "七成；（3）能耗" in read(make.pdf([make.page_of([*body, *counted, *body])]), NO_HINTS).text
    listed = ["（2）收入增长百分之七，全市居民生活水平进一步得到提高；", "（3）能耗降低百分之四。"]
    assert "提高；\n（3）能耗" in read(make.pdf([make.page_of([*body, *listed, *body])]), NO_HINTS).text


def test_a_glyph_that_covers_less_than_its_em_is_no_smaller_type(make):
    # As in what Chromium prints with a font that it cannot embed: boxes tell the ink, and 门 and 用 are narrow.
    shown = (LONG + POINT)[:54] + "用。"
    *lines, last = make.set_text([LONG + POINT, shown], measure=28)
    assert last == "用。"
    bottom = 740 - 24 * len(lines)
    content = make.page_of(lines) + make.text_at(90, bottom, last).replace("BT", "BT 87 Tz")
    mixed = make.text_at(90, 300, "门").replace("BT", "BT 87 Tz") + make.text_at(
        101, 300, "路通畅。"
    ).replace("BT", "BT 100 Tz")
    assert shown in read(make.pdf([content + mixed]), NO_HINTS).text


def forms_of(make, *resources: str) -> bytes:
    """A page that draws form 0; form n has ``resources[n]``, in which {n} is the number of form n's object."""
    numbers = [91 + number for number in range(len(resources))]
    written = "".join(
        f"{number} 0 obj\n<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources "
        f"{held.format(*numbers)} /Length 5 >>\nstream\n/X Do\nendstream\nendobj\n"
        for number, held in zip(numbers, resources, strict=True)
    )
    whole = make.pdf([make.page_of(make.set_text([LONG]))])
    at = whole.index(b"endobj") + len(b"endobj\n")
    return whole[:at] + written.encode() + whole[at:]


@pytest.mark.parametrize(
    "resources",
    [
        ["<< /XObject << /X {0} 0 R >> >>"],
        ["<< /XObject << /X {1} 0 R >> >>", "<< /XObject << /X {0} 0 R /Y {0} 0 R >> >>"],
        [f"<< /XObject << /X {{{number}}} 0 R >> >>" for number in range(1, 10)] + ["<< >>"],
    ],
)
def test_drawings_that_contain_themselves_are_refused(make, resources):
    with pytest.raises(RejectedError) as refused:
        read(forms_of(make, *resources), NO_HINTS)
    assert refused.value.code == "hostile"


def test_a_drawing_in_a_drawing_is_none():
    refuse_endless_drawings(
        b"1 0 obj\n<< /Subtype /Form /Resources 3 0 R >>\nstream\nendstream\nendobj\n"
        b"2 0 obj\n<< /Subtype /Form >>\nstream\nendstream\nendobj\n"
        b"3 0 obj\n<< /XObject << /A 2 0 R /B 2 0 R >> >>\nendobj\n"
    )


def test_resources_of_a_drawing_may_stand_in_an_object_of_their_own():
    with pytest.raises(RejectedError):
        refuse_endless_drawings(
            b"1 0 obj\n<< /Subtype /Form /Resources 3 0 R >>\nstream\nendstream\nendobj\n"
            b"3 0 obj\n<< /XObject 4 0 R >>\nendobj\n4 0 obj\n<< /A 1 0 R >>\nendobj\n"
        )


def test_a_line_of_two_sizes_makes_no_note_as_large_as_the_text(make):
    lines = make.set_text([LONG + POINT, (LONG + POINT)[:54]], measure=28)
    bottom = 740 - 24 * len(lines)
    content = make.page_of(lines) + make.text_at(90, bottom, "注略：", 10)
    content += make.text_at(90, 200, "表", 12) + make.text_at(102, 200, "指标说明如下", 10)
    content += make.text_at(90, 150, "本表为快报数据，以年报为准。", 10)
    assert f"{(LONG + POINT)[:54]}\n注略：" in read(make.pdf([content]), NO_HINTS).text
