"""Legacy Word: refused with a reason where there is no converter; converted alone and bounded where there is one."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from jiaokan.ingest import legacy
from jiaokan.normalize import RejectedError, normalize

RTF = b"{\\rtf1\\ansi\\ansicpg936 \\b 2024\\b0\\par report\\par}"
needs_office = pytest.mark.skipif(legacy.converter() is None, reason="LibreOffice is not installed")


def program(tmp_path: Path, monkeypatch, body: str) -> None:
    """Put a converter of our own in LibreOffice's place."""
    path = tmp_path / "soffice"
    path.write_text(f"#!{sys.executable}\nimport sys, os, time, pathlib\n{body}")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(legacy, "converter", lambda: str(path))
    monkeypatch.setattr(legacy, "_isolation", lambda: ())


def test_legacy_documents_are_known_by_their_bytes():
    assert legacy.is_legacy(RTF)
    assert not legacy.is_legacy(b"PK\x03\x04")
    assert not legacy.is_legacy("政府工作报告".encode())


def test_without_a_converter_the_reason_says_so(monkeypatch):
    monkeypatch.setattr(legacy, "converter", lambda: None)
    with pytest.raises(RejectedError, match="LibreOffice") as caught:
        legacy.convert_legacy(RTF)
    assert caught.value.code == "legacy-word"


def test_a_converter_that_hangs_is_ended(tmp_path, monkeypatch):
    program(tmp_path, monkeypatch, "time.sleep(60)")
    with pytest.raises(legacy.ConverterError, match="took more than"):
        legacy.convert_legacy(RTF, timeout=0.5)


def test_a_converter_that_gives_nothing_is_told(tmp_path, monkeypatch):
    program(tmp_path, monkeypatch, "print('Error: source file could not be loaded')")
    with pytest.raises(RejectedError, match="could not be loaded"):
        legacy.convert_legacy(RTF, timeout=20)


def test_what_comes_out_must_be_a_docx(tmp_path, monkeypatch):
    body = (
        "out = pathlib.Path(sys.argv[sys.argv.index('--outdir') + 1])\n"
        "out.mkdir()\n"
        "(out / 'source.docx').write_bytes(b'no')\n"
    )
    program(tmp_path, monkeypatch, body)
    with pytest.raises(RejectedError) as caught:
        legacy.convert_legacy(RTF, timeout=20)
    assert caught.value.code == "legacy-word"


def test_the_converter_sees_nothing_of_ours(tmp_path, monkeypatch):
    monkeypatch.setenv("JIAOKAN_SECRET", "x")
    body = (
        "assert 'JIAOKAN_SECRET' not in os.environ, 1\n"
        "home = pathlib.Path(os.environ['HOME'])\n"
        "profile = (home / 'profile/user/registrymodifications.xcu').read_text()\n"
        "assert 'DisableMacrosExecution' in profile\n"
        "print('seen', sorted(p.name for p in home.iterdir()))\n"
    )
    program(tmp_path, monkeypatch, body)
    with pytest.raises(RejectedError, match=r"seen \['profile', 'source.doc'\]"):
        legacy.convert_legacy(RTF, timeout=20)


@needs_office
@pytest.mark.slow
def test_a_real_converter_gives_a_document_that_is_read():
    edition = normalize(legacy.convert_legacy(RTF))
    assert edition.text.split("\n") == ["2024", "report"]


@pytest.mark.skipif(not legacy._isolation(), reason="the kernel gives no empty network")
def test_the_converter_has_no_network():
    code = "import socket; print([name for _, name in socket.if_nameindex() if name != 'lo'])"
    said = subprocess.run(
        [*legacy._isolation(), sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"


@needs_office
@pytest.mark.slow
@pytest.mark.skipif("JIAOKAN_CORPUS" not in os.environ, reason="JIAOKAN_CORPUS is not set")
def test_a_real_document_of_word_97_is_read():
    for path in Path(os.environ["JIAOKAN_CORPUS"], "reports").glob("*.doc"):
        edition = normalize(legacy.convert_legacy(path.read_bytes()))
        assert len(edition.sections) > 20
        assert edition.quality.grade in "AB"
