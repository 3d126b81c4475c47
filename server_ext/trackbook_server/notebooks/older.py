"""Documents that are no sound notebook of format 4: kept as they are, shown as one.

Formats 2 and 3, and JSON that a tool wrote badly. Their bytes come back; beside them a
notebook of format 4 is kept, to look at and to compare, that leaves nothing out: a cell
that can't be understood is a raw cell with its JSON.
"""

import json
from dataclasses import dataclass
from typing import Any

import nbformat

from trackbook.errors import NotANotebook
from trackbook_server.notebooks.document import (
    MAX_NOTEBOOK_BYTES,
    Document,
    Json,
    check_cell,
    check_frame,
    parse_notebook,
    render,
)
from trackbook_server.notebooks.secrets import redact_exact

_OLDER = (2, 3)
_MINOR = 4
"""The last minor format without cell ids, which older formats have not either."""


@dataclass(frozen=True, slots=True)
class OlderDocument:
    """What is kept (`data`, its secrets replaced) and how it is shown."""

    data: bytes
    document: Document
    redacted_count: int


def read_older(data: bytes, what: str = "the document") -> OlderDocument:
    """Return a document of any format. Raises NotANotebook for no JSON object."""
    value, encoding = _parse(data, what)
    text = data.decode(encoding)
    clean, spans = redact_exact(text)
    if spans:
        data = clean.encode(encoding)
        value, _ = _parse(data, what)
    if b"trusted" in data and _distrust(value):
        data = json.dumps(value, indent=1).encode() + b"\n"
    return OlderDocument(data, _as_format_4(value), len(spans))


def parse_any(data: bytes, what: str = "the document") -> Document:
    """Return what `data` holds as a notebook of format 4. Raises NotANotebook."""
    try:
        return parse_notebook(data, what)
    except NotANotebook:
        return read_older(data, what).document


def for_front_end(data: bytes) -> bytes:
    """Return a notebook's file as JSON of format 4 that every reader takes.

    NaN is null there, and text is UTF-8. Raises NotANotebook.
    """
    is_plain = data[:1] == b"{" and b"NaN" not in data and b"Infinity" not in data
    if is_plain and b'\n "nbformat": 4,\n' in data[-200:]:
        return data
    return _without_nan(render(parse_any(data)))


def _without_nan(data: bytes) -> bytes:
    return json.dumps(
        json.loads(data, parse_constant=lambda _: None), ensure_ascii=False
    ).encode("utf-8", "backslashreplace")


def _parse(data: bytes, what: str) -> tuple[dict[str, Any], str]:
    if len(data) > MAX_NOTEBOOK_BYTES:
        raise NotANotebook(
            f"{what} is {len(data):,} bytes (at most {MAX_NOTEBOOK_BYTES:,})."
        )
    encoding = json.detect_encoding(data)
    try:
        value = json.loads(data.decode(encoding))
    except (ValueError, RecursionError) as error:
        raise NotANotebook(f"{what} is not a notebook: {error}.") from error
    if not isinstance(value, dict):
        raise NotANotebook(f"{what} is not a notebook: it is no JSON object.")
    return value, encoding


def _as_format_4(value: dict[str, Any]) -> Document:
    if value.get("nbformat") in _OLDER:
        value = _converted(value) or value
    cells = value.get("cells")
    if not isinstance(cells, list):
        return _frame({}) | {"cells": [_raw_cell(value)]}
    rest = {key: inner for key, inner in value.items() if key != "cells"}
    return _frame(rest) | {"cells": [_sound_cell(cell) for cell in cells]}


def _converted(value: dict[str, Any]) -> dict[str, Any] | None:
    try:
        sound = nbformat.from_dict(value)  # type: ignore[no-untyped-call]
        found = nbformat.convert(sound, 4)  # type: ignore[no-untyped-call]
        plain: dict[str, Any] = json.loads(json.dumps(found))
    except Exception:
        return None
    for cell in plain["cells"]:
        # Made up while converting, other ones each time.
        cell.pop("id", None)
    return plain | {"nbformat_minor": _MINOR}


def _frame(value: dict[str, Any]) -> dict[str, Any]:
    """Return a sound frame; what is not is left out of what is shown."""
    sound = {"nbformat": 4, "nbformat_minor": _MINOR, "metadata": {}}
    try:
        frame = check_frame(value)
    except NotANotebook:
        return sound
    minor = frame.get("nbformat_minor")
    if frame.get("nbformat") != 4 or type(minor) is not int or minor < 0:
        frame |= {"nbformat": 4, "nbformat_minor": _MINOR}
    return sound | frame


def _sound_cell(cell: Json) -> dict[str, Any]:
    try:
        return check_cell(cell)
    except NotANotebook:
        return _raw_cell(cell)


def _raw_cell(value: Json) -> dict[str, Any]:
    text = json.dumps(value, indent=1, sort_keys=True)
    return {"cell_type": "raw", "metadata": {}, "source": text}


def _distrust(value: Json) -> bool:
    """Take `trusted` marks out of all metadata; say whether there were any."""
    if isinstance(value, list):
        return sum(map(_distrust, value)) > 0
    if not isinstance(value, dict):
        return False
    metadata = value.get("metadata")
    found = isinstance(metadata, dict) and metadata.pop("trusted", None) is not None
    return sum(map(_distrust, value.values())) > 0 or found
