"""Markup that is left in a plain text: HTML tags, links and heading signs of Markdown, wiki and forum signs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...edition import Edit, Finding, Mark
from ..neighbours import Words
from ..stage import Context
from .code import has_han, holds_han, is_chinese, is_code, line_at, stands_in_code

ANGLES: Final = frozenset("<")
RIGHT_ANGLES: Final = frozenset(">")
_BLOCKS: Final = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote br center dd div dl dt footer h1 h2 h3 h4 h5 h6 header hr li nav ol p "
        "section table tbody tfoot thead tr ul",
    )
)
_INLINE: Final = frozenset(
    re.findall(
        r"[\w:]+",
        "a abbr acronym area audio b big body button caption cite code col colgroup del em embed figcaption figure "
        "font form head html i iframe img input ins label link main map mark meta noscript o:p object option param "
        "pre q rp rt ruby s select small source span st1 strike strong sub sup td textarea th title tt u v video "
        "w wbr xml",
    )
)
_SHORT: Final = frozenset("abipqsuvw")
# A comment or script of more than 4,000 characters is not taken in one go: an unclosed one must not cost the square.
_TAG: Final = re.compile(
    r"<!--.{0,4000}?-->|<!\[CDATA\[|\]\]>|<!\[(?:if|endif)[^>]*>|<!DOCTYPE[^>]*>|<(?P<hidden>script|style)\b[^>]*>.{0,4000}?</(?P=hidden)\s*>"
    r"|<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]{0,9}(?::[A-Za-z]\w*)?)"
    r"(?P<rest>(?:\s+[A-Za-z_:][\w:.-]*(?:\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+))?)*)\s*/?\s*>",
    re.DOTALL | re.IGNORECASE,
)
_RAISED: Final = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_BOLD: Final = ("b", "strong")


_BODY_SIGN: Final = re.compile("<正>")
"""With which a library of journals begins the text of an article that has no abstract."""


def drop_tags(text: str, context: Context) -> Iterator[Edit | Mark]:
    """Take HTML tags out of a plain text; bold and headings stay as marks, 10<sup>8</sup> becomes 10⁸."""
    if ">" not in context.alphabet or not holds_han(context.alphabet):
        return
    for found in _BODY_SIGN.finditer(text) if "正" in context.alphabet else ():
        yield Edit(*found.span(), "", "body-sign")
    tags = [found for found in _TAG.finditer(text) if _is_tag(found, text)]
    open_bold: re.Match[str] | None = None
    open_heading: re.Match[str] | None = None
    for number, found in enumerate(tags):
        start, end = found.span()
        name = (found["name"] or "").lower()
        closes = bool(found["close"])
        if name in _BOLD:
            if not closes:
                open_bold = found
            elif open_bold is not None:
                yield Mark(open_bold.end(), start, "bold")
                open_bold = None
        elif re.fullmatch("h[1-6]", name):
            if not closes:
                open_heading = found
            elif open_heading is not None:
                yield Mark(open_heading.end(), start, "heading", {"level": int(name[1])})
                open_heading = None
        elif name == "sup" and not closes and number + 1 < len(tags):
            raised = text[end : tags[number + 1].start()]
            if re.fullmatch("[0-9+n-]{1,3}", raised) and re.match("[0-9A-Za-z)）]", text[start - 1 : start]):
                yield Edit(end, end + len(raised), raised.translate(_RAISED), "raised-digits")
            elif re.fullmatch(r"[0-9]{1,3}", raised):
                yield Edit(end, end + len(raised), f"[{raised}]", "raised-note-mark")
        yield Edit(start, end, _left_by(name, closes=closes, text=text, end=end), "html-tag")


def _is_tag(found: re.Match[str], text: str) -> bool:
    name = (found["name"] or "").lower()
    if name and name not in _BLOCKS and name not in _INLINE:
        return False
    start, end = found.span()
    low, high = line_at(text, start)
    bare = name in _SHORT and not found["close"] and not found["rest"]
    if bare and f"</{name}" not in text[end : end + 2000].lower() and text[low:start].strip():
        return False  # `若a<b且c>d` has no closing tag; `(p<0.05)` is no tag at all
    return not (is_code(_without_tags(text[low:high])) and stands_in_code(text, start))


def _without_tags(line: str) -> str:
    """Take the tags out of a line, and what is left of those that the look at it cut in two."""
    line = _TAG.sub("", line)
    close, open_ = line.find(">"), line.find("<")
    if close >= 0 and (open_ < 0 or close < open_):
        line = line[close + 1 :]
    open_ = line.rfind("<")
    return line[:open_] if open_ > line.rfind(">") else line


def _left_by(name: str, *, closes: bool, text: str, end: int) -> str:
    if name in ("td", "th"):
        return "\t" if closes and re.match(r"\s*<t[dh]\b", text[end : end + 200], re.IGNORECASE) else ""
    if name in _BLOCKS:
        return "\n"
    return ""


_HEADLESS: Final = re.compile(
    r"(?<=[\u3400-\u9fff。；：！？”）%％])(?:/(?P<block>p|div|td|tr|li|h[1-6])|/(?:span|strong|b|font|a|em)|(?P<br>br\s?/))>"
)
"""A tag whose < was lost alone: 投资增长12%/p>."""
_TORN: Final = re.compile(
    r"(?<=[\u3400-\u9fff”）)》%％])(?P<mark>[、?？\ufffd])"
    r"(?P<tag>(?P<block>br\s*/?|/(?:p|div|td|tr|li|h[1-6]))|/(?:span|strong|b|font|a|em))>"
)
TORN: Final = 900
"""Confidence, per mille: the full stop is what stands before the end of a paragraph."""


def mend_torn_tags(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Give back a full stop whose last byte was lost together with the < of a tag: 会议、br /> → 会议。.

    A decoder that lost the last byte of 。 (E3 80 82) takes the next one for it, so the < is swallowed; what is left
    of the three bytes reads as 、 or ?.
    """
    if ">" not in context.alphabet:
        return
    for found in _TORN.finditer(text):
        start, end = found.span()
        now = "。\n" if found["block"] else "。"
        data = {"was": found.group(), "now": now}
        reason = "a mark lost its last byte, and the tag behind it its first"
        if context.profile.strict:
            yield Finding(start, end, "proposal", reason, TORN, data)
        else:
            yield Finding(start, end, "doubtful", reason, TORN, data)
            yield Edit(start, end, now, "torn-tag", TORN)
    for found in _HEADLESS.finditer(text):
        broken = found["block"] or found["br"]
        yield Edit(*found.span(), "\n" if broken else "", "headless-tag")


HASHES: Final = frozenset("#")
_HEADING: Final = re.compile(
    r"^\f?[ ]{0,3}(?P<signs>#{1,6})[ \t\u3000]+(?P<title>[^\n]*?)(?P<tail>[ \t]+#+)?[ \t]*$", re.MULTILINE
)
_HEADING_GLUED: Final = re.compile(
    r"^\f?(?P<signs>#{2,6})(?P<title>[\u3400-\u9fff*（(][^\n#]*)(?P<tail>)$", re.MULTILINE
)


def drop_heading_signs(text: str, context: Context) -> Iterator[Edit | Mark]:  # noqa: ARG001
    """Take Markdown's heading signs away and keep what they meant: ## 第一章 → a mark ``heading``, level 2."""
    for pattern in (_HEADING, _HEADING_GLUED):
        for found in pattern.finditer(text):
            if not has_han(found["title"]) and not re.match(r"\**[0-9]", found["title"]):
                continue
            if stands_in_code(text, found.start("title")):
                continue  # a comment
            start, end = found.span("title")
            yield Edit(found.start("signs"), start, "", "heading-sign")
            yield Edit(end, found.end(), "", "heading-sign")
            yield Mark(start, end, "heading", {"level": len(found["signs"])})


EQUALS: Final = Words.everywhere(["=="])
_WIKI_HEADING: Final = re.compile(
    r"^[ \t]*(?P<signs>={2,6})[ \t]*(?P<title>[^=\n]*[\u3400-\u9fff][^=\n]*?)[ \t]*(?P=signs)[ \t]*$",
    re.MULTILINE,
)


def drop_wiki_headings(text: str, context: Context) -> Iterator[Edit | Mark]:  # noqa: ARG001
    """Take wiki's heading signs away and keep what they meant: == 总则 == → a mark ``heading``, level 2."""
    for found in _WIKI_HEADING.finditer(text):
        start, end = found.span("title")
        if stands_in_code(text, start):
            continue
        yield Edit(found.start(), start, "", "heading-sign")
        yield Edit(end, found.end(), "", "heading-sign")
        yield Mark(start, end, "heading", {"level": len(found["signs"])})


RULES: Final = Words.everywhere(["===", "---", "***", "———", "───", "━━━", "~~~", "* *", "- -"])
_RULE: Final = re.compile(
    r"^[ \t\u3000]*(?P<rule>={3,}|-{5,}|\*{5,}|—{5,}|─{4,}|━{4,}|~{4,}"
    r"|(?P<short>-{3,4}|\*{3}|\*(?: \*){2}|-(?: -){2}))[ \t\u3000]*\n?",
    re.MULTILINE,
)
PROSE: Final = 16
"""Characters of a line above a short rule, so that --- or *** is no empty or masked cell of a table."""


def drop_rules(text: str, context: Context) -> Iterator[Edit]:  # noqa: ARG001
    """Take away lines of nothing but =====, -----, ***: what divided a page, or stood under its heading.

    A short one could be a cell: only a paragraph of prose stands above it, and no other such run in its text.
    """
    for found in _RULE.finditer(text):
        start, end = found.span()
        above = text[:start].rstrip()
        if (
            not above
            or not has_han(above[above.rfind("\n") + 1 :])
            or stands_in_code(text, found.start("rule"))
        ):
            continue
        if found["short"]:
            above = above[above.rfind("\n") + 1 :]
            if len(above) < PROSE or (found["rule"] == "***" and text.count("***") > 1):
                continue
        yield Edit(start, end, "", "rule")


LONG: Final = 20
"""Characters of a sentence that no sign of comparison stands before."""


def _is_long(line: str) -> bool:
    return len(line) >= LONG and "。" in line


QUOTE_SIGNS: Final = frozenset(">")
_QUOTED_LINE: Final = re.compile(
    r"^\f?[ ]{0,3}(?P<signs>(?:>[ \t]{0,4}){1,6})(?P<line>[^\n>]*)$", re.MULTILINE
)
_SENTENCE: Final = re.compile("[\u3400-\u9fff”）》%％][，。；：！？,;:!?]")
_COMPARED: Final = re.compile(r"[0-9](?!\d{3}年|\d?[、.．])")
"""> 60岁, but not > 2025年 and > 1.…"""
SHORTEST_QUOTED: Final = 8
"""Characters of a sentence that is quoted; a step of a breadcrumb, > 政务公开, is shorter."""


def drop_quote_signs(text: str, context: Context) -> Iterator[Edit]:  # noqa: ARG001
    """Take the signs of a mail's or Markdown's quotation away: > 全市上下一心，… → 全市上下一心，….

    Where a figure follows, the sign compares: > 60岁.
    """
    lines = list(_QUOTED_LINE.finditer(text))
    quoted = [
        found
        for found in lines
        if has_han(found["line"])
        and (not _COMPARED.match(found["line"]) or _is_long(found["line"]))
        and not stands_in_code(text, found.start("signs"))
    ]
    if not any(len(found["line"]) >= SHORTEST_QUOTED and _SENTENCE.search(found["line"]) for found in quoted):
        return
    taken = {found.start() for found in quoted}
    for found in lines:
        if found.start() in taken or not found["line"].strip():
            yield Edit(*found.span("signs"), "", "quote-sign")


BRACKETS: Final = frozenset("[")
_LINK: Final = re.compile(
    r"(?P<image>!?)\[(?P<label>(?:[^\[\]\n]|\[[^\[\]\n]{0,40}\]){0,200})\]\((?P<address>(?:https?:|mailto:|/|\.{1,2}/|#|javascript:)[^()\s]*(?:\([^()\s]*\)[^()\s]*)?)"
    r"(?:\s+[\"'][^\"'\n]*[\"'])?\)"
)
_NO_IMAGE: Final = re.compile(r"!\[\]\(\)")
"""An image of which the page gave neither words nor address."""
_WIKI_LINK: Final = re.compile(r"\[\[(?:(?P<target>[^\[\]|\n]{1,100})\|)?(?P<label>[^\[\]|\n]{1,100})\]\]")
_IMAGE: Final = re.compile("(?:文件|檔案|图像|圖像|File|Image):")
_FORUM: Final = re.compile(
    r"\[/?(?:b|i|u|s|url|img|color|size|font|align|quote|center|indent)(?:=[^\[\]\n]{0,100})?\]",
    re.IGNORECASE,
)


def drop_link_signs(text: str, context: Context) -> Iterator[Edit | Mark]:
    """Take the signs of Markdown, wiki and forum links away: [通知](http://…) → 通知, with a mark ``link``."""
    if "]" not in context.alphabet:
        return
    links: set[int] = set()
    for pattern, rule in ((_LINK, "markdown-link"), (_WIKI_LINK, "wiki-link")):
        for found in pattern.finditer(text):
            low, high = line_at(text, found.start())
            start, end = found.span("label")
            if found.start() in links or is_code(text[low : found.start()]):
                continue  # [[下载]](http://…) is one link
            if not has_han(text[low:high]) and not (
                pattern is _LINK and found["image"] and is_chinese(text) and not stands_in_code(text, low)
            ):
                continue
            if pattern is _LINK:
                links.add(found.start())
            is_wiki_image = pattern is _WIKI_LINK and _IMAGE.match(found["target"] or found["label"])
            if is_wiki_image or (pattern is _LINK and found["image"]):
                yield Edit(found.start(), found.end(), "", "image-sign")
                continue
            yield Edit(found.start(), start, "", rule)
            yield Edit(end, found.end(), "", rule)
            if start < end and pattern is _LINK:
                yield Mark(start, end, "link", {"address": found["address"]})
    for found in _NO_IMAGE.finditer(text):
        yield Edit(found.start(), found.end(), "", "image-sign")
    for found in _FORUM.finditer(text):
        low, high = line_at(text, found.start())
        if has_han(text[low:high]) and "[/" in text[low:high]:
            yield Edit(found.start(), found.end(), "", "forum-tag")


QUOTES: Final = frozenset("'")
_WIKI_BOLD: Final = re.compile("'''(?P<content>[^'\n]*[\u3400-\u9fff][^'\n]*)'''")


def drop_wiki_signs(text: str, context: Context) -> Iterator[Edit | Mark]:  # noqa: ARG001
    """Take wiki's bold signs away: '''各位代表''' → 各位代表, with a mark ``bold``."""
    if "'''" not in text:
        return
    for found in _WIKI_BOLD.finditer(text):
        if stands_in_code(text, found.start()):
            continue
        start, end = found.span("content")
        yield Edit(found.start(), start, "", "wiki-bold")
        yield Edit(end, found.end(), "", "wiki-bold")
        yield Mark(start, end, "bold")
