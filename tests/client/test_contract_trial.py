"""A small part of `make trial NAME=contract`: made-up requests find no fault, and no answer unlike its form."""

from __future__ import annotations

import pytest

from bench.trials import contract


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_made_up_requests_find_no_fault() -> None:
    told = contract.run(["150", "3"])
    assert told["requests"] >= 150
    assert told["server_errors"] == {}
    assert told["failures"] == []
    assert told["statuses"]["200"] > 10
