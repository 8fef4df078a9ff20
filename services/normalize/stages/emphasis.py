r"""Emphasis residue: `**` and `__` go, what they meant stays as marks; a redaction mask stays.

CommonMark's flanking rules fail beside Chinese (`经**\n\n济` closes nothing, `加快**新一代**高` opens nothing), so
signs are paired by what can stand beside them, line by line, and across lines when a page tore a run. Document-sharing
sites mask names with the same sign: `全力推进**现代化建设`, `20*年`, `**市委、**市政府`. A mask stands where a name or
a number would stand and is not paired; in a text with proven masks nothing is taken away that is not proved.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ...edition import Edit, Finding, Mark
from ..stage import Context
from .code import NEAR, has_han, is_chinese, is_chinese_at, line_at, stands_in_code
from .masks import MASKED, MASKED_YEAR, is_masked_cell, is_sure_mask

ASTERISKS: Final = frozenset("*")
_RUN: Final = re.compile(r"(?<!\\)\*+")
OPENING: Final = "（(“‘《〈【〔「『［["
CLOSING: Final = "，。；：、？！）)”’》〉】〕」』］],;:?!…%％"
_SENTENCE_END: Final = "。！？；：!?;:"
_BETWEEN_CLAUSES: Final = "，、；,"
_NO_NAME: Final = frozenset("0123456789“《〈‘")
BLANK: Final = " \t\u3000\u00a0\n\f"
_ENUMERATION: Final = re.compile(
    "[一二三四五六七八九十]+[是要、]|第[一二三四五六七八九十]+|[（(][一二三四五六七八九十0-9]+[)）]|[0-9]+[、.．]|首先|其次|[——]|[①-⑳]"
)
_LABEL: Final = re.compile("(?:^|[。；：])[一二三四五六七八九十]+[是要、]$")
# A run that a line end tore: one sentence, with at most two empty lines inside.
_TORN_RUN: Final = re.compile("[^\n。！？]+(?:[ \t\u3000\f]*\n){1,4}[^\n。！？]+[。！？]?")
_TEAR: Final = re.compile(
    "(?<=[\u3400-\u9fff])[ \t\u3000\f]*\n[ \t\u3000\f\n]*(?=[\u3400-\u9fff])(?![一二三四五六七八九十][、是])"
)
MANY: Final = 12
"""More signs than this in one line, an odd number of them, are not tried one by one: such a line is left."""
PROSE: Final = 6
"""So many characters before a sign at a line's end make it torn emphasis; a masked name stands after one or two."""

UNPAIRED: Final = 900
"""Confidence, per mille, that a lone sign in a text with emphasis and without masks is emphasis."""


class _Sign(NamedTuple):
    """One emphasis sign: where it stands and what stands beside it."""

    start: int
    end: int
    before: str
    after: str

    @property
    def opens(self) -> bool:
        """It stands where a run may begin."""
        return self.after not in BLANK and self.after not in CLOSING

    @property
    def closes(self) -> bool:
        """It stands where a run may end."""
        return self.before not in BLANK and self.before not in OPENING

    @property
    def surely_opens(self) -> bool:
        """It stands between a boundary and a word."""
        return self.opens and (self.before in BLANK or self.before in OPENING or self.before in CLOSING)

    @property
    def surely_closes(self) -> bool:
        """It stands between a word and a boundary."""
        return self.closes and (
            self.after in BLANK
            or self.after in CLOSING
            or self.after in OPENING
            or self.before in _SENTENCE_END
        )


def drop_emphasis(text: str, context: Context) -> Iterator[Edit | Mark | Finding]:
    """Take `**` away, balanced or torn, and leave a mark ``bold`` on what it held; masks stay."""
    signs, masked = _signs(text)
    if not signs or stands_in_code(text, signs[0].start):
        return
    strict = context.profile.strict
    pairs: list[tuple[_Sign, _Sign]] = []
    left: list[_Sign] = []
    for line in _by_line(signs, text):
        made, alone = _paired(line, text)
        pairs += made
        left += alone
    proven = sum(a.surely_opens and b.surely_closes for a, b in pairs)
    if masked and masked >= proven:
        return
    if not proven:
        # Nothing shows that this text has emphasis at all: weak pairs could be masks, but for whole words.
        pairs = [pair for pair in pairs if _is_word(*pair, text)]
    across, left = _paired_across(left, text)
    chinese = is_chinese(text)
    for opening, closing in (*pairs, *across):
        if chinese or is_chinese_at(text, opening.end):
            yield from _drop_pair(opening, closing, text)
    for opening, closing in across:
        tear = _TEAR.search(text, opening.end, closing.start)
        # A title of two lines stays two; what goes on behind its run is a paragraph, torn.
        if tear and chinese and (closing.before in _SENTENCE_END or has_han(closing.after)):
            yield Edit(*tear.span(), "", "torn-line")
    for sign in left:
        torn = _torn(sign, text, proven=proven + len(across) > 0)
        if torn is not None:
            yield Edit(sign.start, sign.end, "", "torn-emphasis")
            if torn[0] < torn[1]:
                yield Mark(*torn, "bold", {"torn": True})
        elif proven and not masked and not strict and MASKED.match(text, sign.end) is None:
            # The text has emphasis and no mask; the partner of this sign was lost with a page or a cut.
            yield Finding(sign.start, sign.end, "doubtful", "this sign has lost its partner", UNPAIRED)
            yield Edit(sign.start, sign.end, "", "torn-emphasis", UNPAIRED)
        elif proven:
            yield Finding(
                sign.start, sign.end, "unpaired-asterisks", "these may be emphasis or a mask; they are left"
            )


def _signs(text: str) -> tuple[list[_Sign], int]:
    """Find the signs that may be emphasis, and count what can only be a mask."""
    signs = []
    masked = 0
    for found in _RUN.finditer(text):
        start, end = found.span()
        before = text[start - 1] if start else "\n"
        after = text[end] if end < len(text) else "\n"
        length = end - start
        if is_sure_mask(text, start, end) or is_masked_cell(text, start, end):
            masked += 1
        elif length == 1:
            # A bullet, a footnote's star and a product are no masks; `20*年` and `*潭` are.
            masked += has_han(after) and (before.isdigit() or before in "、，和及至" or has_han(before))
        elif length in (2, 3):
            signs.append(_Sign(start, end, before, after))
        elif length == 4 and has_han(after) and (before in _SENTENCE_END or _between_runs(text, start, end)):
            # One run closes and the next opens: **…提速。****二是…, **社会****组织**
            signs.append(_Sign(start, start + 2, before, "\n"))
            signs.append(_Sign(start + 2, end, "\n", after))
        else:
            masked += 1
    return signs, masked


def _between_runs(text: str, start: int, end: int) -> bool:
    """Tell whether four signs stand between one that opens and one that closes; a mask of four stands alone."""
    low, high = line_at(text, start)
    before = [len(found.group()) for found in _RUN.finditer(text, max(low, start - NEAR), start)]
    behind = [len(found.group()) for found in _RUN.finditer(text, end, min(high, end + NEAR))]
    return all(sum(length == 2 for length in lengths) % 2 == 1 for lengths in (before, behind)) and (
        {*before, *behind} <= {2, 4}
    )


def _by_line(signs: Sequence[_Sign], text: str) -> Iterator[list[_Sign]]:
    line: list[_Sign] = []
    high = -1
    for sign in signs:
        if line and sign.start > high:
            yield line
            line = []
        if not line:
            high = text.find("\n", sign.start)
            high = len(text) if high < 0 else high
        line.append(sign)
    yield line


def _paired(line: list[_Sign], text: str) -> tuple[list[tuple[_Sign, _Sign]], list[_Sign]]:
    """Pair the signs of one line; an odd one is left where the rest pairs best."""
    if _repeat(line, text):
        return [], line
    if len(line) % 2 == 0:
        pairs = list(zip(line[::2], line[1::2], strict=True))
        if all(_may_pair(a, b, text) for a, b in pairs) and not _masks(pairs, text):
            return pairs, []
        return [], line
    if len(line) == 1 or len(line) > MANY:
        return [], line
    best: tuple[int, int] | None = None
    number_left = 0
    for number in range(len(line)):
        rest = line[:number] + line[number + 1 :]
        pairs = list(zip(rest[::2], rest[1::2], strict=True))
        if all(_may_pair(a, b, text) for a, b in pairs) and not _masks(pairs, text):
            sure = sum(a.surely_opens + b.surely_closes for a, b in pairs)
            # Of two ways that are equally sure, the one that holds less text.
            merit = sure, sum(a.end - b.start for a, b in pairs)
            if best is None or merit > best:
                best, number_left = merit, number
    if best is None:
        return [], line
    rest = line[:number_left] + line[number_left + 1 :]
    return list(zip(rest[::2], rest[1::2], strict=True)), [line[number_left]]


def _may_pair(opening: _Sign, closing: _Sign, text: str) -> bool:
    content = text[opening.end : closing.start]
    if (
        "*" in content
        or not content.strip(BLANK)
        or opening.end - opening.start != closing.end - closing.start
    ):
        return False
    if content != content.strip(BLANK):
        # `** text **`: blank on both inner sides; on one only, the outer side must be a boundary.
        both = content[0] in BLANK and content[-1] in BLANK
        return both or not has_han(opening.before)
    if not (opening.opens and closing.closes) and not _is_rest_of_sentence(opening, closing, content):
        return False
    return not (
        len(content) == 1
        and not content.isdigit()
        and MASKED.match(content + closing.after) is not None
        and has_han(opening.before)
    )


def _is_rest_of_sentence(opening: _Sign, closing: _Sign, content: str) -> bool:
    """Tell whether a run begins with the mark between two clauses and ends its sentence: 总基调**，平稳。**."""
    return (
        has_han(opening.before)
        and opening.after in _BETWEEN_CLAUSES
        and closing.before in _SENTENCE_END
        and len(content) >= PROSE
    )


def _masks(pairs: Sequence[tuple[_Sign, _Sign]], text: str) -> bool:
    """Tell whether what looks paired is a row of masks: **市委、**市政府, 完成**万元，增长**%."""
    if any(
        MASKED.match(text, opening.end) is not None
        and (MASKED.match(text, closing.end) or MASKED_YEAR.match(text, closing.end)) is not None
        for opening, closing in pairs
    ):
        return True
    # 推进**员活动：组织各类**员活动: one word is masked again and again, so the same character stands behind each.
    signs = [sign for pair in pairs for sign in pair]
    same = 2 if len(signs) == 2 else 1
    behind = {text[sign.end : sign.end + same] for sign in signs}
    return len(behind) == 1 and has_han(behind.pop()[-1]) and all(has_han(sign.before) for sign in signs[1:])


def _repeat(line: Sequence[_Sign], text: str) -> bool:
    """Tell whether one word is masked again and again: 的**办事处外，**办事处17人；**办事处20人.

    Of the signs of emphasis half open and half close, so no more than half have the same word behind them.
    """
    behind = Counter(text[sign.end : sign.end + 2] for sign in line)
    return any(
        count > 1 and count * 2 > len(line) and has_han(word[:1]) and has_han(word[1:])
        for word, count in behind.items()
    )


def _is_word(opening: _Sign, closing: _Sign, text: str) -> bool:
    content = text[opening.end : closing.start]
    if _NUMBER.fullmatch(content):
        return not opening.before.isdigit()  # 138**5**78 is a telephone's
    if opening.surely_opens or closing.surely_closes:
        return True
    if content[0] in _NO_NAME and content[-1] in "，。；、：" and MASKED.match(text, closing.end) is None:
        return True  # 减税**28.6亿元，**惠及: a masked name stands before no figure
    return (
        len(content) > 1
        and MASKED.match(content) is None
        and not any(mark in content for mark in "，。；、：")
    )


def _paired_across(left: Sequence[_Sign], text: str) -> tuple[list[tuple[_Sign, _Sign]], list[_Sign]]:
    """Pair what a page or a line end tore: an opening sign with a closing one in one of the next two lines."""
    pairs = []
    alone = []
    number = 0
    while number < len(left):
        sign = left[number]
        other = left[number + 1] if number + 1 < len(left) else None
        if other is not None and _face_each_other(sign, other, text):
            # …工程，**⏎⏎**培育…: a run that a page closed and opened again, whose other ends are lost.
            pairs.append((sign, other))
            number += 2
        elif (
            other is not None
            and sign.surely_opens
            and other.closes
            and other.start - sign.end <= NEAR
            and _TORN_RUN.fullmatch(text, sign.end, other.start) is not None
        ):
            pairs.append((sign, other))
            number += 2
        else:
            alone.append(sign)
            number += 1
    return pairs, alone


def _face_each_other(sign: _Sign, other: _Sign, text: str) -> bool:
    between = text[sign.end : other.start]
    return (
        "\n" in between
        and not between.strip(BLANK)
        and sign.before in "，、；。"
        and has_han(other.after)
        and MASKED.match(text, other.end) is None
    )


def _drop_pair(opening: _Sign, closing: _Sign, text: str) -> Iterator[Edit | Mark]:
    start, end = opening.end, closing.start
    if not text[start:end].strip(BLANK):
        yield Edit(opening.start, opening.end, "", "torn-emphasis")
        yield Edit(closing.start, closing.end, "", "torn-emphasis")
        return
    while text[start] in " \t\u3000\u00a0":
        start += 1
    while text[end - 1] in " \t\u3000\u00a0":
        end -= 1
    low, high = opening.start, closing.end
    # A converter sets spaces around a run so that Markdown reads it: 加快 **新一代** 高质量. Both go, or none.
    if (
        text[low - 1 : low] == " "
        and text[high : high + 1] == " "
        and has_han(text[low - 2 : low - 1])
        and has_han(text[start])
        and has_han(text[end - 1])
        and has_han(text[high + 1 : high + 2])
        and text[low - 3 : low - 2] not in BLANK
    ):
        low -= 1
        high += 1
    if _NUMBER.fullmatch(text, start, end) and "\n" not in (text[low - 1 : low], text[high : high + 1]):
        # Figures set in another font: a converter of PDFs puts blanks around them. 计划（ **2015** — **2020** 年）
        if text[low - 1 : low] == " " and _BESIDE_NUMBER.match(text, low - 2):
            low -= 1
        if text[high : high + 1] == " " and (
            _BESIDE_NUMBER.match(text, high + 1) or _TOKEN_END.match(text, high + 1)
        ):
            high += 1
    yield Edit(low, start, "", "emphasis")
    yield Edit(end, high, "", "emphasis")
    yield Mark(start, end, "bold")


_NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]+)*[%％]?")
_TOKEN_END: Final = re.compile(r"\+|[A-Za-z](?![A-Za-z])")
"""**5** G, **3** +X"""
_BESIDE_NUMBER: Final = re.compile(r"[\u3400-\u9fff（）()〔〕《》“”，。、；：—–×~～-]|[．.](?!\s)")


def _torn(sign: _Sign, text: str, *, proven: bool) -> tuple[int, int] | None:
    """Tell that a sign without a partner is torn emphasis, and where the run stood; None when it may be a mask."""
    low, high = line_at(text, sign.start)
    before, after = text[low : sign.start].strip(BLANK), text[sign.end : high].strip(BLANK)
    if not before and not after:
        return sign.start, sign.start  # alone on its line
    if not after:
        prose = len(re.sub("^.*[，。；：、]", "", before)) >= PROSE or before[-1] in _SENTENCE_END
        if prose or (proven and len(before) >= PROSE):
            return _sentence_start(text, low, sign.start), sign.start
        return None
    if not before:
        if MASKED.match(after) is not None and not proven:
            return None
        if proven or _ENUMERATION.match(after) is not None:
            return sign.end, _sentence_end(text, sign.end, high)
        return None
    if sign.before in _SENTENCE_END and MASKED.match(text, sign.end) is None:
        if _ENUMERATION.match(text, sign.end) is not None:
            return sign.end, _sentence_end(text, sign.end, high)
        return _sentence_start(text, low, sign.start - 1), sign.start
    if _LABEL.search(before) is not None and MASKED.match(text, sign.end) is None and len(after) >= PROSE:
        return sign.end, _sentence_end(text, sign.end, high)
    return None


def _sentence_start(text: str, low: int, at: int) -> int:
    start = max((text.rfind(mark, low, at) for mark in "。！？；"), default=-1)
    return max(low, start + 1)


def _sentence_end(text: str, at: int, high: int) -> int:
    ends = [end for mark in "。！？；" if (end := text.find(mark, at, high)) >= 0]
    return min(ends) + 1 if ends else high
