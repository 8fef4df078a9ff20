"""What is asked before a search must say what the search would find."""

from __future__ import annotations

from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from jiaokan.normalize.neighbours import Neighbours, Words
from jiaokan.normalize.stages.short_lines import LINE_MOST, short_lines_with, stands_in_short_line

TEXTS = st.text(alphabet=st.sampled_from("甲乙丙丁--\n ab\U00020000\ud800，。"), max_size=60)
WORDS = st.lists(
    st.text(alphabet=st.sampled_from("甲乙丙--\nab\U00020000，"), min_size=1, max_size=4), max_size=8
)

SOUGHT = (Words.everywhere(["甲乙", "--", "乙丙丁"]), Words.everywhere(["甲", "甲乙丙", "\n\n", "-- "]))
LINEAR = 1.0
"""Seconds for a million signs; place by place they take as many."""


@given(TEXTS, WORDS)
def test_a_word_is_told_exactly_when_it_stands_in_the_text(text, words):
    assert Neighbours(text).among(Words(words)) == [n for n, word in enumerate(words) if word in text]


@given(TEXTS)
def test_words_that_are_sought_together_are_told_each_to_its_own(text):
    for words in SOUGHT:
        expected = [number for number, word in enumerate(words.spelled) if word in text]
        assert Neighbours(text).among(words) == expected


def test_words_that_come_after_a_look_are_told_as_well():
    near = Neighbours("甲乙丙")
    late = Words.everywhere(["乙丙", "丙乙", "甲"])
    assert near.among(late) == [0, 2]
    assert Neighbours("甲乙丙").among(late) == [0, 2]


def test_a_long_text_is_told_as_exactly_as_a_short_one():
    text = "".join(chr(0x4E00 + (at * 7919) % 20_000) for at in range(100_000))
    words = [text[at : at + 3] for at in range(0, 100_000, 997)] + ["甲甲", "一一", text[-1] * 3]
    assert Neighbours(text).among(Words(words)) == [n for n, word in enumerate(words) if word in text]


def test_a_text_full_of_what_begins_words_is_not_looked_at_place_by_place():
    text = "—" * 1_000_000 + "甲乙丙"
    words = Words(["——", "甲乙", "乙丙丁", "——丙", "——甲"])
    began = process_time()
    assert Neighbours(text).among(words) == [0, 1, 4]
    assert process_time() - began < LINEAR


@given(
    st.lists(st.sampled_from(["扫一扫", "甲", "", "乙" * LINE_MOST, "丙扫" * LINE_MOST, "扫"]), max_size=12)
)
def test_short_lines_are_found_where_they_stand(lines):
    text = "\n".join(lines)
    found = list(short_lines_with(text, "扫"))
    assert [text[start:end] for start, end in found] == [
        line for line in lines if len(line) <= LINE_MOST and "扫" in line
    ]
    assert stands_in_short_line(text, "扫") == bool(found)
    assert all(
        text[start - 1 : start] in ("", "\n") and text[end : end + 1] in ("", "\n") for start, end in found
    )
