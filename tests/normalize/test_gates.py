"""The law of gates: where a stage says at a glance that it has nothing to do, the long way finds nothing either."""

# ruff: noqa: E501 - the pieces are read across

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiaokan.edition import Edit
from jiaokan.normalize import STAGES
from jiaokan.normalize.gates import Gates
from jiaokan.normalize.neighbours import Words
from jiaokan.normalize.stage import Context, Stage, run_stages
from jiaokan.normalize.stages import chrome, contents, ocr, pages, tears, wraps

PIECES = (
    "全省规模以上工业增加值增长", "一、工作回顾", "，", "。", "\n", "\n\n", "\f", "\r\n", " ", "\u3000", "\t", "项目", "— 3 —", "第1页 共2页", "第 12 页",
    "3 of 7", "| 5", "12", "13", "14", "iv", "P. 3", "2023年", "目录", "目 次", "目　録", "第一章……3", "第二章....12", "总则", "首页", "网站地图", "更多",
    "打印", "关闭", "无障碍版无障碍版", "关于我们", "2", "大", "市政府网站", "联系我们", "|", " > ", "【", "】", "、", "：", "·", "人VI", "工人V1", "户El", "人1：5",
    "人I=1", "二O一O年", "四JIl", "Vo1．19", "第l章", "于l月", "\nl、", "（l）", "，出El", "&amp;", "**", "[1]", "①", "¹", "#", "垚(yáo)", "會(hui)議",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=24).map("".join)
BY_NAME = {stage.name: stage for stage in STAGES}


def proposed(name: str, text: str) -> list[object]:
    return list(BY_NAME[name].propose(text, Context(alphabet=frozenset(text))))


@given(TEXTS)
@settings(max_examples=60)
def test_a_stage_proposes_nothing_on_a_text_without_the_characters_that_it_needs(text):
    for stage in STAGES:
        if stage.needs is not None:
            without = "".join(char for char in text if char not in stage.needs)
            assert list(stage.propose(without, Context(alphabet=frozenset(without)))) == [], stage.name


@given(TEXTS)
@settings(max_examples=150)
def test_a_stage_proposes_nothing_on_a_text_without_the_words_that_it_needs(text):
    for stage in STAGES:
        if stage.words is not None and not any(word in text for word in stage.words.spelled):
            assert list(stage.propose(text, Context(alphabet=frozenset(text)))) == [], stage.name


def test_the_runner_enters_the_stages_whose_characters_and_words_a_text_has():
    def says(name: str) -> Callable[[str, Context], Iterator[Edit]]:
        def propose(text: str, _: Context) -> Iterator[Edit]:
            yield Edit(len(text), len(text), name, name)

        return propose

    stages = (
        Stage("always", 1, says("甲")),
        Stage("for-a-sign", 1, says("乙"), frozenset("#")),
        Stage("for-an-ideograph", 1, says("丙"), frozenset("甲錕")),
        Stage("for-a-word", 1, says("丁"), words=Words(["乙丙", "甲丙"])),
        Stage("for-sign-and-word", 1, says("戊"), frozenset("?"), Words(["丙丁"])),
    )
    gates = Gates(stages)
    for text, made in (("", "甲丙丁"), ("#", "甲乙丙丁"), ("?", "甲丙丁戊"), ("錕?乙丙", "甲丙丁戊")):
        assert run_stages(text, stages, Context()).text == text + made
        assert run_stages(text, stages, Context(), gates=gates).text == text + made
    assert run_stages("", stages[1:], Context()).text == ""


class _Everything:
    """A set that holds every character, and words that stand in every text."""

    def __contains__(self, _: str) -> bool:
        return True

    def within(self, *_: object) -> list[int]:
        return [0]


EVERYTHING = _Everything()


@pytest.mark.parametrize(
    ("module", "gate", "opened", "stage"),
    [
        (pages, "_may_have_numbers", lambda *_: True, "drop-page-numbers"),
        (contents, "_has_title", lambda *_: True, "drop-contents"),
        (tears, "_CANNOT_BE_LAST", EVERYTHING, "join-torn-lines"),
        (wraps, "_are_two", lambda *_: False, "join-torn-lines"),
        (chrome, "_BEGINS_AS_MENU", re.compile(""), "drop-web-chrome"),
        (ocr, "_MOUTHS", EVERYTHING, "read-misread-words"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_closed_gate_hides_nothing(module, gate, opened, stage):
    @given(TEXTS)
    @settings(max_examples=150)
    def law(text):
        behind = proposed(stage, text)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(module, gate, opened)
            assert proposed(stage, text) == behind

    law()


LINES = st.lists(
    st.tuples(
        st.sampled_from(("", "（一）", "一、", "首先，", "第一条", "——", "来源：", "”", "、", "1.5", "2023年", "的", "附件")),
        st.text(alphabet="加快推进产业发展经济社会工作报告会议市长主任上的和到年月3。，；“”（）", min_size=1, max_size=14),
        st.sampled_from(("", "", "。", "，", "——", "首先", "第一", "一是", "达到", "会议上", "市长", "（", "3.", "经")),
    ).map("".join),
    min_size=2,
    max_size=8,
)  # fmt: skip


@given(LINES, st.sampled_from(("\n", "\n\n", "\n\u3000\u3000")))
@settings(max_examples=400)
def test_lines_told_apart_by_their_edges_are_not_joined_by_all_else(lines, between):
    text = between.join(lines)
    behind = proposed("join-torn-lines", text)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(wraps, "_are_two", lambda *_: False)
        assert proposed("join-torn-lines", text) == behind
