"""The lines of a clean text: where each begins, which open with a label, which are the document's head."""

from __future__ import annotations

import re
from itertools import accumulate
from operator import add
from typing import Final

from .labels import OPENERS, label_at
from .nodes import Node

HEAD_LINE_AT_MOST: Final = 70
"""Characters of the longest line that is still a title or a subtitle (国务院关于…的通知 reaches about sixty)."""

HEAD_LINES_AT_MOST: Final = 14
"""Lines that the title, session, speaker, source and number of a document take at most."""

SALUTATION: Final = re.compile(
    r"(?:尊敬的)?(?:各位|同志们|女士们|先生们|朋友们|委员长|主席团|主任)[^。，]{0,40}[：:！!，,]?$|(?:现将|现在)[^。]{0,30}[：:]$"
)
_HELD: Final = re.compile(
    r"[—─－―–（(-]*(?:19|20)\d\d年\d{1,2}月\d{1,2}日[^。，]{0,12}在[^。，]{4,40}(?:会议|大会)"
)
_GREETING: Final = re.compile(r"(?:尊敬的)?各位(?:代表|委员|同志|领导)[^。]{0,12}[：:]$")
_SESSION: Final = re.compile(
    r"会议上?(?:的(?:讲话|报告|政府工作报告))?[）)]?$|会议上.{0,30}(?:作|做).{0,8}报告|\d{4}年\d{1,2}月\d{1,2}日.{0,40}会议"
)
_HEAD_SENTENCE: Final = re.compile(
    r"(?:作|做)(?:了)?(?:政府)?工作报告。$|(?:通过|公布|施行|批准|修订|修正|印发)[^。]{0,12}[）)]?$"
)


_GREETS_OR_HOLDS: Final = frozenset("尊各—─－―–（(-12")
"""What a greeting, and the line that tells the session, begin with."""


class Lines:
    """A text cut at its newlines: ``at[i]`` and ``to[i]`` bound line ``i``, ``labels[i]`` opens it where it has one."""

    __slots__ = ("at", "body_from", "labels", "text", "texts", "to")

    def __init__(self, text: str) -> None:
        self.text = text
        self.texts = texts = text.split("\n")
        lengths = list(map(len, texts))
        # Behind each line there is a newline.
        self.at: list[int] = list(map(add, accumulate(lengths, initial=0), range(len(texts))))
        self.to: list[int] = list(map(add, self.at, lengths))
        self.labels: dict[int, Node] = {}
        for i, line in enumerate(texts):
            if line[:1] in OPENERS:
                label = label_at(text, self.at[i], self.to[i])
                if label is not None:
                    label.line = i
                    self.labels[i] = label
        self.body_from = self._head()

    def _head(self) -> int:
        """Find the first line that is not head matter; a subtitle's dash opens no item there."""
        texts, labels = self.texts, self.labels
        last = min(len(texts), HEAD_LINES_AT_MOST)
        greeted = held = 0
        for i in range(1, last):
            if texts[i][:1] in _GREETS_OR_HOLDS:
                if not greeted and _GREETING.match(texts[i]):
                    greeted = i
                elif not held and _HELD.match(texts[i]):
                    held = i + 1
        # Everything above 各位代表： or the session is head, whatever was put in there.
        greeted = max(greeted, held)
        for i in range(last):
            line = texts[i]
            if i in labels:
                is_dash = labels[i].style == "dash"
                if is_dash and (i < greeted or _SESSION.search(line) or (i > 0 and line[-1] not in "。；：")):
                    del labels[i]
                    continue
                return i
            if i >= greeted and not _is_head(line):
                return i + 1 if SALUTATION.match(line) and i > 0 else i
        return last


def _is_head(line: str) -> bool:
    if not line:
        return True
    if len(line) > HEAD_LINE_AT_MOST or SALUTATION.match(line):
        return bool(len(line) <= 2 * HEAD_LINE_AT_MOST and _SESSION.search(line) and line.count("。") <= 1)
    return line[-1] not in "。；：！？，" or bool(_HEAD_SENTENCE.search(line))
