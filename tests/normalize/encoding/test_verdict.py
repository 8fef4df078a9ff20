"""The verdict: whole texts, pieces, damage, lies and what is no text."""

from __future__ import annotations

import random
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiaokan.normalize import detect
from jiaokan.normalize.decoding import decode

from .encoding_texts import CHINESE_CODECS, FOREIGN, HANS, HANT, HKSCS

WHOLE = [
    *(
        (HANS, codec)
        for codec in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be")
    ),
    *((HANS, codec) for codec in ("gb2312", "gbk", "gb18030", "hz", "utf-32-le")),
    *((HANT, codec) for codec in ("utf-8", "gbk", "gb18030", "big5", "cp950", "utf-16-be")),
    (HKSCS, "big5hkscs"),
]


def encoded(text: str, codec: str) -> tuple[bytes, str]:
    data = text.encode(codec, "ignore")
    return data, data.decode(codec)


@pytest.mark.parametrize(("text", "codec"), WHOLE)
def test_whole_texts_are_read_exactly(text, codec):
    data, expected = encoded(text, codec)
    verdict = detect(data)
    assert verdict.codec is not None
    assert data.decode(verdict.codec) == expected
    assert verdict.confidence >= 950
    assert verdict.evidence
    assert verdict.refusal is None


@pytest.mark.parametrize(
    ("text", "codec"), [pair for pair in WHOLE if pair[1] not in ("hz", "utf-16", "utf-32")]
)
def test_pieces_of_twenty_bytes(text, codec):
    rng = random.Random(20)
    wrong = []
    han = [at for at in range(len(text) - 10) if sum(c >= "\u4e00" for c in text[at : at + 10]) >= 6]
    for at in rng.sample(han, 60):
        data, expected = encoded(text[at : at + 10], codec)
        verdict = detect(data)
        if verdict.codec is None or data.decode(verdict.codec) != expected:
            wrong.append((expected, verdict))
    assert len(wrong) <= 1, wrong


@pytest.mark.parametrize(
    ("text", "codec"), [(HANS, "gb18030"), (HANT, "cp950"), (HANS, "utf-8"), (HANS, "utf-16-le")]
)
@pytest.mark.parametrize("seed", range(12))
def test_damage_does_not_change_the_verdict(text, codec, seed):
    rng = random.Random(seed)
    data = bytearray(text.encode(codec)[: rng.choice((200, 400, 900))])
    for _ in range(rng.randint(1, 5)):
        at = rng.randrange(len(data))
        match rng.randrange(3):
            case 0:
                data[at] = rng.randrange(256)
            case 1:
                del data[at]
            case _:
                data.insert(at, rng.randrange(256))
    verdict = detect(bytes(data))
    assert verdict.codec in {codec, *(("big5", "big5hkscs") if codec == "cp950" else ())}


@pytest.mark.parametrize(("text", "codec"), [(HANS, "gb18030"), (HANT, "cp950"), (HANS, "utf-8")])
@pytest.mark.parametrize("length", [40, 121, 600])
def test_cut_at_either_end(text, codec, length):
    body = text.encode(codec)
    for start in (25, 26, 27, 28, 29, 30):
        verdict = detect(body[start : start + length])
        assert verdict.codec in {codec, *(("big5", "big5hkscs") if codec == "cp950" else ())}, (
            start,
            verdict,
        )


def test_plain_big5_that_was_cut_inside_a_character_is_not_taken_for_hkscs():
    whole = "比較良好。\n我們為建設現代化城市作了重大的努力"
    cut = whole.encode("cp950")[1:]
    cut.decode("big5hkscs")  # without an error, as 珙𦲁}好…
    verdict = detect(cut)
    assert verdict.codec in {"cp950", "big5"}
    assert decode(cut, verdict.codec).text == "\ufffd" + whole[1:]
    hong_kong = "啲嘢喺香港嘅街市𨋢邊度都有，我哋而家為建設城市作了重大的努力"
    assert detect(hong_kong.encode("big5hkscs")).codec == "big5hkscs"


def test_four_byte_codes_of_gb18030():
    text = "䲟鱼、㛃氏、𠮷野村与䶮家湾的统计表，" + HANS[:60]
    data = text.encode("gb18030")
    assert detect(data).codec == "gb18030"


@pytest.mark.parametrize(
    "declared", ["big5", "utf-8", "shift_jis", "euc-kr", "windows-1251", "iso-8859-1", "nonsense"]
)
@pytest.mark.parametrize("length", [60, 2000])
def test_a_wrong_declaration_is_overruled(declared, length):
    data = HANS.encode("gb18030")[:length]
    verdict = detect(data, declared=declared)
    assert verdict.codec == "gb18030"
    page = f'<html><head><meta charset="{declared}"></head><body>\n'.encode() + data
    assert detect(page).codec == "gb18030"


def test_a_declaration_stands_in_the_evidence():
    data = HANS.encode("gb18030")
    assert any("agrees" in words for words in detect(data, declared="gb2312").evidence)
    assert any("contradicted" in words for words in detect(data, declared="big5").evidence)
    assert any("contradicted" in words for words in detect(HANS.encode(), declared="gb2312").evidence)
    assert any("agrees" in words for words in detect(HANS.encode("utf-8-sig"), declared="utf8").evidence)
    assert len(detect(HANS.encode()).evidence) == 1


@pytest.mark.parametrize("codec", sorted(FOREIGN))
def test_what_is_not_chinese_stays_so(codec):
    data, expected = encoded(FOREIGN[codec], codec)
    verdict = detect(data)
    assert verdict.codec not in CHINESE_CODECS
    assert verdict.codec is not None
    assert data.decode(verdict.codec) == expected
    # and a Chinese declaration does not make it Chinese
    assert detect(data, declared="gb2312").codec not in CHINESE_CODECS


@pytest.mark.parametrize("text", ["plain words", "a ~{ b", "x = {'~{': 1}\n~}", "", "C:\\~{tmp}", "a~~b~{"])
def test_ascii_stays_ascii(text):
    verdict = detect(text.encode())
    assert verdict.codec == ("utf-8" if text else None)


def png() -> bytes:
    rng = random.Random(1)
    rows = bytes(rng.randrange(256) for _ in range(4000))
    chunk = zlib.compress(rows)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s", len(chunk), b"IDAT") + chunk


NOT_TEXT = {
    "png": png(),
    "png without its signature": png()[8:],
    "zip": b"PK\x03\x04\x14\x00" + random.Random(2).randbytes(500),
    "apple double": bytes.fromhex("00051607000200004d6163204f5320582020202020202020")
    + bytes(300)
    + b"\0\x02\0\0" * 9,
    "nuls": bytes(100),
    "one nul": b"\0",
    "noise": random.Random(3).randbytes(3000),
    "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "floats": struct.pack("<200d", *(random.Random(4).gauss(0, 1) for _ in range(200))),
}


@pytest.mark.parametrize("name", sorted(NOT_TEXT))
def test_what_is_no_text_is_refused_with_a_reason(name):
    verdict = detect(NOT_TEXT[name])
    assert verdict.codec is None
    assert verdict.refusal == "not-text"
    assert "send" in verdict.evidence[0]


def test_empty_has_no_verdict():
    assert detect(b"").refusal == "empty"


def test_a_utf8_mark_before_gbk():
    verdict = detect(b"\xef\xbb\xbf" + HANS.encode("gbk"))
    assert verdict.codec == "gb18030"
    assert any("byte order mark" in words for words in verdict.evidence)


def test_the_windows_mapping_of_big5():
    # A1E3 is ～ on Windows and ∼ in the plain standard; nobody writes ∼ in prose.
    data = (HANT + "3月～5月").encode("cp950")
    assert detect(data).codec == "cp950"


@given(st.binary(max_size=300))
def test_never_raises_and_names_a_codec_that_exists(data):
    verdict = detect(data)
    assert (verdict.codec is None) == (verdict.refusal is not None)
    assert 0 <= verdict.confidence <= 1000
    if verdict.codec is not None:
        data.decode(verdict.codec, "replace")


@given(st.text(min_size=4, alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)))
def test_valid_utf8_of_some_length_is_utf8(text):
    assert detect(text.encode()).codec == "utf-8"


@pytest.mark.parametrize("text", ["一" * 400, "一、联通一\n" * 30])
def test_gbk_that_happens_to_be_valid_utf8(text):
    data = text.encode("gbk")
    assert detect(data).codec == "gb18030"


def test_phonetic_script_in_utf8():
    for text in (
        "The word is pronounced [ˈprɒnʌnsɪˌeɪʃən] in British English.",
        "ˈdʒeɪsən wɔːkt əˈbaʊt ðə fiːldz",
    ):
        assert detect(text.encode()).codec == "utf-8"


def test_utf8_of_two_bytes_a_character():
    assert detect(FOREIGN["cp1251"].encode()).codec == "utf-8"
    assert detect("Größe, Maß und Übermut für alle".encode()).codec == "utf-8"
    assert detect("naïve".encode()).codec == "utf-8"


def test_circled_figures_of_windows_big5_are_no_kana_of_hong_kong():
    text = "全縣經濟運行平穩，①產業結構優化，②民生持續改善，③生態環境良好，各項任務全面完成。"
    verdict = detect(text.encode("cp950"))
    assert text.encode("cp950").decode(verdict.codec) == text
