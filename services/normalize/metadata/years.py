"""The years a document reports on and plans for: stated, relative, in Chinese numerals, or a period."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ...edition import Section, Years
from ..outline.numerals import number
from .dates import YEAR, year_of

_HAN_YEAR: Final = "[一二][九〇○零][〇○零一二三四五六七八九]{2}"
_SPAN: Final = re.compile(rf"((?:19|20)\d\d|{_HAN_YEAR})年?[—–\-－～~至到]+((?:19|20)\d\d|{_HAN_YEAR})年")
_FIVE: Final = re.compile(
    r"[“\"]?(?<!第)(十[一二三四五六七八九]?|[一二三四五六七八九])五[”\"]?(?=时期|规划|计划|期间|[国经发社]|五年|收官|以来|的|[”\"])|第([一二三四五六七八九十]{1,2})个五年(?:计划|规划)"
)
_ONE_OF_FIVE: Final = re.compile(r"五[”\"]?[^，。]{0,6}?(开局|起步|收官|第一年|最后一年)")
_ENDS_YEAR: Final = re.compile(rf"[—─-]((?:19|20)\d\d|{_HAN_YEAR})$")
_PAST_YEARS: Final = re.compile(
    r"(?:过去|这|近|前|上届政府|本届政府)的?([一二三四五六七八九十])年|^([三四五六七八九])年(?:来|工作|的)|([三四五])年(?:来)?(?:工作)?(?:的)?回顾"
)
_PAST_YEAR: Final = re.compile(r"过去的?一年|一年来|去年|上年|上一年")
_NEXT_YEARS: Final = re.compile(r"(?:今后|未来|下一步|下届政府)的?([三四五])年")
_THIS_YEAR: Final = re.compile(r"今年|新的一年|本年")
_LEAD: Final = re.compile(rf"((?:19|20)\d\d|{_HAN_YEAR})年(?:以来)?[，是]")
_PLAN_TITLE: Final = re.compile(r"要点|计划|安排|规划|方案|打算|思路|部署|纲要|任务")
_REVIEW_TITLE: Final = re.compile(r"总结|情况|公报|回顾|报告|年报|成效|统计")
_SAYS_LAST: Final = re.compile(r"去年|过去的?一年|一年来|上年|19\d\d年|20\d\d年")
_LEADS_AT_MOST: Final = 40
_OPENS: Final = re.compile(r"开局|今年|首年|届首之年|开好头|起好步")
_JOINS: Final = re.compile(r"年?[和、与及]")
_BRINGS_PLAN: Final = re.compile(
    r"(?:要点|计划|安排|规划|方案|任务|纲要)(?:[（(][^（）()]*[）)])?(?:》|的?通知|$)"
)
_YEARLY: Final = re.compile(r"公报|年报|年度报告|情况|总结|安排|要点|计划")
_AHEAD: Final = re.compile(
    r"将(?:以|坚持|全面|认真|继续|牢牢|深入|进一步|聚焦|按|贯彻)|总体要求|工作思路|预期目标|要(?:坚持|以|全面)|抓好.{0,12}工作"
)
_FIRST_LEAD_WITHIN: Final = 1500
"""Characters in which a report says of which year it speaks; a year that opens a later paragraph is history."""

_OPENING: Final = 4000


class Told(NamedTuple):
    """Years and the span they were read from (None when they follow from other members)."""

    years: Years
    at: tuple[int, int] | None


def five_year_plan(ordinal: int) -> Years:
    """Give the years of the n-th five-year plan (the third began in 1966, after three years of adjustment)."""
    if ordinal <= 2:
        return Years(1948 + 5 * ordinal, 1952 + 5 * ordinal)
    return Years(1951 + 5 * ordinal, 1955 + 5 * ordinal)


def years_of(
    text: str,
    title: tuple[str, int, int] | None,
    kind: str,
    said_on: str | None,
    sections: tuple[Section, ...],
) -> tuple[Told | None, Told | None]:
    """Give the years covered and planned; ``said_on`` is the day of the session or of the document."""
    session_year = _session_year(said_on)
    review, plan = _by_headings(sections, session_year)
    covers, plans = _by_title(title, kind) if title else (None, None)
    if kind == "work-report":
        return _of_work_report(text, title, sections, session_year, review, plan)
    if kind in ("notice", "opinions", "regulation", "plan") or (kind == "other" and title):
        return covers, plans
    if covers is None and plans is None:
        if review is None or plan is None:
            review, plan = _by_opening(text, sections, review, plan)
        return review, plan
    return covers or (
        review if review and plans and review.years.last < plans.years.first else None
    ), plans or (plan if plan and covers and plan.years.first > covers.years.last else None)


def _of_work_report(
    text: str,
    title: tuple[str, int, int] | None,
    sections: tuple[Section, ...],
    year: int,
    review: Told | None,
    plan: Told | None,
) -> tuple[Told | None, Told | None]:
    """A government reports to its congress on the year behind it and the year before it; the text confirms."""
    if not year:
        if title and (found := YEAR.search(title[0])):
            at = (title[1] + found.start(), title[1] + found.end())
            return _by_title_year(text, year_of(found[0]), at, review, plan)
        opened, ahead = _by_opening(text, sections, review, plan)
        if opened is not None and opened.years.first == opened.years.last:
            # 一、去年工作回顾 and 2005年，… below it: the year in which the report is given is 2006.
            year = opened.years.last + 1
            _, relative = _by_headings(sections, year)
            if relative is not None and relative.years.first == relative.years.last >= year:
                ahead = relative
            elif (ahead is None or _is_period(ahead)) and _plans_a_year(text, sections, year):
                ahead = Told(Years(year, year), None)
        return opened, ahead
    if review is not None and review.years.last >= year:
        review = None
    if plan is not None and plan.years.last < year:
        plan = None
    if (review is None and _SAYS_LAST.search(text, 0, _OPENING)) or (
        review is not None and _is_period(review) and _reports_a_year(sections, year - 1)
    ):
        review = Told(Years(year - 1, year - 1), None)
    if (plan is None or _is_period(plan)) and _plans_a_year(text, sections, year):
        plan = Told(Years(year, year), None)
    return review, plan


def _is_period(told: Told) -> bool:
    return told.years.first != told.years.last


def _session_year(said_on: str | None) -> int:
    """The year that a report given on that day plans: one given in November or December plans the next."""
    if not said_on:
        return 0
    year, month = int(said_on[:4]), int(said_on[5:7])
    return year + 1 if month >= 11 else year


def _by_headings(sections: tuple[Section, ...], now: int) -> tuple[Told | None, Told | None]:
    """Years in the headings that look back or ahead; relative ones count from the session's year."""
    review: Told | None = None
    plan: Told | None = None
    for section in sections[1:]:
        heading, role = section.heading, section.role
        # Every year, period and relative word has one of these two characters.
        if (
            heading is None
            or ("年" not in heading and "五" not in heading)
            or section.kind in ("point", "item", "article", "appendix", "table")
        ):
            continue
        if role is None and section is sections[1] and _FIVE.search(heading):
            role = "review"  # 第一个五年计划时期内…: the first chapter, named by a period, looks back on it
        if section.level > 2 or role is None:
            continue
        own = _years_in(heading, section, role, now)
        if own is None:
            continue
        exact = own.years.first == own.years.last
        if role == "review" and (review is None or (exact and review.years.first != review.years.last)):
            review = own
        elif role == "plan" and (plan is None or (exact and plan.years.first != plan.years.last)):
            plan = own
    return review, plan


def _years_in(heading: str, section: Section, role: str, now: int) -> Told | None:
    start = section.span[0] + len(section.label or "")
    span = _SPAN.search(heading)
    if span:
        return Told(Years(year_of(span[1]), year_of(span[2])), (start + span.start(), start + span.end()))
    year = next(
        (
            y
            for y in YEAR.finditer(heading)
            if not heading.startswith(("年远景", "年基本", "年发展目标"), y.end())
        ),
        None,
    )
    if year:
        value = year_of(year[0])
        return Told(Years(value, value), (start + year.start(), start + year.end()))
    at = (start, start + len(heading))
    five = _FIVE.search(heading)
    if five:
        period = five_year_plan(number(five[1] or five[2]))
        if one := _ONE_OF_FIVE.search(heading):
            # “十四五”开局之年 is one year, not five.
            single = period.first if one[1] in ("开局", "起步", "第一年") else period.last
            return Told(Years(single, single), at)
        ends = _ENDS_YEAR.search(heading)
        return Told(Years(period.first, max(period.last, year_of(ends[1]))) if ends else period, at)
    if not now:
        return None
    if role == "review":
        if past := _PAST_YEARS.search(heading):
            count = number(past[1] or past[2] or past[3])
            return Told(Years(now - count, now - 1), at) if count > 1 else Told(Years(now - 1, now - 1), at)
        if _PAST_YEAR.search(heading):
            return Told(Years(now - 1, now - 1), at)
    else:
        if _THIS_YEAR.search(heading):
            return Told(Years(now, now), at)
        if coming := _NEXT_YEARS.search(heading):
            return Told(Years(now, now + number(coming[1]) - 1), at)
    return None


def _by_title(title: tuple[str, int, int], kind: str) -> tuple[Told | None, Told | None]:
    """2023年…情况及2024年…计划, 2022年…公报, 2016年度实施计划, “十四五”规划."""
    words, start, _ = title
    covers: Told | None = None
    plans: Told | None = None
    if kind in ("opinions", "regulation") or (kind == "other" and not _YEARLY.search(words)):
        return None, None
    span = _SPAN.search(words)
    if span:
        told = Told(Years(year_of(span[1]), year_of(span[2])), (start + span.start(), start + span.end()))
        return (None, told) if _PLAN_TITLE.search(words) else (told, None)
    found = [year for year in YEAR.finditer(words) if not words.startswith("年远景", year.end())]
    first: re.Match[str] | None = None
    for i, year in enumerate(found):
        stretch = words[year.end() : found[i + 1].start() if i + 1 < len(found) else len(words)]
        first = first or year
        if i + 1 < len(found) and _JOINS.fullmatch(stretch):
            continue  # 1957年和1958年的工作情况 tells both
        told = Told(Years(year_of(first[0]), year_of(year[0])), (start + first.start(), start + year.end()))
        first = None
        # What follows the year tells: 工作要点 looks ahead, 统计公报 back.
        ahead, back = _PLAN_TITLE.search(stretch), _REVIEW_TITLE.search(stretch)
        if kind in ("notice", "other"):
            # A notice plans a year only if it brings that year's plan: 2014年度资质核定工作的通知 does not.
            back, ahead = None, _BRINGS_PLAN.search(stretch)
            if kind == "other":
                back = _YEARLY.search(stretch)
        if back and (
            not ahead or back.start() < ahead.start() or (len(found) == 1 and kind == "department-report")
        ):
            covers = covers or told
        elif ahead:
            plans = plans or told
    if not found and kind in ("plan", "notice", "other") and (five := _FIVE.search(words)):
        told = Told(five_year_plan(number(five[1] or five[2])), (start + five.start(), start + five.end()))
        if _PLAN_TITLE.search(words):
            plans = told
    return covers, plans


def _by_title_year(
    text: str, year: int, at: tuple[int, int], review: Told | None, plan: Told | None
) -> tuple[Told | None, Told | None]:
    """The year of a work report's title is that of the session, or of the work: the text decides."""
    opening = text[:_OPENING]
    before, same = opening.count(f"{year - 1}年"), opening.count(f"{year}年")
    if review is not None and review.years.first == review.years.last:
        reported = review.years.last
        return review, plan or Told(Years(reported + 1, reported + 1), None)
    if plan is not None and plan.years.first == plan.years.last:
        planned = plan.years.first
        return review or Told(Years(planned - 1, planned - 1), None), plan
    if before or not same:
        return review or (Told(Years(year - 1, year - 1), None) if before else None), plan or Told(
            Years(year, year), at
        )
    after = text.count(f"{year + 1}年")
    if after:
        return review or Told(Years(year, year), at), plan or Told(Years(year + 1, year + 1), None)
    return review, plan or Told(Years(year, year), at)


def _by_opening(
    text: str, sections: tuple[Section, ...], review: Told | None, plan: Told | None
) -> tuple[Told | None, Told | None]:
    """Paragraphs that open with a year: 2017年，全省… looks back, 2018年，全省…工作总体要求是 ahead."""
    back: list[tuple[int, Told]] = []
    forth: list[tuple[int, Told]] = []
    halves = [section for section in sections[1:] if section.role == "plan"]
    at = 0
    while 0 <= at <= len(text) and len(back) + len(forth) < _LEADS_AT_MOST:
        found = _LEAD.match(text, at)
        end = text.find("\n", at)
        if found and (year := year_of(found[1])) and (back or forth or at <= _FIRST_LEAD_WITHIN):
            told = Told(Years(year, year), (at, found.end(1)))
            stretch = text[at : at + 400 if end < 0 else min(end, at + 400)]
            ahead = _in(halves, at) or (_AHEAD.search(stretch) is not None)
            (forth if ahead else back).append((year, told))
        at = end + 1
        if end < 0:
            break
    if forth and plan is None:
        latest, told = max(forth, key=lambda entry: entry[0])
        if review is None or latest > review.years.last:
            plan = told
    if review is None:
        before = plan.years.first if plan else 9999
        review = next((told for year, told in back if year < before), None)
        if review is None:
            review = next((told for year, told in forth if year < before), None)
    return review, plan


def _in(sections: list[Section], at: int) -> bool:
    return any(section.span[0] <= at < section.span[1] for section in sections)


def _plans_a_year(text: str, sections: tuple[Section, ...], year: int) -> bool:
    """Tell whether the report sets this one year's work beside a period's: 2021年主要预期目标, 今年要做好…."""
    ahead = [section for section in sections[1:] if section.role == "plan" and section.level <= 2]
    if any(_OPENS.search(section.heading or "") for section in ahead):
        return True
    start = ahead[0].span[0] if ahead else 0
    return any(_sets_out(text, words, start) for words in (f"{year}年", "今年"))


_SETS_OUT: Final = re.compile(r"[，是]?[^。\n]{0,60}(?:工作|目标|任务|重点|安排)")


def _sets_out(text: str, words: str, start: int) -> bool:
    at = text.find(words, start)
    while at >= 0:
        if _SETS_OUT.match(text, at + len(words)):
            return True
        at = text.find(words, at + 1)
    return False


def _reports_a_year(sections: tuple[Section, ...], year: int) -> bool:
    """Tell whether some heading that looks back names this one year."""
    return any(
        section.role == "review" and section.heading and f"{year}年" in section.heading
        for section in sections[1:]
    )
