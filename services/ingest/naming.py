"""From a path to a report id: without its ending, but never where two files of one push would meet."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

MAX_SEGMENTS: Final = 8
MAX_SEGMENT: Final = 64
"""The bounds of a report id (DESIGN: words)."""

_DIGEST: Final = 8
"""Hexadecimal digits that tell two names apart which would otherwise be one: 1 in 4 billion that they do not."""

_COMPRESSED: Final = frozenset({".gz", ".bz2", ".xz"})
"""Second halves of an ending: reports.tar.gz loses both."""

_REFUSED: Final = re.compile(r"[^\w.-]+|_{2,}")


def short_names(paths: Sequence[PurePosixPath]) -> list[PurePosixPath]:
    """Give each path without its ending, except where two would meet: those keep theirs.

    >>> [str(name) for name in short_names([PurePosixPath(p) for p in ("a.txt", "b.txt", "b.docx")])]
    ['a', 'b.txt', 'b.docx']
    """
    bare = [_bare(path) for path in paths]
    # Case folded, because file systems may: A.txt and a.pdf are one name on two of three.
    taken = Counter(str(name).casefold() for name in bare)
    return [
        name if taken[str(name).casefold()] == 1 else path for name, path in zip(bare, paths, strict=True)
    ]


def _bare(path: PurePosixPath) -> PurePosixPath:
    if path.suffix.lower() in _COMPRESSED and path.stem.lower().endswith(".tar"):
        path = path.with_suffix("")
    return path.with_suffix("") if path.suffix else path


def report_ids(paths: Sequence[str]) -> list[str]:
    """Give each path of one push its report id; different paths have different ids.

    What an id cannot hold becomes a hyphen; a name that this makes equal to another gets a few digits of its digest.

    >>> report_ids(["广东/2023 报告（终稿）.txt", "a/b.txt", "a/b.pdf"])
    ['广东/2023-报告-终稿', 'a/b.txt', 'a/b.pdf']
    """
    short = [_fit(str(name)) for name in short_names([PurePosixPath(path) for path in paths])]
    taken = Counter(short)
    # The same path twice is the same report twice: that is what a path as an id means.
    distinct = {
        name: {path for path, other in zip(paths, short, strict=True) if other == name} for name in taken
    }
    return [
        name if len(distinct[name]) == 1 else _marked(name, path)
        for name, path in zip(short, paths, strict=True)
    ]


def _fit(path: str) -> str:
    segments = [_segment(segment) for segment in unicodedata.normalize("NFC", path).split("/")]
    segments = [segment for segment in segments if segment] or [_digest(path)]
    if len(segments) > MAX_SEGMENTS:
        segments = [*segments[: MAX_SEGMENTS - 1], _segment(".".join(segments[MAX_SEGMENTS - 1 :]))]
    return "/".join(segments)


def _segment(name: str) -> str:
    # \w and the categories of report ids differ in a few signs (‿, for one): those go by category.
    fitting = "".join(
        character if character in "._-" or unicodedata.category(character)[0] in "LNM" else "-"
        for character in _REFUSED.sub(lambda found: found[0] if found[0].startswith("_") else "-", name)
    ).strip("-")
    if fitting in (".", ".."):
        return _digest(name)
    if len(fitting) > MAX_SEGMENT:
        return f"{fitting[: MAX_SEGMENT - _DIGEST - 1]}-{_digest(name)}"
    return fitting


def _marked(name: str, path: str) -> str:
    above, _, last = name.rpartition("/")
    last = f"{last[: MAX_SEGMENT - _DIGEST - 1]}-{_digest(path)}"
    return f"{above}/{last}" if above else last


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:_DIGEST]
