"""The map through one pass, and through many: laws, on random edits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiaokan.edition import AppliedEdit, Edit, EditsError, Pass, Replaced
from jiaokan.edition.apparatus import pack_edits

ALPHABET = "ab，中文 \n1"


@st.composite
def text_and_edits(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(st.text(ALPHABET, max_size=60))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=12, unique=True)))
    edits = [
        Edit(start, end, draw(st.text(ALPHABET, max_size=4)))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    return text, draw(st.permutations(edits))


def applied(text: str, edits: list[Edit]) -> str:
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


@given(text_and_edits())
def test_a_pass_gives_what_the_edits_say(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    made = Pass.of("stage", 1, text, edits)
    assert (made.after if made else text) == applied(text, edits)


@given(text_and_edits())
def test_edits_are_minimal(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    made = Pass.of("stage", 1, text, edits)
    for edit in made.edits if made else ():
        was = text[edit.start : edit.end]
        assert was != edit.new
        if was and edit.new:
            assert was[0] != edit.new[0]
            assert was[-1] != edit.new[-1]


@given(text_and_edits(), st.data())
def test_back_covers_what_a_span_came_from(case: tuple[str, list[Edit]], data: st.DataObject) -> None:
    text, edits = case
    made = Pass.of("stage", 1, text, edits)
    if made is None:
        return
    start = data.draw(st.integers(0, len(made.after)))
    end = data.draw(st.integers(start, len(made.after)))
    low, high = made.back(start, end)
    assert 0 <= low <= high <= len(text)
    # Applying the edits inside the traced span gives a text that holds the asked one.
    inside = [
        edit._replace(start=edit.start - low, end=edit.end - low)
        for edit in made.edits
        if low <= edit.start and edit.end <= high
    ]
    assert made.after[start:end] in applied(text[low:high], inside)


@given(text_and_edits(), st.data())
def test_an_untouched_character_goes_there_and_back(
    case: tuple[str, list[Edit]], data: st.DataObject
) -> None:
    text, edits = case
    made = Pass.of("stage", 1, text, edits)
    if made is None or not text:
        return
    at = data.draw(st.integers(0, len(text) - 1))
    if any(edit.start <= at < edit.end for edit in made.edits):
        return
    start, end = made.forward(at, at + 1)
    assert made.after[start:end] == text[at]
    assert made.back(start, end) == (at, at + 1)


@given(st.text("甲乙丙", max_size=40), st.dictionaries(st.integers(0, 39), st.sampled_from("甲乙丁")))
def test_columns_are_laid_out_as_their_edits_are(text: str, new_at: dict[int, str]) -> None:
    places = tuple(sorted(at for at in new_at if at < len(text)))
    columns = Replaced(places, "".join(new_at[at] for at in places), "rule")
    made = Pass.of("stage", 1, text, columns)
    same = Pass.of("stage", 1, text, columns.edits())
    if same is None:
        assert made is None
        return
    assert made is not None
    assert made.after == same.after
    assert list(made.edits) == list(same.edits)
    assert made.count == same.count == len(same.edits)
    for at in range(len(text) + 1):
        assert made.back(0, at) == same.back(0, at)
        assert made.forward(at, len(text)) == same.forward(at, len(text))
    assert pack_edits((made,), _untold) == pack_edits((same,), _untold)


def _untold(_: int, which: Iterable[int]) -> Iterator[AppliedEdit]:
    for at in which:
        yield AppliedEdit("stage", "rule", (), (at, at), "", "", 1000)


@pytest.mark.parametrize("places", [(0, 0), (0, 9), (-1, 0)])
def test_columns_that_overlap_or_lie_outside_the_text_are_a_bug_of_the_stage(places: tuple[int, ...]) -> None:
    with pytest.raises(EditsError):
        Pass.of("stage", 1, "甲乙丙", Replaced(places, "丁戊", "rule"))


def test_what_is_deleted_at_the_edge_of_a_span_stays_outside_it() -> None:
    made = Pass.of("stage", 1, "會(huì)議", [Edit(1, 6, "")])
    assert made is not None
    assert made.after == "會議"
    assert made.back(0, 1) == (0, 1)
    assert made.back(1, 2) == (6, 7)
    assert made.back(1, 1) == (1, 6)


def test_a_recoding_keeps_the_place_of_each_character() -> None:
    made = Pass.of("stage", 1, "xæ±‰å\xad—y", [Edit(1, 7, "汉字", alignment=((3, 1), (3, 1)))])
    assert made is not None
    assert made.after == "x汉字y"
    assert made.back(1, 2) == (1, 4)
    assert made.back(2, 3) == (4, 7)


def test_a_finding_on_an_insertion_covers_what_was_put_in() -> None:
    made = Pass.of("stage", 1, "25米", [Edit(1, 1, ".")])
    assert made is not None
    assert made.forward(1, 1) == (1, 2)


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(0, 3, "x"), Edit(2, 4, "y")],
        [Edit(1, 1, "x"), Edit(1, 1, "y")],
        [Edit(3, 9, "x")],
        [Edit(0, 2, "xy", alignment=((1, 1),))],
    ],
)
def test_contradictory_edits_are_a_bug_that_names_its_stage(edits: list[Edit]) -> None:
    with pytest.raises(EditsError, match="close-gaps"):
        Pass.of("close-gaps", 1, "abcd", edits)


@given(text_and_edits(), st.data())
def test_the_edits_behind_a_span_are_those_that_made_it(
    case: tuple[str, list[Edit]], data: st.DataObject
) -> None:
    text, edits = case
    made = Pass.of("stage", 1, text, edits)
    if made is None or not made.after:
        return
    start = data.draw(st.integers(0, len(made.after) - 1))
    end = data.draw(st.integers(start + 1, len(made.after)))
    behind = set(made.edits_behind(start, end))
    for number, edit in enumerate(made.edits):
        low, high = made.forward(edit.start, edit.end)
        inside = start < low < end if low == high else low < end and start < high
        assert (number in behind) == inside, (number, edit, low, high)


def test_each_piece_of_a_recoding_names_the_one_edit() -> None:
    made = Pass.of("stage", 1, "axbcdy", [Edit(1, 2, ""), Edit(2, 5, "BCD", alignment=((1, 1), (2, 2)))])
    assert made is not None
    assert made.after == "aBCDy"
    assert made.edits_behind(1, 2) == [1]
    assert made.edits_behind(1, 4) == [1]
    assert made.edits_behind(1, 1) == [0, 1]
    assert made.edits_behind(0, 2) == [0, 1]
