"""Lists, streams and dialogues: several requests that a caller sees as one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

from ..contract import shapes
from .errors import ClientError
from .operations import finding, managing, reading, sending
from .requests import PAGE, Decoder, Dialogue, Pages, Request, Source, Stream, nothing, size_of
from .streams import Events, JsonLines, Pieces

P = ParamSpec("P")
Page = TypeVar("Page")
Entry = TypeVar("Entry")

FOLLOW_WAIT: Final = 25.0
"""Seconds of one long-poll; the server allows 30."""


def _by_cursor(
    page: Callable[P, Request[Page]], member: str, _entry: type[Entry]
) -> Callable[P, Pages[Page, Entry]]:
    """Make a whole list of an operation that gives one page of it and a cursor."""

    def whole(*args: P.args, **kwargs: P.kwargs) -> Pages[Page, Entry]:
        def after(told: Any) -> Request[Page] | None:
            return page(*args, **{**kwargs, "cursor": told["cursor"]}) if told.get("cursor") else None

        def entries(told: Any) -> list[Entry]:
            found: list[Entry] = told[member]
            return found

        return Pages(page(*args, **kwargs), entries, after)

    whole.__wrapped__ = page  # type: ignore[attr-defined]  # inspect.signature follows it
    whole.__doc__ = f"Give all entries of ``{page.__name__}``, page after page."
    whole.__name__ = page.__name__.removesuffix("_page")
    return whole


reports = _by_cursor(finding.reports_page, "reports", shapes.Report)
sections = _by_cursor(finding.sections_page, "sections", shapes.ListedSection)
search = _by_cursor(finding.search_page, "hits", shapes.Hit)
revisions = _by_cursor(sending.revisions_page, "revisions", shapes.ListedRevision)


def audit(*, subject: str | None = None) -> Pages[shapes.AuditPage, shapes.AuditEntry]:
    """Give all entries of the audit trail, in order."""

    def after(page: shapes.AuditPage) -> Request[shapes.AuditPage] | None:
        return managing.audit_page(after=page["next"], subject=subject) if page["entries"] else None

    return Pages(managing.audit_page(subject=subject), lambda page: page["entries"], after)


def events(*, after: int = 0, limit: int = PAGE) -> Pages[shapes.Feed, shapes.Event]:
    """Give all events up to now."""
    asked = after

    def further(page: shapes.Feed) -> Request[shapes.Feed] | None:
        # A page may be empty and not the last one: for a key limited to labels it rises past others' events.
        nonlocal asked
        rose, asked = page["next"] > asked, page["next"]
        return finding.feed(after=asked, limit=limit) if rose else None

    return Pages(finding.feed(after=after, limit=limit), lambda page: page["events"], further)


def follow(
    *, after: int = 0, limit: int = PAGE, wait: float = FOLLOW_WAIT
) -> Pages[shapes.Feed, shapes.Feed]:
    """Give the feed page by page without end, by long-poll.

    Keep ``next`` of a page when its events are dealt with; ``after=next`` goes on from there, after a crash too. An
    empty page means that nothing came for ``wait`` seconds.
    """

    def further(page: shapes.Feed) -> Request[shapes.Feed]:
        return finding.feed(after=page["next"], limit=limit, wait=wait)

    return Pages(finding.feed(after=after, limit=limit, wait=wait), lambda page: [page], further)


def stream(*, after: int = 0) -> Stream[shapes.Event]:
    """Give the feed's events without end, by Server-Sent Events; a break is bridged by ``Last-Event-ID``."""

    def begin(last: int) -> Request[None]:
        headers = {"Accept": "text/event-stream", "Last-Event-ID": str(last)}
        return Request("GET", "/v1/feed/stream", nothing, query={"after": after}, headers=headers)

    def resume(decoder: Decoder[shapes.Event]) -> Request[None]:
        assert isinstance(decoder, Events)
        return begin(decoder.last)

    return Stream(begin(after), lambda: Events(after), resume)


def export(
    *,
    label: str | None = None,
    region: str | None = None,
    within: str | None = None,
    issuer: str | None = None,
    kind: str | None = None,
    year: int | None = None,
    grade: str | None = None,
    script: str | None = None,
    changed_since: str | None = None,
    changed_after: int | None = None,
    prefix: str | None = None,
) -> Stream[shapes.ExportedReport]:
    """Give the latest edition of every report that matches, as it comes."""
    request = Request("GET", "/v1/export", nothing, query={**locals(), "form": "ndjson"})
    return Stream(request, JsonLines, _never)


def export_parquet(
    *,
    label: str | None = None,
    region: str | None = None,
    within: str | None = None,
    issuer: str | None = None,
    kind: str | None = None,
    year: int | None = None,
    grade: str | None = None,
    script: str | None = None,
    changed_since: str | None = None,
    changed_after: int | None = None,
    prefix: str | None = None,
) -> Stream[bytes]:
    """Give the sections of every report that matches as a Parquet file, piece by piece."""
    request = Request("GET", "/v1/export", nothing, query={**locals(), "form": "parquet"})
    return Stream(request, Pieces, _never)


def source_stream(report: str, number: reading.Edition = "latest") -> Stream[bytes]:
    """Give the bytes that an edition was made from, piece by piece."""
    return Stream(reading.source(report, number), Pieces, _never)


def settled(revision: str, *, wait: float = FOLLOW_WAIT) -> Dialogue[shapes.Revision]:
    """Wait until an upload is published, held, rejected or parked."""
    while True:
        told: shapes.Revision = yield sending.revision(revision, wait=wait)
        if told["state"] != "pending":
            return told


def publish(
    report: str, source: Source, *, labels: tuple[str, ...] = (), hints: dict[str, Any] | None = None
) -> Dialogue[shapes.Revision]:
    """Upload a report and wait for what becomes of it.

    Raises:
        ClientError: it is an archive, whose members have outcomes of their own; use ``put_source``.
    """
    receipt = yield sending.put_source(report, source, labels=labels, hints=hints)
    if receipt["outcome"] == "expanded":
        raise ClientError(f"{report} is an archive of {len(receipt['members'])} files; use put_source")
    return (yield from settled(receipt["revision"]))


def upload_presigned(
    report: str, source: Source, **stated: Any
) -> Dialogue[shapes.Receipt | shapes.ArchiveReceipt]:
    """Upload straight to the object store: promise, PUT, complete."""
    promise = yield sending.promise_upload(report, size_of(source), **stated)
    yield sending.put_promised(promise["put"], source)
    receipt: shapes.Receipt | shapes.ArchiveReceipt = yield sending.complete_upload(promise["upload"])
    return receipt


def _never(_: object) -> None:
    """A stream that broke cannot be resumed: what was told of it may have changed meanwhile."""
