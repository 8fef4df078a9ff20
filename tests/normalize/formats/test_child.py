"""Reading in another process gives the same, and nothing that happens there hurts here."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest

from jiaokan.normalize import RejectedError, normalize
from jiaokan.normalize.formats import child, read
from jiaokan.normalize.hints import NO_HINTS, Hints

pytestmark = pytest.mark.timeout(120)
TEXT = "全市经济运行总体平稳，稳中有进。"


@pytest.fixture(autouse=True, scope="module")
def _no_child_left():
    yield
    child._drop_child()


def sources(make):
    yield make.pdf([make.page_of([TEXT])])
    yield make.docx(make.paragraph(TEXT), make.table(("甲", "乙"), ("丙", "丁")))
    yield f"<html><body><p>{TEXT}</p></body></html>".encode("gb18030")
    yield TEXT.encode("gb18030") + b"\xff" + TEXT.encode("gb18030")


def test_the_reading_is_the_same(make):
    for data in sources(make):
        here, there = read(data, NO_HINTS), child.read_in_child(data, NO_HINTS)
        assert (there.text, there.marks, there.findings, there.reader) == (
            here.text,
            here.marks,
            here.findings,
            here.reader,
        )
        assert there.encoding == here.encoding
        for start in range(len(here.text)):
            assert there.places.locate(start, start + 1) == here.places.locate(start, start + 1)


def test_rejections_and_hints_pass(make):
    with pytest.raises(RejectedError) as caught:
        child.read_in_child(b"%PDF-1.4 broken", NO_HINTS)
    assert caught.value.code == "damaged"
    data = TEXT.encode("gb18030")
    assert child.read_in_child(data, Hints(encoding="gb18030")).text == TEXT


def test_a_child_that_dies_is_replaced():
    child.read_in_child(b"a\n", NO_HINTS)
    os.kill(child._child._process.pid, signal.SIGKILL)
    with pytest.raises(child.ReaderLostError) as caught:
        child.read_in_child(b"a\n", NO_HINTS)
    assert caught.value.cause == "crash"
    assert child.read_in_child(b"a\n", NO_HINTS).text == "a\n"


def test_a_child_that_hangs_is_killed():
    child.read_in_child(b"a\n", NO_HINTS)
    first = child._child._process
    os.kill(first.pid, signal.SIGSTOP)
    with pytest.raises(child.ReaderLostError) as caught:
        child.read_in_child(b"a\n", NO_HINTS, seconds=0.3)
    assert caught.value.cause == "timeout"
    assert first.poll() is not None
    assert child.read_in_child(b"a\n", NO_HINTS).text == "a\n"


def test_a_child_is_dropped_when_the_callers_own_limit_falls(monkeypatch):
    child.read_in_child(b"a\n", NO_HINTS)
    first = child._child._process

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(child.select, "select", interrupted)
        with pytest.raises(KeyboardInterrupt):
            child.read_in_child(b"a\n", NO_HINTS)
    assert first.poll() is not None
    assert child.read_in_child(b"b\n", NO_HINTS).text == "b\n"  # not the answer to the question before


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_a_child_that_hangs_ends_with_its_parent():
    code = (
        "import os, signal\nfrom jiaokan.normalize.formats import child\nfrom jiaokan.normalize.hints import NO_HINTS\n"
        "child.read_in_child(b'a', NO_HINTS)\npid = child._child._process.pid\nos.kill(pid, signal.SIGSTOP)\n"
        "print(pid, flush=True)\nos.kill(os.getpid(), signal.SIGKILL)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    pid = int(said.stdout)
    until = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_child_has_bounds_of_memory(make):
    with pytest.raises(child.ReaderLostError) as caught:
        child.read_in_child(b"a\n", NO_HINTS, memory=30 << 20)
    assert caught.value.cause in ("crash", "memory")


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not hold a process to its address space")
def test_a_library_that_aborts_for_want_of_memory_is_told_from_one_that_crashes(make):
    # One that the look before does not refuse: pdfium takes sixteen times its 40 MB.
    drawn = zlib.compress(b"0 0 m 9 9 l S\n" * (3 << 20), 9)
    page = make.page_of(["甲"]).encode()
    data = make.pdf([page.decode()]).replace(
        b"<< /Length %d >>\nstream\n" % len(page) + page,
        b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(drawn) + drawn,
    )
    with pytest.raises(child.ReaderLostError) as caught:
        child.read_in_child(data, NO_HINTS, memory=(1 << 30) - (1 << 27))
    assert caught.value.cause == "memory"


def test_what_comes_back_may_only_be_a_reading():
    with pytest.raises(child.ReaderLostError):
        child._Safe(__import__("io").BytesIO(pickle.dumps(os.system))).load()


def test_risky_readers_are_those_that_rest_on_large_libraries(make):
    assert [child.is_risky(data) for data in sources(make)] == [True, True, False, False]


def test_an_edition_from_a_childs_reading_is_the_same(make):
    data = make.pdf([make.page_of([TEXT])])
    here, there = normalize(data), normalize(data, reading=child.read_in_child(data, NO_HINTS))
    assert (there.content_json(), there.record_json()) == (here.content_json(), here.record_json())
