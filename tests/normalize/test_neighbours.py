"""What is asked before a search must say what the search would find."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jiaokan.normalize.neighbours import Neighbours, Words
from jiaokan.normalize.stages.short_lines import LINE_MOST, short_lines

TEXTS = st.text(alphabet=st.sampled_from("甲乙丙丁--\n ab\U00020000\ud800，。"), max_size=60)
WORDS = st.lists(
    st.text(alphabet=st.sampled_from("甲乙丙--\nab\U00020000，"), min_size=1, max_size=4), max_size=8
)


@given(TEXTS, WORDS)
def test_a_word_is_told_exactly_when_it_stands_in_the_text(text, words):
    near = Neighbours(text)
    assert [near.hold(word) for word in words] == [word in text for word in words]
    assert near.among(Words(words)) == [number for number, word in enumerate(words) if word in text]


def test_a_long_text_is_told_as_exactly_as_a_short_one():
    text = "".join(chr(0x4E00 + (at * 7919) % 20_000) for at in range(100_000))
    words = [text[at : at + 3] for at in range(0, 100_000, 997)] + ["甲甲", "一一", text[-1] * 3]
    assert Neighbours(text).among(Words(words)) == [n for n, word in enumerate(words) if word in text]


@given(
    st.lists(st.sampled_from(["扫一扫", "甲", "", "乙" * LINE_MOST, "丙扫" * LINE_MOST, "扫"]), max_size=12)
)
def test_short_lines_are_found_where_they_stand(lines):
    text = "\n".join(lines)
    short = short_lines(text)
    assert short.joined.split("\n") == ([line for line in lines if len(line) <= LINE_MOST] or [""])
    found = list(short.with_word("扫"))
    assert [text[start:end] for start, end in found] == [
        line for line in lines if len(line) <= LINE_MOST and "扫" in line
    ]
    assert all(
        text[start - 1 : start] in ("", "\n") and text[end : end + 1] in ("", "\n") for start, end in found
    )
