"""The ledger, in SQL: numbers without a gap, and the one fold that makes things visible."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, insert, select, update

from ...contract.kinds import EventKind
from ..errors import ReportUnknownError, StandingError
from ..names import content_key, record_key
from ..tables import counters, drafts, editions, facets, ledger, reports, revisions
from ..values import Claim, Draft, Event, Head, Page
from .database import SqlDatabase
from .folding import fold
from .intake import insert_unless_there, lock_naming, refuse_removed
from .parking import settle_revision
from .prepared import Prepared
from .queue import finish
from .rows import draft_of, draft_row, event_of, event_row
from .together import ENTER, ENTER_EDITION, assign, event_of_edition, give_back, publish_fresh

FOLD_AT_ONCE: Final = 200
"""Entries folded in one transaction at most, so that no writer waits long behind a backlog."""

_EDITIONS: Final = Prepared(
    select(
        editions.c.number, editions.c.revision, editions.c.fingerprint, editions.c.sequence, drafts.c.content
    )
    .select_from(
        editions.join(
            drafts,
            and_(drafts.c.revision == editions.c.revision, drafts.c.fingerprint == editions.c.fingerprint),
        )
    )
    .where(editions.c.report == bindparam("report"))
    .order_by(editions.c.number)
)
_DRAFT: Final = Prepared(
    select(drafts).where(
        drafts.c.revision == bindparam("revision"), drafts.c.fingerprint == bindparam("fingerprint")
    )
)
_STANDING: Final = Prepared(select(reports.c.standing).where(reports.c.id == bindparam("report")))
_WRITTEN: Final = Prepared(
    update(ledger)
    .where(
        ledger.c.sequence.between(bindparam("first_number"), bindparam("last_number")),
        ledger.c.written.is_(False),
    )
    .values(written=True)
)
_COUNTERS: Final = Prepared(select(counters.c.name, counters.c.value))
_LOCK_VISIBLE: Final = Prepared(
    select(counters.c.value).where(counters.c.name == "visible").with_for_update()
)
_NEXT: Final = Prepared(
    select(ledger)
    .where(ledger.c.sequence > bindparam("after"))
    .order_by(ledger.c.sequence)
    .limit(bindparam("most"))
)
_SET_VISIBLE: Final = Prepared(
    update(counters).where(counters.c.name == "visible").values(value=bindparam("reached"))
)


class SqlLedger:
    """See ``catalog.Ledger``."""

    def __init__(self, database: SqlDatabase) -> None:
        self._database = database
        self._keep_draft = Prepared(insert_unless_there(database, drafts))

    def publish(
        self,
        draft: Draft,
        *,
        claim: Claim | None = None,
        data: Mapping[str, Any] | None = None,
        put_again: bool = False,
    ) -> Event | None:
        with self._database.write() as connection:
            report: str = (
                claim.revision.report
                if claim is not None
                else connection.execute(
                    select(revisions.c.report).where(revisions.c.id == draft.revision)
                ).scalar_one()
            )
            sequence = assign(connection)  # from here on publishers take turns
            if claim is not None:
                finish(connection, claim)
            earlier = [SimpleNamespace(**row) for row in _EDITIONS.all(connection, report=report)]
            for edition in earlier:
                if (edition.revision, edition.fingerprint) == (draft.revision, draft.fingerprint):
                    give_back(connection)
                    # Whoever numbered it may have died before its entry was written: then this caller writes it.
                    row = (
                        connection.execute(
                            select(ledger).where(
                                ledger.c.sequence == edition.sequence, ledger.c.written.is_(False)
                            )
                        )
                        .mappings()
                        .first()
                    )
                    return None if row is None else event_of(row)
            standing = _STANDING.first(connection, report=report)
            if standing is None or standing["standing"] == "erased":
                give_back(connection)
                return None
            draft = self._keep(connection, draft, put_again=put_again)
            event, why = _kind(connection, draft, earlier)
            number = earlier[-1].number + 1 if earlier else 1
            return self._number(
                connection, sequence, report, draft, event, {**why, **(data or {})}, number=number
            )

    def publish_fresh(self, drafts_and_claims: Sequence[tuple[Draft, Claim]]) -> Sequence[Event]:
        with self._database.write() as connection:
            return publish_fresh(connection, drafts_and_claims, self._keep_draft, self._database.now())

    def keep_draft(self, draft: Draft, *, claim: Claim | None = None, put_again: bool = False) -> Draft:
        with self._database.write() as connection:
            lock_naming(self._database, connection)
            kept = self._keep(connection, draft, put_again=put_again)
            if kept.held is not None:
                settle_revision(connection, kept.revision, "held", "held", kept.held, self._database.now())
            if claim is not None:
                finish(connection, claim)
        return kept

    def reinstate(
        self, report: str, number: int, *, data: Mapping[str, Any], event: EventKind = "reverted"
    ) -> Event | None:
        with self._database.write() as connection:
            sequence = assign(connection)
            earlier = [SimpleNamespace(**row) for row in _EDITIONS.all(connection, report=report)]
            wanted = next((edition for edition in earlier if edition.number == number), None)
            if wanted is None:
                raise ReportUnknownError(f"{report}, edition {number}")
            latest = max(earlier, key=lambda edition: (edition.revision, edition.number))
            if (latest.revision, latest.fingerprint) == (wanted.revision, wanted.fingerprint):
                give_back(connection)
                return None
            identity = {"revision": wanted.revision, "fingerprint": wanted.fingerprint}
            draft = _draft(connection, **identity)
            told = {**data, "reinstates": number}
            last = earlier[-1].number + 1
            return self._number(
                connection, sequence, report, draft, event, told, number=last, reinstates=number
            )

    def append(self, event: EventKind, report: str, *, data: Mapping[str, Any]) -> Event:
        with self._database.write() as connection:
            sequence = assign(connection)
            row = connection.execute(select(reports).where(reports.c.id == report)).mappings().first()
            if row is None:
                raise ReportUnknownError(report)
            # The last entry decides, also one that is not yet revealed.
            last = connection.execute(
                select(ledger.c.event)
                .where(ledger.c.report == report, ledger.c.event.in_(("withdrawn", "restored", "erased")))
                .order_by(ledger.c.sequence.desc())
                .limit(1)
            ).scalar_one_or_none()
            if last == "erased" or (event == "withdrawn" and last == "withdrawn"):
                raise StandingError(f"report {report!r} is {last} already")
            if event == "restored" and last != "withdrawn":
                raise StandingError(f"report {report!r} is not withdrawn")
            if event == "erased":
                # Its revision objects go; the label that lets a limited key see this entry must stay.
                data = {**data, "labels": json.loads(row["labels"])}
            return _enter(connection, Event(sequence, event, report, self._database.now(), data=dict(data)))

    def reveal(self, first: int, last: int | None = None) -> int:
        last = first if last is None else last
        while True:
            with self._database.write_relaxed() as connection:
                locked = _LOCK_VISIBLE.first(connection)
                assert locked is not None
                visible = reached = int(locked["value"])
                _WRITTEN.do(connection, first_number=first, last_number=last)
                next_ones = []
                for row in _NEXT.all(connection, after=visible, most=FOLD_AT_ONCE):
                    if not row["written"] or row["sequence"] != reached + 1:
                        break
                    next_ones.append(event_of(row))
                    reached = row["sequence"]
                if next_ones:
                    fold(connection, next_ones)
                    _SET_VISIBLE.do(connection, reached=reached)
            if reached - visible < FOLD_AT_ONCE:
                return reached

    def unwritten(self, *, older_than: float, limit: int = 100) -> Sequence[Event]:
        with self._database.read() as connection:
            rows = connection.execute(
                select(ledger)
                .where(
                    ledger.c.written.is_(False),
                    ledger.c.at <= self._database.now() - round(older_than * 1000),
                )
                .order_by(ledger.c.sequence)
                .limit(limit)
            ).mappings()
            return tuple(map(event_of, rows))

    def head(self) -> Head:
        with self._database.look() as connection:
            values = {row["name"]: row["value"] for row in _COUNTERS.all(connection)}
        return Head(values["assigned"], values["visible"])

    def events(
        self, *, after: int, limit: int = 100, labels: Sequence[str] | None = None, report: str | None = None
    ) -> tuple[Sequence[Event], int]:
        with self._database.read() as connection:
            visible: int = connection.execute(
                select(counters.c.value).where(counters.c.name == "visible")
            ).scalar_one()
            query = (
                select(ledger)
                .where(ledger.c.sequence > after, ledger.c.sequence <= visible)
                .order_by(ledger.c.sequence)
                .limit(limit)
            )
            if report is not None:
                query = query.where(ledger.c.report == report)
            if labels is not None:
                carries = select(facets.c.report).where(
                    facets.c.name == "access",
                    facets.c.value.in_(list(labels)),
                    facets.c.report == ledger.c.report,
                )
                query = query.where(carries.exists())
            found = tuple(map(event_of, connection.execute(query).mappings()))
        return found, found[-1].sequence if len(found) == limit else max(visible, after)

    def restore_entries(self, events: Sequence[Event], drafts_of: Sequence[Draft]) -> None:
        with self._database.write() as connection:
            for draft in drafts_of:
                connection.execute(insert_unless_there(self._database, drafts), draft_row(draft))
            for event in events:
                connection.execute(insert(ledger), event_row(event, written=True))
                if event.edition is not None:
                    connection.execute(
                        insert(editions),
                        {
                            "report": event.report,
                            "number": event.edition,
                            "revision": event.revision,
                            "fingerprint": event.fingerprint,
                            "sequence": event.sequence,
                            "event": event.event,
                            "published_at": event.at,
                            "reinstates": event.data.get("reinstates"),
                        },
                    )
            if events:
                fold(connection, events)
                connection.execute(update(counters).values(value=events[-1].sequence))

    def drafts_held(
        self, *, report: str | None = None, after: str | None = None, limit: int = 100
    ) -> Page[Draft]:
        query = select(drafts).where(drafts.c.held.is_not(None)).order_by(drafts.c.revision).limit(limit)
        if after is not None:
            query = query.where(drafts.c.revision > after)
        if report is not None:
            own = select(revisions.c.id).where(revisions.c.report == report)
            query = query.where(drafts.c.revision.in_(own))
        with self._database.read() as connection:
            found = tuple(map(draft_of, connection.execute(query).mappings()))
        return Page(found, found[-1].revision if len(found) == limit else None)

    def draft(self, revision: str, fingerprint: str) -> Draft | None:
        with self._database.read() as connection:
            row = _DRAFT.first(connection, revision=revision, fingerprint=fingerprint)
        return None if row is None else draft_of(row)

    def _keep(self, connection: Connection, draft: Draft, *, put_again: bool) -> Draft:
        keys = [content_key(draft.content), record_key(draft.record)]
        refuse_removed(connection, keys, since=draft.made_at, put_again=put_again)
        made = self._keep_draft.do(connection, **draft_row(draft))
        if made == 1:
            return draft
        identity = {"revision": draft.revision, "fingerprint": draft.fingerprint}
        return _draft(connection, **identity)

    def _number(
        self,
        connection: Connection,
        sequence: int,
        report: str,
        draft: Draft,
        event: EventKind,
        data: Mapping[str, Any],
        *,
        number: int,
        reinstates: int | None = None,
    ) -> Event:
        now = self._database.now()
        if draft.held is not None:
            connection.execute(
                update(drafts)
                .where(drafts.c.revision == draft.revision, drafts.c.fingerprint == draft.fingerprint)
                .values(held=None)
            )
        ENTER_EDITION.do(
            connection,
            report=report,
            number=number,
            revision=draft.revision,
            fingerprint=draft.fingerprint,
            sequence=sequence,
            event=event,
            published_at=now,
            reinstates=reinstates,
        )
        return _enter(
            connection, event_of_edition(draft, sequence, event, report, now, number=number, data=data)
        )


def _enter(connection: Connection, event: Event) -> Event:
    ENTER.do(connection, **event_row(event, written=False))
    return event


def _draft(connection: Connection, revision: str, fingerprint: str) -> Draft:
    row = _DRAFT.first(connection, revision=revision, fingerprint=fingerprint)
    assert row is not None
    return draft_of(row)


def _kind(connection: Connection, draft: Draft, earlier: Sequence[Any]) -> tuple[EventKind, dict[str, Any]]:
    """Tell what publishing ``draft`` after the report's ``earlier`` editions is, and why it comes."""
    if not earlier:
        return "added", {"cause": "source"}
    own = [edition for edition in earlier if edition.revision == draft.revision]
    if own:
        same = own[-1].content == draft.content
        return "reprocessed-same" if same else "reprocessed-changed", {"cause": "pipeline"}
    highest = max(edition.revision for edition in earlier)
    inputs = {
        row.id: row
        for row in connection.execute(
            select(revisions.c.id, revisions.c.source).where(revisions.c.id.in_((draft.revision, highest)))
        )
    }
    data: dict[str, Any] = {
        "cause": "hints" if inputs[highest].source == inputs[draft.revision].source else "source"
    }
    if highest > draft.revision:
        data["late"] = True
    return "source-revised", data


__all__ = ["SqlLedger"]
