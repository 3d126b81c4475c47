"""Points of metrics as the API says them: a range of them, sampled. Only selects."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import msgspec
import sqlite_utils

from trackbook.errors import BadInput, RunNotFound
from trackbook_server import contract as c
from trackbook_server.store import sampling, series
from trackbook_server.store.derived import get_change
from trackbook_server.store.rows import marks
from trackbook_server.store.run_rows import number

DEFAULT_POINTS = 2000
MAX_POINTS = 100_000
MAX_SERIES = 400
MAX_TOTAL_POINTS = 400_000
"""So many points one answer holds at most."""

CSV_COLUMNS = ("run_id", "run", "metric", "step", "time", "value")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_X = ("step", "wall", "relative")


class Range(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the x axis, both ends among it; None is as far as there are points.

    `x` is what they count: steps, ms since the epoch (`wall`), or ms since the run's
    start (`relative`). It is also what points are ordered by.
    """

    x: str = "step"
    low: int | None = None
    high: int | None = None

    def __post_init__(self) -> None:
        """Raise BadInput for an x that there is not, and for no range."""
        if self.low is not None and self.high is not None and self.low > self.high:
            raise BadInput(f"from {self.low} to {self.high} is no range; turn it round")
        if self.x not in _X:
            raise BadInput(f"x is {self.x[:40]!r}; it must be one of {', '.join(_X)}")

    def window(self, origin_ms: int) -> series.Window:
        """Return the part of a series that counts from `origin_ms`."""
        shift = origin_ms if self.x == "relative" else 0
        whole = series.EVERYTHING
        return series.Window(
            "step" if self.x == "step" else "time_ms",
            whole.low if self.low is None else self.low + shift,
            whole.high if self.high is None else self.high + shift,
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
    run_ids, keys = _unique(run_ids), _unique(keys)
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
    histories = []
    for run_id, key, series_id, total, started_ms in found:
        origin_ms = _origin(db, series_id, started_ms)
        points, count = series.read_around(db, series_id, part.window(origin_ms))
        histories.append(
            _history(
                (run_id, key), points, (count, total, wanted), origin_ms, change=change
            )
        )
    return c.MetricHistories(histories=histories, change=change)


def list_stretches(
    db: sqlite_utils.Database, run_ids: Sequence[str], keys: Sequence[str]
) -> list[tuple[str, str, str, int, series.Window]]:
    """Return what the points of these metrics can be read by, a part after the other:
    run, its name, key, series and window."""
    run_ids, keys = _unique(run_ids), _unique(keys)
    check_series(len(run_ids) * len(keys))
    order = {run_id: place for place, run_id in enumerate(run_ids)}
    found = db.execute(
        "select r.run_id, r.name, m.key, m.series_id from runs r "
        "join metrics m using (run_id) "
        f"where r.run_id in ({marks(run_ids)}) and m.key in ({marks(keys)})",
        (*run_ids, *keys),
    ).fetchall()
    found.sort(key=lambda row: (keys.index(row[2]), order[row[0]]))
    return [(*row, window) for row in found for window in series.stretches(db, row[3])]


def as_csv(
    db: sqlite_utils.Database,
    run_id: str,
    name: str,
    key: str,
    series_id: int,
    window: series.Window,
) -> str:
    """Return a stretch of points as lines of CSV, in the order of `CSV_COLUMNS`.

    Names that a spreadsheet would read as a formula get an apostrophe before them.
    """
    points = series.read(db, series_id, window)
    start = [run_id, plain(name), plain(key)]
    return csv_lines(
        [*start, step, _iso(time_ms), repr(value)]
        for step, time_ms, value in zip(
            points.steps.tolist(),
            points.times_ms.tolist(),
            points.values.tolist(),
            strict=True,
        )
    )


def csv_lines(lines: Iterator[list[str | int]] | list[list[str | int]]) -> str:
    """Return rows as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


def plain(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


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


def _history(
    of: tuple[str, str],
    points: series.Points,
    numbers: tuple[int, int, int],
    origin_ms: int,
    *,
    change: int,
) -> c.MetricHistory:
    """Return points as the contract says them; `numbers` are how many are in the range,
    in the series, and wanted."""
    count, total, wanted = numbers
    sampled = len(points) > wanted
    band = None
    if sampled:
        picked = sampling.pick(points.values, wanted)
        band = sampling.band_of(points.values, picked)
        points = points.take(picked)
    return c.MetricHistory(
        run_id=of[0],
        key=of[1],
        steps=points.steps.tolist(),
        times_ms=points.times_ms.tolist(),
        values=_numbers(points.values),
        lows=None if band is None else _numbers(band.lows),
        highs=None if band is None else _numbers(band.highs),
        means=None if band is None else _numbers(band.means),
        count=count,
        total=total,
        sampled=sampled,
        origin_ms=origin_ms,
        change=change,
    )


def _numbers(values: series.Floats) -> list[c.Number]:
    return [number(value) for value in values.tolist()]


def _origin(db: sqlite_utils.Database, series_id: int, started_ms: int | None) -> int:
    """Return what a series' relative times count from, in ms since the epoch."""
    [(first,)] = db.execute(
        "select min(min_time_ms) from chunks where series_id = ?", (series_id,)
    )
    known = [moment for moment in (first, started_ms) if moment is not None]
    return min(known, default=0)


def _unique(words: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(words))


def _iso(time_ms: int) -> str:
    """Return a moment in UTC; a number that no calendar has stays one."""
    try:
        moment = datetime.fromtimestamp(time_ms / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return str(time_ms)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


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
