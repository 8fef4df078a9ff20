"""What follows the element of an article and is its own: who signed and when, attachments, its editor."""

from __future__ import annotations

import re
from typing import Final

from .html_facts import AROUND, Facts, is_attachment, is_menu
from .html_tree import Page

_ATTACHED: Final = re.compile(r"(?i)^\s*(?:附件|附表)|\.(?:docx?|xlsx?|pdf|wps|et|zip|rar|ofd|pptx?)\s*$")


_TAIL: Final = re.compile(
    r"^[（(【\[]?\s*(?:责任编辑|编辑|编\s*辑|作者|来源|信息来源|文章来源|审核|审校|校对|供稿|撰稿|初审|复审|终审|附件|附表|附图|附录|抄送|主题词|此件|注[:：]|备注|说明[:：])"
)


def let_in_what_follows(
    page: Page, facts: list[Facts], named: list[bool], kept: list[bool], last: int
) -> None:
    """Let in what follows the article and is its own: signature lines, attachments, its editor."""
    for number in _signature(facts, named, page, last):
        kept[number] = True
    before = ""
    behind = last + 1
    for number in range(last + 1, min(len(facts), last + 1 + AROUND)):
        fact = facts[number]
        text = fact.text.strip()
        if not text:
            behind += behind == number
            continue
        if fact.chrome or named[page.blocks[number].node]:
            continue
        # A file right behind the article is the article's.
        attached = _ATTACHED.search(text) if behind == number else _ATTACHED.search(before)
        if attached and is_attachment(page, facts, number):
            kept[number] = True
            before = text
            behind += behind == number
            continue
        prose = fact.han - fact.linked >= 60 and "。" in text and not is_menu(page, facts, number)
        if prose or (_TAIL.match(text) and len(text) < 120):
            kept[number] = True
            before = text


def _signature(facts: list[Facts], named: list[bool], page: Page, last: int) -> list[int]:
    """Give who signed and when, where both stand right behind the article's element."""
    following = [number for number in range(last + 1, len(facts)) if facts[number].text.strip()][:3]
    for count, number in enumerate(following):
        fact = facts[number]
        if fact.chrome or fact.linked or named[page.blocks[number].node]:
            return []
        if _DATE.match(fact.text.strip()):
            return following[: count + 1]
        if not _SIGNED.match(fact.text.strip()):
            return []
    return []


_SIGNED: Final = re.compile(r"^[\u4e00-\u9fff（）()、\s]{3,40}$")
_DATE: Final = re.compile(
    r"^(?:\d{4}|[〇○零一二三四五六七八九]{4})\s*年\s*[\d一二三四五六七八九十]{1,2}\s*月\s*"
    r"[\d一二三四五六七八九十]{1,3}\s*日$"
)
