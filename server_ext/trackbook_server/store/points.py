"""Points of a metric: checked, appended to their series, and summed up in its row."""

import json
from collections.abc import Sequence

import numpy as np
import sqlite_utils

from trackbook import events as ev
from trackbook_server.store import sampling, series
from trackbook_server.store.naming import canonical
from trackbook_server.store.rows import rows
from trackbook_server.store.values import BadEvent

_ORIGIN_RANK = {"value": 0, "auto": 1, "autolog": 2, "user": 3}
_SPECIAL = {"NaN": np.nan, "Infinity": np.inf, "-Infinity": -np.inf}


def note_result(db: sqlite_utils.Database, event: ev.PointsLogged) -> None:
    """Move the mark up to which params count to the execution of this result."""
    row = None
    if event.execution_id is not None:
        row = db.execute(
            "select execution_order from cell_executions where execution_id = ?",
            (event.execution_id,),
        ).fetchone()
    if row is None:
        row = db.execute(
            "select max(execution_order) from cell_executions where run_id = ?",
            (event.run_id,),
        ).fetchone()
    order = row[0] if row and row[0] is not None else -1
    db.execute(
        "update runs set last_result_order = max(coalesce(last_result_order, -1), ?) "
        "where run_id = ?",
        (order, event.run_id),
    )


def to_points(event: ev.PointsLogged) -> series.Points:
    """Return the event's columns. Raises BadEvent for what is no number."""
    try:
        return series.Points(
            np.array(event.steps, dtype=np.int64),
            np.array(event.times_ms, dtype=np.int64),
            to_floats(event.values),
        )
    except OverflowError as error:
        raise BadEvent("a step, time or value is too large to store") from error


def to_floats(values: Sequence[float | str]) -> series.Floats:
    """Return numbers as doubles. Raises BadEvent for what is no number."""
    try:
        return np.array(
            [_SPECIAL[value] if isinstance(value, str) else value for value in values],
            dtype=np.float64,
        )
    except KeyError as error:
        raise BadEvent(f"{error.args[0]!r} is not a number") from error


def store_points(
    db: sqlite_utils.Database, run_id: str, key: str, batches: list[ev.PointsLogged]
) -> None:
    """Append the batches to their series and bring its summary row up to date."""
    new = series.join([to_points(batch) for batch in batches])
    origin = max((batch.origin for batch in batches), key=_ORIGIN_RANK.__getitem__)
    execution_id = _execution_of(batches, _newest(new))
    append_points(db, run_id, key, origin, new, execution_id)


def append_points(
    db: sqlite_utils.Database,
    run_id: str,
    key: str,
    origin: ev.MetricOrigin,
    new: series.Points,
    execution_id: str | None,
) -> None:
    """Append points (at least one) to a series, which may be new.

    `execution_id` made the last of them by step and time.
    """
    db.execute(
        "insert into metrics (run_id, key, origin) values (?, ?, ?) "
        "on conflict (run_id, key) do nothing",
        (run_id, key, origin),
    )
    [before] = rows(
        db, "select * from metrics where run_id = ? and key = ?", (run_id, key)
    )
    newest = _newest(new)
    last = (
        int(new.steps[newest]),
        int(new.times_ms[newest]),
        float(new.values[newest]),
    )
    if before["count"] and last[:2] < (before["last_step"], before["last_time_ms"]):
        last = (before["last_step"], before["last_time_ms"], before["last"])
        execution_id = before["execution_id"]
    numbers = [float(value) for value in _extremes(new.values)]
    first, low, high = before["first"], before["min"], before["max"]
    if numbers:
        first = numbers[0] if first is None else first
        low = min(numbers[1], numbers[1] if low is None else low)
        high = max(numbers[2], numbers[2] if high is None else high)
    sample, stride = sampling.thin_out(
        json.loads(before["sample"]), before["stride"], before["count"], new.values
    )
    series.append(db, before["series_id"], before["count"], new)
    db.execute(
        "update metrics set origin = ?, count = ?, first = ?, last = ?, "
        "last_step = ?, last_time_ms = ?, min = ?, max = ?, execution_id = ?, "
        "sample = ?, stride = ? where series_id = ?",
        (
            max(before["origin"], origin, key=_ORIGIN_RANK.__getitem__),
            before["count"] + len(new),
            first,
            last[2],
            last[0],
            last[1],
            low,
            high,
            execution_id,
            canonical(sample),
            stride,
            before["series_id"],
        ),
    )


def _newest(points: series.Points) -> int:
    """Return the place of the last point by step and time."""
    return int(np.lexsort((points.times_ms, points.steps))[-1])


def _extremes(values: series.Floats) -> tuple[float, ...]:
    """Return the first, least and greatest value that is a number; none if none is."""
    numbers = values[~np.isnan(values)]
    return (numbers[0], numbers.min(), numbers.max()) if len(numbers) else ()


def _execution_of(batches: list[ev.PointsLogged], index: int) -> str | None:
    for batch in batches:
        if index < len(batch.values):
            return batch.execution_id
        index -= len(batch.values)
    return None
