"""Digits, punctuation, spaces and script, stage by stage, with what must not change beside what must."""

# ruff: noqa: E501, Q003 - the samples are read across

from __future__ import annotations

import opencc
import pytest

from jiaokan.normalize import Hints, normalize
from jiaokan.normalize.profiles import profile_named
from jiaokan.normalize.stage import Context, Stage, run_stages
from jiaokan.normalize.stages import dashes, digits, punctuation, spaced_figures, spacing
from jiaokan.normalize.stages.chinese import is_chinese, is_listing
from jiaokan.normalize.stages.script import script_of
from jiaokan.normalize.stages.scripts import SIMPLIFIED, TRADITIONAL

TYPOGRAPHY = (
    Stage("make-ascii", 1, digits.make_ascii, digits.WIDE),
    Stage("close-spaced-figures", 1, spaced_figures.close_spaced_figures),
    Stage("write-chinese-zero", 1, digits.write_chinese_zero),
    Stage("lengthen-dashes", 1, dashes.lengthen_dashes),
    Stage("widen-flat-marks", 1, punctuation.widen_flat_marks, punctuation.FLAT_MARKS),
    Stage("close-gaps", 1, spacing.close_gaps),
)


def set_type(text):
    return run_stages(text, TYPOGRAPHY, Context()).text


@pytest.mark.parametrize(
    ("text", "now"),
    [
        ("增长7%,8.5%和9%", "增长7%，8.5%和9%"),
        ("发展4G,5G网络", "发展4G，5G网络"),
        ("孔子学院(Confucius Institute)在", "孔子学院（Confucius Institute）在"),
        ("见http://a.gov.cn/b,c?x=1;y=2,请查收", "见http://a.gov.cn/b,c?x=1;y=2，请查收"),
        ("来源 : 云岭日报", "来源：云岭日报"),
        ("[温某某]:今年任务完成", "[温某某]：今年任务完成"),
        ("打造\"一县一业\"和'一镇一品'", "打造“一县一业”和‘一镇一品’"),
        ('“十五五"规划', "“十五五”规划"),
        ("第 3 条", "第3条"),
        ("增长4. 5%", "增长4.5%"),
        ("１２．９％；７家", "12.9%；7家"),
        ("二00八年和二0一0年", "二〇〇八年和二〇一〇年"),
        ("第 二 十 三 条", "第二十三条"),
        ("第一章 总 则 第一条 为了规范", "第一章 总则 第一条 为了规范"),
        ("新华社北京3月28日电　近日，印发通知。", "新华社北京3月28日电　近日，印发通知。"),
        ("充分发挥 农村经纪人的作用，提高水平", "充分发挥农村经纪人的作用，提高水平"),
        ("第五条　　违反规定的", "第五条　违反规定的"),
        ("来源:\u00a0\u00a0县报", "来源：县报"),
    ],
)
def test_what_typography_sets(text, now):
    assert set_type(text) == now
    assert set_type(now) == now


@pytest.mark.parametrize(
    "text",
    [
        "共3,500人", "三次产业比为15.6:53.8:30.6", "10:30开会", "函数f(x)和P(A,B)", "李垚(yáo)", "12\"晶圆", "“1?18”案件",
        "Growth (GDP), 5%: 中国; see below", "非完備の場合, リスク中立確率は一意", "안녕하세요, 세계! (테스트)", "Россия (Москва), рост 5 %",
        "L'économie : 3 % (INSEE)", "print(\"你好, 世界\")", "{\"名称\": \"测试\"}", "\\frac{1}{2}的值(a)", "2018-2020年", "增长-3.2%",
        "10G PON端口", "省长 王予波", "“粤食越好 粤品世界”专项，成效明显。", "3．10种有色金属", "栾ｆú＠①", "1 2 3", "git log --oneline查看",
        "<6middot;1>", "木材 6100 万立方米 -4.5", "衣着 17.1\n水产 20.3\n蛋品 15.0",
    ],
)  # fmt: skip
def test_what_typography_leaves(text):
    assert set_type(text) == text


def test_a_question_mark_without_a_question_is_found_and_left():
    edition = normalize("重点部署?020年的任务".encode())
    assert "?" in edition.text
    assert "odd-question-mark" in {found.code for found in edition.findings}


def test_paragraphs_are_judged_one_by_one():
    text = "全县增长5%,超过全省。\nThe county (Yunling), grew: fast; 云岭.\n東京, 大阪はどう?"
    assert set_type(text).split("\n")[0] == "全县增长5%，超过全省。"
    assert set_type(text).split("\n")[1:] == text.split("\n")[1:]


def test_chinese_and_listings():
    assert is_chinese("中国(China)")
    assert not is_chinese("日本のチーム")
    assert not is_chinese("plain")
    assert is_listing('names = {\n    "甲": 1,\n    "乙": 2,\n}\n')
    assert not is_listing("一、回顾\n全县GDP增长5%。")


# --- script -----------------------------------------------------------------------------------------------------


def hans(text, **hints):
    return normalize(text.encode(), hints=Hints(**hints)).text


@pytest.mark.parametrize(
    ("text", "now"),
    [
        ("標志著成效顯著,要著力推進,看著前方", "标志着成效显著，要着力推进，看着前方"),
        ("著名學者編著專著", "著名学者编著专著"),
        ("乾安縣和乾縣氣候乾燥", "乾安县和乾县气候干燥"),
        ("魏徵直諫", "魏徵直谏"),
        ("發展甯夏衞生", "发展宁夏卫生"),
        ("頭髮與發展、曆程與歷程", "头发与发展、历程与历程"),
        ("制造業與產業", "制造业与产业"),
    ],
)
def test_traditional_becomes_simplified(text, now):
    assert hans(text) == now


@pytest.mark.parametrize(
    "text",
    [
        "乾安县气候",
        "他著有一本书",
        "台帐和作法",
        "显著与土著",
        "赵紫阳",
        "推动濛阳新城建设，我们要继续努力前进",
    ],
)
def test_simplified_is_never_converted(text):
    assert hans(text) == text


def test_one_character_of_a_simplified_word_is_converted():
    assert hans("这是關键的一年，我们要继续努力前进") == "这是关键的一年，我们要继续努力前进"


def test_a_traditional_clause_in_a_simplified_paragraph():
    assert (
        hans("我们学习了《關於發展產業的報告》，体会很深。") == "我们学习了《关于发展产业的报告》，体会很深。"
    )


def test_taiwan_words_need_two_proofs():
    assert hans("推廣資訊網路和軟體開發") == "推广信息网络和软件开发"
    assert hans("使用資訊系統的單位") == "使用资讯系统的单位"
    assert hans("檔案館與資訊、軟體") == "档案馆与信息、软件"


def test_an_ambiguous_word_is_flagged_and_strict_leaves_it():
    text = "資訊系統的軟體檔案"
    assert hans(text) == "信息系统的软件文件"
    edition = normalize(text.encode(), profile="strict")
    assert edition.text == "信息系统的软件档案"
    assert "doubtful" in {found.code for found in edition.findings}


def test_profiles():
    text = "產業發展，标准"
    assert normalize(text.encode(), profile="keep").text == text
    assert normalize("产业发展与头发".encode(), profile="zh-Hant").text == "產業發展與頭髮"
    assert normalize("產業發展".encode(), profile="zh-Hant").text == "產業發展"
    assert profile_named("keep").script == "keep"


def test_a_stated_script_is_believed():
    assert hans("產業發展", script="Hans") == "產業發展"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我们的产业", "Hans"), ("人民", "Hans"), ("產業發展", "Hant"), ("我们的产业發展經濟", "mixed"), ("", "other"), ("GDP", "other"),
        ("東京は日本の首都である", "other"), ("시장이 발전하다", "other"), ("我们的产业" * 30 + "趙", "Hans"),
    ],
)  # fmt: skip
def test_script_of(text, name):
    assert script_of(text) == name


def test_the_tables_agree_with_the_installed_opencc():
    t2s, s2t = opencc.OpenCC("t2s"), opencc.OpenCC("s2t")
    assert TRADITIONAL.isdisjoint(SIMPLIFIED)
    assert [char for char in sorted(TRADITIONAL) if t2s.convert(char) == char] == []
    assert [char for char in sorted(SIMPLIFIED) if s2t.convert(char) == char] == []


def test_every_converted_character_has_an_edit_of_its_own():
    edition = normalize("產業發展".encode())
    assert [(edit.was, edit.now) for edit in edition.edits] == [("產", "产"), ("業", "业"), ("發", "发")]


@pytest.mark.parametrize(
    "piece", ["(", "'", '中"', "中,", "1 ", "中 ", "0一", "a,b中", "(中", "中(a)", "　中　文"]
)
def test_cost_of_typography_is_a_straight_line(piece, costs_at_most):
    def propose(count):
        text = piece * count
        for stage in TYPOGRAPHY:
            found = list(stage.propose(text, Context(alphabet=frozenset(text))))
            assert all(isinstance(one, tuple) for one in found)

    costs_at_most(lambda: propose(8000), lambda: propose(500), times=40, slack=0.5)
