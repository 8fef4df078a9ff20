"""A mirror stays equal to what the API serves, through everything that changes, and wherever it is cut off."""

from __future__ import annotations

import random
import warnings

import pytest

from jiaokan.api import create_app
from jiaokan.archive import accept, load_settings, open_archive, restore, withdraw
from jiaokan.client import Client, ClientError, Retry
from jiaokan.console.mirroring import Mirror
from jiaokan.worker.processing import process

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

ROUNDS = 60
CUTS = 12


class CutError(Exception):
    """The connection is gone."""


class TestedClient(Client):
    """Speaks to an app in this process, and is cut off after so many requests."""

    __test__ = False

    def __init__(self, http: TestClient) -> None:
        super().__init__("http://127.0.0.1:8321", http=http, kept_bytes=0, retry=Retry(tries=1))
        self.calls_left = 10**9

    def ask(self, asked):
        self.calls_left -= 1
        if self.calls_left < 0:
            raise CutError
        return super().ask(asked)


@pytest.fixture
def archive(tmp_path):
    archive = open_archive(
        load_settings(data=tmp_path / "data", objects="memory:", catalog="memory:", durable=False)
    )
    yield archive
    archive.close()


def served(client: TestedClient) -> dict[str, bytes]:
    files = {}
    for report in client.reports():
        for about in client.editions(report["id"])["editions"]:
            name = f"{report['id']}/-/editions/{about['number']}"
            files[f"{name}/content.json"] = client.content(report["id"], about["number"]).body
            files[f"{name}/record.json"] = client.record(report["id"], about["number"]).body
        files[f"{report['id']}/-/latest"] = f"{report['latest']['number']}\n".encode()
    return files


def mirrored(folder) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in (".mirror.json", "about.json")
    }


def test_a_mirror_that_is_cut_off_again_and_again_is_equal_at_the_end(archive, tmp_path) -> None:
    dice = random.Random(20241122)
    folder = tmp_path / "mirror"
    cuts = 0
    app = create_app(archive, archive.settings, followers=False)
    with TestClient(app, base_url="http://127.0.0.1:8321") as http:
        client = TestedClient(http)
        for step in range(ROUNDS):
            report = f"r{dice.randrange(8)}/{2015 + dice.randrange(3)}"
            found = archive.catalog.reports.get(report)
            standing = found.standing if found else "open"
            if standing == "published" and dice.random() < 0.3:
                withdraw(archive, report)
            elif standing == "withdrawn":
                restore(archive, report)
            else:
                accepted = accept(archive, report, f"{report}年工作报告\n一、回顾\n第{step}步。".encode())
                if accepted.item is not None:
                    process(archive, accepted.item, worker="test")
            if dice.random() < 0.6:
                mirror = Mirror(client, folder)
                client.calls_left = dice.randrange(1, 14)
                try:
                    if mirror.sequence is None:
                        list(mirror.snapshot())
                    while mirror.follow():
                        pass
                except CutError:
                    cuts += 1
                client.calls_left = 10**9
        mirror = Mirror(client, folder)
        if mirror.sequence is None:
            list(mirror.snapshot())
        while mirror.follow():
            pass
        assert cuts >= CUTS
        assert mirrored(folder) == served(client)
        assert mirror.sequence == archive.catalog.ledger.head().visible


def test_other_bytes_than_named_are_refused(archive, tmp_path, monkeypatch) -> None:
    accepted = accept(archive, "a/1", "工作报告".encode())
    process(archive, accepted.item, worker="test")
    app = create_app(archive, archive.settings, followers=False)
    with TestClient(app, base_url="http://127.0.0.1:8321") as http:
        client = TestedClient(http)
        monkeypatch.setattr(
            "hashlib.sha256",
            lambda *_: type("Hash", (), {"hexdigest": lambda _: "0"})(),
        )
        with pytest.raises(ClientError, match="other bytes"):
            list(Mirror(client, tmp_path / "m").snapshot())


def test_what_goes_between_two_attempts_at_a_snapshot_leaves_the_mirror(archive, tmp_path) -> None:
    for name in ("a/1", "b/1", "c/1"):
        accepted = accept(archive, name, f"{name}年工作报告".encode())
        process(archive, accepted.item, worker="test")
    app = create_app(archive, archive.settings, followers=False)
    with TestClient(app, base_url="http://127.0.0.1:8321") as http:
        client = TestedClient(http)
        first = Mirror(client, tmp_path / "m").snapshot()
        assert next(first) == "a/1"  # and there the line breaks
        first.close()
        withdraw(archive, "a/1")
        mirror = Mirror(client, tmp_path / "m")
        assert mirror.sequence is None
        assert list(mirror.snapshot()) == ["b/1", "c/1"]
        while mirror.follow():
            pass
        assert mirrored(tmp_path / "m") == served(client)
        assert not (tmp_path / "m" / "a" / "1" / "-").exists()
