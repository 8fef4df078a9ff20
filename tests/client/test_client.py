"""The client against a running system, with both of its faces, and against the OpenAPI document."""

from __future__ import annotations

import asyncio
import inspect
import json
import subprocess
import sys
import time

import pytest

from jiaokan.api import create_app
from jiaokan.archive import load_settings, open_archive, withdraw
from jiaokan.client import AsyncClient, Client, ClientError, Retry
from jiaokan.client.faces import Listing, Operation
from jiaokan.client.methods import Methods
from jiaokan.client.requests import Pages, Request, Stream
from jiaokan.ingest.app import ROUTERS

from .conftest import REPORT

SAMPLES = {
    "source": b"x",
    "hints": {},
    "files": {"a.txt": b"x"},
    "scopes": ["read"],
    "number": 1,
    "size": 1,
    "start": 0,
    "end": 1,
}
NOT_OF_THE_API = {"put_promised", "content_unless"}
"""Asks another service; asks an address that another operation asks, with a condition."""
IN_OTHER_WORDS = {
    ("PUT", "/v1/reports/{report}/-/source"): {
        *("encoding", "declared", "script", "media_type", "parts"),
    },
    ("GET", "/v1/export"): {"form"},
}
"""Query parameters that a method states by an argument of another name."""


def made() -> dict[str, list[tuple[str, Request]]]:
    """Every method that makes one request, with what it makes of sample arguments."""
    found: dict[str, list[tuple[str, Request]]] = {}
    for name, method in vars(Methods).items():
        if not isinstance(method, Operation | Listing) or inspect.isgeneratorfunction(method.make):
            continue
        needed = [
            parameter.name
            for parameter in inspect.signature(method.make).parameters.values()
            if parameter.default is parameter.empty
            and parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
        ]
        value = method.make(**{one: SAMPLES.get(one, "a") for one in needed})
        request = value.first if isinstance(value, Pages | Stream) else value
        found.setdefault(f"{request.method} {request.template}", []).append((name, request))
    return found


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    archive = open_archive(
        load_settings(data=tmp_path_factory.mktemp("d"), objects="memory:", catalog="memory:", durable=False)
    )
    yield create_app(archive, archive.settings, routers=ROUTERS, followers=False).openapi()
    archive.close()


def test_the_client_covers_every_operation_of_the_document(document) -> None:
    documented = {
        f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods
    }
    asked = {key for key, uses in made().items() if any(name not in NOT_OF_THE_API for name, _ in uses)}
    assert asked == documented


def test_the_client_can_say_every_query_parameter(document) -> None:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            documented = {
                one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"
            } - IN_OTHER_WORDS.get((method.upper(), path), set())
            uses = made()[f"{method.upper()} {path}"]
            said = {
                name for method_name, _ in uses for name in _arguments(getattr(Methods, method_name).make)
            }
            assert documented <= said, (method, path)


def _arguments(make) -> set[str]:
    return set(inspect.signature(inspect.unwrap(make)).parameters) | _of_page(make)


def _of_page(make) -> set[str]:
    page = getattr(Methods, f"{getattr(make, '__name__', '')}_page", None)
    return set(inspect.signature(page.make).parameters) if page else set()


def test_a_program_that_asks_loads_nothing_that_answers() -> None:
    code = (
        "import sys, jiaokan.client\n"
        "heavy = {'fastapi', 'sqlalchemy', 'numpy', 'opencc', 'lxml', 'celery', 'minio', 'pydantic', 'chardet'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_a_report_from_upload_to_search(system, tmp_path) -> None:
    path = tmp_path / "2023.txt"
    path.write_text(REPORT)
    with Client(system.url) as client:
        revision = client.publish("linjiang/gxt/2023", path, labels=("gxt",))
        assert revision["state"] == "published"
        assert revision["edition"]["number"] == 1
        report = client.report("linjiang/gxt/2023")
        assert report["labels"] == ["gxt"]
        content = client.content("linjiang/gxt/2023")
        assert content.edition == 1
        assert json.loads(content.body)["text"] == client.text("linjiang/gxt/2023")
        assert client.content_unless(content.etag, "linjiang/gxt/2023") is None
        assert (
            client.content_by_hash("linjiang/gxt/2023", report["latest"]["content"]["sha256"]).body
            == content.body
        )
        assert client.record_by_hash("linjiang/gxt/2023", report["latest"]["record"]["sha256"]).body
        assert client.markdown("linjiang/gxt/2023").startswith("# ")
        assert client.source("linjiang/gxt/2023") == REPORT.encode()
        assert client.source("linjiang/gxt/2023", start=3, end=6) == REPORT.encode()[3:6]
        assert b"".join(client.source_stream("linjiang/gxt/2023")) == REPORT.encode()
        outline = client.outline("linjiang/gxt/2023")
        chapter = next(one for one in outline["sections"] if one["kind"] == "chapter")
        section = client.section("linjiang/gxt/2023", chapter["anchor"], deep=True)
        assert [one["heading"] for one in section["sections"]] == ["工业经济平稳运行"]
        assert client.trace("linjiang/gxt/2023", 0, 3)["text"] == "临江省"
        assert [one["heading"] for one in client.sections(section="c1.s1")] == ["工业经济平稳运行"]
        assert [one["id"] for one in client.search("规模以上企业")] == ["c1.s1"]
        assert client.values("label")["values"] == [{"value": "gxt", "reports": 1}]
        assert [one["about"]["number"] for one in client.export()] == [1]
        assert b"".join(client.export_parquet())[:4] == b"PAR1"
        amended = client.amend("linjiang/gxt/2023", {"metadata": {"title": "别名"}})
        assert client.settled(amended["revision"])["edition"]["number"] == 2
        assert client.differences("linjiang/gxt/2023", 1)["why"] == ["hints"]
        assert [one["number"] for one in client.editions("linjiang/gxt/2023")["editions"]] == [1, 2]
        assert len(client.revisions_of("linjiang/gxt/2023")["revisions"]) == 2
        assert [one["state"] for one in client.revisions("published")] == ["published", "published"]
        events = list(client.events())
        assert [one["sequence"] for one in events] == [1, 2]
        assert client.schema("content")["x-version"]
        assert client.problem("report-unknown")["status"] == 404


def test_lists_go_on_from_page_to_page(system) -> None:
    with Client(system.url) as client:
        for number in range(5):
            client.publish(f"a/{number}", REPORT.replace("2023", str(2010 + number)).encode())
        assert [one["id"] for one in client.reports(limit=2)] == [f"a/{number}" for number in range(5)]
        assert [one["sequence"] for one in client.events(limit=2)] == [1, 2, 3, 4, 5]
        assert len(list(client.sections(limit=3))) == len(list(client.sections()))
        assert len(list(client.search("规模以上企业", limit=2))) == 5


def test_other_ways_in(system, tmp_path) -> None:
    path = tmp_path / "b.txt"
    path.write_text(REPORT)
    with Client(system.url) as client:
        told = client.upload_files(
            {"a.txt": REPORT.encode(), "b.txt": path},
            manifest=[{"path": "a.txt", "report": "form/a", "labels": "x"}],
        )
        assert [one["report"] for one in told["uploads"]] == ["form/a", "b"]
        assert client.report("form/a")["labels"] == ["x"]
        receipt = client.upload_presigned("pre/1", path, labels="y")
        assert receipt["outcome"] == "new"
        assert client.report("pre/1")["labels"] == ["y"]
        assert client.notify_bucket() == {"hastened": True}


def test_what_is_refused_is_told(system) -> None:
    with Client(system.url) as client, pytest.raises(ClientError) as told:
        client.report("nothing/here")
    assert (told.value.code, told.value.status, told.value.retry) == ("report-unknown", 404, False)
    with pytest.raises(ClientError, match="is no address"):
        Client("ftp://x")


def test_keys_and_standing(system) -> None:
    with Client(system.url) as open_client:
        key = open_client.create_key("all", ["read", "upload", "manage"])
    time.sleep(1.1)  # for so long it may be remembered that there was no key
    with pytest.raises(ClientError) as told, Client(system.url) as nobody:
        nobody.keys()
    assert told.value.code == "key-needed"
    with Client(system.url, key["token"]) as client:
        client.publish("a/1", REPORT.encode())
        assert client.withdraw("a/1", "误传")["event"]["event"] == "withdrawn"
        with pytest.raises(ClientError) as gone:
            client.report("a/1")
        assert gone.value.code == "report-withdrawn"
        assert client.restore("a/1", "核对无误")["event"]["event"] == "restored"
        assert client.erase("a/1", "法院要求")["event"]["event"] == "erased"
        made = client.subscribe("https://8.8.8.8/hook")
        assert client.change_subscription(made["id"], state="paused")["state"] == "paused"
        assert [one["id"] for one in client.subscriptions()["subscriptions"]] == [made["id"]]
        client.unsubscribe(made["id"])
        second = client.create_key("second", ["read"], labels=["x"])
        client.revoke_key(second["prefix"])
        assert [one["revoked_at"] is None for one in client.keys()["keys"]].count(True) == 1
        actions = [one["action"] for one in client.audit()]
        assert actions[:2] == ["key-created", "withdraw"]


def test_the_feed_is_followed_and_goes_on_where_it_was_left(system) -> None:
    with Client(system.url) as client:
        client.publish("a/1", REPORT.encode())
        pages = client.follow(wait=0.1)
        assert [one["event"] for one in next(pages)["events"]] == ["added"]
        assert next(pages)["events"] == []
        withdraw(system.archive, "a/1", by="t", why="t")
        page = next(pages)
        assert [one["event"] for one in page["events"]] == ["withdrawn"]
        assert next(client.follow(after=page["next"], wait=0))["events"] == []
        stream = client.stream()
        assert [next(stream)["sequence"], next(stream)["sequence"]] == [1, 2]
        stream.close()


def test_the_same_with_asyncio(system, tmp_path) -> None:
    path = tmp_path / "2023.txt"
    path.write_text(REPORT)

    async def talk() -> None:
        async with AsyncClient(system.url) as client:
            revision = await client.publish("a/1", path)
            assert revision["edition"]["number"] == 1
            assert [one["id"] async for one in client.reports(limit=1)] == ["a/1"]
            first, second = await asyncio.gather(client.content("a/1"), client.record("a/1"))
            assert json.loads(second.body)["content"] == first.etag.strip('"').removesuffix("-gzip")
            receipt = await client.upload_presigned("pre/1", path)
            assert receipt["outcome"] == "new"
            told = await client.upload_files({"c.txt": path})
            assert told["uploads"][0]["report"] == "c"
            async for event in client.stream(after=1):
                assert event["sequence"] == 2
                break
            lines = [one["about"]["report"] async for one in client.export()]
            assert lines == ["a/1", "c", "pre/1"]
            with pytest.raises(ClientError, match="no report"):
                await client.report("none")

    asyncio.run(talk())


def test_nobody_there() -> None:
    with Client("http://127.0.0.1:1", retry=Retry(tries=2, first=0.001)) as client:
        with pytest.raises(ClientError, match="does not answer") as told:
            client.report("a")
        assert told.value.retry
        assert told.value.status is None
        with pytest.raises(ClientError, match="does not answer"):
            next(client.stream())
