"""Who says which encoding it is: whoever declared it, the text itself, chardet. Witnesses, never the judge."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from .candidates import BIG5, Candidate, Cost, family

WITNESS: Final = 4_000
"""Milli-nats that a declared charset weighs: more than breaks a tie, less than one character of real evidence."""
CHARDET: Final = 3_000
"""Milli-nats that chardet's word weighs: it is right on 98 of 100 short pieces, but trusts any declaration."""
_SAID: Final = re.compile(
    rb"(?:charset|encoding|coding)\s*[=:]\s*[\"']?([A-Za-z][-\w.:]{2,30})", re.IGNORECASE
)
_SAID_WITHIN: Final = 2048
"""Bytes in which a text may say its own charset: HTML asks for the first 1,024, XML and Python for less."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Somebody's word on the encoding."""

    says: str
    """The candidate it speaks for."""
    words: str
    """What the evidence tells of it."""


def witnesses_of(data: bytes, declared: str | None) -> list[Witness]:
    """Hear who declared it and what the text says of itself; names that nobody knows say nothing."""
    heard = []
    if declared:
        candidate = family(declared)
        if candidate:
            heard.append(Witness(candidate, f"declared as {declared}"))
    head = data[:_SAID_WITHIN].lower()
    said = _SAID.search(head) if b"coding" in head or b"charset" in head else None
    if said:
        name = said[1].decode("ascii")
        candidate = family(name)
        if candidate:
            heard.append(Witness(candidate, f"the text calls itself {name}"))
    return heard


def speaks_for(witness: str, candidate: Candidate) -> bool:
    """Tell whether a word is for this candidate; the three mappings of Big5 are one in people's mouths."""
    return witness == candidate.codec or (witness in BIG5 and candidate.codec in BIG5)


def heard(costs: Iterable[Cost], witnesses: Sequence[Witness]) -> list[Cost]:
    """Give each candidate what the witnesses grant it; cheapest first, ties in the order of the candidates."""
    if not witnesses:
        return sorted(costs, key=total_of)
    out = []
    for cost in costs:
        granted = sum(WITNESS for witness in witnesses if speaks_for(witness.says, cost.candidate))
        out.append(cost._replace(total=cost.total - granted) if granted else cost)
    return sorted(out, key=total_of)


def total_of(cost: Cost) -> int:
    """Give what candidates are ordered by."""
    return cost.total


def ask_chardet(piece: bytes, costs: list[Cost]) -> tuple[list[Cost], Witness | None]:
    """Let chardet break what is nearly a tie; the costs come back in their new order."""
    import chardet

    said = chardet.detect(piece)["encoding"]
    candidate = family(said) if said else None
    if candidate is None:
        return costs, None
    costs = [
        cost._replace(total=cost.total - CHARDET) if speaks_for(candidate, cost.candidate) else cost
        for cost in costs
    ]
    return sorted(costs, key=total_of), Witness(candidate, f"chardet says {said}")
