"""The short lines of a text, found once: what a page or an advertiser adds stands on lines of its own.

A report is mostly long paragraphs, so a word is looked for among the short lines a tenth as long.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

LINE_MOST: Final = 200
"""Longer lines are prose, whatever stands in them."""


class ShortLines(NamedTuple):
    """All lines of at most ``LINE_MOST`` characters: ``joined`` by newlines, and where each begins."""

    joined: str
    here: tuple[int, ...]
    """Where each begins in ``joined``."""
    there: tuple[int, ...]
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
    lines = text.split("\n")
    starts = accumulate((len(line) + 1 for line in lines), initial=0)
    short = [(line, start) for line, start in zip(lines, starts, strict=False) if len(line) <= LINE_MOST]
    here = accumulate((len(line) + 1 for line, _ in short), initial=0)
    return ShortLines(
        "\n".join([line for line, _ in short]), tuple(here)[:-1], tuple([start for _, start in short])
    )
