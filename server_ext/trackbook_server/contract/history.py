"""What became of a cell over the runs of its notebook."""

from typing import Literal

from trackbook.events import ExecutionStatus
from trackbook_server.contract.base import BlobRef, Direction, Number, Reply


class CellResult(Reply, frozen=True, kw_only=True):
    """What an execution gave: the last value of a metric that it made."""

    key: str
    value: Number
    direction: Direction | None


class CellVersion(Reply, frozen=True, kw_only=True):
    """One source that a cell was executed with. `number` counts from 1, the oldest.

    `execution_id`, `run_id`, `status`, `error_name`, `duration_ms` and `results` are
    those of its last execution; `times` says how often it ran from `first_at` to
    `last_at`. Of a source that is too long, `source` is the beginning and
    `source_blob` holds it whole.
    """

    number: int
    source: str
    source_blob: BlobRef | None
    times: int
    first_at: str
    last_at: str
    execution_id: str
    run_id: str
    run_name: str
    run_number: int
    status: ExecutionStatus | Literal["running"]
    error_name: str | None
    duration_ms: float | None
    results: list[CellResult]


class CellHistory(Reply, frozen=True, kw_only=True):
    """The versions of a cell, the one that ran last first.

    `times` counts the executions that were looked at; `cut_short` says that there are
    older ones.
    """

    notebook_path: str | None
    cell_id: str
    versions: list[CellVersion]
    times: int
    cut_short: bool


class CellMark(Reply, frozen=True, kw_only=True):
    """What the history of one cell comes to."""

    cell_id: str
    version_count: int
    times: int
    last_at: str
    status: ExecutionStatus | Literal["running"]
    duration_ms: float | None


class CellMarks(Reply, frozen=True, kw_only=True):
    """What the histories of some of a notebook's cells come to."""

    notebook_path: str | None
    cells: list[CellMark]
