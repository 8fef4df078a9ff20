"""The collector is paused for a normalization and runs again after it, whatever happens inside."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor

import pytest

from jiaokan.edition.collecting import collection_paused
from jiaokan.normalize import RejectedError, normalize


def test_it_runs_again_after_a_rejection():
    with pytest.raises(RejectedError):
        normalize(b"")
    assert gc.isenabled()


def test_it_is_paused_inside():
    with collection_paused():
        assert not gc.isenabled()
        with collection_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_who_paused_it_before_keeps_it_paused():
    gc.disable()
    try:
        with collection_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_threads_leave_it_running():
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(normalize, ["各位代表：现在报告工作。".encode()] * 40))
    assert gc.isenabled()
