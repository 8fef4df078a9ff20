"""Sections of an edition: one by id or anchor, its subtree, and the way by kinds and ordinals."""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from ..contract import shapes
from ..edition import to_json
from ..web import ArchiveOf, ProblemError
from ..web.access import Reader
from ..web.describing import DIGEST, EDITION, ETAG, NOT_MODIFIED, gives
from .answers import tagged
from .editions import Number, content_of, edition_headers, find_edition

router = APIRouter(prefix="/v1", tags=["sections"])

SectionName = Annotated[str, Path(max_length=200, description="A section's id or anchor.")]


def find_section(content: dict[str, Any], name: str) -> dict[str, Any]:
    """Find a section by id or, failing that, by anchor.

    Raises:
        ProblemError: 404.
    """
    for member in ("id", "anchor"):
        for section in content["sections"]:
            if section[member] == name:
                found: dict[str, Any] = section
                return found
    raise ProblemError(
        404, "section-unknown", f"this edition has no section {name!r}; its outline lists them"
    )


def section_json(content: dict[str, Any], section: dict[str, Any]) -> shapes.SubSection:
    """Give a section with its text: ``text`` with all descendants, ``own_text`` up to the first child.

    Both begin with label and heading; the own texts of all sections, in order, are the whole text.
    """
    text: str = content["text"]
    start = section["span"][0]
    told = {**section, "text": text[slice(*section["span"])], "own_text": text[start : section["body"][1]]}
    return cast("shapes.SubSection", told)


def subtree(content: dict[str, Any], root: dict[str, Any]) -> list[dict[str, Any]]:
    """Give a section and its descendants, in document order."""
    inside = {root["id"]}
    found = [root]
    for section in content["sections"]:
        if section["parent"] in inside and section["id"] not in inside:
            inside.add(section["id"])
            found.append(section)
    return found


@router.get(
    "/reports/{report:path}/-/editions/{number}/sections/{section}",
    summary="One section",
    responses=gives(shapes.Section, headers={**ETAG, **EDITION, **DIGEST}) | NOT_MODIFIED,
)
def get_section(
    archive: ArchiveOf,
    caller: Reader,
    request: Request,
    report: str,
    number: Number,
    section: SectionName,
    deep: Annotated[bool, Query(description="Give the descendants too, each with its own text.")] = False,  # noqa: FBT002
) -> Response:
    """Give one section with its text; with `deep`, its whole subtree as a list.

    By its id, or by its anchor. Sections without a heading under one parent share theirs: the first of them is given.
    """
    edition = find_edition(archive, caller, report, number)
    content = content_of(archive, edition)
    found = find_section(content, section)
    told = cast("shapes.Section", section_json(content, found))
    if deep:
        told["sections"] = [section_json(content, one) for one in subtree(content, found)[1:]]
    return tagged(request, to_json(told), media_type="application/json", headers=edition_headers(edition))
