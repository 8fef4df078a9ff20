"""The outline costs no more than linear time."""

from __future__ import annotations

import pytest

from jiaokan.normalize.hints import NO_HINTS
from jiaokan.normalize.outline import outline

BODY = "全市上下齐心协力，各项工作都取得了新的进展，主要指标稳中有升，群众得到了更多实惠。"
HAN = "一二三四五六七八九十"


def text_of(headings):
    lines = []
    for n in range(headings // 20):
        lines.append(f"{HAN[n % 10]}、第{n}方面工作")
        for s in range(9):
            lines += [f"（{HAN[s]}）第{n}之{s}项。{BODY}", f"一是抓招商。{BODY}二是抓服务。"]
    return "\n".join(lines)


@pytest.fixture
def about_ten_times(costs_at_most):
    def compare(large, small):
        # Squared growth would be a hundredfold.
        costs_at_most(
            lambda: outline(large, (), NO_HINTS), lambda: outline(small, (), NO_HINTS), times=40, slack=0.2
        )

    return compare


@pytest.mark.slow
def test_ten_times_the_headings_cost_about_ten_times(about_ten_times):
    about_ten_times(text_of(20_000), text_of(2_000))


@pytest.mark.parametrize(
    "piece",
    [
        "一是",
        "（一）",
        "一、甲\n",
        "附件\n",
        "名词解释\n",
        "聚焦重点\n",
        "——甲\n",
        "1.甲\n",
        "首先，",
        "。一是",
        "；（1）",
        "第一章 甲第一条",
        "2031年，广东\n（一）甲。\n（二）乙。\n",
        "过去",
    ],
)
def test_one_thing_again_and_again_is_no_trap(piece, about_ten_times):
    about_ten_times(piece * 6_000, piece * 600)
