"""What is the site's by its name or by what it says: menus, bars, feet; and the document's own lines on itself."""

from __future__ import annotations

import re
from typing import Final

from .html_tree import Page

HAN: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

CHROME_WORDS: Final = frozenset(
    (
        "share", "sharebar", "bdshare", "bdsharebuttonbox", "jiathis", "bshare", "nav", "navbar",
        "navi", "menu", "submenu", "footer", "foot", "footnav", "bottom", "crumb",
        "crumbs", "breadcrumb", "breadcrumbs", "location", "position", "weizhi", "related", "relate",
        "rel", "reldocuments", "xgxw", "xgwd", "xgyd", "print", "qrcode", "ewm",
        "qr", "toolbar", "tool", "tools", "comment", "comments", "pinglun", "banner",
        "sidebar", "side", "aside", "ad", "ads", "adv", "advert", "gg",
        "copyright", "pager", "pagination", "paging", "prev", "pre", "next", "prevnext",
        "search", "login", "hot", "recommend", "alert", "popup", "dialog", "layer",
        "mask", "weixin", "wechat", "weibo", "gotop", "backtop", "totop", "toplink",
        "friendlink", "links", "sitemap", "wza", "accessibility", "dayin", "saoma", "fenxiang",
        "digg", "newdigg", "diggbox", "boxoff",
    )
)  # fmt: skip
"""Words in ``id`` and ``class`` by which sites name what is not the article."""
_CHROME_NAMES: Final = frozenset(("nav", "footer", "form", "marquee", "menu", "dialog", "noscript", "aside"))
_METADATA: Final = re.compile(
    r"^(?:\d{4}\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2}\s*日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?[\s|]*)?[【\[]?\s*(?:索\s*引\s*号|发布机构|发文机关|发文机构|制发机关|公开机构|责任部门|发布单位|发布部门|成文日期|生成日期|发布日期|发布时间|发文日期|"
    r"印发日期|公开日期|实施日期|施行日期|有效性|时效性|效力状态|是否有效|标\s*题|主题分类|主题词|主\s*题\s*词|组配分类|公文种类|信息分类|分\s*类|体裁分类|文\s*号|发文字号|"
    r"文件编号|来\s*源|信息来源|文章来源|稿件来源|作\s*者|日\s*期|时\s*间|编\s*辑|责任编辑|审\s*核|公开方式|公开时限|公开范围|公开形式|公开类别|关键词|内容概述|名\s*称|"
    r"统一编号|统一登记号|废止日期|失效日期|生效日期|信息来源|供稿|撰稿)\s*[:：】\]]"
)
LABEL_WITHIN: Final = 100
"""Characters in which a label ends, its date before it: the blanks between, tried in all ways, cost a cube."""

_CHROME_LINE: Final = re.compile(
    r"^(?:(?:您|你)?(?:当前|现在)?(?:所在|的)?(?:的)?位置\s*[:：]|扫一扫|扫码|用微信扫|微信扫|手机扫|分享到|分享[:：]|上一[篇条页]|下一[篇条页]|"
    r"相关(?:链接|阅读|文档|新闻|稿件|文章|信息|解读|附件|推荐)\s*[:：]?$|关联稿件|延伸阅读|推荐阅读|热点推荐|返回顶部|返回首页|"
    r"本(?:网)?站(?:由|内容|所有)|点击(?:上方)?蓝字|长按(?:识别|二维码)|(?:©|Copyright\b)|今天是\s*\d{4}\s*年|欢迎(?:您)?(?:访问|光临)|"
    r"版权所有|主办(?:单位)?\s*[:：].*(?:承办|维护|版权|邮编|电话)|网站(?:标识码|地图|帮助|首页|无障碍)|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]ICP备|"
    r"ICP备案|内容纠错|我要纠错|网页纠错|纠错|【?打印(?:本页|此页)?】?$|【?关闭(?:窗口|本页)?】?$|\[?收藏\]?$|无障碍|关怀版|长者|适老|"
    r"您访问的链接即将离开|设为首页|加入收藏|联系我们|关于我们|技术支持\s*[:：]|建议使用\S{0,20}分辨率|智能问答|网上有害信息举报|政府网站找错|"
    r"(?:本篇|本文)?(?:访问|浏览|阅读|点击)(?:量|次数|人数|率|数)?\s*[:：]?\s*[\d,]*万?\+?\s*次?$|字体\s*[:：]?\s*$|语音播报|听全文|朗读|免责声明|附件下载[:：]?$|[-—]{2,}分隔线[-—]*$|[（(]全文(?:结束|完)[）)]$|"
    r"本页(?:网址|地址|链接)\s*[:：]\s*\S*$|点击(?:上方|下方|上面|下面)\S{2,24}关注(?:我们)?[!！~]?$)"
)
# Between its words some blanks: in a row of thousands each would be tried as the first of all.
INLINE_CHROME: Final = re.compile(
    r"[【\[]\s{0,9}(?:特大|大|默认|中|小)(?:\s{0,9}(?:特大|大|默认|中|小)){2,3}\s{0,9}[\]】]|字[体号]\s{0,9}[:：]\s{0,9}(?:A[+-]?\s{0,9}){2,4}(?![A-Za-z])|"
    r"(?<=\s)(?:评论|跟帖)[数量]?\s{0,9}[:：]\s{0,9}\d{1,9}(?=\s|$)|"
    r"[【\[（(]?\s{0,9}(?:我要)?(?:字体大小|字号大小|字体|字号|文字|视力保护色?)\s{0,9}[:：]?\s{0,9}[\[【（(]?\s{0,9}(?:特大|大|默认|中|小|正常|标准)(?:[\s|\]【】\[、/）)]{0,9}(?:特大|大|默认|中|小|正常|标准))+\s{0,9}[\]】）)]?|"
    r"(?<![\u4e00-\u9fff])(?:累计)?(?:访问|浏览|阅读|点击)(?:(?:量|次数|人数|率|数)\s{0,9}[:：]?|[:：])\s{0,9}(?:[\[【（(]\s{0,9}[\d,]{0,12}\s{0,9}[\]】）)]|[\d,]{0,12}万?\+?)\s{0,9}次?(?![\u4e00-\u9fff])|已下载\s{0,9}\d*\s{0,9}次|"
    r"视力保护色\s{0,9}[:：]|"
    r"[【\[]\s{0,9}(?:打印(?:本页|此页)?|关闭(?:窗口|本页|此页)?|收藏|返回顶部|返回|纠错|推荐|复制|我要纠错|下载)\s{0,9}[\]】]|"
    r"(?<=[\s|】\]\d])(?:打印(?:本页|此页|本文)?|收藏(?:本[文页])?|关闭(?:窗口)?|分享到?[:：]?|(?:我要)?纠错|(?:语音)?(?:朗读|播报)|下载)(?=$|[\s|【\[])|分享到\s{0,9}[:：]?\s{0,9}$|"
    r"(?<=\s)(?:阅读|浏览|点击|访问)\s{0,9}\d+\s{0,9}次?$"
)


def named_chrome(page: Page) -> list[bool]:
    """Tell for each element whether it, or one around it, has a name of the site's furniture.

    What holds nearly all sentences of the page is no furniture, whatever it is called: some systems set a form around
    the article (ASP.NET, VSB) or call it by what its buttons do (``printArea``).
    """
    whole = _holders(page)
    found: list[bool] = []
    for number, node in enumerate(page.nodes):
        words = _words(node.label) if node.label else frozenset()
        called = node.name in _CHROME_NAMES or bool(words & CHROME_WORDS) or "MsoToc" in node.label
        may_be = number not in whole or node.name == "footer" or bool(words & _FEET)
        found.append((node.parent >= 0 and found[node.parent]) or (called and may_be))
    return found


_FEET: Final = frozenset(("foot", "footer", "footnav", "bottom", "copyright"))
"""What is called so is furniture even where it has all sentences: the page's own may be in a table of figures."""
HELD: Final = 800
"""Per mille of the page's sentences that an element holds which cannot be furniture."""
SENTENCES: Final = 3
"""Lines with a sentence that the page must have for that."""


def _holders(page: Page) -> set[int]:
    held = [0] * len(page.nodes)
    for block in page.blocks:
        if "。" in (text := block.text()) and len(HAN.findall(text)) >= 15:
            held[block.node] += 1
    for number in range(len(page.nodes) - 1, 0, -1):
        held[page.nodes[number].parent] += held[number]
    if held[0] < SENTENCES:
        return set()
    return {number for number, count in enumerate(held) if count * 1000 >= HELD * held[0]}


def _words(label: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(label))


def is_metadata(line: str) -> bool:
    """Tell whether a line begins as the document's own lines on itself do: 发布日期：2024-01-01."""
    return _METADATA.match(line[:LABEL_WITHIN]) is not None


def is_chrome_line(line: str) -> bool:
    """Tell whether a line says nothing but what sites say: 扫一扫, 上一篇：…, 【打印】."""
    if _CHROME_LINE.match(line):
        return True
    return INLINE_CHROME.search(line) is not None and not INLINE_CHROME.sub("", line).strip(
        " |\u00a0\u3000\u2002"
    )
