"""How sure an edition is: what was repaired, is doubtful, was left; and a grade to filter by.

docs/quality.md says what each figure and each grade means, for those who filter by them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from ..edition import LocatedFinding, Pass, Quality

QUALITY_VERSION: Final = 3

# Stages that give a text its canonical form. What they change was no damage: CRLF, wide digits, Traditional
# characters, another shape of one, the signs of notes, a page's menu, a line's end. Every other stage repairs.
FORM: Final = frozenset(
    {
        "take-off-page-furniture", "make-line-ends-plain", "compose-characters", "take-off-markdown",
        "drop-heading-signs", "drop-link-signs", "drop-web-chrome", "change-taiwan-words", "convert-script",
        "drop-page-numbers", "drop-running-heads", "drop-contents", "join-torn-lines", "one-line-a-paragraph",
        "make-ascii", "close-gaps", "close-spaced-figures", "write-chinese-zero",
        "lengthen-dashes", "widen-flat-marks", "amend", "write-standard-shapes", "enlarge-small-forms",
        "round-full-stops", "drop-page-labels", "drop-type-sizes", "drop-links-to-more", "drop-buttons-at-ends",
        "drop-note-signs", "drop-circled-note-signs", "drop-raised-note-signs",
    }
)  # fmt: skip
DOUBTFUL: Final = "doubtful"
# Told for the record; nothing about the text is uncertain because of them.
TOLD: Final = frozenset({"amended", "refused", "amendment-unused", "emptied"})
LOSSES: Final = frozenset({"page-without-text", "lost-text", "embedded-document"})
"""More than a character is missing, how much nobody can say: such an edition is C at best."""
METADATA: Final = frozenset({"describe", "metadata", "outline"})
"""Who finds contradictions in metadata and outline: they do not bear on the text."""

FEW: Final = 1
"""B: up to so many characters of a thousand are doubtful or unresolved (six in a report of 6,000), or three at all."""
FEW_AT_ALL: Final = 3
MANY: Final = 20
"""D: from so many characters of a thousand on. One in fifty is more than a reader will check by eye."""


_UNTOUCHED: Final = Quality("A", 0, 0, 0)


def grade(passes: Sequence[Pass], findings: Sequence[LocatedFinding], length: int) -> Quality:
    """Grade an edition from its apparatus.

    Args:
        passes: every pass of the normalization.
        findings: all findings, with their spans in the clean text.
        length: length of the clean text, in code points.
    """
    if length and not passes and not findings:
        return _UNTOUCHED
    left = [
        found
        for found in findings
        if found.code != DOUBTFUL and found.code not in TOLD and found.stage not in METADATA
    ]
    doubtful = _places(found for found in findings if found.code == DOUBTFUL)
    unresolved = _places(left)
    repaired = sum(made.count for made in passes if made.stage not in FORM)
    unsure = sum(end - start for start, end in (*doubtful, *unresolved))
    if not length or unsure * 1000 >= MANY * length > FEW_AT_ALL * 1000:
        letter = "D"
    elif not unsure:
        letter = "A"
    elif any(found.code in LOSSES for found in left):
        letter = "C"
    elif unsure <= FEW_AT_ALL or unsure * 1000 <= FEW * length:
        letter = "B"
    else:
        letter = "C"
    return Quality(letter, repaired, len(doubtful), len(unresolved))


def _places(findings: Iterable[LocatedFinding]) -> list[tuple[int, int]]:
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
