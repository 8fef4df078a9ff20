"""The short lines of a text, found once: what a page or an advertiser adds stands on lines of its own.

A report is mostly long paragraphs, so a word is looked for among the short lines a tenth as long.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

LINE_MOST: Final = 200
"""Longer lines are prose, whatever stands in them."""


class ShortLines(NamedTuple):
    """All lines of at most ``LINE_MOST`` characters: ``joined`` by newlines, and where each begins."""

    joined: str
    here: Sequence[int]
    """Where each begins in ``joined``."""
    there: Sequence[int]
    """Where each begins in the text."""

    def with_word(self, word: str) -> Iterator[tuple[int, int]]:
        """Give the span in the text of each line that holds ``word``."""
        joined = self.joined
        at = joined.find(word)
        while at >= 0:
            number = bisect_right(self.here, at) - 1
            end = joined.find("\n", at)
            end = len(joined) if end < 0 else end
            start = self.there[number]
            yield start, start + end - self.here[number]
            at = joined.find(word, end)


@lru_cache(maxsize=2)
def short_lines(text: str) -> ShortLines:
    """Find the short lines of ``text``; the stages that ask about the same text share the answer."""
    short, here, there = [], [], []
    at = joined = 0
    for line in text.split("\n"):
        length = len(line)
        if length <= LINE_MOST:
            short.append(line)
            here.append(joined)
            there.append(at)
            joined += length + 1
        at += length + 1
    return ShortLines("\n".join(short), here, there)
