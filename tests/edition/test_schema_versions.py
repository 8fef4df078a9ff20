"""The schemas are a contract: they change with their version or not at all, and only by adding."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from jiaokan.edition.schema import SCHEMAS, closed_schema, schema, schema_bytes
from jiaokan.normalize import normalize

PUBLISHED = Path(__file__).with_name("published_schemas.json")
"""Every version that was ever published: its SHA-256 and the members it had, as JSON paths."""


def members(node: Any, path: str = "") -> list[str]:
    if isinstance(node, list):
        return [member for entry in node for member in members(entry, path)]
    if not isinstance(node, dict):
        return []
    found = []
    for key, value in node.items():
        if key in ("properties", "$defs"):
            for name, inner in value.items():
                found.append(f"{path}/{name}")
                found += members(inner, f"{path}/{name}")
        else:
            found += members(value, path)
    return found


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_never_changes_without_its_version(name):
    version = schema(name)["x-version"]
    published = json.loads(PUBLISHED.read_text())[name]
    digest = hashlib.sha256(schema_bytes(name)).hexdigest()
    assert version in published, f"add version {version} of {name} to {PUBLISHED.name}: {digest}"
    assert digest == published[version]["sha256"], (
        f"{name}.schema.json was changed: raise its x-version and add it to {PUBLISHED.name}"
    )


@pytest.mark.parametrize("name", SCHEMAS)
def test_within_a_major_version_members_are_only_added(name):
    now = set(members(schema(name)))
    for version, entry in json.loads(PUBLISHED.read_text())[name].items():
        assert version.partition(".")[0] == schema(name)["$id"].rpartition(":")[2]
        assert set(entry["members"]) <= now, f"{name} {version} had members that are gone"


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_valid_and_named_in_what_is_stored(name):
    jsonschema.Draft202012Validator.check_schema(schema(name))
    jsonschema.Draft202012Validator.check_schema(closed_schema(name))
    assert schema(name)["properties"]["schema"]["const"] == f"jiaokan/{name}/1"


def test_there_is_no_third_schema():
    with pytest.raises(ValueError, match="content, record"):
        schema_bytes("edition")


TEXTS = (
    "一、工作回顾\r\n　　全年实现增加值１２亿元,同比增长7%。\r\n",
    "**一、總要求**\n以經濟建設為中心(yǐ jīng)。\n— 2 —\n堅持穩中求進。",
    "关于印发云山市2023年工作要点的通知\n云府办〔2023〕9号\n（一）稳增长。一是抓项目；二是促消费。\n附件：1. 名单",
    "x",
    "表1 主要指标\n二、收支\n表2 全市财政收支\n专栏1 重大工程\n建成12个项目。",
    "\ufeff只有一行",
)


@pytest.mark.parametrize("text", TEXTS)
def test_everything_written_is_described_by_the_schema(text):
    edition = normalize(text.encode())
    for name, written in (("content", edition.content_json()), ("record", edition.record_json())):
        jsonschema.Draft202012Validator(closed_schema(name)).validate(json.loads(written))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("", True),
        ("a", True),
        ("a\nb", True),
        ("\na", False),
        ("a\n", False),
        ("a\n\nb", False),
        ("\n", False),
    ],
)
def test_the_form_of_the_clean_text_is_part_of_the_contract(text, right):
    validator = jsonschema.Draft202012Validator(
        {"pattern": schema("content")["properties"]["text"]["pattern"]}
    )
    assert validator.is_valid(text) is right
