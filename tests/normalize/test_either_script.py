"""Layout, outline and metadata do not depend on the script that a profile asks for (ADR 128)."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiaokan.normalize import Hints, normalize
from jiaokan.normalize.stages.conversion import converter, to_hans, to_hant
from jiaokan.normalize.stages.scripts import SHARED_SIMPLIFIED, SHARED_TRADITIONAL, SIMPLIFIED, TRADITIONAL

SAMPLES = Path(__file__).parent.parent.parent / "samples"

REPORT = """广东省人民政府工作报告
——2024年1月12日在广东省第十八届人民代表大会第三次会议上
广东省省长　周广源
各位代表：
现在，我代表省人民政府，向大会报告工作，请予审议，并请各位政协委员提出意见。
一、2023年工作回顾
（一）发展质量稳步提升。面对复杂形势，我们把握发展机遇，全省干部实干苦干，头发花白的老同志也到了现场。
（二）产业协同不断深入，粮食总产量达到11.2
万吨，比上年增长3.1%，里程碑式的项目开工建设。
— 2 —
二、2024年工作安排
第一条　各部门应当认真落实分配制度改革。
附件：名词解释
"""


def shape(edition):
    return [(s.id, s.anchor, s.kind, s.level, s.role, s.span, s.body) for s in edition.sections]


@pytest.mark.parametrize("profile", ["zh-Hant", "keep"])
def test_a_traditional_text_is_laid_out_as_its_simplified_one(profile):
    there = normalize(to_hant(REPORT).encode(), profile=profile)
    here = normalize(REPORT.encode())
    assert "、實幹苦幹" not in there.text
    assert "頭髮花白" in there.text
    assert to_hans(there.text) == here.text
    assert shape(there) == shape(here)
    assert [s.heading for s in there.sections][2] == "發展質量穩步提升"
    assert there.metadata.kind == "work-report"
    assert there.metadata.title == "廣東省人民政府工作報告"
    assert there.metadata.issuers == ("廣東省人民政府",)
    assert there.metadata.covers == here.metadata.covers
    assert there.metadata.issued_on == "2024-01-12"


def test_a_simplified_text_becomes_traditional_and_simplified_again():
    there = normalize(REPORT.encode(), profile="zh-Hant")
    assert "把握發展機遇，全省幹部實幹苦幹，頭髮花白" in there.text
    assert normalize(there.text.encode()).text == normalize(REPORT.encode()).text


def test_what_the_uploader_stated_keeps_its_own_script():
    stated = Hints(metadata={"title": "广东省政府工作报告"})
    assert normalize(REPORT.encode(), hints=stated, profile="zh-Hant").metadata.title == "广东省政府工作报告"


@pytest.mark.parametrize("sample", sorted((SAMPLES / "clean").iterdir()), ids=lambda file: file.stem)
def test_samples_have_one_outline_in_both_scripts(sample):
    source = sample.read_bytes()
    assert shape(normalize(source, profile="zh-Hant")) == shape(normalize(source))


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        (
            "把握发展机遇，发放资金，理发店和银发经济，牵一发而动全身",
            "把握發展機遇，發放資金，理髮店和銀髮經濟，牽一髮而動全身",
        ),
        ("好干部干净干事，苦干、实干，包干到户，干旱", "好幹部乾淨幹事，苦幹、實幹，包乾到戶，乾旱"),
        ("指明了方向，一目了然，了解情况", "指明了方向，一目瞭然，瞭解情況"),
        ("中国历史，历次会议，农历年", "中國歷史，歷次會議，農曆年"),
        ("新签项目，免签政策，标签", "新簽項目，免簽政策，標籤"),
        ("更加注重分配制度改革，改制为公司，制造业", "更加注重分配制度改革，改制爲公司，製造業"),
        ("西咸新区，咸宁，咸水湖，微咸水", "西咸新區，咸寧，鹹水湖，微鹹水"),
        ("重大冲击，冲刺，对冲", "重大衝擊，衝刺，對沖"),
        ("既有云南，又有云平台，人云亦云", "既有雲南，又有雲平臺，人云亦云"),
        ("北斗系统，大斗争，奋斗", "北斗系統，大鬥爭，奮鬥"),
        ("范县是示范县", "范縣是示範縣"),
        ("制定并发布，合并发展", "制定並發布，合併發展"),
        ("昇腾芯片升级，才能、人才，背着坐标", "昇騰芯片升級，才能、人才，背着坐標"),
    ],
)
def test_words_go_there_and_back(simplified, traditional):
    assert to_hant(simplified) == traditional
    assert to_hans(traditional) == simplified


@pytest.mark.parametrize(
    ("config", "signs", "shared"),
    [("t2s", TRADITIONAL, SHARED_TRADITIONAL), ("s2t", SIMPLIFIED, SHARED_SIMPLIFIED)],
)
def test_the_lists_hold_what_opencc_rewrites(config, signs, shared):
    every = [chr(code) for code in range(0x4E00, 0xA000)]
    now = converter(config)("\n".join(every)).split("\n")
    rewritten = {a for a, b in zip(every, now, strict=True) if a != b}
    assert set(shared) - {"著"} == rewritten - signs


def test_a_line_of_shared_characters_has_the_script_of_its_document():
    report = "縣政府關於經濟發展的報告\n1982年4月28日於北京\n沿著道路前行\n會議圓滿結束，各項工作順利開展。"
    assert "\n1982年4月28日于北京\n沿着道路前行\n" in normalize(report.encode()).text
    plan = "县政府关于经济发展的报告\n今后五年\n会议圆满结束，各项工作顺利开展。"
    assert "\n今後五年\n" in normalize(plan.encode(), profile="zh-Hant").text
    mixed = "县政府关于经济发展的报告\n乾隆年间成书，著名。\n会议圆满结束，各项工作顺利开展。"
    assert normalize(mixed.encode()).text == mixed
