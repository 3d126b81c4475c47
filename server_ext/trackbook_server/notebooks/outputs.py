"""Outputs of executions as a notebook holds them, rebuilt from journal and blobs.

Knows nbformat's words and no database; bytes come from the function that it is given.
"""

import base64
import json
from collections.abc import Callable, Iterable
from typing import Any

from trackbook.events import CellError, Output, OutputBlob

WIDGET_STATE = "application/vnd.jupyter.widget-state+json"

_BINARY = ("image/", "audio/", "video/", "application/pdf")
_TEXT = ("+xml", "+json")

ReadBlob = Callable[[OutputBlob], bytes | None]
"""Gives a blob's bytes; None where they are gone or too many."""


def to_notebook(
    outputs: Iterable[Output],
    error: CellError | None,
    execution_count: int | None,
    read_blob: ReadBlob,
) -> list[dict[str, Any]]:
    """Return an execution's outputs as a cell's; what it raised comes last.

    A widget's state is left out: a notebook holds it once (`widget_state`).
    """
    found = [_to_output(output, execution_count, read_blob) for output in outputs]
    if error is not None:
        found.append(
            {
                "output_type": "error",
                "ename": error.name,
                "evalue": error.message,
                "traceback": error.traceback.splitlines(),
            }
        )
    return found


def widget_state(
    outputs: Iterable[Output], read_blob: ReadBlob
) -> dict[str, Any] | None:
    """Return the last state of all widgets of the outputs, as a notebook's metadata
    holds it; None where there is none."""
    state: dict[str, Any] = {}
    for output in outputs:
        said = output.data.get(WIDGET_STATE)
        if said is None and WIDGET_STATE in output.blobs:
            said = _read(WIDGET_STATE, output.blobs[WIDGET_STATE], read_blob)
        models = said.get("state") if isinstance(said, dict) else None
        if isinstance(models, dict):
            state |= models
    if not state:
        return None
    return {WIDGET_STATE: {"version_major": 2, "version_minor": 0, "state": state}}


def _to_output(
    output: Output, execution_count: int | None, read_blob: ReadBlob
) -> dict[str, Any]:
    if output.kind == "stream":
        return {
            "output_type": "stream",
            "name": output.name or "stdout",
            "text": _marked(output),
        }
    data = dict(output.data)
    missing = 0
    for mime_type, blob in output.blobs.items():
        value = _read(mime_type, blob, read_blob)
        if value is None:
            missing += blob.size_bytes
        else:
            data[mime_type] = value
    data.pop(WIDGET_STATE, None)
    if not data:
        data["text/plain"] = _omitted(missing)
    found: dict[str, Any] = {
        "output_type": output.kind,
        "data": data,
        "metadata": dict(output.metadata),
    }
    if output.kind == "execute_result":
        found["execution_count"] = execution_count
    return found


def _marked(output: Output) -> str:
    """Return a stream's text with one plain line where bytes of it were left out."""
    if output.omitted_bytes <= 0:
        return output.text
    head, tail = output.text[: output.head_length], output.text[output.head_length :]
    before = "" if head.endswith("\n") or not head else "\n"
    return f"{head}{before}{_omitted(output.omitted_bytes)}\n{tail}"


def _omitted(size_bytes: int) -> str:
    return f"[trackbook: {size_bytes:,} bytes of this output were not kept]"


def _read(mime_type: str, blob: OutputBlob, read_blob: ReadBlob) -> Any:
    """Return what the blob says of that mime type; None where it can't be read."""
    content = read_blob(blob)
    if content is None:
        return None
    if mime_type.startswith(_BINARY) and not mime_type.endswith(_TEXT):
        return base64.b64encode(content).decode()
    text = content.decode("utf-8", "replace")
    if mime_type == "application/json" or mime_type.endswith("+json"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text
