"""The promise of v1 as rules: what of an OpenAPI document may never change, told from two versions of it.

docs/promise.md says it in words. What a client sends must go on being taken, so requests never narrow; what a client
reads must go on being there and of its type, so answers never lose a member nor widen a type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

Document = Mapping[str, Any]

_WORDS: Final = frozenset({"description", "summary", "title", "example", "examples", "operationId", "tags"})
"""What explains and promises nothing."""

_METHODS: Final = ("get", "put", "post", "patch", "delete")
_UPPER: Final = ("maximum", "maxLength", "maxItems")
_LOWER: Final = ("minimum", "minLength", "minItems")


def shape_of(document: Document) -> dict[str, Any]:
    """Give what a document promises, without its words and without this release's version."""
    shape = {name: document[name] for name in ("openapi", "paths", "components") if name in document}
    stripped = _without_words(shape)
    assert isinstance(stripped, dict)
    return stripped


def broken(before: Document, after: Document) -> list[str]:
    """Tell how ``after`` breaks what ``before`` promised; empty when it only adds."""
    return list(_Comparison(before, after).paths())


def _without_words(node: Any, *, named: bool = False) -> Any:
    """Drop the words; a member of ``properties`` is no word, even when it is called title."""
    if isinstance(node, list):
        return [_without_words(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _without_words(value, named=key in ("properties", "schemas", "headers", "paths", "responses"))
        for key, value in node.items()
        if named or key not in _WORDS
    }


class _Comparison:
    def __init__(self, before: Document, after: Document) -> None:
        self._before = before
        self._after = after
        self._seen: set[tuple[int, int, bool]] = set()

    def paths(self) -> Iterator[str]:
        for path, methods in self._before["paths"].items():
            for method in _METHODS:
                if method not in methods:
                    continue
                where = f"{method.upper()} {path}"
                now = self._after["paths"].get(path, {}).get(method)
                if now is None:
                    yield f"{where}: is gone"
                    continue
                yield from self._operation(where, methods[method], now)

    def _operation(self, where: str, before: Document, after: Document) -> Iterator[str]:
        if before.get("security", []) != after.get("security", []):
            yield f"{where}: needs another scope"
        yield from self._parameters(where, before, after)
        yield from self._body(where, before.get("requestBody"), after.get("requestBody"))
        for status, answer in before.get("responses", {}).items():
            now = after.get("responses", {}).get(status)
            if now is None:
                yield f"{where}: never answers {status} any more"
                continue
            at = f"{where} → {status}"
            yield from (f"{at}: the field {name} is gone" for name in _missing(answer, now, "headers"))
            for media_type, told in answer.get("content", {}).items():
                if media_type not in now.get("content", {}):
                    yield f"{at}: does not come as {media_type} any more"
                    continue
                there = now["content"][media_type].get("schema", {})
                yield from self._schema(f"{at} {media_type}", told.get("schema", {}), there, sent=False)

    def _parameters(self, where: str, before: Document, after: Document) -> Iterator[str]:
        old = {(one["in"], one["name"]): one for one in before.get("parameters", ())}
        new = {(one["in"], one["name"]): one for one in after.get("parameters", ())}
        for key, one in old.items():
            at = f"{where}: the parameter {key[1]}"
            if key not in new:
                yield f"{at} is gone"
                continue
            if new[key].get("required") and not one.get("required"):
                yield f"{at} is required now"
            yield from self._schema(at, one.get("schema", {}), new[key].get("schema", {}), sent=True)
        for key, one in new.items():
            if key not in old and one.get("required"):
                yield f"{where}: the new parameter {key[1]} is required"

    def _body(self, where: str, before: Document | None, after: Document | None) -> Iterator[str]:
        if after is not None and after.get("required") and not (before or {}).get("required"):
            yield f"{where}: a body is required now"
        for media_type, told in ((before or {}).get("content", {})).items():
            now = ((after or {}).get("content", {})).get(media_type)
            if now is None:
                yield f"{where}: does not take {media_type} any more"
                continue
            at = f"{where}: the body"
            yield from self._schema(at, told.get("schema", {}), now.get("schema", {}), sent=True)

    def _schema(self, where: str, before: Any, after: Any, *, sent: bool) -> Iterator[str]:
        """Compare two schemas: what is ``sent`` must not be taken less, what is read must not be told otherwise."""
        before, after = _resolved(self._before, before), _resolved(self._after, after)
        old, new = _alternatives(self._before, before), _alternatives(self._after, after)
        yield from _types(where, old, new, sent=sent)
        for name, one in old.items():
            if name in new:
                yield from self._one(where, one, new[name], sent=sent)

    def _one(self, where: str, before: Document, after: Document, *, sent: bool) -> Iterator[str]:
        pair = (id(before), id(after), sent)
        if pair in self._seen:
            return  # a form that many answers have is told of once, and one that holds itself ends
        self._seen.add(pair)
        yield from _values(where, before, after, sent=sent)
        if sent:
            yield from _bounds(where, before, after)
        names = before.get("properties", {})
        for name in _missing(before, after, "properties"):
            yield f"{where}: the member {name} is gone"
        for name, inner in names.items():
            if name in after.get("properties", {}):
                yield from self._schema(f"{where}.{name}", inner, after["properties"][name], sent=sent)
        required, now = set(before.get("required", ())), set(after.get("required", ()))
        if sent:
            yield from (f"{where}: the member {name} is required now" for name in sorted(now - required))
            if after.get("additionalProperties") is False and before.get("additionalProperties") is not False:
                yield f"{where}: takes no further members any more"
        else:
            yield from (f"{where}: the member {name} may be missing now" for name in sorted(required - now))
        if isinstance(before.get("items"), dict) and isinstance(after.get("items"), dict):
            yield from self._schema(f"{where}[]", before["items"], after["items"], sent=sent)


def _resolved(document: Document, schema: Any) -> Any:
    while "$ref" in schema:
        node: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            node = node[part]
        schema = node
    return schema


def _alternatives(document: Document, schema: Document) -> dict[str, Document]:
    """Give the alternatives of a schema by what tells them apart: their type, and for objects the members they need."""
    found: dict[str, Document] = {}
    choices = schema.get("anyOf") or schema.get("oneOf") or [schema]
    for choice in choices:
        one = _resolved(document, choice)
        if one is not schema and ("anyOf" in one or "oneOf" in one):
            found |= _alternatives(document, one)
            continue
        types = one.get("type") or _types_of(_listed(one)) or "anything"
        for name in types if isinstance(types, list) else [types]:
            key = name if name != "object" or len(choices) == 1 else f"object {choice.get('$ref', '')}"
            found[key] = one
    return found


_NAMES: Final = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


def _types_of(values: list[Any] | None) -> list[str]:
    return sorted({_NAMES.get(type(value), "value") for value in values or ()})


def _types(where: str, old: Document, new: Document, *, sent: bool) -> Iterator[str]:
    if sent and "anything" not in new:
        yield from (f"{where}: is not taken as {name} any more" for name in old if not _covers(new, name))
    if not sent and "anything" not in old:
        yield from (f"{where}: may be {name} now" for name in new if not _covers(old, name))


def _covers(types: Document, name: str) -> bool:
    return name in types or (name == "integer" and "number" in types)


def _values(where: str, before: Document, after: Document, *, sent: bool) -> Iterator[str]:
    old, new = _listed(before), _listed(after)
    if old is not None and new is not None:
        yield from (f"{where}: the value {value!r} is gone" for value in old if value not in new)
    elif sent and new is not None:
        yield f"{where}: takes only {len(new)} values now"
    elif not sent and old is not None:
        yield f"{where}: may be any value now"


def _listed(schema: Document) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    values = schema.get("enum")
    return None if values is None else list(values)


def _bounds(where: str, before: Document, after: Document) -> Iterator[str]:
    for name in _UPPER:
        if name in after and (name not in before or after[name] < before[name]):
            yield f"{where}: {name} is {after[name]} now"
    for name in _LOWER:
        if name in after and after[name] > before.get(name, 0 if name != "minimum" else float("-inf")):
            yield f"{where}: {name} is {after[name]} now"
    if "pattern" in after and after["pattern"] != before.get("pattern"):
        yield f"{where}: must match {after['pattern']} now"


def _missing(before: Document, after: Document, member: str) -> list[str]:
    return [name for name in before.get(member, {}) if name not in after.get(member, {})]
