"""The apparatus: what was changed and what was seen. Few edits are stored one by one, thousands in columns.

A report in Traditional characters has an edit for every second character. Told one by one, each with its place,
they would weigh fifty times the text. So when one rule of one pass has more than ``FEW`` edits, they are stored as
columns: the starts as differences, what was, what is. Both forms replay; places follow from the replay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from operator import itemgetter, sub
from typing import Any, Final, NamedTuple

from .passes import Pass
from .places import Place
from .proposals import CERTAIN, NO_DATA, Edit

FEW: Final = 16
"""Up to so many edits of one rule are told one by one (about 160 bytes each, against 5 in columns)."""


class AppliedEdit(NamedTuple):
    """One entry of the apparatus: what stood in the source and what stands in the clean text."""

    stage: str
    rule: str
    source: tuple[Place, ...]
    clean: tuple[int, int]
    was: str
    now: str
    confidence: int


class AppliedFinding(NamedTuple):
    """A finding, told against source and clean text; ``clean`` is None when nothing of it is left there."""

    stage: str
    code: str
    source: tuple[Place, ...]
    clean: tuple[int, int] | None
    message: str
    confidence: int
    data: Mapping[str, Any] = NO_DATA


TellEdits = Callable[[int, Iterable[int]], Iterable[AppliedEdit]]


def pack_edits(passes: Sequence[Pass], tell: TellEdits) -> list[dict[str, Any]]:
    """Store the edits of all passes; ``tell(pass, edits)`` gives the places of numbered edits."""
    packed: list[dict[str, Any]] = []
    for number, this in enumerate(passes):
        if this.replaced is not None and this.count > FEW:
            starts, now, rule = this.replaced
            was = "".join(itemgetter(*starts)(this.before))
            packed.append(_column_of(this.stage, rule, starts, was, now, CERTAIN))
            continue
        columns: dict[tuple[str, int], list[Edit]] = {}
        for edit in this.edits:
            columns.setdefault((edit.rule, edit.confidence), []).append(edit)
        few = {key for key, edits in columns.items() if len(edits) <= FEW}
        alone = [
            at
            for at, edit in enumerate(this.edits)
            if (edit.rule, edit.confidence) in few or edit.alignment is not None
        ]
        packed += [
            _one(this.edits[at], applied) for at, applied in zip(alone, tell(number, alone), strict=True)
        ]
        for (rule, confidence), edits in columns.items():
            if (rule, confidence) not in few:
                plain = [edit for edit in edits if edit.alignment is None]
                if plain:
                    packed.append(_many(this, rule, confidence, plain))
    return packed


def _one(edit: Edit, applied: AppliedEdit) -> dict[str, Any]:
    out: dict[str, Any] = {
        "stage": applied.stage,
        "rule": applied.rule,
        "at": [edit.start, edit.end],
        "source": [place.as_json() for place in applied.source],
        "clean": applied.clean,
        "was": applied.was,
        "now": applied.now,
        "confidence": applied.confidence,
    }
    if edit.alignment is not None:
        out["alignment"] = edit.alignment
    return out


def _many(this: Pass, rule: str, confidence: int, edits: Sequence[Edit]) -> dict[str, Any]:
    before = this.before
    was = _column([before[edit.start : edit.end] for edit in edits])
    now = _column([edit.new for edit in edits])
    return _column_of(this.stage, rule, [edit.start for edit in edits], was, now, confidence)


def _column_of(
    stage: str, rule: str, starts: Sequence[int], was: str | list[str], now: str | list[str], confidence: int
) -> dict[str, Any]:
    return {
        "stage": stage,
        "rule": rule,
        "count": len(starts),
        "starts": [starts[0], *map(sub, starts[1:], starts)],
        "was": was,
        "now": now,
        "confidence": confidence,
    }


def _column(values: list[str]) -> str | list[str]:
    """A column of single characters is stored as one string, one of equal strings as a list of one."""
    joined = "".join(values)
    if len(joined) == len(values) and all(values):
        return joined
    return values[:1] if len(set(values)) == 1 else values


def unpack_edits(packed: Iterable[Mapping[str, Any]]) -> dict[str, list[Edit]]:
    """Give the edits of each stage back, in that stage's own coordinates."""
    stages: dict[str, list[Edit]] = {}
    for entry in packed:
        edits = stages.setdefault(entry["stage"], [])
        edits.extend(_entry_edits(entry))
    for edits in stages.values():
        edits.sort()
    return stages


def _entry_edits(entry: Mapping[str, Any]) -> Iterator[Edit]:
    rule, confidence = entry["rule"], entry.get("confidence", CERTAIN)
    if "at" in entry:
        start, end = entry["at"]
        alignment = entry.get("alignment")
        pairs = None if alignment is None else tuple((a, b) for a, b in alignment)
        yield Edit(start, end, entry["now"], rule, confidence, pairs)
        return
    count = entry["count"]
    was, now = entry["was"], entry["now"]
    was = was * count if isinstance(was, list) and len(was) == 1 else was
    now = now * count if isinstance(now, list) and len(now) == 1 else now
    for start, old, new in zip(accumulate(entry["starts"]), was, now, strict=True):
        yield Edit(start, start + len(old), new, rule, confidence)
