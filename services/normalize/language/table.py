"""The table of character n-grams as it lies in the package: reading, writing, and nothing else.

Two files, each one xz stream over a JSON head line and raw little-endian columns. ``*.pairs`` is small and tells at
a glance whether a text is odd:

* ``fold``: 65,536 × uint16, code point → symbol (0 unknown, ``SKIP`` for what is passed over, such as spaces);
* ``form``: 65,536 × uint8, which script's ordinary character a code point is (``SIMPLIFIED``, ``TRADITIONAL``);
* ``cost``: four bits for every two symbols, what the second costs after the first in steps of ``PAIR_STEP`` milli-nats;
  ``NEVER`` where they never stood side by side in what was counted.

``*.grams`` has for each order n: ``count`` (children of each entry of order n-1), ``symbol``, ``cost``, ``backoff``.
The n-grams are a trie in breadth: entry k of order n has ``count[k]`` children in order n+1, which follow one
another, so that no key is written out. Costs are whole steps of ``COST_STEP`` milli-nats. The model is an
interpolated Kneser-Ney 5-gram (Chen and Goodman 1999, three discounts an order), thinned by what each entry adds
(Seymore and Rosenfeld 1996).
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

ORDER: Final = 5
SYMBOL_BITS: Final = 12
"""Five symbols of twelve bits fit one 64-bit key; the 4,094 commonest characters are 99.99 % of official text."""

SKIP: Final = (1 << SYMBOL_BITS) - 1
COST_STEP: Final = 80
"""Milli-nats a step of a cost; the rounding, 20 on average, is far below any margin that decides."""

BACKOFF_STEP: Final = 40
BACKOFF_ZERO: Final = 64
"""The stored value that means 0: a back-off weight may be slightly above 1."""

PAIR_STEP: Final = 800
NEVER: Final = 15

SIMPLIFIED: Final = 1
TRADITIONAL: Final = 2

U8 = npt.NDArray[np.uint8]
U16 = npt.NDArray[np.uint16]
U64 = npt.NDArray[np.uint64]


class Level(NamedTuple):
    """The n-grams of one order: ascending keys, with cost and back-off in their stored steps."""

    keys: U64
    cost: U8
    backoff: U8


class Pairs(NamedTuple):
    """What is known of single characters and of neighbours."""

    fold: U16
    form: U8
    cost: U8
    """2 ** 24 of them, one a byte: ``cost[first << SYMBOL_BITS | second]``."""


class Table(NamedTuple):
    """All n-grams. ``levels[n]`` holds order n+1; ``head`` has ``symbols``, the characters that symbols stand for."""

    head: Mapping[str, Any]
    levels: tuple[Level, ...]


def write_pairs(path: Path, pairs: Pairs) -> None:
    """Write the small file; the same pairs give the same bytes."""
    packed = (pairs.cost[::2] << 4) | pairs.cost[1::2]
    _write(
        path,
        {},
        [
            ("fold", pairs.fold.astype("<u2").tobytes()),
            ("form", pairs.form.tobytes()),
            ("cost", packed.tobytes()),
        ],
    )


def read_pairs(data: bytes) -> Pairs:
    """Read what ``write_pairs`` wrote."""
    _, columns = _read(data)
    packed = np.frombuffer(columns["cost"], np.uint8)
    cost = np.empty(2 * len(packed), np.uint8)
    cost[::2], cost[1::2] = packed >> 4, packed & 15
    return Pairs(
        np.frombuffer(columns["fold"], "<u2").astype(np.uint16),
        np.frombuffer(columns["form"], np.uint8),
        cost,
    )


def write_table(path: Path, table: Table) -> None:
    """Write the large file; the same table gives the same bytes."""
    columns: list[tuple[str, bytes]] = []
    parents = np.zeros(1, np.uint64)
    for number, level in enumerate(table.levels, 1):
        bits = np.uint64(SYMBOL_BITS)
        count = np.bincount(np.searchsorted(parents, level.keys >> bits), minlength=len(parents))
        columns += [
            (f"count{number}", count.astype("<u2").tobytes()),
            (f"symbol{number}", (level.keys & np.uint64(SKIP)).astype("<u2").tobytes()),
            (f"cost{number}", level.cost.tobytes()),
            (f"backoff{number}", level.backoff.tobytes()),
        ]
        parents = level.keys
    _write(path, table.head, columns)


def read_table(data: bytes) -> Table:
    """Read what ``write_table`` wrote."""
    head, columns = _read(data)
    levels: list[Level] = []
    parents = np.zeros(1, np.uint64)
    for number in range(1, ORDER + 1):
        count = np.frombuffer(columns[f"count{number}"], "<u2")
        symbol = np.frombuffer(columns[f"symbol{number}"], "<u2")
        parents = np.repeat(parents << np.uint64(SYMBOL_BITS), count) | symbol
        cost = np.frombuffer(columns[f"cost{number}"], np.uint8)
        levels.append(Level(parents, cost, np.frombuffer(columns[f"backoff{number}"], np.uint8)))
    return Table(head, tuple(levels))


def _write(path: Path, head: Mapping[str, Any], columns: list[tuple[str, bytes]]) -> None:
    whole = dict(head, columns=[[name, len(data)] for name, data in columns])
    raw = (
        json.dumps(whole, ensure_ascii=False, sort_keys=True).encode()
        + b"\n"
        + b"".join(data for _, data in columns)
    )
    path.write_bytes(lzma.compress(raw, lzma.FORMAT_XZ, preset=9 | lzma.PRESET_EXTREME))


def _read(data: bytes) -> tuple[dict[str, Any], dict[str, memoryview]]:
    raw = lzma.decompress(data)
    end = raw.index(b"\n") + 1
    head = json.loads(raw[:end])
    columns: dict[str, memoryview] = {}
    for name, length in head["columns"]:
        columns[name] = memoryview(raw)[end : end + length]
        end += length
    return head, columns
