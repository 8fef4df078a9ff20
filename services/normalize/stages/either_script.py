"""A view of a text in which the words of web pages can be looked for, whichever script the page is in.

Menus, buttons and advertising go before the script is changed, and stand in the script of their page: 首頁, 掃一掃. The
view is character by character and as long as the text, so that what is found in it stands there too.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from ..alphabet import Characters

_TRADITIONAL: Final = (
    "與專業嚴個臨爲為舉樂書買於雲亞產親們衆眾會傳體偵關興內冊寫決況準凱擊劃則創刪別辦務動區華單縣參發臺號後聽員諮圍國圖場聲處備復複頭夾娛寧寶對導將屬師幫廣庫應開歸當錄懷態總戶執掃搶護報擇據數無時顯晉術機權條來構標欄檔檢歡歐滬"
    "瀏遊點熱現瓊電監碼礙離籤簡粵糾紅級線組織經結給絡統維締編縮網羣職聯腦騰節蘇範薦獲蟻螞見觀規視覽觸計訂認討議訊許論設訪證評識詞譯試話詢該詳語請讀調謝財責質購貼貴貸費資賭賽贊贛車轉載輔輯輸遼過運還這進違連適選採裏裡鏈鋤錯錦鍵"
    "長門閉問間聞閩閱閲陽陸陝隱韓頁頂須預領頻題顏飛館饋馬驗魚魯黃係繫製佈迴註鑑擴東賬簽塊盤啟啓較階尋隱訊彈裝臉郵寫傳"
)
_SIMPLIFIED: Final = (
    "与专业严个临为为举乐书买于云亚产亲们众众会传体侦关兴内册写决况准凯击划则创删别办务动区华单县参发台号后听员咨围国图场声处备复复头夹娱宁宝对导将属师帮广库应开归当录怀态总户执扫抢护报择据数无时显晋术机权条来构标栏档检欢欧沪"
    "浏游点热现琼电监码碍离签简粤纠红级线组织经结给络统维缔编缩网群职联脑腾节苏范荐获蚁蚂见观规视览触计订认讨议讯许论设访证评识词译试话询该详语请读调谢财责质购贴贵贷费资赌赛赞赣车转载辅辑输辽过运还这进违连适选采里里链锄错锦键"
    "长门闭问间闻闽阅阅阳陆陕隐韩页顶须预领频题颜飞馆馈马验鱼鲁黄系系制布回注鉴扩东账签块盘启启较阶寻隐讯弹装脸邮写传"
)
"""What the two scripts write differently in the words that the stages of chrome and spam look for."""
_ASKED: Final = frozenset(_TRADITIONAL)
_TABLE: Final = str.maketrans(_TRADITIONAL, _SIMPLIFIED)


def in_simplified(text: str, alphabet: Characters) -> str:
    """Give ``text`` with these characters in Simplified; the very text where it has none of them."""
    return text if alphabet.isdisjoint(_ASKED) else _view(text)


@lru_cache(maxsize=2)
def _view(text: str) -> str:
    return text.translate(_TABLE)
