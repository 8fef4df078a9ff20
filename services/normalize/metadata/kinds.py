"""What kind of document this is, by its title, else by how it opens."""

from __future__ import annotations

import re
from typing import Final

from ...edition import Section

_BY_TITLE: Final = (
    ("communique", re.compile(r"公报$")),
    ("work-report", re.compile(r"政府工作(?:的)?报告|人民委员会工作报告|政府工作情况的?报告")),
    ("notice", re.compile(r"(?:通知|通告|通报)$")),
    ("opinions", re.compile(r"意见$")),
    ("regulation", re.compile(r"(?:条例|办法|规定|细则|规则|法|规程|准则|章程)$")),
    ("plan", re.compile(r"(?:规划|纲要|计划|方案|要点|规划纲要|工作安排|实施计划)$")),
    ("department-report", re.compile(r"(?:工作(?:情况)?(?:总结|报告|汇报)|情况|总结|年度报告|成效|小结)$")),
)
_REPORTS_FIRST: Final = re.compile(r"(?:情况|总结|回顾).{0,30}(?:计划|安排|打算|要点)$")
_CONGRESS: Final = re.compile(r"人民代表大会|人大")
_STATUS: Final = re.compile(r"[（(][^（）()]*[）)]$|[（(]$")
_SPEECH: Final = re.compile(r"我(?:代表|向).{0,40}(?:报告|汇报)")
_SYSTEM: Final = re.compile(r"系统|部门|(?:信|改|业|务|政|育|技|康|通|计|环)[厅局委]")


def kind_of(title: str | None, session: str | None, text: str, sections: tuple[Section, ...]) -> str:
    """Give one of work-report, department-report, communique, plan, notice, opinions, regulation, other."""
    if title:
        bare = title
        while (shorter := _STATUS.sub("", bare).rstrip()) != bare and shorter:
            bare = shorter
        for kind, pattern in _BY_TITLE:
            if pattern.search(bare):
                # 2023年发展情况及2024年主要工作计划 reports first: it is a department's report, not a plan.
                if kind == "plan" and _REPORTS_FIRST.search(bare):
                    return "department-report"
                return kind
    if session and _CONGRESS.search(session) and (_speech(text) or not title):
        return "work-report"
    if not title and _speech(text):
        return "work-report"
    if title is None and sections[0].body[0] == 0:
        roles = {section.role for section in sections[1:] if section.level <= 2}
        if "plan" in roles and "review" in roles and _SYSTEM.search(text, 0, 300):
            return "department-report"
    return "other"


def _speech(text: str) -> bool:
    found = _SPEECH.search(text, 0, 900)
    return bool(found and "政府" in text[max(0, found.start() - 20) : found.end() + 20]) or bool(
        found and "国务院" in text[found.start() : found.end()]
    )
