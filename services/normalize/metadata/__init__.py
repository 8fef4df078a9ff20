"""Who reports, on which year, when issued, under which number: what the document itself determines, else null.

The head of the document is classed line by line (``head``); title, kind, session, number and day follow from its
lines, issuers and place from them and the opening words (``bodies``), years from title, session and headings
(``years``). What the uploader stated wins (``stated``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from ...edition import LocatedFinding, Mark, Metadata, Section
from ..hints import Hints
from .bodies import bodies_of
from .changes import year_changed
from .dates import DATE, DATE_LINE, iso_date_in, iso_of
from .head import LED_TITLE, HeadLine, foot_lines, head_lines
from .kinds import kind_of
from .numbers import number_in
from .stated import apply_stated
from .years import years_of

METADATA_VERSION: Final = 2

_SOURCE: Final = re.compile(
    r"(?:^|[ \t：:])(?:信息|文章|稿件|新闻)?(?:来[ ]?源|出处)[ ]?[：:][ ]?([^ \t\n：:|]{2,30})(?=[ \t|]|$)"
)
_SIGNED: Final = re.compile(r"成文日期|签发日期|发文日期|成文时间|发文时间|印发日期")
_SIGNATURE: Final = re.compile(rf"\n[（(]?(?:[一-鿿]{{2,20}}[ ]?)?{DATE.pattern}[ ]?[）)]?(?=\n|$)")
_SIGNED_WITHIN: Final = 8000
_PASSED_ON: Final = re.compile(rf"》已[经由]?[^。]{{0,60}}?{DATE.pattern}[^。]{{0,60}}?(?:通过|批准)")
_PASSED_WITHIN: Final = 1200
_PASSED: Final = re.compile(r"通过|批准|公布|印发")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_TITLE_AT_LEAST: Final = 4
"""Chinese characters of the shortest title; 000014349/2019-00007 in a page's head is none."""

_ENDS_TITLE: Final = re.compile(
    r"(?:报告|公报|通知|意见|条例|办法|规定|规划|纲要|方案|计划|要点|决定|决议|讲话|总结|说明|函|批复|法|细则)$"
)
_FINAL_WORD: Final = re.compile(
    r"的[^的 ]{0,4}(?:通知|意见|决定|批复|函|通报|报告|决议|答复|办法|规定|解释)$"
)


def describe(
    text: str,
    sections: tuple[Section, ...],
    marks: tuple[Mark, ...],  # noqa: ARG001
    hints: Hints,
    as_written: Callable[[Metadata], Metadata] | None = None,
) -> tuple[Metadata, tuple[LocatedFinding, ...]]:
    """Say what the document itself determines, with evidence; what the uploader stated wins.

    Args:
        text: the whole clean text.
        sections: its outline.
        marks: its marks.
        hints: ``hints.metadata`` is what the uploader stated.
        as_written: gives what was found as the edition's own text writes it, where ``text`` is a view of that.

    Returns:
        The metadata, and a finding for every member in which document and uploader contradict each other.
    """
    head = head_lines(text)
    foot = foot_lines(text)
    title = _title(head, text)
    session = _session(head)
    kind = kind_of(title and title[0], session and session[0], text, sections)
    issued = _issued_on(head, foot, text, kind)
    number = number_in(head)
    source = _source(head)
    bodies = bodies_of(text, title, session, head, foot, kind, sections)
    covers, plans = years_of(
        text, title, kind, issued[0] if issued and kind == "work-report" else None, sections
    )
    found = {"title": title, "session": session, "issued_on": issued, "number": number, "source": source}
    evidence: dict[str, tuple[int, int] | str] = {
        name: value[1:] for name, value in found.items() if value is not None
    }
    if bodies.issuers_at:
        evidence["issuers"] = bodies.issuers_at
    if bodies.region_at:
        evidence["region"] = bodies.region_at
    for name, told in (("covers", covers), ("plans", plans)):
        at = told and (told.at or (issued and (issued[1], issued[2])))
        if at:
            evidence[name] = at
    metadata = Metadata(
        kind=kind,
        title=title and title[0],
        issuers=bodies.issuers,
        region=bodies.region,
        covers=covers and covers.years,
        plans=plans and plans.years,
        number=number and number[0],
        issued_on=issued and issued[0],
        session=session and session[0],
        source=source and source[0],
        evidence=evidence,
    )
    if as_written is not None:
        metadata = as_written(metadata)
    return apply_stated(metadata, hints.metadata) if hints.metadata else (metadata, ())


def _title(head: list[HeadLine], text: str) -> tuple[str, int, int] | None:
    """The first lines of class title that follow one another; a text without a head has none."""
    run: list[HeadLine] = []
    told = False
    for line in head:
        if line.kind in ("session", "speaker", "half-session"):
            told = True
        if line.kind == "title" and told and not run and not _ENDS_TITLE.search(line.text):
            return None  # below the speaker's name stands the first heading, not the title
        if line.kind == "title" or (run and line.kind == "organ" and not _ENDS_TITLE.search(run[-1].text)):
            if run and (_ENDS_TITLE.search(run[-1].text) or len(run) == 4):
                break
            run.append(line)
        elif line.kind == "organ" and not run:
            # 国务院办公厅 on a line of its own opens a title when 关于… goes on below it.
            after = head[head.index(line) + 1 :]
            if after and after[0].kind == "title" and re.match(r"关于|转发|印发|批转", after[0].text):
                run.append(line)
        elif run:
            break
    if not run or not (text[run[-1].end :].strip() or _ENDS_TITLE.search(run[-1].text)):
        return None
    if len(_HAN.findall(text, run[0].start, run[-1].end)) < _TITLE_AT_LEAST:
        return None
    words = [LED_TITLE.sub("", line.text).strip() for line in run]
    joined = "".join(words) if len(words) > 1 and _FINAL_WORD.search(words[-1]) else " ".join(words)
    return joined, run[0].start, run[-1].end


def _session(head: list[HeadLine]) -> tuple[str, int, int] | None:
    for i, line in enumerate(head):
        if line.kind != "session":
            continue
        start, end = line.start, line.end
        words = line.text
        if (
            i + 1 < len(head)
            and head[i + 1].kind == "session"
            and not words.rstrip("）)").endswith(("上", "议", "过", "准", "布", "行"))
        ):
            words, end = words + head[i + 1].text, head[i + 1].end
        bare = words.strip("—-─－―– ")
        if bare[:1] in "（(" and bare[-1:] in "）)":
            bare = bare[1:-1]
        return bare, start, end
    return None


def _issued_on(
    head: list[HeadLine], foot: list[HeadLine], text: str, kind: str
) -> tuple[str, int, int] | None:
    """The day of the session, of the line under the title, of the passing, of the signature; never of the page."""
    for line in head:
        if line.kind in ("session", "date", "note", "number"):
            words = DATE.search(text, line.start, line.end)
            iso = iso_of(words) if words else None
            if (
                words
                and iso
                and (line.kind != "note" or DATE_LINE.match(line.text) or _PASSED.search(line.text))
            ):
                return iso, words.start(), words.end()
    for line in head:
        if (
            line.kind == "meta"
            and _SIGNED.search(line.text)
            and (found := iso_date_in(text, line.start, line.end))
        ):
            return found
    if kind == "regulation" and (passed := _PASSED_ON.search(text, 0, _PASSED_WITHIN)):
        words = DATE.search(text, passed.start(), passed.end())
        iso = iso_of(words) if words else None
        if words and iso:
            return iso, words.start(), words.end()
    if kind in ("work-report", "regulation"):
        return None
    # A notice is signed before what it forwards.
    signed = _SIGNATURE.search(text, 0, _SIGNED_WITHIN)
    if signed:
        words = DATE.search(text, signed.start(), signed.end())
        iso = iso_of(words) if words else None
        if words and iso:
            return iso, words.start(), words.end()
    for line in reversed(foot):
        if line.kind == "date":
            words = DATE.search(text, line.start, line.end)
            iso = iso_of(words) if words else None
            if words and iso:
                return iso, words.start(), words.end()
    return None


def _source(head: list[HeadLine]) -> tuple[str, int, int] | None:
    for line in head:
        if line.kind == "meta" and (found := _SOURCE.search(line.text)):
            return found[1], line.start + found.start(1), line.start + found.end(1)
    return None


__all__ = ["METADATA_VERSION", "describe", "year_changed"]
