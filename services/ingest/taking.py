"""Taking in: from a statement and bytes to a receipt. Every way in ends here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from ..archive import Accepted, Archive, DigestMismatchError, Incoming, Queue, accept, amend
from ..normalize.formats.sniffing import is_archive
from ..web import ProblemError
from ..web.access import LOCAL, Caller
from ..worker import dispatch
from .expanding import expanded, is_packed
from .legacy import ConverterError, convert_legacy, is_legacy
from .statements import Statement

MOST_KEY: Final = 255
"""Characters of an idempotency key."""


def permitted(archive: Archive, caller: Caller, statement: Statement) -> Statement:
    """Give the statement as this caller may make it: a key limited to labels reaches only reports that carry one.

    Raises:
        ProblemError: 404 for a report that is not there for the caller, 403 for labels that are not his.
    """
    if caller.labels is None or statement.report is None:
        return statement
    check_seen(archive, caller, statement.report)
    if not statement.labels:
        return replace(statement, labels=caller.labels)
    if set(statement.labels).isdisjoint(caller.labels):
        raise ProblemError(
            403, "label-refused", "this key uploads under its own labels only", labels=caller.labels
        )
    return statement


def check_seen(archive: Archive, caller: Caller, report: str) -> None:
    """Check that a report, if there is one, is there for this caller.

    Raises:
        ProblemError: 404, as for a report that does not exist.
    """
    if caller.labels is not None:
        found = archive.catalog.reports.get(report)
        if found is not None and not caller.sees(found):
            raise ProblemError(404, "report-unknown", f"no report {report!r}")


def take(
    archive: Archive,
    statement: Statement,
    source: Incoming,
    *,
    origin: str,
    queue: Queue = "interactive",
    caller: Caller = LOCAL,
) -> dict[str, Any]:
    """Take a source in: durable when this returns, and on its way to a worker. Gives the receipt.

    An archive is taken in member by member, each a report of its own (``expanding``); a legacy Word document is
    converted first, where this machine can.

    Raises:
        ProblemError: no report id was stated, or the caller may not do this.
        ArchiveError: as ``accept`` says.
        RejectedError: it is an archive out of bounds, or a document that cannot be converted.
    """
    if statement.report is None:
        raise ProblemError(
            422, "report-missing", "say which report this is: the field report, or a path as its id"
        )
    statement = permitted(archive, caller, statement)
    if is_packed(source):
        check_digest(statement.sha256, source.sha256)
        data = source.rewound().read()
        if is_archive(data):
            taker = partial(take, archive, origin="archive", queue=queue, caller=caller)
            return expanded(archive.settings, statement, source, data, taker)
        if is_legacy(data):
            return _take_converted(archive, statement, source, data, origin, queue, caller)
    return _take_plain(archive, statement, source, origin, queue, caller)


def _take_plain(
    archive: Archive, statement: Statement, source: Incoming, origin: str, queue: Queue, caller: Caller
) -> dict[str, Any]:
    assert statement.report is not None
    accepted = accept(
        archive,
        statement.report,
        source,
        hints=statement.hints,
        labels=statement.labels,
        profile=statement.profile,
        queue=queue,
        name=statement.name,
        by=caller.actor,
        origin=origin,
        sha256=statement.sha256,
    )
    dispatch(archive, accepted)
    return receipt(accepted)


def _take_converted(
    archive: Archive,
    statement: Statement,
    source: Incoming,
    data: bytes,
    origin: str,
    queue: Queue,
    caller: Caller,
) -> dict[str, Any]:
    try:
        document = convert_legacy(data)
    except ConverterError as error:
        raise ProblemError(503, "converter", f"{error}; try again", headers={"Retry-After": "30"}) from error
    # What is stored is the result; its revision says what it came from.
    name = f"{statement.name or 'document'} (SHA-256 {source.sha256}, converted by LibreOffice)"
    with Incoming(limit=archive.settings.max_upload) as converted:
        converted.write(document)
        stated = replace(statement, name=name, sha256=None)
        return _take_plain(archive, stated, converted, origin, queue, caller)


def check_digest(declared: str | None, found: str) -> None:
    """Check the digest that was declared for an upload.

    Raises:
        DigestMismatchError: the bytes have another.
    """
    if declared is not None and declared.lower() != found:
        raise DigestMismatchError(f"the bytes have SHA-256 {found}, {declared.lower()} was declared")


def take_amendment(
    archive: Archive,
    report: str,
    stated: Statement,
    *,
    replaces: bool,
    queue: Queue = "interactive",
    by: str = "",
) -> Accepted:
    """Send new hints for the newest source of a report.

    What was stated before stays: a member that is given again replaces its own kind, amendments add up. What was
    stated in vain, with a revision that was rejected, does not: a wrong word said once would reject all that follow.
    With ``replaces``, only what is given now holds.

    Raises:
        ArchiveError: as ``amend`` says.
    """
    hints = dict(stated.hints) if replaces else merged_hints(_in_force(archive, report), stated.hints)
    accepted = amend(archive, report, hints=hints, profile=stated.profile, queue=queue, by=by)
    dispatch(archive, accepted)
    return accepted


def _in_force(archive: Archive, report: str) -> Mapping[str, Any]:
    newest = archive.catalog.intake.newest(report)
    if newest is None:
        return {}
    if newest.state != "rejected":
        return newest.hints
    same = [one for one in archive.catalog.reports.revisions(report) if one.source == newest.source]
    standing = [one for one in same if one.state != "rejected"]
    return (standing or [newest])[-1].hints


def merged_hints(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Add hints to hints: metadata member by member, amendments one after another, each once."""
    merged = {**before, **now}
    if "metadata" in before and "metadata" in now:
        merged["metadata"] = {**before["metadata"], **now["metadata"]}
    if "amendments" in before and "amendments" in now:
        added = [one for one in now["amendments"] if one not in before["amendments"]]
        merged["amendments"] = [*before["amendments"], *added]
    return merged


def receipt(accepted: Accepted) -> dict[str, Any]:
    """Tell the uploader what became of it, and where to follow it."""
    revision = accepted.revision
    return {
        "report": accepted.report,
        "revision": revision.id,
        "outcome": accepted.outcome,
        "state": revision.state,
        "source": {"sha256": revision.source, "bytes": revision.source_bytes},
        "follow": f"/v1/revisions/{revision.id}",
        "href": f"/v1/reports/{quote(accepted.report)}",
    }


def outcome_of(told: Mapping[str, Any]) -> str:
    """Tell whether a receipt says that anything is new; an archive is new when one of its members is."""
    if told["outcome"] != "expanded":
        return str(told["outcome"])
    return "new" if any(member.get("outcome") != "known" for member in told["members"]) else "known"


def once(
    archive: Archive, key: str | None, who: str, request: Mapping[str, Any], act: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Do ``act``, or give the answer that it gave when this key came first.

    Two requests with one key at the same time both act; taking in the same bytes twice is one revision, so both
    answers are the same, and the one that is kept first is given.

    Raises:
        ProblemError: the key came with another request before.
    """
    if key is None:
        return act()
    asked = hashlib.sha256(json.dumps(request, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    scope = f"upload:{who}"
    kept = archive.catalog.intake.recall(scope, key)
    if kept is None:
        kept = archive.catalog.intake.remember(scope, key, {"request": asked, "answer": act()})
    if kept["request"] != asked:
        raise ProblemError(
            422, "idempotency-key-reused", "this idempotency key came with another request before"
        )
    answer: dict[str, Any] = kept["answer"]
    return answer


def with_defaults(statement: Statement, *, name: str | None, declared: str | None) -> Statement:
    """Add what the protocol says, where the uploader stated nothing."""
    hints = dict(statement.hints)
    if declared and "declared" not in hints:
        hints = {**hints, "declared": declared}
    return replace(statement, name=statement.name or name, hints=hints)
