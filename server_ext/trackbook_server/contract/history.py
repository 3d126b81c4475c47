"""The versions of one cell, over all runs of its notebook."""

from typing import Literal

from trackbook.events import ExecutionStatus
from trackbook_server.contract.base import BlobRef, Number, Reply


class CellResult(Reply, frozen=True, kw_only=True):
    """What a cell gave: a metric whose last point it logged."""

    key: str
    last: Number


class CellVersion(Reply, frozen=True, kw_only=True):
    """A source that a cell was executed with, `executed_count` times.

    From `last_at` on, fields tell of the last time. `run_id` is the run that the list
    shows, and `source_run_id` the one whose blobs hold `source_blob`: a source that is
    too long, of which `source` is the beginning. `revision_id` and `number` ("r7") are
    those of the notebook that was captured then; null: none was.
    """

    source: str
    source_blob: BlobRef | None
    first_at: str
    executed_count: int
    last_at: str
    execution_id: str
    status: ExecutionStatus | Literal["running"]
    duration_ms: float | None
    output_count: int
    results: list[CellResult]
    run_id: str
    run_name: str
    source_run_id: str
    revision_id: str | None
    number: int | None


class CellHistory(Reply, frozen=True, kw_only=True):
    """What `notebooks/cell-history` answers: each source once.

    The one executed last comes first.
    """

    versions: list[CellVersion]
    next_cursor: str | None
