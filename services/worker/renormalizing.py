"""Normalizing the archive again: a dry run that stores drafts and shows what would change, then apply, then revert.

A new release changes nothing by itself. A run enters the reports that match, has each normalized as a draft (bulk
work, like any other), and compares it with the edition that stands. Applying publishes the drafts one report at a
time; it is resumable because each row says how far it came. Reverting publishes the former bytes again.
"""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Final

from ..archive import (
    Archive,
    Claim,
    Difference,
    EventKind,
    Making,
    PublishedEdition,
    Report,
    Run,
    RunFilter,
    RunRow,
    StandingError,
    content_key,
    record_key,
    write_entry,
)
from ..archive.publishing import keep, publish_draft
from ..normalize import RejectedError

EXAMPLES: Final = 5
"""Places shown for one report; a person looks at a few and goes on."""

AROUND: Final = 12
"""Characters shown on each side of a place."""

SHOWN: Final = 60
"""Characters shown of a place at most."""

SLICE: Final = 0.5
"""Seconds that one round of the sweeper applies or reverts for: uploads publish in between."""

log = logging.getLogger(__name__)

BACKLOG: Final = 2000
"""Waiting drafts of a run at most: more would only sit in the queue."""


def open_run(archive: Archive, which: RunFilter, *, by: str = "", why: str = "") -> Run:
    """Begin a dry run; the sweeper enters its reports and the workers draft them."""
    return archive.catalog.runs.open(which, by=by, why=why)


def apply_run(archive: Archive, run: int) -> None:
    """Have a drafted run applied; the sweeper does it, and goes on after an interruption.

    Raises:
        StandingError: the run is not drafted.
    """
    if not _move(archive, run, state="applying", expected=("drafted", "applying")):
        raise StandingError(_where(archive, run, "applied", "drafted"))


def revert_run(archive: Archive, run: int) -> None:
    """Have an applied run (also one applied in part) reverted.

    Raises:
        StandingError: nothing of the run was applied.
    """
    if not _move(archive, run, state="reverting", expected=("applying", "applied", "reverting")):
        raise StandingError(_where(archive, run, "reverted", "applied"))


def cancel_run(archive: Archive, run: int) -> None:
    """Give a run up that was not applied.

    Raises:
        StandingError: it was applied: revert it instead.
    """
    if not _move(archive, run, state="cancelled", expected=("collecting", "drafting", "drafted")):
        raise StandingError(_where(archive, run, "cancelled", "collecting, drafting or drafted"))


def _move(archive: Archive, run: int, *, state: str, expected: Sequence[str]) -> bool:
    moved = archive.catalog.runs.move(run, state=state, expected=expected)
    if moved:
        log.info("the run is %s", state, extra={"run": run})
    return moved


def advance_runs(archive: Archive) -> None:
    """Take every run one step further (the sweeper, each round)."""
    runs = archive.catalog.runs
    for run in runs.list(limit=10):
        if run.state == "collecting":
            if run.counts.get("waiting", 0) < BACKLOG:
                runs.extend(run.id)
        elif run.state == "drafting" and not run.counts.get("waiting"):
            _move(archive, run.id, state="drafted", expected=("drafting",))
        elif run.state == "applying":
            if apply_some(archive, run.id):
                _move(archive, run.id, state="applied", expected=("applying",))
        elif run.state == "reverting" and revert_some(archive, run.id):
            _move(archive, run.id, state="reverted", expected=("reverting",))


def apply_some(archive: Archive, run: int, *, seconds: float = SLICE) -> bool:
    """Publish drafts of a run for a while; True when none is left."""
    until = time.monotonic() + seconds
    for state in ("changed", "same"):
        for row in _rows(archive, run, state):
            _apply(archive, row)
            if time.monotonic() > until:
                return False
    return True


def revert_some(archive: Archive, run: int, *, seconds: float = SLICE) -> bool:
    """Take back what a run published, for a while; True when nothing is left."""
    until = time.monotonic() + seconds
    for row in _rows(archive, run, "applied"):
        _revert(archive, row)
        if time.monotonic() > until:
            return False
    return True


def record_draft(archive: Archive, claim: Claim, making: Making) -> None:
    """Keep what a run's work item made, compare it with what stands, and end the claim."""
    run = _run_of(claim)
    standing = archive.catalog.reports.get(claim.revision.report)
    latest = None if standing is None else standing.latest
    if latest is not None and (latest.revision, latest.fingerprint) == (making.revision, making.fingerprint):
        archive.catalog.runs.record(run, making.revision, draft=None, difference=Difference("unchanged"))
    else:
        draft = keep(archive, making)
        difference = compare(archive, latest, making)
        archive.catalog.runs.record(run, making.revision, draft=draft, difference=difference)
    archive.catalog.queue.finish(claim)


def record_rejection(archive: Archive, claim: Claim, error: RejectedError) -> None:
    """Note that this pipeline rejects a source, and end the claim. The edition that stands stays."""
    difference = Difference("rejected", code=error.code, reason=error.reason)
    archive.catalog.runs.record(_run_of(claim), claim.revision.id, draft=None, difference=difference)
    archive.catalog.queue.finish(claim)


def record_failure(archive: Archive, claim: Claim, code: str, reason: str) -> None:
    """Note that a draft could not be made."""
    difference = Difference("failed", code=code, reason=reason)
    archive.catalog.runs.record(_run_of(claim), claim.revision.id, draft=None, difference=difference)


def compare(archive: Archive, latest: PublishedEdition | None, making: Making) -> Difference:
    """Say what a draft would change: edits by rule, characters, places, grade."""
    new_record = json.loads(making.record)
    new_rules = rule_counts(new_record)
    new_grade = making.facts.grade
    if latest is None:
        return Difference(
            "changed", {name: (0, count) for name, count in new_rules.items()}, grades=("", new_grade)
        )
    old_record = json.loads(archive.objects.get(record_key(latest.record)))
    old_rules = rule_counts(old_record)
    rules = {
        name: (old_rules[name], new_rules[name])
        for name in sorted(old_rules.keys() | new_rules.keys())
        if old_rules[name] != new_rules[name]
    }
    old_content = archive.objects.get(content_key(latest.content))
    grades = (latest.facts.grade, new_grade)
    if old_content == making.content:
        return Difference("same", rules, grades=grades)
    places = list(differing_places(json.loads(old_content)["text"], json.loads(making.content)["text"]))
    changed = sum(max(len(place["was"]), len(place["now"])) for place in places)
    shown = tuple({name: _short(text) for name, text in place.items()} for place in places[:EXAMPLES])
    return Difference("changed", rules, shown, changed, grades)


def rule_counts(record: Mapping[str, Any]) -> Counter[str]:
    """Count a record's edits by ``stage/rule``, and its findings by ``stage!code``."""
    counts: Counter[str] = Counter()
    for entry in record["apparatus"]["edits"]:
        counts[f"{entry['stage']}/{entry['rule']}" if entry["rule"] else entry["stage"]] += entry.get(
            "count", 1
        )
    for found in record["apparatus"]["findings"]:
        counts[f"{found['stage']}!{found['code']}"] += 1
    return counts


def differing_places(old: str, new: str) -> Iterator[dict[str, str]]:
    """Give the places where two texts differ, with a little text before each, paragraph by paragraph."""
    before, after = old.split("\n"), new.split("\n")
    matcher = (
        SequenceMatcher(None, before, after, autojunk=False)
        if len(before) < 5000
        else SequenceMatcher(None, before, after)
    )
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            continue
        was, now = "\n".join(before[a:b]), "\n".join(after[c:d])
        head = 0
        while head < min(len(was), len(now)) and was[head] == now[head]:
            head += 1
        tail = 0
        while tail < min(len(was), len(now)) - head and was[-1 - tail] == now[-1 - tail]:
            tail += 1
        yield {
            "before": was[max(0, head - AROUND) : head],
            "was": was[head : len(was) - tail],
            "now": now[head : len(now) - tail],
            "after": was[len(was) - tail :][:AROUND] if tail else "",
        }


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _rows(archive: Archive, run: int, state: str) -> Iterator[RunRow]:
    after: str | None = None
    while True:
        page = archive.catalog.runs.rows(run, state=state, after=after, limit=100)
        yield from page.items
        if page.cursor is None:
            return
        after = page.cursor


def _apply(archive: Archive, row: RunRow) -> None:
    runs, ledger = archive.catalog.runs, archive.catalog.ledger
    report = archive.catalog.reports.get(row.report)
    assert row.fingerprint is not None
    draft = ledger.draft(row.revision, row.fingerprint)
    if report is None or draft is None or report.standing == "erased":
        runs.settle(row.run, row.report, state="overtaken")
        return
    latest = report.latest
    if latest is not None and (latest.revision, latest.fingerprint) == (row.revision, row.fingerprint):
        # Published by this very run, by a process that died before it could say so.
        runs.settle(row.run, row.report, state="applied", number=latest.number)
        return
    if _number(report) != row.before:
        runs.settle(row.run, row.report, state="overtaken")
        return
    data = {"run": row.run}
    event = publish_draft(archive, draft, data=data)
    if event is None:
        # It was published before and reverted since: its bytes come back under a new number.
        earlier = next(
            edition
            for edition in archive.catalog.reports.editions(row.report)
            if (edition.revision, edition.fingerprint) == (row.revision, row.fingerprint)
        )
        kind: EventKind = "reprocessed-same" if row.difference.state == "same" else "reprocessed-changed"
        event = ledger.reinstate(row.report, earlier.number, data=data, event=kind)
        if event is not None:
            write_entry(archive, event)
    number = event.edition if event is not None else _number(archive.catalog.reports.get(row.report))
    runs.settle(row.run, row.report, state="applied", number=number)


def _revert(archive: Archive, row: RunRow) -> None:
    runs = archive.catalog.runs
    report = archive.catalog.reports.get(row.report)
    if row.before is None or report is None or report.standing == "erased" or _number(report) != row.after:
        # There is nothing to go back to, or something newer stands there.
        runs.settle(row.run, row.report, state="overtaken")
        return
    event = archive.catalog.ledger.reinstate(
        row.report, row.before, data={"run": row.run, "reverts": row.after}
    )
    if event is not None:
        write_entry(archive, event)
    runs.settle(row.run, row.report, state="reverted")


def _number(report: Report | None) -> int | None:
    return None if report is None or report.latest is None else report.latest.number


def _run_of(claim: Claim) -> int:
    assert claim.item.run is not None
    return claim.item.run


def _where(archive: Archive, run: int, wanted: str, needed: str) -> str:
    found = archive.catalog.runs.get(run)
    return (
        f"there is no run {run}"
        if found is None
        else f"run {run} cannot be {wanted}: it is {found.state}, not {needed}"
    )


__all__ = [
    "advance_runs",
    "apply_run",
    "apply_some",
    "cancel_run",
    "compare",
    "differing_places",
    "open_run",
    "record_draft",
    "record_failure",
    "record_rejection",
    "revert_run",
    "revert_some",
    "rule_counts",
]
