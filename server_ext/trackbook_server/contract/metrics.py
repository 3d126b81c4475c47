"""Params, metrics, their points, and tables of them."""

from typing import Any

from trackbook.events import MetricOrigin, ParamOrigin, TableOrigin
from trackbook_server.contract.base import BlobRef, Direction, Number, Reply


class MetricSummary(Reply, frozen=True, kw_only=True):
    """A series without its points; `last` by (step, time).

    `change` and `better` are against `previous`, the last value in the run before, like
    those of the main metric. `sparkline` holds at most 32 values of the series. `folds`
    are what `last` is the mean of, `std` their standard deviation (ddof 0); both are
    None for a single number.
    """

    key: str
    origin: MetricOrigin
    last: Number
    last_step: int
    min: Number
    max: Number
    count: int
    direction: Direction | None
    change: float | None
    better: bool | None
    previous: Number | None
    sparkline: list[float]
    folds: list[Number] | None
    std: Number | None
    execution_id: str | None


class ParamChange(Reply, frozen=True, kw_only=True):
    """A param came into force with this value, or (`removed`) was one no longer."""

    value: Any
    removed: bool
    execution_id: str | None


class RunParam(Reply, frozen=True, kw_only=True):
    """A param at the run's last result.

    `varies`: it has several values among the experiment's runs. `changed`: it differs
    from the run before, where it was `previous` (None and `is_new` if it was not set).
    Where a value is too long, `value` is a preview and `blob` holds its JSON whole.
    """

    key: str
    value: Any
    origin: ParamOrigin
    varies: bool
    changed: bool
    is_new: bool
    previous: Any
    blob: BlobRef | None
    execution_id: str | None


class MainMetric(Reply, frozen=True, kw_only=True):
    """The number a row leads with, and its change to the run before.

    `better` is None where the direction is not known or nothing changed.
    `sparkline` holds at most 32 values of the series. `std` is that of its folds.
    """

    key: str
    value: Number
    std: Number | None
    direction: Direction | None
    change: float | None
    better: bool | None
    sparkline: list[float]


class MetricLast(Reply, frozen=True, kw_only=True):
    """A metric as scripts read it."""

    last: Number
    min: Number
    max: Number
    count: int


class MetricHistory(Reply, frozen=True, kw_only=True):
    """The points of one metric, ordered by (step, time), or by the x asked for.

    `total` counts all points of the series, `count` those in the range that was asked
    for; the nearest point on either side of the range comes with them. Where `sampled`
    is true, the points are a sample that keeps each bucket's extremes, and `lows`,
    `highs` and `means` tell for each of them the values from it up to the next one;
    else they are None. `origin_ms` is what relative times count from: the run's start,
    or its first point if that is earlier.

    Where another metric is the x, `xs` are its values at the points' steps (the last
    one of a step) and the order is that of the steps; `without_x` are the points of the
    series whose step has no x, which are left out. A sample then keeps the extremes of
    both, and a part comes as those stretches of the line that reach into it.
    """

    run_id: str
    key: str
    steps: list[int]
    times_ms: list[int]
    values: list[Number]
    xs: list[Number] | None
    lows: list[Number] | None
    highs: list[Number] | None
    means: list[Number] | None
    count: int
    total: int
    without_x: int
    sampled: bool
    origin_ms: int
    change: int


class MetricHistories(Reply, frozen=True, kw_only=True):
    """Metrics of several runs, by run and key as they were asked for.

    What a run does not have is left out; with `since`, also the runs that have not
    changed since then.
    """

    histories: list[MetricHistory]
    change: int


class RunTable(Reply, frozen=True, kw_only=True):
    """A table of the run: a loop's iterations, a search's candidates.

    `rows` are the first of `row_count`; `runs/{run_id}/tables/{name}` has them all.
    `params` are the columns that were tried.
    """

    name: str
    origin: TableOrigin
    columns: list[str]
    params: list[str]
    rows: list[list[Any]]
    row_count: int
    execution_id: str | None
