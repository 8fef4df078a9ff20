"""Text that nobody may change: other languages, formulas, code, and clean Chinese with everything that looks odd."""

from __future__ import annotations

import inspect
import json.decoder
import textwrap

CLEAN: dict[str, str] = {
    "Chinese": (
        "乾安县人民政府工作报告\n"
        "“十三五”以来，著名企业落户园区，土著居民迁入新居，显著改善了居住条件。\n"
        "一、二、三产业比重为5.2∶41.6∶53.2，外贸进出口增长-3.2%，研发投入强度达2.5%。\n"
        "垚（yáo）村的5G基站（RRU）1万个，10G PON端口覆盖率为98%，Ipv6改造完成；20**年的数据缺失。\n"
        "见https://example.org/a?b=1&c=2，联系人张三丰，电话010-12345678，时间9:30至11:00。"
    ),
    "Japanese": (
        "町議会は来年度の予算案について話し合い、道路の補修と図書館の増築を決めました。\n"
        "「子どもたちの安全が第一です」と町長は述べ、関係者に協力を求めた。人口は１２，３４５人です。"
    ),
    "Korean": (
        "군의회는 내년 예산을 심의하고 하천 정비와 농로 포장 공사를 먼저 하기로 뜻을 모았다.\n"
        "마을 도서관은 올해 봄부터 주말에도 문을 열고, 어린이를 위한 책 읽기 모임을 시작합니다."
    ),
    "Russian": (
        "Совет посёлка обсудил ремонт моста и открытие новой школы; работы начнутся весной.\n"
        "«Мы ждали этого десять лет», — сказал староста. Расходы: 1 234 567,89 руб."
    ),
    "French": (
        "Le conseil a décidé de rénover l’école du village ; les travaux dureront « six mois », dit le maire.\n"
        "Qu’en pense-t-on ? Près de 1 200 habitants ont répondu : 78 % sont pour."
    ),
    "German": "Die Gemeinde erneuert die Brücke über den Bach; größtenteils zahlt der Kreis („bis zu 80 %“).",
    "English": (
        "The council will repair the bridge (est. 1902) and widen the road: 3.5 km, $1.2 million, 9:30-11:00.\n"
        '"We waited for years," she said; "it\'s about time!" See pp. 12-15 and e-mail a.b@example.org.'
    ),
    "formulas": "E = mc^2; f(x) = ∑_{i=1}^{n} a_i·x^i, |x| ≤ 1, ∀ε>0 ∃δ>0; 2×3=6, a/b≠c/d, x₁²+x₂²=1, ½ ≈ 0,5",
    "code": textwrap.dedent(inspect.getsource(json.decoder.JSONDecodeError)).rstrip("\n"),
    "table": "id,name,share\n1,alpha,0.5\n2,beta,0.25\n3,gamma,0.25",
}
