"""What OpenCC cannot know: 著, names, and the words of Taiwan that are the mainland's under another name."""

# ruff: noqa: E501 - patterns and word lists are read across

from __future__ import annotations

import re
from typing import Final, NamedTuple

ZHU_BEHIND: Final = ("名", "作", "称", "者", "述", "录", "书", "译", "文", "有《", "于世")
"""著名 著作 著称 …: the characters behind 著, Simplified, that make it zhù."""

ZHE_BEHIND: Final = (
    "力",
    "眼",
    "重",
    "手",
    "想",
    "落",
    "陆",
    "装",
    "色",
    "火",
    "急",
    "实",
    "迷",
    "墨",
    "笔",
    "意",
    "床",
    "凉",
    "慌",
)
"""着力 着眼 着重 …: behind these it is zhuó or zháo even after one of ``ZHU_BEFORE`` (原著力 does not occur, 所着力
does)."""

ZHU_BEFORE: Final = (
    "显", "卓", "昭", "名", "原", "专", "论", "编", "巨", "拙", "遗", "译", "合", "土", "彰", "较", "新", "旧", "大", "所", "撰", "主", "自",
    "共", "炳", "素", "夙", "微知", "功勋", "成效", "成绩", "贡献",
)  # fmt: skip
"""显著 卓著 专著 …: the characters before 著, Simplified, that make it zhù."""

SHOWS: Final = ("彰显", "凸显", "突显")
"""Verbs that end like 显著: 彰顯著力量 is 彰显着力量."""

KEPT_NAMES: Final = {
    "乾安": "乾安", "乾縣": "乾县", "乾县": "乾县", "乾州": "乾州", "乾務": "乾务", "乾务": "乾务", "乾潭": "乾潭", "乾元鎮": "乾元镇",
    "乾元镇": "乾元镇", "乾西": "乾西", "乾窯": "乾窑", "乾溪": "乾溪", "乾豐": "乾丰", "乾丰": "乾丰", "乾佑": "乾佑", "乾祐": "乾祐",
    "乾塘": "乾塘", "乾封": "乾封", "乾符": "乾符", "乾寧": "乾宁", "乾德": "乾德", "乾嘉": "乾嘉", "乾華": "乾华", "乾照": "乾照",
    "於潛": "於潜", "於潜": "於潜", "魏徵": "魏徵", "角徵羽": "角徵羽", "畢昇": "毕昇", "昇騰": "昇腾", "昇腾": "昇腾", "昇思": "昇思",
}  # fmt: skip
"""Names in Traditional or mixed text, and how Simplified text writes them (County-level names: GB/T 2260)."""


RESPELT: Final = {
    "夥伴": "伙伴", "合夥": "合伙", "同夥": "同伙", "夥同": "伙同", "團夥": "团伙", "团夥": "团伙", "散夥": "散伙", "入夥": "入伙", "大夥": "大伙",
    "夥計": "伙计", "一夥": "一伙", "結夥": "结伙", "祇要": "只要", "祇有": "只有", "祇是": "只是", "祇能": "只能", "祇會": "只会", "祇得": "只得",
    "祇好": "只好", "不祇": "不只", "祇為": "只为", "祇為了": "只为了", "陜西": "陕西", "陜甘": "陕甘", "陜北": "陕北",
    "鍾馗": "钟馗", "於單位": "于单位", "甚鉅": "甚巨", "鉅子": "巨子", "疏濬": "疏浚", "濬深": "浚深", "濬渫": "浚渫", "榖物": "谷物",
    "稻榖": "稻谷", "五榖": "五谷", "雜榖": "杂谷", "堿": "碱",
}  # fmt: skip
"""Words whose Traditional spelling OpenCC's table of characters keeps, for the same character stands in others (神祇)."""


class TaiwanWord(NamedTuple):
    """A word of Taiwan, the mainland's for it, and whether it proves by itself that a text is Taiwan's."""

    taiwan: str
    mainland: str
    proves: bool = True


_WORDS: Final = tuple(
    TaiwanWord(pair[: pair.index("=")], pair[pair.index("=") + 1 :])
    for pair in [
        "資訊=信息",
        "網路=網絡",
        "網際網路=互聯網",
        "軟體=軟件",
        "硬體=硬件",
        "韌體=固件",
        "程式=程序",
        "程式設計=程序設計",
        "伺服器=服務器",
        "記憶體=內存",
        "印表機=打印機",
        "滑鼠=鼠標",
        "螢幕=屏幕",
        "雷射=激光",
        "奈米=納米",
        "晶片=芯片",
        "光碟=光盤",
        "硬碟=硬盤",
        "寬頻=寬帶",
        "頻寬=帶寬",
        "人工智慧=人工智能",
        "智慧財產權=知識產權",
        "智慧型手機=智能手機",
        "飛彈=導彈",
        "速食麵=方便麵",
        "行動電話=移動電話",
        "行動支付=移動支付",
        "行動通訊=移動通信",
        "行動裝置=移動設備",
        "資料庫=數據庫",
        "作業系統=操作系統",
        "介面=界面",
        "解析度=分辨率",
        "部落格=博客",
        "電腦病毒=計算機病毒",
        "積體電路=集成電路",
        "訊號=信號",
        "高畫質=高清",
        "雲端運算=雲計算",
        "巨量資料=大數據",
        "數位化=數字化",
        "數位經濟=數字經濟",
        "數位轉型=數字轉型",
        "數位政府=數字政府",
        "數位產業=數字產業",
        "數位技術=數字技術",
        "數位科技=數字科技",
        "數位平台=數字平台",
        "數位平臺=數字平臺",
        "數位內容=數字內容",
        "數位學習=數字學習",
        "數位影音=數字音視頻",
        "數位金融=數字金融",
        "數位資源=數字資源",
        "數位時代=數字時代",
        "數位貨幣=數字貨幣",
        "數位發展=數字發展",
        "數位鴻溝=數字鴻溝",
        "數位落差=數字鴻溝",
        "電晶體=晶體管",
        "二極體=二極管",
        "太陽能電池模組=太陽能電池組件",
    ]
)
_AMBIGUOUS: Final = (
    TaiwanWord("檔案", "文件", proves=False),
    TaiwanWord("類比", "模擬", proves=False),
    TaiwanWord("資料夾", "文件夾", proves=False),
)
"""Words that the mainland has too: 档案 is an archive. They are changed only where others prove, and flagged."""

_ARCHIVE: Final = "(?![館馆局室法學学管工員员袋櫃柜庫库業业])"
"""Behind 檔案 these make it an archive: 檔案館, 檔案管理."""

TAIWAN_WORDS: Final = {word.taiwan: word for word in (*_WORDS, *_AMBIGUOUS)}
"""The words by their form in Taiwan. Both forms are Traditional: the script is converted afterwards."""

TAIWAN_PATTERN: Final = re.compile(
    "|".join(
        word + (_ARCHIVE if word == "檔案" else "") for word in sorted(TAIWAN_WORDS, key=len, reverse=True)
    )
)


class Misread(NamedTuple):
    """A sign that OpenCC puts into Traditional text, what should stand there, and where: the match ends with it."""

    sign: str
    right: str
    where: re.Pattern[str]


MISREAD_IN_HANT: Final = tuple(
    Misread(sign, right, re.compile(where))
    for sign, right, where in (
        # 把握|发展, 资金|发放, 牵一发而动全身; 理髮店, 銀髮經濟 and 一髮 stay.
        (
            "髮",
            "發",
            "髮(?=[展放揮電達佈現射明揚獎佛力智])|(?<!一)髮(?=動|出)|髮(?=行(?!業)|生(?!態))|(?<=華)髮",
        ),
        # 好|干部, 苦干实干, 要干的; 乾淨, 乾旱 and 包乾 stay.
        (
            "乾",
            "幹",
            "乾(?=[部警事羣群勁將]|實[事幹乾])|(?<=[苦實巧敢真大快猛])乾(?=[、，。；！”實])|(?<=[要該想能會敢肯])乾(?=[的成好])|(?<=以)乾(?=[圖興])",
        ),
        ("瞭", "了", "(?<=[指表證説說標寫申點查判講闡]明)瞭"),
        ("曆", "歷", "曆(?=[史程次代屆來經任])"),
        ("籤", "簽", "(?<![標抽書牙竹求])籤(?=[約署訂字發證收批到呈名])|(?<=[免網面會商草續補新])籤"),
        ("註", "注", "註(?=[重資入])|(?<=加)註(?=[站水])"),
        ("製", "制", "製(?=度)|(?<=[改轉])製(?=[爲為])"),
        ("沖", "衝", "沖(?=[擊刺突鋒破])"),
        ("斗", "鬥", "(?<!北)斗(?=爭)"),
        ("云", "雲", "(?<![所云詩亦人書子])云(?![云爾亦亭])"),
        # 西咸新区, 咸宁 and 咸辉; what is salt has its word beside it.
        ("鹹", "咸", "(?<![微苦酸甜腌醃])鹹(?![水味蛋菜鴨魚肉淡潮湖豆酸甜])"),
        ("齣", "出", "齣(?=[讓路口件臺資租售版])"),
        ("昇", "升", "昇(?=級)"),
        ("覆", "複", "覆(?=線)"),
        ("範", "范", "(?<![示模典])範(?=縣)"),
        ("併", "並", "(?<![合兼])併(?=發[佈布出表展])|(?<=[，、；。])併(?=[爲為成])"),
        ("隻", "只", "(?<=是)隻|隻(?=[爭要])"),
        ("錶", "表", "錶(?=[彰示揚率達])"),
        ("穀", "谷", "(?<=[光智硅矽峽山河])穀"),
        # Traditional text writes both; the document's own word stays.
        ("纔", "才", "纔"),
        ("揹", "背", "揹"),
        ("菓", "果", "菓"),
        ("逕", "徑", "逕"),
        ("薰", "熏", "薰"),
        ("座", "坐", "座(?=標(?!準))"),
        ("像", "象", "(?<=想)像"),
        ("濬", "浚", "濬"),
        ("澂", "澄", "澂"),
        ("迴", "回", "迴(?=[歸音流])"),
    )
)
"""Read in the Traditional text that OpenCC 1.4.2 makes of 10.2 million characters of the counted corpus."""
