"""The pages and their addresses. They show what the API serves, under the same keys, and change nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import Response

from ...archive import ArchiveError, FoundSection, ReportFilter, SectionFilter, SectionIndex
from ...contract.problems import BY_CODE
from ...web import ArchiveOf, ProblemError
from ...web.access import Reader
from ...web.problems import problem_of
from ..answers import tagged
from ..comparing import difference_of_editions, difference_of_years
from ..editions import Number, content_of, find_edition
from ..reports import report_url, visible_report
from ..sources import reopened
from .composing import NOTES_MOST, compose, where, written_out

PAGE_MOST: Final = 50
HITS_MOST: Final = 30
BEGINS_MOST: Final = 14
"""Characters by which the outline names a section that has no heading."""

ROWS_MOST: Final = 500
"""Entries of the apparatus on one page."""

SAFE: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "Vary": "Authorization",
}
"""No script at all, nothing from elsewhere, in nobody's frame."""


class _PageRoute(APIRoute):
    """A route whose problems are pages, too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def answer_with_pages(request: Request) -> Response:
            try:
                return await answer(request)
            except ProblemError as error:
                return _problem_page(request, error)
            except ArchiveError as error:
                return _problem_page(request, problem_of(error))
            except RequestValidationError as error:
                said = "; ".join(f"{fault['loc'][-1]}: {fault['msg']}" for fault in error.errors())
                return _problem_page(request, ProblemError(422, "invalid-request", said))

        return answer_with_pages


router = APIRouter(tags=["reading room"], include_in_schema=False, route_class=_PageRoute)

Words = Annotated[str, Query(max_length=200)]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("jiaokan.api", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "counted": counted,
        "read_url": read_url,
        "report_url": report_url,
        "sure": sure,
        "written_out": written_out,
    }
    return environment


def read_url(report: str, number: int | str | None = None, what: str = "") -> str:
    """Give the address of a report's page, or of one of an edition."""
    base = f"/read/{quote(report)}"
    return base if number is None else f"{base}/-/editions/{number}{what}"


def counted(number: int, what: str) -> str:
    """Write a number with what it counts.

    >>> counted(1, "change"), counted(1250, "change")
    ('1 change', '1,250 changes')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def sure(confidence: int) -> str:
    """Write a confidence, whole per mille, as people read it.

    >>> sure(1000), sure(985)
    ('100 %', '98.5 %')
    """
    return f"{confidence / 10:g} %"


def _begins(content: dict[str, Any]) -> Callable[[dict[str, Any]], str]:
    """Give how a section without a heading begins, behind its label."""

    def begins(section: dict[str, Any]) -> str:
        start, end = section["span"]
        start += len(section["label"] or "")
        text = content["text"][start : min(end, start + BEGINS_MOST)].partition("\n")[0]
        return f"{text}…" if start + BEGINS_MOST < end else text

    return begins


def _page(request: Request, name: str, **values: Any) -> Response:
    body = _environment().get_template(f"reading/{name}.html").render(**values).encode()
    return tagged(request, body, media_type="text/html; charset=utf-8", headers=SAFE)


def _problem_page(_: Request, problem: ProblemError) -> Response:
    kind = BY_CODE.get(problem.code)
    body = _environment().get_template("reading/problem.html").render(problem=problem, kind=kind)
    headers = {**SAFE, **problem.headers, "Cache-Control": "no-store"}
    return Response(body, problem.status, headers=headers, media_type="text/html; charset=utf-8")


@router.get("/style.css")
def get_style(request: Request) -> Response:
    """Give the style of all pages; it tells nobody anything, so it needs no key."""
    body = files("jiaokan.api").joinpath("templates", "reading", "style.css").read_bytes()
    headers = {"Cache-Control": "public, max-age=300"}
    return tagged(request, body, media_type="text/css; charset=utf-8", headers=headers)


@router.get("/")
def show_reports(
    archive: ArchiveOf,
    caller: Reader,
    request: Request,
    prefix: Words = "",
    issuer: Words = "",
    label: Words = "",
    year: Annotated[str, Query(pattern=r"^(\d{4})?$")] = "",
    cursor: Annotated[str | None, Query(max_length=600)] = None,
) -> Response:
    """Show the reports, page by page, with a few filters."""
    which = ReportFilter(
        prefix=prefix or None,
        issuer=issuer or None,
        label=label or None,
        year=int(year) if year else None,
        labels=caller.labels,
    )
    page = archive.catalog.reports.list(which, after=cursor, limit=PAGE_MOST)
    asked = {"prefix": prefix, "issuer": issuer, "label": label, "year": year}
    given = {name: value for name, value in asked.items() if value}
    further = f"/?{urlencode({**given, 'cursor': page.cursor})}" if page.cursor else None
    return _page(
        request,
        "reports",
        reports=page.items,
        asked=asked,
        filtered=bool(given),
        further=further,
        begun=cursor,
    )


@router.get("/search")
def show_hits(archive: ArchiveOf, caller: Reader, request: Request, q: Words = "") -> Response:
    """Show the sections that hold all words."""
    words = q.split()[:8]
    hits: Sequence[tuple[int, FoundSection]] = ()
    if words:
        nothing = SectionFilter(None, None, None, None, None, None)
        which = ReportFilter(labels=caller.labels)
        hits, _ = SectionIndex(archive).search(words, nothing, which, after=None, limit=HITS_MOST)
    found = [(one, _shown(one.own, words)) for _, one in hits]
    return _page(request, "search", q=q, found=found, most=HITS_MOST)


def _shown(text: str, words: list[str]) -> list[tuple[str, bool]]:
    """Cut the text around the first word that stands in it: (text, whether it is the word)."""
    folded = text.casefold()
    there = ((folded.find(word.casefold()), word) for word in words if word.casefold() in folded)
    at, word = min(there, default=(0, ""))
    low, end = max(0, at - 40), at + len(word)
    head = [("…", False)] if low else []
    tail = [("…", False)] if end + 80 < len(text) else []
    return [*head, (text[low:at], False), (text[at:end], True), (text[end : end + 80], False), *tail]


@router.get("/read/{report:report}")
def show_report(archive: ArchiveOf, caller: Reader, request: Request, report: str) -> Response:
    """Show a report's latest edition."""
    return _edition_page(archive, caller, request, report, "latest")


@router.get("/read/{report:path}/-/editions/{number}")
def show_edition(
    archive: ArchiveOf, caller: Reader, request: Request, report: str, number: Number
) -> Response:
    """Show an edition: outline, text, and in it what was changed."""
    return _edition_page(archive, caller, request, report, number)


def _edition_page(archive: Any, caller: Any, request: Request, report: str, number: str) -> Response:
    found = visible_report(archive, caller, report)
    edition = find_edition(archive, caller, report, number)
    content = content_of(archive, edition)
    lost = None
    edits: Any = ()
    findings: Any = ()
    source = b""
    try:
        opened, source = reopened(archive, edition)
        edits, findings = opened.edits, opened.findings
    except ProblemError as error:
        if error.code != "cannot-replay":
            raise
        lost = error.detail
    blocks = compose(content, edits, findings, source)
    return _page(
        request,
        "edition",
        report=found,
        edition=edition,
        editions=archive.catalog.reports.editions(found.id),
        content=content,
        blocks=blocks,
        outline=[
            one
            for one in content["sections"]
            if one["parent"] is not None and (one["heading"] or one["label"])
        ],
        edits=len(edits),
        findings=len(findings),
        marked=sum(1 for block in blocks for piece in block.pieces if piece.notes),
        most=NOTES_MOST,
        lost=lost,
        begins=_begins(content),
    )


@router.get("/read/{report:path}/-/editions/{number}/apparatus")
def show_apparatus(
    archive: ArchiveOf,
    caller: Reader,
    request: Request,
    report: str,
    number: Number,
    rule: Words = "",
    start: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> Response:
    """Show the apparatus: each change with what was and what is, and where in the source it stood."""
    found = visible_report(archive, caller, report)
    edition = find_edition(archive, caller, report, number)
    opened, source = reopened(archive, edition)
    rules = Counter(edit.rule for edit in opened.edits)
    chosen = [edit for edit in opened.edits if not rule or edit.rule == rule]
    rows = [(edit, where(edit.source, source)) for edit in chosen[start : start + ROWS_MOST]]
    further = start + ROWS_MOST if start + ROWS_MOST < len(chosen) else None
    noted = [(one, where(one.source, source)) for one in opened.findings[:ROWS_MOST]] if not rule else []
    return _page(
        request,
        "apparatus",
        report=found,
        edition=edition,
        rules=rules.most_common(),
        rule=rule,
        rows=rows,
        total=len(chosen),
        start=start,
        further=further,
        findings=noted,
        text=opened.text,
    )


@router.get("/read/{report:path}/-/differences")
def show_differences(
    archive: ArchiveOf,
    caller: Reader,
    request: Request,
    report: str,
    before: Annotated[str, Query(pattern=r"^(latest|[1-9][0-9]{0,8})$")],
    after: Annotated[str, Query(pattern=r"^(latest|[1-9][0-9]{0,8})$")] = "latest",
) -> Response:
    """Show what differs between two editions."""
    old = find_edition(archive, caller, report, before)
    new = find_edition(archive, caller, report, after)
    difference = difference_of_editions(archive, old, new)
    told = (f"edition {old.number}", f"edition {new.number}")
    title = new.facts.title or new.report
    return _page(request, "difference", difference=difference, title=title, old=old, new=new, told=told)


@router.get("/differences")
def show_year_differences(
    archive: ArchiveOf,
    caller: Reader,
    request: Request,
    before: Annotated[str, Query(max_length=600)],
    after: Annotated[str, Query(max_length=600)],
) -> Response:
    """Show what differs between two years."""
    old = find_edition(archive, caller, before, "latest")
    new = find_edition(archive, caller, after, "latest")
    difference = difference_of_years(archive, old, new)
    return _page(
        request, "difference", difference=difference, title=new.facts.title or new.report, old=old, new=new,
        told=(old.report, new.report),
    )  # fmt: skip
