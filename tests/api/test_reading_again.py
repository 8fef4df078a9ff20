"""A source that rests on a large library in C is read again in a child, never in the server."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from jiaokan.api import sources
from jiaokan.normalize import formats

_MAKERS = Path(__file__).parents[1] / "normalize" / "formats" / "makers.py"


@pytest.fixture
def document() -> bytes:
    spec = importlib.util.spec_from_file_location("makers", _MAKERS)
    assert spec is not None
    assert spec.loader is not None
    makers = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(makers)
    made = makers.docx(makers.paragraph("一、工作回顾"), makers.paragraph("全市工業增长5%。"))
    assert isinstance(made, bytes)
    return made


def _not_here(*_: object) -> None:
    raise AssertionError("it was read in this process")


TRACE = "/v1/reports/a/1/-/editions/1/trace?start=0&end=4"


def test_a_document_is_traced_without_being_read_here(client, publish, document, monkeypatch) -> None:
    publish("a/1", document)
    monkeypatch.setattr(formats, "_reader", _not_here)
    assert client.get(TRACE).json()["text"] == "一、工作"
    assert "word/document.xml, run 1" in client.get("/read/a/1").text


def test_a_document_that_takes_too_long_is_shown_without_its_changes(
    client, publish, document, monkeypatch
) -> None:
    publish("a/1", document)
    monkeypatch.setattr(sources, "READ_SECONDS", 0.0)
    answer = client.get(TRACE)
    assert (answer.status_code, answer.json()["code"]) == (409, "cannot-replay")
    page = client.get("/read/a/1")
    assert page.status_code == 200
    assert "工作回顾" in page.text
    assert "cannot be shown" in page.text
