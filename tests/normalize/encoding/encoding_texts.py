"""Texts of invented places, written for these tests, and the languages that must stay what they are."""

from __future__ import annotations

from opencc import OpenCC

HANS = (
    "云溪县人民政府工作报告\n"
    "各位代表：现在，我代表县人民政府向大会报告工作，请予审议，并请政协委员和列席人员提出意见。\n"
    "一、过去一年工作回顾\n"
    "2023年，全县地区生产总值完成186.4亿元，同比增长5.8%；一般公共预算收入9.7亿元，增长6.1%。"
    "我们坚持稳中求进，着力扩大有效投资，新建高标准农田3.2万亩，改造老旧小区41个，惠及居民5600户。\n"
    "（一）产业发展迈上新台阶。竹木加工、茶叶、农产品三条产业链持续壮大，规模以上工业企业达到73家。\n"
    "（二）城乡面貌持续改善。完成农村公路提质改造118公里，新增公交线路4条，污水处理厂二期建成投用。\n"
    "二、存在的问题\n"
    "一些企业生产经营困难，财政收支矛盾突出，教育、医疗、养老等方面还有不少短板，少数干部作风不实。\n"
)
HANT = OpenCC("s2tw").convert(HANS)
HKSCS = OpenCC("s2hk").convert(HANS) + "佢哋喺呢度嘅工作做得幾好，啲街坊都話冇問題。\n"

FOREIGN = {
    "cp932": "本日は晴天なり。町議会は来年度の予算案について話し合い、道路の補修と図書館の増築を決めました。",
    "euc_jp": "港の朝市には近くの村から農家が集まり、野菜や花を並べて売っています。子どもたちも手伝います。",
    "iso2022_jp": "会議の資料は前日までに配布してください。質問は電子メールで受け付けます。",
    "euc_kr": "마을 도서관은 올해 봄부터 주말에도 문을 열고, 어린이를 위한 책 읽기 모임을 시작합니다.",
    "cp949": "군의회는 내년 예산을 심의하고 하천 정비와 농로 포장 공사를 먼저 하기로 뜻을 모았다.",
    "cp1251": "Совет посёлка обсудил ремонт моста и открытие новой школы; работы начнутся весной будущего года.",
    "koi8_r": "Жители деревни собрали урожай яблок и отправили часть его на ярмарку в соседний город.",
    "cp866": "Отчёт о проделанной работе за прошедший год представлен на собрании жителей района.",
    "cp1252": "Le conseil a décidé de rénover l’école du village et d’élargir la route près de la forêt.",
    "latin_1": "Die Gemeinde hat beschlossen, die Brücke über den Bach zu erneuern; größtenteils zahlt der Kreis.",
    "iso8859_2": "Rada gminy postanowiła wyremontować szkołę i drogę; mieszkańcy przyjęli tę wiadomość z radością.",
    "cp1250": "Obecní úřad rozhodl o opravě mostu a školy; práce začnou příští rok na jaře a potrvají několik měsíců.",
    "cp1253": "Το κοινοτικό συμβούλιο αποφάσισε να επισκευάσει τη γέφυρα και το σχολείο του χωριού την άνοιξη.",
    "cp1254": "Köy meclisi köprünün onarılmasına ve okulun genişletilmesine karar verdi; gelecek ilkbaharda başlıyor.",
    "cp1255": "מועצת הכפר החליטה לתקן את הגשר ולהרחיב את בית הספר באביב הבא לטובת כל התושבים.",
    "cp1256": "قرر مجلس القرية إصلاح الجسر وتوسيع المدرسة في الربيع القادم لمصلحة جميع السكان.",
    "cp874": "สภาหมู่บ้านตัดสินใจซ่อมสะพานและขยายโรงเรียนในฤดูใบไม้ผลิหน้าเพื่อประโยชน์ของทุกคน",
}
CHINESE_CODECS = frozenset({"gb18030", "big5", "cp950", "big5hkscs", "hz"})
