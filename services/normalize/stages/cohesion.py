"""Which two ideographs belong together: the evidence that a gap or a line end tears a word.

``cohesion.txt`` lists, a line for each first character, the characters that follow it at least ten times in the
counted corpus and e² (7.4) times as often as chance would have them. 59 of 100 neighbours in running text are such
a pair; of the pairs across a gap that an author set (省长 王予波) 3 in 100 are, and 4 in 100 across the end of a
paragraph without a full stop. The counted corpus is 20.7 million characters of official Chinese reports;
``bench/count_cohesion.py`` counts it.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

COHESION_VERSION = 1


@cache
def _followers() -> dict[str, frozenset[str]]:
    listed = files(__package__).joinpath("cohesion.txt").read_text("utf-8")
    return {line[0]: frozenset(line[1:]) for line in listed.splitlines()}


def coheres(left: str, right: str) -> bool:
    """Tell whether ``right`` behind ``left`` is a pair that belongs together: 产|业, not 大|进."""
    followers = _followers().get(left)
    return followers is not None and right in followers
