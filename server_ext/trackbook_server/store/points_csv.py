"""Every point of metrics as CSV, a stretch after the other. Only selects."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import sqlite_utils

from trackbook_server.store import metric_x, series
from trackbook_server.store.csv_text import Line, csv_lines, plain
from trackbook_server.store.histories import check_series, series_of, unique
from trackbook_server.store.rows import marks

COLUMNS = ("run_id", "run", "metric", "step", "time", "value")
X_COLUMNS = (*COLUMNS, "x_metric", "x")


class Stretch(NamedTuple):
    """Points that are read at once: a metric of a run, from a step to another.

    With `x_key`, each comes with that metric's value at its step; `x_series_id` is None
    where the run has no such metric.
    """

    run_id: str
    run: str
    key: str
    series_id: int
    window: series.Window
    x_key: str | None
    x_series_id: int | None


def list_stretches(
    db: sqlite_utils.Database,
    run_ids: Sequence[str],
    keys: Sequence[str],
    x_key: str | None = None,
) -> list[Stretch]:
    """Return by what these metrics' points can be read, a part after the other."""
    run_ids, keys = unique(run_ids), unique(keys)
    check_series(len(run_ids) * len(keys))
    order = {run_id: place for place, run_id in enumerate(run_ids)}
    found = db.execute(
        "select r.run_id, r.name, m.key, m.series_id from runs r "
        "join metrics m using (run_id) "
        f"where r.run_id in ({marks(run_ids)}) and m.key in ({marks(keys)})",
        (*run_ids, *keys),
    ).fetchall()
    found.sort(key=lambda row: (keys.index(row[2]), order[row[0]]))
    x_series = series_of(db, run_ids, x_key)
    return [
        Stretch(run_id, run, key, series_id, window, x_key, x_series.get(run_id))
        for run_id, run, key, series_id in found
        for window in series.stretches(db, series_id)
    ]


def read_stretch(db: sqlite_utils.Database, stretch: Stretch) -> str:
    """Return a stretch of points as lines of CSV, in the order of `COLUMNS`, or of
    `X_COLUMNS` where another metric is the x; a point that has none has an empty cell.

    Names that a spreadsheet would read as a formula get an apostrophe before them.
    """
    points = series.read(db, stretch.series_id, stretch.window)
    start = [stretch.run_id, plain(stretch.run), plain(stretch.key)]
    lines: Iterable[Line] = (
        [*start, step, _iso(time_ms), repr(value)]
        for step, time_ms, value in zip(
            points.steps.tolist(),
            points.times_ms.tolist(),
            points.values.tolist(),
            strict=True,
        )
    )
    if stretch.x_key is None:
        return csv_lines(lines)
    x_key = plain(stretch.x_key)
    xs = _xs(db, stretch, points)
    return csv_lines([*line, x_key, x] for line, x in zip(lines, xs, strict=True))


def _xs(
    db: sqlite_utils.Database, stretch: Stretch, points: series.Points
) -> list[str]:
    """Return each point's x, empty where its step has none."""
    xs = [""] * len(points)
    if stretch.x_series_id is not None:
        of_x = series.read(db, stretch.x_series_id, stretch.window)
        index, found = metric_x.match(points.steps, of_x)
        for place, x in zip(index.tolist(), found.tolist(), strict=True):
            xs[place] = repr(x)
    return xs


def _iso(time_ms: int) -> str:
    """Return a moment in UTC; a number that no calendar has stays one."""
    try:
        moment = datetime.fromtimestamp(time_ms / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return str(time_ms)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
