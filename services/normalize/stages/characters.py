"""Characters: one kind of line end, nothing invisible, no radicals or compatibility forms for ordinary characters.

The only normal form that is applied to a whole text is NFC. NFKC would rewrite full-width punctuation, ², ㎡ and ½;
the characters that need more than NFC (Kangxi and CJK radicals) are named one by one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from ...edition import Edit, Finding
from ..alphabet import others_in
from ..stage import Context
from .chinese import is_chinese, is_japanese_or_korean
from .code import line_at

LINE_ENDS: Final = frozenset("\r\x0b\f\x85\u2028\u2029")
_LINE_END: Final = re.compile("\r\n?|[\x0b\x85\u2028\u2029]|\f(?<=[^\n\r\f]\f)")


def make_line_ends_plain(text: str, context: Context) -> Iterator[Edit]:  # noqa: ARG001
    """End every line by a newline alone; a form feed stays, since it tells the layout where a page ended.

    A line ends before it, too, so that every later stage sees lines where they are.
    """
    for found in _LINE_END.finditer(text):
        if found.group() == "\r\n":
            yield Edit(found.start(), found.start() + 1, "", "line-end")
        elif found.group() == "\f":
            yield Edit(found.start(), found.start(), "\n", "line-end")
        else:
            yield Edit(found.start(), found.end(), "\n", "line-end")


# What has no shape and no width. Joiners and direction marks have a meaning beside scripts that join or run from
# right to left, and inside an emoji; variation selectors beside symbols. There they stay.
_JOINERS: Final = "\u200b\u200c\u200d\u2060"
_DIRECTIONS: Final = "\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c"
_ALWAYS: Final = "\ufeff\u00ad\u180e\u034f\ufffe\uffff\ufff9-\ufffb\ufffc"
_CONTROLS: Final = "\x00-\x08\x0e-\x1f\x7f"
_INVISIBLE: Final = re.compile(f"[{_JOINERS}{_DIRECTIONS}{_ALWAYS}{_CONTROLS}\ufe00-\ufe0f]+")
INVISIBLES: Final = frozenset(
    chr(code) for code in (*range(0xA0), *range(0xAD, 0xFFFF + 1)) if _INVISIBLE.match(chr(code))
)
# Arabic to Khmer and Mongolian, arrows to dingbats, emoji: the joiners' home.
_JOINING: Final = re.compile(
    "[\u0590-\u08ff\u0900-\u109f\u1780-\u18af\u2190-\u27bf\u2900-\u2bff\U0001f000-\U0001faff\u20e3\ufe0f]"
)
_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_NON_BREAKING_HYPHEN: Final = "\x1e"  # Word's own, in text dumped from .doc


def drop_invisible_characters(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Take out zero-width characters, soft hyphens, byte order marks inside a text, and control characters."""
    right_to_left = _RIGHT_TO_LEFT.search("".join(others_in(context.alphabet))) is not None
    for found in _INVISIBLE.finditer(text):
        start, end = found.span()
        before = text[start - 1] if start else "\n"
        after = text[end] if end < len(text) else "\n"
        kept = _kept(found.group(), before, after, right_to_left=right_to_left)
        if kept == found.group():
            continue
        if "\ufffc" in found.group():
            yield Finding(
                start, end, "object-lost", "an object (picture, formula) stood here and is not in the text"
            )
        yield Edit(start, end, kept, "invisible-character")


def _kept(run: str, before: str, after: str, *, right_to_left: bool) -> str:
    kept = []
    for character in run:
        joins = _JOINING.match(before) is not None
        if (
            (character in "\u200b\u200c\u200d\u2060" and joins and _JOINING.match(after))
            or ("\ufe00" <= character <= "\ufe0f" and (joins or after == "\u20e3"))
            or (
                right_to_left
                and character in "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c"
            )
        ):
            kept.append(character)
        elif character == _NON_BREAKING_HYPHEN and before.isalnum() and after.isalnum():
            kept.append("-")
    return "".join(kept)


_C1_RUN: Final = re.compile("[\x80-\x84\x86-\x9f]")
C1_CONTROLS: Final = frozenset(chr(code) for code in range(0x80, 0xA0) if code != 0x85)


def read_c1_as_windows(text: str, context: Context) -> Iterator[Edit | Finding]:
    r"""Read a lone C1 control as the Windows-1252 character of that byte: \\x93产业\\x94 → “产业”.

    No text has C1 controls of its own; HTML reads a reference to one the same way (WHATWG, "numeric character
    reference end state"). Beside other characters of Latin-1 the whole is another damage, and is left.
    """
    for found in _C1_RUN.finditer(text):
        at = found.start()
        around = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
        now = found.group().encode("latin-1").decode("cp1252", "ignore")
        message = f"the control character U+{ord(found.group()):04X}"
        if not now or any("\x80" <= character <= "\xff" for character in around):
            yield Finding(at, at + 1, "control-character", f"{message} stands for something unknown")
            continue
        data = {"was": found.group(), "now": now}
        if context.profile.strict:
            yield Finding(at, at + 1, "proposal", f"{message} may be {now}", 900, data)
        else:
            yield Finding(at, at + 1, "doubtful", f"{message} is read as {now}", 900, data)
            yield Edit(at, at + 1, now, "windows-1252-character", 900)


_UNSTABLE: Final = re.compile(
    # One character that nothing can change, then a run that normalization may look at. Ordinary Chinese, its
    # punctuation and ASCII neither change under NFC nor combine with what stands before them.
    "[\x00-\x7f\u3000-\u3029\u3030-\u303f\u4e00-\u9fff\uff00-\uffef]?"
    "[^\x00-\x7f\u3000-\u3029\u3030-\u303f\u4e00-\u9fff\uff00-\uffef]+"
)
_COMPATIBILITY: Final = re.compile("[\uf900-\ufaff\U0002f800-\U0002fa1f]")


_PLAIN: Final = re.compile("[\x00-\x7f\u3000-\u3029\u3030-\u303f\u4e00-\u9fff\uff00-\uffef“”‘’—–…·]*")
"""What neither changes under NFC nor combines: all that most reports have besides ideographs."""


def compose_characters(text: str, context: Context) -> Iterator[Edit]:
    """Give compatibility ideographs their ordinary form, and the rest its composed one (NFC, UAX #15)."""
    # Ideographs of the basic plane that an alphabet keeps by themselves are plain as well.
    if context.alphabet and _PLAIN.fullmatch("".join(others_in(context.alphabet))):
        return
    if unicodedata.is_normalized("NFC", text):
        return
    for found in _UNSTABLE.finditer(text):
        was = found.group()
        if unicodedata.is_normalized("NFC", was):
            continue
        if not _COMPATIBILITY.search(was):
            yield Edit(found.start(), found.end(), unicodedata.normalize("NFC", was), "composed-character")
            continue
        at = found.start()
        for piece in re.split(f"({_COMPATIBILITY.pattern})", was):
            now = unicodedata.normalize("NFC", piece)
            if now != piece:
                rule = "compatibility-ideograph" if _COMPATIBILITY.match(piece) else "composed-character"
                yield Edit(at, at + len(piece), now, rule)
            at += len(piece)


_STANDARD: Final = dict(zip("巿髙敎硏靑淸尙槪旣吿毎増渉徳歩", "市高教研青清尚概既告每增涉德步", strict=True))
"""Other shapes of characters that both scripts write alike, from fonts and keyboards of Hong Kong, Korea and Japan.
Neither GB 2312 nor the lists of Taiwan and Hong Kong have them; 20.7 million characters of reports have none."""
VARIANTS: Final = frozenset(_STANDARD)
_VARIANT: Final = re.compile(f"[{''.join(_STANDARD)}]")
_A_NAME: Final = "徐巿"
"""Who sailed for the First Emperor."""


def write_standard_shapes(text: str, context: Context) -> Iterator[Edit]:  # noqa: ARG001
    """Write 城巿 (a keyboard's other 市), 髙 and 硏 in their standard shape, except in Japanese and Korean."""
    for found in _VARIANT.finditer(text):
        at = found.start()
        low, high = line_at(text, at)
        if (
            text[at - 1 : at + 1] != _A_NAME
            and is_chinese(text[low:high])
            and not is_japanese_or_korean(text)
        ):
            yield Edit(at, at + 1, _STANDARD[found.group()], "standard-shape")
