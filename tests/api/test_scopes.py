"""The table of scopes is what the code does: every operation, every scope, no key, wrong, revoked and foreign ones."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from jiaokan.api import create_app, feed
from jiaokan.archive import SCOPES, Archive, Keys, Subscriptions, withdraw
from jiaokan.ingest.app import ROUTERS
from jiaokan.web.scopes import guarded_operations, scope_table
from jiaokan.worker.processing import process

from .conftest import NEXT, REPORT, TestClient

DOCUMENT = Path(__file__).parents[2] / "docs" / "access.md"
MARKER = "writes it anew -->\n"


class Row(NamedTuple):
    """A row of the table in the document."""

    method: str
    path: str
    scope: str
    foreign: str


def rows() -> list[Row]:
    found = re.findall(
        r"^\| `(\w+) (\S+)` \| (\w+) \| ([\w -]+?) \|", DOCUMENT.read_text("utf-8"), re.MULTILINE
    )
    return [Row(*one) for one in found]


@pytest.fixture
def app(archive):
    return create_app(archive, archive.settings, routers=ROUTERS, followers=False)


def test_the_document_holds_the_table(app, update_goldens) -> None:
    head, _, table = DOCUMENT.read_text("utf-8").partition(MARKER)
    wanted = "\n" + scope_table(app)
    if update_goldens:
        DOCUMENT.write_text(f"{head}{MARKER}{wanted}", "utf-8")
        table = wanted
    assert table == wanted


def test_every_operation_asks_for_a_scope(app) -> None:
    open_to_anyone = {one.path for one in guarded_operations(app) if one.scope == "anyone"}
    assert open_to_anyone == {"/v1/schemas/{name}", "/v1/problems", "/v1/problems/{code}"}


def test_every_address_of_the_app_is_in_the_table_or_is_known_to_need_none(app) -> None:
    """What the OpenAPI document leaves out is left out on purpose: pages (tested on their own), health, signed URLs."""
    hidden = {
        route.path
        for router in app.state.routers
        for route in router.routes
        if not getattr(route, "include_in_schema", False)
    }
    assert {path for path in hidden if path.startswith("/v1")} == {"/v1/objects/{key:path}"}
    listed = {(one.method, one.path) for one in rows()}
    assert listed == {(one.method, one.path) for one in guarded_operations(app)}


@dataclass
class World:
    """Report ``a`` of the label mine with two editions, ``b/1`` of the label other, and a key of each kind."""

    client: TestClient
    archive: Archive
    tokens: dict[str, str]
    names: dict[str, str]

    def ask(self, row: Row, token: str | None, **changed: str) -> Any:
        names = {**self.names, **changed}
        path = re.sub(r"\{(\w+)\}", lambda match: names[match[1]], row.path)
        options = BODIES.get((row.method, row.path), lambda _: {})(names)
        headers = {**options.pop("headers", {}), **({"Authorization": f"Bearer {token}"} if token else {})}
        return self.client.request(row.method, path, headers=headers, **options)


def _between(names: dict[str, str]) -> dict[str, Any]:
    return {"params": {"before": names["report"], "after": names["report"]}}


def _why(_: dict[str, str]) -> dict[str, Any]:
    return {"json": {"why": "test"}}


BODIES: dict[tuple[str, str], Callable[[dict[str, str]], dict[str, Any]]] = {
    ("GET", "/v1/differences"): _between,
    ("GET", "/v1/reports/{report}/-/differences"): lambda _: {"params": {"before": "1"}},
    ("GET", "/v1/reports/{report}/-/editions/{number}/trace"): lambda _: {"params": {"start": 0, "end": 2}},
    ("GET", "/v1/revisions"): lambda _: {"params": {"state": "published"}},
    ("GET", "/v1/search"): lambda _: {"params": {"q": "工业经济"}},
    ("GET", "/v1/series"): lambda names: {"params": {"region": "440000", "kind": names["kind"]}},
    ("POST", "/v1/keys"): lambda _: {"json": {"name": "new", "scopes": ["read"]}},
    ("POST", "/v1/reports/{report}/-/amendments"): lambda _: {"json": {"metadata": {"title": "别名"}}},
    ("POST", "/v1/reports/{report}/-/erasure"): _why,
    ("POST", "/v1/reports/{report}/-/restoration"): _why,
    ("POST", "/v1/reports/{report}/-/withdrawal"): _why,
    ("PUT", "/v1/reports/{report}/-/source"): lambda _: {"content": NEXT.encode() + "再改".encode()},
    ("POST", "/v1/subscriptions"): lambda _: {"json": {"url": "https://8.8.8.8/hook"}},
    ("PATCH", "/v1/subscriptions/{subscription}"): lambda _: {"json": {"state": "paused"}},
    ("POST", "/v1/uploads"): lambda names: {
        "data": {"report": names["report"]},
        "files": {"file": ("a.txt", REPORT.encode())},
    },
    ("POST", "/v1/uploads/presigned"): lambda names: {"json": {"report": names["report"], "size": 5}},
}
"""What an operation needs to succeed, beside its address."""

NOT_FOUND_EITHER_WAY = {("POST", "/v1/uploads/{upload}/complete")}
"""The number of an upload is 128 random bits, told to who asked for it; of an unknown one nobody is told more."""


@pytest.fixture
def world(app, archive, publish, monkeypatch, request) -> Iterator[World]:
    guangdong = REPORT.replace("临江省", "广东省")
    for report, label in (("a", "mine"), ("b/1", "other")):
        publish(report, guangdong, labels=(label,))
        publish(report, guangdong.replace("5.2%", "6.1%"), labels=(label,))
    monkeypatch.setattr(
        "jiaokan.ingest.taking.dispatch",
        lambda kept, accepted: accepted.item is None or process(kept, accepted.item, worker="test"),
    )
    monkeypatch.setattr(feed, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(feed, "HEARTBEAT", 0.05)
    real = feed._stream
    monkeypatch.setattr(feed, "_stream", lambda *given: _first(real(*given), 6))
    keys = Keys(archive.catalog.database)
    tokens = {scope: keys.create(scope, [scope])[1] for scope in SCOPES}
    revoked, tokens["revoked"] = keys.create("revoked", list(SCOPES))
    keys.revoke(revoked.prefix)
    tokens["foreign"] = keys.create("foreign", list(SCOPES), labels=["nobody's"[:6]])[1]
    tokens["own"] = keys.create("own", list(SCOPES), labels=["mine"])[1]
    spare, _ = keys.create("spare", ["read"])
    found = archive.catalog.reports.get("a")
    made = Subscriptions(archive.catalog.database).create(
        url="https://8.8.8.8/", secret="whsec_AAAA", owner=tokens["read"].split("_")[1], labels=None, after=0
    )
    names = {
        "report": "a",
        "number": "1",
        "section": "report",
        "facet": "kind",
        "name": "content",
        "code": "empty",
        "kind": found.latest.facts.kind,
        "revision": found.latest.revision,
        "prefix": spare.prefix,
        "subscription": made.id,
        "upload": "0" * 32,
        "sha256": "",
    }
    if "restoration" in request.node.name:
        withdraw(archive, "a", by="test", why="test")
    names["sha256"] = found.latest.record if "records" in request.node.name else found.latest.content
    with TestClient(app, base_url="http://127.0.0.1:8321") as client:
        yield World(client, archive, tokens, names)


async def _first(stream, count: int):
    async for piece in stream:
        yield piece
        count -= 1
        if not count:
            return


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.method} {row.path}")
def test_each_row_holds(world: World, row: Row) -> None:
    wrong = {
        "none": None,
        "wrong": "jk_aaaaaaaa_" + "A" * 43,
        "revoked": world.tokens["revoked"],
        "word": "x",
    }
    for name, token in wrong.items():
        answer = world.ask(row, token)
        if row.scope == "anyone":
            assert answer.status_code == 200, name
        else:
            assert (answer.status_code, answer.json()["code"]) == (401, "key-needed"), name
            assert answer.headers["www-authenticate"].startswith("Bearer")
    if row.scope == "anyone":
        return
    for scope in SCOPES:
        if scope != row.scope:
            answer = world.ask(row, world.tokens[scope])
            assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing"), scope
    _foreign_labels(world, row)
    _limited_to_its_own(world, row)
    answer = world.ask(row, world.tokens[row.scope])
    if (row.method, row.path) in NOT_FOUND_EITHER_WAY:
        assert answer.json()["code"] == "upload-unknown"
    else:
        assert answer.is_success, answer.text


def _foreign_labels(world: World, row: Row) -> None:
    answer = world.ask(row, world.tokens["foreign"])
    if row.foreign == "404" and row.path == "/v1/uploads":
        assert answer.status_code == 404
        assert answer.json()["uploads"][0]["problem"]["code"] == "report-unknown"
    elif row.foreign == "404":
        assert answer.status_code == 404, answer.text
        assert answer.json()["code"] in ("report-unknown", "subscription-unknown")
        nothing = world.ask(
            row, world.tokens["foreign"], report="none", revision="0" * 28, subscription="none"
        )
        if row.method == "GET":  # whether it exists is told to nobody who may not read it
            assert nothing.status_code == 404
            assert nothing.json()["code"].endswith("-unknown")
    elif row.foreign == "403":
        assert (answer.status_code, answer.json()["code"]) == (403, "labels-limited")
    elif row.foreign == "left out":
        assert answer.status_code in (200, 404), answer.text
        for hidden in ('"report":"a"', '"id":"a"', "b/1", "工业经济"):
            assert hidden not in answer.text
        if answer.status_code == 404:
            assert answer.json()["code"] == "series-unknown"
    else:
        assert answer.status_code not in (401, 403), answer.text


def _limited_to_its_own(world: World, row: Row) -> None:
    """A key limited to the report's own label is told of it, and of no other."""
    if row.foreign == "left out":
        answer = world.ask(row, world.tokens["own"])
        assert answer.is_success
        assert "b/1" not in answer.text
        if row.path != "/v1/feed/stream":
            assert re.search(r'"(report|id)":"a"|"reports":\["a"\]', answer.text), answer.text
        else:
            told = [json.loads(line[6:]) for line in answer.text.split("\n") if line.startswith("data: ")]
            assert {event["report"] for event in told} == {"a"}
