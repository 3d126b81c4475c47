"""Runs and notebooks side by side."""

from typing import Any, Literal

from trackbook_server.contract.base import Reply
from trackbook_server.contract.metrics import MainMetric
from trackbook_server.contract.runs import RunStatus

RestoreChange = Literal["added", "removed", "changed", "moved", "same"]


class ValueDifference(Reply, frozen=True, kw_only=True):
    """One key's value in every run, in their order; `present` where it is set."""

    key: str
    values: list[Any]
    present: list[bool]
    differs: bool


class CellDifference(Reply, frozen=True, kw_only=True):
    """One cell in two runs, aligned by cell id, then by content.

    `before` and `after` are sources; None where the cell is only on the other side.
    `title` is its first line of code.
    """

    title: str
    cell_id: str | None
    change: RestoreChange
    before: str | None
    after: str | None


class ComparedRun(Reply, frozen=True, kw_only=True):
    """A run at the head of a column."""

    run_id: str
    number: int
    name: str
    status: RunStatus
    experiment_id: str
    main_metric: MainMetric | None
    started_at: str
    duration_ms: float


class Comparison(Reply, frozen=True, kw_only=True):
    """Runs side by side, against the first (`baseline_run_id`).

    `params`, `metrics` and `environment` hold every key, those that differ first.
    `cells` compares the cells as executed of the baseline with those of the last run
    in `runs` (the only other one when two are compared).
    """

    baseline_run_id: str
    runs: list[ComparedRun]
    params: list[ValueDifference]
    metrics: list[ValueDifference]
    environment: list[ValueDifference]
    cells: list[CellDifference]
    sentence: str
