"""What the format itself tells to be the page's and not the text's: menus of a web page, running heads of a PDF.

The readers write such lines into the reading and mark them; here they leave it, so that they stand in the apparatus.
First of all stages: nothing that a site or a printer added may bear on what later stages learn from the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ...edition import Edit
from ..stage import Context

FURNITURE: Final = "page-furniture"


def take_off_page_furniture(text: str, context: Context) -> Iterator[Edit]:
    """Take off what readers marked as furniture, whole lines with their line's end.

    ``{"joins": true}`` in a mark's data says that the line interrupts a paragraph, whose halves then join.
    """
    taken = 0
    for mark in context.marks:
        if mark.kind != FURNITURE:
            continue
        start, end = mark.start, mark.end
        if (start == 0 or text[start - 1] == "\n") and (end == len(text) or text[end] == "\n"):
            if mark.data.get("joins") and start and end < len(text):
                start, end = start - 1, end + 1
            elif end < len(text):
                end += 1
            elif start > taken:  # the line above may be furniture, too, and have left with its end
                start -= 1
        glue = str(mark.data.get("glue", "")) if end - start > mark.end - mark.start else ""
        yield Edit(start, end, glue, str(mark.data.get("what", "furniture")))
        taken = end
