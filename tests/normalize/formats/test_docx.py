"""DOCX: what stands in the package comes out, in order, with its marks and its place."""

from __future__ import annotations

import pytest

from jiaokan.edition import Place
from jiaokan.normalize import RejectedError, normalize
from jiaokan.normalize.formats import docx
from jiaokan.normalize.formats.docx import MAX_RATIO, read
from jiaokan.normalize.formats.numerals import NUMBER_FORMS, chinese_number
from jiaokan.normalize.hints import NO_HINTS


def marks_of(reading, kind):
    return [reading.text[m.start : m.end] for m in reading.marks if m.kind == kind]


def text_of(data: bytes) -> str:
    return read(data, NO_HINTS).text


def test_paragraphs_are_lines(make):
    data = make.docx(make.paragraph("政府工作", "报告"), make.paragraph(""), make.paragraph("各位代表："))
    assert text_of(data) == "政府工作报告\n各位代表："


def test_every_character_leads_back_to_its_run(make):
    data = make.docx(make.paragraph("政府工作", "报告"), make.paragraph("各位代表："))
    reading = read(data, NO_HINTS)
    main = "word/document.xml"
    assert reading.places.locate(2, 6) == (
        Place(part=main, run=0, chars=(2, 4)),
        Place(part=main, run=1, chars=(0, 2)),
    )
    assert reading.places.locate(7, 8) == (Place(part=main, run=2, chars=(0, 1)),)
    assert reading.places.locate(0, 0) == (Place(part=main, run=0, chars=(0, 0)),)


def test_space_at_a_runs_end_is_kept_only_where_the_file_says_so(make):
    kept = '<w:r><w:t xml:space="preserve">省长 </w:t></w:r>'
    lost = "<w:r><w:t> 林远 </w:t></w:r>"
    assert text_of(make.docx(make.paragraph(kept, lost, "。"))) == "省长 林远。"


def test_a_lists_labels_stand_in_the_text(make):
    numbers = make.numbering(
        (make.level(0, "chineseCountingThousand", "%1、"), make.level(1, "chineseCounting", "（%2）"))
    )
    data = make.docx(
        make.numbered("工作回顾", 1),
        make.numbered("经济", 1, 1),
        make.numbered("民生", 1, 1),
        make.paragraph("插入的一段。"),
        make.numbered("工作安排", 1),
        make.numbered("扩大内需", 1, 1),
        numbers=numbers,
    )
    assert text_of(data).split("\n") == [
        "一、工作回顾",
        "（一）经济",
        "（二）民生",
        "插入的一段。",
        "二、工作安排",
        "（一）扩大内需",
    ]


def test_a_label_leads_back_to_its_paragraph(make):
    numbers = make.numbering((make.level(0, "decimal", "第%1条", suffix="space"),))
    reading = read(make.docx(make.numbered("目的。", 1), numbers=numbers), NO_HINTS)
    assert reading.text == "第1条 目的。"
    assert reading.places.locate(0, 3) == (Place(part="word/document.xml", run=0, chars=(0, 0)),)
    assert reading.places.locate(4, 6) == (Place(part="word/document.xml", run=0, chars=(0, 2)),)


def test_labels_count_as_word_counts(make):
    numbers = make.numbering(
        (
            make.level(0, "chineseCounting", "第%1章", suffix="space"),
            make.level(1, "decimal", "第%2条", suffix="space", extra='<w:lvlRestart w:val="0"/>'),
            make.level(2, "decimal", "%1.%2.%3", suffix="tab", extra="<w:isLgl/>"),
        ),
        (make.level(0, "decimal", "%1.", start=5, suffix="tab"),),
    )
    body = [
        make.numbered("总则", 1),
        make.numbered("甲", 1, 1),
        make.numbered("附则", 1),
        make.numbered("乙", 1, 1),
        make.numbered("丙", 1, 2),
        make.numbered("丁", 2),
        make.numbered("戊", 2),
        make.numbered("没有这个表", 9),
    ]
    assert text_of(make.docx(*body, numbers=numbers)).split("\n") == [
        "第一章 总则",
        "第1条 甲",
        "第二章 附则",
        "第2条 乙",
        "2.2.1 丙",
        "5. 丁",
        "6. 戊",
        "没有这个表",
    ]


def test_a_number_may_begin_anew(make):
    numbers = make.numbering((make.level(0, "decimal", "%1."),))
    numbers += (
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    body = [make.numbered("甲", 1), make.numbered("乙", 1), make.numbered("丙", 2), make.numbered("丁", 2)]
    assert text_of(make.docx(*body, numbers=numbers)) == "1.甲\n2.乙\n1.丙\n2.丁"


@pytest.mark.parametrize(
    ("form", "value", "label"),
    [
        ("chineseCountingThousand", 11, "十一"),
        ("japaneseCounting", 23, "二十三"),
        ("ideographDigital", 105, "一〇五"),
        ("chineseLegalSimplified", 12, "壹拾贰"),
        ("ideographTraditional", 3, "丙"),
        ("decimalEnclosedCircleChinese", 3, "③"),
        ("decimalEnclosedCircle", 21, "㉑"),
        ("decimalEnclosedParen", 2, "⑵"),
        ("upperLetter", 28, "BB"),
        ("lowerRoman", 14, "xiv"),
        ("decimalZero", 7, "07"),
        ("decimalFullWidth", 12, "１２"),
        ("none", 4, ""),
    ],
)
def test_forms_of_numbers(form, value, label):
    assert NUMBER_FORMS[form](value) == label


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "零"),
        (10, "十"),
        (19, "十九"),
        (20, "二十"),
        (100, "一百"),
        (101, "一百零一"),
        (1010, "一千零一十"),
        (10001, "一万零一"),
    ],
)
def test_counting_in_chinese(value, words):
    assert chinese_number(value) == words


def test_what_the_styles_know_becomes_marks(make):
    styles = (
        '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="小节"/><w:basedOn w:val="3"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="3"><w:name w:val="x"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr>'
        "<w:rPr><w:b/></w:rPr></w:style>"
        '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
    )
    body = [
        make.paragraph("报告", properties='<w:pStyle w:val="T"/>'),
        make.paragraph("回顾", properties='<w:pStyle w:val="1"/>'),
        make.paragraph("经济", properties='<w:pStyle w:val="2"/>'),
        make.paragraph("正文。"),
    ]
    reading = read(make.docx(*body, styles=styles), NO_HINTS)
    assert marks_of(reading, "title") == ["报告"]
    assert [
        (reading.text[m.start : m.end], m.data["level"]) for m in reading.marks if m.kind == "heading"
    ] == [
        ("回顾", 1),
        ("经济", 2),
    ]
    assert marks_of(reading, "bold") == ["经济"]


def test_styles_that_go_round_in_a_circle_end(make):
    styles = (
        '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="a"/><w:basedOn w:val="b"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="b"><w:name w:val="b"/><w:basedOn w:val="a"/></w:style>'
    )
    assert text_of(make.docx(make.paragraph("甲", properties='<w:pStyle w:val="a"/>'), styles=styles)) == "甲"


def test_bold_runs_are_one_mark(make):
    data = make.docx(
        make.paragraph(
            make.run("一是", "<w:b/>"), make.run("稳增长。", "<w:b/>"), make.run("全年", '<w:b w:val="0"/>')
        )
    )
    assert marks_of(read(data, NO_HINTS), "bold") == ["一是稳增长。"]


def test_deleted_and_hidden_text_is_no_text(make):
    data = make.docx(
        "<w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins><w:r><w:t>新</w:t></w:r></w:ins></w:p>",
        make.paragraph(make.run("看不见", "<w:vanish/>"), "看得见"),
    )
    assert text_of(data) == "新\n看得见"


def test_fields_give_their_result_and_contents_are_furniture(make, article):
    def field(instruction: str, result: str) -> str:
        return (
            f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{instruction}</w:instrText></w:r>'
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{make.run(result)}'
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )

    contents = make.paragraph(field(' TOC \\o "1-3" ', "一、回顾……1"))
    data = make.docx(contents, make.paragraph("共", field(" NUMPAGES ", "12"), "页"))
    assert article(data) == "共12页"
    linked = make.docx(make.paragraph(field(' HYPERLINK "http://a.b/c" ', "附件")))
    reading = read(linked, NO_HINTS)
    assert [m.data["target"] for m in reading.marks if m.kind == "link"] == ["http://a.b/c"]


def test_the_heading_of_a_table_of_contents_goes_with_it(make, article):
    styles = '<w:style w:type="paragraph" w:styleId="T1"><w:name w:val="toc 1"/></w:style>'
    entry = make.paragraph("一、回顾\t1", properties='<w:pStyle w:val="T1"/>')
    heading, body = make.paragraph("目　　录"), make.paragraph("各位代表：")
    assert article(make.docx(heading, entry, entry, body, styles=styles)) == "各位代表："
    assert article(make.docx(heading, body, entry, styles=styles)) == "目　　录\n各位代表："


def test_a_field_without_an_end_hides_no_paragraph_behind_it(make):
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    open_field = f"<w:p>{begin}<w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:t>1</w:t></w:r></w:p>"
    assert (
        text_of(make.docx(make.paragraph("一、回顾"), open_field, make.paragraph("二、展望")))
        == "一、回顾\n二、展望"
    )
    # The text between the two ends of one paragraph stays hidden.
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    shut = f"<w:p>{begin}{make.run('IF')}{end}{make.run('完')}</w:p>"
    assert text_of(make.docx(shut)) == "完"


def test_bullets_of_symbol_fonts_are_the_bullets_that_they_show(make):
    numbers = make.numbering(
        [make.level(0, "bullet", "\uf06c")],
        [make.level(0, "bullet", "\uf0ff")],
        [make.level(0, "bullet", "◇")],
    )
    data = make.docx(*(make.numbered("目标", number) for number in (1, 2, 3)), numbers=numbers)
    assert text_of(data) == "● 目标\n• 目标\n◇ 目标"


def test_a_document_that_is_embedded_whole_is_refused_with_what_to_do(make):
    chunk = '<w:altChunk r:id="x1"/>'
    with pytest.raises(RejectedError, match=r"save it again as \.docx") as refused:
        read(make.docx(chunk), NO_HINTS)
    assert refused.value.code == "embedded-document"
    assert [one.code for one in read(make.docx(chunk, make.paragraph("正文")), NO_HINTS).findings] == [
        "embedded-document"
    ]


def test_endnotes_stand_behind_footnotes(make):
    def notes(kind: str, text: str) -> str:
        return f'<w:{kind} w:id="5"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:{kind}>'

    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/endnotes"
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    data = make.docx(
        make.paragraph(
            "人口",
            '<w:r><w:endnoteReference w:id="5"/></w:r>',
            "产值",
            '<w:r><w:footnoteReference w:id="5"/></w:r>',
        ),
        footnotes=notes("footnote", "初步数。"),
        relations=f'<Relationship Id="e" Type="{kind}" Target="endnotes.xml"/>',
        raw={"word/endnotes.xml": f"<w:endnotes {space}>{notes('endnote', '常住。')}</w:endnotes>".encode()},
    )
    assert text_of(data) == "人口产值\n初步数。\n常住。"


def test_a_label_is_no_longer_than_labels_are(make):
    numbers = make.numbering([make.level(0, "decimal", "%1" + "、" * 5000)])
    assert len(text_of(make.docx(make.numbered("目标", 1), numbers=numbers))) < 200


def test_breaks(make):
    data = make.docx(
        "<w:p><w:r><w:t>关于印发</w:t><w:br/><w:t>规划的通知</w:t></w:r></w:p>",
        '<w:p><w:r><w:br w:type="page"/><w:t>第二页</w:t></w:r></w:p>',
    )
    reading = read(data, NO_HINTS)
    assert reading.text == "关于印发\n规划的通知\n第二页"
    assert [m.start for m in reading.marks if m.kind == "page-break"] == [11]


def test_tables_are_rows_of_cells(make):
    span = '<w:gridSpan w:val="2"/>'
    down = '<w:vMerge w:val="restart"/>'
    data = make.docx(
        make.paragraph("见下表："),
        make.table(
            ("指标", make.cell("数值", properties=span)),
            (make.cell("产值", properties=down), "一季度", "10"),
            (make.cell("", properties="<w:vMerge/>"), "二季度", make.cell("1", "2")),
        ),
        make.paragraph("表后。"),
    )
    assert text_of(data) == "见下表：\n指标\t数值\t\n产值\t一季度\t10\n\t二季度\t1 2\n表后。"
    edition = normalize(data)
    (table,) = [mark for mark in edition.marks if mark.kind == "table"]
    assert table.data["rows"] == [["指标", "数值", ""], ["产值", "一季度", "10"], ["", "二季度", "1 2"]]
    assert table.data["merged"] == [[0, 1, 1, 2], [1, 0, 2, 1]]
    assert edition.text[slice(*table.span)].startswith("指标\t数值\t\n产值")
    assert not [mark for mark in edition.marks if mark.kind == "cell"]


def test_a_table_of_one_column_is_a_frame(make):
    assert text_of(make.docx(make.table((make.cell("甲", "乙"),), ("丙",)))) == "甲\n乙\n丙"


def test_the_marks_of_a_table_follow_the_stages(make):
    data = make.docx(make.table(("ＧＤＰ", "增长 5 %"), ("1 0", "２０")))
    (table,) = [mark for mark in normalize(data).marks if mark.kind == "table"]
    cells = [cell for row in table.data["rows"] for cell in row]
    assert cells[0] == "GDP"
    assert cells[3] == "20"
    text = normalize(data).text
    assert text.split("\n") == ["\t".join(row) for row in table.data["rows"]]


def test_notes_stand_at_the_end_and_their_signs_are_marks(make):
    notes = (
        '<w:footnote w:id="1"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>按可比价格计算。</w:t></w:r></w:p></w:footnote>'
        '<w:footnote w:id="2"><w:p><w:r><w:t>没有人引用。</w:t></w:r></w:p></w:footnote>'
    )
    sign = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    reading = read(
        make.docx(make.paragraph("增长5%", sign, "。"), make.paragraph("完。"), footnotes=notes), NO_HINTS
    )
    assert reading.text == "增长5%。\n完。\n按可比价格计算。"
    assert [m.start for m in reading.marks if m.kind == "footnote"] == [4]
    assert marks_of(reading, "note") == ["按可比价格计算。"]
    (place,) = reading.places.locate(len(reading.text) - 2, len(reading.text))
    assert (place.part, place.chars) == ("word/footnotes.xml", (6, 8))


def test_pictures_are_marks_and_text_boxes_are_read_once(make):
    ns = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    )
    box = f"<w:txbxContent>{make.paragraph('框里的字')}</w:txbxContent>"
    forms = f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    both = f"<mc:AlternateContent {ns}>{forms}</mc:AlternateContent>"
    picture = f'<w:drawing {ns}><wp:docPr descr="走势图"/><a:blip r:embed="p1"/></w:drawing>'
    data = make.docx(
        make.paragraph("前", f"<w:r>{both}</w:r>", "后", f"<w:r>{picture}</w:r>"),
        relations='<Relationship Id="p1" Type="x/image" Target="media/image1.png"/>',
    )
    reading = read(data, NO_HINTS)
    assert reading.text == "前后\n框里的字"
    (image,) = [m for m in reading.marks if m.kind == "image"]
    assert (image.start, image.data["target"], image.data["about"]) == (2, "word/media/image1.png", "走势图")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"word/document.xml": b"<w:document"}, "damaged"),
        ({"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "hostile"),
        ({"word/styles.xml": b"", "word/document.xml": b"not xml"}, "damaged"),
    ],
)
def test_broken_parts_are_refused(make, raw, code):
    with pytest.raises(RejectedError) as caught:
        read(make.docx(make.paragraph("甲"), raw=raw), NO_HINTS)
    assert caught.value.code == code


def test_entities_are_never_expanded(make):
    laughs = b'<!DOCTYPE a [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %s "%s">' % (bytes([98 + n]), b"&%s;" % bytes([97 + n]) * 10) for n in range(9)
    )
    with pytest.raises(RejectedError):
        read(make.docx(raw={"word/document.xml": laughs + b"]><a>&j;</a>"}), NO_HINTS)


def test_a_part_that_unpacks_beyond_the_ratio_is_refused(make):
    blanks = b" " * (MAX_RATIO * 20_000)
    data = make.docx(raw={"word/document.xml": b"<a>" + blanks + b"</a>"})
    assert len(data) < 30_000
    with pytest.raises(RejectedError) as caught:
        read(data, NO_HINTS)
    assert caught.value.code == "too-large"


def test_a_truncated_package_is_refused(make):
    data = make.docx(make.paragraph("甲" * 1000))
    with pytest.raises(RejectedError) as caught:
        read(data[:-30], NO_HINTS)
    assert caught.value.code == "damaged"


def test_paragraphs_that_the_format_knows_are_not_joined_by_words(make):
    first, second = "（一）奋力落实重要使命，城市核心功能进一步强化", "加快国际经济中心建设，"
    data = make.docx(
        make.paragraph(make.run(first, "<w:b/>")),
        make.paragraph(make.run(second, "<w:b/>"), "产业体系现代化水平持续提升。"),
    )
    page = f"<p><b>{first}</b></p><p><b>{second}</b>产业体系现代化水平持续提升。</p>"
    for source in (data, f"<html><body>{page}</body></html>".encode()):
        assert normalize(source).text == f"{first}\n{second}产业体系现代化水平持续提升。"


def test_paragraphs_are_bounded(make, monkeypatch):
    data = make.docx(*(make.paragraph("甲") for _ in range(5)), "<w:p/>")
    monkeypatch.setattr(docx, "MAX_PARAGRAPHS", 6)
    assert read(data, NO_HINTS).text.startswith("甲")
    monkeypatch.setattr(docx, "MAX_PARAGRAPHS", 5)
    with pytest.raises(RejectedError) as caught:
        read(data, NO_HINTS)
    assert caught.value.code == "too-large"
