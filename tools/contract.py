"""Writes the two contracts down: the REST API's and the journal's.

    python tools/contract.py           write contract/*.json
    python tools/contract.py --check   fail if what is committed is stale

What is exported is what a module or package defines: structs with fields, and
unions of structs. The output depends on nothing but those types.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import types
import typing
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).resolve().parent.parent
API = Path("contract/openapi.json")
EVENTS = Path("contract/events.schema.json")

# The order of these lists carries no meaning in JSON Schema; that of others does.
UNORDERED = {"anyOf", "enum", "oneOf", "required", "type"}


def documents() -> dict[Path, str]:
    """Return the text of every generated file, by its path in the repository."""
    api = components("trackbook_server.contract", "#/components/schemas/{name}")
    events = components("trackbook.events", "#/$defs/{name}")
    return {
        API: as_text(
            {
                "openapi": "3.1.0",
                "info": {"title": "trackbook", "version": "1"},
                "paths": {},
                "components": {"schemas": api},
            }
        ),
        EVENTS: as_text(
            {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "title": "trackbook journal events",
                "$defs": events,
            }
        ),
    }


def components(module_name: str, ref_template: str) -> dict[str, Any]:
    """Return the schemas of all that a module exports, by name."""
    exported = exports(module_name)
    schemas, found = msgspec.json.schema_components(
        exported.values(), ref_template=ref_template
    )
    named = {
        name: schema
        for name, schema in zip(exported, schemas, strict=True)
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


def as_text(document: dict[str, Any]) -> str:
    """Return a document as JSON whose differences are worth reading."""
    return json.dumps(in_order(document), indent=2, sort_keys=True) + "\n"


def in_order(value: Any, key: str = "") -> Any:
    """Sort the lists whose order means nothing; leave the others."""
    if isinstance(value, dict):
        return {name: in_order(item, name) for name, item in value.items()}
    if isinstance(value, list):
        items = [in_order(item) for item in value]
        if key in UNORDERED:
            return sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
        return items
    return value


def main() -> int:
    """Write or check the files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true")
    checking = parser.parse_args().check
    stale = []
    for path, text in documents().items():
        target = ROOT / path
        if target.exists() and target.read_text(encoding="utf-8") == text:
            continue
        stale.append(path)
        if not checking:
            target.parent.mkdir(exist_ok=True)
            target.write_text(text, encoding="utf-8")
            print(f"wrote {path}")
    if checking and stale:
        names = ", ".join(map(str, stale))
        print(f"stale: {names}; run `make contract`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
