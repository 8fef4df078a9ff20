"""Residue on hostile and on very long inputs: no error, no square, no harm."""

# ruff: noqa: E501 - the units are read across

from __future__ import annotations

import pytest

from jiaokan.normalize.pipeline import STAGES
from jiaokan.normalize.stage import Context, run_stages
from jiaokan.normalize.stages import (
    amendments,
    characters,
    chrome,
    emphasis,
    entities,
    lost_blanks,
    markup,
    notes,
    ocr,
    pinyin,
    private_use,
    radicals,
    spam,
)  # fmt: skip

MODULES = {
    module.__name__
    for module in (
        amendments, characters, chrome, emphasis, entities, lost_blanks, markup, notes, ocr, pinyin, private_use, radicals, spam,
    )
}  # fmt: skip
RESIDUE = tuple(stage for stage in STAGES if stage.propose.__module__ in MODULES)

UNITS = (
    "**", "*工", "__工", "<!--", '<a href="', "</b>", "&nbsp;", "&amp;", "[1]", "[", "［", "# 工\n", "業(yè)", "垚(yáo)", "2\ue0105米", "\ue010",
    "l", "lO", "x0dx0a", "\\", "\\r", "\\n", "\\u5de5", "\\*", "\n", "\f", "首页>", "首页|", "扫一扫", "扫一扫\n", "时时彩", "'''", "⼈", "⾼高", "e\u0301", "\u200b",
    "?", "??\n", "①", "¹", "人1", "四J", "上一篇", "|字", "(", "（", "\x93",
)  # fmt: skip


@pytest.mark.parametrize("unit", UNITS, ids=ascii)
def test_cost_is_a_straight_line(unit, costs_at_most):
    """Eight times the text may cost some eight times the time; a square would cost sixty-four times."""

    def text(size):
        return (unit * (size // len(unit) + 1))[:size] + "工业"

    def run(text):
        run_stages(text, RESIDUE, Context())

    small, large = text(4_000), text(32_000)
    costs_at_most(lambda: run(large), lambda: run(small), times=25, slack=0.05)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "\x00",
        "*",
        "**",
        "***",
        "&",
        "&#;",
        "&#x;",
        "<",
        "<>",
        "\\",
        "\\u",
        "[",
        "[]",
        "(",
        "(ā)",
        "\ue000",
        "⼈",
        "e",
        "\u0301",
        "人VI",
        "??",
    ],
    ids=ascii,
)
def test_scraps_raise_nothing(text):
    run_stages(text, RESIDUE, Context())
