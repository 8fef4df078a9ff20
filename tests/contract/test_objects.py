"""The typed forms of content and record say what their schemas say."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, NotRequired, get_args, get_origin, get_type_hints

import pytest

from jiaokan.contract import shapes
from jiaokan.edition.schema import schema

BESIDE = {(shapes.Mark, "level"), (shapes.Mark, "rows")}
"""Members of a mark that belong to its kind; the schema leaves them open."""


def compared(form: Any, node: dict[str, Any], whole: dict[str, Any], path: str = "") -> list[str]:
    """Compare a form with a node of the schema, and what is below them; gives where they differ."""
    if "$ref" in node:
        node = whole["$defs"][node["$ref"].rpartition("/")[2]]
    if "items" in node:
        (inner,) = get_args(form) or (None,)
        return compared(inner, node["items"], whole, f"{path}[]")
    forms = [one for one in (form, *get_args(form)) if hasattr(one, "__required_keys__")]
    branches = [branch for branch in node.get("oneOf", ()) if "$ref" in branch]
    if not forms or not (node.get("properties") or branches):
        return [f"{path}: {form} for {sorted(node)}"] if forms or node.get("properties") else []
    (told,) = forms
    every = [whole["$defs"][branch["$ref"].rpartition("/")[2]] for branch in branches] or [node]
    named = {name: inner for one in every for name, inner in one["properties"].items()}
    required = set.intersection(*(set(one.get("required", ())) for one in every))
    wrong = []
    hints = get_type_hints(told, include_extras=True)
    always = {name for name, hint in hints.items() if get_origin(hint) is not NotRequired}
    hints = {name: hint for name, hint in get_type_hints(told).items() if (told, name) not in BESIDE}
    if always != required:
        wrong.append(f"{path}: required {sorted(always ^ required)}")
    if set(hints) != set(named):
        wrong.append(f"{path}: members {sorted(set(hints) ^ set(named))}")
    for name in named.keys() & hints.keys():
        wrong += compared(hints[name], named[name], whole, f"{path}/{name}")
    return wrong


@pytest.mark.parametrize(("name", "form"), [("content", shapes.Content), ("record", shapes.Record)])
def test_a_form_has_the_members_of_its_schema(name, form):
    whole = schema(name)
    assert compared(form, whole, whole) == []


def test_a_difference_would_be_seen():
    whole = deepcopy(schema("content"))
    assert compared(shapes.Record, whole, whole)
    del whole["properties"]["metadata"]["$ref"]
    assert compared(shapes.Content, whole, whole)
    whole = deepcopy(schema("content"))
    whole["$defs"]["section"]["properties"]["more"] = {"type": "string"}
    assert compared(shapes.Content, whole, whole) == ["/sections[]: members ['more']"]
