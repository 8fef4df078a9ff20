"""Rows of the catalog's tables as values, and values as rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, Select

from ..values import Draft, Event, Facts, PublishedEdition, Report, Revision, WorkItem

Row = Mapping[Any, Any]


def rows_of(connection: Connection, query: Select[Any]) -> list[Row]:
    """Give what a query finds, as mappings."""
    return list(connection.execute(query).mappings())


def to_text(value: Any) -> str:
    """Write JSON as the catalog keeps it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def facts_to_text(facts: Facts) -> str:
    """Write facts as the catalog keeps them: members without a value are left out."""
    return to_text(
        {name: value for name in Facts.__slots__ if (value := getattr(facts, name)) not in (None, (), "", 0)}
    )


def facts_from_text(text: str | None) -> Facts:
    """Read what ``facts_to_text`` wrote."""
    if not text:
        return Facts()
    value = orjson.loads(text)
    if "issuers" in value:
        value["issuers"] = tuple(value["issuers"])
    for name in ("covers", "plans"):
        if name in value:
            value[name] = tuple(value[name])
    return Facts(**value)


def revision_of(row: Row) -> Revision:
    """Read a row of ``revisions``."""
    return Revision(
        id=row["id"],
        report=row["report"],
        source=row["source"],
        source_bytes=row["source_bytes"],
        hints=json.loads(row["hints"]),
        accepted_at=row["accepted_at"],
        labels=tuple(json.loads(row["labels"])),
        profile=row["profile"],
        name=row["name"],
        by=row["uploader"],
        origin=row["origin"],
        parent=row["parent"],
        before=json.loads(row["before"]) if row["before"] else None,
        state=row["state"],
        code=row["code"],
        reason=row["reason"],
        settled_at=row["settled_at"],
    )


def revision_row(revision: Revision) -> dict[str, Any]:
    """Write a row of ``revisions``."""
    return {
        "id": revision.id,
        "report": revision.report,
        "source": revision.source,
        "source_bytes": revision.source_bytes,
        "hints": to_text(dict(revision.hints)),
        "accepted_at": revision.accepted_at,
        "labels": to_text(revision.labels),
        "profile": revision.profile,
        "name": revision.name,
        "uploader": revision.by,
        "origin": revision.origin,
        "parent": revision.parent,
        "before": to_text(dict(revision.before)) if revision.before else None,
        "state": revision.state,
        "code": revision.code,
        "reason": revision.reason,
        "settled_at": revision.settled_at,
    }


def draft_of(row: Row) -> Draft:
    """Read a row of ``drafts``."""
    return Draft(
        revision=row["revision"],
        fingerprint=row["fingerprint"],
        content=row["content"],
        content_bytes=row["content_bytes"],
        record=row["record"],
        record_bytes=row["record_bytes"],
        facts=facts_from_text(row["facts"]),
        made_at=row["made_at"],
        held=row["held"],
    )


def draft_row(draft: Draft) -> dict[str, Any]:
    """Write a row of ``drafts``."""
    return {
        "revision": draft.revision,
        "fingerprint": draft.fingerprint,
        "content": draft.content,
        "content_bytes": draft.content_bytes,
        "record": draft.record,
        "record_bytes": draft.record_bytes,
        "facts": facts_to_text(draft.facts),
        "made_at": draft.made_at,
        "held": draft.held,
    }


def edition_of(row: Row) -> PublishedEdition:
    """Read a row of ``editions`` joined with its draft."""
    return PublishedEdition(
        report=row["report"],
        number=row["number"],
        revision=row["revision"],
        fingerprint=row["fingerprint"],
        content=row["content"],
        content_bytes=row["content_bytes"],
        record=row["record"],
        record_bytes=row["record_bytes"],
        sequence=row["sequence"],
        event=row["event"],
        published_at=row["published_at"],
        facts=facts_from_text(row["facts"]),
        reinstates=row["reinstates"],
    )


def event_of(row: Row) -> Event:
    """Read a row of ``ledger``."""
    return Event(
        sequence=row["sequence"],
        event=row["event"],
        report=row["report"],
        at=row["at"],
        edition=row["edition"],
        revision=row["revision"],
        fingerprint=row["fingerprint"],
        content=row["content"],
        content_bytes=row["content_bytes"],
        record=row["record"],
        record_bytes=row["record_bytes"],
        data=json.loads(row["data"]),
    )


def event_row(event: Event, *, written: bool) -> dict[str, Any]:
    """Write a row of ``ledger``."""
    return {
        "sequence": event.sequence,
        "event": event.event,
        "report": event.report,
        "at": event.at,
        "edition": event.edition,
        "revision": event.revision,
        "fingerprint": event.fingerprint,
        "content": event.content,
        "content_bytes": event.content_bytes,
        "record": event.record,
        "record_bytes": event.record_bytes,
        "data": to_text(dict(event.data)),
        "written": written,
    }


def item_of(row: Row) -> WorkItem:
    """Read a row of ``work``."""
    return WorkItem(
        id=row["id"],
        revision=row["revision"],
        report=row["report"],
        purpose=row["purpose"],
        queue=row["queue"],
        wanted=row["wanted"],
        state=row["state"],
        attempts=row["attempts"],
        created_at=row["created_at"],
        not_before=row["not_before"],
        sent_at=row["sent_at"],
        lease_until=row["lease_until"],
        claimed_by=row["claimed_by"],
        run=row["run"] or None,
        code=row["code"],
        reason=row["reason"],
        trace=row["trace"],
    )


def report_of(row: Row, latest: PublishedEdition | None) -> Report:
    """Read a row of ``reports``."""
    return Report(
        id=row["id"],
        labels=tuple(json.loads(row["labels"])),
        standing=row["standing"],
        created_at=row["created_at"],
        latest=latest,
        changed=row["changed"],
        changed_at=row["changed_at"],
        touched=row["touched"],
        editions=row["editions"],
        revisions=row["revisions"],
    )
