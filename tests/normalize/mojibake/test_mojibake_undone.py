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
