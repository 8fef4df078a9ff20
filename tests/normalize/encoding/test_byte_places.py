"""The way back from a character to its bytes is exact for every codec, around every wound."""

from __future__ import annotations

import codecs
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiaokan.normalize import byteplaces
from jiaokan.normalize.decoding import REPLACEMENT, decode

from .encoding_texts import HANS, HANT, HKSCS

STATELESS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-be",
    "utf-32",
    "gb18030",
    "big5",
    "cp950",
    "big5hkscs",
    "cp932",
    "euc_jp",
    "cp949",
    "cp1251",
)
STATEFUL = ("hz", "iso2022_jp", "iso2022_kr")


@st.composite
def damaged(draw, among):
    codec = draw(st.sampled_from(among))
    some = st.sampled_from("政府工作报告各位代表。，\n 2023年abcДаカナ한글가兀嗀卅碁①～ßéÊ̄ê̌𠮷㐂€")
    text = "".join(draw(st.lists(some, max_size=60))) * draw(st.sampled_from((1, 1, 1, 40)))
    data = bytearray(text.encode(codec, "ignore"))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(("cut", "put", "drop"))):
            case "cut":
                del data[at:]
            case "put":
                data.insert(at, draw(st.integers(0, 255)))
            case _:
                del data[at : at + 1]
    return bytes(data), codec


@given(damaged(STATELESS))
def test_every_character_has_exactly_its_bytes(case):
    data, codec = case
    decoding = decode(data, codec)
    text, places = decoding.text, decoding.places
    wounds = {wound.at: (wound.start, wound.end) for wound in decoding.wounds}
    bare = places._codec
    covered = places._offset
    at = 0
    while at < len(text):
        low, high = places.byte_at(at), places.byte_end(at + 1)
        if at in wounds:
            assert (low, high) == wounds[at]
            assert text[at] == REPLACEMENT
            width = 1
        else:
            piece = data[low:high].decode(bare)
            assert text.startswith(piece, at)
            assert piece
            width = len(piece)  # HKSCS has codes for a letter and its accent together
            assert all(places.byte_at(at + more) == low for more in range(width))
            assert all(places.byte_end(at + 1 + more) == high for more in range(width))
        assert low == covered, "bytes stand behind no character"
        covered = high
        at += width
    assert covered == len(data)
    assert places.byte_at(len(text)) == len(data)


@given(damaged(STATELESS), st.data())
def test_a_span_decodes_to_its_characters(case, drawn):
    data, codec = case
    decoding = decode(data, codec)
    start = drawn.draw(st.integers(0, len(decoding.text)))
    end = drawn.draw(st.integers(start, len(decoding.text)))
    low, high = decoding.places.locate(start, end)[0]["bytes"]
    assert 0 <= low <= high <= len(data)
    if not any(start <= wound.at < end for wound in decoding.wounds):
        assert decoding.text[start:end] in data[low:high].decode(decoding.places._codec)


@given(damaged(STATEFUL))
def test_stateful_codecs_lose_no_character(case):
    data, codec = case
    decoding = decode(data, codec)
    before = (0, 0)
    for index in range(len(decoding.text)):
        low, high = decoding.places.byte_at(index), decoding.places.byte_end(index + 1)
        # A broken escape sequence comes out whole, when it is seen to be none: its characters share their bytes.
        assert before[0] <= low <= high <= len(data)
        assert before[1] <= high
        assert before[1] <= low or codec != "hz" or (low, high) == before
        before = low, high
        if not decoding.wounds and codec == "hz":
            read = data[:high].decode(codec, "ignore").replace("―", "—").replace("・", "·")
            assert read.startswith(decoding.text[: index + 1])


@pytest.mark.parametrize("codec", sorted(byteplaces.STATEFUL))
def test_a_shift_sequence_goes_with_the_character_behind_it(codec):
    text = "a年b工1業c"
    encoder = codecs.getincrementalencoder(codec)("ignore")
    pieces = [encoder.encode(char) for char in text]
    decoding = decode(b"".join(pieces) + encoder.encode("", final=True), codec)
    spelt = [(char, piece) for char, piece in zip(text, pieces, strict=True) if piece]
    assert decoding.text == "".join(char for char, _ in spelt)
    end = 0
    for index, (_, piece) in enumerate(spelt):
        assert decoding.places.locate(index, index + 1)[0]["bytes"] == (end, end + len(piece))
        end += len(piece)


@given(damaged(STATELESS + STATEFUL))
def test_wounds_lie_in_order_and_apart(case):
    data, codec = case
    decoding = decode(data, codec)
    for wound in decoding.wounds:
        assert decoding.text[wound.at] == REPLACEMENT
        assert wound.start < wound.end <= len(data)
    for one, next_one in zip(decoding.wounds, decoding.wounds[1:], strict=False):
        assert one.end < next_one.start
        assert one.at < next_one.at


@pytest.mark.parametrize(
    ("text", "codec"), [(HANS, "utf-8"), (HANS, "gb18030"), (HKSCS, "big5hkscs"), (HANT, "cp950")]
)
def test_a_question_to_a_long_text_is_quick(text, codec):
    data = (text * (1_000_000 // len(text.encode(codec, "ignore")))).encode(codec, "ignore")
    places = decode(data, codec).places
    places.locate(5, 6)  # lays the checkpoints
    began = time.process_time()
    for start in range(0, 300_000, 1_000):
        places.locate(start, start + 40)
    assert (time.process_time() - began) / 300 < 0.003
