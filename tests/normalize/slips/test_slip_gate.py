"""What starts a search for slips: letters that may be second bytes, signs, strangers; and what does not."""

from __future__ import annotations

import pytest

from jiaokan.normalize.language import load
from jiaokan.normalize.slips.around import NEAREST, are_inside, running_near
from jiaokan.normalize.slips.detect import LETTER_GAIN, Span, letter_gain, spans_of
from jiaokan.normalize.slips.gate import places_of
from jiaokan.normalize.slips.repair import repairs_of
from jiaokan.normalize.units import codes_of

AROUND = (
    "我們團結帶領全市各族人民共同奮鬥，{}，國際機場建設項目全面開工，重點企業發展壯大，經濟實力明顯提升。"
)


def searched(text, monkeypatch):
    """How many windows of ``text`` are searched."""
    from jiaokan.normalize.slips import repair

    spans = []

    def counted(_, span, *__, **___):
        spans.append(span)
        yield from ()
        return 0

    monkeypatch.setattr(repair, "_repair", counted)
    assert not list(repairs_of(text, places_of(text, frozenset(text)), load()))
    return len(spans)


@pytest.mark.parametrize(
    "phrase",
    [
        "國家A級景區順利開放",
        "物流中心分A型和B型兩種",
        "地表水監測斷面實現劣V類水體清零",
        "企業入主A股上市公司",
        "S221南益高速大通湖互通至河壩段",
        "增加值穩(wěn)步回升,形成優(yōu)必選、云天勵飛等眾多創(chuàng)新企業(yè)",
    ],
)
def test_what_authors_write_starts_no_search(phrase, monkeypatch):
    assert searched(AROUND.format(phrase), monkeypatch) == 0


@pytest.mark.parametrize(
    "phrase",
    [
        "不得怂恿村民委员会成员",
        "天鹅栖息带沿黄河蜿蜒，顺水而下",
        "出现发热和咳嗽等症状",
        "滇中引水二期、蜻蛉河大型灌区建成",
    ],
)
def test_a_rare_word_of_two_characters_starts_no_search(phrase, monkeypatch):
    text = f"全市经济运行总体平稳，人民生活持续改善。{phrase}，各项工作取得新的进展，社会大局保持稳定。"
    assert searched(text, monkeypatch) == 0


def test_rare_words_far_from_one_another_start_no_search(monkeypatch):
    text = (
        "全市经济运行总体平稳。工作人员应当报告亲属从业情况。本办法所称亲属，是指父母、伯叔姑舅姨、兄弟姐妹、"
        "表兄弟姐妹、侄子女、甥子女及其配偶。"
    )
    assert searched(text, monkeypatch) == 0


@pytest.mark.parametrize(
    "phrase",
    [
        "群眾身體素質明?@增強",
        "得到社會各界的傾力支郑ㄟ^兩年努力",
        "健全金融C構支持經濟發展",
        "研究出臺穩增檎唠施",
        "繼續推進幸福彝ゴ唇ɑ疃斷健全服務",
    ],
)
def test_short_runs_start_a_search(phrase, monkeypatch):
    assert searched(AROUND.format(phrase), monkeypatch) == 1


def test_a_letter_wins_as_the_second_byte_of_a_character():
    model = load()
    text = AROUND.format("健全金融C構支持經濟發展")
    assert letter_gain(text, text.index("C"), model) > 2 * LETTER_GAIN
    text = AROUND.format("國家A級景區順利開放")
    assert letter_gain(text, text.index("A"), model) < LETTER_GAIN // 2


def test_what_stands_inside_a_glance_is_as_a_wide_look_sees_it():
    import numpy as np

    model = load()
    clean = "全市经济运行总体平稳，主要指标好于预期。" * 8
    for inside, phrase in (
        (True, "大力扶持东莞万濠、凯格、李群等公司"),
        (False, "颟顸饕餮貔貅狻猊狴犴赑屃" * 8),
    ):
        text = clean + phrase + clean
        codes = codes_of(text)
        symbols = model.fold[codes]
        places = np.array([len(clean) + len(phrase) // 2])
        near, wide = (
            spans_of(text, codes, places, running_near(model, symbols, places, reach))
            for reach in (NEAREST, 300)
        )
        assert are_inside(near, symbols, places, NEAREST) is inside
        assert (near == wide) is inside
    start = np.array([2])
    assert are_inside([Span(0, 5)], symbols, start, NEAREST)  # the text's own beginning is no rim


def test_only_the_neighbourhood_of_a_place_is_weighed():
    import numpy as np

    model = load()
    symbols = model.symbols_of("全市经济运行总体平稳。" * 200)
    costs = running_near(model, symbols, np.array([1000]), 300)
    assert costs[1000]
    assert not costs[:600].any()
    assert not costs[1400:].any()
    assert not running_near(model, symbols, np.zeros(0, np.int64), 300).any()
    both = running_near(model, symbols, np.array([200, 1000]), 100)
    assert (both == sum(running_near(model, symbols, np.array([place]), 100) for place in (200, 1000))).all()
