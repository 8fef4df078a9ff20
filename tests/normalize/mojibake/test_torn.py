"""GBK and Big5 read byte by byte: paired again where they were, left and told where nothing Chinese comes out."""

from __future__ import annotations

import pytest

from jiaokan.edition import Edit, Finding
from jiaokan.normalize.language import load
from jiaokan.normalize.mojibake.mixing import mixed, origins, tokens_of
from jiaokan.normalize.mojibake.pair_codecs import codec_of
from jiaokan.normalize.mojibake.pairing import Pairing
from jiaokan.normalize.mojibake.torn_signs import left_torn, may_be_torn
from jiaokan.normalize.stage import Context
from jiaokan.normalize.stages.mojibake import recover_mojibake

TEXT = (
    "各位代表：现在，我代表县人民政府向大会报告工作，请予审议。\n"
    "第一部分 二〇二三年工作回顾\n"
    "经济运行稳中有进，第五部分任务完成，规模以上工业增加值增长8.1%，实体经济不断壮大，协调推进各项改革。"
)
OTHERS = {
    "ipa": "ˈprɒnʌnsɪˌeɪʃən, ʃɑ̃sɔ̃, ðə ˈkwɪk bɹaʊn fɒks, ʏçøœæɐʁ, ŋ ɣ ʑ ɕ tɕʰ.",
    "greek": "Η κυβέρνηση ενέκρινε το πρόγραμμα οικονομικής ανάπτυξης.",
    "arabic": "وافقت الحكومة على برنامج التنمية الاقتصادية والاجتماعية.",
    "vietnamese": "Ủy ban nhân dân thành phố Đà Nẵng, đường Nguyễn Huệ, tỉnh Thừa Thiên.",
    "icelandic": "Ríkisstjórn Íslands; ÞÆÐI, æðaþræðir, þjóðþrifaráð, íþróttafélagið í Þórshöfn.",
    "letters": "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞß àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ",
    "signs": "建筑面积120m²，容积3.5×10³m³，北纬30°15′，误差±0.5，按照§3执行，比值为8÷2，阿凡提·买买提。",
}


def proposals(text):
    return list(recover_mojibake(text, Context(alphabet=frozenset(text))))


def recovered(text):
    for edit in sorted((one for one in proposals(text) if isinstance(one, Edit)), reverse=True):
        assert sum(before for before, _ in edit.alignment) == edit.end - edit.start
        assert sum(after for _, after in edit.alignment) == len(edit.new)
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


@pytest.mark.parametrize("utf8", [True, False])
@pytest.mark.parametrize("windows", [True, False])
@pytest.mark.parametrize("dropped", ["", "\u00ad"])
def test_bytes_read_one_by_one_are_paired_again(utf8, windows, dropped):
    stored = mixed(TEXT.encode("gb18030"), windows=windows, utf8=utf8, dropped=dropped)
    assert recovered(stored) == TEXT
    assert not [one for one in proposals(stored) if isinstance(one, Finding)]


def test_big5_loses_first_bytes_too():
    text = "個別項目要提前開工，經費由縣政府統籌安排，重點抓好農村道路建設，加強協調。"
    stored = text.encode("big5").decode("latin-1").replace("\u00ad", "")
    assert "\u00ad" in text.encode("big5").decode("latin-1")
    assert recovered(stored) == text


def test_private_use_characters_that_vanished_are_read_and_told():
    stored = mixed("坚持新发展理念，各项工作取得成效，深化改革。".encode("gb18030"))
    assert "\uea3c" not in stored
    gone = "".join(char for char in stored if not "\ue000" <= char <= "\uf8ff")
    assert len(gone) < len(stored)
    assert recovered(gone) == "坚持新发展理念，各项工作取得成效，深化改革。"


@pytest.mark.parametrize(
    ("right", "stored"),
    [
        ("第四部分", "µÚËIJ¿·Ö"),  # C4B2 is Ĳ, divided into two letters
        ("工作通知", "¹¤×÷֪ͨ"),  # two accents, put in order
        ("按键盘上的按键", "°´¼üÅÌÉ쵀°´¼ü"),  # as a Macintosh has it
    ],
)
def test_what_a_repair_for_the_worse_left_has_its_bytes(right, stored):
    model = load()
    pairing = Pairing(model, codec_of("gb18030", model), drops=True, private=True)
    (read,) = pairing.read([tokens_of(stored)], [""])
    assert read is not None
    assert read.text == right


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_other_languages_are_left_and_no_finding_stands_over_them(text):
    assert proposals(text) == []


def test_korean_read_as_latin_1_is_left_and_told():
    stored = "국민의 안전과 복지를 위하여 다양한 정책을 추진하고 있습니다.".encode("euc-kr").decode("latin-1")
    (finding,) = proposals(stored)
    assert finding.code == "damaged"
    assert finding.start == 0
    assert finding.end >= len(stored) - 2


def test_a_middle_dot_in_clean_chinese_beside_mojibake_stays():
    line = "阿凡提·买买提同志出席会议，容积3.5×10³m³。"
    stored = line + "\n" + mixed(TEXT.encode("gb18030"), dropped="\u00ad")
    assert recovered(stored) == line + "\n" + TEXT


def test_what_is_undone_carries_no_finding():
    text = "Ò»¡¢¹¤×÷»Ø¹Ë" * 3
    assert may_be_torn(text, frozenset(text))
    assert list(left_torn(text, [])) == [(0, len(text))]
    assert list(left_torn(text, [(0, len(text))])) == []


@pytest.mark.parametrize("text", ["", "中文", "Ã", "\ud800Ã¤Ã¤Ã¤", "Ò»¡¢¹¤×÷»Ø", "¡¡" * 40, "\u00ff" * 50])
def test_odd_text_never_raises(text):
    proposals(text)


def test_origins_of_a_surrogate_are_none():
    assert origins("\ud800") == ()
