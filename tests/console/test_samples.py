"""The sample reports: made by their script, damaged in every way that is promised, and clean again at the end."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from jiaokan.normalize import normalize
from jiaokan.normalize.replay import verify

SAMPLES = Path(__file__).parents[2] / "samples"


def load_damage():
    spec = importlib.util.spec_from_file_location("sample_damage", SAMPLES / "damage.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


damage = load_damage()


@pytest.mark.parametrize("sample", damage.SAMPLES, ids=lambda sample: sample.report)
class TestSample:
    def test_its_file_is_what_the_script_makes(self, sample):
        assert (SAMPLES / "reports" / f"{sample.report}.txt").read_bytes() == damage.damaged(sample)

    def test_it_comes_out_clean(self, sample):
        clean = (SAMPLES / "clean" / sample.clean).read_text(encoding="utf-8").rstrip("\n")
        assert normalize(damage.damaged(sample)).text == clean

    def test_it_verifies(self, sample):
        edition = normalize(damage.damaged(sample))
        found = verify(edition.content_json(), edition.record_json(), damage.damaged(sample))
        assert found.edits > 0
        assert found.sections > 3

    def test_a_clean_text_stays_as_it_is(self, sample):
        clean = (SAMPLES / "clean" / sample.clean).read_text(encoding="utf-8").rstrip("\n")
        edition = normalize(clean.encode())
        assert (edition.text, edition.edits) == (clean, ())


def test_between_them_they_show_every_damage():
    used = {function for sample in damage.SAMPLES for function in sample.damages}
    assert used == {
        damage.flatten_punctuation,
        damage.space_digits_from_han,
        damage.space_out_digits,
        damage.widen_digits,
        damage.indent,
        damage.blank_lines,
        damage.bold_run_in_headings,
        damage.tear_bold_by_a_page,
        damage.tear_paragraphs_by_pages,
        damage.wrap_lines,
        damage.number_pages,
        damage.convert_to_traditional,
        damage.convert_like_a_web_converter,
        damage.sprinkle_invisibles,
        damage.leave_entities,
    }
    assert {"gb18030", "big5", "utf-8", "utf-16"} == {sample.codec for sample in damage.SAMPLES}
    assert len(damage.SAMPLES) >= 6
