"""Writes the two contracts down, the REST API's and the journal's, and its pages.

    python -m tools.contract           write contract/*.json, docs/rest-*.md
    python -m tools.contract --check   fail if what is committed is stale

The API is what its routes declare, the journal what its module defines. The output
depends on nothing else.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from tools import rest_page
from trackbook_server.rest.openapi import build_document, schemas
from trackbook_server.rest.routes import SUBJECTS

ROOT = Path(__file__).resolve().parent.parent
API = Path("contract/openapi.json")
EVENTS = Path("contract/events.schema.json")
PAGE = Path("docs/rest-api.md")
SHAPES = Path("docs/rest-shapes.md")

# The order of these lists carries no meaning in JSON Schema; that of others does.
UNORDERED = {"anyOf", "enum", "oneOf", "required", "type"}


def documents() -> dict[Path, str]:
    """Return the text of every generated file, by its path in the repository."""
    api = in_order(build_document(SUBJECTS))
    events = schemas("trackbook.events", "#/$defs/{name}")
    return {
        API: as_text(api),
        EVENTS: as_text(
            {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "title": "trackbook journal events",
                "$defs": events,
            }
        ),
        PAGE: rest_page.with_routes((ROOT / PAGE).read_text(encoding="utf-8"), api),
        SHAPES: rest_page.shapes(api),
    }


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
