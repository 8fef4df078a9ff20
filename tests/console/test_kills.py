"""A small one of the trial `kills`: everything may be killed, nothing is lost and nothing doubled."""

from __future__ import annotations

import pytest

from bench.trials import kills


@pytest.mark.slow
def test_reports_survive_kills_and_a_lost_catalog(tmp_path):
    told = kills.trial(tmp_path, reports=6, kills=3, seed=11, tell=False)
    assert told["rebuilt"] == "equal"
    assert told["editions_each"] == 1
