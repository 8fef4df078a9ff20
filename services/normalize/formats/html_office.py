"""What word processors write into pages: bullets as letters of symbol fonts, remarks of readers, deleted text."""

from __future__ import annotations

import re
from typing import Final

BULLETS: Final = str.maketrans("lnuvq§ØüÞ·", "●■◆❖❑▪➢✓➲•")
"""The bullets of the Wingdings and Symbol fonts, by the letters at their places."""
WRITERS: Final = re.compile(
    r"(?i)libreoffice|openoffice|staroffice|microsoft word|wps|kingsoft|word\.document"
)
_SYMBOL_FONT: Final = re.compile(r"(?i)font-family\s*:\s*[\"']?(?:wingdings|symbol)\b")
_LABEL: Final = re.compile(r"(?i)mso-list\s*:\s*ignore")


def is_unseen(name: str, classes: str) -> bool:
    """Tell whether an element holds what is no text of its document: what was deleted, or what a reader remarked."""
    return name == "del" or "msocom" in classes


def symbols(style: str, above: str) -> str:
    """Tell where letters are signs: ``font`` inside a symbol font, ``label`` in a list's label there, else "".

    ``above`` is the answer for the element around. The blanks behind the bullet have a font of their own.
    """
    if _SYMBOL_FONT.search(style):
        above = "font"
    return "label" if above and _LABEL.search(style) else above
