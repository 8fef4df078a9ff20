"""What a whole normalization costs grows as a straight line, whatever sign a text is full of, and has a bound."""

from __future__ import annotations

import pytest

from jiaokan.normalize import normalize
from jiaokan.normalize.language import load
from jiaokan.normalize.mojibake import lossy
from jiaokan.normalize.mojibake.lost import lost_in
from jiaokan.normalize.slips import glimpse, repair
from jiaokan.normalize.slips.gate import places_of

PROSE = "2023年政府工作报告\n国民经济和社会发展取得新的成绩，城乡居民收入稳步增长。\n"


@pytest.mark.parametrize("unit", ["号", "<br/>", "<!--", "<?xml", "\\", "\\r", "&lt;"], ids=ascii)
def test_a_text_full_of_one_sign_costs_a_straight_line(unit, costs_at_most):
    """Sixteen times the text: a square costs 256 times as much (80 kB of backslashes took minutes, of 号 14 s)."""

    def run(size):
        return lambda: normalize((PROSE + unit * (size // len(unit)) + "\n二、全面推进").encode())

    run(100)()
    costs_at_most(run(32_000), run(2_000), times=60, slack=0.3)


def test_glimpses_of_one_document_have_a_budget(monkeypatch):
    """A page of marks of loss has a glimpse in each line; what is beyond is searched, or told, unseen."""
    asked = []

    def promises(*_, budget):
        asked.append(budget)
        return False, glimpse.STEP_BUDGET // 4

    monkeypatch.setattr(repair, "promises", promises)
    text = "我们要全面推进产到峁褂呕叮涌旖ㄉ柘执堤逑怠?\n" * 40  # 产业结构优化升级，… less one byte
    told = list(repair.repairs_of(text, places_of(text, frozenset(text)), load()))
    assert len(asked) == repair.GLIMPSES // (glimpse.STEP_BUDGET // 4)
    assert told
    assert all(one.start > len(text) // 40 * (len(asked) - 1) for one in told)


def test_holes_of_one_document_have_a_budget(monkeypatch):
    """Beyond it a line is left as it stands, and told."""
    line = "2023年，全市完成地区生产总值一百亿元，比上年增长百分之六点五，规模以上工业增加值增长百分之八。"
    hurt = line.encode().decode("gbk", "replace")
    whole = normalize("\n".join([hurt] * 12).encode())
    assert whole.text.count("全市完成地区生产总值") == 12
    monkeypatch.setattr(lossy, "MOST_WALKED", 5_000)
    part = normalize("\n".join([hurt] * 12).encode())
    assert part.text.count("全市完成地区生产总值") < 12
    assert any(found.code == "damaged" for found in part.findings)


def test_what_was_undone_is_not_told_as_lost():
    text = "??????一\n??????二\n??????三"
    lines = [(0, 6), (8, 14), (16, 22)]
    assert list(lost_in(text, frozenset(text), [])) == lines
    assert list(lost_in(text, frozenset(text), [(0, 7)])) == lines[1:]
    assert list(lost_in(text, frozenset(text), [(0, 7), (15, 23)])) == lines[1:2]
    assert list(lost_in(text, frozenset(text), [(13, 16)])) == [lines[0], lines[2]]
