"""Each kind of problem that the code can answer with is explained, and each that is explained can occur."""

from __future__ import annotations

import ast
from pathlib import Path

from jiaokan.contract.problems import BY_CODE, KINDS

SERVICES = Path(__file__).parents[2] / "services"
RAISED_BY = {"ProblemError": 1, "RejectedError": 0, "_refused": 1, "Refusal": 0}
"""What makes a problem, and which of its arguments is the code."""

MADE_UP = {
    *("report-withdrawn", "report-erased", "content-unknown", "record-unknown"),  # of a standing, of a kind
    *("not-found", "method-not-allowed", "bad-request"),  # of HTTP itself
    *("statement", "no-verdict", "not-text", "scan-without-text"),
}


def codes() -> dict[str, str]:
    found = {}
    for path in SERVICES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                place = RAISED_BY.get(getattr(node.func, "id", getattr(node.func, "attr", "")))
                if place is not None and len(node.args) > place:
                    code = node.args[place]
                    if isinstance(code, ast.Constant) and isinstance(code.value, str):
                        found[code.value] = path.name
    return found


def test_every_code_is_explained() -> None:
    missing = {code: where for code, where in codes().items() if code not in BY_CODE}
    assert missing == {}


def test_nothing_is_explained_that_cannot_occur() -> None:
    assert set(BY_CODE) - set(codes()) - MADE_UP == set()


def test_each_says_what_to_do() -> None:
    assert len(BY_CODE) == len(KINDS)
    for kind in KINDS:
        assert kind.means.endswith("."), kind
        assert kind.do.endswith("."), kind
        assert 400 <= kind.status < 600
