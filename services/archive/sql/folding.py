"""The one fold: how a ledger entry changes what consumers see.

Everything in ``reports`` beyond a report's first lines, every row of ``facets`` but ``access``, and ``revealed`` come
from here. A live catalog and a rebuilt one fold the same entries in the same order, so they cannot differ.
"""

from __future__ import annotations

import json
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from ..tables import drafts, editions, facets, reports, revisions
from ..values import Event, Facts
from .queue import drop_all
from .rows import facts_from_text

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

_REPORT = select(reports).where(reports.c.id == bindparam("id"))
_FACTS = (
    select(drafts.c.facts)
    .select_from(
        editions.join(
            drafts,
            and_(drafts.c.revision == editions.c.revision, drafts.c.fingerprint == editions.c.fingerprint),
        )
    )
    .where(editions.c.report == bindparam("report"), editions.c.number == bindparam("number"))
)
_REVEAL = (
    update(editions)
    .where(editions.c.report == bindparam("the_report"), editions.c.number == bindparam("the_number"))
    .values(revealed=True)
)
_PUBLISHED = (
    update(revisions)
    .where(revisions.c.id == bindparam("the_revision"), revisions.c.state != "erased")
    .values(state="published", code=None, reason=None, settled_at=bindparam("at"))
)


def fold(connection: Connection, event: Event) -> None:
    """Bring one entry before the consumers' eyes."""
    row = connection.execute(_REPORT, {"id": event.report}).mappings().one()
    if row["standing"] == "erased":
        return  # a worker had the report in hand while it was erased
    values: dict[str, Any] = {"touched": event.sequence}
    if event.edition is not None:
        values |= _show_edition(connection, event, dict(row))
    elif event.event == "withdrawn":
        _drop_facets(connection, event.report)
        values |= {"standing": "withdrawn", **_changed(event)}
    elif event.event == "restored":
        standing = "open" if row["latest"] is None else "published"
        values |= {"standing": standing, **_changed(event)}
        if standing == "published":
            _set_facets(
                connection, event.report, row["labels"], facts_from_text(row["facts"]), event.sequence
            )
    else:
        assert event.event == "erased"
        _drop_facets(connection, event.report)
        drop_all(connection, event.report)
        connection.execute(
            update(revisions)
            .where(revisions.c.report == event.report)
            .values(state="erased", settled_at=event.at)
        )
        values |= {"standing": "erased", "facts": None, "bytes_left": True, **_changed(event)}
    connection.execute(update(reports).where(reports.c.id == event.report).values(**values))


def _show_edition(connection: Connection, event: Event, row: dict[str, Any]) -> dict[str, Any]:
    connection.execute(_REVEAL, {"the_report": event.report, "the_number": event.edition})
    connection.execute(_PUBLISHED, {"the_revision": event.revision, "at": event.at})
    values: dict[str, Any] = {"editions": row["editions"] + 1}
    assert event.revision is not None
    assert event.edition is not None
    if row["latest_revision"] is not None and event.revision < row["latest_revision"]:
        return values  # a late older revision gets a number, not the pointer
    text = connection.execute(_FACTS, {"report": event.report, "number": event.edition}).scalar_one_or_none()
    values |= {"latest": event.edition, "latest_revision": event.revision, "content": event.content}
    changed = row["content"] != event.content
    if changed:
        values |= _changed(event)
    if row["standing"] == "open":
        values["standing"] = "published"
    if text is not None and (changed or text != row["facts"]):  # None: a rebuild, and the draft was erased
        values["facts"] = text
        if row["standing"] != "withdrawn":
            sequence = event.sequence if changed else row["changed"]
            _set_facets(connection, event.report, row["labels"], facts_from_text(text), sequence)
    return values


def _changed(event: Event) -> dict[str, Any]:
    return {"changed": event.sequence, "changed_at": event.at}


def _drop_facets(connection: Connection, report: str) -> None:
    connection.execute(delete(facets).where(facets.c.report == report, facets.c.name != ACCESS))


def _set_facets(connection: Connection, report: str, labels: str, facts: Facts, changed: int) -> None:
    _drop_facets(connection, report)
    rows = [
        {"name": name, "value": value, "report": report, "changed": changed}
        for name, value in facets_of(facts, tuple(json.loads(labels)))
    ]
    connection.execute(insert(facets), rows)


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
