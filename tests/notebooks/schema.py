"""Notebooks as nbformat's own JSON schema allows them, at random."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import nbformat.v4
from hypothesis import strategies as st

from tests.notebooks.documents import json_values, texts

MINORS = range(6)

_keys = texts.filter(lambda key: key not in ("trusted", ""))
_ids = st.from_regex(r"[a-zA-Z0-9_-]{1,64}", fullmatch=True)


@cache
def valid_notebooks(minor: int) -> st.SearchStrategy[dict[str, Any]]:
    """Return notebooks that are valid for nbformat 4.`minor`."""
    path = Path(nbformat.v4.__file__).with_name(f"nbformat.v4.{minor}.schema.json")
    schema = json.loads(path.read_text())
    return _of(schema, schema).map(
        lambda found: found | {"nbformat": 4, "nbformat_minor": minor}
    )


def _of(schema: dict[str, Any], root: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "$ref" in schema:
        found = root
        for name in schema["$ref"].split("/")[1:]:
            found = found[name]
        return st.deferred(lambda: _of(found, root))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "oneOf" in schema:
        return st.one_of([_of(one, root) for one in schema["oneOf"]])
    kinds = schema.get("type", "any")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return st.one_of([_of_kind(kind, schema, root) for kind in kinds])


def _of_kind(
    kind: str, schema: dict[str, Any], root: dict[str, Any]
) -> st.SearchStrategy[Any]:
    match kind:
        case "object":
            return _objects(schema, root)
        case "array":
            items = _of(schema.get("items", {}), root)
            unique = {"unique_by": json.dumps} if schema.get("uniqueItems") else {}
            return st.lists(items, max_size=3, **unique)
        case "string":
            return _ids if "pattern" in schema else texts
        case "integer":
            return st.integers(schema.get("minimum", -(2**70)), 2**70)
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "any":
            return json_values
    raise AssertionError(f"the schema has a type {kind}")


@st.composite
def _objects(
    draw: st.DrawFn, schema: dict[str, Any], root: dict[str, Any]
) -> dict[str, Any]:
    properties = schema.get("properties", {})
    required = schema.get("required", [])
    found = {}
    for name, inner in properties.items():
        if name in required or draw(st.booleans()):
            found[name] = draw(_of(inner, root))
    patterns = schema.get("patternProperties", {})
    more = patterns.get(".*", schema.get("additionalProperties", True))
    if more:
        values = json_values if more is True else _of(more, root)
        others = _keys.filter(
            lambda key: key not in properties and not _matching(patterns, key)
        )
        found |= draw(st.dictionaries(others, values, max_size=2))
    for name in ("application/vnd.test+json", "text/x.test"):
        for inner in _matching(patterns, name):
            if draw(st.booleans()):
                found[name] = draw(_of(inner, root))
    return found


def _matching(patterns: dict[str, Any], key: str) -> list[Any]:
    return [
        inner
        for pattern, inner in patterns.items()
        if pattern != ".*" and re.search(pattern, key)
    ]
