"""Mojibake: chains undone exactly, holes filled and flagged, everything else left alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from jiaokan.normalize import normalize
from jiaokan.normalize.mojibake.chains import STEPS, Step, aligned, composed, undo
from jiaokan.normalize.mojibake.gate import may_be_mojibake
from jiaokan.normalize.stage import Context
from jiaokan.normalize.stages.mojibake import recover_mojibake

TEXT = (
    "各位代表：\n现在，我代表市人民政府向大会报告工作，请予审议，并请各位政协委员提出意见。\n"
    "过去一年，我们坚持稳中求进工作总基调，全市经济运行总体平稳，社会大局保持稳定，民生福祉持续改善。"
)


def windows(data):
    return "".join(
        chr(byte) if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes((byte,)).decode("cp1252")
        for byte in data
    )


def recovered(text):
    edits = [
        edit for edit in recover_mojibake(text, Context(alphabet=frozenset(text))) if hasattr(edit, "new")
    ]
    for edit in reversed(edits):
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


@pytest.mark.parametrize("read", [lambda data: data.decode("latin-1"), windows])
@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_chains_through_single_bytes_come_out_exactly(read, codec, layers):
    text = read(TEXT.encode(codec))
    for _ in range(layers - 1):
        text = read(text.encode())
    assert recovered(text) == TEXT


def test_utf8_read_as_gb18030_without_loss():
    line = "深化改革扩大开放，"
    stored = (line * 2 + TEXT.split("\n")[2][:20]).encode().decode("gb18030", "ignore")
    if stored.encode("gb18030").decode("utf-8", "replace").count("\ufffd") == 0:
        assert line in recovered(stored)


def test_one_line_of_many():
    lines = TEXT.split("\n")
    stored = "\n".join((lines[0], lines[1].encode("gb18030").decode("latin-1"), lines[2]))
    assert recovered(stored) == TEXT


def test_holes_are_filled_and_every_guess_is_flagged():
    stored = TEXT.encode().decode("gbk", "replace")
    assert "\ufffd" in stored
    edition = normalize(stored.encode())
    assert edition.text == TEXT
    flagged = [found.clean for found in edition.findings if found.code == "doubtful"]
    assert len(flagged) >= stored.count("\ufffd") // 2
    assert all(found.confidence < 1000 for found in edition.findings if found.code == "doubtful")
    strict = normalize(stored.encode(), profile="strict")
    assert not strict.edits or "recover-mojibake" not in {edit.stage for edit in strict.edits}


def test_what_is_lost_for_good_is_told_and_left():
    edition = normalize("全年生产总值锟斤拷锟斤拷增长。".encode())
    assert edition.text == "全年生产总值锟斤拷锟斤拷增长。"
    assert "lost-text" in {found.code for found in edition.findings}


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "Ça alors ! L'été dernier, où étiez-vous donc passé ? À bientôt.",
        "Съешь же ещё этих мягких французских булок, да выпей чаю.",
        "동해물과 백두산이 마르고 닳도록 하느님이 보우하사 우리나라 만세.",
        "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。",
        "春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。",
        "Ã é à la carte",
        "┌──┐│表│└──┘",
    ],
)
def test_everything_else_is_left_alone(text):
    assert recovered(text) == text


def test_the_gate_lets_no_clean_report_through():
    assert not may_be_mojibake(TEXT, frozenset(TEXT))


@given(st.text(st.sampled_from("政府工作报告，。ab1 \n经济é"), max_size=30), st.sampled_from(STEPS))
@settings(max_examples=150)
def test_an_alignment_covers_both_sides(text, step):
    read = undo(text, step)
    if read is None:
        return
    pieces = aligned(text, read, step)
    if pieces is not None:
        assert sum(one for one, _ in pieces) == len(text)
        assert sum(other for _, other in pieces) == len(read)


def test_alignments_compose():
    step = Step("windows-1252", "utf-8")
    once = "中文报告".encode().decode("latin-1")
    twice = once.encode().decode("latin-1")
    first = aligned(twice, once, step)
    second = aligned(once, "中文报告", step)
    assert first is not None
    assert second is not None
    assert composed(first, second) == ((6, 1),) * 4


RUN = "加强生态环境保护，打好污染防治攻坚战，空气质量持续改善，森林覆盖率稳步提高。"
BEFORE, AFTER = "继续优化营商环境，推进“一网通办”。", "过去一年，全县上下齐心协力，攻坚克难。"


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_a_run_inside_a_clean_line(codec, layers):
    run = windows(RUN.encode(codec))
    for _ in range(layers - 1):
        run = windows(run.encode())
    assert recovered(BEFORE + run + AFTER) == BEFORE + RUN + AFTER


@pytest.mark.parametrize(("right", "wrong"), [("gb18030", "big5hkscs"), ("big5hkscs", "gb18030")])
def test_a_run_of_one_two_byte_codec_read_as_another(right, wrong):
    text = (
        "開展群眾性文化活動，加強文物保護利用，完善公共文化服務體系，辦好人民滿意的教育，不斷提高醫療衛生水平。"
        if right == "big5hkscs"
        else RUN
    )
    run = "".join(char for char in text if not char.encode(right).decode(wrong, "replace").count("\ufffd"))
    stored = run.encode(right).decode(wrong)
    assert recovered(BEFORE + stored + AFTER) == BEFORE + run + AFTER


def test_other_languages_inside_a_clean_line_are_left():
    text = BEFORE + "Ça alors, où étiez-vous donc passé à l'été ? Größe, Übermut, süß." + AFTER
    assert recovered(text) == text


def read_as_big5(text, loss):
    return text.encode("gbk").decode("big5hkscs", "replace").replace("\ufffd", loss)


def wrong_without_a_finding(stored, clean):
    edition = normalize(stored.encode())
    flagged = {
        at
        for found in edition.findings
        if found.code == "doubtful" and found.clean
        for at in range(*found.clean)
    }
    put = {at for edit in edition.edits if edit.stage == "recover-mojibake" for at in range(*edit.clean)}
    assert put
    wrong = {
        at
        for block in Levenshtein.opcodes(edition.text, normalize(clean.encode()).text)
        if block.tag != "equal"
        for at in range(block.src_start, max(block.src_end, block.src_start + 1))
    }
    return sorted((wrong & put) - flagged)


HOLED = (
    "统筹发展和安全，完善社会治理体系，全面贯彻总体国家安全观，深入推进治理体系和治理能力现代化。\n"
    "人才活力持续激发，科研成果转化效率明显提高，布局人工智能、“区块链”、虚拟现实等数字产业。\n"
    "从最现实的利益出发，努力为社会提供多样化服务，让发展成果更多更公平惠及全体人民。\n"
    "聚焦城乡、区域、物质文明和精神文明，经过长时期的努力奋斗，扎实推进文化、统战、体育工作。"
)


@pytest.mark.parametrize("loss", "\ufffd?")
def test_gbk_read_as_big5_with_holes_puts_no_character_in_unflagged(loss):
    stored = "\n".join(read_as_big5(line, loss) for line in HOLED.split("\n"))
    assert loss in stored
    assert wrong_without_a_finding(stored, HOLED) == []
    text = normalize(stored.encode()).text
    assert Levenshtein.distance(text, HOLED) <= len(HOLED) // 50


def test_characters_that_big5_has_twice_are_read_as_the_bytes_that_gbk_uses():
    step = Step("big5hkscs", "gb18030")
    for text in ("⑻", "⑽", "ⅲ"):
        assert undo(text.encode("gbk").decode("big5hkscs"), step) == text


def test_a_question_mark_for_a_byte_is_a_hole_in_a_line_that_reads_well_otherwise():
    line = HOLED.split("\n")[0]
    stored = read_as_big5(line, "?")
    assert recovered(stored) == line


@pytest.mark.parametrize("loss", "\ufffd?")
def test_a_run_with_a_hole_is_filled_or_ends_there(loss):
    kept = "".join(char for char in RUN if "?" not in read_as_big5(char, "?"))
    line = kept + "统筹发展和安全，完善" + kept
    stored = BEFORE + read_as_big5(line, loss) + AFTER
    assert loss in stored
    assert wrong_without_a_finding(stored, BEFORE + line + AFTER) == []


def test_a_clean_line_among_mojibake_is_left():
    clean = "三、切实加强政府自身建设"
    lines = HOLED.split("\n")
    stored = "\n".join((read_as_big5(lines[0], "?"), clean, *(read_as_big5(line, "?") for line in lines[1:])))
    assert clean in recovered(stored).split("\n")


def misread(text, right, wrong):
    """``text`` without the characters that ``wrong`` cannot read, and what it reads from the rest."""
    kept = "".join(char for char in text if "\ufffd" not in char.encode(right).decode(wrong, "replace"))
    return kept, kept.encode(right).decode(wrong)


TRADITIONAL = (
    "開展群眾性文化活動，加強文物保護利用，完善公共文化服務體系，辦好人民滿意的教育，提高醫療衛生水平。"
)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("gb18030", "cp949"),
        ("big5hkscs", "cp949"),
        ("gb18030", "euc_jp"),
        ("gb18030", "cp932"),
        ("gb18030", "cp1250"),
        ("gb18030", "cp1251"),
        ("big5hkscs", "cp1251"),
        ("big5hkscs", "koi8-r"),
        ("big5hkscs", "cp437"),
        ("big5hkscs", "gb18030"),
    ],
)
@pytest.mark.parametrize("inside", [True, False])
def test_a_run_or_a_line_of_any_pair_of_codecs(right, wrong, inside):
    clean, stored = misread(TRADITIONAL if right == "big5hkscs" else RUN, right, wrong)
    for text in (clean, stored):
        assert len(text) > 30
    frame = "{}{}{}" if inside else "{}\n{}\n{}"
    assert recovered(frame.format(BEFORE, stored, AFTER)) == frame.format(BEFORE, clean, AFTER)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("utf-8", "latin-1"),
        ("gb18030", "latin-1"),
        ("gb18030", "cp949"),
        ("gb18030", "cp1251"),
        ("gb18030", "cp437"),
    ],
)
def test_a_heading_is_read_by_the_chain_that_the_other_lines_prove(right, wrong):
    headings = (
        "一、做精主业",
        "二、九层之台",
        "三、加强城区环境综合整治",
        "四、官僚主义",
        "五、坚持为民清廉",
    )
    kept, stored = zip(*(misread(one, right, wrong) for one in headings), strict=True)
    lines = TEXT.split("\n")
    text = "\n".join(part for pair in zip(stored, lines * 2, strict=False) for part in pair)
    assert recovered(text) == "\n".join(part for pair in zip(kept, lines * 2, strict=False) for part in pair)


def test_a_wide_blank_at_the_end_of_a_line_may_be_half_of_a_character():
    line = "编制和完善各级各类应急预案，城乡的发展更均衡"
    stored = line.encode().decode("gb18030")
    assert stored.endswith("\u3000")
    assert recovered(f"{BEFORE}\n{stored}\n{AFTER}") == f"{BEFORE}\n{line}\n{AFTER}"


def test_a_run_of_one_layer_in_single_bytes_and_one_in_gbk():
    letters = RUN.encode().decode("latin-1")
    run, stored = RUN, letters.encode().decode("gb18030")
    assert recovered(BEFORE + stored + AFTER) == BEFORE + run + AFTER


def test_names_in_a_row_are_not_fluent_but_their_bytes_are_utf8():
    names = "九巷，泊舫巷、五福巷、东颖巷、商会巷、女儿巷、桓侯巷；四景：蜀门、阆苑、嘉陵、锦屏。"
    for stored in (windows(names.encode()), names.encode().decode("latin-1")):
        assert recovered(BEFORE + stored + AFTER) == BEFORE + names + AFTER


@pytest.mark.parametrize(
    ("right", "wrong"), [("utf-8", "gbk"), ("utf-8", "gb18030"), ("utf-8", "cp1252"), ("gbk", "big5hkscs")]
)
@pytest.mark.parametrize("loss", "\ufffd?")
def test_a_run_with_holes_inside_a_clean_line(right, wrong, loss):
    stored = RUN.encode(right).decode(wrong, "replace").replace("\ufffd", loss)
    assert loss in stored
    text = BEFORE + stored + AFTER
    assert Levenshtein.distance(recovered(text), BEFORE + RUN + AFTER) <= 1
    assert wrong_without_a_finding(text, BEFORE + RUN + AFTER) == []


def test_a_form_of_big5_that_has_no_kana_loses_the_seventh_article():
    stored = "\n".join(
        read_as_big5(line, "?")
        for line in ("第七条　加强经济普查。", "（七）坚持改革创新。", *HOLED.split("\n"))
    )
    assert "第七条" in recovered(stored)
    assert "（七）坚持改革创新" in recovered(stored)


@pytest.mark.parametrize(
    "text",
    [
        BEFORE + "中韩合作（한중협력）项目落地，与삼성전자、현대자동차、에스케이하이닉스签约。" + AFTER,
        BEFORE
        + "\n동해물과 백두산이 마르고 닳도록 하느님이 보우하사 우리나라 만세. 무궁화 삼천리 화려강산.\n"
        + AFTER,
        "大韓民國은 民主共和國이다. 大韓民國의 主權은 國民에게 있고, 모든 權力은 國民으로부터 나온다.",
        BEFORE + "\n中日友好：あけましておめでとうございます。今年もよろしくお願いします。\n" + AFTER,
        BEFORE + "\nСъешь же ещё этих мягких французских булок, да выпей чаю.\n" + AFTER,
        BEFORE
        + "\nPchnąć w tę łódź jeża lub ośm skrzyń fig. Příliš žluťoučký kůň úpěl ďábelské ódy.\n"
        + AFTER,
    ],
)
def test_other_languages_in_chinese_text_are_left_alone(text):
    assert recovered(text) == text


def test_korean_without_chinese_costs_no_search():
    text = "동해물과 백두산이 마르고 닳도록 하느님이 보우하사 우리나라 만세.\nprintf(\"'%s', 키 '%s'\\n\"%s\");\n"
    assert not may_be_mojibake(text * 50, frozenset(text))


@pytest.mark.parametrize(
    "line", ["全部社区建成完整社区〔16〕。", "表2：2010年主要工业产品产量", "出台《办法》、《细则》等文件。"]
)
def test_a_hole_is_filled_with_the_bracket_that_is_closed_and_no_wide_digit(line):
    stored = "\n".join(
        one.encode().decode("gbk", "replace").replace("\ufffd", "?") for one in (*HOLED.split("\n"), line)
    )
    assert recovered(stored).split("\n")[-1] == line


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("big5", "gbk"),
        ("gbk", "cp950"),
        ("gbk", "big5"),
        ("utf-8", "cp949"),
        ("gbk", "cp949"),
        ("utf-8", "cp1251"),
    ],
)
@pytest.mark.parametrize("loss", "\ufffd?")
def test_a_text_with_holes_of_any_pair_of_codecs(right, wrong, loss):
    clean = HOLED
    if right == "big5":
        clean = f"{TRADITIONAL}\n我們堅持穩中求進工作總基調，全市經濟運行總體平穩，民生福祉持續改善。\n{TRADITIONAL}"
    stored = "\n".join(
        line.encode(right).decode(wrong, "replace").replace("\ufffd", loss) for line in clean.split("\n")
    )
    assert loss in stored
    assert Levenshtein.distance(recovered(stored), clean) <= len(clean) // 30
    assert wrong_without_a_finding(stored, clean) == []


def test_what_lost_every_third_byte_is_not_made_up():
    stored = "\n".join(line.encode().decode("big5", "replace") for line in (*HOLED.split("\n"), TEXT))
    assert stored.count("\ufffd") * 4 > len(stored)
    assert recovered(stored) == stored


@pytest.mark.parametrize(("right", "wrong"), [("gbk", "cp950"), ("gbk", "big5hkscs"), ("gbk", "cp949")])
def test_a_run_of_pairs_goes_on_behind_its_hole(right, wrong):
    run = "".join(HOLED.split("\n")[:2])
    stored = run.encode(right).decode(wrong, "replace")
    assert "\ufffd" in stored
    assert Levenshtein.distance(recovered(BEFORE + stored + AFTER), BEFORE + run + AFTER) <= len(run) // 30


@pytest.mark.parametrize(
    ("right", "line"), [("gb18030", RUN + HOLED.split("\n")[0]), ("big5hkscs", TRADITIONAL * 2)]
)
def test_what_windows_japanese_has_twice_is_told_by_what_stands_around(right, line):
    clauses = [clause + "，" for clause in line.replace("。", "，").split("，")]
    kept = "".join(one for one in clauses if "\ufffd" not in one.encode(right).decode("cp932", "replace"))
    stored = kept.encode(right).decode("cp932")
    assert stored.encode("cp932") != kept.encode(right) or right == "big5hkscs"
    assert recovered(f"{BEFORE}\n{stored}\n{AFTER}") == f"{BEFORE}\n{kept}\n{AFTER}"
