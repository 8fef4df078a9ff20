"""The fields of a DOCX: what is computed, and what a reader sees of it (ECMA-376 part 1, 17.16)."""

from __future__ import annotations

import re
from typing import Final

_LINK: Final = re.compile(r'^\s*HYPERLINK\s+"([^"]*)"')


class Fields:
    """The fields that are open where the reader stands, the outermost first.

    A field begins, tells its instruction, separates it from its result, and ends; its result may hold other fields.
    """

    __slots__ = ("_open",)

    def __init__(self) -> None:
        self._open: list[tuple[str, bool]] = []  # (instruction, its result has begun)

    def mark(self, what: str) -> None:
        """Take a field's character: ``begin``, ``separate`` or ``end``."""
        if what == "begin":
            self._open.append(("", False))
        elif what == "separate" and self._open:
            self._open[-1] = (self._open[-1][0], True)
        elif what == "end" and self._open:
            self._open.pop()

    def instruct(self, text: str) -> None:
        """Take a piece of the innermost field's instruction; behind its separator there is none."""
        if self._open and not self._open[-1][1]:
            self._open[-1] = (self._open[-1][0] + text, False)

    def end_paragraph(self) -> None:
        """Let fields show what follows whose instruction has no end in its paragraph.

        One that lost its separator or its end would hide the rest of the document.
        """
        if not self.shows():
            self._open = [(instruction, True) if begun else ("", True) for instruction, begun in self._open]

    def shows(self) -> bool:
        """Tell whether text here is seen: outside fields, or in the result of each."""
        return all(begun for _, begun in self._open)

    def in_contents(self) -> bool:
        """Tell whether text here is of a table of contents."""
        return any(begun and instruction.lstrip().startswith("TOC") for instruction, begun in self._open)

    def link(self) -> str:
        """Give the target of the innermost hyperlink around, or nothing."""
        for instruction, begun in reversed(self._open):
            found = _LINK.match(instruction) if begun else None
            if found:
                return found[1]
        return ""
