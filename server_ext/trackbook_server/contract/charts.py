"""What charts of several runs are made of, besides the points."""

from typing import Any

from trackbook_server.contract.base import Direction, Reply
from trackbook_server.contract.metrics import MetricLast
from trackbook_server.contract.runs import RunStatus


class ChartedRun(Reply, frozen=True, kw_only=True):
    """A run as charts know it.

    `params` are those that differ among the runs that were asked for, `metrics` those
    of the keys that were asked for. Of a long value it is the beginning and that of its
    digest, so that only equal ones are alike. `revision` is the number of the code that
    ran.
    """

    run_id: str
    number: int
    name: str
    status: RunStatus
    experiment_id: str
    experiment: str
    notebook_path: str | None
    started_at: str
    duration_ms: float
    revision: int | None
    tags: dict[str, str]
    main_metric: str | None
    params: dict[str, Any]
    metrics: dict[str, MetricLast]
    change: int


class ChartedMetric(Reply, frozen=True, kw_only=True):
    """A metric that some of the runs have; `count` is the length of its longest series.

    `is_main`: it leads the row of one of them. `is_result` is false for other numbers
    that cells bound.
    """

    key: str
    run_count: int
    count: int
    is_main: bool
    is_result: bool
    direction: Direction | None


class ChartSubject(Reply, frozen=True, kw_only=True):
    """What runs can be charted by; `missing` are the ids of those that are gone.

    `metrics` begin with those that lead a run's row, then those that most runs have.
    `params` are the keys that differ among the runs: a hundred of 200 runs, more of
    fewer.
    """

    runs: list[ChartedRun]
    missing: list[str]
    metrics: list[ChartedMetric]
    params: list[str]
    change: int
