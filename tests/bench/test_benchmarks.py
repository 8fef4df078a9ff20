"""The benchmarks themselves: damage is damage, the same for a seed, and their figures are drawn as well-formed SVG."""

from __future__ import annotations

from random import Random
from xml.etree import ElementTree as ET

import pytest

pytest.importorskip("rapidfuzz")

from bench import measuring, pictures
from bench.fidelity import encodings
from bench.fidelity.__main__ import likeness
from bench.fidelity.mechanisms import MECHANISMS
from bench.rivals import Tool, by_verdict
from bench.texts import OWN, clean_reports, long_report
from jiaokan.normalize import normalize

TEXT = (OWN / "yunshan-zfgzbg-2023.txt").read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda mechanism: mechanism.name)
def test_a_mechanism_damages_and_is_the_same_for_a_seed(mechanism):
    first = mechanism.damage(TEXT, Random(7))
    if first is None:
        pytest.fail("a mechanism that our own reports do not allow measures nothing")
    assert first == mechanism.damage(TEXT, Random(7))
    assert (first == TEXT.encode()) == mechanism.name.startswith("none")


def test_names_are_unique():
    assert len({mechanism.name for mechanism in MECHANISMS}) == len(MECHANISMS)


def test_clean_reports_are_canonical():
    texts = clean_reports(count=3, length=600, seed=2)
    assert len(texts) == 3
    assert all(normalize(text.encode()).text == text for text in texts)


def test_long_reports_have_the_size_that_is_asked_for():
    assert 19_990 <= len(long_report(20_000).encode()) <= 20_000


@pytest.mark.parametrize(
    ("found", "truth", "share"), [("abc", "abc", 1.0), (None, "abc", 0.0), ("abd", "abc", 2 / 3)]
)
def test_likeness(found, truth, share):
    assert likeness(found, truth) == pytest.approx(share)


def test_pictures_are_well_formed():
    ET.fromstring(pictures.grid("Wer & was", ["a<b"], [("x", [0.5]), ("y", [None])]))
    ET.fromstring(
        pictures.lines("t", "kB", "s", {"a": [(10, 0.01), (10_000, 9.0)], "b": [(10, 1.0), (100, 2.0)]})
    )


def test_tables_align_figures():
    assert measuring.table(["a", "b"], [["x", "1"]]) == "| a | b |\n|---|---:|\n| x | 1 |\n"


def test_the_table_of_encodings():
    from opencc import OpenCC

    hant = str(OpenCC("s2tw").convert(TEXT))
    source = encodings.Source([TEXT], [hant], [hant], 6, Random(1))
    measured = encodings.measure(
        source, (Tool("Jiaokan", by_verdict), Tool("nothing", lambda _: None)), print
    )
    assert set(measured) == {column.name for column in encodings.COLUMNS}
    assert all(row["nothing"] == 0 for row in measured.values())
    assert sum(row["Jiaokan"] for row in measured.values()) / len(measured) > 0.95
