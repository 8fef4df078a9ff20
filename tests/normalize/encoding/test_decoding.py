"""Decoding around damage: as little as possible is lost, and everything that is lost is told."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiaokan.normalize import Hints, RejectedError, instep
from jiaokan.normalize.decipher import MOST_FINDINGS
from jiaokan.normalize.decoding import REPLACEMENT, decode
from jiaokan.normalize.encoding.lattice import MODEL_OF
from jiaokan.normalize.encoding.tables import costs
from jiaokan.normalize.formats import plain
from jiaokan.normalize.units import units_of

from .encoding_texts import HANS, HANT

STEPPING = [(HANS, "gb18030"), (HANT, "cp950"), (HANT, "big5hkscs"), (HANS, "utf-16-le"), (HANS, "utf-16-be")]


@pytest.mark.parametrize(("text", "codec"), [*STEPPING, (HANS, "utf-8"), (HANS, "hz"), (HANS, "utf-32-le")])
def test_undamaged_text_has_no_wounds(text, codec):
    data = text.encode(codec, "ignore")
    decoding = decode(data, codec)
    assert decoding.text == data.decode(codec)
    assert decoding.wounds == ()


@pytest.mark.parametrize("seed", range(40))
def test_a_text_is_told_to_be_in_step_only_where_no_line_is_suspect(seed):
    rng = random.Random(seed)
    whole = (HANS[:300] + "𠮷" + HANS[300:]).encode("gb18030")
    suspected = 0
    for _ in range(40):
        start = rng.randrange(len(whole) - 200)
        piece = bytearray(whole[start : start + rng.randrange(20, 200)])
        at = rng.randrange(len(piece))
        if rng.random() < 0.5:
            del piece[at]
        else:
            piece.insert(at, rng.randrange(0x81, 0xFE))
        try:
            text = piece.decode("gb18030")
        except UnicodeDecodeError:
            continue
        counted, places = units_of(text)
        cost = costs(MODEL_OF["gb18030"])[places]
        (rare,) = (cost[:-1] > instep.RARE).nonzero()
        if not len(rare):
            continue
        starts = instep._starts(places, "gb18030", [], len(piece))
        suspects = instep._suspects(bytes(piece), "gb18030", counted, cost, rare, starts, hurt=False)
        suspected += bool(suspects)
        assert not (suspects and instep._is_in_step(counted, cost, rare))
    assert suspected


def common_ends(one: str, other: str) -> tuple[int, int]:
    head = 0
    while head < min(len(one), len(other)) and one[head] == other[head]:
        head += 1
    tail = 0
    while tail < min(len(one), len(other)) - head and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    return head, tail


@pytest.mark.parametrize(("text", "codec"), STEPPING)
@pytest.mark.parametrize("seed", range(15))
def test_a_lost_byte_costs_a_few_characters_not_the_line(text, codec, seed):
    rng = random.Random(seed)
    data = bytearray(text.encode(codec, "ignore"))
    whole = bytes(data).decode(codec)
    # Inside running Chinese: beside an ASCII character there is nothing to lose.
    at = rng.choice(
        [n for n in range(40, len(data) - 40) if min(data[n - 8 : n + 9]) > 0x3F or "16" in codec]
    )
    del data[at]
    found = decode(bytes(data), codec)
    head, tail = common_ends(whole, found.text)
    assert len(whole) - head - tail <= 4, (whole[head - 3 : head + 12], found.text[head - 3 : head + 12])
    assert len(found.wounds) <= 2


@pytest.mark.parametrize("codec", ["gb18030", "utf-8", "utf-16-le"])
def test_one_bad_byte_in_utf8_costs_one_character(codec):
    data = bytearray(HANS.encode(codec))
    at = HANS.encode(codec).index("稳中求进".encode(codec)) + (1 if codec != "utf-16-le" else 0)
    data.insert(at, 0xFF)
    found = decode(bytes(data), codec)
    assert found.text.count(REPLACEMENT) <= 2
    assert "求进，着力扩大有效投资" in found.text


def test_lone_surrogates_become_wounds():
    data = "前面的文字".encode("utf-16-le") + b"\x3d\xd8" + "后面的文字".encode("utf-16-le") + b"\x00"
    found = decode(data, "utf-16-le")
    assert found.text == f"前面的文字{REPLACEMENT}后面的文字{REPLACEMENT}"
    assert [(wound.start, wound.end) for wound in found.wounds] == [(10, 12), (22, 23)]


def test_a_real_replacement_character_is_no_wound():
    data = "a\ufffdb".encode() + b"\xff" + "\ufffd".encode()
    found = decode(data, "utf-8")
    assert found.text == "a\ufffdb\ufffd\ufffd"
    assert [(wound.start, wound.end, wound.at) for wound in found.wounds] == [(5, 6, 3)]


def test_dash_and_dot_of_hz_are_those_of_gbk():
    assert decode(b"~{!*!*!$~}", "hz").text == "——·"


def test_bytes_that_slipped_in_an_earlier_program_stay():
    # In the text of this file a ? stands for a pair that was lost already: pairing anew cannot give it back.
    text = "落实“六?!比蝿眨ε嘤乱淮畔⒓夹g、綠色石化。"
    assert decode(text.encode("gb18030"), "gb18030").text == text


@given(
    st.binary(max_size=200),
    st.sampled_from(["gb18030", "cp950", "utf-8", "utf-16-le", "cp932", "hz", "cp1252"]),
)
def test_any_bytes_decode(data, codec):
    found = decode(data, codec)
    found.text.encode()  # no lone surrogate is left
    assert found.text.count(REPLACEMENT) >= len(found.wounds)


@pytest.mark.parametrize("codec", ["gb18030", "cp950"])
def test_long_texts_are_put_in_step_block_by_block(codec):
    text = (HANS if codec == "gb18030" else HANT) * 4
    line = text.encode(codec, "ignore")
    data = bytearray(line * (2_600_000 // len(line)))
    whole = bytes(data).decode(codec)
    lost = [at for at in range(50_000, len(data), 400_001) if min(data[at - 20 : at + 21]) > 0x3F]
    for at in reversed(lost):
        del data[at]
    found = decode(bytes(data), codec)
    assert lost
    assert len(lost) <= len(found.wounds) <= 2 * len(lost)
    assert abs(len(found.text) - len(whole)) <= 3 * len(lost)
    low, high = found.places.locate(len(found.text) - 40, len(found.text))[0]["bytes"]
    assert bytes(data[low:high]).decode(codec) == whole[-40:]


def test_thousands_of_wounds_make_few_findings():
    line = "全县地区生产总值完成186.4亿元，同比增长5.8%。".encode()
    data = b"".join(line + b"\xff" + line[:30] + b"\n" for _ in range(3000))
    reading = plain.read(data, Hints())
    assert len(reading.findings) == MOST_FINDINGS + 1
    assert sum(found.data["wounds"] for found in reading.findings) == 3000
    assert "2800 more" in reading.findings[-1].message


def test_neighbouring_wounds_are_one_finding():
    data = HANS.encode() + b"\xff\xff" + "一".encode() + b"\xfe" + HANS.encode()
    (found,) = plain.read(data, Hints()).findings
    assert found.code == "undecodable-bytes"
    assert found.data["wounds"] == 2


def test_a_huge_file_is_refused_before_anything_is_made_of_it():
    with pytest.raises(RejectedError) as caught:
        plain.read(bytes(1) * (plain.MAX_TEXT_BYTES + 1), Hints())
    assert caught.value.code == "too-large"


@pytest.mark.parametrize(
    ("data", "told", "codec"),
    [
        (HANS.encode("gb18030"), "gb2312", "gb18030"),
        (HANT.encode("big5"), "Big5", "big5"),
        (b"caf\xe9", "latin-1", "iso8859-1"),
        (HANS.encode("gb18030")[:201] + b"\xff" + HANS.encode("gb18030")[202:], "gbk", "gb18030"),
        (HANS.encode(), "utf8", "utf-8"),
    ],
)
def test_a_persons_encoding_is_obeyed(data, told, codec):
    encoding = plain.read(data, Hints(encoding=told)).encoding
    assert (encoding.codec, encoding.confidence) == (codec, 1000)


@pytest.mark.parametrize("told", ["utf-8", "nonsense", "base64", "rot13", "idna", " "])
def test_a_wrong_order_is_refused(told):
    with pytest.raises(RejectedError) as caught:
        plain.read(HANS.encode("gb18030"), Hints(encoding=told))
    assert caught.value.code == "encoding-hint-wrong"


@pytest.mark.parametrize(
    "data", [b"", bytes(200), random.Random(7).randbytes(5000), b"\x89PNG\r\n\x1a\n" + bytes(99)]
)
def test_hostile_inputs_are_rejected_by_name(data):
    with pytest.raises(RejectedError) as caught:
        plain.read(data, Hints())
    assert caught.value.code in {"empty", "not-text"}


@pytest.mark.corpus
def test_the_encodings_of_real_reports(corpus):
    checked = 0
    for path in sorted(corpus.glob("seeds/*.txt")) + sorted(corpus.glob("reports/g_*.txt")):
        text = path.read_text(encoding="utf-8")
        for codec in ("utf-8", "gb18030", "utf-16", "utf-16-be"):
            data = text.encode(codec)
            reading = plain.read(data, Hints(declared="big5"))
            assert reading.text == text, (path, codec)
            checked += 1
    assert checked > 20


@pytest.mark.parametrize("codec", ["cp950", "big5hkscs"])
def test_half_a_character_at_the_start_of_big5_is_a_wound(codec):
    whole = "面現，惠及十五萬群眾，居民健康水平不斷提高。"
    decoding = decode(whole.encode(codec)[1:], codec)
    assert decoding.text == "\ufffd" + whole[1:]
    assert [(wound.start, wound.end) for wound in decoding.wounds] == [(0, 1)]
    for untouched in ("附A區總體規劃", "報B類項目", whole):
        assert decode(untouched.encode(codec), codec).text == untouched
