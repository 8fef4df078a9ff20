"""How sure an edition is: what was repaired, is doubtful, was left; and a grade to filter by.

docs/quality.md says what each figure and each grade means, for those who filter by them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from ..edition import LocatedFinding, Pass, Quality

QUALITY_VERSION: Final = 2

# Stages that give a text its canonical form. What they change was no damage: CRLF, wide digits, Traditional
# characters, a page's menu. Every other stage repairs.
FORM: Final = frozenset(
    {
        "make-line-ends-plain", "compose-characters", "take-off-page-furniture", "take-off-markdown", "amend",
        "drop-heading-signs", "drop-link-signs", "drop-web-chrome", "one-line-a-paragraph", "change-taiwan-words",
        "convert-script", "drop-page-numbers", "drop-running-heads", "drop-contents", "make-ascii", "close-gaps",
        "close-spaced-figures", "write-chinese-zero", "lengthen-dashes", "widen-flat-marks",
    }
)  # fmt: skip
DOUBTFUL: Final = "doubtful"
# Told for the record; nothing about the text is uncertain because of them.
TOLD: Final = frozenset({"amended", "refused", "amendment-unused", "emptied", "declared-encoding-wrong"})
METADATA: Final = frozenset({"describe", "metadata", "outline"})
"""Who finds contradictions in metadata and outline: they do not bear on the text."""

FEW: Final = 1
"""B: up to so many characters of a thousand are doubtful or unresolved (six in a report of 6,000), or three at all."""
FEW_AT_ALL: Final = 3
MANY: Final = 20
"""D: from so many characters of a thousand on. One page in fifty is the most that a reader will check by eye."""


def grade(passes: Sequence[Pass], findings: Sequence[LocatedFinding], length: int) -> Quality:
    """Grade an edition from its apparatus.

    Args:
        passes: every pass of the normalization.
        findings: all findings, with their spans in the clean text.
        length: length of the clean text, in code points.
    """
    doubtful = _spans(found for found in findings if found.code == DOUBTFUL)
    unresolved = _spans(
        found
        for found in findings
        if found.code != DOUBTFUL and found.code not in TOLD and found.stage not in METADATA
    )
    repaired = sum(len(made.edits) for made in passes if made.stage not in FORM)
    lost = sum(end - start for start, end in unresolved)
    unsure = lost + sum(end - start for start, end in doubtful)
    if not unsure:
        letter = "A" if length else "D"
    elif unsure * 1000 >= MANY * max(length, 1):
        letter = "D"
    elif unsure <= FEW_AT_ALL or unsure * 1000 <= FEW * length:
        letter = "B"
    else:
        letter = "C"
    return Quality(letter, repaired, len(doubtful), len(unresolved))


def _spans(findings: Iterable[LocatedFinding]) -> list[tuple[int, int]]:
    """Give the distinct places of findings, none shorter than one character; two on one place count once."""
    # What is left of the text is told against the clean text, what is gone against the reading.
    here: list[tuple[int, int]] = []
    gone: list[tuple[int, int]] = []
    for found in findings:
        if found.clean is not None:
            here.append(found.clean)
        else:
            gone.append(found.reading or (0, 0))
    return [*_merged(here), *_merged(gone)]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    places: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if places and start < places[-1][1]:
            places[-1] = places[-1][0], max(end, places[-1][1])
        else:
            places.append((start, max(end, start + 1)))
    return places
