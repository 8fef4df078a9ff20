"""The table of scopes is what the code does: every operation, every scope, every wrong key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jiaokan.api import create_app
from jiaokan.archive import SCOPES, Keys
from jiaokan.ingest.app import ROUTERS
from jiaokan.web.scopes import guarded_operations, scope_table

from .conftest import TestClient

DOCUMENT = Path(__file__).parents[2] / "docs" / "access.md"
MARKER = "writes it anew -->\n"
VALUES = {"number": "1", "section": "report", "sha256": "0" * 64, "facet": "kind", "name": "content"}


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


def test_every_operation_against_every_scope(app, archive, publish, monkeypatch) -> None:
    publish("a", labels=("mine",))
    monkeypatch.setattr("jiaokan.ingest.taking.dispatch", lambda *_: True)
    keys = Keys(archive.catalog.database)
    tokens = {scope: keys.create(scope, [scope])[1] for scope in SCOPES}
    revoked, token = keys.create("revoked", list(SCOPES))
    keys.revoke(revoked.prefix)
    wrong = {"none": None, "wrong": "jk_aaaaaaaa_" + "A" * 43, "revoked": token, "no key at all": "Bearer"}
    with TestClient(app, base_url="http://127.0.0.1:8321") as client:
        for one in guarded_operations(app):
            if one.path == "/v1/feed/stream":
                continue  # it never ends; its dependency is the same
            path = re.sub(r"\{(\w+)\}", lambda match: VALUES.get(match[1], "a"), one.path)
            for name, given in wrong.items():
                headers = {} if given is None else {"Authorization": f"Bearer {given}"}
                answer = client.request(one.method, path, headers=headers)
                assert (answer.status_code == 401) == (one.scope != "anyone"), (one, name, answer.status_code)
            for scope, given in tokens.items():
                answer = client.request(one.method, path, headers={"Authorization": f"Bearer {given}"})
                code = answer.json().get("code") if answer.status_code == 403 else None
                refused = code == "scope-missing"
                assert answer.status_code != 401, (one, scope)
                assert refused == (one.scope not in ("anyone", scope)), (one, scope, answer.status_code, code)
