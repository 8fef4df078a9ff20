"""Web chrome: what a page says around a document, and never the document itself.

Whole lines only, each known by its form: 扫一扫在手机打开当前页, 上一篇：…, 首页 > 政务公开 > 规划, bars of
menu words.
What the document says on itself stays: 来源, 发布时间, 责任编辑, 主办.
"""

# ruff: noqa: E501 - each form stands whole on its row, so that the table can be read down
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ...edition import Edit
from ..neighbours import Words, neighbours_of
from ..stage import Context
from .chinese import is_listing
from .chrome_lines import LINES
from .code import is_chinese
from .either_script import in_simplified
from .short_lines import LINE_MOST, short_lines_with, stands_in_short_line

_KEYS: Final = Words.everywhere([key for key, _ in LINES])
# What a page's menus, buttons and pagers are made of. SITE words name the site itself or a button of it; the others
# stand in documents too, as headings or in tables, and count only beside a SITE word.
_SITE: Final = re.compile(
    "(?:本站|网站|返回)?首页|站群导航|网站导航|导航|跳转至|无障碍(?:版|浏览|阅读|模式)?|网站无障碍|长者(?:版|模式|助手)|关怀版|手机版|移动版|电脑版|触屏版|"
    "简体(?:版|中文)?|繁[体體](?:版|中文)?|繁|简|English|EN|登录|登陆|注册|退出|用户中心|个人中心|会员中心|(?:会员|用户)(?:登录|登陆|注册)|(?:新用户|免费)注册|我的收藏|网站地图|站点地图|联系我们|关于我们|关于本站|网站声明|法律声明|隐私(?:声明|政策|保护)|版权声明|"
    "使用帮助|友情链接|高级搜索|站内搜索|热搜词|请输入关键[字词]|智能问答|智能机器人|RSS|TOP|Top|Cookie|收藏本站|收藏本文|加入收藏夹?|设为首页|"
    "打印(?:本页|本文|此文|此页|正文)?|关闭(?:窗口|本页|页面)?|收藏|分享(?:到|至)?|举报|纠错|复制链接|复制|我要评论|发表评论|点赞|转发|"
    "字号变[大小]|(?:增大|减小|放大|缩小)字体|添加喜爱|保存网页|我要反馈|诚聘英才|商务合作|广告服务|人才招聘|网站帮助|网站律师|[一-鿿]{2,8}政府网|"
    "返回|返回(?:顶部|目录|列表|上一?页|上级)|回到顶部|收起|展开|编辑|隐藏|显示|"
    "上一页|下一页|上页|下页|尾页|末页|更多|全文下载|下载(?:PDF|Word|全文|附件)|点击(?:下载附件|图片查看大图)|视力保护色|背景颜色|语音播报|"
    "[一-鿿]{0,3}(?:市|县|区|省|州|国务院)?政府(?:部门)?(?:网站|站群|门户|部门站群|部门网站)|[一-鿿]{0,2}县区政府(?:站群|网站)|县区站群|部门站群"
)
_OTHER: Final = re.compile(
    "政务公开|政府信息公开|信息公开|政务服务|办事服务|在线服务|网上办事|公共服务|便民服务|互动交流|政民互动|公众参与|交流互动|新闻中心|新闻动态|政务动态|"
    "工作动态|要闻动态|今日要闻|部门动态|通知公告|公示公告|公告公示|政策法规|政策文件|政策解读|法律法规|规划计划|发展规划|统计信息|统计数据|数据发布|数据开放|"
    "机构职能|机构设置|机构概况|领导之窗|领导信息|组织机构|人事信息|人事任免|财政信息|财政预决算|招商引资|招标采购|应急管理|专题专栏|专题集锦|走进[一-鿿]{1,4}|"
    "搜索|检索|视频|图片|专题|微信|微博|客户端|APP|QQ空间|好友和朋友圈|朋友圈|新浪微博|特大|大|中|小|默认|正常|[0-9]{1,3}|第[0-9]+页|共[0-9]+页|下载|相关|推荐|字体|字号|A[+-]?|正文|目录"
)
# So plain that one alone on its line is a button; the rest could be a torn word (展开, 编辑) or a heading.
_BUTTON: Final = re.compile(
    "复制链接|我要评论|发表评论|(?:返回|回到)(?:首页|目录|列表|顶部|上一?页|上级)|打印(?:本页|本文|此文|此页|正文)|收藏本[文站]|加入收藏夹?|设为首页|全文下载|"
    "下载(?:PDF|Word|全文|资源)|点击(?:下载附件|图片查看大图)|请输入关键[字词]|站内搜索|热搜词|视力保护色|背景颜色|站点地图|网站无障碍|分享[到至].{0,8}朋友圈|我的收藏"
)
_DRESSED: Final = re.compile(r"(?:[【\[（(]\s*.{1,8}\s*[】\])）]\s*)+|.{1,8}\s*(?:>>|》》|»)")
_SEPARATOR: Final = re.compile(r"[|｜┊│·•▪>＞»›/、：:【】\[\]「」（）()]+|[ \t\u3000\u00a0]+")
_AROUND: Final = " \t\u3000\u00a0\f*【】[]()（）<>《》|｜·•▪-—=_◆■●★☆►▶→"
_WORD: Final = re.compile(f"{_SITE.pattern}|{_OTHER.pattern}|{_BUTTON.pattern}")
_BEGINS_AS_MENU: Final = re.compile(rf"[{re.escape(_AROUND)}＞»›/、：:「」\s]*(?:{_WORD.pattern})")
"""The cheap way out for a heading: what it begins with begins no menu."""
# Words of a site's own bars, of which two among other short words make a line a menu.
_SURE_SITE: Final = re.compile(
    "(?:网站|站点)地图|联系我们|关于我们|设为首页|加入收藏|友情链接|隐私(?:声明|政策|保护)|法律声明|版权声明|English|无障碍(?:版|浏览|模式)?|手机版|繁[体體](?:版|中文)?|"
    "(?:网站|本站)?首页|网站导航|使用帮助|诚聘英才|广告服务|[一-鿿]{2,8}政府网"
)
_SURE_HINTS: Final = Words.everywhere(
    [
        *(
            "地图",
            "联系我们",
            "关于我们",
            "设为首页",
            "加入收藏",
            "友情链接",
            "隐私",
            "法律声明",
            "版权声明",
            "English",
        ),
        *(
            "无障碍",
            "手机版",
            "繁体",
            "繁體",
            "首页",
            "网站导航",
            "使用帮助",
            "诚聘英才",
            "广告服务",
            "政府网",
        ),
    ]
)
"""One of them stands in each of these words."""
BAR_WORD: Final = 10
"""Characters of a word in a menu; what stands between the gaps of a title is longer or has marks."""
BAR_SHARE: Final = 3
"""One word in so many of a bar is the site's own at least."""
MENU_WORDS: Final = 3
"""So many menu words on lines that follow one another are a menu; in one line it takes two, one of them the site's."""
_HINTS: Final = Words.everywhere(
    re.split(
        r"\|",
        "首页|导航|登录|手机版|站群|无障碍|网站地图|站点地图|联系我们|打印|关闭|收藏|分享|纠错|返回|回到|繁體|繁体|English|上一页|下一页|更多|下载|评论|举报|隐藏|编辑|"
        "复制|搜索|搜词|关键字|保护色|背景色|背景颜色|查看大图|字号变|字体|首 |首\u3000",
    )
)

_LICENSED: Final = Words.everywhere(["本作品是中华人民共和国的", "这部作品在"])
_LICENCE: Final = re.compile(
    r"本作品是中华人民共和国的\s*法律\s*、\s*法规\s*，\s*国家机关的决议、决定、命令和其他具有立法、行政、司法性质的文件"
    r"(?:\s*，\s*及其官方正式译文。[^\n]*(?:\n+[^\n]{0,60}){0,12}?\n*\s*公有领域\s*。?)?"
    r"(?:\s*注：中文维基文库社群认为[^\n]*\n*\s*[^\n]{0,10}\s*具有立法、行政、司法性质的文件。)?"
    r"(?:\s*Public domain)*(?:\s*(?:false|true))*"
    r"|这部作品在[0-9]{4}年[^。]{0,400}?公有领域\s*。?(?:\s*Public domain)*(?:\s*(?:false|true))*"
)


def drop_web_chrome(text: str, context: Context) -> Iterator[Edit]:
    """Take away the lines that a web page sets around a document."""
    text = in_simplified(text, context.alphabet)
    near = neighbours_of(text)
    spans: dict[int, tuple[int, int, str]] = {}
    if any(stands_in_short_line(text, _LICENSED.spelled[number]) for number in near.among(_LICENSED)):
        for found in _LICENCE.finditer(text):
            spans[found.start()] = (found.start(), found.end(), "licence-box")
    for number in near.among(_KEYS):
        key, form = LINES[number]
        for start, end in short_lines_with(text, key):
            if start not in spans and form.fullmatch(text[start:end].strip(_AROUND)):
                spans[start] = (start, end, "web-chrome")
    for number in near.among(_OF_SIZES):
        for start, end in _sizes(text, _OF_SIZES.spelled[number]):
            spans.setdefault(start, (start, end, "web-button"))
    for number in near.among(_SURE_HINTS):
        for start, end in short_lines_with(text, _SURE_HINTS.spelled[number]):
            if _is_bar(text[start:end]):
                spans.setdefault(start, (start, end, "web-menu"))
    if any(stands_in_short_line(text, _HINTS.spelled[number]) for number in near.among(_HINTS)):
        rows = _bars(text) if "|" in context.alphabet or "｜" in context.alphabet else ()
        for start, end in (*rows, *_menus(text)):
            spans.setdefault(start, (start, end, "web-menu"))
    # A licence in English and the head of a program have their ©; what is no Chinese page has no chrome of one.
    if spans and is_chinese(text) and not is_listing(text):
        yield from _edits(sorted(spans.values()), text)


_SIZES: Final = re.compile(
    r"[ \t\u3000]*(?:[【\[（(][ ]*字[体号](?:大小)?[ ]*[:：][ ]*(?:特大|超大|[大中小][ ]*){2,4}[ ]*[】\]）)]"
    r"|字[体号](?:大小)?[ ]*[:：][ ]*[【\[（(][ ]*(?:特大|超大|[大中小][ ]*){2,4}[】\]）)]"
    r"|字[体号](?:大小)?[ ]*[:：][ ]*(?:[【\[（(][ ]*[大中小][ ]*[】\]）)][ ]*){2,3}"
    r"|字[体号]大小[ ]*[:：][ \t\u3000]*(?=\n|\Z|浏览))"
)
_OF_SIZES: Final = Words.everywhere(["字体", "字号"])


def _sizes(text: str, key: str) -> Iterator[tuple[int, int]]:
    """Give the buttons for the size of type that stand at the end of a line of fields: 作者：…【字体：大 中 小】."""
    for start, end in short_lines_with(text, key):
        yield from (found.span() for found in _SIZES.finditer(text, start, end))


_BARRED: Final = re.compile(
    r"^[ \t\u3000]*(?:[^\s|｜，。；：]{1,10}[ \t]*\n?[ \t]*[|｜][ \t]*\n?[ \t]*){3,40}[^\s|｜，。；：]{1,10}[ \t]*$",
    re.MULTILINE,
)


def _bars(text: str) -> Iterator[tuple[int, int]]:
    """Give rows of short words between bars, on one line or each on its own, that name the site: 首页 | … | 网站地图."""
    for found in _BARRED.finditer(text):
        if any(map(_SITE.fullmatch, re.split(r"[\s|｜]+", found.group()))):
            yield found.span()


def _menus(text: str) -> Iterator[tuple[int, int]]:
    """Give the lines that are bars or buttons, and runs of lines that each are one menu word."""
    run: list[tuple[int, int]] = []
    sites = 0
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        words = _menu_words(line) if len(line) <= LINE_MOST else []
        site = sum(_SITE.fullmatch(word) is not None for word in words)
        if words and (
            (site and len(words) > 1)
            or (len(words) == 1 and _BUTTON.fullmatch(words[0]))
            or (site and _DRESSED.fullmatch(line.strip()))
        ):
            yield start, end
        elif words:
            run.append((start, end))
            sites += site
        elif line.strip(_AROUND):
            if len(run) >= MENU_WORDS and sites:
                yield from run
            run, sites = [], 0
        start = end + 1
    if len(run) >= MENU_WORDS and sites:
        yield from run


_MARK: Final = re.compile("[，。；：！？,;:!?《》“”0-9]")


def _is_bar(line: str) -> bool:
    """Tell whether a line is a row of short words, two of them a site's own: 关于我们 商务合作 网站地图."""
    if _MARK.search(line) is not None:
        return False
    words = [word for piece in _SEPARATOR.split(line) if (word := piece.strip(_AROUND))]
    sites = len({word for word in words if _SURE_SITE.fullmatch(word)})
    return sites > 1 and sites * BAR_SHARE >= len(words) and max(map(len, words)) <= BAR_WORD


def _spaced_words(line: str) -> list[str]:
    """Read the menu words of a line whose characters stand apart: 首 页 政 务 公 开."""
    pieces = line.split()
    if len(pieces) < LEAST_SPACED or any(len(piece) > 1 for piece in pieces):
        return []
    joined = "".join(pieces)
    words = []
    at = 0
    while (found := _WORD.match(joined, at)) is not None and found.end() > at:
        words.append(found.group())
        at = found.end()
    return words if at == len(joined) else []


LEAST_SPACED: Final = 6
"""Characters, three words of two."""


def _menu_words(line: str) -> list[str]:
    """Split a line into menu words; empty when one of them is none."""
    if _BEGINS_AS_MENU.match(line) is None:
        return _spaced_words(line) if line.lstrip(_AROUND).startswith(("首 ", "首\u3000")) else []
    words = []
    for piece in _SEPARATOR.split(line.strip(_AROUND)):
        word = piece.strip(_AROUND)
        if not word:
            continue
        half = word[: len(word) // 2]
        word = half if half * 2 == word else word  # 无障碍版无障碍版: a link and its title
        if _WORD.fullmatch(word) is None:
            return []
        words.append(word)
    return words


def _edits(spans: Iterable[tuple[int, int, str]], text: str) -> Iterator[Edit]:
    last = -1
    for start, end, rule in spans:
        if start < last:
            continue
        # The line's own newline goes with it, so that what stood above and below stay two lines.
        whole = rule != "web-button" or text[start - 1 : start] in ("", "\n")
        last = end + (whole and text[end : end + 1] == "\n")
        yield Edit(start, last, "", rule)
