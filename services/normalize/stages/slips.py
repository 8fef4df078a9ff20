"""Byte slips: runs of text that were decoded one byte off, set right again.

Web tools that change characters of GBK text by searching its bytes may match across two characters and lose half of
one; everything up to the next ASCII byte is then read one byte off: 落實“六保”任務 became 落實“六?!比蝿. See
``jiaokan.normalize.slips`` for the mechanism, the search and the proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from ...edition import CERTAIN, Edit, Finding
from ..hints import Amendment
from ..language import load
from ..slips.gate import places_of
from ..stage import Context

if TYPE_CHECKING:
    from ..slips.repair import Repair

PDF: Final = "application/pdf"
"""Its text never was GBK bytes that a web tool searched; what reads badly there was recognised badly (OCR), and
searching a recognised book of 40 pages for slips took a minute and found none."""


def repair_byte_slips(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Repair what can be proved by damaging it again and reads far better; propose the rest."""
    if context.media_type == PDF:
        return
    places = places_of(text, context.alphabet)
    if not len(places):
        return
    from ..slips.repair import repairs_of

    def proposal(repair: Repair, reason: str) -> Finding:
        was = text[repair.start : repair.end]
        data: dict[str, Any] = {"was": was}
        if repair.new:
            data |= {"now": repair.new, "gain": repair.gain}
        if repair.doubts:
            data["doubtful"] = [[doubt.char, doubt.confidence] for doubt in repair.doubts]
        surest = min((doubt.confidence for doubt in repair.doubts), default=1000)
        return Finding(repair.start, repair.end, "damaged", reason, surest, data)

    repairs = list(repairs_of(text, places, load()))
    accepted = _accepted(text, repairs, context.hints.amendments)
    for repair in repairs:
        wanted = repair.start in accepted
        if not repair.applies and not wanted:
            yield proposal(repair, "bytes slipped here, but no reading is sure enough to be applied")
        elif repair.doubts and context.profile.strict and not wanted:
            yield proposal(repair, "bytes slipped here; the reading has doubtful characters")
        else:
            # What is in doubt is told character by character; the run itself is proved.
            yield Edit(repair.start, repair.end, repair.new, "byte-slip", CERTAIN, repair.alignment)
            for doubt in repair.doubts:
                yield Finding(
                    doubt.start,
                    doubt.end,
                    "doubtful",
                    f"{doubt.char} is the likeliest of several readings of slipped bytes",
                    doubt.confidence,
                    {"now": doubt.char},
                )


def _accepted(text: str, repairs: Sequence[Repair], amendments: Iterable[Amendment]) -> set[int]:
    """Tell where the repairs begin that a person accepted: of several alike, the one that stands where he said.

    Where that does not tell them apart, none is applied, and the stage that amends the clean text has its say.
    """
    accepted = set()
    for said in amendments:
        if said.action != "accept" or not said.now:
            continue
        meant = [
            repair
            for repair in repairs
            if repair.new == said.now and text[repair.start : repair.end] == said.was
        ]
        if len(meant) > 1:
            meant = [
                repair
                for repair in meant
                if text.endswith(said.before, 0, repair.start) and text.startswith(said.after, repair.end)
            ]
        if len(meant) == 1:
            accepted.add(meant[0].start)
    return accepted
