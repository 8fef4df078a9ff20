"""What someone else put into a page: advertising, injected spam, random filler.

A report may speak of gambling and fraud (依法打击“六合彩”), so one word proves nothing: a line is spam when it strings
such words together without saying anything, asks to be called or clicked, or is a list that link farms leave.
"""

# ruff: noqa: E501 - each form stands whole on its row, so that the table can be read down
from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...edition import Edit, Finding
from ..neighbours import Words, neighbours_of
from ..stage import Context
from .code import holds_han, line_at, stands_in_code
from .either_script import in_simplified
from .short_lines import LINE_MOST, stands_in_short_line

_FARM: Final = re.compile(r"(?:主站蜘蛛池模板|蜘蛛池|友情链接|热门城市|网站关键词)\s*[:：].*")
_FARM_INTRO: Final = re.compile(r"感谢您访问我们的网站[，,]您可能还对以下资源感兴趣.*")
_FARMS: Final = (("蜘蛛池", _FARM), ("您可能还对以下资源", _FARM_INTRO))
_FARM_WORDS: Final = Words.everywhere([key for key, _ in _FARMS])
_BAITS: Final = (
    "时时彩", "六合彩", "北京赛车", "快乐彩", "幸运飞艇", "百家乐", "老虎机", "新葡京", "葡京", "澳门金沙", "澳门威尼斯", "澳门永利",
    "澳门太阳城", "金沙娱乐", "真人娱乐", "真人视讯", "博彩平台", "博彩公司", "博彩网", "娱乐平台", "娱乐城", "娱乐官网", "棋牌", "捕鱼",
    "开云体育", "亚博", "乐鱼体育", "凯发", "必发", "皇冠体育", "彩票平台", "彩票官网", "足球投注", "体育投注", "赌场", "网赌", "大发彩票",
    "久久", "无码", "一区二区", "国产精品", "欧美", "日韩", "亚洲", "三级片", "伊人", "麻豆", "成人", "激情", "在线观看", "免费观看", "av", "AV",
    "代开发票", "办证", "代写论文", "论文代写", "刻章", "贷款", "私家侦探", "开户", "注册送", "首存", "官网", "官方网站", "下载", "手机版", "联系电话", "平台登录",
)  # fmt: skip
_HARD: Final = frozenset(_BAITS[:36]) | {
    "无码",
    "一区二区",
    "国产精品",
    "三级片",
    "代开发票",
    "代写论文",
    "论文代写",
    "刻章",
    "注册送",
}
_HARD_KEYS: Final = tuple(sorted(_HARD))
_HARD_WORDS: Final = Words.everywhere(_HARD_KEYS)
_AGAINST: Final = re.compile(
    "打击|查处|整治|严禁|取缔|违法|犯罪|案件|防范|治理|禁止|涉赌|扫黄|赌博|宣传教育|管理|监管|条例|规定|产业|旅游|特别行政区"
)
BAITS: Final = 2
"""One bait is a subject, two in a line that is no sentence are a lure."""

_ADS: Final = tuple(
    (key, re.compile(form))
    for key, form in (
        ("微信", r".{0,24}(?:加|添加|咨询|联系|客服|扫码加)\s?(?:我|客服|老师|助手|小编)?的?\s?(?:微信|薇信|威信|V信|VX|vx)(?:号)?\s*[:：]?\s*[A-Za-z][A-Za-z0-9_-]{4,19}.{0,30}"),
        ("QQ", r".{0,24}(?:咨询|客服|联系|加|业务|广告)\s?(?:QQ|扣扣|qq)(?:群|号)?\s*[:：]?\s*[0-9]{5,11}.{0,30}"),
        ("免费", r".{0,30}(?:点击|立即|马上|限时|扫码|关注).{0,8}免费(?:领取|试用|咨询|下载|注册|报名|体验|获取).{0,30}"),
        ("点击", r"(?:>>|》》|★|【|【?(?:推广|广告)】?)?\s*(?:点击|戳)(?:这里|此处|链接|下方链接|立即|马上)?(?:领取|咨询|报名|注册|开户|进入官网|购买|抢购|试听|申请试用|红包).{0,30}"),
        ("热线", r"(?:免费)?(?:咨询|订购|加盟|招商|服务|客服)热线\s*[:：]\s*(?:400|800)[0-9 -]{6,10}.{0,30}"),
        ("广告", r"(?:广告|【广告】|\[广告\]|广告位招租.{0,30}|本页?广告.{0,30}|推广|广告\s*[xX×])"),
        ("AI", r".{0,30}(?:AI|Ai|ai)(?:人工智能)?(?:写作|工具|生成).{0,12}(?:一键|免费).{0,60}"),
        ("一键生成", r".{0,60}一键生成(?:原创)?(?:文章|方案|论文|文案|PPT|范文).{0,80}"),
        ("百度搜索", r"(?:请)?(?:用|到|去)?百度搜索.{1,30}"),
        ("最新章节", r".{0,30}最新章节.{0,40}"),
    )
)  # fmt: skip
_AD_WORDS: Final = Words.everywhere([key for key, _ in _ADS])
_WATERMARKS: Final = (
    "下载后可任意编辑", "下载后可自行编辑修改", "下载后可自行编辑", "下载后可编辑修改",
    "资料内容仅供您学习参考，如有不当之处，请联系改正或者删除", "资料内容仅供您学习参考,如有不当之处,请联系改正或者删除",
)  # fmt: skip
"""What sellers of documents print across their pages; it comes out in the middle of sentences."""
_WATERMARK_WORDS: Final = Words.everywhere(_WATERMARKS)
_AROUND: Final = " \t\u3000\u00a0\f*|"
DOUBTFUL: Final = 850
"""Confidence, per mille, that a line of random letters and digits is filler and no code that somebody needs."""
# Letters and digits that change places four times, or six consonants in a row: no word, no code of a standard.
_FILLER: Final = re.compile(r"[A-Za-z0-9]{8,64}(?:[ \t]+[A-Za-z0-9]{4,64}){0,12}")
_CHANGES: Final = re.compile("(?<=[a-z])(?=[0-9])|(?<=[0-9])(?=[a-z])|(?<=[a-z])(?=[A-Z])")
_CONSONANTS: Final = re.compile("[bcdfghjklmnpqrstvwxz]{6}", re.IGNORECASE)
CHANGES: Final = 4
FILLER_LEAST: Final = 8
"""A shorter line of letters and digits may be anything."""


def drop_spam(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Take away lines of advertising, spam and random filler, each whole."""
    text = in_simplified(text, context.alphabet)
    near = neighbours_of(text)
    taken: dict[int, tuple[int, int, str]] = {}
    for number in near.among(_FARM_WORDS):
        key, form = _FARMS[number]
        at = text.find(key) if stands_in_short_line(text, key) else -1
        while at >= 0:
            start, end = line_at(text, at)
            if form.fullmatch(text[start:end].strip(_AROUND)):
                taken[start] = (start, _farm_end(text, end), "link-farm")
            at = text.find(key, end)
    for number in near.among(_AD_WORDS):
        key, form = _ADS[number]
        at = text.find(key) if stands_in_short_line(text, key) else -1
        while at >= 0:
            start, end = line_at(text, at)
            # What stands before a full stop is the document's own sentence.
            start += max(map(text[start:at].rfind, "。！？；")) + 1
            if (
                start not in taken
                and end - start <= LINE_MOST
                and form.fullmatch(text[start:end].strip(_AROUND))
            ):
                taken[start] = (start, end, "advertising")
            at = text.find(key, end)
    for number in near.among(_HARD_WORDS):
        key = _HARD_KEYS[number]
        at = text.find(key)
        while at >= 0:
            start, end = line_at(text, at)
            if start not in taken and _is_lure(text[start:end]):
                taken[start] = (start, end, "injected-spam")
            at = text.find(key, end)
    taken |= {start: (start, end, "watermark") for start, end in _watermarks(text)}
    last = -1
    for start, end, rule in sorted(taken.values()):
        if start >= last:
            whole = text[start - 1 : start] in ("", "\n") and text[end : end + 1] == "\n"
            last = end + whole
            yield Edit(start, last, "", rule)
    if neighbours_of(text).among(_INSIDE_WORDS):
        yield from _inside(text, taken)
    yield from _drop_filler(text, context, taken)


_INSIDE_WORDS: Final = Words.everywhere(
    ["体育投注", "真人娱乐", "博彩", "时时彩", "六合彩", "百家乐", "老虎机", "彩票平台", "直播app", "直播APP"]
)
_INSIDE: Final = re.compile(
    rf"[*＊@#]?[0-9A-Za-z]{{0,12}}(?:{'|'.join(_INSIDE_WORDS.spelled)})"
    r"(?:(?:官网|官方网|网址|网站|登录|登陆|注册|入口|下载|开户|平台|app|APP|手机版|投注)+[*＊@#]?|[*＊@#]|(?<=app)|(?<=APP))"
)


def _inside(text: str, taken: dict[int, tuple[int, int, str]]) -> Iterator[Finding]:
    """Tell where a lure stands in a sentence of the document, which nobody but a person can take out safely."""
    for found in _INSIDE.finditer(text):
        start, end = found.span()
        low, high = line_at(text, start)
        if low not in taken and _AGAINST.search(text, max(low, start - 30), min(high, end + 30)) is None:
            yield Finding(
                start, end, "spam-suspected", "this may be advertising inside the text; it is left", DOUBTFUL
            )


def _watermarks(text: str) -> Iterator[tuple[int, int]]:
    for number in neighbours_of(text).among(_WATERMARK_WORDS):
        mark = _WATERMARKS[number]
        at = text.find(mark)
        while at >= 0:
            yield at, at + len(mark)
            at = text.find(mark, at + len(mark))


def _farm_end(text: str, end: int) -> int:
    """Go on over the lines of the list that follows: names divided by bars, or lures."""
    while end < len(text):
        low, high = line_at(text, end + 1)
        line = text[low:high]
        if line.strip() and not (line.count("|") >= 2 or _is_lure(line)):
            break
        if high >= len(text):
            return high if line.strip() else end
        end = high
    return end


def _is_lure(line: str) -> bool:
    if len(line) > LINE_MOST or "。" in line or "；" in line or _AGAINST.search(line) is not None:
        return False
    return len({bait for bait in _BAITS if bait in line}) >= BAITS


def _drop_filler(
    text: str, context: Context, taken: dict[int, tuple[int, int, str]]
) -> Iterator[Edit | Finding]:
    lines = text.split("\n")
    if not any(map(str.isascii, lines)):
        return
    low = 0
    for whole in lines:
        line = whole.strip() if len(whole) >= FILLER_LEAST and whole.isascii() else ""
        if (
            line
            and _FILLER.fullmatch(line)
            and _is_random(line)
            and holds_han(context.alphabet)
            and not stands_in_code(text, low)
            and not any(first <= low < last for first, last, _ in taken.values())
        ):
            yield from _filler(text, low, low + len(whole), context)
        low += len(whole) + 1


def _filler(text: str, start: int, end: int, context: Context) -> Iterator[Edit | Finding]:
    data = {"was": text[start:end], "now": ""}
    if context.profile.strict:
        yield Finding(start, end, "proposal", "this line looks like random filler", DOUBTFUL, data)
    else:
        yield Finding(start, end, "doubtful", "this line looks like random filler", DOUBTFUL, data)
        yield Edit(start, end + (text[end : end + 1] == "\n"), "", "random-filler", DOUBTFUL)


def _is_random(line: str) -> bool:
    return all(len(_CHANGES.findall(word)) >= CHANGES or _CONSONANTS.search(word) for word in line.split())
