r"""Redaction masks: 20**年, **市委, 138****1234, a row of masked cells. What is a mask is no emphasis, and stays."""

from __future__ import annotations

import re
from typing import Final

# What a masked name or number stands before. Ordinary words that begin with the same character are spared.
MASKED: Final = re.compile(
    "(?:市(?![场場值民容域]|政(?!府))|[区區](?![域块塊间間位分])|[县縣](?![域级級])|省(?![级級会會内內外])|[镇鎮](?!痛|[静靜])|[乡鄉](?!村|[镇鎮])|村(?![级級庄莊])"
    "|州|旗|盟|路|街道|局|[厅廳]|公司|集[团團]|[学學]校|大[学學]|中[学學]|小[学學]|[医醫]院|[单單]位|同志|先生|女士|[书書][记記]|市[长長]|[县縣][长長]|主任|委[员員][会會]|[党黨]委"
    "|[办辦]事[处處]|公[园園]|社[区區](?![治服])|年(?![来來均度])|月|日|[号號]|元|[万萬]元|[亿億]元|[万萬]人|％|%|[个個]百分[点點]|[吨噸]|[亩畝]|公里|[户戶]|家企[业業])"
)
MASKED_YEAR: Final = re.compile("年[度来來均]")
"""What stands behind a masked year, **年度, where a masked name stands before it."""
_SURE_MASK: Final = re.compile(
    r"某\*{2,3}.\Z|(?<![0-9*])(?:19|20)\*{1,3}年\Z|年\*{1,3}月\Z|月\*{1,3}日\Z|的\*{2,3}大\Z", re.DOTALL
)
"""某**公司, 20**年**月: what stands on both sides wants a name or a figure between."""

_NEXT_CELL: Final = re.compile(r"[ \t\u3000]+\*{3}(?!\S)")
_LAST_CELL: Final = re.compile(r"(?<!\S)\*{3}[ \t\u3000]+\Z")

_MASKED_DECIMAL: Final = re.compile(r"\*{1,3}\.\*(?!\*)|\*\.\*{1,3}(?!\*)")
"""**.*亿元; two signs around a full stop that was flattened, **好**.**是**, are never single ones."""

LONGEST_SIGN: Final = 3
"""Asterisks of one sign of emphasis."""


def is_sure_mask(text: str, start: int, end: int) -> bool:
    """Tell whether what stands around asterisks wants a name or a figure in their place, whatever else the text has."""
    if _MASKED_DECIMAL.match(text, start) or _MASKED_DECIMAL.match(text, max(0, start - 2)):
        return True
    return end - start <= LONGEST_SIGN and _SURE_MASK.search(text[max(0, start - 4) : end + 1]) is not None


def is_masked_cell(text: str, start: int, end: int) -> bool:
    """Tell whether three asterisks stand in a row of such cells: 总人口 *** *** ***."""
    return end - start == LONGEST_SIGN and (
        _NEXT_CELL.match(text, end) is not None
        or _LAST_CELL.search(text[max(0, start - 8) : start]) is not None
    )
