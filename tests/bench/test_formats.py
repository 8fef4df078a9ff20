"""One of our samples, printed to four formats: the same text and the same outline."""

from __future__ import annotations

import pytest

pytest.importorskip("rapidfuzz")

from bench.printing import FONTS, Layout, opendocument, paragraphs_of, printed, program
from bench.texts import OWN
from bench.trials.formats import judge

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(program() is None, reason="LibreOffice (soffice) is not installed"),
]

LAYOUTS = (
    Layout(),
    Layout(width=516, height=729, size=12, leading=20, indent=0, justified=False, head=True, foot="第{}页"),
    Layout(size=10.5, leading=18, columns=2, styled=False, centred=True, foot="- {} -", font=FONTS[2]),
)


def test_the_same_report_in_four_formats():
    title, text = (OWN / "yunshan-zfgzbg-2023.txt").read_text(encoding="utf-8").strip().split("\n", 1)
    report = paragraphs_of(title, text)
    made = printed([opendocument(report, layout) for layout in LAYOUTS])
    for layout, files in zip(LAYOUTS, made, strict=True):
        for form, found in judge(layout, files).items():
            assert found["outline"], (layout, form, found)
            assert found["distance"] * 1000 <= found["characters"], (layout, form, found)
