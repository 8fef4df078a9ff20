"""What a stage is, what it may look at, and the runner that applies what it proposes.

A stage proposes, the runner applies: only the runner rewrites text. It rejects overlaps, naming the stage, and
carries the marks and findings of earlier stages through later edits. Recording is not a second code path: the
passes that make the text *are* the record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import NamedTuple

from ..edition import Edit, Finding, LocatedFinding, Mark, Pass, Proposal, Replaced
from .alphabet import Characters, alphabet_of
from .gates import Gates
from .hints import NO_HINTS, Amendment, Hints
from .neighbours import Words
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
    alphabet: Characters = field(default_factory=frozenset)
    unread: tuple[tuple[int, int], ...] = ()
    """Spans, rising, whose characters are no words: a wrong decoding that nobody could undo (ADR 157)."""


Propose = Callable[[str, Context], Iterable[Proposal]]

View = Callable[[str, Context], str]
"""Gives another spelling of a text, character for character: a span in it is one of the text."""

Observe = Callable[[str], object]
"""Told the name of each step when it has ended, for whoever holds a clock beside the run. It sees neither text nor
proposals and gives nothing back, so it has no part in the result."""


class Stage(NamedTuple):
    """One named, versioned, pure function that proposes edits, marks and findings on a text.

    ``name`` lives in stored JSON: renaming the function changes no data. ``version`` rises whenever the same input
    may give another output. Where ``needs`` is given, a text without any of these characters skips the stage, and where
    ``words`` are given, one in which none of them stands. Where ``view`` is given, the stage looks at that in place of
    the text; what it writes is no words then, for these would be in the spelling of the view. Its findings of the codes
    ``unread`` name spans that later stages are to leave as they stand.
    """

    name: str
    version: int
    propose: Propose
    needs: frozenset[str] | None = None
    words: Words | None = None
    view: View | None = None
    unread: frozenset[str] = frozenset()


class Outcome(NamedTuple):
    """What the runner made of a reading."""

    text: str
    passes: tuple[Pass, ...]
    marks: tuple[Mark, ...]
    findings: tuple[LocatedFinding, ...]


class _Refused(NamedTuple):
    """An edit that a person refused: who proposes it, where in the reading, and what it would write."""

    stage: str
    start: int
    end: int
    now: str


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
    gates: Gates | None = None,
    reader: str = "read",
    findings: Iterable[Finding] = (),
    observe: Observe | None = None,
) -> Outcome:
    """Run ``stages`` over ``text``; ``findings`` are the reader's own, with spans in ``text``.

    ``gates`` are those of ``stages``, for whoever runs the same ones again and again.

    A person refuses an edit by what stands in the clean text, which exists only after a run. So where there are
    refusals, the stages run once to find the edits meant, and once more without them.

    Raises:
        EditsError: a stage proposed edits that overlap or lie outside the text (a bug in the stage).
    """
    findings = tuple(findings)
    gates = gates or Gates(stages)
    outcome = _run(text, stages, gates, context, reader, findings, {}, observe)
    refusals = [amendment for amendment in context.hints.amendments if amendment.action == "refuse"]
    if not refusals:
        return outcome
    refused: dict[_Refused, Amendment] = {}
    unused = []
    for amendment in refusals:
        meant = _edits_meant(amendment, outcome)
        refused |= dict.fromkeys(meant, amendment)
        if not meant:
            unused.append(amendment_unused(amendment, "no stage proposes it there"))
    if refused:
        outcome = _run(text, stages, gates, context, reader, findings, refused, observe)
    told = _locate([_Noted("amend", len(outcome.passes), finding) for finding in unused], outcome.passes)
    return outcome._replace(findings=outcome.findings + told)


def _run(
    text: str,
    stages: Sequence[Stage],
    gates: Gates,
    context: Context,
    reader: str,
    findings: Iterable[Finding],
    refused: Mapping[_Refused, Amendment],
    observe: Observe | None,
) -> Outcome:
    passes: list[Pass] = []
    noted = [_Noted(reader, 0, finding) for finding in findings]
    marks = list(context.marks)
    if not context.alphabet:  # who asked for it already hands it on
        context = replace(context, alphabet=alphabet_of(text))
    alphabet = context.alphabet
    opened = gates.opened_by(text, alphabet)
    for number, stage in enumerate(stages):
        if not opened >> number & 1:
            continue
        edits: list[Edit] = []
        columns: list[Replaced] = []
        new_marks: list[Mark] = []
        unread: list[tuple[int, int]] = []
        seen = text if stage.view is None else stage.view(text, context)
        told = context if seen is text else replace(context, alphabet=alphabet.union(seen))
        for proposal in stage.propose(seen, told):
            if type(proposal) is Edit:
                edits.append(proposal)
            elif type(proposal) is Mark:
                new_marks.append(proposal)
            elif type(proposal) is Replaced:
                columns.append(proposal)
            else:
                assert isinstance(proposal, Finding)
                noted.append(_Noted(stage.name, len(passes), proposal))
                if proposal.code in stage.unread:
                    unread.append((proposal.start, proposal.end))
        made = _pass_of(stage, text, edits, columns) if edits or columns else None
        if refused and made is not None:
            made, noted = _without(made, refused, passes, noted)
        marks += new_marks
        if made is not None:
            passes.append(made)
            text = made.after
            marks = _carry_marks(marks, made)
            alphabet = alphabet.union(
                made.replaced.now if made.replaced else "".join([edit.new for edit in made.edits])
            )
            opened = gates.opened_by(text, alphabet)
        if unread or (made is not None and context.unread):
            spans = sorted((*context.unread, *unread))
            context = replace(
                context, unread=tuple(spans if made is None else (made.forward(*s) for s in spans))
            )
        if made is not None or new_marks:
            context = replace(context, marks=tuple(marks), alphabet=alphabet)
        if observe is not None:
            observe(stage.name)
    return Outcome(text, tuple(passes), tuple(sorted(marks, key=_span)), _locate(noted, passes))


def _pass_of(stage: Stage, text: str, edits: list[Edit], columns: list[Replaced]) -> Pass | None:
    if len(columns) == 1 and not edits:
        return Pass.of(stage.name, stage.version, text, columns[0])
    return Pass.of(stage.name, stage.version, text, chain(edits, *(column.edits() for column in columns)))


def amendment_unused(amendment: Amendment, reason: str) -> Finding:
    """Tell that a person's amendment did nothing, and why."""
    data = {"action": amendment.action, "was": amendment.was, "now": amendment.now}
    data |= {name: word for name in ("before", "after", "who", "why") if (word := getattr(amendment, name))}
    message = f"{amendment.action} {amendment.was!r} → {amendment.now!r}: {reason}"
    return Finding(0, 0, "amendment-unused", message, data=data)


def _edits_meant(amendment: Amendment, outcome: Outcome) -> list[_Refused]:
    """Find the edits that a refusal means: what it says stands, as the edit left it, in the clean text."""
    was, now, before, after = amendment.was, amendment.now, amendment.before, amendment.after
    # Edits are minimal; a person may quote a whole word.
    while was and now and was[0] == now[0]:
        was, now, before = was[1:], now[1:], before + was[0]
    while was and now and was[-1] == now[-1]:
        was, now, after = was[:-1], now[:-1], was[-1] + after
    meant = []
    for number, made in enumerate(outcome.passes):
        for edit in made.edits:
            if edit.new != now or made.before[edit.start : edit.end] != was:
                continue
            low, high = made.forward(edit.start, edit.end)
            for later in outcome.passes[number + 1 :]:
                low, high = later.forward(low, high)
            if outcome.text.endswith(before, 0, low) and outcome.text.startswith(after, high):
                start, end = _back(edit.start, edit.end, outcome.passes[:number])
                meant.append(_Refused(made.stage, start, end, now))
    return meant


def _back(start: int, end: int, passes: Sequence[Pass]) -> tuple[int, int]:
    for made in reversed(passes):
        start, end = made.back(start, end)
    return start, end


def _without(
    made: Pass, refused: Mapping[_Refused, Amendment], passes: Sequence[Pass], noted: list[_Noted]
) -> tuple[Pass | None, list[_Noted]]:
    """Leave refused edits out of a pass, and in the place of its doubts say who refused them."""
    kept = []
    for edit in made.edits:
        amendment = refused.get(_Refused(made.stage, *_back(edit.start, edit.end, passes), edit.new))
        if amendment is None:
            kept.append(edit)
            continue
        noted = [
            one
            for one in noted
            if one.stage != made.stage
            or one.finding.code != "doubtful"
            or not (one.finding.start <= edit.start and edit.end <= one.finding.end)
        ]
        data = {"was": made.before[edit.start : edit.end], "now": edit.new, "rule": edit.rule}
        data |= {name: word for name in ("who", "why") if (word := getattr(amendment, name))}
        refusal = Finding(edit.start, edit.end, "refused", "a person refused this edit", data=data)
        noted.append(_Noted(made.stage, len(passes), refusal))
    if len(kept) == len(made.edits):
        return made, noted
    return (Pass(made.stage, made.version, made.before, kept) if kept else None), noted


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
