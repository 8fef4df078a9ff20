"""The labels that open a node at the start of a line: 一、 （二） 第三章 一是 1. ① —— 附件 ….

A label is recognized by its form and by what follows it; whether it belongs to a run of numbers is decided later,
in ``runs``. What looks like a label and is none (一、二级海塘, 第（一）项, 2023年, 1.5万亿元) is refused here.
"""

from __future__ import annotations

import re
from typing import Final

from .nodes import Node
from .numerals import number

_HAN: Final = "一二三四五六七八九十百零〇两"
_NUMERAL: Final = rf"(?:[{_HAN}]{{1,5}}|\d{{1,3}})"
_CIRCLED: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_PAREN_IDEOGRAPHS: Final = "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"
_PAREN_DIGITS: Final = "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"
_STOP_DIGITS: Final = "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"
_ARABIC: Final = "0123456789"
_SIGNS: Final = "•◦▪●■◆▲★○◇□△➢✓"
_REFERENCE: Final = r"[ ]?(?:[至到、和或及与][ ]?[（(第]|项(?!目)|款(?!待)|目(?![标前的录])|等[^级])"
_BEHIND_ANNEX: Final = r"(?:[ ]?(?:[.．、](?!\d)|[：:]))?"
_OF_BOX: Final = r"\d{1,2}(?:[-—－.]\d{1,2})?"
_FORMS: Final = (
    ("第", rf"第(?P<of>{_NUMERAL})(?P<unit>部分|[编篇章节条])[ 、：:]?[ ]*"),
    (_HAN, rf"(?P<yi>[{_HAN}]{{1,4}})(?:[ ]?[、．﹒.]|(?P<bare>[ ]))[ ]*"),
    (_HAN + "（(", rf"[（(]?[ ]?(?P<paren>[{_HAN}]{{1,4}})[ ]?[)）](?!{_REFERENCE})[ ]?[、．.，：]?[ ]*"),
    (_PAREN_IDEOGRAPHS, rf"(?P<cjk>[{_PAREN_IDEOGRAPHS}])[ ]?[、．.]?[ ]*"),
    (_HAN, rf"(?P<point>[{_HAN}]{{1,3}})(?P<verb>[是要])[，,：:]?[ ]*"),
    ("第", rf"第(?P<ordinal>[{_HAN}]{{1,3}})[，、,：:][ ]*"),
    ("其", r"其(?P<qi>[一二三四五六七八九])[，、,：:是][ ]*"),
    ("首其再最", r"(?P<adverb>首先|其次|再次|再者|最后)(?:[，,：:][ ]*|是|要)?"),
    (_ARABIC, r"(?P<deep>\d{1,2}(?:[.．]\d{1,2}){1,3})[.．]?(?![\d.．%‰])[ ]*"),
    ("0", r"(?P<zero>0[1-9])(?![\d:.．\-/])[、．. ]*"),
    (_ARABIC, r"(?P<digits>\d{1,3})[ ]?[.．﹒、][ ]*"),
    ("（(", r"[（(](?P<round>\d{1,2})[)）][ ]?[、．.]?[ ]*"),
    (_ARABIC, r"(?P<half>\d{1,2})[)）][ ]?[、．.]?[ ]*"),
    (_CIRCLED, rf"(?P<circled>[{_CIRCLED}])[、．.]?[ ]*"),
    (_PAREN_DIGITS, rf"(?P<rounded>[{_PAREN_DIGITS}])[ ]*"),
    (_STOP_DIGITS, rf"(?P<stopped>[{_STOP_DIGITS}])[ ]*"),
    ("—─－―–-", r"(?P<dash>[—─－―–]{1,3}|--)[ ]*(?=[^\n]{0,12}[\u3400-\u9fff])"),
    (_SIGNS, rf"(?P<bullet>[{_SIGNS}])[ ]*(?=[^\n]{{0,12}}[\u3400-\u9fff])"),
    (
        "附",
        rf"(?P<annex>附[件录表图]|附(?=[：:]))(?P<annexed>[ ]?{_NUMERAL}(?![年月日条届]))?{_BEHIND_ANNEX}[ ]*",
    ),
    (
        "表图专",
        rf"(?P<box>表|图|专栏)[ ]?(?P<boxed>{_OF_BOX}|[{_HAN}]{{1,3}})(?![年月日\d])[.．：:、]?[ ]*",
    ),
)
"""Every form of a label, with the characters that it can begin with."""


def _forms_by_opener() -> dict[str, re.Pattern[str]]:
    forms: dict[str, list[str]] = {}
    for openers, form in _FORMS:
        for opener in openers:
            forms.setdefault(opener, []).append(form)
    return {opener: re.compile("|".join(those)) for opener, those in forms.items()}


OPENERS: Final = _forms_by_opener()
"""Every character that can open a label, with the forms it can open: any other line costs a single look-up."""

_AFTER_YI: Final = re.compile(rf"[{_HAN}]{{1,2}}(?:、|[级类产期季线等档次批号楼层手流月成]|者)")
_ARTICLE_REFERENCE: Final = re.compile(r"[、，和至到及或的之款项]|中[的所，]|第|所[列称规述]|规定[的，、]")
_NO_NUMBER_AFTER: Final = re.compile(r"[年月日时点分秒万亿元个家%％‰度倍吨米岁级多余人名次周号]")
_RANK_OF_UNIT: Final = {"编": 0, "篇": 0, "部分": 0, "章": 1, "节": 2, "条": 3}
_KIND_OF_UNIT: Final = {
    "编": "part",
    "篇": "part",
    "部分": "part",
    "章": "chapter",
    "节": "section",
    "条": "article",
}
_ADVERBS: Final = {"首先": 1, "其次": 2, "再次": 3, "再者": 3, "最后": 0}

LAST: Final = 0
"""The ordinal of 最后, until the list it closes tells its number."""


def label_at(text: str, start: int, stop: int) -> Node | None:
    """Read the label at the start of ``text[start:stop]``; gives the node that it opens, if one stands there.

    On which line that is, whoever asks tells the node.
    """
    forms = OPENERS.get(text[start : start + 1])
    found = forms.match(text, start, stop) if forms else None
    if found is None:
        return None
    form = found.lastgroup
    end = found.end()
    # ``lastgroup`` names the last group that closed; where a form has two, the second tells the form.
    match form:
        case "unit":
            unit = found["unit"]
            return _of_unit(text, found["of"], unit, start, end, stop)
        case "yi" | "bare":
            return _yi(text, found, start, end, stop)
        case "paren":
            return Node("section", "paren", 5, number(found["paren"]), start, end)
        case "cjk":
            return Node("section", "paren", 5, _PAREN_IDEOGRAPHS.index(found["cjk"]) + 1, start, end)
        case "verb":
            return Node("point", "yi" + found["verb"], 7, number(found["point"]), start, end)
        case "ordinal":
            if text[end : end + 1] and text[end] in _HAN + "第":
                spelled = re.match(rf"第?[{_HAN}]+", text[end : end + 6])
                if (
                    spelled
                    and text[end + spelled.end() : end + spelled.end() + 1] in "、产季者类批期代部级次种线条"
                ):
                    return None
            return Node("point", "di", 7, number(found["ordinal"]), start, end)
        case "qi":
            return Node("point", "qi", 7, number(found["qi"]), start, end)
        case "adverb":
            return Node("point", "di", 7, _ADVERBS[found["adverb"]], start, end)
        case _:
            return _arabic(text, found, form or "", start, end, stop)


def _of_unit(text: str, spelled: str, unit: str, start: int, end: int, stop: int) -> Node | None:
    if unit == "条":
        if text[end - 1] == "条" and _ARTICLE_REFERENCE.match(text, end, stop):
            return None
    elif (text[end : end + 1] in ("", "\n") and end < stop) or (
        end < stop and text[end] in "的，。；、和至到及中" and text[end - 1] not in " ：:、"
    ):
        return None
    return Node(_KIND_OF_UNIT[unit], unit, _RANK_OF_UNIT[unit], number(spelled), start, end)


def _yi(text: str, found: re.Match[str], start: int, end: int, stop: int) -> Node | None:
    value = number(found["yi"])
    if value < 1 or end >= stop:
        return None
    after = _AFTER_YI.match(text, end, stop)
    if after:
        # 一、二级海塘 is a pair of grades, 六、七月份 one of months, 二、三年来的斗争 a heading: those of a pair come
        # one after the other.
        following = number(text[end : after.end() - 1])
        if following == value + 1:
            return None
    if found["bare"] is not None and (stop - start > 30 or text[stop - 1] in "。；，" or value > 20):
        return None  # 一 总论: a numeral and a gap, only in front of a short line
    return Node("chapter", "yi", 4, value, start, end)


def _arabic(text: str, found: re.Match[str], form: str, start: int, end: int, stop: int) -> Node | None:
    match form:
        case "deep":
            digits = found["deep"].replace("．", ".")
            if end >= stop or (
                text[found.end("deep")] not in " .．" and _NO_NUMBER_AFTER.match(text, end, stop)
            ):
                # 4.6个新支柱产业集群 may be number four of a list; the list decides.
                first = digits.split(".", 1)[0]
                return Node("item", "digits", 6, int(first), start, start + len(first) + 1)
            depth = digits.count(".")
            return Node("item", f"deep{depth}", 6 + depth, int(digits.rsplit(".", 1)[1]), start, end)
        case "zero":
            if end < stop and text[end] in "年月日时点分":
                return None
            return Node("item", "zero", 4, int(found["zero"]), start, end)
        case "digits":
            if end >= stop:
                return None
            return Node("item", "digits", 6, int(found["digits"]), start, end)
        case "round" | "half":
            return Node("item", "round", 8, int(found[form]), start, end)
        case "circled":
            return Node("item", "circled", 9, _CIRCLED.index(found["circled"]) + 1, start, end)
        case "rounded":
            return Node("item", "round", 8, _PAREN_DIGITS.index(found["rounded"]) + 1, start, end)
        case "stopped":
            return Node("item", "digits", 6, _STOP_DIGITS.index(found["stopped"]) + 1, start, end)
        case "dash" | "bullet":
            return Node("item", "dash" if form == "dash" else found["bullet"], 10, None, start, end)
        case "annex" | "annexed":
            return _annex(text, found, start, end, stop)
        case _:
            ordinal = found["boxed"]
            style = found["box"]
            last = re.split(r"[-—－.]", ordinal)[-1]
            # 表2给出了… is a sentence about a table, not its caption.
            if end < stop and (text[end] in "的所中示明、和至，。）)" or text[stop - 1] in "。，；"):
                return None
            return Node("table", style, 11, number(last), start, end)


def _annex(text: str, found: re.Match[str], start: int, end: int, stop: int) -> Node | None:
    spelled = found["annexed"]
    printed = text[start:end]
    marked = spelled is not None or printed[-1] in " ：:.．﹒、" or end >= stop
    # 附件 needs a number, a colon, a gap or the line for itself; 附录A and 附表所列 are something else.
    if not marked and text[end] != "《":
        return None
    if end < stop and text[end] in "的所中，。；、和":
        return None
    return Node("appendix", "annex", -1, number(spelled.strip()) if spelled else None, start, end)
