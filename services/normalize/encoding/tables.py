"""What a character costs: milli-nats of surprise, one table a group of languages.

The tables are counted by ``bench/tables/build_encoding_tables.py``; their manifest stands beside them. A table has
a cost for each of the 65,536 UTF-16 units, so that a text is costed by one look-up in C and a surrogate pair costs
its two halves. Every table gives ASCII the same costs: markup and figures speak for no language.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt

Costs = npt.NDArray[np.uint16]
"""Milli-nats by UTF-16 unit; shape (65536,)."""

MODELS: Final = (
    "zh",
    "ja",
    "ko",
    "western",
    "polish",
    "czech",
    "hungarian",
    "romanian",
    "south-slavic",
    "cyrillic",
    "greek",
    "turkish",
    "baltic",
    "hebrew",
    "arabic",
    "thai",
    "vietnamese",
)

_ASCII: Final = (
    ("\n", 4000),
    ("\t\r", 5000),
    (" ", 2500),
    ("0123456789", 3500),
    ("abcdefghijklmnopqrstuvwxyz", 3500),
    ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 4800),
    (".,;:!?()-\"'/%<>=&", 5000),
    ("#$*+@[\\]^_`{|}~", 6000),
    ("\x0b\x0c\x1a\x1b\x08", 10000),
)
"""Milli-nats of ASCII characters, near their frequency in pages that hold text and markup."""

CONTROL: Final = 16000
"""Milli-nats of the other C0 controls and DEL: a text has none on purpose, one byte in nine of noise is one."""


def version() -> int:
    """Give the version of the tables, which is part of the evidence's version."""
    manifest = json.loads((files(__package__) / "tables" / "manifest.json").read_text(encoding="utf-8"))
    return int(manifest["version"])


@cache
def costs(model: str) -> Costs:
    """Load the table of a model; shape (65536,), milli-nats."""
    table = np.full(0x10000, CONTROL, np.uint16)
    for line in (files(__package__) / "tables" / f"{model}.txt").read_text(encoding="utf-8").split("\n"):
        first, _, rest = line.partition(" ")
        if first == "@":
            cost, _, span = rest.partition(" ")
            low, _, high = span.partition("-")
            table[int(low, 16) : int(high, 16) + 1] = int(cost)
        elif first:
            table[units(rest)] = int(first)
    for characters, milli_nats in _ASCII:
        table[units(characters)] = milli_nats
    table.setflags(write=False)
    return table


def units(text: str) -> npt.NDArray[np.uint16]:
    """Give the UTF-16 units of a text, lone surrogates too."""
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")
