"""What a stage is, what it may look at, and the runner that applies what it proposes.

A stage proposes, the runner applies: only the runner rewrites text. It rejects overlaps, naming the stage, and
carries the marks and findings of earlier stages through later edits. Recording is not a second code path: the
passes that make the text *are* the record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ..edition import Edit, Finding, LocatedFinding, Mark, Pass, Proposal
from .hints import NO_HINTS, Hints
from .profiles import ZH_HANS, Profile


@dataclass(frozen=True, slots=True)
class Context:
    """Everything besides the text that a stage may look at. Frozen: a stage cannot leave a message for another.

    ``alphabet`` holds every character of the text (and perhaps some that were in it earlier), so that a stage can
    tell at once that it has nothing to do.
    """

    profile: Profile = ZH_HANS
    hints: Hints = NO_HINTS
    media_type: str = "text/plain"
    marks: tuple[Mark, ...] = ()
    alphabet: frozenset[str] = field(default_factory=frozenset)


Propose = Callable[[str, Context], Iterable[Proposal]]


class Stage(NamedTuple):
    """One named, versioned, pure function that proposes edits, marks and findings on a text.

    ``name`` lives in stored JSON: renaming the function changes no data. ``version`` rises whenever the same input
    may give another output. When ``needs`` is given, a text without any of these characters skips the stage.
    """

    name: str
    version: int
    propose: Propose
    needs: frozenset[str] | None = None


class Outcome(NamedTuple):
    """What the runner made of a reading."""

    text: str
    passes: tuple[Pass, ...]
    marks: tuple[Mark, ...]
    findings: tuple[LocatedFinding, ...]


class _Noted(NamedTuple):
    """A finding as its stage saw it: its span stands in the text before pass number ``before``."""

    stage: str
    before: int
    finding: Finding


def run_stages(
    text: str,
    stages: Sequence[Stage],
    context: Context,
    *,
    reader: str = "read",
    findings: Iterable[Finding] = (),
) -> Outcome:
    """Run ``stages`` over ``text``; ``findings`` are the reader's own, with spans in ``text``.

    Raises:
        EditsError: a stage proposed edits that overlap or lie outside the text (a bug in the stage).
    """
    passes: list[Pass] = []
    noted = [_Noted(reader, 0, finding) for finding in findings]
    marks = list(context.marks)
    alphabet = frozenset(text)
    context = replace(context, alphabet=alphabet)
    for stage in stages:
        if stage.needs is not None and stage.needs.isdisjoint(alphabet):
            continue
        edits: list[Edit] = []
        new_marks: list[Mark] = []
        for proposal in stage.propose(text, context):
            if type(proposal) is Edit:
                edits.append(proposal)
            elif type(proposal) is Mark:
                new_marks.append(proposal)
            else:
                assert isinstance(proposal, Finding)
                noted.append(_Noted(stage.name, len(passes), proposal))
        made = Pass.of(stage.name, stage.version, text, edits) if edits else None
        marks += new_marks
        if made is not None:
            passes.append(made)
            text = made.after
            marks = _carry_marks(marks, made)
            alphabet = alphabet.union(*(edit.new for edit in made.edits))
        if made is not None or new_marks:
            context = replace(context, marks=tuple(marks), alphabet=alphabet)
    return Outcome(text, tuple(passes), tuple(sorted(marks, key=_span)), _locate(noted, passes))


def _span(mark: Mark) -> tuple[int, int, str]:
    return mark.start, -mark.end, mark.kind


def _carry_marks(marks: Iterable[Mark], made: Pass) -> list[Mark]:
    carried = []
    for mark in marks:
        start, end = made.forward(mark.start, mark.end)
        if start < end or mark.start == mark.end:  # a mark on nothing but deleted text goes with it
            carried.append(mark._replace(start=start, end=end))
    return carried


def _locate(noted: Iterable[_Noted], passes: Sequence[Pass]) -> tuple[LocatedFinding, ...]:
    located = []
    for stage, before, finding in noted:
        start, end = low, high = finding.start, finding.end
        for made in reversed(passes[:before]):
            start, end = made.back(start, end)
        for made in passes[before:]:
            low, high = made.forward(low, high)
        clean = None if low == high and finding.start < finding.end else (low, high)
        located.append(
            LocatedFinding(
                stage, finding.code, (start, end), clean, finding.message, finding.confidence, finding.data
            )
        )
    return tuple(located)
