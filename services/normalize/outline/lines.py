"""The lines of a clean text: where each begins, which open with a label, which are the document's head."""

from __future__ import annotations

import re
from itertools import accumulate
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
    """A text cut at its newlines: ``at[i]`` and ``to[i]`` bound line ``i``, ``labels[i]`` opens it or is None."""

    __slots__ = ("at", "body_from", "labels", "text", "texts", "to")

    def __init__(self, text: str) -> None:
        self.text = text
        self.texts = text.split("\n")
        lengths = [len(line) + 1 for line in self.texts]
        self.at = [0, *accumulate(lengths)][:-1]
        self.to = [start + length - 1 for start, length in zip(self.at, lengths, strict=True)]
        self.labels: list[Node | None] = [
            label_at(text, start, stop) if line and line[0] in OPENERS else None
            for line, start, stop in zip(self.texts, self.at, self.to, strict=True)
        ]
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
        greeted = max(greeted, held)
        for i in range(last):
            opener = labels[i]
            if i < greeted and (opener is None or opener.style == "dash"):
                labels[i] = (
                    None  # everything above 各位代表： or the session is head, whatever was put in there
                )
                continue
            line = texts[i]
            label = labels[i]
            if label is not None:
                if label.style == "dash" and (_SESSION.search(line) or (i > 0 and line[-1] not in "。；：")):
                    labels[i] = None
                    continue
                return i
            if _is_head(line):
                continue
            return i + 1 if SALUTATION.match(line) and i > 0 else i
        return last

    def is_plain(self, i: int) -> bool:
        """Tell whether line ``i`` stands in the body and opens with no label."""
        return i >= self.body_from and self.labels[i] is None


def _is_head(line: str) -> bool:
    if not line:
        return True
    if len(line) > HEAD_LINE_AT_MOST or SALUTATION.match(line):
        return bool(len(line) <= 2 * HEAD_LINE_AT_MOST and _SESSION.search(line) and line.count("。") <= 1)
    return line[-1] not in "。；：！？，" or bool(_HEAD_SENTENCE.search(line))
