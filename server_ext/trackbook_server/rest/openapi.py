"""The API as an OpenAPI 3.1 document, made of what its routes are declared by."""

import importlib
import re
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import fields

from trackbook_server.contract import API_VERSION, Problem
from trackbook_server.rest.answers import File
from trackbook_server.rest.endpoint import Endpoint, Route
from trackbook_server.rest.packing import MIN_GZIP_BYTES
from trackbook_server.rest.parameters import in_words, plain, schema_of

API = "trackbook/api"

_CONTRACT = "trackbook_server.contract"
_REF = "#/components/schemas/{name}"
_ABOUT = f"""Runs, their points, notebooks and files, as trackbook keeps them.

Within version {API_VERSION}, routes, parameters and fields are only added: ignore the
fields of an answer that you do not know. A request may name only what the server knows:
a misspelt parameter is refused, not ignored. `Trackbook-Api-Version` on every answer
says the version.

Every error is a `Problem`: `error` is its kind, `message` what is wrong and what to do.
Answers of more than {MIN_GZIP_BYTES:,} bytes come as gzip where that is accepted."""
_ERRORS = {
    400: "The request makes no sense; the message names what, and what it takes.",
    403: "Not logged in to Jupyter, or not allowed to.",
    404: "Nothing of that name.",
    409: "Several things of that name, or something in the way.",
    413: "The body is too large.",
    416: "The file has no byte in that range.",
    503: "The home can't be used, or a search took too long; the message says what "
    "mends it.",
}


def build_document(
    subjects: Mapping[str, Sequence[Route]], base_url: str = "/"
) -> dict[str, Any]:
    """Return the whole document, for a server below `base_url`."""
    paths: dict[str, dict[str, Any]] = {}
    for subject, routes in subjects.items():
        for route in routes:
            paths[f"/{route.template}"] = {
                method.lower(): _operation(route, method, found, subject)
                for method, found in route.endpoints().items()
            }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "trackbook",
            "version": API_VERSION,
            "description": _ABOUT,
            "license": {"name": "BSD-3-Clause", "identifier": "BSD-3-Clause"},
        },
        "servers": [{"url": f"{base_url.rstrip('/')}/{API}"}],
        "tags": [{"name": subject} for subject in subjects],
        "security": [{"header": []}, {"query": []}, {"cookie": []}],
        "paths": paths,
        "components": {
            "schemas": schemas(_CONTRACT, _REF),
            "responses": {str(status): _error(status) for status in _ERRORS},
            "headers": _HEADERS,
            "securitySchemes": _SECURITY,
        },
    }


def schemas(module_name: str, ref_template: str) -> dict[str, Any]:
    """Return the schemas of all structs that a module exports, by name."""
    exported = exports(module_name)
    found_by_place, found = msgspec.json.schema_components(
        exported.values(), ref_template=ref_template
    )
    named = {
        name: schema
        for name, schema in zip(exported, found_by_place, strict=True)
        if name not in found
    }
    return {**found, **named}


def exports(module_name: str) -> dict[str, Any]:
    """Return the structs and unions of structs that a module defines, by name."""
    module = importlib.import_module(module_name)
    return {
        name: value
        for name, value in sorted(vars(module).items())
        if not name.startswith("_") and is_schema_type(value, module_name)
    }


def is_schema_type(value: object, module_name: str) -> bool:
    """Say whether a module's member is a type that the contract should show."""
    if isinstance(value, type) and issubclass(value, msgspec.Struct):
        home = value.__module__
        is_own = home == module_name or home.startswith(f"{module_name}.")
        return is_own and bool(value.__struct_fields__)
    if typing.get_origin(value) in (typing.Union, types.UnionType):
        members = typing.get_args(value)
        return all(is_schema_type(member, module_name) for member in members)
    return False


def _operation(
    route: Route, method: str, declared: Endpoint, subject: str
) -> dict[str, Any]:
    words = re.findall(r"\w+", route.template)
    found: dict[str, Any] = {
        "operationId": "_".join([method.lower(), *words]),
        "tags": [subject],
        "summary": declared.summary,
        "parameters": _parameters(declared, method),
        "responses": _responses(declared, method),
    }
    if declared.description:
        found["description"] = declared.description
    if declared.body is not None:
        content: dict[str, Any] = {"schema": _ref(declared.body)}
        if declared.example is not None:
            content["example"] = declared.example
        found["requestBody"] = {
            "required": any(field.required for field in fields(declared.body)),
            "description": f"At most {declared.max_body_bytes:,} bytes.",
            "content": {"application/json": content},
        }
    return found


def _parameters(declared: Endpoint, method: str) -> list[dict[str, Any]]:
    found = [
        _parameter("path", name, rules, required=True)
        for name, rules in declared.path_rules.items()
    ]
    if declared.query is not None:
        schema = schema_of(declared.query)
        found += [
            _parameter(
                "query", name, rules, required=name in schema.get("required", ())
            )
            for name, rules in schema["properties"].items()
        ]
    if method == "GET" and not _is_stream(declared):
        found.append({
            "in": "header",
            "name": "If-None-Match",
            "description": "The `ETag` of an answer that you have: 304 says it holds.",
            "schema": {"type": "string"},
        })  # fmt: skip
    if File in declared.answers:
        found.append({
            "in": "header",
            "name": "Range",
            "description": "A part of it, as in `bytes=0-1023`.",
            "schema": {"type": "string"},
        })  # fmt: skip
    return found


def _parameter(
    place: str, name: str, rules: Mapping[str, Any], *, required: bool
) -> dict[str, Any]:
    rules = plain(rules)
    described = rules.pop("description", "")
    if rules.get("type") == "array":
        rules["items"] = plain(rules["items"])
        described = described or rules["items"].get("description", "")
        rules["items"].pop("description", None)
    found = {"in": place, "name": name, "required": required, "schema": rules}
    examples = rules.pop("examples", None)
    if examples:
        found["example"] = examples[0]
    return {**found, "description": described or f"{in_words(rules)}.".capitalize()}


def _responses(declared: Endpoint, method: str) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for answer in declared.answers:
        if issubclass(answer, msgspec.Struct):
            content["application/json"] = {"schema": _ref(answer)}
        else:
            said: Any = answer
            content[said.content_type] = {"schema": said.schema}
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in _HEADERS}
    if method != "GET" or _is_stream(declared):
        del headers["ETag"]
    found: dict[str, Any] = {
        str(declared.status): {
            "description": declared.summary,
            "content": content,
            "headers": headers,
        }
    }
    if "ETag" in headers:
        found["304"] = {"description": "What you have still holds."}
    if File in declared.answers:
        found["206"] = {"description": "The part asked for.", "content": content}
    for status in sorted(errors_of(declared)):
        found[str(status)] = {"$ref": f"#/components/responses/{status}"}
    return found


def errors_of(declared: Endpoint) -> set[int]:
    """Return the statuses of the errors that an endpoint may answer with."""
    found = {400, 403, 503, *declared.errors}
    if declared.path:
        found.add(404)
    if declared.body is not None:
        found.add(413)
    return found


def _is_stream(declared: Endpoint) -> bool:
    return any(
        getattr(answer, "content_type", "").startswith("text/csv")
        for answer in declared.answers
    )


def _error(status: int) -> dict[str, Any]:
    return {
        "description": _ERRORS[status],
        "content": {"application/json": {"schema": _ref(Problem)}},
    }


def _ref(type_: type) -> dict[str, Any]:
    return {"$ref": _REF.format(name=type_.__name__)}


_HEADERS = {
    "ETag": {
        "description": "Names this answer; send it back as If-None-Match.",
        "schema": {"type": "string"},
    },
    "Trackbook-Api-Version": {
        "description": "The version of this API.",
        "schema": {"type": "string"},
    },
}
_SECURITY = {
    "header": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "Jupyter's token, as in `token 0123abcd`.",
    },
    "query": {
        "type": "apiKey",
        "in": "query",
        "name": "token",
        "description": "Jupyter's token; better in the header, which is not logged.",
    },
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "_xsrf",
        "description": "The browser's session; what writes sends the cookie `_xsrf` "
        "again as `X-XSRFToken`.",
    },
}
