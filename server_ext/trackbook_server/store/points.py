"""Points of a metric: checked, appended to their series, and summed up in its row."""

import json
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import sqlite_utils

from trackbook import events as ev
from trackbook_server.store import sampling, series
from trackbook_server.store.naming import canonical
from trackbook_server.store.rows import Row, marks, rows
from trackbook_server.store.values import BadEvent

_ORIGIN_RANK = {"value": 0, "auto": 1, "autolog": 2, "user": 3}
_SPECIAL = {"NaN": np.nan, "Infinity": np.inf, "-Infinity": -np.inf}


class Batch(NamedTuple):
    """Points of a series that were logged at once."""

    points: series.Points
    origin: ev.MetricOrigin
    execution_id: str | None


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
        if str in set(map(type, values)):
            values = [
                _SPECIAL[value] if isinstance(value, str) else value for value in values
            ]
        return np.array(values, dtype=np.float64)
    except KeyError as error:
        raise BadEvent(f"{error.args[0]!r} is not a number") from error


def store_points(
    db: sqlite_utils.Database, run_id: str, key: str, batches: list[Batch]
) -> None:
    """Append the batches to their series and bring its summary row up to date."""
    new = series.join([batch.points for batch in batches])
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
    found = rows(
        db, "select * from metrics where run_id = ? and key = ?", (run_id, key)
    )
    before = found[0] if found else _NONE | {"origin": origin}
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
    summary = {
        "origin": max(before["origin"], origin, key=_ORIGIN_RANK.__getitem__),
        "count": before["count"] + len(new),
        "first": first,
        "last": last[2],
        "last_step": last[0],
        "last_time_ms": last[1],
        "min": low,
        "max": high,
        "execution_id": execution_id,
        "sample": canonical(sample),
        "stride": stride,
    }
    if found:
        series_id = before["series_id"]
        columns = ", ".join(f"{column} = ?" for column in summary)
        db.execute(
            f"update metrics set {columns} where series_id = ?",
            (*summary.values(), series_id),
        )
    else:
        columns = ", ".join(summary)
        series_id = db.execute(
            f"insert into metrics (run_id, key, {columns}) "
            f"values (?, ?, {marks(summary)})",
            (run_id, key, *summary.values()),
        ).lastrowid
    series.append(db, series_id, before["count"], new)


_NONE: Row = {
    "count": 0,
    "first": None,
    "min": None,
    "max": None,
    "sample": "[]",
    "stride": 1,
}
"""The summary of a series without a point."""


def _newest(points: series.Points) -> int:
    """Return the place of the last point by step and time."""
    if len(points) == 1:
        return 0
    return int(np.lexsort((points.times_ms, points.steps))[-1])


def _extremes(values: series.Floats) -> tuple[float, ...]:
    """Return the first, least and greatest value that is a number; none if none is."""
    numbers = values[~np.isnan(values)]
    return (numbers[0], numbers.min(), numbers.max()) if len(numbers) else ()


def _execution_of(batches: list[Batch], index: int) -> str | None:
    for batch in batches:
        if index < len(batch.points):
            return batch.execution_id
        index -= len(batch.points)
    return None
