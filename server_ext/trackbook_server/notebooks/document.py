"""Notebook documents as values: bytes to a checked document and back to bytes.

Two documents are equal when their canonical JSON is: keys in order, numbers as doubles
(a browser turns 1.0 into 1), text that a file holds as a list of lines joined. It knows
no database.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from trackbook.errors import NotANotebook

Json: TypeAlias = Any
Document: TypeAlias = dict[str, Any]

MAX_NOTEBOOK_BYTES = 512 * 1024 * 1024
MAX_DEPTH = 200
_encode = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False
).encode
_SAFE_INTEGER = 2**53


def parse_notebook(data: bytes, what: str = "the document") -> Document:
    """Return the checked and normalised document that `data` holds.

    `what` names it in messages. Raises NotANotebook.
    """
    if len(data) > MAX_NOTEBOOK_BYTES:
        raise NotANotebook(
            f"{what} is {len(data):,} bytes (at most {MAX_NOTEBOOK_BYTES:,}). "
            "Clear its outputs and try again."
        )
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NotANotebook(
            f"{what} is not a notebook: it can't be read as JSON ({_reason(error)})."
        ) from error
    return check_notebook(found, what)


def read_notebook(path: Path) -> tuple[Document, bytes]:
    """Return the document in the file `path` and its raw bytes.

    Raises NotANotebook, also where the file is missing or can't be read.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_NOTEBOOK_BYTES else b""
    except OSError as error:
        raise NotANotebook(
            f"can't read the notebook {path}: {error.strerror or error}."
        ) from error
    if size > MAX_NOTEBOOK_BYTES:
        raise NotANotebook(
            f"{path} is {size:,} bytes (at most {MAX_NOTEBOOK_BYTES:,}). "
            "Clear its outputs and try again."
        )
    return parse_notebook(data, str(path)), data


def check_notebook(found: Json, what: str = "the document") -> Document:
    """Return `found` normalised, if it is a notebook of format 4. Raises NotANotebook.

    What the format does not know is kept: it may be another tool's.
    """
    if not isinstance(found, dict) or not isinstance(found.get("nbformat"), int):
        raise NotANotebook(
            f"{what} is not a notebook: it has no nbformat number. "
            "Give the path of an .ipynb file."
        )
    if found["nbformat"] != 4:
        raise NotANotebook(
            f"{what} is of notebook format {found['nbformat']}; trackbook reads format "
            "4. Open and save it in JupyterLab, which brings it up to date."
        )
    cells = found.get("cells")
    if not isinstance(cells, list):
        raise NotANotebook(f"{what} is not a notebook: it has no list of cells.")
    frame = check_frame({k: v for k, v in found.items() if k != "cells"}, what)
    return frame | {
        "cells": [
            check_cell(cell, f"cell {index + 1} of {what}")
            for index, cell in enumerate(cells)
        ]
    }


def check_frame(frame: Json, what: str = "the document") -> dict[str, Any]:
    """Return a notebook without its cells, checked. Raises NotANotebook."""
    if not isinstance(frame, dict) or not isinstance(frame.get("metadata", {}), dict):
        raise NotANotebook(f"{what} is not a notebook: its metadata is not an object.")
    checked: dict[str, Any] = _plain(frame, what)
    checked.pop("cells", None)
    return checked


def check_cell(cell: Json, what: str = "a cell") -> dict[str, Any]:
    """Return a cell normalised: lines joined, no `trusted` mark.

    Raises NotANotebook.
    """
    if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
        raise NotANotebook(f"{what} has no cell_type, so it is not a notebook's cell.")
    checked: dict[str, Any] = _plain(cell, what)
    source = _joined(checked.get("source", ""))
    metadata = checked.get("metadata", {})
    outputs = checked.get("outputs", [])
    if not isinstance(source, str):
        raise NotANotebook(f"{what} has a source that is not text.")
    if not isinstance(metadata, dict):
        raise NotANotebook(f"{what} has metadata that is not an object.")
    if not isinstance(outputs, list) or not all(isinstance(o, dict) for o in outputs):
        raise NotANotebook(f"{what} has outputs that are not a list of objects.")
    metadata.pop("trusted", None)
    _change_lines(checked, _joined)
    return checked


def render(document: Document) -> bytes:
    """Return the document as Jupyter writes it into a file."""
    return _dump(
        document | {"cells": [_split_cell(cell) for cell in document["cells"]]}
    )


def for_web(data: bytes) -> bytes:
    """Return a notebook's bytes as JSON that every reader takes: NaN as null."""
    if b"NaN" not in data and b"Infinity" not in data:
        return data
    return json.dumps(_without_nan(json.loads(data)), allow_nan=False).encode()


def canonical(value: Json) -> bytes:
    """Return the one JSON of `value`: equal values have equal bytes."""
    return _encode(_numbers(value)).encode("utf-8", "surrogatepass")


def from_canonical(data: bytes) -> Json:
    """Return the value that `canonical` was given."""
    return json.loads(data.decode("utf-8", "surrogatepass"))


def split_lines(value: Json) -> Json:
    """Return a text as the list of its lines, as files have it; else the value."""
    return value.splitlines(keepends=True) if isinstance(value, str) else value


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _dump(value: Json) -> bytes:
    """Return JSON with an indent of one, in the bytes that `json` would make."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    try:
        # `json` itself indents in Python, ten times as slowly.
        return msgspec.json.format(text.encode(), indent=1) + b"\n"
    except msgspec.DecodeError:
        # NaN and infinities are no JSON, though notebooks have them.
        text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)
        return f"{text}\n".encode()
    except UnicodeEncodeError:
        # Half a surrogate pair has no UTF-8; its escape is JSON all the same.
        return f"{json.dumps(value, indent=1, sort_keys=True)}\n".encode()


def _plain(value: Json, what: str, depth: int = 0) -> Json:
    """Return a copy that shares no container with `value`. Raises when too deep."""
    if isinstance(value, dict):
        if depth > MAX_DEPTH:
            raise _too_deep(what)
        return {key: _plain(inner, what, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        if depth > MAX_DEPTH:
            raise _too_deep(what)
        return [_plain(inner, what, depth + 1) for inner in value]
    return value


def _too_deep(what: str) -> NotANotebook:
    return NotANotebook(
        f"{what} is nested more than {MAX_DEPTH} deep, which no notebook is."
    )


def _numbers(value: Json) -> Json:
    """Return `value` with whole doubles as integers, as JavaScript writes them."""
    if isinstance(value, dict):
        return {key: _numbers(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_numbers(inner) for inner in value]
    if isinstance(value, float) and value.is_integer() and abs(value) <= _SAFE_INTEGER:
        return int(value)
    return value


def _without_nan(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _without_nan(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_nan(inner) for inner in value]
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return None
    return value


def _split_cell(cell: dict[str, Any]) -> dict[str, Any]:
    """Return a cell whose long texts are lists of lines, as files have them."""
    split = dict(cell)
    if "outputs" in split:
        split["outputs"] = [dict(output) for output in split["outputs"]]
    _change_lines(split, split_lines)
    return split


def _change_lines(cell: dict[str, Any], change: Callable[[Json], Json]) -> None:
    """Apply `change` to the texts of source, attachments and outputs, in place."""
    if "source" in cell:
        cell["source"] = change(cell["source"])
    attachments = cell.get("attachments")
    if isinstance(attachments, dict):
        cell["attachments"] = {
            name: _change_bundle(bundle, change) for name, bundle in attachments.items()
        }
    for output in cell.get("outputs", []):
        if output.get("output_type") == "stream" and "text" in output:
            output["text"] = change(output["text"])
        elif "data" in output:
            output["data"] = _change_bundle(output["data"], change)


def _change_bundle(bundle: Json, change: Callable[[Json], Json]) -> Json:
    """Apply `change` to the texts of a mime bundle; JSON in it is left alone."""
    if not isinstance(bundle, dict):
        return bundle
    return {
        mime: value
        if mime == "application/json" or mime.endswith("+json")
        else change(value)
        for mime, value in bundle.items()
    }


def _joined(value: Json) -> Json:
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return value


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    return str(error)
