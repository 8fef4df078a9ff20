"""The steps of a search: what may happen between two stored characters, and what it costs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np

from ..language.model import I64
from .window import Token

START_COST: Final = 5_000
SECOND_LOSS_COST: Final = 2_000
TORN_STOP_COST: Final = 2_000
"""Milli-nats: where a slip begins, or a second byte is lost, is not free, or every edge would be redrawn.
A full stop torn by a search for ！ ？ ； ， (。” 。《 。总 。現) is the common case: it costs less than others."""

TORN_INDENT_COST: Final = 2_000
"""The same for the last blank of an indent, which half of a page's numbered paragraphs may have lost: ?。ǘ┩七M was
（二）推進."""

MISREAD_NOTE_COST: Final = 7_000
"""Milli-nats for ending a slip in a character that is not read as the note behind it says (。ㄒ唬┙(jīng)濟 was
（一）經(jīng)濟): notes are right but for some readings of characters with several."""

FULL_STOP: Final = ord("。")
INDENT: Final = 0x3000
TORN_MARKS: Final = {0xA1, 0xA8, 0xA9, 0xAC, 0xBA, 0xBB, 0xBF}
"""Second bytes of ！ （ ） ， ： ； ？, whose first byte A3 is the second one of 。"""


class Steps(NamedTuple):
    """Arcs before they are settled: from which nodes, reading which characters (0: none), holding which byte."""

    source: I64
    char: I64
    pending: I64
    extra: int
    dropped: int = 0
    rough: I64 | None = None
    """What the step will cost, roughly; steps that are far behind by this are not weighed."""


def torn(nodes: I64, token: Token, *, indented: bool) -> Iterable[Steps]:
    """A full stop, or a line's indent, whose second byte is the first one of a mark: what stands there holds a lead."""
    if not len(nodes):
        return
    for lead, trail, extra in token.pairs:
        if lead == 0xA3 and trail in TORN_MARKS:
            yield reading(nodes, FULL_STOP, trail, TORN_STOP_COST + extra)
        if lead == 0xA1 and indented:
            yield reading(nodes, INDENT, trail, TORN_INDENT_COST + extra)


def reading(nodes: I64, char: int, pending: int, cost: int) -> Steps:
    """Steps that read one character."""
    return Steps(nodes, np.full(len(nodes), char), np.full(len(nodes), pending), cost)


def passing(nodes: I64, pending: int, cost: int) -> Steps:
    """Steps that read nothing."""
    return Steps(nodes, np.zeros(len(nodes), np.int64), np.full(len(nodes), pending), cost)
