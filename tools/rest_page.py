"""The pages of the REST API, made of its OpenAPI document.

`docs/rest-api.md` is written by hand down to a mark; below it stands what this makes.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Sequence
from typing import Any

MARK = "<!-- What follows is made by `make contract` of what the routes declare. -->"

_LIST = "/runs"
_OF_PAGES = ("limit", "cursor", "since")
_METHODS = ("get", "post", "put", "patch", "delete")
_SHOWN_ERRORS = ("404", "409", "413", "416")


def with_routes(page: str, document: dict[str, Any]) -> str:
    """Return the page with the routes of the document below its mark."""
    written = page.partition(MARK)[0]
    return f"{written}{MARK}\n\n{routes(document)}"


def routes(document: dict[str, Any]) -> str:
    """Return every route, by subject: first all of them in a table, then one by one."""
    told = []
    # The same in all that is about a list: told once.
    of_lists = [
        one
        for one in document["paths"][_LIST]["get"]["parameters"]
        if one["in"] == "query" and one["name"] not in _OF_PAGES
    ]
    for subject in (tag["name"] for tag in document["tags"]):
        found = [
            (path, method, item[method])
            for path, item in document["paths"].items()
            for method in _METHODS
            if method in item and item[method]["tags"] == [subject]
        ]
        told += [f"## {subject}", _table(found)]
        told += [_route(*one, of_lists) for one in found]
    return "\n\n".join(told) + "\n"


def shapes(document: dict[str, Any]) -> str:
    """Return the page of all structs that routes take and answer."""
    told = [
        "# What the REST API says",
        "Every struct that a route of [the REST API](rest-api.md) takes or answers, by "
        "name, with its fields. `?` marks those that may be left out of a body; in an "
        "answer every field is there. Made by `make contract`.",
    ]
    for name, schema in sorted(document["components"]["schemas"].items()):
        told.append(f"## {name}")
        if schema.get("description"):
            told.append(_prose(schema["description"]))
        if "properties" not in schema:
            told.append(f"{_type(schema)}.")
            continue
        rows = [
            (
                f"`{field}`" + ("" if field in schema.get("required", ()) else " ?"),
                _cell(_type(rules)),
                _cell(rules.get("description", "")),
            )
            for field, rules in schema["properties"].items()
        ]
        told.append(_rows(("field", "type", ""), rows))
    return "\n\n".join(told) + "\n"


def _table(found: list[tuple[str, str, dict[str, Any]]]) -> str:
    rows = [
        (
            f"[`{method.upper()} {path[1:]}`](#{_anchor(method, path)})",
            _cell(told["summary"]),
        )
        for path, method, told in found
    ]
    return _rows(("route", ""), rows)


def _route(
    path: str, method: str, told: dict[str, Any], of_lists: list[dict[str, Any]]
) -> str:
    parts = [f"### {method.upper()} {path[1:]}", told["summary"]]
    if "description" in told:
        parts.append(_prose(told["description"]))
    taken = told["parameters"]
    if path != _LIST and all(one in taken for one in of_lists):
        taken = [one for one in taken if one not in of_lists]
        parts.append(
            f"Which runs, in which order: what [`GET runs`](#get-runs) takes, from "
            f"`{of_lists[0]['name']}` to `{of_lists[-1]['name']}`."
        )
    rows = [
        (
            f"`{one['name']}`",
            _cell(_kind(one)),
            _cell(one.get("description", "")),
        )
        for one in taken
        if one["in"] in ("path", "query")
    ]
    if rows:
        parts.append(_rows(("parameter", "takes", ""), rows))
    if "requestBody" in told:
        body = told["requestBody"]
        content = body["content"]["application/json"]
        example = ""
        if "example" in content:
            example = f"\n\n```json\n{json.dumps(content['example'])}\n```"
        parts.append(
            f"Body: {_type(content['schema'])}. {body['description']}{example}"
        )
    parts.append(_answers(told["responses"]))
    return "\n\n".join(parts)


def _answers(responses: dict[str, Any]) -> str:
    good = next(code for code in responses if code.startswith("2"))
    kinds = [
        _type(content["schema"])
        if content["schema"].get("$ref")
        else f"`{kind.partition(';')[0]}`"
        for kind, content in responses[good]["content"].items()
    ]
    said = f"Answer: {good}, {' or '.join(kinds)}."
    more = [f"`{code}`" for code in _SHOWN_ERRORS if code in responses]
    if "206" in responses:
        said += " A part of it: 206."
    return said + (f" Errors of its own: {', '.join(more)}." if more else "")


def _kind(parameter: dict[str, Any]) -> str:
    rules = parameter["schema"]
    said = _type(rules)
    if rules.get("type") == "array":
        most = rules.get("maxItems")
        said = f"{_type(rules['items'])}, again and again"
        said += f", up to {most:,}" if most else ""
    default = rules.get("default")
    if default is not None and default is not False:
        shown = ", ".join(default) if isinstance(default, list) else str(default)
        said += f"; `{shown}`"
    return said + ("; needed" if parameter["required"] else "")


def _type(rules: dict[str, Any]) -> str:
    """Return what a schema allows, with links to the structs in it."""
    if "$ref" in rules:
        name = rules["$ref"].rpartition("/")[2]
        return f"[`{name}`](rest-shapes.md#{name.lower()})"
    if "anyOf" in rules:
        return " or ".join(_type(one) for one in rules["anyOf"])
    if "enum" in rules:
        return ", ".join(f"`{one}`" for one in rules["enum"])
    low, high = rules.get("minimum"), rules.get("maximum")
    among = ""
    if low is not None and high is not None and high < 2**53 - 1:
        among = f" {low:,} to {high:,}"
    match rules.get("type"):
        case "array":
            return f"list of {_type(rules.get('items', {}))}"
        case "object" if isinstance(rules.get("additionalProperties"), dict):
            return f"object of {_type(rules['additionalProperties'])}"
        case "integer":
            return f"whole number{among}"
        case "string" if "maxLength" in rules:
            return f"text, at most {rules['maxLength']:,}"
        case "string":
            return "text"
        case None:
            return "anything"
        case kind:
            return f"{kind}{among}"


def _prose(text: str) -> str:
    return inspect.cleandoc(text)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _rows(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _anchor(method: str, path: str) -> str:
    """Return how a heading is linked to, as GitHub names it."""
    words = f"{method} {path[1:]}".lower().replace(" ", "-")
    return "".join(letter for letter in words if letter.isalnum() or letter in "-_")
