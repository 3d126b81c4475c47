"""Points of metrics as the API says them: a range of them, sampled. Only selects."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import sqlite_utils

from trackbook.errors import BadInput, RunNotFound
from trackbook_server import contract as c
from trackbook_server.store import metric_x, sampling, series
from trackbook_server.store.derived import get_change
from trackbook_server.store.rows import marks
from trackbook_server.store.run_rows import number

DEFAULT_POINTS = 2000
MAX_POINTS = 100_000
MAX_SERIES = 400
MAX_TOTAL_POINTS = 400_000
"""So many points one answer holds at most."""

MAX_READ_POINTS = 20_000_000
"""So many points are read at most over another metric, of which all are needed."""

_X = ("step", "wall", "relative", "metric")


class Range(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the x axis, both ends among it; None is as far as there are points.

    `x` is what they count: steps, ms since the epoch (`wall`), or ms since the run's
    start (`relative`). It is also what points are ordered by. With `metric` it is the
    value of the metric `x_key` at a point's step, and points are ordered by step.
    """

    x: str = "step"
    x_key: str | None = None
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        """Raise BadInput for an x that there is not, and for no range."""
        if self.low is not None and self.high is not None and self.low > self.high:
            raise BadInput(f"from {self.low} to {self.high} is no range; turn it round")
        if self.x not in _X:
            raise BadInput(f"x is {self.x[:40]!r}; it must be one of {', '.join(_X)}")
        if (self.x == "metric") != (self.x_key is not None):
            raise BadInput("x=metric and x_key, which names that metric, go together")

    def window(self, origin_ms: int) -> series.Window:
        """Return the part of a series that counts from `origin_ms`."""
        shift = origin_ms if self.x == "relative" else 0
        whole = series.EVERYTHING
        return series.Window(
            "step" if self.x == "step" else "time_ms",
            whole.low if self.low is None else int(self.low) + shift,
            whole.high if self.high is None else int(self.high) + shift,
        )


def get_history(
    db: sqlite_utils.Database,
    run_id: str,
    key: str,
    part: Range | None = None,
    max_points: int | None = None,
) -> c.MetricHistory:
    """Return a metric's points in a range, sampled where there are too many.

    Raises RunNotFound for a run or a metric that is not there.
    """
    wanted = _check_points(max_points, 1)
    found = get_histories(db, [run_id], [key], part, wanted).histories
    if not found:
        raise RunNotFound(_no_metric(db, run_id, key))
    return found[0]


def get_histories(
    db: sqlite_utils.Database,
    run_ids: Sequence[str],
    keys: Sequence[str],
    part: Range | None = None,
    max_points: int | None = None,
    since: int | None = None,
) -> c.MetricHistories:
    """Return the points of several metrics of several runs, in one snapshot.

    `max_points` is for each of them. With `since`, runs that have not changed after
    that change are left out. Raises BadInput where that would be too much at once.
    """
    part = part or Range()
    run_ids, keys = unique(run_ids), unique(keys)
    wanted = _check_points(max_points, len(run_ids) * len(keys))
    change = get_change(db)
    order = {run_id: place for place, run_id in enumerate(run_ids)}
    found = db.execute(
        "select r.run_id, m.key, m.series_id, m.count, "
        "cast((julianday(r.started_at) - 2440587.5) * 86400000 as integer) "
        "from runs r join metrics m using (run_id) "
        f"where r.run_id in ({marks(run_ids)}) and m.key in ({marks(keys)}) "
        "and r.change > ?",
        (*run_ids, *keys, -1 if since is None else since),
    ).fetchall()
    found.sort(key=lambda row: (order[row[0]], keys.index(row[1])))
    x_series = series_of(db, run_ids, part.x_key)
    if part.x == "metric":
        _check_whole(db, [row[2] for row in found], x_series.values())
    histories = []
    for run_id, key, series_id, total, started_ms in found:
        origin_ms = _origin(db, series_id, started_ms)
        if part.x == "metric":
            read = _read_over(db, series_id, x_series.get(run_id), part, wanted)
        else:
            read = _read(db, series_id, part.window(origin_ms), wanted)
        histories.append(_history((run_id, key), read, total, origin_ms, change=change))
    return c.MetricHistories(histories=histories, change=change)


def series_of(
    db: sqlite_utils.Database, run_ids: Sequence[str], key: str | None
) -> dict[str, int]:
    """Return by run the series of its metric `key`."""
    return dict(
        db.execute(
            "select run_id, series_id from metrics where key = ? "
            f"and run_id in ({marks(run_ids)})",
            (key, *run_ids),
        ).fetchall()
    )


def _check_whole(
    db: sqlite_utils.Database, series_ids: Sequence[int], of_x: Iterable[int]
) -> None:
    """Raise BadInput where more points would be read than fit into memory."""
    wanted = json.dumps([*series_ids, *of_x])
    [(count,)] = db.execute(
        "select coalesce(sum(count), 0) from metrics where series_id in "
        "(select value from json_each(?))",
        (wanted,),
    )
    if count > MAX_READ_POINTS:
        raise BadInput(
            f"over another metric {count:,} points would have to be read, more than "
            f"{MAX_READ_POINTS:,}; ask for fewer runs, or over steps or time"
        )


def check_series(count: int) -> None:
    """Raise BadInput where nothing, or too much, is asked for."""
    if not 1 <= count <= MAX_SERIES:
        raise BadInput(
            f"{count} series (runs times keys) were asked for; name a run_id and a key "
            f"at least, and {MAX_SERIES} series at most"
        )


def _check_points(max_points: int | None, count: int) -> int:
    """Return how many points each of `count` series may have. Raises BadInput."""
    check_series(count)
    most = min(MAX_POINTS, MAX_TOTAL_POINTS // count)
    wanted = min(DEFAULT_POINTS, most) if max_points is None else max_points
    if not 2 <= wanted <= most:
        raise BadInput(
            f"max_points is {wanted}; for {count} series it must be from 2 to {most:,}"
        )
    return wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """Points as they are answered; `count` of the range, before they were sampled."""

    points: series.Points
    count: int
    band: sampling.Band | None
    xs: series.Floats | None = None
    without_x: int = 0


def _read(
    db: sqlite_utils.Database, series_id: int, window: series.Window, wanted: int
) -> _Read:
    points, count = series.read_around(db, series_id, window)
    if len(points) <= wanted:
        return _Read(points=points, count=count, band=None)
    picked = sampling.pick(points.values, wanted)
    return _Read(
        points=points.take(picked),
        count=count,
        band=sampling.band_of(points.values, picked),
    )


def _read_over(
    db: sqlite_utils.Database,
    series_id: int,
    x_series_id: int | None,
    part: Range,
    wanted: int,
) -> _Read:
    """Return points over another series, whole before the part is taken of them: what
    is near in x may be far in steps."""
    nothing = series.join([])
    of_x = nothing if x_series_id is None else series.read(db, x_series_id)
    joined = metric_x.join(series.read(db, series_id), of_x)
    count = len(joined.points)
    if part.low is not None or part.high is not None:
        low = -np.inf if part.low is None else part.low
        high = np.inf if part.high is None else part.high
        joined, count = metric_x.around(joined, low, high)
    band = None
    if len(joined.points) > wanted:
        picked = metric_x.pick(joined, wanted)
        band = sampling.band_of(joined.points.values, picked)
        joined = joined.take(picked)
    return _Read(
        points=joined.points,
        count=count,
        band=band,
        xs=joined.xs,
        without_x=joined.without_x,
    )


def _history(
    of: tuple[str, str], read: _Read, total: int, origin_ms: int, *, change: int
) -> c.MetricHistory:
    """Return points as the contract says them; `total` are those of the series."""
    points, band = read.points, read.band
    return c.MetricHistory(
        run_id=of[0],
        key=of[1],
        steps=points.steps.tolist(),
        times_ms=points.times_ms.tolist(),
        values=_numbers(points.values),
        xs=None if read.xs is None else _numbers(read.xs),
        lows=None if band is None else _numbers(band.lows),
        highs=None if band is None else _numbers(band.highs),
        means=None if band is None else _numbers(band.means),
        count=read.count,
        total=total,
        without_x=read.without_x,
        sampled=band is not None,
        origin_ms=origin_ms,
        change=change,
    )


def _numbers(values: series.Floats) -> list[c.Number]:
    said: list[float] = values.tolist()
    if np.isfinite(values).all():
        return list(said)
    return [number(value) for value in said]


def _origin(db: sqlite_utils.Database, series_id: int, started_ms: int | None) -> int:
    """Return what a series' relative times count from, in ms since the epoch."""
    [(first,)] = db.execute(
        "select min(min_time_ms) from chunks where series_id = ?", (series_id,)
    )
    known = [moment for moment in (first, started_ms) if moment is not None]
    return min(known, default=0)


def unique(words: Sequence[str]) -> list[str]:
    """Return each of the words once."""
    return list(dict.fromkeys(words))


def _no_metric(db: sqlite_utils.Database, run_id: str, key: str) -> str:
    keys = [
        found
        for (found,) in db.execute(
            "select key from metrics where run_id = ? order by key limit 20", (run_id,)
        )
    ]
    if not keys:
        return f"run {run_id} has no metric {key!r}, or there is no such run"
    return f"run {run_id} has no metric {key!r}; it has {', '.join(keys)}"
