"""docs/api.md shows what happens: its commands and examples are run, in order, against a running system."""

from __future__ import annotations

import doctest
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from jiaokan.contract.problems import KINDS

from .conftest import System

DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"
ADDRESS = "http://127.0.0.1:8321"
MARKER = "writes it anew -->\n"
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
REPORT = """临江省工业和信息化厅2023年工作总结和2024年工作计划

一、2023年工作回顾

（一）工业经济平稳运行。实施稳增长行动，新增规模以上企业320家。

（二）数字经济加快发展。建成5G基站3万个，算力规模居全国前列。

二、2024年工作安排

（一）推进新型工业化。培育先进制造业集群。
"""


@pytest.fixture
def filled(system: System) -> System:
    from jiaokan.client import Client

    with Client(system.url) as client:
        client.publish("linjiang/gxt/2023", REPORT.encode())
        client.publish("linjiang/gxt/2024", REPORT.replace("2024", "2025").replace("2023", "2024").encode())
    return system


def blocks() -> list[tuple[int, str, str]]:
    text = DOCUMENT.read_text("utf-8")
    return [
        (text[: found.start()].count("\n") + 1, found[1], found[2])
        for found in re.finditer(r"^```(console|pycon)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    ]


@pytest.mark.skipif(shutil.which("curl") is None, reason="the document's commands use curl")
def test_what_the_document_shows_is_what_happens(filled: System) -> None:
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=FLAGS, verbose=False)
    checker = doctest.OutputChecker()
    names: dict[str, Any] = {}
    ran = 0
    for line, kind, written in blocks():
        block = written.replace(ADDRESS, filled.url)
        if kind == "pycon":
            test = doctest.DocTestParser().get_doctest(block, names, f"api.md:{line}", str(DOCUMENT), line)
            _, tried = runner.run(test, clear_globs=False, out=said.append)
            names = test.globs
            ran += tried
            continue
        for command, wanted in re.findall(r"^\$ (.*?)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            told = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
            got = told.stdout if told.stdout.endswith("\n") else f"{told.stdout}\n"
            if not checker.check_output(wanted, got, FLAGS):
                said.append(f"api.md:{line}: {command}\n{got}{told.stderr}")
            ran += 1
    names["client"].close()
    assert said == []
    assert ran >= 35


def problems() -> str:
    rows = [
        f'| <a id="{kind.code}"></a>`{kind.code}` | {kind.status} | {kind.means} | {kind.do} |'
        for kind in KINDS
    ]
    return "\n".join(["", "| code | status | means | what to do |", "|---|---|---|---|", *rows, ""])


def test_every_problem_is_explained_there(update_goldens) -> None:
    head, _, table = DOCUMENT.read_text("utf-8").partition(MARKER)
    if update_goldens:
        DOCUMENT.write_text(f"{head}{MARKER}{problems()}", "utf-8")
        table = problems()
    assert table == problems()
