"""First editions of several reports, numbered in one transaction: what a backfill is made of.

A transaction and its statements cost the same for one report as for sixteen. What is not simple is left to
``SqlLedger.publish``, one by one: it knows every case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, union_all, update

from ...contract.kinds import EventKind
from ..names import content_key, record_key
from ..tables import counters, drafts, editions, ledger, removals, reports
from ..values import Claim, Draft, Event
from .prepared import Prepared, pipelined
from .queue import finish_all
from .rows import draft_row, event_row

_ASSIGN: Final = Prepared(
    update(counters)
    .where(counters.c.name == "assigned")
    .values(value=counters.c.value + bindparam("more"))
    .returning(counters.c.value)
)
ENTER: Final = Prepared(insert(ledger))
ENTER_EDITION: Final = Prepared(insert(editions))


def assign(connection: Connection, count: int = 1) -> int:
    """Take the next ``count`` numbers and give the first. From here on publishers take turns."""
    row = _ASSIGN.first(connection, more=count)
    assert row is not None
    return int(row["value"]) - count + 1


def give_back(connection: Connection, count: int = 1) -> None:
    """Give numbers back that this transaction took: their row is still locked, so nobody has seen them."""
    _ASSIGN.first(connection, more=-count)


def event_of_edition(
    draft: Draft,
    sequence: int,
    event: EventKind,
    report: str,
    at: int,
    *,
    number: int,
    data: Mapping[str, Any],
) -> Event:
    """Make the ledger entry that says that a draft has become edition ``number`` of a report."""
    return Event(
        sequence,
        event,
        report,
        at,
        edition=number,
        revision=draft.revision,
        fingerprint=draft.fingerprint,
        content=draft.content,
        content_bytes=draft.content_bytes,
        record=draft.record,
        record_bytes=draft.record_bytes,
        data=data,
    )


def publish_fresh(
    connection: Connection, wanted: Sequence[tuple[Draft, Claim]], keep: Prepared, now: int
) -> Sequence[Event]:
    """See ``catalog.Ledger.publish_fresh``."""
    first = assign(connection, len(wanted))
    fresh = _fresh(connection, wanted)
    if len(fresh) < len(wanted):
        give_back(connection, len(wanted) - len(fresh))
    if not fresh:
        return ()
    events = [
        event_of_edition(
            draft, first + at, "added", claim.revision.report, now, number=1, data={"cause": "source"}
        )
        for at, (draft, claim) in enumerate(fresh)
    ]
    with pipelined(connection):
        finish_all(connection, [claim for _, claim in fresh])
        keep.many(connection, [draft_row(draft) for draft, _ in fresh])
        ENTER_EDITION.many(
            connection,
            [
                {
                    "report": event.report,
                    "number": 1,
                    "revision": event.revision,
                    "fingerprint": event.fingerprint,
                    "sequence": event.sequence,
                    "event": event.event,
                    "published_at": now,
                    "reinstates": None,
                }
                for event in events
            ],
        )
        ENTER.many(connection, [event_row(event, written=False) for event in events])
    return events


def _fresh(connection: Connection, wanted: Sequence[tuple[Draft, Claim]]) -> list[tuple[Draft, Claim]]:
    """Choose what can go together: the first of each report without editions, drafts or objects in removal."""
    names = [claim.revision.report for _, claim in wanted]
    revisions = [draft.revision for draft, _ in wanted]
    keys = [key for draft, _ in wanted for key in (content_key(draft.content), record_key(draft.record))]
    known = set(
        connection.execute(
            union_all(
                select(editions.c.report).where(editions.c.report.in_(names)),
                select(drafts.c.revision).where(drafts.c.revision.in_(revisions)),
                select(removals.c.key).where(removals.c.key.in_(keys)),
            )
        ).scalars()
    )
    standing = select(reports.c.id).where(reports.c.id.in_(names), reports.c.standing == "open")
    open_ones = set(connection.execute(standing).scalars())
    fresh = []
    for draft, claim in wanted:
        report = claim.revision.report
        own = {report, draft.revision, content_key(draft.content), record_key(draft.record)}
        if report in open_ones and not own & known:
            open_ones.discard(report)
            fresh.append((draft, claim))
    return fresh
