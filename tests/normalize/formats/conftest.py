"""The makers of small files, and how a source is read and cleaned of what is not its text."""

from __future__ import annotations

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

from jiaokan.normalize.formats import read
from jiaokan.normalize.hints import NO_HINTS
from jiaokan.normalize.stage import Context, Stage, run_stages
from jiaokan.normalize.stages.furniture import take_off_page_furniture

MAKERS = SimpleNamespace(**run_path(str(Path(__file__).with_name("makers.py"))))


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    return MAKERS


@pytest.fixture(scope="session")
def article():
    """Read a source and give what is left when its page furniture is gone."""

    def cleaned(data: bytes) -> str:
        reading = read(data, NO_HINTS)
        stage = Stage("take-off-page-furniture", 1, take_off_page_furniture)
        context = Context(media_type=reading.media_type, marks=reading.marks)
        return run_stages(reading.text, (stage,), context).text

    return cleaned
