from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator

import pytest

from jiaokan.api.app import create_app
from jiaokan.archive import Archive, SectionIndex, accept, load_settings, open_archive
from jiaokan.worker.processing import process

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

REPORT = """临江省工业和信息化厅2023年工作总结和2024年工作计划

一、2023年工作回顾

全省规模以上工业增加值增长5.2%。主要做了以下工作：

（一）工业经济平稳运行。实施稳增长行动，新增规模以上企业320家。

（二）数字经济加快发展。建成5G基站3万个，算力规模居全国前列。

二、2024年工作安排

（一）推进新型工业化。培育先进制造业集群。
"""
NEXT = REPORT.replace("2023", "2024").replace("5.2%", "6.1%").replace("算力规模居", "智能算力规模继续居")


@pytest.fixture
def archive(tmp_path) -> Iterator[Archive]:
    settings = load_settings(data=tmp_path / "data", objects="memory:", catalog="memory:", durable=False)
    archive = open_archive(settings)
    yield archive
    archive.close()


@pytest.fixture
def publish(archive: Archive) -> Callable[..., int]:
    """Take a text in and publish it, as ingest and worker do; gives the edition's number."""

    def publish(report: str, text: str | bytes = REPORT, *, labels: tuple[str, ...] = (), **hints) -> int:
        data = text.encode() if isinstance(text, str) else text
        accepted = accept(archive, report, data, hints=hints, labels=labels)
        if accepted.item is not None:
            assert process(archive, accepted.item, worker="test") == "published"
        index = SectionIndex(archive)
        while index.follow():
            pass
        return archive.catalog.reports.get(report).latest.number

    return publish


@pytest.fixture
def client(archive: Archive) -> Iterator[TestClient]:
    app = create_app(archive, archive.settings, followers=False)
    with TestClient(app, base_url="http://127.0.0.1:8321") as client:
        yield client
