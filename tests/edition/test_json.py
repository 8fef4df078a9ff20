"""What is kept is told in one form, whoever writes it."""

from __future__ import annotations

import json
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiaokan.edition import to_json

WORDS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["\x00\x1f\x7f\x85", "\u2028\u2029", '"\\/', "\b\f\n\r\t", "\U00020000"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


class Pair(NamedTuple):
    low: int
    high: int


@given(st.dictionaries(WORDS, VALUES, max_size=4))
def test_the_bytes_are_those_that_the_standard_library_writes(value):
    told = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    assert to_json(value) == told


def test_tuples_and_what_goes_beyond_64_bits_are_told_too():
    assert to_json({"span": (1, 2), "pair": Pair(3, 4), "much": 1 << 70}) == (
        b'{"span":[1,2],"pair":[3,4],"much":1180591620717411303424}'
    )


def test_half_a_surrogate_pair_is_refused():
    with pytest.raises(UnicodeEncodeError):
        to_json({"text": "\ud800"})
