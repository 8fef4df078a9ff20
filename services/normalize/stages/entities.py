r"""Characters that are still spelled out: HTML references and backslash escapes in a plain text.

Both are decodings, so they come before everything that looks at characters. A listing of program text keeps them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

from ...edition import Edit, Finding
from ..neighbours import Words
from ..stage import Context
from .characters import INVISIBLES
from .code import has_han, holds_han, is_code, line_at, stands_beside_code, stands_in_code

AMPERSANDS: Final = frozenset("&＆")
# Escaped once or many times over: &amp;amp;nbsp; is a no-break space. A scraper may have widened the semicolon.
_REFERENCE: Final = re.compile(
    "[&＆](?:amp[;；]|#38[;；]|#x26[;；])*"
    "(?:#(?:[xX](?P<hex>[0-9a-fA-F]{1,6})|(?P<decimal>[0-9]{1,7}))(?:[;；]|(?=[^0-9a-fA-F]|$))"
    "|(?P<name>[A-Za-z][A-Za-z0-9]{1,30})[;；]"
    "|(?P<bare>nbsp|ensp|emsp|ldquo|rdquo|lsquo|rsquo|hellip|mdash|middot)(?![A-Za-z0-9=]))"
)
_ORPHANED: Final = re.compile("(?<![A-Za-z&])(?:nbsp[;；])+")
_ADDRESS: Final = re.compile(r"(?:https?://|www\.|[?&]\w+=)[^\s\u3000-\u9fff\uff00-\uffef]*$")
_BLANK_NAMES: Final = {
    "ensp": "\u2002",
    "emsp": "\u3000",
    "thinsp": " ",
    "zwnj": "",
    "zwj": "",
    "shy": "",
    "lrm": "",
    "rlm": "",
}


def decode_html_references(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Decode HTML character references, escaped however often: &amp;ldquo;工业&#8221; → “工业”.

    Not in a text without an ideograph, before or after: what is not Chinese may speak of &amp;amp;.
    """
    references = [(found, _referenced(found)) for found in _REFERENCE.finditer(text)]
    if not holds_han(context.alphabet) and not any(now and has_han(now) for _, now in references):
        return
    for found, now in references:
        start, end = found.span()
        if now is None:
            if found["hex"] or found["decimal"]:
                yield Finding(start, end, "bad-reference", f"{found.group()} names no character")
            continue
        if _stays(text, start, found):
            continue
        yield Edit(start, end, now, "html-reference")


def _referenced(found: re.Match[str]) -> str | None:
    name = found["name"] or found["bare"]
    if name:
        if name in _BLANK_NAMES:
            return _BLANK_NAMES[name]
        # `&Aacute;` and its like are references; `AT&T;` names nothing and stays.
        decoded = html.unescape(f"&{name};")
        return None if decoded == f"&{name};" else decoded
    code = int(found["hex"], 16) if found["hex"] else int(found["decimal"])
    if code in (0x0A, 0x0D):
        return "\n"
    if code == 0 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return None
    decoded = html.unescape(f"&#{code};")  # it reads 128–159 as Windows-1252, as HTML does
    return "" if decoded in INVISIBLES else decoded


def _stays(text: str, start: int, found: re.Match[str]) -> bool:
    low, high = line_at(text, start)
    if _ADDRESS.search(text, low, start) and found["name"] != "amp":
        return True  # ?a=1&copy;=2 is an address
    line = _REFERENCE.sub("", text[low:high])
    if text[low - 1 : low] not in ("", "\n") or text[high : high + 1] not in ("", "\n"):
        line = _CUT_REFERENCE.sub(
            "", line
        )  # a long line is looked at in part, and the cut runs through references
    if not line.strip():
        return False  # nothing else stands there: 工业 in numbers
    return (is_code(line) or stands_beside_code(text, start)) and not (
        has_han(line) and not re.search(r"""["'`<][^"'`]*$""", text[low:start])
    )


_CUT_REFERENCE: Final = re.compile(r"\A[#0-9A-Za-z]{0,8};|[&＆][#0-9A-Za-z]{0,8}\Z")


def _is_residue_line(text: str, at: int) -> bool:
    low, high = line_at(text, at)
    return has_han(text[low:high]) and not stands_in_code(text, at)


NBSP_WORD: Final = Words.everywhere(["nbsp;", "nbsp；"])


def drop_orphaned_nbsp(text: str, _: Context) -> Iterator[Edit]:
    """Read a no-break space that lost its ampersand: nbsp;nbsp;一、 → two spaces."""
    for found in _ORPHANED.finditer(text):
        if _is_residue_line(text, found.start()):
            yield Edit(found.start(), found.end(), " ", "html-reference-torn")


BACKSLASHES: Final = frozenset("\\")
_UNICODE: Final = re.compile(r"(?:\\u[0-9a-fA-F]{4}|\\xa0|\\x[eE][0-9a-fA-F](?:\\x[89abAB][0-9a-fA-F]){2})+")
# A run of backslashes begins once: tried anew at each of them, 80 kB took minutes.
_BLANK: Final = re.compile(
    r"(?<!\\)(?<!\\[rnt])(?:\\++(?:r\\++n|[rnt]))++(?:(?=\\u3000|\\xa0)|(?![A-Za-z0-9_\\/.]))"
)
_ESCAPED_ENDS: Final = ("\\n", "\\r", "\\t")
_QUOTE: Final = re.compile(r"(?<!\\)\\++([\"'/])")
_ESCAPED_QUOTE: Final = re.compile(r'\\"')
_MARKDOWN: Final = re.compile(r"(?:\\[*_#.\-+!\[\]()>~`|])+")
_TEX: Final = re.compile(r"\\[a-zA-Z]{2,}|\\[\[(].*\\[\])]|\$")
_CHINESE: Final = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’—…·"
_FLAT_MARK: Final = re.compile("[\u3400-\u9fff][,.;:?!)]\\Z")
_BESIDE_CHINESE: Final = re.compile(f"[{_CHINESE}\\s0-9]")


_FULL_MARK: Final = re.compile("[\u3000-\u303f\uff01-\uff5e“”‘’—…·∶]+")
_LINE_END: Final = re.compile(r"(?<=[\u3400-\u9fff。；：！？”）》])\\(?:r\\)?n(?=[A-Z0-9(（])")
_DRIVE: Final = re.compile(r"(?<![A-Za-z])[A-Za-z]:\\|\\\\[\w-]+\\")
DUMPED: Final = 2
"""Escapes of one kind from which on a text is known to be a dump that left them."""


def decode_escapes(text: str, context: Context) -> Iterator[Edit]:  # noqa: ARG001
    r"""Decode what a dump left escaped: \u5de5\u4e1a → 工业, a literal \r\n between paragraphs, \" and 1\. ."""
    runs = list(_UNICODE.finditer(text))
    spelt = {run.start(): _unescaped(run.group()) for run in runs}
    dumped = sum(now is not None and has_han(now) for now in spelt.values()) >= DUMPED
    for found in runs:
        now = spelt[found.start()]
        start, end = found.span()
        low = start
        while text[low - 2 : low] in _ESCAPED_ENDS:
            low -= 2  # \n\u3000\u3000现在: a line end and its indent
        spelled = now is not None and (
            has_han(now)
            or _beside_chinese(text, low, end)
            or (dumped and _FULL_MARK.fullmatch(now) is not None)
        )
        if now is not None and spelled and not _in_listing(text, start):
            yield Edit(found.start(), found.end(), now, "unicode-escape")
    blanks = set()
    for found in _BLANK.finditer(text):
        start, end = found.span()
        if _beside_chinese(text, start, end) and not _in_listing(text, start):
            blanks.add(start)
            yield Edit(start, end, "\t" if found.group().endswith("t") else "\n", "escaped-blank")
    ends = list(_LINE_END.finditer(text))
    if len(blanks.union(found.start() for found in ends)) >= DUMPED and _DRIVE.search(text) is None:
        for found in ends:
            if found.start() not in blanks and not _in_listing(text, found.start()):
                yield Edit(found.start(), found.end(), "\n", "escaped-blank")
    quotes = len(_ESCAPED_QUOTE.findall(text))
    for pattern, rule in ((_QUOTE, "escaped-quote"), (_MARKDOWN, "escaped-sign")):
        for found in pattern.finditer(text):
            start, end = found.span()
            low, high = line_at(text, start)
            beside = _beside_chinese(text, start, end) or (
                # “1+N\"高新园区: in a text whose quotes are all escaped and pair, Latin stands beside some.
                pattern is _QUOTE
                and quotes >= DUMPED
                and quotes % 2 == 0
                and found.group(1) == '"'
                and has_han(text[low:high])
            )
            if beside and not _TEX.search(text[low:high]) and not _in_listing(text, start):
                for at in range(start, end, 1 if pattern is _QUOTE else 2):
                    if text[at] == "\\":
                        yield Edit(at, at + 1, "", rule)


def _unescaped(run: str) -> str | None:
    if "\\xa0" in run:
        return "\u00a0" * run.count("\\xa0") if run.count("\\") == run.count("\\xa0") else None
    if run.startswith("\\x"):
        try:
            return bytes.fromhex(run.replace("\\x", "")).decode()
        except UnicodeDecodeError:
            return None
    units = b"".join(int(unit, 16).to_bytes(2, "big") for unit in run.split("\\u")[1:])
    try:
        return units.decode("utf-16-be")
    except UnicodeDecodeError:
        return None  # half of a pair


def _beside_chinese(text: str, start: int, end: int) -> bool:
    before = text[start - 1 : start] or "\n"
    after = text[end : end + 1] or "\n"
    low, high = line_at(text, start)
    return (
        (
            _BESIDE_CHINESE.match(before) is not None
            or _FLAT_MARK.search(text, max(0, start - 2), start) is not None
        )
        and (_BESIDE_CHINESE.match(after) is not None or after == "\\")
        and (has_han(text[low:high]) or _UNICODE.search(text, low, high) is not None)
    )


def _in_listing(text: str, at: int) -> bool:
    low, _ = line_at(text, at)
    return stands_in_code(text, at) and re.search(r"""["'`]|^\s*[A-Za-z_]""", text[low:at]) is not None


CRLF_LETTERS: Final = Words.everywhere(["x0dx0a"])
_HEX_LINE_END: Final = re.compile(
    "(?<![0-9A-Za-z])(?:x0[da])+(?![0-9A-Za-z])|(?<=[\u3400-\u9fff。；：！？”）])(?:x0dx0a)+"
)


def decode_hex_line_ends(text: str, context: Context) -> Iterator[Edit]:  # noqa: ARG001
    r"""Read a line end that was escaped and lost its backslashes: 包括：x0dx0ax0dx0a一是 → a new line."""
    for found in _HEX_LINE_END.finditer(text):
        if _is_residue_line(text, found.start()):
            yield Edit(found.start(), found.end(), "\n", "escaped-line-end")
