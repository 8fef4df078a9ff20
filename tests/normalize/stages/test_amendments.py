"""A person's word: replaced, accepted and refused places, and what is told when one does not fit."""

from __future__ import annotations

import pytest

from jiaokan.normalize import Amendment, Hints, normalize
from jiaokan.normalize.stage import Context, Stage, run_stages

TEXT = "人口在l0年里增长一倍。\n第二产业在l0年里增长两倍。"


def amended(*amendments, text=TEXT, profile=None):
    return normalize(text.encode(), hints=Hints(amendments=amendments), profile=profile)


def codes(edition):
    return [found.code for found in edition.findings]


def test_a_replacement_is_anchored_by_what_stands_around_it():
    edition = amended(Amendment("replace", "里", "内", before="第二产业在10年"))
    assert edition.text == "人口在10年里增长一倍。\n第二产业在10年内增长两倍。"
    assert edition.edits[-1].rule == "replace-by-person"
    assert "amendment-unused" not in codes(edition)


def test_who_and_why_stand_in_the_record():
    edition = amended(Amendment("replace", "一倍", "二倍", who="wang", why="per the yearbook"))
    told = next(found for found in edition.findings if found.code == "amended")
    assert (told.data["who"], told.data["why"]) == ("wang", "per the yearbook")
    assert b"wang" in edition.record_json()


def test_a_place_that_is_not_the_only_one_is_left_and_told():
    edition = amended(Amendment("replace", "增长", "上升"))
    assert "上升" not in edition.text
    assert codes(edition).count("amendment-unused") == 1


def test_a_place_that_is_gone_is_told():
    edition = amended(Amendment("replace", "没有", "有"))
    assert codes(edition).count("amendment-unused") == 1


def test_an_amendment_that_the_pipeline_has_caught_up_with_is_silent():
    edition = amended(Amendment("replace", "l0年里增长一倍", "10年里增长一倍"))
    assert "amendment-unused" not in codes(edition)


def test_two_amendments_of_one_place_do_not_overlap():
    edition = amended(Amendment("replace", "一倍", "二倍"), Amendment("replace", "长一", "长三"))
    assert edition.text.startswith("人口在10年里增长二倍")
    assert codes(edition).count("amendment-unused") == 1


def test_a_refusal_takes_the_edit_and_its_doubt_away_and_no_other():
    edition = amended(Amendment("refuse", "l", "1", before="人口在", after="0年"))
    assert edition.text == "人口在l0年里增长一倍。\n第二产业在10年里增长两倍。"
    assert codes(edition).count("doubtful") == 1
    assert codes(edition).count("refused") == 1


def test_a_refusal_without_surroundings_refuses_every_such_edit():
    assert amended(Amendment("refuse", "l", "1")).text == TEXT


def test_a_refusal_may_quote_a_whole_word():
    edition = amended(Amendment("refuse", "l0年", "10年", before="第二产业在"))
    assert edition.text == "人口在10年里增长一倍。\n第二产业在l0年里增长两倍。"


def test_a_refusal_of_what_nobody_proposes_is_told():
    edition = amended(Amendment("refuse", "倍", "位"))
    assert codes(edition).count("amendment-unused") == 1
    assert edition.text == normalize(TEXT.encode()).text


def test_a_proposal_that_strict_did_not_apply_can_be_accepted():
    strict = amended(profile="strict")
    assert strict.text == TEXT
    proposal = next(found for found in strict.findings if found.code == "proposal")
    accepted = Amendment("accept", proposal.data["was"], proposal.data["now"], before="人口在")
    assert amended(accepted, profile="strict").text.startswith("人口在10年里")


def test_a_refused_edit_stays_refused_after_an_earlier_pass_moved_it():
    text = "**一是**人口在l0年里增长。"
    edition = amended(Amendment("refuse", "l", "1", before="一是人口在"), text=text)
    assert edition.text == "一是人口在l0年里增长。"
    start = edition.text.index("l0")
    assert edition.trace(start, start + 1).source[0].bytes == (19, 20)


@pytest.mark.parametrize("action", ["replace", "refuse"])
def test_every_clean_character_still_has_its_place(action):
    edition = amended(Amendment(action, "l", "1", after="0年"), text="在l0年里")
    for at in range(len(edition.text)):
        assert edition.trace(at, at + 1).source


def test_without_refusals_the_stages_run_once():
    runs = []

    def count(text, context):
        runs.append(text)
        return ()

    run_stages("文", (Stage("count", 1, count),), Context())
    assert len(runs) == 1
