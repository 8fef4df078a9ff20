"""What the grade promises: docs/quality.md, held to."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiaokan.edition import LocatedFinding
from jiaokan.normalize import STAGES, normalize
from jiaokan.normalize.quality import FORM, grade

CLEAN = "全县工业增加值稳步增长，各项任务按期完成。" * 50


def found(code, start, end, stage="some-stage"):
    return LocatedFinding(stage, code, (start, end), (start, end), "", 900)


def letter(findings, length=1000):
    return grade((), findings, length).grade


@pytest.mark.parametrize(
    ("unsure", "expected"), [(0, "A"), (1, "B"), (3, "B"), (4, "C"), (19, "C"), (20, "D"), (1000, "D")]
)
def test_grades_of_a_thousand_characters(unsure, expected):
    assert letter([found("doubtful", at * 2, at * 2 + 1) for at in range(unsure)]) == expected
    assert letter([found("private-use", 0, unsure)] if unsure else []) == expected


def test_a_long_text_may_have_one_unsure_character_in_a_thousand():
    assert letter([found("doubtful", 0, 10)], 10_000) == "B"
    assert letter([found("doubtful", 0, 11)], 10_000) == "C"


def test_two_findings_on_one_place_count_once():
    quality = grade(
        (), [found("private-use", 5, 6), found("undecodable-bytes", 5, 6), found("doubtful", 5, 6)], 1000
    )
    assert (quality.unresolved, quality.doubtful) == (1, 1)


@pytest.mark.parametrize("code", ["amended", "refused", "amendment-unused"])
def test_a_persons_word_does_not_lower_a_grade(code):
    assert letter([found(code, 0, 500)]) == "A"


def test_contradictions_in_metadata_do_not_lower_a_grade():
    assert letter([found("contradiction", 0, 500, stage="metadata")]) == "A"


def test_a_missing_page_is_c_at_best():
    assert letter([found("page-without-text", 0, 0)]) == "C"


def test_an_emptied_text_is_d():
    assert normalize("扫一扫在手机打开当前页".encode()).quality.grade == "D"


def test_proved_repairs_leave_an_a():
    quality = normalize(f"**一是扩大投资。**{CLEAN}&nbsp;工業(yè)經(jīng)濟(jì)".encode()).quality
    assert (quality.grade, quality.doubtful, quality.unresolved) == ("A", 0, 0)
    assert quality.repaired == 6


def test_canonical_form_is_no_repair():
    assert normalize(CLEAN.replace("，", ",").encode()).quality.repaired == 0
    assert normalize("廣東省工業增加值穩步增長。\r\n".encode()).quality.repaired == 0


def test_a_doubtful_repair_is_counted_and_strict_leaves_it_unresolved():
    text = f"{CLEAN}\n人口在l0年里增长。".encode()
    assert normalize(text).quality.as_json() == {"grade": "B", "repaired": 1, "doubtful": 1, "unresolved": 0}
    assert normalize(text, profile="strict").quality.as_json() == {
        "grade": "B", "repaired": 0, "doubtful": 0, "unresolved": 1,
    }  # fmt: skip


def test_the_stages_of_form_exist():
    assert {stage.name for stage in STAGES} >= FORM


def test_every_grade_is_written_down():
    page = (Path(__file__).parents[2] / "docs" / "quality.md").read_text(encoding="utf-8")
    assert all(f"| **{name}** |" in page for name in "ABCD")


@pytest.mark.parametrize(
    "hurt",
    [
        "全市生产总值增长5\ufffd6%，财政收入稳步增长，民生持续改善。",
        "全市生产总值??5.6%，财政收入稳步增长，民生持续改善。",
        "鍜�2010骞村洖钀�5.6涓櫨鈥斺�旂粡娴庣ǔ涓悜",
        CLEAN + "\n鍜�2010骞村洖钀�5.6涓櫨鈥斺�旂粡娴庣ǔ涓悜",
    ],
)
def test_what_is_damaged_and_left_is_never_an_a(hurt):
    edition = normalize(hurt.encode())
    assert edition.quality.grade != "A"
    assert edition.quality.unresolved >= 1


def test_a_wound_of_our_own_decoding_is_told_once():
    data = bytearray((CLEAN + "全县工业增加值").encode("gb18030"))
    del data[5]
    codes = [found.code for found in normalize(bytes(data)).findings]
    assert codes == ["undecodable-bytes"]


@pytest.mark.parametrize(
    "clean",
    [
        "城巿髙質量發展，經濟穩步增長，產業結構優化。",
        "全市生产总值[1]达到五百亿元，增长5%，财政收入[2]稳步提高。",
        "任务﹕一是稳增长﹔二是惠民生。",
        "做什么？怎么做？谁来做？",
    ],
)
def test_form_is_no_repair(clean):
    quality = normalize(clean.encode()).quality
    assert (quality.grade, quality.repaired) == ("A", 0)
