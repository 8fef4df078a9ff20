"""What the documents show is what happens: examples in README and docstrings run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import jiaokan

ROOT = Path(__file__).parent.parent
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
EXECUTED = ("__main__", "migrations")
"""Modules that do something when they are imported."""


def modules() -> list[str]:
    found = pkgutil.walk_packages(jiaokan.__path__, "jiaokan.", onerror=lambda _: None)
    return [module.name for module in found if not any(part in EXECUTED for part in module.name.split("."))]


def test_the_examples_of_the_readme() -> None:
    failed, tried = doctest.testfile(str(ROOT / "README.md"), module_relative=False, optionflags=FLAGS)
    assert tried >= 6
    assert failed == 0


@pytest.mark.parametrize("name", modules())
def test_the_examples_of_a_module(name: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(name), optionflags=FLAGS)
    assert failed == 0
