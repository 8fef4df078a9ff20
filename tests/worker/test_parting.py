"""The members of a compilation become reports of their own where the uploader asks for it."""

from __future__ import annotations

import pytest

from jiaokan.archive import accept
from jiaokan.worker.processing import process

BODY = "全市上下齐心协力，各项工作都取得了新的进展，主要指标稳中有升，群众得到了更多实惠，发展基础更加牢固。"
MEMBER = f"""2024年是实现目标任务的关键一年。{{name}}坚持稳中求进工作总基调，大力推进新型工业化，工业经济持续回升向好。
（一）工业经济平稳增长。{{name}}规模以上工业增加值增长5.2%。{BODY}{BODY}
（二）产业创新取得突破。{{name}}新增创新平台20个。{BODY}{BODY}
2025年是规划收官之年，{{name}}将扎实推进新型工业化，努力完成全年目标任务。
（一）全力稳增长。{{name}}抓好重点项目。{BODY}{BODY}
（二）着力强创新。{{name}}建设创新平台。{BODY}{BODY}
"""


@pytest.mark.parametrize("asked", [True, False])
def test_members_are_published_as_reports_if_asked(archive, asked: bool) -> None:
    text = "各地总结2024年重点工作。\n" + "".join(
        MEMBER.format(name=name) for name in ("北京市", "上海市", "广东省")
    )
    accepted = accept(archive, "zgdzb/2024", text.encode(), hints={"parts": True} if asked else {})
    assert process(archive, accepted.item, worker="test") == "published"
    for child in archive.catalog.reports.children(accepted.revision.id):
        for item in archive.catalog.queue.of_revision(child.id):
            process(archive, item.id, worker="test")
    wanted = ["zgdzb/2024/上海市", "zgdzb/2024/北京市", "zgdzb/2024/广东省"] if asked else []
    children = archive.catalog.reports.children(accepted.revision.id)
    assert sorted(child.report for child in children) == wanted
    for report in wanted:
        latest = archive.catalog.reports.get(report).latest
        assert latest is not None
        assert latest.facts.region_name == report.rpartition("/")[2]
