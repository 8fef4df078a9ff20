from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import uvicorn

from jiaokan.api import create_app
from jiaokan.archive import Archive, SectionIndex, load_settings, open_archive
from jiaokan.console.stack import bind
from jiaokan.ingest.app import ROUTERS
from jiaokan.worker.processing import process

REPORT = """临江省工业和信息化厅2023年工作总结和2024年工作计划

一、2023年工作回顾

全省规模以上工业增加值增长5.2%。主要做了以下工作：

（一）工业经济平稳运行。实施稳增长行动，新增规模以上企业320家。

二、2024年工作安排

（一）推进新型工业化。培育先进制造业集群。
"""


@dataclass
class System:
    url: str
    archive: Archive


@pytest.fixture
def system(tmp_path, monkeypatch) -> Iterator[System]:
    """A running system whose worker is here: what is taken in is published before the receipt is given."""

    def work(archive, accepted) -> bool:
        if accepted.item is not None:
            process(archive, accepted.item, worker="test")
            index = SectionIndex(archive)
            while index.follow():
                pass
        return True

    monkeypatch.setattr("jiaokan.ingest.taking.dispatch", work)
    listening = bind("127.0.0.1", 0)
    port = listening.getsockname()[1]
    settings = load_settings(data=tmp_path / "data", catalog="memory:", durable=False, port=port)
    archive = open_archive(settings)
    app = create_app(archive, settings, routers=ROUTERS, followers=False)
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield System(f"http://127.0.0.1:{port}", archive)
    server.should_exit = True
    thread.join(timeout=10)
    listening.close()
    archive.close()
