"""Cell executions and what they put out."""

from typing import Any, Literal

from trackbook.events import ExecutionStatus, OutputKind
from trackbook_server.contract.base import BlobRef, Reply


class CellExecution(Reply, frozen=True, kw_only=True):
    """One running of one cell, in the order of `order`.

    `source_blob` holds a source that is too long, `source` its beginning. What it put
    out, `runs/{run_id}/outputs` tells.
    """

    execution_id: str
    order: int
    cell_id: str | None
    source: str
    source_blob: BlobRef | None
    execution_count: int | None
    status: ExecutionStatus | Literal["running"]
    started_at: str
    duration_ms: float | None
    error_name: str | None
    error_message: str | None
    traceback: str | None
    output_count: int
    before_recording: bool


class CellOutput(Reply, frozen=True, kw_only=True):
    """One output, in nbformat's words: a stream's text, or a mime bundle.

    A stream's `text` lacks `omitted_bytes` after its first `head_length` characters.
    A mime type is either in `data` or, where it is large, in `blobs`.
    """

    index: int
    kind: OutputKind
    name: str
    text: str
    omitted_bytes: int
    head_length: int
    data: dict[str, Any]
    blobs: dict[str, BlobRef]
    metadata: dict[str, Any]


class ExecutionOutputs(Reply, frozen=True, kw_only=True):
    """What one execution put out; `count` outputs, of which `outputs` holds the first.

    Where less than `count` are there, ask for the execution alone.
    """

    execution_id: str
    count: int
    outputs: list[CellOutput]


class RunOutputs(Reply, frozen=True, kw_only=True):
    """What `runs/{run_id}/outputs` answers: executions in their order.

    `next_cursor` continues; None means that nothing follows. `execution_id=…` asks for
    one execution, whole.
    """

    run_id: str
    executions: list[ExecutionOutputs]
    next_cursor: str | None
    change: int
