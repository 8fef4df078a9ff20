"""The promise of v1 holds, and the rules that say so find each way of breaking it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jiaokan.api import create_app
from jiaokan.archive import load_settings, open_archive
from jiaokan.contract.promise import broken, shape_of
from jiaokan.ingest.app import ROUTERS

PROMISED = Path(__file__).with_name("promised.json")
"""The shape of the OpenAPI document as it was promised. ``--update-goldens`` adds to it what is new, and only that."""


@pytest.fixture(scope="module")
def now(tmp_path_factory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("promise")
    archive = open_archive(load_settings(data=folder, objects="memory:", catalog="memory:", durable=False))
    document = create_app(archive, archive.settings, routers=ROUTERS, followers=False).openapi()
    archive.close()
    return shape_of(json.loads(json.dumps(document)))


def test_nothing_that_was_promised_is_broken(now, update_goldens) -> None:
    # Without the file everything is new: taking it away is how a promise that nobody relies on yet is given anew.
    promised = json.loads(PROMISED.read_text("utf-8")) if PROMISED.exists() else {"paths": {}}
    assert broken(promised, now) == [], "a client that works today would not: this belongs to /v2"
    if update_goldens:
        PROMISED.write_text(json.dumps(now, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
        promised = now
    assert promised == now, "what is new is promised from now on: look at it, then --update-goldens"


SMALL: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/v1/things": {
            "get": {
                "security": [{"key": ["read"]}],
                "parameters": [
                    {"in": "query", "name": "kind", "schema": {"enum": ["a", "b"]}},
                    {
                        "in": "query",
                        "name": "limit",
                        "schema": {"type": "integer", "minimum": 1, "maximum": 9},
                    },
                    {"in": "query", "name": "name", "schema": {"type": "string", "pattern": "^x"}},
                ],
                "responses": {
                    "200": {
                        "headers": {"ETag": {"schema": {"type": "string"}}},
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Things"}},
                            "text/plain": {"schema": {"type": "string"}},
                        },
                    }
                },
            },
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}},
                },
                "responses": {"201": {}},
            },
        }
    },
    "components": {
        "schemas": {
            "Things": {
                "type": "object",
                "required": ["things", "cursor"],
                "properties": {
                    "things": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
                    "cursor": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                },
            },
            "Thing": {
                "type": "object",
                "required": ["id", "state", "inner"],
                "properties": {
                    "id": {"type": "integer"},
                    "title": {"type": "string"},
                    "state": {"enum": ["on", "off"]},
                    "inner": {"anyOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "null"}]},
                },
            },
            "New": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name"],
                "properties": {"name": {"type": "string", "maxLength": 10}, "note": {"type": "string"}},
            },
        }
    },
}

GET = ("paths", "/v1/things", "get")
THING = ("components", "schemas", "Thing")
NEW = ("components", "schemas", "New")


def at(document: Any, *steps: Any) -> Any:
    for step in steps:
        document = document[step]
    return document


BREAKS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "a path is gone": (lambda d: d["paths"].clear(), "GET /v1/things: is gone"),
    "a method is gone": (lambda d: d["paths"]["/v1/things"].pop("post"), "POST /v1/things: is gone"),
    "a parameter is gone": (lambda d: at(d, *GET)["parameters"].pop(0), "kind is gone"),
    "a parameter is required": (lambda d: at(d, *GET, "parameters", 0).update(required=True), "required now"),
    "a new parameter is required": (
        lambda d: at(d, *GET)["parameters"].append({"in": "query", "name": "n", "required": True, "schema": {}}),
        "new parameter n is required",
    ),
    "a filter takes fewer values": (
        lambda d: at(d, *GET, "parameters", 0, "schema", "enum").remove("a"), "'a' is gone"),
    "a filter takes lower numbers": (
        lambda d: at(d, *GET, "parameters", 1, "schema").update(maximum=5), "maximum is 5"),
    "a filter takes higher numbers": (
        lambda d: at(d, *GET, "parameters", 1, "schema").update(minimum=2), "minimum is 2"),
    "a filter must look otherwise": (
        lambda d: at(d, *GET, "parameters", 2, "schema").update(pattern="^y"), "must match ^y"),
    "a filter is of another type": (
        lambda d: at(d, *GET, "parameters", 1).update(schema={"type": "string"}), "is not taken as integer"),
    "another scope": (lambda d: at(d, *GET).update(security=[{"key": ["manage"]}]), "another scope"),
    "a status is gone": (lambda d: at(d, *GET)["responses"].pop("200"), "never answers 200"),
    "a header is gone": (lambda d: at(d, *GET, "responses", "200", "headers").clear(), "ETag is gone"),
    "a form is gone": (
        lambda d: at(d, *GET, "responses", "200", "content").pop("text/plain"), "does not come as text/plain"),
    "a member is gone": (lambda d: at(d, *THING, "properties").pop("title"), "member title is gone"),
    "a member may be missing": (lambda d: at(d, *THING, "required").remove("id"), "id may be missing"),
    "a member is of another type": (
        lambda d: at(d, *THING, "properties").update(id={"type": "string"}), "may be string now"),
    "a member may be null": (
        lambda d: at(d, *THING, "properties").update(title={"type": ["string", "null"]}), "may be null now"),
    "a member loses a value": (lambda d: at(d, *THING, "properties", "state", "enum").remove("off"), "'off' is gone"),
    "a member may be anything": (lambda d: at(d, *THING, "properties").update(state={}), "may be any"),
    "a body needs more": (lambda d: at(d, *NEW, "required").append("note"), "note is required now"),
    "a body takes less": (lambda d: at(d, *NEW, "properties").pop("note"), "member note is gone"),
    "a body takes shorter names": (
        lambda d: at(d, *NEW, "properties", "name").update(maxLength=5), "maxLength is 5"),
    "a body is of another form": (
        lambda d: at(d, "paths", "/v1/things", "post", "requestBody").update(content={"text/csv": {}}),
        "does not take application/json"),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_each_break_is_found(name: str) -> None:
    changed = copy.deepcopy(SMALL)
    change, says = BREAKS[name]
    change(changed)
    found = broken(SMALL, changed)
    assert any(says in one for one in found), found


ADDITIONS: dict[str, Callable[[Any], Any]] = {
    "nothing": lambda d: None,
    "a path": lambda d: d["paths"].update({"/v1/more": {"get": {"responses": {}}}}),
    "a parameter": lambda d: at(d, *GET)["parameters"].append({"in": "query", "name": "n", "schema": {}}),
    "a value of a filter": lambda d: at(d, *GET, "parameters", 0, "schema", "enum").append("c"),
    "a wider bound": lambda d: at(d, *GET, "parameters", 1, "schema").update(maximum=99),
    "a member": lambda d: at(d, *THING, "properties").update(more={"type": "string"}),
    "a value of a member": lambda d: at(d, *THING, "properties", "state", "enum").append("new"),
    "a member that is always there now": lambda d: at(d, *THING, "required").append("title"),
    "a member that is never null now": lambda d: at(
        d, "components", "schemas", "Things", "properties"
    ).update(cursor={"type": "string"}),
    "a member of a body": lambda d: at(d, *NEW, "properties").update(more={"type": "string"}),
    "a body without a bound": lambda d: at(d, *NEW, "properties", "name").pop("maxLength"),
    "words": lambda d: at(d, *GET).update(description="said better"),
}


@pytest.mark.parametrize("name", ADDITIONS)
def test_what_is_added_breaks_nothing(name: str) -> None:
    changed = copy.deepcopy(SMALL)
    ADDITIONS[name](changed)
    assert broken(SMALL, changed) == []


def test_a_member_called_title_is_no_word() -> None:
    shape = shape_of({**SMALL, "info": {"version": "1"}})
    assert "title" in at(shape, *THING, "properties")
    assert "info" not in shape


def test_whoever_updates_cannot_break() -> None:
    """The comparison comes before the writing: a break is never written into what was promised."""
    source = Path(__file__).read_text("utf-8")
    assert source.index("assert broken(promised, now) == []") < source.index("PROMISED.write_text(")


def test_no_member_of_any_form_can_go_unseen(now) -> None:
    """Every member of every form, one after another, is taken away: each time the comparison tells."""
    unseen = []
    for name, form in now["components"]["schemas"].items():
        for member in form.get("properties", {}):
            changed = {
                **now,
                "components": {**now["components"], "schemas": {**now["components"]["schemas"]}},
            }
            changed["components"]["schemas"][name] = {
                **form,
                "properties": {key: value for key, value in form["properties"].items() if key != member},
                "required": [one for one in form.get("required", ()) if one != member],
            }
            if not broken(now, changed) and name != "Problem":
                unseen.append(f"{name}.{member}")
    assert unseen == []
