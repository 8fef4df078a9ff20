"""What is known of each line of a page before it is told whose it is."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from .html_site import HAN, is_chrome_line, is_metadata
from .html_tree import Block, Page

_SENTENCE: Final = re.compile(r"[。；，、！？;]|[\u4e00-\u9fff],[\u4e00-\u9fff]")
_ATTACHMENT: Final = re.compile(
    r"(?i)^\s*附件|\.(?:docx?|xlsx?|pdf|wps|et|zip|rar|ofd|ceb|pptx?)(?:[?#][^\n]{0,400})?$"
)

LINKED: Final = 700
"""Per mille of a line in links from which on it is a menu."""
AROUND: Final = 40
"""Lines before the article among which its title and metadata are looked for."""


class Facts(NamedTuple):
    """What a block of a page says, and how much of it."""

    text: str
    han: int
    """Ideographs."""
    linked: int
    """Those of them that stand in links."""
    weight: int
    """What it counts as prose; sentences count four times."""
    chrome: bool
    """The site wrote it."""


def weigh(page: Page, block: Block, named: list[bool]) -> Facts:
    """Weigh a block; ``named`` tells of each element whether its name is one of furniture."""
    text = block.text()
    linked = han = 0
    for piece, _, _, node in block.pieces:
        count = len(HAN.findall(piece))
        han += count
        if page.nodes[node].link is not None:
            linked += count
    stripped = text.strip()
    chrome = len(stripped) < 200 and is_chrome_line(stripped)
    weight = 0
    if not chrome and not named[block.node]:
        weight = (han - linked) * (4 if _SENTENCE.search(text) and han - linked >= 15 else 1)
    # Prose in an element with a name of furniture is prose all the same: long, unlinked, with a sentence's end.
    elif named[block.node] and not chrome and han - linked >= 60 and "。" in text:
        weight = (han - linked) * 2
    furniture = named[block.node] and not (han - linked >= 60 and "。" in text)
    return Facts(text, han, linked, weight, chrome or (furniture and not is_metadata(stripped)))


def is_menu(page: Page, facts: list[Facts], number: int) -> bool:
    """Tell whether a block is links to elsewhere."""
    fact = facts[number]
    if not fact.han or fact.linked * 1000 < LINKED * fact.han:
        return False
    return not is_attachment(page, facts, number)


def is_attachment(page: Page, facts: list[Facts], number: int) -> bool:
    """Tell whether a block names a file that belongs to the article."""
    targets = [page.nodes[piece[3]].link for piece in page.blocks[number].pieces if page.nodes[piece[3]].link]
    return bool(_ATTACHMENT.search(facts[number].text)) or any(
        _ATTACHMENT.search(target or "") for target in targets
    )


def bare_of(text: str) -> str:
    """Give a text without blanks and marks, to compare it by."""
    return re.sub(r"[\W_]+", "", text)
