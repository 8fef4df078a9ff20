"""The head of a document, and its foot: which line is the title, the session, the speaker, the number, the date."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from .dates import DATE, DATE_LINE

HEAD_LINES: Final = 16
"""Lines looked at for title, number, session and date; a department's page puts up to a dozen before its text."""

FOOT_LINES: Final = 8
LINE_AT_MOST: Final = 120
_NEVER_HEAD: Final = 140
"""Characters of a line that is a paragraph whatever stands in it."""


SESSION: Final = re.compile(
    r"(?:[一二三四五六七八九十\d][届次]|代表|人大|全体|工作)[^，。]{0,24}(?:会议|大会|全会)"
)
_DAYED: Final = re.compile(r"^[—\-─－―–（(]|(?:19|20)\d\d年\d{1,2}月|[一二][九〇○零].{2}年")
_HELD: Final = re.compile(r"^(?:在|于)|会议上|[）)]$")
_REPORTED_OR_PASSED: Final = re.compile(r"报告[。]?$|通过|批准|修订")
_REPORT_END: Final = re.compile(r"(?:报告|通知|意见|决定|决议|说明|讲话)$")
_HALF_SESSION: Final = re.compile(
    r"^[—\-─－―–（( ]*(?:在)?(?:19|20)\d\d年\d{1,2}月\d{1,2}日?在[^。，]{2,24}$"
)
_OTHER_HALF: Final = re.compile(
    r"^第[一二三四五六七八九十\d]{1,3}(?:届|次)[^。，]{0,24}(?:会议|大会)上?[）)]?$"
)
_SUBTITLE: Final = re.compile(r"[—─－―–-]{1,2}(?=[^—─－―–-]{0,14}(?:19|20)?\d\d年\d{1,2}月.{4,40}会议)")
_KEYED: Final = re.compile(r"^[一-鿿]{2,6}[：:][ ]?\S")
LED_TITLE: Final = re.compile(r"^(?:原标题|标题)[：:][ ]*")
_META: Final = re.compile(
    r"(?:【|\[)?(?:信息|文章|稿件|新闻)?(?:来源|出处|发布|公布|时间|日期|作者|编辑"
    r"|责任编辑|浏览|点击|阅读|字体|字号|索引号|索[ ]*引[ ]*号|主题|文号|发文|"
    r"公开|有效性|有效期|成文|生成|名[ ]*称|分类|关键词|访问|打印|更新|供稿|审核|原文链接|法宝|法规"
    r"|效力|实施|时效|专题|标题)[^。]{0,12}?[：:】\]]|新华社|\d{4}-\d\d?-\d\d?"
)
_META_WORD: Final = re.compile(r"浏览量|阅读次数|点击次数|https?://|字体大小")
_NUMBER: Final = re.compile(
    r"[〔\[［（(【](?:19|20)\d\d[〕\]］）)】][^。，]{0,4}\d{1,4}[ ]?号"
    r"|令[ \u3000]?[（(]?第?[ ]?[\d一二三四五六七八九十百〇]+[ ]?号"
)
_DAY_AND_NAME: Final = re.compile(rf"^[（(]{DATE.pattern}[ ]?[一-鿿· ]{{2,10}}[）)]$")
_ORDER: Final = re.compile(r"^[一-鿿]{2,24}令$")
_SPEAKER: Final = re.compile(
    r"(?:总理|省[ ]?长|市[ ]?长|主[ ]?席|州[ ]?长|盟长|专员|区[ ]?长|县[ ]?长|旗长|厅长|局长|主任"
    r"|部长|行长|检察长|院长|书记)"
    r"[ ：:]*(?:[一-鿿·]{2,14}|[一-鿿](?: [一-鿿]){1,3})?[ ]*(?:同志)?(?:[（(].{0,16}[）)])?$"
)
_NAME: Final = re.compile(r"^[一-鿿][ ]?[一-鿿](?:[ ]?[一-鿿])?$|^[一-鿿]{2,6}·[一-鿿·]{2,14}$")
_ORGAN: Final = re.compile(
    r"^(?:[一-鿿（）“”、]{2,30}?(?:人民政府|政府|办公厅|办公室|国务院|委员会|委|厅|局|总队|调查队|部|署|院|党委|常委会|中心|银行|党组))+$"
)
_ADDRESSEE: Final = re.compile(r"[：:]$")
_NOTE: Final = re.compile(r"^[（(].*[）)]$|^(?:目[ ]*录|草案|讨论稿|摘要|全文)$")


class HeadLine(NamedTuple):
    """A line of the head: its class (``title``, ``session``, ``date``, ``number``, ``meta`` …) and its span."""

    kind: str
    start: int
    end: int
    text: str


def head_lines(text: str) -> list[HeadLine]:
    """Class the lines before the first paragraph; a document that opens with a paragraph has none."""
    lines: list[HeadLine] = []
    at = 0
    for _ in range(HEAD_LINES):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = text[at:end]
        kind = _class_of(line)
        if (kind == "title" and lines and lines[-1].kind == "half-session" and _OTHER_HALF.match(line)) or (
            kind == "session" and lines and lines[-1].kind == "half-session"
        ):
            lines[-1] = HeadLine("session", lines[-1].start, end, lines[-1].text + line)
            kind = "joined"
        elif kind in ("title", "session") and (cut := _SUBTITLE.search(line)) and cut.start() > 3:
            # 推进海峡西岸经济区又好又快发展——2007年1月24日在…会议上的报告: title and session on one line.
            lines.append(HeadLine("title", at, at + cut.start(), line[: cut.start()].rstrip()))
            lines.append(HeadLine("session", at + cut.start(), end, line[cut.start() :]))
            kind = "joined"
        if kind is None:
            break
        if kind == "joined":
            at = end + 1
            if at > len(text):
                break
            continue
        lines.append(HeadLine(kind, at, end, line))
        at = end + 1
        if at > len(text):
            break
        if kind in ("salutation", "label"):
            lines.pop()
            break
    return lines


_SALUTATION: Final = re.compile(
    r"^(?:尊敬的)?(?:各位|同志们|女士们|主席团|委员长|主任)[^。]{0,40}[：:！!，]?$"
)
_LABEL: Final = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|第[一二三四五六七八九十]{1,3}[章节条编])"
)


def _class_of(line: str) -> str | None:
    if not line:
        return "empty"
    if len(line) > _NEVER_HEAD:
        return None
    if _SALUTATION.match(line):
        return "salutation"
    if _LABEL.match(line):
        return "label"
    if not LED_TITLE.match(line) and (
        _META.match(line) or _META_WORD.search(line) or (len(line) <= 40 and _KEYED.match(line))
    ):
        return "meta"
    long = len(line) > LINE_AT_MOST
    if (
        not long
        and "》已" not in line
        and "会" in line
        and SESSION.search(line)
        and (line[-1] not in "。；" or _REPORTED_OR_PASSED.search(line))
        and (_DAYED.search(line) or (_HELD.search(line) and not _REPORT_END.search(_bare(line))))
    ):
        return "session"
    if not long and _HALF_SESSION.match(line):
        return "half-session"
    if long or (line[-1] in "。；，！？" and not line.endswith("工作报告。")):
        return None
    if DATE_LINE.match(line):
        return "date"
    # A number line holds an office and the number; a title may cite another document's.
    if _NUMBER.search(line) and len(line) <= 60 and "关于" not in line and "》（" not in line:
        return "number"
    if _ADDRESSEE.search(line):
        return "addressee"
    if _DAY_AND_NAME.match(line):
        return "date"
    if _NOTE.match(line):
        return "note"
    if _ORDER.match(line):
        return "order"
    if _NAME.match(line):
        return "name"
    if _SPEAKER.search(line) and len(line) <= 36 and "关于" not in line:
        return "speaker"
    if _are_organs(line):
        return "organ"
    return "title"


_ORGAN_ENDS: Final = frozenset("府厅室院会委局队部署心行组")
"""What the names of organs that are looked for end with."""


def _are_organs(line: str) -> bool:
    """Tell whether a line is nothing but names of organs."""
    names = line.split()
    return all(name[-1] in _ORGAN_ENDS and _ORGAN.match(name) for name in names)


def _bare(line: str) -> str:
    return line.lstrip("—-─ （(").rstrip("）) ")


def foot_lines(text: str) -> list[HeadLine]:
    """Find among the last lines the signatures and the date under them."""
    lines: list[HeadLine] = []
    end = len(text)
    for _ in range(FOOT_LINES):
        start = text.rfind("\n", 0, end) + 1
        if end - start <= LINE_AT_MOST:
            line = text[start:end]
            if DATE_LINE.match(line):
                lines.append(HeadLine("date", start, end, line))
            elif line[-1:] in _ORGAN_ENDS and _are_organs(line):
                lines.append(HeadLine("organ", start, end, line))
        end = start - 1
        if end <= 0:
            break
    return lines[::-1]
