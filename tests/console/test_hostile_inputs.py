"""Hostile inputs: each is a rejection with a reason, or an edition that verifies. The long trial has the large ones."""

from __future__ import annotations

import re

import pytest

from bench.trials import hostile
from jiaokan.console.pool import Job, do_job
from jiaokan.normalize.replay import verify

SMALL = 80_000
"""Bytes; what is larger belongs to `make trial NAME=hostile`."""

MAKERS = dict(hostile.inputs())
LARGE = {
    *("a million NULs", "random bytes", "a ZIP bomb called .docx", "HTML a hundred thousand deep"),
    *(
        "HTML that never closes",
        "HTML of entities",
        "a line of ten million characters",
        "a million empty lines",
    ),
    *("a million asterisks", "a million opening brackets", "a million equals signs"),
    *("a million labels", "a hundred thousand headings"),
    *("HTML a million deep", "a web archive of 5,000 levels"),
    *("digits and spaces", "200 MB of one character", "60 MB of one character"),
    "a PDF of 300 MB of drawing, compressed once",
    "a PDF of 4 MB of drawing in each of a hundred streams",
}


def outcome_of(tmp_path, data, max_bytes=1 << 20):
    path = tmp_path / "input.txt"
    path.write_bytes(data)
    outcome = do_job(Job(str(path), max_bytes, None, None))
    if outcome.error is not None:
        assert re.fullmatch(r"rejected: [a-z-]+: .+", outcome.error), outcome.error
        return "rejected"
    verify(outcome.content, outcome.record, data)
    return "edition"


def test_there_are_fifty():
    assert len(MAKERS) >= 50
    assert set(MAKERS) >= LARGE


@pytest.mark.parametrize("name", sorted(set(MAKERS) - LARGE))
def test_a_hostile_input_is_rejected_with_a_reason_or_an_edition(tmp_path, name):
    data = MAKERS[name]()
    assert len(data) <= SMALL * 3
    assert outcome_of(tmp_path, data) in ("rejected", "edition")


@pytest.mark.parametrize(
    ("unit", "end"),
    [
        ("\n", "报告"),
        ("*", "报告"),
        ("（【《“", "报告"),
        ("一、", ""),
        ("1 2 3 . ", "亿元"),
        ("1. 标题\n", ""),
        ("\u3000", "报告"),
        ("<div>", "报告"),
        ("&amp;", "报告"),
        ("国", ""),
        ("-", "报告"),
        ("报告 ", ""),
        ("政 府 ", ""),
        ("(yì)", "报告"),
        ("第1页\n", ""),
        ("……", "完"),
        ("a,b;c:", "报告"),
        ("\t|", "报告"),
        ("？", "报告"),
        ("?", "在中国"),
        ("\ue105", "报告"),
        ("１", "亿元"),
        ("一是", "完。"),
        ("”", "报告"),
    ],
)
def test_time_grows_with_the_input_and_not_with_its_square(tmp_path, unit, end, costs_at_most):
    """Four times the input may take eight times as long (caches, collections), never sixteen."""

    def read(count):
        outcome_of(tmp_path, (unit * count + end).encode())

    read(10)  # what is loaded once is loaded now
    count = max(1, 6_000 // len(unit))
    costs_at_most(lambda: read(4 * count), lambda: read(count), times=9, slack=0.1)
