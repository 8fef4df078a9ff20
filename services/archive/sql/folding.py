"""The one fold: how a ledger entry changes what consumers see.

Everything in ``reports`` beyond a report's first lines, every row of ``facets`` but ``access``, come from
here. A live catalog and a rebuilt one fold the same entries in the same order, so they cannot differ.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from ..tables import drafts, facets, reports, revisions
from ..values import Event, Facts
from .prepared import Found, Prepared, pipelined
from .queue import drop_all
from .rows import facts_from_text, rows_of

PAIRS: Final = (
    ("kind", "year"),
    ("region", "kind"),
    ("region", "year"),
    ("within", "kind"),
    ("within", "year"),
    ("issuer", "year"),
)
"""Pairs of filters that are often asked for together and are each too broad alone: one row for both."""

ACCESS: Final = "access"
"""The facet that a limited key is checked by: a report's labels, also while it is withdrawn or after its erasure."""

_REPORT: Final = Prepared(select(reports).where(reports.c.id == bindparam("report")))
_FACTS: Final = Prepared(
    select(drafts.c.revision, drafts.c.fingerprint, drafts.c.facts).where(
        drafts.c.revision == bindparam("revision"), drafts.c.fingerprint == bindparam("fingerprint")
    )
)
_PUBLISHED: Final = Prepared(
    update(revisions)
    .where(revisions.c.id == bindparam("revision"), revisions.c.state != "erased")
    .values(state="published", code=None, reason=None, settled_at=bindparam("at"))
)
_SHOW: Final = Prepared(
    update(reports)
    .where(reports.c.id == bindparam("report"))
    .values(
        touched=bindparam("now_touched"),
        editions=reports.c.editions + 1,
        latest=bindparam("now_latest"),
        latest_revision=bindparam("now_revision"),
        content=bindparam("now_content"),
        changed=bindparam("now_changed"),
        changed_at=bindparam("now_changed_at"),
        standing=bindparam("now_standing"),
        facts=bindparam("now_facts"),
    )
)
_DROP_FACETS: Final = Prepared(
    delete(facets).where(facets.c.report == bindparam("of_report"), facets.c.name != ACCESS)
)
_ADD_FACETS: Final = Prepared(insert(facets))


def fold(connection: Connection, events: Sequence[Event]) -> None:
    """Bring entries before the consumers' eyes, in their order."""
    run: dict[str, Event] = {}
    for event in events:
        if event.edition is None or event.report in run:
            _show_editions(connection, run)
            run = {}
        if event.edition is None:
            _fold_standing(connection, event)
        else:
            run[event.report] = event
    _show_editions(connection, run)


def _fold_standing(connection: Connection, event: Event) -> None:
    row = _REPORT.first(connection, report=event.report)
    assert row is not None
    if row["standing"] == "erased":
        return
    values: dict[str, Any] = {"touched": event.sequence, **_changed(event)}
    if event.event == "withdrawn":
        _drop_facets(connection, event.report)
        values["standing"] = "withdrawn"
    elif event.event == "restored":
        values["standing"] = "open" if row["latest"] is None else "published"
        if row["latest"] is not None:
            facts = facts_from_text(row["facts"])
            _ADD_FACETS.many(connection, _facet_rows(event.report, row["labels"], facts, event.sequence))
    else:
        assert event.event == "erased"
        _drop_facets(connection, event.report)
        drop_all(connection, event.report)
        connection.execute(
            update(revisions)
            .where(revisions.c.report == event.report)
            .values(state="erased", settled_at=event.at)
        )
        values |= {"standing": "erased", "facts": None, "bytes_left": True}
    connection.execute(update(reports).where(reports.c.id == event.report).values(**values))


def _show_editions(connection: Connection, run: Mapping[str, Event]) -> None:
    """Show the editions of different reports: a handful of statements, however many there are."""
    if not run:
        return
    if len(run) == 1:
        ((report, event),) = run.items()
        found = _REPORT.all(connection, report=report)
        facts = _FACTS.all(connection, revision=event.revision, fingerprint=event.fingerprint)
    else:
        events = run.values()
        found = rows_of(connection, select(reports).where(reports.c.id.in_(run)))
        wanted = select(drafts.c.revision, drafts.c.fingerprint, drafts.c.facts).where(
            drafts.c.revision.in_([event.revision for event in events])
        )
        facts = rows_of(connection, wanted)
    facts_of_draft = {(row["revision"], row["fingerprint"]): row["facts"] for row in facts}
    shown, published, dropped, added = [], [], [], []
    for row in found:
        if row["standing"] == "erased":
            continue  # a worker had the report in hand while it was erased
        event = run[row["id"]]
        now, anew = _shown(event, row, facts_of_draft.get((event.revision, event.fingerprint)))
        published.append({"revision": event.revision, "at": event.at})
        shown.append({"report": event.report, "now_touched": event.sequence, **now})
        if anew is not None:
            if row["latest"] is not None:
                dropped.append({"of_report": event.report})
            added += _facet_rows(event.report, row["labels"], anew, now["now_changed"])
    with pipelined(connection):
        for statement, rows in (
            (_PUBLISHED, published),
            (_DROP_FACETS, dropped),
            (_ADD_FACETS, added),
            (_SHOW, shown),
        ):
            if rows:
                statement.many(connection, rows)


def _shown(event: Event, row: Found, found: str | None) -> tuple[dict[str, Any], Facts | None]:
    """Give what a report's row says now, and its facts if its facets are to be made anew."""
    now = {
        "latest": row["latest"],
        "revision": row["latest_revision"],
        "content": row["content"],
        "changed": row["changed"],
        "changed_at": row["changed_at"],
        "standing": row["standing"],
        "facts": row["facts"],
    }
    anew = None
    # A late older revision gets a number, not the pointer.
    if row["latest_revision"] is None or event.revision >= row["latest_revision"]:
        changed = row["content"] != event.content
        now |= {"latest": event.edition, "revision": event.revision, "content": event.content}
        if changed:
            now |= _changed(event)
        if row["standing"] == "open":
            now["standing"] = "published"
        # None: a rebuild, and the report was erased later.
        if found is not None and (changed or found != row["facts"]):
            now["facts"] = found
            if row["standing"] != "withdrawn":
                anew = facts_from_text(found)
    return {f"now_{name}": value for name, value in now.items()}, anew


def _changed(event: Event) -> dict[str, Any]:
    return {"changed": event.sequence, "changed_at": event.at}


def _drop_facets(connection: Connection, report: str) -> None:
    _DROP_FACETS.do(connection, of_report=report)


def _facet_rows(report: str, labels: str, facts: Facts, changed: int) -> list[dict[str, Any]]:
    return [
        {"name": name, "value": value, "report": report, "changed": changed}
        for name, value in facets_of(facts, tuple(json.loads(labels)))
    ]


def facets_of(facts: Facts, labels: tuple[str, ...]) -> list[tuple[str, str]]:
    """Give every value, and pair of values, that a report of these facts is found by.

    >>> facets_of(Facts(kind="notice", covers=(2023, 2023)), ())
    [('kind', 'notice'), ('kind+year', 'notice+2023'), ('year', '2023')]
    """
    values: dict[str, list[str]] = {
        "label": list(labels),
        "kind": [facts.kind],
        "issuer": list(facts.issuers),
        "region": [facts.region] if facts.region else [],
        "within": regions_around(facts.region),
        "year": [str(year) for year in _years(facts.covers)],
        "grade": [facts.grade] if facts.grade else [],
        "script": [facts.script] if facts.script else [],
    }
    found = {(name, value) for name, several in values.items() for value in several}
    for one, other in PAIRS:
        found |= {(pair_name(one, other), pair_value(a, b)) for a in values[one] for b in values[other]}
    return sorted(found)


def pair_name(one: str, other: str) -> str:
    """Name the facet of two values together."""
    return f"{one}+{other}"


def pair_value(one: str, other: str) -> str:
    """Write two values as one."""
    return f"{one}+{other}"


def regions_around(code: str | None) -> list[str]:
    """Give a region and what it lies in, by GB/T 2260: 440106 lies in 440100, and that in 440000.

    >>> regions_around("440106")
    ['440106', '440100', '440000']
    >>> regions_around("440000")
    ['440000']
    """
    if not code:
        return []
    return list(dict.fromkeys((code, code[:4].ljust(len(code), "0"), code[:2].ljust(len(code), "0"))))


MOST_YEARS: Final = 30
"""Years of one report that it can be found by: what covers more is a history, not a report on a year."""


def _years(covers: tuple[int, int] | None) -> range:
    return range(0) if covers is None else range(covers[0], min(covers[1], covers[0] + MOST_YEARS - 1) + 1)


def set_access(connection: Connection, report: str, labels: tuple[str, ...]) -> None:
    """Note by which labels a limited key may know of the report."""
    connection.execute(delete(facets).where(facets.c.report == report, facets.c.name == ACCESS))
    if labels:
        connection.execute(
            insert(facets),
            [{"name": ACCESS, "value": label, "report": report, "changed": 0} for label in labels],
        )


__all__ = ["ACCESS", "PAIRS", "facets_of", "fold", "pair_name", "pair_value", "set_access"]
