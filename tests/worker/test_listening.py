"""A worker that no longer listens to its broker says so, and one that listens or cannot know does not."""

from __future__ import annotations

import pytest

from jiaokan.worker.listening import LOOK_EVERY, LOOKS, Listening


class Moment:
    def __init__(self, age):
        self.age = age


def looks(age, *, busy=False, waiting=3, times=LOOKS):
    listening = Listening(Moment(age), lambda: busy, lambda: waiting)
    return [listening.look() for _ in range(times)]


def test_messages_that_wait_for_an_idle_worker_end_it():
    *before, last = looks(LOOK_EVERY * 2)
    assert before == [None] * (LOOKS - 1)
    assert "3 messages wait" in last


@pytest.mark.parametrize(
    "told",
    [looks(LOOK_EVERY * 2, busy=True), looks(LOOK_EVERY / 2), looks(LOOK_EVERY * 2, waiting=0)],
    ids=["busy", "did something lately", "nothing waits"],
)
def test_a_worker_that_has_a_reason_stays(told):
    assert told == [None] * LOOKS


def test_a_broker_that_is_away_loses_nobody():
    def away():
        raise ConnectionError("refused")

    listening = Listening(Moment(100.0), lambda: False, away)
    assert [listening.look() for _ in range(5)] == [None] * 5


def test_only_looks_in_a_row_count():
    counts = iter([2, 0, 2, 2])
    listening = Listening(Moment(100.0), lambda: False, lambda: next(counts))
    assert [bool(listening.look()) for _ in range(4)] == [False, False, False, True]
